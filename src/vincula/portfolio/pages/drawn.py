"""The drawing of what a service needs and what breaks if it goes: columns of boxes, joined by lines (issue 4).

Left stands what it needs, right what needs it, each as far away as its longest way is, so that every line runs one way.
All that has to be worked out is worked out here; the page gets places in pixels. What may not be seen is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.records.models import Record
from vincula.kernel.ui.widths import clipped, wrapped
from vincula.portfolio.lifecycles import STAGE_TONES, STAGES
from vincula.portfolio.models import Discontinuance
from vincula.portfolio.queries.around import Neighbour, neighbours
from vincula.portfolio.rules import ties
from vincula.portfolio.rules.ties import Edge

MOST = 24  # boxes of a drawing; the nearest ones. All stand in the list
WIDE, GAP, APART, HEAD = 156, 44, 10, 22  # pixels: a box, between columns, between boxes, above the columns
SLIM = {5: (136, 32)}  # five columns and more: box and gap
ONE, TWO, LINE = 40, 55, 14  # height of a box with a name of one line and of two, and of the way of a line past boxes
INSET, MARK = 8, 14
STAGE_WORDS = dict(STAGES)
MARKS = {  # tone of a stage: the shape that stands for it, as everywhere on pages; square without one
    "good": "M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "warn": "M12 8l4.500 8h-9z", "none": "M9 12a3.500 3.500 0 1 0 7 0a3.500 3.500 0 1 0-7 0z",
    "": "M8 8h8v8h-8z",
}  # fmt: skip


class Point(NamedTuple):
    """A service in its column, or (``edge`` ≥ 0) the place where a line passes a column."""

    pk: int
    column: int
    edge: int = -1


def register() -> None:
    """Whoever plans the end of a service reads what ends with it."""
    title = gettext_lazy("What breaks if it goes")
    places.PANELS.put(
        places.Panel("breaks", title, "portfolio.discontinuance", template="portfolio/breaks.html", context=_ending)
    )


def _ending(request: HttpRequest, record: Record) -> dict[str, Any] | None:
    assert isinstance(record, Discontinuance)
    found = breaking(record.service_id, *neighbours(request.user))
    return {"breaks": found} if found else None


@dataclass
class Web:
    """What the page shows: the two trees as a list, and the drawing."""

    needs: list[dict[str, Any]] = field(default_factory=list)
    breaks: list[dict[str, Any]] = field(default_factory=list)
    boxes: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)  # {side: where its head ends or begins}
    width: int = 0
    height: int = 0
    left_out: int = 0  # services that stand in the list only


def web(pk: int, edges: Sequence[Edge], services: dict[int, Neighbour]) -> Web:
    """Of the service ``pk``; ``services`` are those that may be seen."""
    seen = ties.among(edges, services)
    order = _order(services)
    needs = ties.tree(seen, pk, order, to_needed=True)
    breaks = ties.tree(seen, pk, order, to_needed=False)
    found = Web(_told(needs, services), _told(breaks, services))
    if needs or breaks:
        _draw(found, pk, seen, services, needs, breaks)
    return found


def breaking(pk: int, edges: Sequence[Edge], services: dict[int, Neighbour]) -> list[dict[str, Any]]:
    """The services that break if ``pk`` goes, each under the one that it is reached through."""
    return _told(ties.tree(ties.among(edges, services), pk, _order(services), to_needed=False), services)


def _order(services: dict[int, Neighbour]) -> dict[int, int]:
    """{service: rank by name}."""
    return {pk: n for n, pk in enumerate(sorted(services, key=lambda each: (services[each].name.casefold(), each)))}


def _told(branches: Sequence[ties.Branch], services: dict[int, Neighbour]) -> list[dict[str, Any]]:
    return [
        {**told(services[each.pk]), "suffers": each.kind == "suffers", "under": _told(each.under, services)}
        for each in branches
    ]


def told(service: Neighbour) -> dict[str, Any]:
    """What is told of a neighbour, in the list and in its box."""
    return {"url": registry.get("portfolio.service").url(service.pk), "code": service.code, "name": service.name,
            "stage": str(STAGE_WORDS[service.stage]), "tone": STAGE_TONES.get(service.stage, "")}  # fmt: skip


# ── places ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _draw(found: Web, pk: int, seen: list[Edge], services: dict[int, Neighbour], needs: list[ties.Branch], breaks: list[ties.Branch]) -> None:  # fmt: skip
    column, found.left_out = _columns(pk, seen, needs, breaks)
    first, last = min(column.values()), max(column.values())
    wide, gap = SLIM.get(min(last - first + 1, 5), (WIDE, GAP))
    columns: list[list[Point]] = [[] for _ in range(first, last + 1)]
    points = {each: Point(each, at) for each, at in column.items()}
    for point in points.values():
        columns[point.column - first].append(point)
    ways = _ways(seen, points, columns, first)
    columns = ties.uncrossed(columns, [pair for way, _kind in ways for pair in pairwise(way)])
    names = {each: wrapped(services[each].name, wide - 2 * INSET) for each in column if each in services}
    tall = {p: LINE if p.edge >= 0 else TWO if len(names[p.pk]) > 1 else ONE for each in columns for p in each}
    heights = [sum(tall[p] for p in each) + APART * (len(each) - 1) for each in columns]
    found.width, found.height = len(columns) * (wide + gap) - gap + 2, HEAD + max(heights) + 2
    middle: dict[Point, int] = {}
    for each, height in zip(columns, heights, strict=True):
        y = HEAD + (max(heights) - height) // 2 + 1
        for point in each:
            middle[point] = y + tall[point] // 2
            y += tall[point] + APART
    left = {point: 1 + (point.column - first) * (wide + gap) for point in middle}
    found.boxes = [
        {**told(services[p.pk]), "own": p.pk == pk, "x": left[p], "y": middle[p] - tall[p] // 2, "w": wide, "h": tall[p],
         "mark": MARKS[STAGE_TONES.get(services[p.pk].stage, "")],
         "lines": names[p.pk], "first": clipped(_first(services[p.pk]), wide - 2 * INSET - MARK)}
        for p in sorted(points.values(), key=lambda p: (p.column, middle[p]))
    ]  # fmt: skip
    found.lines = [
        {"d": _path([(left[p], middle[p]) for p in way], wide), "suffers": kind == "suffers"} for way, kind in ways
    ]
    found.heads = {"needs": left[points[pk]] - gap, "breaks": left[points[pk]] + wide + gap}


def _columns(
    pk: int, seen: list[Edge], needs: list[ties.Branch], breaks: list[ties.Branch]
) -> tuple[dict[int, int], int]:
    """{service: its column}: under 0 what is needed, over 0 what breaks; and how many found no room."""
    nearest = sorted([(n, side, each.pk) for side, there in ((-1, needs), (1, breaks)) for n, each in enumerate(ties.flat(there))])  # fmt: skip
    column = {pk: 0}
    for side in (-1, 1):
        kept = {each for _n, of, each in nearest[:MOST] if of == side} - set(column)
        far = ties.farthest(ties.steps(seen, to_needed=side < 0), pk, kept)
        column |= {each: side * steps for each, steps in far.items()}
    return column, max(0, len(nearest) - MOST)


def _ways(
    seen: list[Edge], points: dict[int, Point], columns: list[list[Point]], first: int
) -> list[tuple[list[Point], str]]:
    """Each line as the points that it goes through, from left to right; it passes a column between two boxes."""
    found = []
    for n, (service, needed, kind) in enumerate(seen):
        if service not in points or needed not in points:
            continue
        start, end = points[needed], points[service]
        if start.column >= end.column:
            continue  # a circle, which nobody can save any more
        between = [Point(service, at, n) for at in range(start.column + 1, end.column)]
        for point in between:
            columns[point.column - first].append(point)
        found.append(([start, *between, end], kind))
    return found


def _path(places: list[tuple[int, int]], wide: int) -> str:
    """From the right edge of the first box to the left edge of the last, level past the columns between."""
    drawn = [f"M{places[0][0] + wide} {places[0][1]}"]
    for n, ((x, y), (to_x, to_y)) in enumerate(pairwise(places)):
        half = (x + wide + to_x) // 2
        drawn.append(f"C{half} {y} {half} {to_y} {to_x} {to_y}")
        if n < len(places) - 2:
            drawn.append(f"h{wide}")
    return "".join(drawn)


# ── words in boxes ────────────────────────────────────────────────────────────────────────────────────────────────


def _first(service: Neighbour) -> str:
    """Code and stage, or the stage alone."""
    return " · ".join(part for part in (service.code, str(STAGE_WORDS[service.stage])) if part)
