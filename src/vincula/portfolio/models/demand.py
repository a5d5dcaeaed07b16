"""What is asked for: needs of organisations, themed, and what they become part of (requirements L3, M4, M9)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vincula.kernel.records.fields import FoldedField, RichTextField, TranslatedField
from vincula.kernel.records.models import Record
from vincula.parties.models import Interaction, Meeting, Organisation, Person
from vincula.portfolio.lifecycles import NEED
from vincula.portfolio.models.our_services import Service


class Theme(Record):
    """What several needs are about, across customers."""

    name = models.CharField(_("name"), max_length=120)
    name_folded = FoldedField(source="name", max_length=120)
    names = TranslatedField(_("names in other languages"), indexed=True)
    description = RichTextField(_("description"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = pgettext_lazy("need", "theme"), _("themes")
        indexes = [models.Index(fields=("name_folded", "id"), name="portfolio_theme_by_name")]

    def __str__(self) -> str:
        return self.name


class Need(Record):
    """Something that an organisation needs, as it was said, and as it was scoped."""

    class Source(models.TextChoices):
        VISIT = "visit", _("Visit")
        SURVEY = "survey", _("Survey")
        DEMAND = "demand", _("Demand of a key user")
        MEETING = "meeting", _("Meeting")
        CASE = "case", _("Case")
        CAMPAIGN = "campaign", _("Campaign")
        OTHER = "other", _("Other")

    title = models.CharField(_("title"), max_length=200)
    title_folded = FoldedField(source="title", max_length=200)
    description = RichTextField(_("what was said"), blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("said by")
    )
    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.VISIT)
    interaction = models.ForeignKey(
        Interaction, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("interaction")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("meeting")
    )
    requirement = RichTextField(
        _("scoped requirement"), blank=True, help_text=_("What is really required, by a technical customer adviser.")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("From 1, good to have, to 5, they cannot go on without it."),
    )  # fmt: skip
    theme = models.ForeignKey(
        Theme, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=pgettext_lazy("need", "theme")
    )
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("idea or service")
    )
    state = models.CharField(_("state"), max_length=10, choices=NEED.choices, default="noted")

    class Meta:
        verbose_name, verbose_name_plural = _("need"), _("needs")
        indexes = [
            models.Index(fields=("title_folded", "id"), name="portfolio_need_by_title"),
            models.Index(fields=("service", "organisation"), name="portfolio_needs_of_service"),
            models.Index(fields=("created_at", "id"), name="portfolio_need_by_time"),
        ]

    def __str__(self) -> str:
        return self.title
