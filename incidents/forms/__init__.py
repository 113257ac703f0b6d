"""Forms: is this input well-formed? Whether it may happen is the lifecycle's question."""
