"""A small world to attack: one record of every entity, a program that may do everything, one that sees nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import Client

from tests.hostile.described import Operation
from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.api import render, schema
from vincula.kernel.entity import registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.people import tokens
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.testing import cast


def program(who: User, *scopes: str) -> Client:
    """A program with a token of ``who``."""
    until = clock.now() + timedelta(days=1)
    _token, raw = tokens.issue(user=who, name="test", scopes=scopes or ("write",), expires_at=until)
    return Client(headers={"Authorization": f"Bearer {raw}"}, raise_request_exception=False)


@dataclass
class World:
    """Records by entity key: one that stands, one in the trash; and who asks."""

    client: Client
    who: User
    there: dict[str, Any] = field(default_factory=dict)
    trashed: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)  # a second one that stands, where two may become one
    merge: int = 1  # the number of a merge that may be undone
    file: str = "7f0c1c1e-0000-4000-8000-000000000000"  # of a paper that was made

    def own(self, who: User) -> None:
        """Make ``who`` the owner of every record that stands."""
        for record in self.there.values():
            type(record)._base_manager.filter(pk=record.pk).update(owner=who)

    def pk(self, asked: Operation) -> int:
        """The record that an operation is about."""
        assert asked.entity
        return int(self.trashed[asked.entity.key] if asked.verb == "restore" else self.there[asked.entity.key].pk)

    def move(self, entity: Entity) -> str:
        """A move that the record can make from where it stands."""
        assert entity.lifecycle
        return next(move.key for move, against in entity.lifecycle.from_here(self.there[entity.key]) if not against)

    def ids(self, entity: Entity, name: str) -> int | None:
        """An existing record for the relation ``name``; None when it is no relation."""
        f = entity.columns.get(name)
        if f is None or not isinstance(f.kind, relations.Relation):
            return None
        other = registry.for_model(f.related_model)
        if other is not None:
            return int(self.there[other.key].pk) if other.key in self.there else None
        return int(User.objects.values_list("pk", flat=True).first() or 0)

    def body(self, entity: Entity) -> dict[str, Any]:
        """A body that creates a record like the one there; the same again would be refused where it must be unique."""
        whole = render.one(entity, self.there[entity.key], SYSTEM)
        given = {f.name: whole[f.name] for f in schema.writable(entity)}
        return {k: v for k, v in given.items() if v not in (None, "", [], {})}

    def address(self, asked: Operation, pk: Any = None) -> str:
        """Where an operation is asked, about the record that is there unless ``pk`` is given."""
        path = asked.path
        if asked.entity:
            path = path.replace("{pk}", str(self.pk(asked) if pk is None else pk))
        if "{key}" in path and asked.entity:
            path = path.replace("{key}", self.move(asked.entity))
        return path.replace("{merge}", str(self.merge)).replace("{file}", self.file)

    def ask(self, asked: Operation, *, body: Any = None, query: str = "", pk: Any = None, **headers: str) -> Any:
        """Send one request; ``body`` is encoded unless it is bytes."""
        return self.send(asked.method, self.address(asked, pk) + query, body, headers)

    def send(self, method: str, url: str, body: Any, headers: dict[str, str]) -> Any:
        """Send a request to any address."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("Content-Type", "application/json") if data else ""
        return self.client.generic(method, url, data, content_type=kind, headers=headers)


def build(*slugs: str) -> World:
    """One record of every entity (or of those named) and one of each in the trash; alice's program may do everything."""
    alice = cast.alice()
    world = World(program(alice), alice)
    entities = [entity for entity in registry.all() if not slugs or entity.slug in slugs]
    for entity in entities:
        world.there[entity.key] = cast.make(entity)
    for entity in entities:
        gone = cast.make(entity)
        with door.by_verb(entity.model):
            actions.trash(gone, who=SYSTEM)
        world.trashed[entity.key] = gone.pk
        if entity.identity:
            world.others[entity.key] = cast.make(entity).pk
    return world


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back: every case meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
