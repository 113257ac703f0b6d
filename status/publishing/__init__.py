"""Making what the public reads: the registry of documents, the store that holds them, and the publisher between."""
