"""A check of the database is told in words before it is met, of the columns that it names (kernel/records/models.py)."""

import pytest
from django.apps import apps
from django.db import models

from vincula.kernel.records.models import Record, unnamed

CHECKS = [
    (model, constraint)
    for model in apps.get_models()
    if issubclass(model, Record)
    for constraint in model._meta.constraints
    if isinstance(constraint, models.CheckConstraint)
]


@pytest.mark.django_db
def test_no_check_names_a_column_that_it_is_not_told_of() -> None:
    """Django takes a check that lacks a column as one that holds."""
    assert len(CHECKS) > 10
    for model, check in CHECKS:
        told = model()._get_field_expression_map(meta=model._meta, exclude=unnamed(model)[check.name])
        models.Q(check.condition).check(told)  # raises FieldError
        assert 0 < len(told) < len(model._meta.local_concrete_fields)
