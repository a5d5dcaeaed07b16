"""Demand: how many needs, of how many organisations, stand behind an idea, a service or a theme (M9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from vincula.kernel.access import gathered
from vincula.portfolio.models import Need, Theme


@dataclass(frozen=True)
class Demand:
    """Needs that were not declined: how many, of how many organisations, how heavy together (Σ weight)."""

    needs: int = 0
    organisations: int = 0
    weight: int = 0


def _counted(by: str, ids: Sequence[int], user: Any) -> dict[int, Demand]:
    if not ids:
        return {}
    rows = Need.objects.visible_to(user).filter(**{f"{by}__in": ids}).exclude(state="declined").order_by()
    found = rows.values(by).annotate(n=Count("pk"), o=Count("organisation", distinct=True), w=Sum("weight"))
    return {row[by]: Demand(row["n"], row["o"], row["w"]) for row in found}


def parts(service: int, user: Any) -> list[gathered.Part]:
    """The demand of one service, as a part of a larger question."""
    rows = Need.objects.visible_to(user).filter(service=service).exclude(state="declined").order_by()
    counted = rows.values("service").annotate(n=Count("pk"), o=Count("organisation", distinct=True), w=Sum("weight"))
    return [gathered.values("demand", counted, "n", "o", "w")]


def demand_of(services: Sequence[int], user: Any) -> dict[int, Demand]:
    """{service: demand}, of needs that ``user`` may see."""
    return _counted("service_id", services, user)


def theme_demand(themes: Sequence[int], user: Any) -> dict[int, Demand]:
    """{theme: demand}, of needs that ``user`` may see."""
    return _counted("theme_id", themes, user)


def themes_across(user: Any, limit: int = 100) -> list[tuple[Theme, Demand]]:
    """Themes that ``user`` may see, those with most organisations behind them first."""
    themes = {t.pk: t for t in Theme.objects.visible_to(user)}
    demand = theme_demand(list(themes), user)
    pairs = [(theme, demand.get(pk, Demand())) for pk, theme in themes.items()]
    pairs.sort(key=lambda p: (-p[1].organisations, -p[1].weight, p[0].name_folded))
    return pairs[:limit]
