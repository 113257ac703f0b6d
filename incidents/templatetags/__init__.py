"""Template tags and filters that both sides use."""
