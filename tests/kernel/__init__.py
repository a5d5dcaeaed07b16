"""Mechanisms of the kernel, shown on the records of a room."""
