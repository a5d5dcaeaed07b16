"""A record that was read is what Django would have made, though it is made in a shorter way."""

import pytest
from django.db.models.signals import post_init, pre_init

from vincula.kernel.entity import registry
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation
from vincula.parties.tests import factories


def test_nothing_waits_for_records_to_be_made() -> None:
    """Else the short way would leave it waiting."""
    for entity in registry.all():
        model = entity.model
        assert not pre_init.has_listeners(model), model
        assert not post_init.has_listeners(model), model
        assert not [c for c in model.__mro__ if issubclass(c, Record) and "__init__" in vars(c)], model


@pytest.mark.django_db
def test_a_record_is_read_whole_in_part_and_with_its_relations() -> None:
    parent = factories.organisation(name="Above")
    made = factories.organisation(name="Below", parent=parent, names={"fr": "Dessous"})
    whole = Organisation.objects.select_related("parent", "owner").get(pk=made.pk)
    assert {f.attname: getattr(whole, f.attname) for f in Organisation._meta.concrete_fields} == {
        f.attname: getattr(made, f.attname) for f in Organisation._meta.concrete_fields
    }
    assert (whole, whole.parent, whole.parent.name) == (made, parent, "Above")
    assert not whole._state.adding
    assert whole._state.db == "default"
    part = Organisation.objects.only("name").get(pk=made.pk)
    assert part.get_deferred_fields() >= {"city", "parent_id"}
    assert (part.parent_id, part.names) == (parent.pk, {"fr": "Dessous"})
    part.refresh_from_db()
    assert part.parent == parent
