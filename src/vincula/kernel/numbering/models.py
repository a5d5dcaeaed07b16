"""The last number given in each series."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """One series in one year."""

    series = models.CharField(_("series"), max_length=50)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveBigIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "year"], name="numbering_counter_one_per_series_and_year"),
            models.CheckConstraint(condition=models.Q(last__gte=0), name="numbering_counter_not_negative"),
            models.CheckConstraint(condition=~models.Q(series=""), name="numbering_counter_has_a_series"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
