"""The world of the matrix: seven organisations with a record of every entity around each, and somebody of every role.

Every record holds a word of its own in every text field, so that any answer can be searched for all records at once.
"""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from tests.access import world
from tests.access.oracle import NOWHERE, PLACES, ROLES, Fact, Place, Role
from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.access.models import Assignment, Grant
from vincula.kernel.access.models import Role as StoredRole
from vincula.kernel.entity import registry
from vincula.kernel.files import actions as files
from vincula.kernel.notify import kinds as notices
from vincula.kernel.notify.models import Notification
from vincula.kernel.people import tokens
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record
from vincula.parties.tests import factories

ORGANISATION, PERSON = "parties.organisation", "parties.person"
STEM = "kanar"  # what everybody asks for; the letters behind it are the record's own
_LETTERS = "bcdfghjklmnprstvwxz"
ACROSS = (("BE", "LU"), ("DE", "BE"), ("FR", "DE"))  # records of the first that name records of the second
PLACE = {place.code: place for place in PLACES}


@dataclass
class Places:
    """Facts of everything, the people, and the files and notifications left about."""

    facts: list[Fact] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)  # role → API token
    records: dict[str, dict[str, Record]] = field(default_factory=dict)  # country → entity → record
    files: dict[str, int] = field(default_factory=dict)  # country → file of its organisation
    notifications: dict[tuple[str, str], int] = field(default_factory=dict)  # (role, country) → number

    def of(self, entity: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.entity == entity]

    def client(self, role: Role) -> Client:
        """A browser, or a program, of this role."""
        if role.scopes is not None:
            return Client(headers={"authorization": f"Bearer {self.raw[role.name]}"})
        client = Client()
        if role.session:
            client.force_login(self.users[role.name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client


def marks() -> Any:
    """kanarbbbb, kanarbbbc, … all of one length, none a part of another."""
    return (STEM + "".join(four) for four in itertools.product(_LETTERS, repeat=4))


def _people(found: Places) -> None:
    for n, role in enumerate(ROLES):
        user = User.objects.create_user(
            email=f"role{n}@example.org", name=f"Role {n}", kind=role.kind, is_superuser=role.superuser
        )
        if role.lines:
            stored = StoredRole.objects.create(name=role.name)
            for entity, action, scope, value in role.lines:
                Grant.objects.create(role=stored, entity=entity, action=action, scope=scope, value=list(value))
            Assignment.objects.create(role=stored, user=user)
        found.users[role.name] = user
        if role.scopes is not None:
            expires = clock.now() + timedelta(days=2)
            found.raw[role.name] = tokens.issue(user=user, name="x", scopes=role.scopes, expires_at=expires)[1]
        if not role.active:
            User.objects.filter(pk=user.pk).update(is_active=False)


def _place(found: Places, place: Place, free: dict[str, Record], words: Any) -> None:
    own = {e.key: next(words) for e in registry.all()}
    made = world.country(place.code, own.__getitem__, free)
    actions.change(made[ORGANISATION], who=SYSTEM, region=place.region)
    if place.steward:
        actions.change(made[ORGANISATION], who=SYSTEM, steward=found.users[place.steward])
    if person := place.served_by or place.employs:
        actions.change(made[PERSON], who=SYSTEM, user=found.users[person])
    if place.owner:
        for record in made.values():
            type(record)._base_manager.filter(pk=record.pk).update(owner=found.users[place.owner])
    found.records[place.code] = made
    nowhere = Place("", owner=place.owner)
    found.facts += [Fact(k, r.pk, own[k], nowhere if k in NOWHERE else place) for k, r in made.items()]
    mark = next(words)
    trashed = factories.organisation(name=f"{mark} gone", country=place.code, region=place.region,
                                     steward=found.users.get(place.steward), owner=found.users.get(place.owner))  # fmt: skip
    actions.trash(trashed, who=SYSTEM)
    if not (place.served_by or place.employs):  # nobody works for what lies in the trash
        found.facts.append(Fact(ORGANISATION, trashed.pk, mark, place, trashed=True))
    name = own[ORGANISATION]
    file = files.store(upload=ContentFile(name.encode(), name=f"{name}.txt"), who=SYSTEM, entity=ORGANISATION,
                       object_id=made[ORGANISATION].pk)  # fmt: skip
    found.files[place.code] = file.pk


def _across(found: Places, free: dict[str, Record], words: Any) -> None:
    for home, abroad in ACROSS:
        for entity in registry.all():
            if entity.key not in found.records[home]:
                continue
            made = world.crossing(entity, found.records[home], found.records[abroad], free)
            if made is None:
                continue
            mark, place = next(words), PLACE[home]
            world.fill(made, world.words(entity, mark))
            if entity.key == ORGANISATION:  # another organisation of that country, with no tie to any role's person
                place = Place(place.code, place.region)
                actions.change(made, who=SYSTEM, country=place.code, region=place.region)
            found.facts.append(Fact(entity.key, made.pk, mark, place))


def _told(found: Places) -> None:
    """Everybody has a notification about each organisation."""
    kind = notices.all_kinds()[0].key
    for role, user in found.users.items():
        for code, records in found.records.items():
            record = records[ORGANISATION]
            told = Notification(user=user, kind=kind, entity=ORGANISATION, object_id=record.pk, key=f"m-{role}-{code}",
                                sentence="%(name)s changed.", params={"name": str(record)})  # fmt: skip
            told.save()
            found.notifications[role, code] = told.pk


def build() -> Places:
    """The world. About 250 records."""
    found, words = Places(), marks()
    _people(found)
    free = {}
    for key in world.FREE:
        mark = next(words)
        free[key] = world.freely(key, free)
        world.fill(free[key], world.words(registry.get(key), mark))
        found.facts.append(Fact(key, free[key].pk, mark, None))
    purpose = free[
        "privacy.purpose"
    ]  # vocabulary: who may see a person reads what they agree to (docs/howto/privacy.md)
    called = {"code": "common", "name": "Common", "name_folded": "common", "names": {}}
    type(purpose)._base_manager.filter(pk=purpose.pk).update(**called)
    for place in PLACES:
        _place(found, place, free, words)
    _across(found, free, words)
    _told(found)
    return found
