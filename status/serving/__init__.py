"""Serving what was published: no database, broker, template engine, session or Django in the way."""
