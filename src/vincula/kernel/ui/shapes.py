"""Small drawings worked out on the server: the points of a sparkline (look/README.md, "Sparkline")."""

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT, INSET = 128.0, 20.0, 3.0


def spark(values: Sequence[Any], target: Any = None) -> dict[str, Any]:
    """``{"points", "x", "y", "target", "bad"}`` for a polyline in a 128 × 20 box, scaled to its own values.

    Missing values (None) are skipped, the line bridges them. ``target`` is drawn dotted; ``bad`` = last below target.
    """
    found = [(index, float(value)) for index, value in enumerate(values) if value is not None]
    if not found:
        return {"points": "", "x": 0, "y": 0, "target": None, "bad": False}
    goal = None if target is None else float(target)
    heights = [value for _, value in found] + ([goal] if goal is not None else [])
    low, high = min(heights), max(heights)
    span = (high - low) or 1.0
    step = (WIDTH - 5) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        middle = (HEIGHT / 2) if high == low else HEIGHT - INSET - (value - low) / span * (HEIGHT - 2 * INSET)
        return round(middle, 1)

    points = [(round(1 + index * step, 1), y(value)) for index, value in found]
    return {
        "points": " ".join(f"{px:g},{py:g}" for px, py in points),
        "x": points[-1][0],
        "y": points[-1][1],
        "target": None if goal is None else y(goal),
        "bad": goal is not None and found[-1][1] < goal,
    }
