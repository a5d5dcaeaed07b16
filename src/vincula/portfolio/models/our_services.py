"""What we offer: services, the texts about them, what they are worth, what they are made of and what they need."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.records.fields import (
    FoldedField,
    LanguageField,
    RichTextField,
    TextListField,
    TranslatedField,
    WebField,
    YearField,
)
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation
from vincula.parties.models.dated import Dated
from vincula.portfolio.lifecycles import STAGES
from vincula.portfolio.models.phases import Phase, PhaseModel
from vincula.portfolio.rules import life

SHARE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


def _who(label: Any, note: Any = "") -> models.ForeignKey:
    """Somebody of ours who answers for a part of the service."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label,
        help_text=note,
    )  # fmt: skip


class Service(Record):
    """Something we run for others, from idea to retirement. In phase 0 it is an idea (docs/decisions/0009)."""

    code = models.CharField(_("code"), max_length=40, blank=True, help_text=_("Short, for example SFX."))
    name = models.CharField(_("name"), max_length=200)
    name_folded = FoldedField(source="name", max_length=200)
    names = TranslatedField(_("names in other languages"), indexed=True)
    tagline = TranslatedField(_("in one line"), help_text=_("For the catalogue, per language."))
    purpose = RichTextField(_("purpose"), blank=True, help_text=_("What it is for, and for whom."))
    # Where it stands. Set by the verbs of phases and gates only; see actions.phases.
    phase_model = models.ForeignKey(
        PhaseModel, models.PROTECT, related_name="services", verbose_name=_("phase model"), editable=False, blank=True
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, related_name="services", verbose_name=_("phase"), editable=False, blank=True
    )
    stage = models.CharField(_("stage"), max_length=20, choices=STAGES, default="idea", editable=False)
    phase_since = models.DateField(_("in this phase since"), null=True, editable=False)
    operation_from = models.DateField(
        _("in operation from"), null=True, blank=True, help_text=_("The catalogue shows it from this day on.")
    )
    announced = models.BooleanField(
        _("announced"), default=False, help_text=_("The catalogue names it as coming before it is in operation.")
    )
    # Who answers for it
    service_owner = _who(_("service owner"))
    project_manager = _who(_("project manager"))
    technical_lead = _who(_("lead of the technical track"))
    customer_lead = _who(_("lead of the customer track"))
    # The proposal
    demand_forecast = RichTextField(_("demand forecast"), blank=True)
    resources_needed = RichTextField(_("resources needed"), blank=True)
    benefits = RichTextField(_("benefits"), blank=True)
    strategic_goal = RichTextField(_("strategic goal"), blank=True, help_text=_("What of our strategy it serves."))
    # What it must be
    technical_requirements = RichTextField(_("technical requirements"), blank=True)
    user_requirements = RichTextField(_("user requirements"), blank=True)
    life_from = YearField(_("expected life from"), null=True, blank=True)
    life_until = YearField(_("expected life until"), null=True, blank=True)
    target_penetration = models.DecimalField(
        _("target penetration, %"), max_digits=4, decimal_places=1, null=True, blank=True, validators=SHARE
    )
    least_penetration = models.DecimalField(
        _("least penetration, %"), max_digits=4, decimal_places=1, null=True, blank=True, validators=SHARE,
        help_text=_("Under this share the service is proposed for shutdown."),
    )  # fmt: skip
    # Utility and warranty
    utility = RichTextField(_("utility"), blank=True, help_text=_("Fit for purpose: what it does for its users."))
    availability = models.DecimalField(
        _("availability, %"), max_digits=6, decimal_places=3, null=True, blank=True, validators=SHARE
    )
    capacity = models.CharField(_("capacity"), max_length=300, blank=True)
    continuity = models.CharField(_("continuity"), max_length=300, blank=True)
    security = models.CharField(_("security"), max_length=300, blank=True)
    website = WebField(_("website"))
    keywords = TextListField(_("keywords"))

    class Meta:
        verbose_name, verbose_name_plural = _("service"), _("services")
        indexes = [
            models.Index(fields=("name_folded", "id"), name="portfolio_service_by_name"),
            models.Index(fields=("stage", "name_folded", "id"), name="portfolio_service_by_stage"),
            models.Index(fields=("operation_from", "id"), name="portfolio_service_by_start"),
            models.Index(fields=("updated_at", "id"), name="portfolio_service_by_change"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("code",), condition=~Q(code="") & Q(trashed_at=None), name="portfolio_service_code_once",
                violation_error_message=_("Another service has this code."),
            ),
            models.CheckConstraint(
                condition=Q(life_from=None) | Q(life_until=None) | Q(life_until__gte=F("life_from")),
                name="portfolio_service_life", violation_error_message=_("The end lies before the beginning."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A new service begins in the first phase of the model that is for new services."""
        super().clean()
        begun: dict[str, int | None] = {"model": self.phase_model_id, "phase": self.phase_id}
        if begun["model"] is None:
            from vincula.portfolio import standard

            self.phase_model = standard.for_new_services()
        if begun["phase"] is None:
            first = self.phase_model.phases.filter(trashed_at=None).order_by("position").first()
            if first is None:
                raise ValidationError(gettext("The phase model for new services has no phases."))
            self.phase, self.stage, self.phase_since = first, first.stage, clock.today()


class ServiceText(Record):
    """What is told about a service to one audience in one language."""

    class Audience(models.TextChoices):
        USERS = "users", _("Users")
        DECIDERS = "deciders", _("Decision makers")
        TECHNICAL = "technical", _("Technical contacts")

    service = models.ForeignKey(Service, models.PROTECT, related_name="texts", verbose_name=_("service"))
    audience = models.CharField(_("audience"), max_length=20, choices=Audience, default=Audience.USERS)
    language = LanguageField(_("language"), blank=False)
    text = RichTextField(_("text"))

    class Meta:
        verbose_name, verbose_name_plural = _("service text"), _("service texts")
        constraints = [
            models.UniqueConstraint(
                fields=("service", "audience", "language"), condition=Q(trashed_at=None),
                name="portfolio_text_once", violation_error_message=_("There is a text for them in this language already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_audience_display()} · {self.language}"


class ValueElement(Record):
    """A part of what a service is worth to whom uses it: an outcome supported, a cost or risk removed or imposed."""

    class Kind(models.TextChoices):
        OUTCOME = "outcome", _("Outcome supported")
        COST_REMOVED = "cost_removed", _("Cost removed")
        COST_IMPOSED = "cost_imposed", _("Cost imposed")
        RISK_REMOVED = "risk_removed", _("Risk removed")
        RISK_IMPOSED = "risk_imposed", _("Risk imposed")

    service = models.ForeignKey(Service, models.PROTECT, related_name="value_elements", verbose_name=_("service"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OUTCOME)
    title = models.CharField(_("what it is"), max_length=200)
    for_whom = models.CharField(_("for whom"), max_length=200, blank=True)
    asset = models.CharField(
        _("asset or capability served"), max_length=200, blank=True, help_text=_("Of the customer.")
    )
    judged_by = models.CharField(_("judged by"), max_length=300, blank=True, help_text=_("How one sees that it holds."))

    class Meta:
        verbose_name, verbose_name_plural = _("value element"), _("value elements")

    def __str__(self) -> str:
        return self.title


class Resource(Record):
    """What a service is made of: hardware, software, people, data, network."""

    class Kind(models.TextChoices):
        HARDWARE = "hardware", _("Hardware")
        SOFTWARE = "software", _("Software")
        PEOPLE = "people", _("People")
        DATA = "data", _("Data")
        NETWORK = "network", _("Network")
        FACILITY = "facility", _("Facility")

    service = models.ForeignKey(Service, models.PROTECT, related_name="resources", verbose_name=_("service"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.HARDWARE)
    name = models.CharField(_("name"), max_length=200)
    name_folded = FoldedField(source="name", max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    product = models.CharField(_("product"), max_length=200, blank=True, help_text=_("What it is sold to us as."))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("resource"), _("resources")
        indexes = [models.Index(fields=("name_folded", "id"), name="portfolio_resource_by_name")]

    def __str__(self) -> str:
        return self.name


class Supply(Dated):
    """A third party supplies something that a service needs."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="supplies", verbose_name=_("service"))
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="supplies", verbose_name=_("supplier"))
    what = models.CharField(_("what"), max_length=200)
    contract = models.CharField(_("contract"), max_length=200, blank=True, help_text=_("Its number or name."))

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("supply"), _("supplies")

    def __str__(self) -> str:
        return self.what


class Dependency(Record):
    """A service needs another one."""

    class Kind(models.TextChoices):
        STOPS = "stops", _("Stops without it")
        SUFFERS = "suffers", _("Works worse without it")

    service = models.ForeignKey(Service, models.PROTECT, related_name="dependencies", verbose_name=_("service"))
    needs = models.ForeignKey(Service, models.PROTECT, related_name="dependants", verbose_name=_("relies on"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.STOPS)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("dependency"), _("dependencies")
        constraints = [
            models.CheckConstraint(
                condition=~Q(service=F("needs")), name="portfolio_dependency_on_another",
                violation_error_message=_("A service does not depend on itself."),
            ),
            models.UniqueConstraint(
                fields=("service", "needs"), condition=Q(trashed_at=None), name="portfolio_dependency_once",
                violation_error_message=_("This dependency is there already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service} → {self.needs}"

    def clean(self) -> None:
        """Refuse a circle early, with the field; ``actions.circles`` asks again in the save, for two who save at once."""
        super().clean()
        if not (self.service_id and self.needs_id) or self.trashed_at is not None:
            return
        rows = type(self)._base_manager.filter(trashed_at=None).exclude(pk=self.pk)
        if said := life.no_circle(rows.values_list("service_id", "needs_id"), (self.service_id, self.needs_id)):
            raise ValidationError({"needs": said})
