"""Typed two-way links between any records: the thread that runs through the house."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel.records.models import Record


class Link(Record):
    """``source`` – kind → ``target``. Read from either end; the kind has a word for each direction."""

    kind = models.CharField(_("kind"), max_length=40)
    source_entity = models.CharField(max_length=80)
    source_id = models.BigIntegerField()
    target_entity = models.CharField(max_length=80)
    target_id = models.BigIntegerField()
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("link"), _("links")
        indexes = [
            models.Index(fields=("source_entity", "source_id"), name="links_from"),
            models.Index(fields=("target_entity", "target_id"), name="links_to"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "source_entity", "source_id", "target_entity", "target_id"), name="links_link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_entity} {self.source_id} {self.kind} {self.target_entity} {self.target_id}"
