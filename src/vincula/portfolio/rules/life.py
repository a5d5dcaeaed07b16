"""The life of a service: tracks, penetration, pilots, shutdown (formulas 6, 9; requirements L6–L10)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel.ui import format as shown
from vincula.portfolio.rules import ties
from vincula.portfolio.rules.scoring import HUNDREDTH, percent, rounded

CLOSED = ("done", "waived")
TWO_POINTS = re.compile(r"(?<!\.)\.\.(?!\.)")


def one_point(text: str) -> str:
    """A date that ends with a point ends its sentence: "1 окт. 2026 г.." → "1 окт. 2026 г."."""
    return TWO_POINTS.sub(".", text)


def is_closed(state: str, waived_until: date | None, today: date) -> bool:
    """Done, or waived while the waiver lasts: its last day counts."""
    return state in CLOSED and not (state == "waived" and waived_until is not None and waived_until < today)


@dataclass(frozen=True)
class Work:
    """A deliverable as the gate sees it."""

    name: str
    track: str
    state: str
    mandatory: bool = True


def track_share(work: Iterable[Work], track: str) -> Decimal | None:
    """Closed deliverables of a track in %: 4 of 5 → 80.0; None when the track has none."""
    there = [w for w in work if w.track == track]
    return percent(sum(w.state in CLOSED for w in there), len(there))


def both_tracks_closed(work: Sequence[Work], tracks: dict[str, str]) -> list[str]:
    """A sentence per track ({key: name}) that is not closed: how far it is, and every deliverable that is missing."""
    said = []
    for track, name in tracks.items():
        open_ = [w.name for w in work if w.track == track and w.mandatory and w.state not in CLOSED]
        if open_:
            said.append(
                _("%(track)s %(share)s %%; missing: %(names)s.")
                % {"track": name, "share": shown.format_number((track_share(work, track) or Decimal(0)).normalize()),
                   "names": ", ".join(dict.fromkeys(open_))}
            )  # fmt: skip
    return said


def penetration(subscribed: int, eligible: int) -> Decimal | None:
    """Organisations subscribed ÷ organisations eligible in %: 14 of 312 → 4.5."""
    return percent(subscribed, eligible)


def is_under(share: Decimal | None, threshold: Decimal | None) -> bool:
    """Known, and under a threshold that somebody set."""
    return share is not None and threshold is not None and share < threshold


def uptime(minutes_down: int, minutes: int) -> Decimal | None:
    """Up ÷ total in % with two decimals: 78 minutes down of 43,200 → 99.82."""
    if minutes <= 0:
        return None
    return rounded(Decimal(100) * (minutes - minutes_down) / minutes, HUNDREDTH)


def mean(values: Sequence[Decimal | int]) -> Decimal | None:
    """With two decimals: 5, 4, 4, 4, 4 → 4.20."""
    if not values:
        return None
    return rounded(sum((Decimal(v) for v in values), Decimal(0)) / len(values), HUNDREDTH)


def median_days(days: Sequence[int]) -> int:
    """The middle of them, of an even number the mean of both in the middle, half up: 10 and 15 → 13. ValueError for none."""
    if not days:
        raise ValueError("no days")
    ordered, middle = sorted(days), len(days) // 2
    return ordered[middle] if len(days) % 2 else (ordered[middle - 1] + ordered[middle] + 1) // 2


COMPARATORS = {
    "at_least": lambda value, target: value >= target,
    "at_most": lambda value, target: value <= target,
}


def criterion_is_met(comparator: str, target: Decimal, value: Decimal | None) -> bool | None:
    """Whether a pilot's criterion is met; None while there is no result."""
    return None if value is None else COMPARATORS[comparator](value, target)


def months_later(start: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month: 2026-04-01 and six → 2026-10-01.

    What is beyond the calendar is its first or last day: a record is asked before its figures are known to be possible.
    """
    year, month = divmod(start.month - 1 + months, 12)
    if start.year + year < MINYEAR:
        return date.min
    if start.year + year + (month == 11) > MAXYEAR:
        return date.max  # later than any calendar goes
    first_after = date(start.year + year + (month == 11), (month + 1) % 12 + 1, 1)
    last = date.fromordinal(first_after.toordinal() - 1)
    return last.replace(day=min(start.day, last.day))


def end_keeps_notice(noticed: date, months: int, end: date) -> str | None:
    """The end of a service lies not before its notice has run out."""
    earliest = months_later(noticed, months)
    if end >= earliest:
        return None
    told = _("With %(months)s months' notice from %(noticed)s the earliest end is %(earliest)s.") % {
        "months": months, "noticed": shown.format_date(noticed), "earliest": shown.format_date(earliest),
    }  # fmt: skip
    return one_point(told)


@dataclass(frozen=True)
class Leaving:
    """A subscriber of a service that ends."""

    name: str
    settled: bool  # ended, moved, or waived in writing


def is_settled(state: str, until: date | None, today: date, *, stays_here: bool) -> bool:
    """Whether a subscription is ended, moved or waived. An end that lies ahead is none yet; a move to another offering
    of the same service (``stays_here``) leads nowhere."""
    ahead = state == "ended" and (until is None or until > today)
    return state != "active" and not stays_here and not ahead


def moved_share(subscribers: Sequence[Leaving]) -> Decimal | None:
    """Subscribers that are settled in %: 11 of 14 → 78.6."""
    return percent(sum(s.settled for s in subscribers), len(subscribers))


def all_have_left(subscribers: Sequence[Leaving]) -> str | None:
    """Nobody is left on the service; else the sentence that names them."""
    left = [s.name for s in subscribers if not s.settled]
    if not left:
        return None
    return ngettext(
        "%(n)s subscription is neither ended, moved nor waived in writing: %(names)s.",
        "%(n)s subscriptions are neither ended, moved nor waived in writing: %(names)s.",
        len(left),
    ) % {"n": len(left), "names": ", ".join(dict.fromkeys(left))}


def no_circle(edges: Iterable[tuple[int, int]], new: tuple[int, int]) -> str | None:
    """``new`` (service, what it depends on) closes no circle in the dependencies ``edges``."""
    source, target = new
    if source != target and source not in ties.nearest(ties.steps(edges, to_needed=True), target):
        return None
    return _("This would close a circle: each of these services would need the other.")
