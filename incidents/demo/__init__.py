"""The demo: the reference incident, and a believable 90 days of an invented page around today.

Everything goes through the lifecycle, as a responder's clicks would.
"""
