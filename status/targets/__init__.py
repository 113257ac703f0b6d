"""Further places that hold what is published: copies of the publish folder that are kept up with it.

An *edition* is all that is published of a page at one moment. Documents are made once, in the publish folder; a target
takes from there what changed since the edition that it holds.
"""
