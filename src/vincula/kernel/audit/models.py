"""The append-only table of what was done (requirements X5, L12), and its seals."""

import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


class AppendOnlyError(RuntimeError):
    """Somebody tried to change what was written."""


class EntryQuerySet(models.QuerySet[Any]):
    def update(self, **values: Any) -> int:
        if set(values) - {"seal", "changes"} or values.get("changes") is not None:
            raise AppendOnlyError("Audit entries are never changed.")
        return super().update(**values)

    def delete(self) -> NoReturn:
        raise AppendOnlyError("Audit entries are never deleted.")


class AuditEntry(models.Model):
    """Who did what to which record, when. ``changes`` is {field: [from, to]} and may be erased; ``digest`` stays."""

    at = models.DateTimeField(_("when"), default=clock.now, db_index=True)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    verb = models.CharField(_("did"), max_length=60)
    entity = models.CharField(_("entity"), max_length=80)
    object_id = models.BigIntegerField(_("record"), null=True)
    version = models.BigIntegerField(_("version"), default=0)
    correlation = models.UUIDField(_("belongs to"), default=uuid.uuid4, db_index=True)
    changes = models.JSONField(_("changes"), null=True)
    digest = models.CharField(max_length=64)
    seal = models.ForeignKey("AuditSeal", models.PROTECT, null=True, related_name="entries")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("audit entry"), _("audit entries")
        indexes = [
            models.Index(fields=("entity", "object_id", "-id"), name="audit_of_record"),
            models.Index(fields=("who", "-id"), name="audit_of_person"),
            models.Index(fields=("id",), condition=models.Q(seal=None), name="audit_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.entity} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise AppendOnlyError("Audit entries are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("Audit entries are never deleted.")


class AuditSeal(models.Model):
    """One batch of entries, chained to the batch before."""

    at = models.DateTimeField(default=clock.now)
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name, verbose_name_plural = _("seal"), _("seals")

    def __str__(self) -> str:
        return self.digest[:12]
