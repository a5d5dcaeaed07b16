"""Boards: who may vote, whether enough are there, what the votes decide (requirements L2, L5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

GO, CONDITIONS, HOLD, ALTERNATIVES, NO_GO = "go", "go_with_conditions", "hold", "alternatives", "no_go"
OUTCOMES = (GO, CONDITIONS, HOLD, ALTERNATIVES, NO_GO)
YES, NO, ABSTAIN = "yes", "no", "abstain"


@dataclass(frozen=True)
class Seat:
    """A voting seat: its member, and the deputy who votes only when the member is absent."""

    pk: int
    member: int
    deputy: int | None = None
    weight: Decimal = Decimal(1)


@dataclass(frozen=True)
class Rules:
    """``quorum`` seats must be present; ``majority`` is the share of votes cast that yes must exceed (½: simple)."""

    quorum: int
    majority: Fraction = Fraction(1, 2)


@dataclass(frozen=True)
class Count:
    """Votes by weight, and whether they carry the motion."""

    yes: Decimal
    no: Decimal
    abstained: Decimal
    carried: bool

    @property
    def told(self) -> str:
        """ "3 : 1"."""
        return f"{self.yes.normalize():f} : {self.no.normalize():f}"


def voter(seat: Seat, present: Iterable[int]) -> int | None:
    """Who votes for the seat: the member when present, else the deputy when present, else nobody."""
    here = set(present)
    if seat.member in here:
        return seat.member
    return seat.deputy if seat.deputy in here else None


def voters(seats: Iterable[Seat], present: Iterable[int], recused: Iterable[int] = ()) -> dict[int, int]:
    """{seat: who votes for it on this item}. One person fills one seat: the own one, else the first deputised.

    A recused seat is left out altogether, its deputy with it: the interest lies with the seat, and its member does not
    come back as somebody else's deputy. A deputy does not step in for a member who is there and votes for another seat.
    """
    seats, out = list(seats), set(recused)
    here = set(present) - {s.member for s in seats if s.pk in out}
    found: dict[int, int] = {}
    ordered = sorted((s for s in seats if s.pk not in out), key=lambda s: s.member not in here)
    for seat in ordered:
        who = voter(seat, here)
        if who is not None and who not in found.values():
            found[seat.pk] = who
    return found


def occupied(seats: Sequence[Seat], present: Iterable[int], recused: Iterable[int] = ()) -> list[Seat]:
    """Seats for which somebody votes on this item."""
    there = voters(seats, present, recused)
    return [seat for seat in seats if seat.pk in there]


def valid(
    given: Iterable[tuple[int, int, str]], seats: Sequence[Seat], present: Iterable[int], recused: Iterable[int]
) -> dict[int, str]:
    """{seat: choice} of votes (seat, by whom, choice) that count: cast by whoever votes for the seat now.

    A vote falls away when its caster leaves, though a deputy steps in, and a deputy's when the member comes.
    """
    there = voters(seats, present, recused)
    return {seat: choice for seat, by, choice in given if there.get(seat) == by}


def chairs(who: int | None, seats: Iterable[Seat], present: Iterable[int]) -> bool:
    """``who`` holds one of the ``seats`` that chair, or deputises on one whose member is not there."""
    here = set(present)
    return any(who == s.member or (who is not None and who == s.deputy and s.member not in here) for s in seats)


def quorum_is_met(seats: Sequence[Seat], present: Iterable[int], recused: Iterable[int], rules: Rules) -> str | None:
    """Enough seats are occupied. Recused seats leave the base: the quorum falls in the same proportion, rounded up.

    Five votes, quorum 3: b1–b4 present → met; b1 and b2 only → "no quorum".
    """
    out = set(recused) & {s.pk for s in seats}
    base = len(seats) - len(out)
    if base == 0:
        return _("No quorum: every seat is recused.")
    needed = -(-rules.quorum * base // len(seats))
    there = len(occupied(seats, present, out))
    if there >= needed:
        return None
    return ngettext(
        "No quorum: %(there)s of %(needed)s seat needed is present.",
        "No quorum: %(there)s of %(needed)s seats needed are present.",
        needed,
    ) % {"there": there, "needed": needed}


def counted(votes: Mapping[int, str], seats: Iterable[Seat], rules: Rules) -> Count:
    """Votes {seat: yes | no | abstain}. Carried when yes exceeds its share of the votes cast; abstentions are not cast.

    3 yes, 1 no → carried, 3 : 1. 2 : 2 → not carried.
    """
    weight = {s.pk: s.weight for s in seats}
    total = {choice: Decimal(0) for choice in (YES, NO, ABSTAIN)}
    for seat, choice in votes.items():
        total[choice] += weight[seat]
    cast = total[YES] + total[NO]
    carried = cast > 0 and Fraction(total[YES]) > Fraction(cast) * rules.majority
    return Count(total[YES], total[NO], total[ABSTAIN], carried)


def may_vote(who: int, seat: Seat, seats: Sequence[Seat], present: Iterable[int], recused: Iterable[int]) -> str | None:
    """``who`` may cast the vote of ``seat``."""
    here = set(present)
    if seat.pk in set(recused) or who in {s.member for s in seats if s.pk in set(recused)}:
        return _("This seat is recused: it does not vote on this item.")
    if who not in (seat.member, seat.deputy):
        return _("Only the member of this seat or the deputy votes for it.")
    if who not in here:
        return _("Who is not present does not vote.")
    if who == seat.deputy and seat.member in here:
        return _("The deputy votes only when the member is absent.")
    if voters(seats, here, recused).get(seat.pk) != who:
        return _("This person votes for another seat already.")
    return None
