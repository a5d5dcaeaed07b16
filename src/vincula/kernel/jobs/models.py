"""The outbox: what is to be done after the answer."""

import uuid
from typing import ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> Self:
        """Neither done nor given up."""
        return self.filter(done_at=None, gave_up_at=None)

    def ready(self) -> Self:
        """Due, and leased by nobody who is still alive."""
        now = clock.now()
        free = models.Q(lease_until=None) | models.Q(lease_until__lte=now)
        return self.open().filter(free, due_at__lte=now)

    def given_up(self) -> Self:
        """What an administrator has to look at."""
        return self.exclude(gave_up_at=None)


class Job(models.Model):
    """One piece of work, done once for its key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("key"), max_length=200, unique=True)
    task = models.CharField(_("task"), max_length=200)
    payload = models.JSONField(_("payload"), default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    due_at = models.DateTimeField(_("due"), default=clock.now)
    queued_at = models.DateTimeField(_("queued"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(_("lease"), null=True)
    lease_until = models.DateTimeField(_("leased until"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)
    gave_up_at = models.DateTimeField(_("given up"), null=True)
    error = models.TextField(_("error"), blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(done_at=None, gave_up_at=None), name="jobs_job_open"),
            models.Index(fields=["done_at"], name="jobs_job_done"),
        ]

    def __str__(self) -> str:
        return f"{self.task} ({self.key})"
