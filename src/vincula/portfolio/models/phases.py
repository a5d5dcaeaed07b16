"""The phase model as data: phases, what each has to deliver, gates between them (domain.md: phase model)."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vincula.kernel.records.fields import ChosenListField, FoldedField, RichTextField, TextListField, TranslatedField
from vincula.kernel.records.models import Record
from vincula.parties.models import Function
from vincula.portfolio.content import KINDS
from vincula.portfolio.lifecycles import STAGES

EOSC_STAGES = (  # the 14 words of the EOSC life-cycle vocabulary
    "concept", "planned", "discovery", "design", "alpha", "beta", "preparation", "implementation", "production",
    "operation", "in containment", "retirement", "termination", "other",
)  # fmt: skip


class Track(models.TextChoices):
    """Whose work it is: both must be closed before a gate opens."""

    TECHNICAL = "technical", _("Technical track")
    CUSTOMER = "customer", _("Customer track")


class PhaseModel(Record):
    """How a service lives here: a version of the phases, deliverables and gates. Services keep the one they began with."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    name = models.CharField(_("name"), max_length=120)
    name_folded = FoldedField(source="name", max_length=120)
    number = models.PositiveSmallIntegerField(_("edition"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    is_default = models.BooleanField(_("for new services"), default=False, editable=False)
    based_on = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("copied from"),
        editable=False,
    )
    description = RichTextField(_("description"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("phase model"), _("phase models")
        constraints = [
            models.UniqueConstraint(
                fields=("name", "number"), condition=Q(trashed_at=None), name="portfolio_phase_model_once",
                violation_error_message=_("There is such an edition already."),
            ),
            models.UniqueConstraint(
                fields=("is_default",), condition=Q(is_default=True, trashed_at=None), name="portfolio_one_default_model"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Part(Record):
    """A part of a phase model; it can be edited only while the model is a draft."""

    class Meta:
        abstract = True

    belongs: ClassVar[str]  # the relation that leads to the phase model, or to a phase of it

    def the_model(self) -> PhaseModel | None:
        """The phase model that it is part of; None before it is said."""
        found = getattr(self, self.belongs) if getattr(self, f"{self.belongs}_id") else None
        return found.phase_model if isinstance(found, Phase) else found

    def clean(self) -> None:
        super().clean()
        model = self.the_model()
        if model is not None and model.state != PhaseModel.State.DRAFT:
            raise ValidationError(gettext("This phase model is in use. Make a copy of it, edit that, and publish it."))


class Phase(Part):
    """One phase of a model: what happens, who does it, what comes out."""

    belongs = "phase_model"
    phase_model = models.ForeignKey(PhaseModel, models.PROTECT, related_name="phases", verbose_name=_("phase model"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)
    name_folded = FoldedField(source="name", max_length=120)
    names = TranslatedField(_("names in other languages"))
    stage = models.CharField(
        _("stage"), max_length=20, choices=STAGES, default="idea",
        help_text=_("What it stands for in the portfolio, whatever its name here."),
    )  # fmt: skip
    eosc = TextListField(_("EOSC life-cycle words"), indexed=False)
    what_happens = RichTextField(_("what happens"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("phase"), _("phases")
        indexes = [models.Index(fields=("phase_model", "position"), name="portfolio_phases_of_model")]
        constraints = [
            models.UniqueConstraint(
                fields=("phase_model", "position"), condition=Q(trashed_at=None), name="portfolio_phase_place_once",
                violation_error_message=_("Another phase stands at this position."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if unknown := [word for word in self.eosc if word not in EOSC_STAGES]:
            raise ValidationError({"eosc": gettext("EOSC knows no life-cycle word “%(word)s”.") % {"word": unknown[0]}})


class PlannedDeliverable(Part):
    """What a phase has to deliver on one of its tracks, and which function is responsible."""

    belongs = "phase"
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="planned", verbose_name=_("phase"))
    track = models.CharField(_("track"), max_length=10, choices=Track, default=Track.TECHNICAL)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=160)
    names = TranslatedField(_("names in other languages"))
    function = models.ForeignKey(
        Function, models.PROTECT, null=True, blank=True, related_name="planned_deliverables", verbose_name=_("function")
    )
    content_kind = models.CharField(_("content"), max_length=40, choices=KINDS, default="text")
    mandatory = models.BooleanField(_("mandatory"), default=True)
    days = models.PositiveSmallIntegerField(
        _("days to do it"), null=True, blank=True, help_text=_("From the beginning of the phase; gives the due date.")
    )
    threshold = models.DecimalField(
        _("threshold, %"), max_digits=4, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("The weighted score that an assessment should reach; it is shown beside the score."),
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = _("planned deliverable"), _("planned deliverables")
        indexes = [models.Index(fields=("phase", "track", "position"), name="portfolio_planned_of_phase")]

    def __str__(self) -> str:
        return self.name


def _checked() -> dict[str, Any]:
    """{key: what it asks for} of every condition that the program can check."""
    from vincula.portfolio import conditions  # which looks at records of all models

    return {key: one.label for key, one in conditions.known().items()}


class PhaseGate(Part):
    """The way from one phase to another: what must be true, and whether a board decides."""

    belongs = "source"
    source = models.ForeignKey(Phase, models.PROTECT, related_name="gates_out", verbose_name=_("from phase"))
    target = models.ForeignKey(Phase, models.PROTECT, related_name="gates_in", verbose_name=_("to phase"))
    by_board = models.BooleanField(_("decided by a board"), default=True)
    conditions = ChosenListField(
        _("conditions checked"), indexed=False, known=_checked, help_text=_("What the program checks itself.")
    )
    criteria = TextListField(
        _("criteria for the board"), indexed=False, help_text=_("What the board looks at; it answers, not the program.")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("gate"), _("gates")
        constraints = [
            models.UniqueConstraint(
                fields=("source", "target"), condition=Q(trashed_at=None), name="portfolio_gate_once",
                violation_error_message=_("There is a gate between these phases already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    def clean(self) -> None:
        super().clean()
        if self.source_id and self.target_id and self.source.phase_model_id != self.target.phase_model_id:
            raise ValidationError({"target": gettext("Both phases belong to one phase model.")})
