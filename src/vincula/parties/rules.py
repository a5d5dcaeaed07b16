"""Pure rules and arithmetic of this room: None, or the sentence that says what is missing; figures from plain values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

DEEPEST = 40  # levels of a tree that anybody can still understand
CONTACT = ("call", "email", "visit", "meeting", "training", "event")  # a note is not a contact
WINDOW = timedelta(days=730)  # degree of contact looks back two years
REGULAR_COUNT, REGULAR_LATEST = 6, timedelta(days=180)
DEGREES = ("none", "once", "occasional", "regular")
HOURS_A_WEEK = Decimal(38)


# ── structure ─────────────────────────────────────────────────────────────────────────────────────────────────────


def no_circle(pk: int, above: int | None, step: Callable[[int], int | None]) -> str | None:
    """Walking up from ``above`` by ``step`` never comes back to ``pk``."""
    seen: set[int] = set()
    while above is not None:
        if above == pk:
            return _("This would close a circle: it would stand above itself.")
        if above in seen or len(seen) >= DEEPEST:
            return _("The tree above it is too deep.")
        seen.add(above)
        above = step(above)
    return None


def overlap(since: date | None, until: date | None, other_since: date | None, other_until: date | None) -> bool:
    """Whether two periods share a day; a missing date is endless."""
    if since and other_until and other_until < since:
        return False
    return not (other_since and until and until < other_since)


def represents_somebody(representative: bool, person: int | None, organisation: int | None) -> str | None:
    """A representative is a person who speaks for an organisation."""
    if representative and (person is None or organisation is None):
        return _("A representative is a person of an organisation: name both.")
    return None


def orcid_is_right(value: str) -> str | None:
    """The check digit (ISO 7064, mod 11-2) of an ORCID written in four groups."""
    digits = value.replace("-", "")
    shape = len(value) == 19 and value[4::5] == "---" and digits[:15].isascii() and digits[:15].isdigit()
    if not shape or not (digits[15:] == "X" or (digits[15:].isascii() and digits[15:].isdigit())):
        return _("An ORCID has four groups of four digits, for example 0000-0002-1825-0097.")
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    expected = (12 - total % 11) % 11
    if digits[15] != ("X" if expected == 10 else str(expected)):
        return _("The last sign of this ORCID does not fit the others; one of them is mistyped.")
    return None


# ── contact ───────────────────────────────────────────────────────────────────────────────────────────────────────


def degree_of_contact(count: int, latest: datetime | None, now: datetime) -> str:
    """From the contacts of the last 24 months: none; once; regular = six or more, the latest at most 180 days ago;
    else occasional."""
    if not count or latest is None:
        return "none"
    if count == 1:
        return "once"
    return "regular" if count >= REGULAR_COUNT and now - latest <= REGULAR_LATEST else "occasional"


def silent_days(latest: datetime | None, now: datetime) -> int | None:
    """Whole days since the latest contact; None when there was none."""
    return None if latest is None else max((now - latest).days, 0)


# ── contact roles ─────────────────────────────────────────────────────────────────────────────────────────────────

EXPECTED: Mapping[str, tuple[str, ...]] = {
    "customer": ("sponsor", "decision_maker", "technical", "security", "billing"),
    "partner": ("decision_maker", "technical"),
    "prospect": ("decision_maker",),
    "supplier": ("technical", "billing"),
}


def expected_roles(relations: Iterable[str]) -> tuple[str, ...]:
    """The contact roles that somebody should hold, by what the organisation is to us."""
    relations = set(relations)
    found = [role for relation, roles in EXPECTED.items() if relation in relations for role in roles]
    return tuple(dict.fromkeys(found))


class Held(NamedTuple):
    """One holding of a contact role."""

    role: str
    person: str
    since: date | None
    until: date | None


class Vacancy(NamedTuple):
    """A role nobody holds: since when it is empty and who held it last, where that is known."""

    role: str
    since: date | None = None
    last: str = ""


def vacancies(expected: Sequence[str], holdings: Iterable[Held], today: date) -> list[Vacancy]:
    """Expected roles, and roles that were held before, which nobody holds today; in the order of expectation."""
    by_role: dict[str, list[Held]] = {role: [] for role in expected}
    for held in holdings:
        by_role.setdefault(held.role, []).append(held)
    empty = []
    for role, rows in by_role.items():
        if not rows:
            empty.append(Vacancy(role))
            continue
        if any(overlap(h.since, h.until, today, today) for h in rows):
            continue
        past = [h for h in rows if h.until is not None and h.until < today]
        if not past and role not in expected:
            continue  # it begins later only
        last = max(past, key=lambda h: h.until or today) if past else None
        empty.append(Vacancy(role, last.until if last else None, last.person if last else ""))
    return empty


def can_hand_over(since: date | None, until: date | None, holder: int, to: int, on: date) -> str | None:
    """A role that is held on the day before passes to somebody else."""
    if holder == to:
        return _("This person holds the role already.")
    if until is not None and until < on:
        return _("The role is not held any more on that day; give it to the new person instead.")
    if since is not None and since >= on:
        return _("The role begins on that day or later; choose a later day.")
    return None


# ── what was typed ────────────────────────────────────────────────────────────────────────────────────────────────

NEXT = ("next:", "далее:", "ensuite :", "ensuite:", "volgende:", "nächstes:")


def composed(text: str, longest: int) -> tuple[str, str, str]:
    """(subject, notes, next step) of a text: first line or sentence, the rest, and the line that begins with "next:"."""
    lines, step = [], ""
    for line in text.replace("\0", "").strip().splitlines():
        start = next((n for n in NEXT if line.strip().casefold().startswith(n)), "")
        if start and not step:
            step = line.strip()[len(start) :].strip()
        else:
            lines.append(line.rstrip())
    body = "\n".join(lines).strip()
    first, _newline, rest = body.partition("\n")
    if len(first) > longest:
        sentence, _dot, more = first.partition(". ")
        if len(sentence) < longest:
            return sentence + ".", f"{more}\n{rest}".strip(), step
        cut = first.rfind(" ", longest // 2, longest - 1)
        cut = cut if cut > 0 else longest - 1
        return first[:cut] + "…", body, step
    return first, rest.strip(), step


# ── expertise ─────────────────────────────────────────────────────────────────────────────────────────────────────

FRESH_FOR = 365  # days
LEAST_FRESHNESS = 0.25
WITHOUT_EVIDENCE = 0.7


def freshness(confirmed: date | None, today: date) -> float:
    """1 for a year after it was confirmed, then halved each year, never under 0.25; 0.25 when never confirmed."""
    if confirmed is None:
        return LEAST_FRESHNESS
    days = (today - confirmed).days
    return 1.0 if days <= FRESH_FOR else max(LEAST_FRESHNESS, 0.5 ** ((days - FRESH_FOR) / 365))


def expertise_score(level: int, confirmed: date | None, evidence: str, today: date) -> float:
    """Level (of 5) × freshness × evidence (1 when some is given, else 0.7), 0 to 100 with one decimal."""
    known = 1.0 if evidence.strip() else WITHOUT_EVIDENCE
    return round(100 * level / 5 * freshness(confirmed, today) * known, 1)


# ── functions and workload ────────────────────────────────────────────────────────────────────────────────────────


def fte_gap(needed: Decimal, held: Iterable[Decimal]) -> Decimal:
    """What is missing (positive) or too much (negative)."""
    return needed - sum(held, Decimal(0))


def load(hours_open: Decimal, weeks: int, fte: Decimal) -> Decimal | None:
    """Share in % of the working time of the next ``weeks`` that open work takes; None for who has no hours here.

    76 hours open, four weeks, 1 FTE: 76 ÷ (4 × 38) = 50.0 %.
    """
    hours = weeks * HOURS_A_WEEK * fte
    if hours <= 0:
        return None
    return (100 * hours_open / hours).quantize(Decimal("0.1"), ROUND_HALF_UP)


def overlapping(items: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], list[int]]:
    """{(organisation, subject): items} where two or more live (item, organisation, subject) meet."""
    found: dict[tuple[int, int], list[int]] = {}
    for item, organisation, subject in items:
        there = found.setdefault((organisation, subject), [])
        if item not in there:
            there.append(item)
    return {place: there for place, there in found.items() if len(there) > 1}


# ── freshness of records and dates ────────────────────────────────────────────────────────────────────────────────


def is_stale(review_date: date | None, today: date) -> bool:
    """Its review date has passed."""
    return review_date is not None and review_date < today


def is_late(due: date | None, is_open: bool, today: date) -> bool:
    """It is open after its day."""
    return is_open and due is not None and due < today


def next_review(today: date, months: int = 12) -> date:
    """The same day ``months`` later; the last of the month where that day does not exist."""
    year, month = divmod(today.month - 1 + months, 12)
    for day in range(today.day, 27, -1):
        try:
            return date(today.year + year, month + 1, day)
        except ValueError:
            continue
    return date(today.year + year, month + 1, min(today.day, 28))
