"""What relations between organisations become here: the one main parent, the successor, and links for all else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from vincula.kernel.exchange.profile import Tie, Tied
from vincula.parties.models import Organisation, OrganisationLink

LINKS = {
    "parent": "part_of",
    "child": "parent_of",
    "related": "related",
    "predecessor": "predecessor",
    "successor": "successor",
}
AT_ONCE = 400


def tie(ties: Sequence[Tie]) -> Tied:
    """Links and changes that are not there yet.

    A relation that both sides tell (A parent of B, B child of A) is written once. Where the other organisation is
    missing, the link keeps its reference and finds it when it arrives.
    """
    made = Tied()
    here = _columns({pk for one in ties for pk in (one.source, one.target) if pk is not None})
    there = _Links({one.source for one in ties} | {one.target for one in ties if one.target is not None})
    # Whoever names its own parent is believed first; a parent that lists its children only fills gaps.
    for one in sorted(ties, key=lambda one: (one.kind != "parent", one.target is None)):
        if one.target == one.source:
            continue
        if one.target is not None and _by_column(one, here, made):
            continue
        if not there.has(one):
            made.links.append(there.add(one))
    return made


def _columns(ids: Iterable[int]) -> dict[int, dict[str, int | None]]:
    """{id: {"parent": id, "successor": id}} as stored."""
    found: dict[int, dict[str, int | None]] = {}
    every = sorted(ids)
    for start in range(0, len(every), AT_ONCE):
        rows = Organisation._base_manager.filter(pk__in=every[start : start + AT_ONCE])
        for pk, parent, successor in rows.values_list("pk", "parent_id", "successor_id"):
            found[pk] = {"parent": parent, "successor": successor}
    return found


def _by_column(one: Tie, here: dict[int, dict[str, int | None]], made: Tied) -> bool:
    """Whether the relation is (now) told by a column of one of the two."""
    assert one.target is not None
    if one.kind in ("parent", "child"):
        name, low, high = "parent", one.source, one.target
        if one.kind == "child":
            low, high = one.target, one.source
    elif one.kind in ("successor", "predecessor"):
        name, low, high = "successor", one.source, one.target
        if one.kind == "predecessor":
            low, high = one.target, one.source
    else:
        return False
    if here[low][name] == high:
        return True
    if here[low][name] is not None or _leads_to(high, low, name, here):
        return False
    here[low][name] = high
    made.change(Organisation, low, **{name: high})
    return True


def _leads_to(begin: int, end: int, name: str, here: dict[int, dict[str, int | None]]) -> bool:
    """Whether following the column from ``begin`` comes to ``end``: then it would close a circle."""
    at: int | None = begin
    seen: set[int] = set()
    while at is not None and at not in seen:
        if at == end:
            return True
        seen.add(at)
        if at not in here:
            here.update(_columns([at]))
        at = here.get(at, {}).get(name)
    return False


class _Links:
    """Links between the organisations at hand, open ones only."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._ends: set[tuple[int, str, int]] = set()
        self._references: dict[tuple[int, str], set[tuple[str, str]]] = defaultdict(set)
        every = sorted(ids)
        for start in range(0, len(every), AT_ONCE):
            rows = OrganisationLink._base_manager.filter(
                source_id__in=every[start : start + AT_ONCE], until=None, trashed_at=None
            )
            for link in rows:
                self._note(link)

    def _note(self, link: Any) -> None:
        if link.target_id is not None:
            self._ends.add((link.source_id, link.kind, link.target_id))
        if link.reference_value:
            self._references[link.source_id, link.kind].add((link.reference_scheme, link.reference_value))

    def has(self, one: Tie) -> bool:
        """Whether the relation is told already, from either side."""
        kind = LINKS[one.kind]
        if (one.reference.scheme, one.reference.value) in self._references[one.source, kind]:
            return True
        if one.target is None:
            return False
        back = {"part_of": "parent_of", "parent_of": "part_of", "predecessor": "successor", "successor": "predecessor"}
        return (one.source, kind, one.target) in self._ends or (
            one.target, back.get(kind, kind), one.source) in self._ends  # fmt: skip

    def add(self, one: Tie) -> OrganisationLink:
        link = OrganisationLink(
            source_id=one.source, kind=LINKS[one.kind], target_id=one.target,
            reference_scheme=one.reference.scheme, reference_value=one.reference.value,
            reference_label=one.reference.label,
        )  # fmt: skip
        self._note(link)
        return link
