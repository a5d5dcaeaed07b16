"""Typed two-way links between any records: the thread."""
