"""About how wide texts are, for what is laid out before a browser sees it: drawings, and rows that fold."""

NARROW, BROAD = frozenset("iIjltfr.,:;'|!()[] -·1"), frozenset("mwMWШЩЖЮФМЫшщжюфмы@%—")
MEASURED_AT = 12


def measure(text: str, size: int = MEASURED_AT) -> float:
    """Pixels of a text in a type of ``size`` pixels, rather too many than too few."""
    wide = sum(3.7 if c in NARROW else 10.2 if c in BROAD else 8.4 if c.isupper() else 7.0 for c in text)
    return wide * size / MEASURED_AT


def clipped(text: str, room: float) -> str:
    """As much of a text as has room; what is left out is marked."""
    if measure(text) <= room:
        return text
    while text and measure(text) > room - 10:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, room: float) -> list[str]:
    """A name in one line or two."""
    words = text.split()
    one = 0
    while one < len(words) and measure(" ".join(words[: one + 1])) <= room:
        one += 1
    if one == len(words):
        return [text.strip()]
    one = max(one, 1)
    lines = [clipped(" ".join(words[:one]), room)]
    return lines if lines[0].endswith("…") and one == len(words) else [lines[0], clipped(" ".join(words[one:]), room)]
