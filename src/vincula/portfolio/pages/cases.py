"""The business case on pages: versions side by side, and as charts how far income covers the cost, and when."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vincula.kernel import clock
from vincula.kernel.charts.declaration import Chart
from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.pages.places import Context
from vincula.kernel.pages.single.papers import as_picture
from vincula.kernel.papers.asking import Asked
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.portfolio.models import BusinessCase, Service
from vincula.portfolio.papers import money
from vincula.portfolio.papers.money import Version
from vincula.portfolio.queries.around import Around


def register() -> None:
    """Put the section of a case in place."""
    title = gettext_lazy("Year by year")
    places.PANELS.put(
        places.Panel("years", title, "portfolio.businesscase", template="portfolio/case.html", context=years)
    )


def versions_of(service: Service, user: Any) -> list[Version]:
    """The versions that ``user`` may see; three statements for who sees every line."""
    return money.of(service, _asked(service, user))


def _asked(service: Service, user: Any) -> Asked:
    return Asked(service, user, (get_language() or "en")[:2], clock.now())


def side_by_side(record: Service, around: Around, user: Any) -> dict[str, Any]:
    """For the page of a service: a column a version, and the addresses of the charts (story A, step 6)."""
    whole = around.sees_every_line(around.cases)
    versions = money.versions(_asked(record, user), around.cases, around.costs, around.income, whole=whole)
    return {
        "listed": [_column(version) for version in versions],
        "charts": _pictures("portfolio:service-chart", record.pk, money.charts(versions[-money.MOST :])),
    }


def _column(version: Version) -> dict[str, Any]:
    result, price = version.result, version.told.money("price")
    told = {
        "name": version.name, "url": version.told.url, "price": shown.money(price) if price else shown.NONE,
        "cost": shown.NONE, "income": shown.NONE, "coverage": shown.NONE, "covered": 0, "result": shown.NONE, "tone": "none",
        "break_even": _("no figure"),
    }  # fmt: skip
    if result is None:
        return told
    good = result.result.minor >= 0 and result.units
    return told | {
        "cost": shown.money(result.cost), "income": shown.money(result.income), "result": shown.money(result.result),
        "coverage": shown.NONE if result.coverage is None else shown.percent(result.coverage),
        "covered": min(100, int(result.coverage or 0)), "tone": "good" if good else "bad",
        "break_even": _("no figure") if result.break_even is None else shown.money(result.break_even, result.cost.currency),
    }  # fmt: skip


def years(request: HttpRequest, record: Record) -> Context | None:
    """The years of one case, with its charts; None where it cannot be worked out for this reader."""
    assert isinstance(record, BusinessCase)
    version = _one(record, request.user)
    if version is None or version.result is None or not version.years:
        return None
    table = money.years(version)
    return {
        "table": table,
        "charts": _pictures("portfolio:case-chart", record.pk, money.charts([version])),
        "service": registry.get("portfolio.service").url(record.service_id),
    }


def _one(record: BusinessCase, user: Any) -> Version | None:
    return next((v for v in versions_of(record.service, user) if v.told.pk == record.pk), None)


def _pictures(name: str, pk: int, charts: list[Chart]) -> list[dict[str, str]]:
    return [{"url": reverse(name, args=[pk, n]), "title": c.title, "summary": c.summary} for n, c in enumerate(charts)]


def _nth(charts: list[Chart], number: int) -> HttpResponse:
    if number >= len(charts):
        raise Http404
    return as_picture(charts[number])


@require_safe
def service_chart(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A chart of all versions of a service's case, as SVG."""
    service: Service = get_object_or_404(Service.objects.visible_to(request.user), pk=pk)
    return _nth(money.charts(versions_of(service, request.user)[-money.MOST :]), number)


@require_safe
def case_chart(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A chart of one version, as SVG."""
    rows = BusinessCase.objects.visible_to(request.user).select_related("service")
    version = _one(get_object_or_404(rows, pk=pk), request.user)
    return _nth(money.charts([version]) if version else [], number)
