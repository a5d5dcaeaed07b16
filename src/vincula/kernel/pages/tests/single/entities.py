"""How the toy records are shown. Declared only while a test of this package runs (see conftest.py)."""

from typing import Any

from vincula.kernel.entity import identity as same
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity, computed
from vincula.kernel.pages.tests.single.lifecycles import OPENING
from vincula.kernel.pages.tests.single.models import Town, Workshop


class TownEntity(Entity):
    model = Town
    help = "A place where workshops are."
    icon = "map-pin"
    list_display = ("name", "country")
    search_fields = ("name",)
    fieldsets = (("What", ("name", "country", "owner", "tags")),)
    ordering = "name"
    natural_key = ("name",)
    identity = (same.names("name"), same.country("country"))
    related = (("toysingle.workshop", "town"),)


class WorkshopEntity(Entity):
    model = Workshop
    help = "A place where things are made."
    icon = "building"
    list_display = ("name", "kind", "state", "town", "opened")
    list_filter = ("kind", "state", "town")
    search_fields = ("name", "acronym", "names")
    fieldsets = (
        ("What", ("name", "acronym", "names", "aliases", "kind", "state", "purpose", "plan")),
        ("Where", ("town", "nearby", "email", "website")),
        ("When", ("opened", "last_check", "size", "public", "age")),
        ("Who", ("owner", "tags", "references")),
    )
    ordering = "name"
    natural_key = ("name",)
    identity = (same.names("name"), same.emails("email"), same.references())
    lifecycle = OPENING

    @computed("letters", kind="number")
    def age(self, records: Any, user: Any) -> dict[int, Any]:
        return {r.pk: len(r.name) for r in records}

    def select(self, rows: Any) -> Any:
        return rows

    def standfirst(self, record: Any, user: Any) -> str:
        return "A quiet place since it opened; nobody has asked for more."


DECLARED = (TownEntity, WorkshopEntity)
for _entity in DECLARED:
    registry.drop(_entity.model)
