"""Random chains of merges, later edits and undos against an oracle that knows nothing of how they work (issue 3, line 4).

The oracle keeps a copy of all rows before the chain and a list of what was edited; taking all merges back must give
the copy with exactly those edits, and without edits the very same rows, versions included.
"""

import json
import random
from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from tests.reliability import card
from vincula.config.rows import dump
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.duplicates import merging, undoing
from vincula.kernel.duplicates.models import Merge
from vincula.kernel.links import actions as links
from vincula.kernel.pages.models import Follow, Pin, SavedView
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.models import Affiliation, Interaction, Organisation, Person
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
BOOKKEEPING = ("version", "updated_at")
EDITED = {  # model, field, how it is edited
    Person: (("notes", "set"), ("native_name", "set"), ("emails", "add"), ("tags", "add")),
    Organisation: (("city", "set"), ("acronym", "set"), ("aliases", "add"), ("names", "put")),
    Affiliation: (("job_title", "set"),),
    Interaction: (("outcome", "set"),),
}
Rows = dict[tuple[str, Any], dict[str, Any]]


def rows(*, without: tuple[str, ...] = ()) -> Rows:
    """All data by table and number."""
    found: Rows = {}
    for line in dump():
        read = json.loads(line)
        values = {k: v for k, v in read["row"].items() if k not in without and not k.endswith("_folded")}
        found[read["table"], read["row"]["id"]] = values
    return found


class Chain:
    """One world and what is done to it by chance."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.user = cast.user(f"user{seed}")
        self.people = [self._person(n) for n in range(4)]
        self.places = [self._organisation(n) for n in range(4)]
        self.standing: list[Merge] = []
        self.edits: list[tuple[str, int, str, str, Any]] = []
        self.merged = 0
        self._tie()
        self.before = rows()

    def begin(self, seed: int) -> None:
        """Another chain on the same rows."""
        self.dice = random.Random(seed)
        self.standing, self.edits, self.merged = [], [], 0

    def _maybe(self, value: Any, otherwise: Any) -> Any:
        return value if self.dice.random() < 0.5 else otherwise

    def _person(self, n: int) -> Person:
        return factories.person(
            given_name=f"Given {n}", family_name=f"Family {n}", native_name=self._maybe(f"Имя {n}", ""),
            emails=self._maybe([f"p{n}@example.org", "shared@example.org"], []), tags=self._maybe([f"tag {n % 2}"], []),
            notes=self._maybe(f"Note {n}", ""), references=self._maybe({"wikidata": [f"Q{n}"]}, {}),
        )  # fmt: skip

    def _organisation(self, n: int) -> Organisation:
        return factories.organisation(
            name=f"Place {n}", acronym=self._maybe(f"P{n}", ""), names=self._maybe({"fr": f"Lieu {n}"}, {}),
            aliases=self._maybe([f"Also {n}"], []), city=self._maybe(f"Town {n}", ""),
        )  # fmt: skip

    def _tie(self) -> None:
        """Rows of every sort that point at one or two of them, some of them the same for several."""
        dice = self.dice
        for _n in range(8):
            person, place = dice.choice(self.people), dice.choice(self.places)
            try:
                factories.affiliation(person=person, organisation=place, job_title=dice.choice(("", "Head")))
            except ValidationError:
                continue
            if dice.random() < 0.5:
                self._try(lambda p=person, o=place: factories.contact_role(person=p, organisation=o, role="billing"))
        for _n in range(4):
            talk = factories.interaction(organisation=dice.choice(self.places))
            some = dice.sample(self.people, dice.randint(0, 4))
            actions.change(talk, who=SYSTEM, participants=[p.pk for p in some])
            one, two = dice.sample(self.places, 2)
            self._try(lambda a=one, b=two: factories.organisation_link(source=a, target=b, kind="related"))
            self._try(lambda a=one: factories.relation(organisation=a, kind="customer"))
            self._try(lambda a=one, b=two: links.tie(a, b, kind="related", who=SYSTEM))
            self._try(lambda: links.tie(dice.choice(self.people), dice.choice(self.places), kind="source", who=SYSTEM))
        for record in (*self.people, *self.places):
            if dice.random() < 0.4:
                key = record._meta.label_lower
                Pin.objects.create(user=self.user, entity=key, object_id=record.pk)
                Follow.objects.create(user=self.user, entity=key, object_id=record.pk)
        actions.change(self.places[3], who=SYSTEM, parent=self.places[2])
        SavedView.objects.create(entity="parties.affiliation", name="v", owner=self.user,
                                 query=f"organisation={self.places[1].pk}&sort=since")  # fmt: skip

    def _try(self, act: Any) -> None:
        with suppress(ValidationError):  # it is there already
            act()

    def step(self) -> None:
        getattr(self, self.dice.choice(("merge", "merge", "merge", "edit", "edit", "undo")))()

    def merge(self) -> None:
        model = self.dice.choice((Person, Organisation))
        there = list(model.objects.filter(trashed_at=None).order_by("pk"))
        if len(there) < 2:
            return
        survivor, *others = self.dice.sample(there, self.dice.randint(2, min(3, len(there))))
        before = rows() if self.dice.random() < 0.2 else None
        try:
            self.standing.append(merging.merge(survivor, others, who=SYSTEM))
            self.merged += 1
        except ValidationError:  # it would lead back to itself
            assert before is None or rows() == before

    def edit(self) -> None:
        """Somebody sets a text to a new one, or adds one to a list."""
        model = self.dice.choice(list(EDITED))
        there = list(model.objects.filter(trashed_at=None).order_by("pk"))
        if not there:
            return
        record = self.dice.choice(there)
        name, how = self.dice.choice(EDITED[model])
        value = f"edit {len(self.edits)}"
        value = f"e{len(self.edits)}@example.org" if name == "emails" else value
        now = getattr(record, name)
        new = value if how == "set" else [*now, value] if how == "add" else {**now, "nl": value}
        actions.change(record, who=SYSTEM, **{name: new})
        self.edits.append((model._meta.db_table, record.pk, name, how, value))

    def undo(self) -> None:
        """Take back any merge on which no later one builds."""
        free = [act for act in self.standing if undoing.later(act) is None]
        if free:
            act = self.dice.choice(free)
            undoing.undo(act, who=SYSTEM)
            self.standing.remove(act)

    def undo_all(self) -> None:
        while self.standing:
            before = len(self.standing)
            self.undo()
            assert len(self.standing) < before, "no merge can be undone"

    def expected(self) -> Rows:
        """The copy with the edits: a text stays as last typed, a list keeps what was added."""
        found = {key: dict(values) for key, values in self.before.items()}
        for table, pk, name, how, value in self.edits:
            row = found[table, pk]
            if how == "set":
                row[name] = value
            elif how == "add":
                row[name] = [*row[name], value]
            else:
                row[name] = {**row[name], "nl": value}
        return found


def different(found: Rows, wanted: Rows) -> list[str]:
    """What differs, in words."""
    said = [f"{key}: {'gone' if key in wanted else 'more'}" for key in found.keys() ^ wanted.keys()]
    for key in found.keys() & wanted.keys():
        said += [f"{key} {name}: {value!r} instead of {wanted[key].get(name)!r}"
                 for name, value in found[key].items() if value != wanted[key].get(name)]  # fmt: skip
    return sorted(said)


def _without(found: Rows, edited: set[tuple[str, int]]) -> Rows:
    """Versions and times count except where somebody edited."""
    return {
        key: {k: v for k, v in row.items() if key not in edited or k not in BOOKKEEPING} for key, row in found.items()
    }


def run(chain: Chain, seed: int, steps: int = 9) -> None:
    chain.begin(seed)
    for _n in range(steps):
        chain.step()
    chain.undo_all()
    edited = {(table, pk) for table, pk, *_rest in chain.edits}
    wrong = different(_without(rows(), edited), _without(chain.expected(), edited))
    assert wrong == [], f"seed {seed}: {wrong[:5]}"


@pytest.mark.parametrize("seed", range(1))
def test_chains_are_undone_exactly(seed: int) -> None:
    run(Chain(seed), seed)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(10))
def test_a_thousand_chains_are_undone_exactly(part: int, record_property: Any) -> None:
    """Half of them on each database: four seconds each."""
    first = (1000 if connection.vendor == "sqlite" else 1500) + part * 50
    chain, merged = Chain(part), 0
    for seed in range(first, first + 50):
        mark = transaction.savepoint()
        run(chain, seed, steps=chain.dice.randint(4, 12))
        merged += chain.merged
        transaction.savepoint_rollback(mark)
    card.record("lost", "random chains of merges, later edits and undos", 50)
    record_property("figures", f"{merged} merges in 50 chains, all undone")
    assert merged > 50
