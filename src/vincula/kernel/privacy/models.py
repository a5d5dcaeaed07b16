"""Purposes of consent, rules of retention, holds, and what was exported and erased. No personal data lies here."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.records.fields import FoldedField, TextListField, TranslatedField, in_language
from vincula.kernel.records.models import Record


class Purpose(Record):
    """Something for which a person may be written to or named, if the person agrees."""

    code = models.SlugField(_("code"), max_length=40, help_text=_("Used in filters, imports and the API."))
    name = models.CharField(_("name"), max_length=120)
    name_folded = FoldedField(source="name", max_length=120)
    names = TranslatedField(_("names in other languages"))
    description = models.TextField(
        _("description"), blank=True, help_text=_("What people are told when they are asked.")
    )
    active = models.BooleanField(_("active"), default=True, help_text=_("Whether people are still asked."))

    class Meta:
        verbose_name, verbose_name_plural = _("consent purpose"), _("consent purposes")
        indexes: ClassVar = [models.Index(fields=("name_folded", "id"), name="privacy_purpose_by_name")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("code",), condition=models.Q(trashed_at=None), name="privacy_purpose_code_once",
                violation_error_message=_("Another purpose has this code."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def label(self) -> str:
        """The name in the reader's language, as far as somebody wrote it."""
        return in_language(self.names, self.name)


class ConsentRow(Record):
    """One line of a consent log; the room that knows people adds who. Never edited: another line follows it.

    What holds on a day is the last line of the purpose up to that day (see ``consents.current``).
    """

    class Decision(models.TextChoices):
        GIVEN = "given", _("given")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class How(models.TextChoices):
        FORM = "form", _("Form")
        MAIL = "mail", _("E-mail or letter")
        CONVERSATION = "conversation", _("Conversation")
        CONTRACT = "contract", _("Contract")
        OTHER = "other", _("Otherwise")

    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", verbose_name=_("purpose"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.GIVEN)
    on = models.DateField(_("on"), default=clock.today)
    how = models.CharField(_("how"), max_length=20, choices=How, default=How.FORM)
    evidence = models.CharField(
        _("evidence"),
        max_length=500,
        help_text=_("How we know: the words of the mail, which form; a file may be added."),
    )
    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("Where it came from: the address of the form, a campaign.")
    )
    FIXED: ClassVar = ("purpose_id", "decision", "on", "how", "evidence", "source")

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a decision of tomorrow, and any change of what was written."""
        super().clean()
        if self.on and self.on > clock.today():
            raise ValidationError({"on": gettext("A decision cannot lie in the future.")})
        if self.pk is None:
            return
        stored = type(self)._base_manager.filter(pk=self.pk).values(*self.fixed()).first()
        if stored and any(getattr(self, name) != was for name, was in stored.items()):
            raise ValidationError(
                gettext("A line of the consent log is never edited: add another line that says what holds now.")
            )

    @classmethod
    def fixed(cls) -> tuple[str, ...]:
        """Columns that never change; the room adds its own."""
        return cls.FIXED


class RetentionRule(Record):
    """How long people stay here, and what becomes of them then."""

    class Action(models.TextChoices):
        PROPOSE = "propose", _("propose for erasure")
        ERASE = "erase", _("erase")
        TRASH = "trash", _("put in the trash")

    name = models.CharField(_("name"), max_length=120)
    name_folded = FoldedField(source="name", max_length=120)
    entity = models.CharField(_("records"), max_length=80, help_text=_("The key of an entity, such as parties.person."))
    criterion = models.CharField(_("criterion"), max_length=40)
    months = models.PositiveSmallIntegerField(
        _("months"), default=36, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    action = models.CharField(_("what happens"), max_length=10, choices=Action, default=Action.PROPOSE)
    by_itself = models.BooleanField(
        _("acts by itself"), default=False, help_text=_("Without it, everything waits for somebody's confirmation.")
    )
    spare_tags = TextListField(_("except with the tag"), indexed=False)
    active = models.BooleanField(_("active"), default=True)
    last_run_at = models.DateTimeField(_("last run"), null=True, editable=False)
    last_found = models.PositiveIntegerField(_("found then"), default=0, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("retention rule"), _("retention rules")
        indexes: ClassVar = [models.Index(fields=("name_folded", "id"), name="privacy_rule_by_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse records and criteria that nobody declared."""
        super().clean()
        from vincula.kernel.privacy import retention

        known = retention.criteria_of(self.entity)
        if not known:
            raise ValidationError({"entity": gettext("No records with this key are people.")})
        if self.criterion not in known:
            raise ValidationError({
                "criterion": gettext("Choose one of: %(names)s.") % {"names": ", ".join(sorted(known))}
            })  # fmt: skip


class Proposal(models.Model):
    """A rule found a person whose time has come; somebody decides."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for a decision")
        DONE = "done", _("done")
        KEPT = "kept", _("kept")

    rule = models.ForeignKey(RetentionRule, models.CASCADE, related_name="proposals", verbose_name=_("rule"))
    entity = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = _("proposal for erasure"), _("proposals for erasure")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("rule", "entity", "object_id"), name="privacy_proposal_once")
        ]
        indexes: ClassVar = [models.Index(fields=("state", "at"), name="privacy_proposals_open")]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id}"


class Hold(models.Model):
    """Somebody must not be erased for now: a claim is open, the law asks for it."""

    entity = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(default=clock.now)
    until = models.DateField(_("until"), null=True, blank=True)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = _("hold"), _("holds")
        constraints: ClassVar = [models.UniqueConstraint(fields=("entity", "object_id"), name="privacy_hold_once")]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id}"


class Erasure(models.Model):
    """That somebody was erased: by number only. ``counts`` says how much went, never what."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entity = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    rule = models.ForeignKey(RetentionRule, models.SET_NULL, null=True, related_name="+")
    again = models.BooleanField(default=False)  # repeated after a restore
    counts = models.JSONField(default=dict)
    records = models.JSONField(default=list)  # [[entity, id, digest], …]
    scrubbed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("erasure"), _("erasures")
        ordering = ("-at",)
        indexes: ClassVar = [models.Index(fields=("entity", "object_id"), name="privacy_erasure_of")]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id}"

    def counted(self, name: str) -> int:
        return int(self.counts.get(name, 0))


class SubjectExport(models.Model):
    """One packed answer to "what do you hold on me?"; the file goes after a week, the row stays as the proof."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entity = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=12, default="en")
    at = models.DateTimeField(default=clock.now)
    ready_at = models.DateTimeField(null=True)
    path = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("subject export"), _("subject exports")
        indexes: ClassVar = [models.Index(fields=("entity", "object_id", "-at"), name="privacy_exports_of")]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id}"
