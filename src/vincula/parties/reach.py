"""Scopes of this room: how far a role may reach by country, region, team and organisation (requirement X6)."""

from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vincula.kernel.access import scopes
from vincula.kernel.records.places import countries
from vincula.parties.models import Affiliation, Interaction, Organisation, Team
from vincula.parties.models.dated import holding


def country(user: Any, value: Any) -> Q:
    """Organisations in the countries that the grant lists."""
    return Q(country__in=[str(code) for code in value or ()])


def region(user: Any, value: Any) -> Q:
    """Organisations in the regions that the grant lists."""
    return Q(region__in=[str(name) for name in value or ()])


def own_teams(user: Any, value: Any) -> Q:
    """Organisations served by a team in which the user works today."""
    teams = Team._base_manager.filter(
        holding(prefix="members__"), members__person__user_id=user.pk, members__trashed_at=None, trashed_at=None
    )
    served = Team.organisations.through._base_manager.filter(team_id__in=teams.values("pk"))
    return Q(pk__in=served.values("organisation_id"))


def own_organisation(user: Any, value: Any) -> Q:
    """The organisations for which the user works today."""
    held = Affiliation._base_manager.filter(holding(), person__user_id=user.pk, trashed_at=None)
    return Q(pk__in=held.values("organisation_id"))


def stewarded(user: Any, value: Any) -> Q:
    """The organisations whose records the user answers for."""
    return Q(steward_id=user.pk)


def _countries() -> list[tuple[str, str]]:
    return list(countries(get_language() or "en").items())


def _regions() -> list[tuple[str, str]]:
    names = Organisation._base_manager.exclude(region="").order_by("region").values_list("region", flat=True).distinct()
    return [(name, name) for name in names[:500]]


def register() -> None:
    """Make anchor and scopes known; called once when the program starts."""
    scopes.anchor("organisation", lambda: Organisation)
    scopes.derive(Organisation, ("last_interaction_at", "silent_days"), of=Interaction, anchor="organisation")
    wide = {"country", "region"}
    for name, label, condition, choices, explain in (
        ("country", _("organisations by country"), country, _countries, ""),
        ("region", _("organisations by region"), region, _regions, ""),
        ("own_teams", _("organisations of own teams"), own_teams, None, _("organisations that your teams serve")),
        ("own_organisation", _("own organisation"), own_organisation, None, _("the organisation that you work for")),
        ("stewarded", _("organisations in own care"), stewarded, None, _("organisations that you are the steward of")),
    ):
        scopes.register(scopes.Scope(name, label, "organisation", condition, choices, explain, name in wide))
