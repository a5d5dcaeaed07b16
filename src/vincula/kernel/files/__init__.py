"""Private files: type and size checked, kept under random names, served through access (requirements X6, E10)."""

from vincula.kernel.files.guard import guard_with

__all__ = ["guard_with"]
