"""How we are organised: teams, functions, and who knows what."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vincula.kernel.records.fields import FoldedField, RichTextField, TranslatedField, in_language
from vincula.kernel.records.models import Record
from vincula.parties import rules
from vincula.parties.models.dated import Dated
from vincula.parties.models.organisations import Organisation
from vincula.parties.models.people import Person


class Subject(Record):
    """Something that one can know about; subjects form a tree."""

    name = models.CharField(_("name"), max_length=120)
    name_folded = FoldedField(source="name", max_length=120)
    names = TranslatedField(_("names in other languages"), indexed=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("subject"), _("subjects")
        indexes = [models.Index(fields=("name_folded", "id"), name="parties_subject_by_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        rows = type(self)._base_manager

        def step(pk: int) -> int | None:
            return rows.filter(pk=pk).values_list("parent_id", flat=True).first()

        if self.pk and (said := rules.no_circle(self.pk, self.parent_id, step)):
            raise ValidationError({"parent": said})


class Team(Record):
    """People who work together for a purpose: a unit, the team of a customer, a task force."""

    class Kind(models.TextChoices):
        STANDING = "standing", _("Standing unit")
        CUSTOMER = "customer", _("Customer team")
        VIRTUAL = "virtual", _("Virtual team")
        TASK_FORCE = "task_force", _("Task force")

    name = models.CharField(_("name"), max_length=200)
    name_folded = FoldedField(source="name", max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CUSTOMER)
    purpose = RichTextField(_("purpose"), blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="teams_led", verbose_name=_("leader")
    )
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="teams", verbose_name=_("organisations served")
    )
    subjects = models.ManyToManyField(Subject, blank=True, related_name="teams", verbose_name=_("subjects"))

    class Meta:
        verbose_name, verbose_name_plural = _("team"), _("teams")
        indexes = [models.Index(fields=("name_folded", "id"), name="parties_team_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="parties_team_period",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Function(Record):
    """A job that somebody has to do here, and how much of it is needed."""

    code = models.CharField(_("code"), max_length=20, blank=True, help_text=_("Short, for example TCA."))
    name = models.CharField(_("name"), max_length=120)
    name_folded = FoldedField(source="name", max_length=120)
    names = TranslatedField(_("names in other languages"), indexed=True)
    purpose = RichTextField(_("purpose"), blank=True)
    fte_needed = models.DecimalField(
        _("FTE needed"), max_digits=6, decimal_places=2, default=0, validators=[MinValueValidator(0)],
        help_text=_("Full-time equivalents: 0.5 is half a working week."),
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = _("function"), _("functions")
        indexes = [models.Index(fields=("name_folded", "id"), name="parties_function_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=("code",), condition=~Q(code="") & Q(trashed_at=None), name="parties_function_code_once",
                violation_error_message=_("Another function has this code."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name

    def named(self) -> str:
        """Its name in the reader's language, else as it is called here."""
        return in_language(self.names, self.name)

    def titled(self) -> str:
        """The same with its code."""
        return f"{self.named()} ({self.code})" if self.code else self.named()


class FunctionHolding(Dated):
    """A person does a function, with a part of the working time, for a while."""

    function = models.ForeignKey(Function, models.PROTECT, related_name="holdings", verbose_name=_("function"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="holdings", verbose_name=_("person"))
    fte = models.DecimalField(
        _("FTE"), max_digits=4, decimal_places=2, default=1, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("function holding"), _("function holdings")

    def __str__(self) -> str:  # the other end may lie beyond a reader's reach
        return str(self.person)


class TeamMember(Dated):
    """A person belongs to a team, in a function and with a share of the working time."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members", verbose_name=_("team"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="team_memberships", verbose_name=_("person"))
    function = models.ForeignKey(
        Function, models.PROTECT, null=True, blank=True, related_name="team_members", verbose_name=_("function")
    )
    share = models.PositiveSmallIntegerField(
        _("share of time, %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("team membership"), _("team memberships")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("team", "person"), condition=Q(until=None, trashed_at=None), name="parties_member_open_once",
                violation_error_message=_("This person is in the team already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:  # the other end may lie beyond a reader's reach
        return str(self.person)


class Expertise(Record):
    """Who knows what, how well, on what evidence, and when somebody last made sure."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="expertise", verbose_name=_("person"))
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="expertise", verbose_name=_("subject"))
    level = models.PositiveSmallIntegerField(
        _("level"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 has heard of it, 2 can follow, 3 can do it, 4 can improve it, 5 others come to ask."),
    )  # fmt: skip
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    last_confirmed = models.DateField(_("last confirmed"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("expertise"), _("expertise")
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="parties_expertise_level"),
            models.UniqueConstraint(
                fields=("person", "subject"), condition=Q(trashed_at=None), name="parties_expertise_once",
                violation_error_message=_("This person's knowledge of the subject is already here."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:  # the other end may lie beyond a reader's reach
        return str(self.person)
