"""The read side: what the public sees."""
