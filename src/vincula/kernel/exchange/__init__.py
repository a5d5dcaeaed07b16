"""Import with dry run and undo; export that streams."""
