"""How values read: dates, spans of time, numbers, shares, money, sizes, rich text (interface.md, Manners).

Everything here follows the active language and the active time zone of the reader, and answers plain text unless it
says ``Markup``. A missing value is an em dash, so a cell is never empty by accident.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from babel import Locale, UnknownLocaleError, dates, numbers
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from vincula.kernel import clock

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

NONE = "—"
NBSP = "\u00a0"
Style = Literal["short", "medium", "long", "full"]
Number = int | float | Decimal

# Relative times are told in the largest unit that fits once; past it the calendar date says more.
_MAX_RELATIVE = timedelta(days=365)
_SKELETONS = {"short": "MMMd", "medium": "yMMMd", "long": "yMMMMd", "full": "yMMMMEEEEd"}
_UNITS = (31_536_000, 2_592_000, 604_800, 86_400, 3_600, 60)  # as Babel has them
_APART: dict[tuple[tuple[int, int, bool], Locale], str] = {}  # a few hundred steps in each language
_SIZES = ("kilobyte", "megabyte", "gigabyte", "terabyte")
_TAGS = set("p br hr b strong i em s del code pre blockquote ul ol li a h3 h4 h5 table thead tbody tr th td".split())


@cache
def _locale(language: str) -> Locale:
    """Babel's locale for a Django language code; plain English is British, as the house writes it."""
    if language in ("en", "en-gb"):
        return Locale("en", "GB")
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def locale() -> Locale:
    """Babel's locale of the active language."""
    return _locale((get_language() or "en").lower())


def _day(value: date | datetime) -> date:
    """The calendar day of a moment where the reader lives; a date is itself."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def format_date(value: date | datetime | None, style: Style = "medium") -> str:
    """A calendar date: short ``30 Apr`` (with the year when it is not this one), medium ``30 Apr 2026``, long, full."""
    if value is None or value == "":
        return NONE
    day = _day(value)
    if style == "short" and day.year != _day(clock.now()).year:
        style = "medium"
    return _date(day, style, locale())


@lru_cache(maxsize=20_000)
def _date(day: date, style: Style, where: Locale) -> str:
    """Writing a date takes CLDR's patterns a tenth of a millisecond, and lists show the same days again and again."""
    if style == "full":
        return dates.format_date(day, "full", where)
    return dates.format_skeleton(_SKELETONS[style], day, locale=where)


def month(value: date | datetime) -> str:
    """A month with its year, short: ``Apr 2026``."""
    return dates.format_skeleton("yMMM", _day(value), locale=locale())


def format_datetime(value: datetime | date | None, style: Style = "medium") -> str:
    """A moment in the reader's zone: ``30 Apr 2026, 14:05``. A date stays a date."""
    if not isinstance(value, datetime):
        return format_date(value, style)
    return f"{format_date(value, style)}, {format_time(value)}"


def format_time(value: datetime | None) -> str:
    """The time of day in the reader's zone, 24 hours: ``14:05``."""
    return timezone.localtime(value).strftime("%H:%M") if value else NONE


def relative(value: date | datetime) -> str:
    """``3 days ago``, ``in 2 weeks``, ``yesterday``, ``just now``; beyond a year the date itself."""
    now = clock.now()
    if not isinstance(value, datetime):
        days = (value - _day(now)).days
        named = {0: pgettext("day", "today"), 1: pgettext("day", "tomorrow"), -1: pgettext("day", "yesterday")}
        if days in named:
            return named[days]
        delta = timedelta(days=days)
    else:
        delta = value - now
        if abs(delta) < timedelta(minutes=1):
            return _("just now")
    if abs(delta) > _MAX_RELATIVE:
        return format_date(value)
    key = _step(delta)
    where = locale()
    if (key, where) not in _APART:
        _APART[key, where] = dates.format_timedelta(delta, add_direction=True, threshold=1, locale=where)
    return _APART[key, where]


def _step(delta: timedelta) -> tuple[int, int, bool]:
    """What ``format_timedelta`` makes of it: unit in seconds, how many, whether it is over. Same step, same words."""
    seconds = delta.days * 86_400 + delta.seconds
    unit = next((size for size in _UNITS if abs(seconds) >= size), 1)
    return unit, round(abs(seconds) / unit), seconds < 0


def ago(value: date | datetime | None) -> Markup | str:
    """A ``<time>`` that reads relative and tells the absolute in its title; ``dates.js`` keeps it fresh."""
    if value is None or value == "":
        return NONE
    moment = isinstance(value, datetime)
    machine = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ") if isinstance(value, datetime) else value.isoformat()
    absolute = format_datetime(value) if moment else format_date(value, "full")
    live = " data-ago" if moment else ""
    told = f'<time datetime="{machine}" title="{escape(absolute)}"{live}>{escape(relative(value))}</time>'
    return Markup(told)  # noqa: S704  # escaped where it is not ours


def _decimal(value: Any) -> Decimal | None:
    """The value as a finite decimal, or None when it is no number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def format_number(value: Number | str | None, decimals: int | None = None, sign: bool = False) -> str:
    """A number with the language's separators. ``decimals`` fixes the places, ``sign`` shows a plus too."""
    number = _decimal(value)
    if number is None:
        return NONE if value is None or value == "" else str(value)
    pattern = "#,##0.######" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    text = numbers.format_decimal(abs(number), format=pattern, locale=locale())
    if number < 0 and any(digit in "123456789" for digit in text):
        return "−" + text  # U+2212 has the width of a plus: columns of figures stay aligned
    return "+" + text if sign and number > 0 else text


def point() -> str:
    """What stands before the decimals: ``.`` or ``,``."""
    return numbers.get_decimal_symbol(locale())


def apart() -> str:
    """What stands between the thousands."""
    return numbers.get_group_symbol(locale())


def percent(value: Number | str | None, decimals: int = 1) -> str:
    """Percentage points with one decimal: ``54.8`` reads ``54.8 %``."""
    return f"{format_number(value, decimals)}{NBSP}%" if _decimal(value) is not None else NONE


def share(value: Number | str | None, decimals: int = 1) -> str:
    """A part of one with one decimal: ``0.548`` reads ``54.8 %``."""
    number = _decimal(value)
    return percent(number * 100, decimals) if number is not None else NONE


def money(value: Any, currency: str = "", decimals: int | None = None) -> str:
    """An amount with its currency: ``€480,000.00``. Takes a number and a code, or anything with amount and currency."""
    amount = _decimal(getattr(value, "amount", value))
    code = currency or getattr(value, "currency", "")
    if amount is None:
        return NONE
    if not code:
        return format_number(amount, 2 if decimals is None else decimals)
    if decimals is None:
        return numbers.format_currency(amount, str(code), locale=locale())
    amount = round(amount, decimals)
    pattern = numbers.parse_pattern(locale().currency_formats["standard"].pattern)
    pattern.frac_prec = (decimals, decimals)
    return str(pattern.apply(amount, locale(), currency=str(code), currency_digits=False))


def filesize(value: int | None) -> str:
    """Bytes as people count them: ``0 bytes``, ``1.2 MB``; steps of 1,000."""
    if value is None:
        return NONE
    size, unit = Decimal(value), "byte"
    for bigger in _SIZES:
        if size < 1000:
            break
        size, unit = size / 1000, bigger
    length: Literal["long", "short"] = "long" if unit == "byte" else "short"
    size = size.quantize(Decimal(1) if unit == "byte" else Decimal("0.1"))
    return _format_unit(size, unit, length)


def _format_unit(size: Decimal, unit: str, length: Literal["long", "short"]) -> str:
    """Babel's unit pattern in the active language."""
    from babel.units import format_unit  # a big module that most pages never need

    if locale().language == "nl":  # CLDR has no long Dutch word for bytes: "61 digital-byte"
        length = "short"

    return format_unit(size, f"digital-{unit}", length=length, locale=locale())


@cache
def _markdown() -> "MarkdownIt":
    """One parser for the process: CommonMark without raw HTML, with tables and struck-out text."""
    from markdown_it import MarkdownIt  # with nh3 it takes 4 MB; lists and most records show no rich text

    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def markdown(text: str | None) -> Markup:
    """Rich text as safe HTML: parsed without raw HTML, then washed; links say they are not ours."""
    if not text:
        return Markup("")
    return _written(text) if len(text) > LONG else _remembered(text)


LONG = 2_000  # characters beyond which a text is not kept as HTML: 300 of them are two megabytes at most


@lru_cache(maxsize=300)
def _remembered(text: str) -> Markup:
    """A page shows the same notes again and again, to everybody who sits in a meeting; to parse one takes half a
    millisecond."""
    return _written(text)


def _written(text: str) -> Markup:
    import nh3  # as above

    parser = _markdown()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type.startswith("heading_"):  # the page has its own h1 and h2
            token.tag = f"h{min(int(token.tag[1]) + 2, 5)}"
    washed = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener nofollow",
    )
    return Markup(washed)  # noqa: S704 - washed by nh3 just above


def initials(name: str) -> str:
    """Two letters for an avatar: first of the first and of the last word, ``?`` for nobody."""
    words = [word for word in str(name).replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


FILTERS: dict[str, Callable[..., Any]] = {
    "date": format_date,
    "datetime": format_datetime,
    "time": format_time,
    "ago": ago,
    "relative": relative,
    "number": format_number,
    "percent": percent,
    "share": share,
    "money": money,
    "filesize": filesize,
    "markdown": markdown,
    "initials": initials,
}
