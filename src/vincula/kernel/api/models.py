"""Answers kept for repeated requests."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


class IdempotentAnswer(models.Model):
    """The answer to a writing request that carried an ``Idempotency-Key``; repeated for a day instead of the work."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="")
    etag = models.CharField(max_length=40, default="")
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = _("kept answer"), _("kept answers")
        constraints = [models.UniqueConstraint(fields=("user", "key"), name="api_idempotency_once")]

    def __str__(self) -> str:
        return self.key
