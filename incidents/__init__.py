"""The write side: what happened. Components, incidents, updates, postmortems, metrics, console."""
