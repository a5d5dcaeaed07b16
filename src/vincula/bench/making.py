"""Organisations with their people: three people, five interactions, two tasks each, and what hangs on them."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from vincula.bench import told, writing
from vincula.bench.beside import Beside
from vincula.bench.beside import folded as fold
from vincula.bench.names import Names
from vincula.kernel.people.models import User
from vincula.parties import rules
from vincula.parties.models import (
    Affiliation,
    ContactRole,
    Interaction,
    Organisation,
    OrganisationRelation,
    Person,
    Task,
)

PEOPLE, CALLS, TASKS = 3, 5, 2
SEED = 20261121
CHUNK = 2_000
BLOCK = 100_000  # beyond so many, the database copies what stands under other numbers: ten times as quick
MOST_USERS = 500
SHAPES: dict[Any, tuple[str, ...]] = {
    Organisation: ("name", "name_folded", "acronym", "kind", "country", "city", "city_folded", "names", "email_domains",
                   "references", "website", "steward", "last_interaction_at"),
    Person: ("given_name", "family_name", "name", "name_folded", "family_folded", "emails", "phones", "language"),
    Affiliation: ("person", "organisation", "job_title", "since"),
    OrganisationRelation: ("organisation", "kind", "since"),
    ContactRole: ("organisation", "role", "person", "affiliation", "since"),
    Interaction: ("kind", "at", "minutes", "organisation", "subject", "subject_folded", "notes", "next_step", "owner"),
    Task: ("title", "title_folded", "state", "due", "assignee", "organisation", "completed_at"),
}  # fmt: skip
NOT_TOLD = ("name_folded", "family_folded", "city_folded", "subject_folded", "title_folded", "last_interaction_at",
            "affiliation", "completed_at", "name")  # fmt: skip


class Maker:
    """Makes ``size`` organisations. The same size and day give the same rows."""

    def __init__(self, size: int, day: date) -> None:
        if size > BLOCK and size % BLOCK:
            raise ValueError(f"beyond {BLOCK} the size is a multiple of it")
        self.size, self.names = size, Names(SEED)
        self.dice = self.names.dice
        self.moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.version = int(self.moment.timestamp()) * 1_000_000
        self.users = _users(min(MOST_USERS, max(5, size // 200)))
        self.beside = Beside(self.users[0], self.moment)
        self.shapes = {m: writing.Shape(m, "id", "version", "created_at", "updated_at", *n) for m, n in SHAPES.items()}
        self.ids = dict.fromkeys(SHAPES, 0)
        self.rows: dict[Any, list[Any]] = {m: [] for m in SHAPES}
        self.links: list[tuple[int, int, int]] = []
        self.driver = writing.for_driver()

    def make(self, say: Callable[[str], None]) -> None:
        """Everything, in chunks that are one transaction each."""
        tables = [shape.table for shape in self.shapes.values()]
        beside = self.beside
        others = [beside.audit.table, beside.values.table, beside.entries.table, beside.names.table, "search_vocable"]
        joined = Interaction.participants.through._meta.db_table
        vectors = ["search_vector"] if connection.vendor == "postgresql" else []
        began = time.monotonic()
        with writing.bare([*tables, *others, joined, *vectors]):
            once = min(self.size, BLOCK)
            for first in range(1, once + 1, CHUNK):
                last = min(first + CHUNK, once + 1)
                for number in range(first, last):
                    self._organisation(number)
                with transaction.atomic():
                    self._flush(joined)
                if last > once or (first // CHUNK) % 20 == 0:
                    say(f"{last - 1:,} organisations, {time.monotonic() - began:.0f} s")
            for block in range(1, self.size // once):
                with transaction.atomic():
                    self._again(block, joined)
                say(f"{(block + 1) * once:,} organisations, {time.monotonic() - began:.0f} s")
            say("indexes …")
        times = self.size // once
        for model, shape in self.shapes.items():
            writing.numbered(shape.table, self.ids[model] * times)
        for name, table in (("audit", others[0]), ("values", others[1]), ("entries", others[2]), ("names", others[3])):
            writing.numbered(table, beside.counts[name] * times)
        writing.numbered(joined, self.ids[Interaction] * times)
        writing.settle()

    def _again(self, block: int, joined: str) -> None:
        """All rows of the first block once more, under other numbers."""
        shift = {model: count * block for model, count in self.ids.items()}
        versions = {"version": (self.version - int(self.moment.timestamp()) * 1_000_000) * block}
        for model, shape in self.shapes.items():
            shifts = {"id": shift[model], **versions}
            for f in model._meta.concrete_fields:
                if f.related_model in shift:
                    shifts[str(f.column)] = shift[f.related_model]
            writing.repeat(shape.table, shape.columns, shifts, self.ids[model])
        calls = shift[Interaction]
        links = {"id": calls, "interaction_id": calls, "person_id": shift[Person]}
        writing.repeat(joined, tuple(links), links, self.ids[Interaction])
        self.beside.again(block, {m._meta.label_lower: n for m, n in shift.items()}, versions["version"])

    def _flush(self, joined: str) -> None:
        for model, shape in self.shapes.items():
            writing.write(shape.table, shape.columns, self.rows[model])
            self.rows[model].clear()
        writing.write(joined, ("id", "interaction_id", "person_id"), self.links)
        self.links.clear()
        self.beside.flush()

    def _add(self, model: Any, made: datetime, /, **given: Any) -> int:
        """One record; returns its number."""
        self.ids[model] += 1
        self.version += 1
        pk = self.ids[model]
        plain = self.driver
        values = [v if type(v := given[n]) in (str, int) else plain(v) for n in SHAPES[model]]
        moment = plain(made)
        self.rows[model].append(self.shapes[model].row(pk, self.version, moment, moment, *values))
        spoken = {n: v for n, v in given.items() if n not in NOT_TOLD or (n == "name" and model is Organisation)}
        if model is Person:  # found by the full name, which the history does not tell
            self.beside.tell(model, pk, self.version, spoken, found={**spoken, "name": given["name"]})
        else:
            self.beside.tell(model, pk, self.version, spoken)
        return pk

    def _organisation(self, number: int) -> None:
        dice, org = self.dice, self.names.organisation(number)
        user = self.users[number % len(self.users)]
        at = self.moment - timedelta(minutes=dice.randrange(1, 500_000))
        calls = [self._when() for _ in range(CALLS)]
        kinds = [dice.choice((*rules.CONTACT, "note")) for _ in calls]
        latest = max((c for c, k in zip(calls, kinds, strict=True) if k in rules.CONTACT), default=None)
        pk = self._add(
            Organisation, at, name=org.name, name_folded=fold(org.name)[:300], acronym=org.acronym, kind=org.kind,
            country=org.country, city=org.city, city_folded=fold(org.city), names={"en": org.english} if org.english else {},
            email_domains=[org.domain], references={"ror": [f"https://ror.org/0{number:08d}"]},
            website=f"https://{org.domain}", steward=user, last_interaction_at=latest,
        )  # fmt: skip
        people = [self._person(pk, org.domain, n, org.cyrillic, at) for n in range(PEOPLE)]
        since = at.date() - timedelta(days=dice.randrange(1, 3_000))
        if dice.random() < 0.7:
            relation = dice.choice(("customer", "customer", "customer", "prospect", "partner", "former"))
            self._add(OrganisationRelation, at, organisation=pk, kind=relation, since=since)
        self._add(ContactRole, at, organisation=pk, role=dice.choice(("technical", "sponsor", "decision_maker")),
                  person=people[0], affiliation=self.ids[Affiliation] - PEOPLE + 1, since=at.date())  # fmt: skip
        for when, kind in zip(calls, kinds, strict=True):
            self._call(pk, when, kind, dice.choice(people), user, org.cyrillic)
        for _ in range(TASKS):
            self._task(pk, user)

    def _when(self) -> datetime:
        return self.moment - timedelta(minutes=self.dice.randrange(1, 1_500_000))

    def _person(self, organisation: int, domain: str, n: int, cyrillic: bool, at: datetime) -> int:
        dice = self.dice
        given, family = self.names.person(cyrillic)
        name = f"{given} {family}"
        pk = self._add(
            Person, at, given_name=given, family_name=family, name=name, name_folded=fold(name),
            family_folded=fold(family), emails=[f"p{n}@{domain}"],
            phones=[f"+32 9 {organisation % 1000:03d} {n:02d} 17"] if dice.random() < 0.5 else [],
            language="ru" if cyrillic else dice.choice(("en", "fr", "nl", "de")),
        )  # fmt: skip
        since = at.date() - timedelta(days=dice.randrange(1, 4_000))
        job = dice.choice(("IT manager", "Network engineer", "Librarian", "Director", "Security officer"))
        self._add(Affiliation, at, person=pk, organisation=organisation, job_title=job, since=since)
        return pk

    def _call(self, organisation: int, at: datetime, kind: str, person: int, user: int, cyrillic: bool) -> None:
        subject, notes, step = told.call(self.dice, cyrillic)
        minutes = self.dice.choice((None, 15, 30, 60))
        pk = self._add(
            Interaction, at, kind=kind, at=at, minutes=minutes, organisation=organisation, subject=subject,
            subject_folded=fold(subject), notes=notes, next_step=step, owner=user,
        )  # fmt: skip
        self.links.append((pk, pk, person))

    def _task(self, organisation: int, user: int) -> None:
        dice, title = self.dice, told.task(self.dice)
        done = dice.random() < 0.75
        due = self.moment.date() + timedelta(days=dice.randrange(-400, 60 if not done else 1))
        if not done and due < self.moment.date() and dice.random() < 0.8:
            due = self.moment.date() + timedelta(days=dice.randrange(1, 60))
        finished = datetime(due.year, due.month, due.day, 12, tzinfo=UTC) if done else None
        self._add(
            Task, self.moment - timedelta(days=500), title=title, title_folded=fold(title),
            state="done" if done else dice.choice(("todo", "doing")), due=due, assignee=user, organisation=organisation,
            completed_at=finished,
        )  # fmt: skip


def _users(count: int) -> list[int]:
    """Numbers of staff; the first is an administrator."""
    made = [User(email=f"staff{n}@example.org", name=f"Staff {n}", is_superuser=n == 0) for n in range(count)]
    for user in made:
        user.set_unusable_password()
    User.objects.bulk_create(made, batch_size=50)
    return list(User.objects.order_by("pk").values_list("pk", flat=True))
