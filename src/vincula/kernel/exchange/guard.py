"""Cells that a spreadsheet program would run as a formula are written with an apostrophe before them (X1).

The import takes the apostrophe away again, so that a file that comes back is the same.
"""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def guarded(text: str) -> str:
    """The text as it may stand in a cell: ``=1+1`` becomes ``'=1+1``."""
    return f"'{text}" if text.startswith(_DANGEROUS) or (text.startswith("'") and unguarded(text) != text) else text


def unguarded(text: str) -> str:
    """The text that was meant; undoes ``guarded`` exactly."""
    rest = text[1:]
    if text.startswith("'") and (rest.startswith(_DANGEROUS) or rest.startswith("'")):
        return rest
    return text
