"""Gapless numbers per series and year: cases, minutes, decisions, agreements."""


def next_number(series: str, year: int) -> int:
    """See ``counting.next_number``."""
    from vincula.kernel.numbering import counting  # models cannot be imported while the app registry is being filled

    return counting.next_number(series, year)
