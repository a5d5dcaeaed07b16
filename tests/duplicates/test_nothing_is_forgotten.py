"""A relation that is added tomorrow moves with a merge, or the test says that somebody has to decide (X4)."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from vincula.kernel.duplicates import graph
from vincula.kernel.entity import registry
from vincula.kernel.records.models import Record


def ours() -> list[type[models.Model]]:
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("vincula.")]


def test_every_column_that_may_name_a_record_is_known() -> None:
    assert graph.unknown(ours()) == [], "say in kernel.duplicates.graph what a merge does with it, or why nothing"


def test_every_relation_to_a_record_is_a_tie() -> None:
    """Counted another way than the graph does: from the columns, not from what points back."""
    missing = []
    for model in ours():
        for f in model._meta.concrete_fields:
            if not f.is_relation or not isinstance(f.related_model, type) or not issubclass(f.related_model, Record):
                continue
            if graph.Tie(model, f.attname) not in graph.ties(f.related_model):
                missing.append(f"{model._meta.label}.{f.name}")
    assert missing == []


def test_pairs_of_entity_and_number_are_ties_unless_a_reason_is_given() -> None:
    person: Any = registry.get("parties.person").model
    named = {f"{t.model._meta.label_lower}.{t.column}" for t in graph.ties(person) if t.entity_column}
    assert {
        "files.storedfile.object_id",
        "links.link.source_id",
        "links.link.target_id",
        "pages.pin.object_id",
    } <= named
    assert not {n for n in named if n.startswith(("audit.", "search.", "records."))}


def test_a_column_that_nobody_spoke_of_fails() -> None:
    class Stray(models.Model):
        person_id = models.BigIntegerField()
        people = models.JSONField(default=list)

        class Meta:
            app_label = "parties"
            managed = False

        def __str__(self) -> str:
            return "stray"

    try:
        assert len(graph.unknown([Stray])) == 2
    finally:
        del apps.all_models["parties"]["stray"]
        apps.clear_cache()


@pytest.mark.parametrize("entity", [e for e in registry.all() if e.identity], ids=lambda e: e.key)
def test_what_tells_the_identity_exists(entity: Any) -> None:
    assert not entity.check()
    for sign in entity.identity:
        if sign.kind == "among":
            assert entity.model._meta.get_field(sign.fields[0].split("__")[0])
