"""What happens: interactions, meetings, tasks, documents."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.records.fields import FoldedField, RichTextField, WebField
from vincula.kernel.records.models import Record
from vincula.parties.lifecycles import TASK
from vincula.parties.models.organisations import Organisation
from vincula.parties.models.people import Person
from vincula.parties.models.teams import Subject, Team


class Interaction(Record):
    """Somebody of ours and somebody of theirs had to do with each other."""

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        EMAIL = "email", _("E-mail")
        VISIT = "visit", _("Visit")
        MEETING = "meeting", _("Meeting")
        TRAINING = "training", _("Training")
        EVENT = "event", _("Event")
        NOTE = "note", _("Note")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CALL)
    at = models.DateTimeField(_("when"), default=clock.now)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True, help_text=_("How long it took."))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="interactions", verbose_name=_("organisation")
    )
    participants = models.ManyToManyField(
        Person, blank=True, related_name="interactions", verbose_name=_("participants"), help_text=_("Of both sides.")
    )
    subject = models.CharField(_("subject"), max_length=200)
    subject_folded = FoldedField(source="subject", max_length=200)
    notes = RichTextField(_("notes"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=500, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    location = models.CharField(_("place"), max_length=200, blank=True)
    organisation_was: int | None = None

    class Meta:
        verbose_name, verbose_name_plural = _("interaction"), _("interactions")
        indexes = [
            models.Index(fields=("organisation", "at"), name="parties_interaction_of_org"),
            models.Index(fields=("at", "id"), name="parties_interaction_by_time"),
            models.Index(fields=("subject_folded", "id"), name="parties_interaction_by_subject"),
        ]

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def from_db(cls, *stored: Any, **options: Any) -> Self:
        """Remember which organisation it was with, so that moving it renews what is derived for both (derive.py)."""
        record = super().from_db(*stored, **options)
        record.organisation_was = record.__dict__.get("organisation_id")
        return record


class Meeting(Record):
    """People come together at a set time, with an agenda and minutes."""

    title = models.CharField(_("title"), max_length=200)
    title_folded = FoldedField(source="title", max_length=200)
    at = models.DateTimeField(_("begins"))
    until = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("organisation")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("team")
    )
    attendees = models.ManyToManyField(Person, blank=True, related_name="meetings", verbose_name=_("attendees"))
    agenda = RichTextField(_("agenda"), blank=True)
    minutes = RichTextField(_("minutes of the meeting"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("meeting"), _("meetings")
        indexes = [
            models.Index(fields=("at", "id"), name="parties_meeting_by_time"),
            models.Index(fields=("title_folded", "id"), name="parties_meeting_by_title"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("at")), name="parties_meeting_period",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class AgendaItem(Record):
    """One point of a meeting, and what came of it."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    title = models.CharField(_("title"), max_length=200)
    presenter = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("presented by")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MaxValueValidator(600)], help_text=_("How long it may take.")
    )
    text = RichTextField(_("text"), blank=True)
    outcome = RichTextField(_("outcome"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("agenda item"), _("agenda items")
        indexes = [models.Index(fields=("meeting", "position"), name="parties_items_of_meeting")]

    def __str__(self) -> str:
        return self.title


class Task(Record):
    """What somebody has to do, until when."""

    title = models.CharField(_("title"), max_length=200)
    title_folded = FoldedField(source="title", max_length=200)
    details = RichTextField(_("details"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=TASK.choices, default="todo")
    due = models.DateField(_("due"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("done by")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("organisation")
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("team"))
    subject = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("subject")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("decided in")
    )
    hours = models.DecimalField(
        _("hours needed"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("An estimate, for the workload."),
    )
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("task"), _("tasks")
        indexes = [
            models.Index(fields=("assignee", "state", "due"), name="parties_tasks_of_person"),
            models.Index(fields=("organisation", "state", "due"), name="parties_tasks_of_org"),
            models.Index(fields=("due", "id"), name="parties_task_by_due"),
            models.Index(fields=("title_folded", "id"), name="parties_task_by_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if TASK.state(self.state).final:
            self.completed_at = self.completed_at or clock.now()
        else:
            self.completed_at = None

    @property
    def is_open(self) -> bool:
        return not TASK.state(self.state).final


class Document(Record):
    """A paper, slide set or plan: a file here, or where it lies."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("Contract")
        REPORT = "report", _("Report")
        MINUTES = "minutes", _("Minutes")
        PLAN = "plan", _("Plan")
        PRESENTATION = "presentation", _("Presentation")
        FORM = "form", _("Form")
        OTHER = "other", _("Other")

    title = models.CharField(_("title"), max_length=200)
    title_folded = FoldedField(source="title", max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    date = models.DateField(_("date"), null=True, blank=True)
    link = WebField(_("link"), help_text=_("Where it lies, when it is not attached here."))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("organisation")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("team")
    )
    description = RichTextField(_("description"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("document"), _("documents")
        indexes = [models.Index(fields=("title_folded", "id"), name="parties_document_by_title")]

    def __str__(self) -> str:
        return self.title
