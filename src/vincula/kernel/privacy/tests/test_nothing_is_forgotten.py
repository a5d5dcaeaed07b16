"""Every field and relation is declared to privacy: what is new fails here by its name."""

import pytest

from vincula.kernel.privacy import stances


def test_every_field_and_every_relation_to_a_person_is_declared():
    assert not stances.undeclared()


def test_a_declaration_names_only_fields_that_are_there():
    wrong = [
        f"{stance.key}.{name}"
        for stance in stances.stances()
        for name in stance.fields
        if name not in {f.name for f in (*stance.model._meta.concrete_fields, *stance.model._meta.many_to_many)}
    ]
    assert not wrong


@pytest.mark.parametrize("path", sorted(stances.relations()))
def test_a_declared_relation_to_an_account_is_there(path):
    there = {f"{model._meta.label_lower}.{f.name}" for model, f in stances.to_users()}
    assert path in there
