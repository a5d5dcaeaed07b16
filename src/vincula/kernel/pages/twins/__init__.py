"""Pages about duplicates: the pairs to look at, the merge with its preview, and the way back (requirement X4)."""
