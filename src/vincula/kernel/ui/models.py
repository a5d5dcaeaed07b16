"""The operator's own words (requirement X14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChosenWord(models.Model):
    """What this installation calls a thing that the product has its own name for."""

    term = models.CharField(_("term"), max_length=40, unique=True)
    word = models.CharField(_("word"), max_length=40)
    version = models.BigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("word"), _("words")

    def __str__(self) -> str:
        return f"{self.term}: {self.word}"
