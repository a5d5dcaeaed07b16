"""Needs and themes."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vincula.kernel.entity import identity as same
from vincula.kernel.entity.declaration import Entity, computed, once
from vincula.portfolio import queries, sentences
from vincula.portfolio.lifecycles import NEED
from vincula.portfolio.models import Need, Theme


class ThemeEntity(Entity):
    model = Theme
    help = _("What several needs are about, across customers: where strategy begins.")
    icon = "tag"
    list_display = ("name", "needs", "organisations", "updated_at")
    list_filter = ("tags",)
    search_fields = ("name", "names", "description")
    fieldsets = ((pgettext_lazy("need", "Theme"), ("name", "names", "description")), (_("Record"), ("owner", "tags")))
    ordering = "name"
    natural_key = ("name",)
    identity = (same.names("name", "names"),)
    related = (("portfolio.need", "theme"),)

    @computed(_("needs"), "number")
    def needs(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: found.needs for pk, found in once(records, user, _demand).items()}

    @computed(_("organisations behind it"), "number")
    def organisations(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: found.organisations for pk, found in once(records, user, _demand).items()}


def _demand(records: Sequence[Any], user: Any) -> dict[int, Any]:
    """What stands behind the themes of one page."""
    return dict(queries.theme_demand([r.pk for r in records], user))


class NeedEntity(Entity):
    model = Need
    help = _("Something that an organisation needs: as it was said, as it was scoped, and what it became part of.")
    icon = "message"
    list_display = ("title", "organisation", "source", "weight", "theme", "service", "state", "created_at")
    list_filter = ("state", "theme", "service", "organisation", "source", "weight", "created_at", "tags")
    search_fields = ("title", "tags", "description", "requirement")
    fieldsets = (
        (_("Need"), ("title", "description", "organisation", "person", "weight")),
        (_("Where it comes from"), ("source", "interaction", "meeting")),
        (_("What becomes of it"), ("requirement", "theme", "service")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "-created_at"
    natural_key = ("title", "organisation")
    lifecycle = NEED
    board = "state"
    scope = {"organisation": "organisation"}
    aliases = {"title": ("need", "subject"), "service": ("idea",), "description": ("text",)}
    tones = {"state": NEED.tones}

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.need(record, user)
