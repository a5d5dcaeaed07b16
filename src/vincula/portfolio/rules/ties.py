"""What a service needs and what needs it, through others too: how far away each stands, and in which order it is drawn.

An edge is (service, what it needs, kind). Circles are refused when dependencies are saved; one that is there all the
same (two halves saved by two old programs, say) is gone through once.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Edge = tuple[int, int, str]
Steps = Mapping[int, Sequence[int]]
Point = TypeVar("Point")
SWEEPS = 4  # how often the order of columns is mended, there and back; more changes nothing that one sees


@dataclass
class Branch:
    """A service under the one that it is reached through; ``kind`` of the edge between them."""

    pk: int
    kind: str
    under: list["Branch"] = field(default_factory=list)


def among(edges: Iterable[Edge], seen: Collection[int]) -> list[Edge]:
    """The edges that join two services of ``seen``: nothing is reached through a service that may not be seen."""
    return [edge for edge in edges if edge[0] in seen and edge[1] in seen]


def steps(edges: Iterable[tuple[Any, ...]], *, to_needed: bool) -> dict[int, list[int]]:
    """{service: those one step on}: what it needs, or with ``to_needed`` false what needs it. Of the edges the ends count."""
    found: dict[int, list[int]] = {}
    for service, needed, *_kind in edges:
        here, there = (service, needed) if to_needed else (needed, service)
        found.setdefault(here, []).append(there)
    return found


def nearest(on: Steps, start: int) -> dict[int, int]:
    """{service: steps of the shortest way from ``start``}, without ``start`` itself."""
    found, queue = {start: 0}, deque([start])
    while queue:
        here = queue.popleft()
        for there in on.get(here, ()):
            if there not in found:
                found[there] = found[here] + 1
                queue.append(there)
    del found[start]
    return found


def farthest(on: Steps, start: int, kept: Collection[int]) -> dict[int, int]:
    """{service: steps of the longest way from ``start`` through ``kept``}: in columns made so every line runs one way.

    What stands in a circle has no longest way: it gets the shortest.
    """
    there = {start, *kept}
    waits = dict.fromkeys(there, 0)
    for here in there:
        for one in set(on.get(here, ())) & there:
            waits[one] += 1
    found, queue = {start: 0}, deque([start])
    done: set[int] = set()
    while queue:
        here = queue.popleft()
        done.add(here)
        for one in set(on.get(here, ())) & there:
            found[one] = max(found.get(one, 0), found[here] + 1)
            waits[one] -= 1
            if not waits[one] and one != start:
                queue.append(one)
    near = nearest(on, start)
    return {pk: found[pk] if pk in done else near[pk] for pk in kept}


def tree(edges: Sequence[Edge], start: int, order: Mapping[int, int], *, to_needed: bool) -> list[Branch]:
    """Each service that is reached from ``start`` once, under the first that it is reached through.

    ``order`` {service: rank} sorts those that stand under the same one.
    """
    kinds = {(service, needed): kind for service, needed, kind in edges}
    on = steps(edges, to_needed=to_needed)
    met: dict[int, Branch] = {start: Branch(start, "")}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there in sorted(set(on.get(here, ())), key=lambda pk: order.get(pk, 0)):
            if there not in met:
                kind = kinds[(here, there) if to_needed else (there, here)]
                met[there] = Branch(there, kind)
                met[here].under.append(met[there])
                queue.append(there)
    return met[start].under


def flat(branches: Iterable[Branch]) -> list[Branch]:
    """The branches of a tree, those nearest to its root first."""
    found, queue = [], deque(branches)
    while queue:
        found.append(queue.popleft())
        queue.extend(found[-1].under)
    return found


def uncrossed(columns: list[list[Point]], lines: Iterable[tuple[Point, Point]]) -> list[list[Point]]:
    """The same columns, each in an order in which few of the ``lines`` between neighbouring columns cross.

    Every point goes to the mean place of those that it is joined to, column by column, there and back.
    """
    joined: dict[Point, list[Point]] = {}
    for one, other in lines:
        joined.setdefault(one, []).append(other)
        joined.setdefault(other, []).append(one)
    ordered = [list(column) for column in columns]
    for sweep in range(SWEEPS):
        there = range(1, len(ordered)) if sweep % 2 == 0 else range(len(ordered) - 2, -1, -1)
        for at in there:
            beside = ordered[at - 1 if sweep % 2 == 0 else at + 1]
            place = {point: n / max(len(beside) - 1, 1) for n, point in enumerate(beside)}
            own = {point: n / max(len(ordered[at]) - 1, 1) for n, point in enumerate(ordered[at])}

            def mean(point: Point, place: dict[Point, float] = place, own: dict[Point, float] = own) -> float:
                there = [place[other] for other in joined.get(point, ()) if other in place]
                return sum(there) / len(there) if there else own[point]

            ordered[at].sort(key=mean)
    return ordered
