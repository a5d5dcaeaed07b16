"""Two countries: bob's roles show him Belgium; every text of Luxembourg's records holds the canary word.

Every entity has a record in each country, and the records of the two are tied wherever the model allows it, because a
leak happens where something visible points at something hidden.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models

from vincula.kernel.access import door, scopes
from vincula.kernel.access.door import ACTIONS, BY_NAME, SYSTEM
from vincula.kernel.entity import kinds, manykinds, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.exchange.models import ImportRun
from vincula.kernel.files import actions as files
from vincula.kernel.files.models import StoredFile
from vincula.kernel.links import actions as links
from vincula.kernel.notify import kinds as notices
from vincula.kernel.notify.models import Notification
from vincula.kernel.pages.models import Pin, SavedView
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record
from vincula.kernel.testing import cast
from vincula.parties.tests import factories

CANARY = "Kanarienvogel"
ASKED = CANARY[:9]  # who searches is shown their own words again: half the word asks, the whole word tells
OFFERED = (  # what we offer, and how we decide on it: of no organisation, in the order in which each needs the others
    "phasemodel", "phase", "planneddeliverable", "phasegate", "service", "servicetext", "valueelement", "resource",
    "dependency", "offering", "theme", "phaserun", "deliverable", "statusreport", "discontinuance", "businesscase",
    "costline", "incomeline", "pilot", "pilotcriterion", "board", "seat", "boardmeeting", "attendance", "boarditem", "vote",
    "decision", "condition",
)  # fmt: skip
FREE = (  # no organisation anywhere near: bob is shown all of them
    "parties.function", "parties.subject", "privacy.purpose", "privacy.retentionrule",
    *(f"portfolio.{name}" for name in OFFERED),
)  # fmt: skip


TOGETHER = ("parties.contactrole",)  # whoever holds a role works for its organisation: it cannot lie across


@dataclass
class World:
    """Records by entity key, of each country and tied across the border, and the people who look."""

    alice: User
    bob: User
    belgian: dict[str, Record] = field(default_factory=dict)
    hidden: dict[str, Record] = field(default_factory=dict)
    free: dict[str, Record] = field(default_factory=dict)  # shown to everybody, named by records of both countries
    crossing: dict[str, Record] = field(default_factory=dict)  # Belgium's, naming Luxembourg's wherever they can
    file: StoredFile | None = None  # attached to a hidden record
    view: SavedView | None = None  # of alice, shared: its filter and its columns name hidden records
    run: ImportRun | None = None  # of alice
    notifications: list[Notification] = field(default_factory=list)  # of bob: of a hidden record and of a shown one

    @property
    def entities(self) -> list[Entity]:
        return [e for e in registry.all() if e.key not in FREE]


def words(entity: Entity, word: str) -> dict[str, Any]:
    """Values that put ``word`` into every field that takes text."""
    values: dict[str, Any] = {}
    lower = word.lower()
    for f in entity.columns.values():
        if not f.editable or f.computed is not None or f.name in ("reference_scheme", "reference_value"):
            continue
        value: Any = None
        item = getattr(f.model_field, "item", "text")
        if isinstance(f.kind, manykinds.Translated):
            value = {"fr": f"{word} fr"}
        elif isinstance(f.kind, manykinds.References):
            value = {"wikidata": [lower]}
        elif isinstance(f.kind, manykinds.List):
            value = [{"email": f"{lower}@example.org", "domain": f"{lower}.example", "phone": "+352 621 123 456",
                      "url": f"https://{lower}.example"}.get(item, word)]  # fmt: skip
        elif isinstance(f.kind, kinds.Web):
            value = f"https://{lower}.example"
        elif isinstance(f.kind, kinds.Email):
            value = f"{lower}@example.org"
        elif isinstance(f.kind, kinds.Text | kinds.RichText) and not f.choices:
            value = word
        if value is not None and _takes(f, value):
            values[f.name] = value
    return values


def _takes(f: Field, value: Any) -> bool:
    """Whether the field may hold that at all: an ORCID or a time zone may not."""
    try:
        f.model_field.clean(value, None)
    except ValidationError:
        return False
    return True


def country(code: str, word: Callable[[str], str], free: dict[str, Record]) -> dict[str, Record]:
    """One record of every entity, tied to each other and to what is ``free``, with ``word(entity key)`` in every text."""
    made: dict[str, Record] = {}
    made["parties.organisation"] = factories.organisation(name=f"{word('parties.organisation')} {code}", country=code)
    made["parties.person"] = factories.person(family_name=word("parties.person"))
    made["parties.affiliation"] = factories.affiliation(
        person=made["parties.person"], organisation=made["parties.organisation"]
    )
    waiting = [e for e in registry.all() if e.key not in made and e.key not in FREE]
    while waiting:
        entity = waiting.pop(0)
        others = [f for f in foreign(entity) if not isinstance(f.model_field, models.ManyToManyField)]
        needed = [registry.for_model(f.related_model) for f in others if not f.model_field.null]
        if any(other in waiting for other in needed):
            waiting.append(entity)
            continue
        made[entity.key] = cast.make(entity, **_ties(entity, {**free, **made}))
    for key, record in made.items():
        fill(record, words(registry.get(key), word(key)))
    return made


def fill(record: Record, values: dict[str, Any]) -> None:
    """Change the record, without the fields that refuse a word; what is never edited (a consent) stays as it is."""
    try:
        with door.by_verb(type(record)):
            actions.change(record, who=SYSTEM, **values)
    except ValidationError as error:
        kept = {name: value for name, value in values.items() if name not in error.message_dict}
        if len(kept) < len(values):
            fill(record, kept)


def foreign(entity: Entity) -> list[Field]:
    """The relations of an entity to records."""
    found = [f for f in entity.columns.values() if isinstance(f.kind, relations.Relation) and f.model_field is not None]
    return [f for f in found if isinstance(f.related_model, type) and issubclass(f.related_model, Record)]


def _ties(entity: Entity, made: dict[str, Record]) -> dict[str, Any]:
    ties: dict[str, Any] = {}
    for f in foreign(entity):
        other = made.get(registry.for_model(f.related_model).key)
        if other is None or f.related_model is entity.model or f.name == "target" or not f.editable:
            continue
        ties[f.name] = [other] if isinstance(f.model_field, models.ManyToManyField) else other
    if entity.key == "parties.groupmembership":
        ties.pop("person", None)
    if entity.key == "portfolio.dependency":
        ties.pop("needs", None)  # on another one than itself
    if entity.key == "portfolio.phasegate":
        ties.pop("source", None)  # both ends in one model
    return ties


def freely(key: str, free: dict[str, Record]) -> Record:
    """A record of no organisation, tied to those that are there."""
    return cast.make(registry.get(key), **_ties(registry.get(key), free))


def _reaches(entity: Entity, f: Field) -> bool:
    """Whether a record of ``entity`` that names another by ``f`` lets that other be seen: then it cannot be hidden."""
    model, there = f.related_model, f.model_field.remote_field.get_accessor_name()
    return any(path.split("__")[0] in (there, f.model_field.related_query_name())
               for listed in scopes.paths(model).values() for path in listed if path)  # fmt: skip


def crossing(
    entity: Entity, home: dict[str, Record], abroad: dict[str, Record], free: dict[str, Record]
) -> Record | None:
    """A record of ``home`` of which everything that does not bind it there lies ``abroad``."""
    ties = _ties(entity, {**free, **home})
    if entity.key == "parties.expertise":
        return None  # once for a person and a subject
    ours = {path.split("__")[0] for path in scopes.paths(entity.model).get("organisation", ())}
    across = [f for f in foreign(entity) if f.editable and f.name not in ours and not _reaches(entity, f)]
    across = [f for f in across if registry.for_model(f.related_model).key in abroad]
    if not across or entity.key in TOGETHER:
        return None
    for f in across:
        other = abroad[registry.for_model(f.related_model).key]
        ties[f.name] = [other] if isinstance(f.model_field, models.ManyToManyField) else other
    if entity.key == "parties.groupmembership":
        ties.pop("person", None)  # it has an organisation
    return cast.make(entity, **ties)


def _across(world: World) -> None:
    """Tie the two countries wherever something visible can point at something hidden."""
    ghent, esch = world.belgian["parties.organisation"], world.hidden["parties.organisation"]
    actions.change(ghent, who=SYSTEM, parent=esch, successor=esch)
    links.tie(ghent, esch, kind="related", who=SYSTEM, note="a link")
    factories.affiliation(person=world.belgian["parties.person"], organisation=esch, job_title=CANARY)
    for entity in world.entities:
        if (made := crossing(entity, world.belgian, world.hidden, world.free)) is not None:
            world.crossing[entity.key] = made
        record = world.belgian[entity.key]
        for f in foreign(entity):
            other = world.hidden.get(registry.for_model(f.related_model).key)
            if other and f.editable and isinstance(f.model_field, models.ManyToManyField):
                there = list(getattr(record, f.name).values_list("pk", flat=True))
                actions.change(record, who=SYSTEM, **{f.name: [*there, other.pk]})
    moved = world.crossing["parties.organisation"]  # its history names a parent that was hidden, and another that is
    actions.change(moved, who=SYSTEM, parent=ghent)
    trashed = factories.organisation(name=f"{CANARY} in the trash", country="LU")
    actions.trash(trashed, who=SYSTEM)


def _left_behind(world: World) -> None:
    """What people leave around records: a file, a shared view, a pin, an import, notifications, things followed."""
    esch, ghent = world.hidden["parties.organisation"], world.belgian["parties.organisation"]
    world.file = files.store(upload=ContentFile(CANARY.encode(), name=f"{CANARY}.txt"), who=world.alice,
                             entity="parties.organisation", object_id=esch.pk)  # fmt: skip
    world.view = SavedView.objects.create(entity="parties.organisation", name="Units of ours", owner_id=world.alice.pk,
                                          shared=True, query=f"parent={esch.pk}&sort=name", columns=["name", "parent"])  # fmt: skip
    for record in (esch, ghent):
        Pin.objects.create(user_id=world.bob.pk, entity="parties.organisation", object_id=record.pk)
        if "follow" in apps.all_models["pages"]:
            apps.get_model("pages", "follow").objects.create(
                user_id=world.bob.pk, entity="parties.organisation", object_id=record.pk
            )
        told = Notification(user=world.bob, kind=notices.all_kinds()[0].key, entity="parties.organisation",
                            object_id=record.pk, sentence="%(name)s changed.", params={"name": str(record)},
                            key=f"world-{record.pk}", channel=notices.Channel.DIGEST)  # fmt: skip
        told.save()
        world.notifications.append(told)
    world.run = ImportRun.objects.create(who=world.alice, entity="parties.organisation", name=f"{CANARY}.csv", form="csv",
                                         headers=[CANARY], message=CANARY)  # fmt: skip


def build() -> World:
    """The world, tied across the border."""
    view_all = [(key, "view", "all", []) for key in FREE]
    alice = cast.alice()
    bob = cast.user(
        "bob", *[("*", action, "country", ["BE"]) for action in ACTIONS if action not in BY_NAME], *view_all
    )
    free: dict[str, Record] = {}
    for key in FREE:
        free[key] = freely(key, free)
    belgian, hidden = country("BE", lambda key: "Belfort", free), country("LU", lambda key: CANARY, free)
    world = World(alice, bob, belgian, hidden, free)
    _across(world)
    _left_behind(world)
    return world
