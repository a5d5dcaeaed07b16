"""Hostile input: the whole API, files, parsers (issue 3, section 3)."""
