"""Who decides: boards, their meetings, votes, decisions and conditions (requirements L2, L5)."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vincula.kernel.records.fields import FoldedField, RichTextField, StructuredField
from vincula.kernel.records.models import Record
from vincula.parties.models import Function
from vincula.parties.models.dated import Dated
from vincula.portfolio.lifecycles import BOARD_MEETING, CONDITION
from vincula.portfolio.models.our_services import Service
from vincula.portfolio.models.phases import PhaseGate


class Board(Record):
    """Those who decide about services, or who advise: advice is an input and never a vote."""

    class Kind(models.TextChoices):
        DECIDES = "decides", _("Decides")
        ADVISES = "advises", _("Advises")

    class Rhythm(models.TextChoices):
        NONE = "none", _("When called")
        MONTHLY = "monthly", _("Every month")
        QUARTERLY = "quarterly", _("Every three months")

    name = models.CharField(_("name"), max_length=160)
    name_folded = FoldedField(source="name", max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DECIDES)
    purpose = RichTextField(_("purpose"), blank=True)
    quorum = models.PositiveSmallIntegerField(
        _("quorum, seats"), default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    majority_of = models.PositiveSmallIntegerField(
        _("majority: more than … %"), default=50, validators=[MinValueValidator(50), MaxValueValidator(99)],
        help_text=_("Share of the votes cast that yes must exceed; 50 is the simple majority."),
    )  # fmt: skip
    rhythm = models.CharField(_("rhythm"), max_length=10, choices=Rhythm, default=Rhythm.NONE)
    rhythm_from = models.DateTimeField(
        _("first meeting"), null=True, blank=True, help_text=_("The rhythm counts from here: same weekday, same hour.")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("board"), _("boards")
        indexes = [models.Index(fields=("name_folded", "id"), name="portfolio_board_by_name")]

    def __str__(self) -> str:
        return self.name


class Seat(Dated):
    """A seat on a board: by name, or by function, whose holder sits on it."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="seats", verbose_name=_("board"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("member")
    )
    function = models.ForeignKey(
        Function, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("function"),
        help_text=_("Whoever holds it sits here; leave the member empty."),
    )  # fmt: skip
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deputy"),
        help_text=_("Votes only when the member is absent."),
    )  # fmt: skip
    chairs = models.BooleanField(_("chairs"), default=False)
    weight = models.DecimalField(
        _("votes"), max_digits=5, decimal_places=2, default=1, validators=[MinValueValidator(Decimal("0.01"))]
    )

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("seat"), _("seats")

    def __str__(self) -> str:
        return str(self.member or self.function or "—")

    def clean(self) -> None:
        super().clean()
        if bool(self.member_id) == bool(self.function_id):
            raise ValidationError({"member": gettext("A seat belongs to a member or to a function: name one of them.")})
        if self.deputy_id and self.deputy_id == self.member_id:
            raise ValidationError({"deputy": gettext("Nobody deputises for themselves.")})


class BoardMeeting(Record):
    """A meeting of a board: agenda, attendance, minutes."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="meetings", verbose_name=_("board"))
    at = models.DateTimeField(_("begins"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=BOARD_MEETING.choices, default="planned")
    minutes = RichTextField(_("minutes of the meeting"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("board meeting"), _("board meetings")
        indexes = [models.Index(fields=("at", "id"), name="portfolio_meeting_by_time")]

    def __str__(self) -> str:
        return f"{self.board} {str(self.at or '—')[:10]}"


class Attendance(Record):
    """Somebody was at a board meeting."""

    meeting = models.ForeignKey(
        BoardMeeting, models.PROTECT, related_name="attendance", verbose_name=_("board meeting")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendance", verbose_name=_("who"))
    present = models.BooleanField(_("present"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("attendance"), _("attendances")
        constraints = [
            models.UniqueConstraint(
                fields=("meeting", "user"), name="portfolio_attendance_once",
                violation_error_message=_("The attendance of this person is noted already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.user)


class BoardItem(Record):
    """What a board meeting talks about: one service, of one of four kinds, with the reason why it is there."""

    class Kind(models.TextChoices):
        NEW = "new", _("New ideas")
        DEVELOPMENT = "development", _("Services in development")
        OPERATION = "operation", _("Services in operation")
        ENDING = "ending", _("Services to end")

    meeting = models.ForeignKey(BoardMeeting, models.PROTECT, related_name="items", verbose_name=_("board meeting"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.NEW)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    service = models.ForeignKey(Service, models.PROTECT, related_name="board_items", verbose_name=_("service"))
    gate = models.ForeignKey(
        PhaseGate, models.PROTECT, null=True, blank=True, related_name="board_items", verbose_name=_("gate")
    )
    reason = models.CharField(_("why it is here"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True, editable=False)  # who put it there, once
    notes = RichTextField(_("notes"), blank=True)
    advice = RichTextField(_("advice"), blank=True, help_text=_("What an advisory board says; it is not a vote."))
    recused = models.ManyToManyField(
        Seat, blank=True, related_name="recusals", verbose_name=_("recused seats"), editable=False
    )
    dropped = models.CharField(_("taken off because"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("board agenda item"), _("board agenda items")
        indexes = [models.Index(fields=("meeting", "kind", "position"), name="portfolio_items_of_meeting")]
        constraints = [
            models.UniqueConstraint(
                fields=("meeting", "service", "kind"), condition=Q(trashed_at=None), name="portfolio_item_once",
                violation_error_message=_("The service is on this part of the agenda already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.service)


class Vote(Record):
    """The vote of a seat on an agenda item; it stands until the decision is taken."""

    class Choice(models.TextChoices):
        YES = "yes", _("Go")
        NO = "no", _("No go")
        ABSTAIN = "abstain", _("Abstain")

    item = models.ForeignKey(BoardItem, models.PROTECT, related_name="votes", verbose_name=_("board agenda item"))
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="votes", verbose_name=_("seat"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="votes", verbose_name=_("cast by"))
    choice = models.CharField(_("vote"), max_length=10, choices=Choice)

    class Meta:
        verbose_name, verbose_name_plural = _("vote"), _("votes")
        constraints = [
            models.UniqueConstraint(
                fields=("item", "seat"), name="portfolio_vote_once",
                violation_error_message=_("This seat has voted on this item already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_choice_display()


class Decision(Record):
    """What a board decided: numbered without gaps, never edited, superseded only by another decision."""

    class Outcome(models.TextChoices):
        GO = "go", _("Go")
        CONDITIONS = "go_with_conditions", _("Go with conditions")
        HOLD = "hold", _("Hold")
        ALTERNATIVES = "alternatives", _("Look at alternatives")
        NO_GO = "no_go", _("No go")

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="decisions", verbose_name=_("board"))
    item = models.OneToOneField(
        BoardItem, models.PROTECT, null=True, blank=True, related_name="decision", verbose_name=_("board agenda item")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="decisions", verbose_name=_("service"))
    gate = models.ForeignKey(
        PhaseGate, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("gate")
    )
    run = models.ForeignKey(
        "portfolio.PhaseRun",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("phase run"),
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    text = RichTextField(_("text"))
    hold_until = models.DateField(_("hold until"), null=True, blank=True)
    taken_on = models.DateField(_("taken on"))
    yes = models.DecimalField(_("votes for"), max_digits=7, decimal_places=2, default=0)
    no = models.DecimalField(_("votes against"), max_digits=7, decimal_places=2, default=0)
    abstained = models.DecimalField(_("abstentions"), max_digits=7, decimal_places=2, default=0)
    quorum = models.CharField(_("quorum"), max_length=120, blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    seen = StructuredField(_("what the board saw"), editable=False)
    seen_digest = models.CharField(_("digest of what the board saw"), max_length=64, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("decision"), _("decisions")
        indexes = [
            models.Index(fields=("service", "taken_on"), name="portfolio_decisions_of_service"),
            models.Index(fields=("taken_on", "id"), name="portfolio_decision_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(supersedes=F("id")), name="portfolio_decision_not_itself"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Condition(Record):
    """What has to be true after a go with conditions; somebody answers for it until a day."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="conditions", verbose_name=_("decision"))
    text = models.CharField(_("condition"), max_length=300)
    answers = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="conditions", verbose_name=_("answers for it")
    )
    due = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=CONDITION.choices, default="open")
    met_how = models.CharField(_("how it was met"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("condition"), _("conditions")
        indexes = [models.Index(fields=("answers", "state", "due"), name="portfolio_conditions_of_person")]

    def __str__(self) -> str:
        return self.text
