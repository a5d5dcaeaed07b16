"""Sentences that the program once wrote down in the operator's language, told again in the reader's.

Why something is on an agenda, what a gate missed when the board decided, that there was a quorum: papers need one
wording, so it is kept as a text. Readers have five languages. A text that is none of these sentences, because a person
wrote it, is told as it stands.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language, gettext_noop, ngettext, override
from django.utils.translation import gettext as _

from vincula.kernel.ui import format as shown
from vincula.kernel.ui import words
from vincula.portfolio.models import Track
from vincula.portfolio.rules import life
from vincula.portfolio.standard import MODELS

OPENING = gettext_noop("New idea.")
PLAIN = (
    gettext_noop("No need stands behind it yet."),
    gettext_noop("It is being shut down."),
    gettext_noop("Held by %(number)s until %(day)s."),
    gettext_noop("In phase “%(phase)s” since %(day)s."),
    gettext_noop("Penetration %(share)s is under the least of %(least)s."),
    gettext_noop("The status report up to %(day)s is negative."),
    gettext_noop("The status report up to %(day)s is mixed."),
    gettext_noop("quorum met"),
    gettext_noop("No project manager is named."),
    gettext_noop("No lead of the technical track is named."),
    gettext_noop("No lead of the customer track is named."),
    gettext_noop("%(track)s %(share)s %%; missing: %(names)s."),
    gettext_noop("There is no business case with costs and customers yet."),
    gettext_noop("No pilot was held."),
    gettext_noop("Pilot “%(pilot)s”: no verdict yet from %(names)s."),
    gettext_noop("Criterion “%(criterion)s” of the pilot is not met: a go needs a condition with owner and date."),
    gettext_noop("There is no discontinuance plan."),
    gettext_noop("The service ends on %(day)s, not before."),
)
COUNTED = (  # as in actions.agenda and sentences.demand
    ("A condition of a decision is late.", "Conditions of %(n)s decisions are late."),
    ("%(n)s need of %(organisations)s stands behind it.", "%(n)s needs of %(organisations)s stand behind it."),
)
ORGANISATIONS = ("%(n)s organisation", "%(n)s organisations")
COUNTS = (1, 2, 5, 11, 21)  # every plural form of our languages is among them
HOLE = re.compile(r"%\((\w+)\)s")
SHAPES = {"share": r"[\d.,%\s]", "least": r"[\d.,%\s]", "n": r"\d"}  # of what stands in a hole; else any characters
Pattern = tuple[re.Pattern[str], tuple[str, ...]]


def retold(text: str) -> str:
    """``text`` in the reader's language, when it is one of the sentences above in the operator's."""
    here = get_language() or settings.LANGUAGE_CODE
    if not text or here[:2] == settings.LANGUAGE_CODE[:2]:  # "en" is told as "en-gb" was written
        return text
    return _kept(text, here, settings.LANGUAGE_CODE, words.laid())


@lru_cache(maxsize=4_000)
def _kept(text: str, here: str, there: str, laid: tuple[str, ...]) -> str:
    """The same for the same text, languages and words of the operator: an agenda is looked at more than once."""
    with override(settings.LANGUAGE_CODE):
        opening = f"{_(OPENING)} "
    if text.startswith(opening):
        return f"{_(OPENING)} {_retold(text.removeprefix(opening))}"
    return _retold(text)


def _retold(text: str) -> str:
    for pattern, message in _patterns(settings.LANGUAGE_CODE):
        found = pattern.fullmatch(text)
        values = {name: _value(name, value) for name, value in found.groupdict().items()} if found else None
        if values is not None and None not in values.values():
            if len(message) == 1:
                return life.one_point(_(message[0]) % values)
            n = _count(values)  # one may be said without its number here, and with it there
            return life.one_point(ngettext(message[0], message[1], n) % {**values, "n": shown.format_number(n)})
    return text


def _count(values: Mapping[str, str | None]) -> int:
    """What a sentence counts; one, where it names no number."""
    n = values.get("n") or ""
    return int(n) if n.isdigit() else 1


@lru_cache(maxsize=8)
def _patterns(language: str) -> list[Pattern]:
    with override(language):
        return list(_told())


def _told() -> Iterator[Pattern]:
    for text in PLAIN:
        yield _pattern(_(text)), (text,)
    for pair in COUNTED:
        for said in {ngettext(*pair, n): None for n in COUNTS}:
            yield _pattern(said), pair


def _pattern(said: str) -> re.Pattern[str]:
    """A sentence with holes as an expression."""
    parts = HOLE.split(said.replace("%%", "%"))
    return re.compile(
        "".join(f"(?P<{part}>{SHAPES.get(part, '.')}+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    )


def _value(name: str, value: str) -> str | None:
    """What stood in a hole, as the reader's language writes it; None: it is nothing that the program writes there."""
    return VALUES[name](value) if name in VALUES else value


def _day(text: str) -> str | None:
    """A day; its point may have ended the sentence."""
    found = _date(text, settings.LANGUAGE_CODE) or _date(f"{text}.", settings.LANGUAGE_CODE)
    return None if found is None else shown.format_date(found)


@lru_cache(maxsize=2_000)
def _date(text: str, language: str) -> date | None:
    """The day that ``language`` writes like this: of twelve candidates, so no language's grammar is copied here."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    with override(language):
        for year in (n for n in numbers if MINYEAR <= n <= MAXYEAR and n > 31):
            for day in (n for n in numbers if 1 <= n <= 31):
                for month in range(1, 13):
                    try:
                        found = date(year, month, day)
                    except ValueError:
                        continue
                    if shown.format_date(found) == text:
                        return found
    return None


def _figure(text: str) -> str:
    """ "12.0 %", or "80" where the sentence says the rest."""
    figure = text.rstrip("%\u00a0\u202f ").replace(",", ".")
    return shown.percent(figure) if "%" in text else shown.format_number(figure)


def _same(labels: Callable[[], list[str]]) -> Callable[[str], str]:
    """A word that the program has in every language: the one at the same place."""

    def told(text: str) -> str:
        with override(settings.LANGUAGE_CODE):
            there = labels()
        return labels()[there.index(text)] if text in there else text

    return told


def _organisations(text: str) -> str:
    with override(settings.LANGUAGE_CODE):
        forms = [ngettext(*ORGANISATIONS, n) for n in COUNTS]
    found = next((m for form in forms if (m := _pattern(form).fullmatch(text))), None)
    if found is None:
        return text
    return ngettext(*ORGANISATIONS, int(found["n"])) % {"n": found["n"]}


def _names(text: str) -> str:
    """Deliverables of the phases that every installation has, which may hold commas; what else is named stays."""
    here = _works()
    with override(settings.LANGUAGE_CODE):
        there = _works()
    for old, new in sorted(zip(there, here, strict=True), key=lambda pair: -len(pair[0])):
        text = text.replace(old, new)
    return text


def _works() -> list[str]:
    return [str(work.name) for _name, steps in MODELS for step in steps for work in step.work]


phase = _same(lambda: [str(step.name) for _name, steps in MODELS for step in steps])
_track = _same(lambda: [str(label).lower() for _key, label in Track.choices])
VALUES: dict[str, Callable[[str], str | None]] = {
    "day": _day, "share": _figure, "least": _figure, "phase": phase, "organisations": _organisations,
    "names": _names, "track": _track,
}  # fmt: skip
