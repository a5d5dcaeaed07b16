"""The same list as a calendar: one month, weeks beginning as the reader's language has it."""

import calendar
import datetime
from typing import Any

from babel.dates import format_skeleton, get_day_names
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.entity import filters, kinds, listing
from vincula.kernel.pages.listed import sentence
from vincula.kernel.pages.listed.asked import Asked
from vincula.kernel.ui import format as shown

MOST = 400  # records drawn in a month
MOST_A_DAY = 5


def show(request: HttpRequest, asked: Asked, base: dict[str, Any]) -> HttpResponse:
    """The month that ``?month=2026-05`` names, else the present one."""
    entity, field = asked.entity, asked.entity.fields[asked.entity.calendar]
    first = _first(asked.params.get("month", ""))
    weeks = calendar.Calendar(shown.locale().first_week_day).monthdatescalendar(first.year, first.month)
    matched = listing.selected(entity, request.user, asked.params)
    moments = isinstance(field.kind, kinds.DateTime)
    inside = matched.filter(_between(field.column, weeks[0][0], weeks[-1][-1], moments))
    records = list(entity.select(inside).order_by(field.column, "id")[: MOST + 1])
    days: dict[datetime.date, list[dict[str, Any]]] = {}
    for record in records[:MOST]:
        value = getattr(record, field.column)
        day = timezone.localtime(value).date() if moments else value
        label = f"{shown.format_time(value)} {entity.title(record)}" if moments else entity.title(record)
        days.setdefault(day, []).append({"label": label, "url": entity.url(record), "tone": ""})
    today = timezone.localtime(clock.now()).date()
    grid = [[_day(asked, field.name, d, days.get(d, []), first, today) for d in week] for week in weeks]
    without, exact = listing.count(matched.filter(**{f"{field.column}__isnull": True}))
    context = {
        **base, "weeks": grid, "weekdays": _weekdays(), "title": _title(first), "too_many": len(records) > MOST,
        "before": asked.href(month=_shifted(first, -1)), "after": asked.href(month=_shifted(first, 1)),
        "this": asked.href(month=None), "is_this": (first.year, first.month) == (today.year, today.month),
        "without": without, "without_exact": exact, "without_url": asked.href(layout=None, month=None, **{f"{field.name}__empty": "1"}),
        "clauses": sentence.clauses(asked, filters.parse(entity, asked.params)), "sorting": None,
        "date_label": field.label, "total": len(records[:MOST]), "count": "",
    }  # fmt: skip
    return render(request, "listed/calendar.html", context)


def _first(raw: str) -> datetime.date:
    """The first day of the month; raises ValidationError for what is no month."""
    if not raw:
        today = timezone.localtime(clock.now()).date()
        return today.replace(day=1)
    try:
        year, month = raw.split("-")
        found = datetime.date(int(year), int(month), 1)
        if 1800 <= found.year <= 2300:
            return found
    except ValueError:
        pass
    raise ValidationError(_("“%(value)s” is not a month such as 2026-05."), params={"value": raw}, code="month")


def _shifted(first: datetime.date, months: int) -> str:
    total = first.year * 12 + first.month - 1 + months
    return f"{total // 12:04d}-{total % 12 + 1:02d}"


def _between(column: str, low: datetime.date, high: datetime.date, moments: bool) -> Q:
    if not moments:
        return Q(**{f"{column}__gte": low, f"{column}__lte": high})
    zone = timezone.get_current_timezone()
    begin = datetime.datetime.combine(low, datetime.time(), zone)
    end = datetime.datetime.combine(high + datetime.timedelta(days=1), datetime.time(), zone)
    return Q(**{f"{column}__gte": begin, f"{column}__lt": end})


def _day(
    asked: Asked, name: str, day: datetime.date, items: list[dict[str, Any]], first: datetime.date, today: datetime.date
) -> dict[str, Any]:
    more = asked.href(layout=None, month=None, **{f"{name}__from": day.isoformat(), f"{name}__to": day.isoformat()})
    found = items[:MOST_A_DAY]
    if rest := len(items) - len(found):
        found.append({"label": _("%(n)s more") % {"n": rest}, "url": more, "tone": ""})
    return {"date": day, "other": day.month != first.month, "today": day == today, "items": found}


def _weekdays() -> list[tuple[str, str]]:
    locale = shown.locale()
    short, long = get_day_names("abbreviated", locale=locale), get_day_names("wide", locale=locale)
    order = [(locale.first_week_day + i) % 7 for i in range(7)]
    return [(short[i], long[i]) for i in order]


def _title(first: datetime.date) -> str:
    text = format_skeleton("yMMMM", first, locale=shown.locale())
    return text[:1].upper() + text[1:]
