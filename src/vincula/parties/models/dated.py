"""What holds from one day to another: affiliations, roles, memberships, relations."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.records.models import Record


def holding(day: date | None = None, prefix: str = "") -> Q:
    """Rows whose period includes ``day`` (today); ``prefix`` reaches them from another model ("affiliations__")."""
    day = day or clock.today()
    begun = Q(**{f"{prefix}since": None}) | Q(**{f"{prefix}since__lte": day})
    not_over = Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gte": day})
    return begun & not_over


class Dated(Record):
    """A record with a period; a missing date means that the beginning is not known, or no end is set."""

    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day on which it holds."))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="%(app_label)s_%(class)s_period",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    @property
    def holds(self) -> bool:
        """Whether it holds today."""
        today = clock.today()
        return (self.since is None or self.since <= today) and (self.until is None or self.until >= today)
