"""`make bench`: how fast published documents are served, and what one change costs. Not for production."""
