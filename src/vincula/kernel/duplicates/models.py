"""Pairs that may be one thing, what people decided about them, and merges with all they moved (requirement X4).

Of records only numbers stand here, and of moved rows the values that an undo needs: what somebody's record says is
read from the record through the access door.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


class Pair(models.Model):
    """Two records of one entity that look like the same thing; ``left_id`` is the lower number."""

    class State(models.TextChoices):
        OPEN = "open", _("to be looked at")
        LATER = "later", _("put off")
        DIFFERENT = "different", _("not the same")

    entity = models.CharField(_("entity"), max_length=80)
    left_id = models.BigIntegerField(_("record"))
    right_id = models.BigIntegerField(_("other record"))
    score = models.FloatField(_("certainty"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    until = models.DateField(_("put off until"), null=True)
    found_at = models.DateTimeField(_("found"), default=clock.now)

    class Meta:
        verbose_name, verbose_name_plural = _("pair of likely duplicates"), _("pairs of likely duplicates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("entity", "left_id", "right_id"), name="duplicates_pair_once"),
            models.CheckConstraint(
                condition=models.Q(left_id__lt=models.F("right_id")), name="duplicates_pair_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("entity", "state", "-score", "id"), name="duplicates_pairs_to_review"),
            models.Index(fields=("entity", "right_id"), name="duplicates_pair_by_right"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.left_id} = {self.right_id} ({self.score:.2f})"


class Round(models.Model):
    """How far the search for pairs of one entity has come: records changed before are compared."""

    entity = models.CharField(_("entity"), max_length=80, unique=True)
    until = models.DateTimeField(_("compared until"))

    class Meta:
        verbose_name, verbose_name_plural = _("search for duplicates"), _("searches for duplicates")

    def __str__(self) -> str:
        return f"{self.entity} {self.until:%Y-%m-%d %H:%M}"


class Merge(models.Model):
    """Records that became one. ``survivor_id`` kept its number; what became of each thing stands in ``Moved``."""

    entity = models.CharField(_("entity"), max_length=80)
    survivor_id = models.BigIntegerField(_("record"))
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=clock.now)
    correlation = models.UUIDField(default=uuid.uuid4, unique=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("merge"), _("merges")
        indexes: ClassVar = [models.Index(fields=("entity", "survivor_id", "-id"), name="duplicates_merges_into")]

    def __str__(self) -> str:
        return f"{self.entity} {self.survivor_id}"


class MergedRecord(models.Model):
    """One record that another took in; its address leads to the survivor while the merge stands."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="others")
    entity = models.CharField(_("entity"), max_length=80)
    object_id = models.BigIntegerField(_("record"))
    stands = models.BooleanField(_("stands"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("merged record"), _("merged records")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("entity", "object_id"), condition=models.Q(stands=True), name="duplicates_merged_away_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id}"


class Moved(models.Model):
    """One row that a merge wrote: its columns before and after, so that an undo can tell later edits from its own.

    ``before`` None: the row did not exist; ``after`` None: it was deleted, and ``before`` holds all of it. Values of
    records are those that the trail tells; ``versions`` are [version, updated_at] before and after.
    """

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="moved")
    model = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    versions = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name, verbose_name_plural = _("moved row"), _("moved rows")
        indexes: ClassVar = [models.Index(fields=("model", "object_id", "merge"), name="duplicates_moved_row")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
