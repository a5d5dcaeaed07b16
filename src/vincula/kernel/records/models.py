"""What every record has (requirements X5, X6, X13): identity, version, owner, tags, own fields, trash."""

import time
from collections.abc import Collection
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, router
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.records.fields import ReferencesField, TextListField, TranslatedField


def next_version(after: int = 0) -> int:
    """A version never given before: microseconds since 1970, always growing.

    Versions are compared for equality only. Because none is ever reused, an undo may give a record its former version
    back together with its former content, and an old form still cannot overwrite a newer edit.
    """
    return max(time.time_ns() // 1000, after + 1)


class RecordQuerySet(models.QuerySet[Any]):
    """Records; ``visible_to`` is the only way in for anything a person sees."""

    def visible_to(self, user: Any, action: door.Action = "view", *, trashed: bool = False) -> Self:
        """Those on which ``user`` may do ``action``; the trash only when asked for."""
        rows = self.exclude(trashed_at=None) if trashed else self.filter(trashed_at=None)
        return door.visible(rows, user, action)  # type: ignore[return-value]  # a queryset in, the same kind out


class Record(models.Model):
    """Base of every main entity. Saved through ``records.actions`` only: that is where audit and index happen."""

    version = models.BigIntegerField(default=next_version, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    tags = TextListField(_("tags"), help_text=_("Words of your own to group by."))
    custom = models.JSONField(_("own fields"), default=dict, blank=True, editable=False)
    references = ReferencesField(
        _("references"),
        help_text=_("Identifiers elsewhere, with their scheme, for example: ror: https://ror.org/00cv9y106"),
    )
    trashed_at = models.DateTimeField(_("in the trash since"), null=True, editable=False)

    objects = RecordQuerySet.as_manager()

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:  # type: ignore[override]  # the stubs describe Django 6
        """What Django makes, without asking each of forty columns how it wants to be set: these were read.

        Nothing listens to records being made (Django would tell ``pre_init`` and ``post_init``), and none has an
        ``__init__`` of its own; a test holds both. Columns that were not read are not there, and are read when asked for.
        """
        record = cls.__new__(cls)
        record.__dict__.update(zip(field_names, values, strict=True))
        record._state = ModelState()
        record._state.adding, record._state.db = False, db
        return record

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Django's, which asks the database whether each check holds: told of the columns that the check names only.

        All forty of them, for two checks, were a tenth of the time that it takes to create a record.
        """
        errors: dict[str, Any] = {}
        using = router.db_for_write(type(self), instance=self)
        for model, constraints in self.get_constraints():  # type: ignore[attr-defined]  # the stubs lack it
            for constraint in constraints:
                left_out = {*(exclude or ()), *unnamed(model)[constraint.name]}
                try:
                    constraint.validate(model, self, exclude=left_out, using=using)
                except ValidationError as error:
                    of = constraint.fields if isinstance(constraint, models.UniqueConstraint) else ()
                    if error.code == "unique" and len(of) == 1:
                        errors.setdefault(of[0], []).append(error)
                    else:
                        errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    told: dict[str, Any]  # what ``access.gathered`` read with it through its relations; else it is not there

    class Meta:
        abstract = True


@cache
def unnamed(model: type[models.Model]) -> dict[str, frozenset[str]]:
    """{constraint: columns of the model that it does not name} of checks; other constraints ask for their own."""
    columns = frozenset({"pk", *(f.name for f in model._meta.local_concrete_fields)})
    return {
        c.name: columns - models.Q(c.condition).referenced_base_fields  # type: ignore[attr-defined]  # the stubs lack it
        if isinstance(c, models.CheckConstraint)
        else frozenset()
        for c in model._meta.constraints
    }


class IndexValue(models.Model):
    """A value of a list field, tag, reference or own field, so that it can be found and compared by index.

    Derived from the record by the save door; never edited. ``value`` is folded text; numbers and dates are written so
    that they sort as text.
    """

    entity = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    field = models.CharField(max_length=80)
    value = models.CharField(max_length=300)

    class Meta:
        indexes = [
            models.Index(fields=("entity", "field", "value", "object_id"), name="records_by_value"),
            models.Index(fields=("entity", "object_id"), name="records_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id} {self.field}={self.value}"


class CustomField(models.Model):
    """A field that the organisation added itself, to one entity (requirement X13)."""

    KINDS = (
        ("text", _("Text")), ("rich_text", _("Long text")), ("number", _("Number")), ("date", _("Date")),
        ("choice", _("Choice")), ("boolean", _("Yes or no")), ("url", _("Web address")),
    )  # fmt: skip

    entity = models.CharField(_("entity"), max_length=80)
    key = models.SlugField(_("key"), max_length=40, help_text=_("Used in import, export and the API."))
    label = models.CharField(_("label"), max_length=80)
    translations = TranslatedField(_("label in other languages"))
    kind = models.CharField(_("kind"), max_length=20, choices=KINDS, default="text")
    options = TextListField(_("options"), indexed=False, help_text=_("The values to choose from, one per line."))
    required = models.BooleanField(_("required"), default=False)
    help = models.CharField(_("help"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    version = models.BigIntegerField(default=next_version, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("own field"), _("own fields")
        ordering = ("entity", "position", "id")
        constraints = [models.UniqueConstraint(fields=("entity", "key"), name="records_custom_field_once")]

    def __str__(self) -> str:
        return self.label
