"""The public catalogue: what is in operation, from its day on, and what is announced; per language, JSON too (L8)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vincula.kernel import clock
from vincula.kernel.public import public_page
from vincula.kernel.ui import format as shown
from vincula.portfolio import sentences
from vincula.portfolio.models import Offering, Service, ServiceText

LANGUAGES = ("en", "ru", "fr", "nl", "de")
KEPT_FOR = 300  # seconds that a cache may keep a page


def price(offering: Offering) -> str:
    """What it costs, as one reads it: "€62.00 per unit and year (TB)"."""
    unit = f" ({offering.unit})" if offering.unit else ""
    model = f"{offering.get_price_model_display()}{unit}"
    return f"{shown.money(offering.price)} {model[:1].lower()}{model[1:]}" if offering.price else model


def told(service: Service, texts: dict[str, str], language: str, offerings: list[Offering]) -> dict[str, Any]:
    """What the public reads of a service; a text that the language lacks comes in English and says so."""
    spoken = language if language in texts else "en" if "en" in texts else next(iter(texts), "")
    return {
        "id": service.pk, "code": service.code, "name": service.names.get(language, service.name),
        "in_one_line": service.tagline.get(language) or service.tagline.get("en", ""),
        "text": texts.get(spoken, ""), "text_language": spoken,
        "since": service.operation_from.isoformat() if service.operation_from else None,
        "website": service.website,
        "offerings": [
            {"name": o.names.get(language, o.name), "audience": o.meant_for(language), "price_model": o.price_model,
             "price": o.price.to_json() if o.price else None, "price_in_words": price(o)}
            for o in offerings
        ],
    }  # fmt: skip


def shown_today() -> tuple[list[Service], list[Service]]:
    """(in operation today, announced as coming). Nothing else of the portfolio is public."""
    today = clock.today()
    rows = Service.objects.filter(trashed_at=None).order_by("name_folded", "pk")
    running = list(rows.filter(stage="operation", operation_from__lte=today))
    coming = list(rows.filter(announced=True).exclude(pk__in=[s.pk for s in running]).exclude(stage__in=("shutdown", "retired", "operation"))
                  ) + list(rows.filter(announced=True, stage="operation", operation_from__gt=today))  # fmt: skip
    return running, coming


def entries(language: str) -> dict[str, list[dict[str, Any]]]:
    """{"services": …, "coming": …} in ``language``."""
    running, coming = shown_today()
    ids = [s.pk for s in running + coming]
    texts: dict[int, dict[str, str]] = {}
    for service, spoken, text in ServiceText.objects.filter(
        service__in=ids, audience="users", trashed_at=None
    ).values_list("service_id", "language", "text"):  # fmt: skip
        texts.setdefault(service, {})[spoken] = text
    offered: dict[int, list[Offering]] = {}
    for one in Offering.objects.filter(service__in=ids, trashed_at=None).order_by("name_folded"):
        if one.holds:
            offered.setdefault(one.service_id, []).append(one)
    return {
        key: [told(s, texts.get(s.pk, {}), language, offered.get(s.pk, [])) for s in rows]
        for key, rows in (("services", running), ("coming", coming))
    }


@public_page("Everybody may read what is offered.")
@require_safe
def page(request: HttpRequest, language: str) -> HttpResponse:
    """The catalogue in one language."""
    if language not in LANGUAGES:
        raise Http404
    with translation.override(language):
        context = {
            **entries(language), "language": language,
            "languages": [{"code": code, "url": reverse("catalogue", args=[code]), "current": code == language} for code in LANGUAGES],
            "json": reverse("catalogue-json", args=[language]), "says": sentences.paragraph(_("What is in operation on %(day)s.") % {"day": shown.format_date(clock.today())}),
            "title": _("Our services"),
        }  # fmt: skip
        answer = render(request, "portfolio/catalogue.html", context)
    return _cached(answer, language)


@public_page("Programs may read what is offered.")
@require_safe
def as_json(request: HttpRequest, language: str) -> HttpResponse:
    """The same for programs."""
    if language not in LANGUAGES:
        raise Http404
    return _cached(JsonResponse(entries(language)), language)


def _cached(answer: HttpResponse, language: str) -> HttpResponse:
    answer["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    answer["Content-Language"] = language
    return answer
