"""Imports as rows: the run, its staged lines, remembered mappings, and relations that wait for their other end (X3)."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


def place_of(run: "ImportRun", name: str) -> str:
    """Where the brought file is kept: under a name that nobody can guess, never served."""
    return f"imports/{clock.today():%Y-%m}/{uuid.uuid4().hex}"


class RunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees the own imports; administrators see all."""
        return self if user.is_superuser else self.filter(who=user)


class ImportRun(models.Model):
    """One file on its way into the register."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("brought")
        MAPPED = "mapped", _("being checked")
        CHECKED = "checked", _("checked")
        APPLYING = "applying", _("being imported")
        APPLIED = "applied", _("imported")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    RUNNING: ClassVar = (State.MAPPED, State.APPLYING, State.UNDOING)

    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    entity = models.CharField(_("entity"), max_length=80)
    profile = models.CharField(_("profile"), max_length=40, blank=True)
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to=place_of, max_length=200)
    size = models.BigIntegerField(_("size"), default=0)
    form = models.CharField(_("format"), max_length=10)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    delimiter = models.CharField(_("delimiter"), max_length=1, blank=True)
    headers = models.JSONField(_("headers"), default=list)
    mapping = models.JSONField(_("mapping"), default=dict)
    options = models.JSONField(_("options"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UPLOADED)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    stop = models.BooleanField(default=False)
    beat_at = models.DateTimeField(default=clock.now, editable=False)  # the last sign of life of whoever works at it
    counts = models.JSONField(_("counts"), default=dict)
    message = models.TextField(_("message"), blank=True)
    correlation = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    checked_at = models.DateTimeField(_("checked"), null=True)
    applied_at = models.DateTimeField(_("imported"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("import"), _("imports")
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=("who", "-id"), name="exchange_run_of_person")]

    def __str__(self) -> str:
        return f"{self.name} ({self.entity})"

    @property
    def running(self) -> bool:
        """Whether a worker is busy with it (or will be at once)."""
        return self.state in self.RUNNING


class ImportLine(models.Model):
    """What one line of the file does, or did. ``extra`` lines stand for link records, for relations set afterwards, and
    for records of other entities that belong to a row (which is ``around`` when nothing else of it changes). Those
    ``missing`` (line 0) stand for records that no line names."""

    class Outcome(models.TextChoices):
        CREATE = "create", _("new")
        UPDATE = "update", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        SKIP = "skip", _("left out")
        QUESTION = "question", _("question")
        ERROR = "error", _("error")
        AROUND = "around", _("changed around it")
        MISSING = "missing", _("missing")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField(_("line"))
    entity = models.CharField(max_length=80)
    extra = models.BooleanField(default=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    label = models.CharField(_("record"), max_length=200, blank=True)
    object_id = models.BigIntegerField(null=True)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # {field: plain value} to be set
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # {field: plain value} as it was
    base_version = models.BigIntegerField(default=0)
    base_updated_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)  # given by this import; 0 until it is applied
    messages = models.JSONField(default=list)  # [{"field", "message", "severity": error | warning | question | skip}]
    source = models.JSONField(default=list)  # [scheme, value, label] of this record in its own system
    relations = models.JSONField(default=list)  # [[kind, scheme, value, label], …]

    class Meta:
        verbose_name, verbose_name_plural = _("line of an import"), _("lines of imports")
        ordering = ("run", "line", "id")
        indexes: ClassVar = [
            models.Index(fields=("run", "outcome", "line"), name="exchange_line_by_outcome"),
            models.Index(fields=("run", "version", "id"), name="exchange_line_to_apply"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.label}"


class SavedMapping(models.Model):
    """How a person mapped columns, remembered for the next file with the same headers."""

    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    entity = models.CharField(max_length=80)
    signature = models.CharField(max_length=64)
    mapping: models.JSONField = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name, verbose_name_plural = _("remembered mapping"), _("remembered mappings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("who", "entity", "signature"), name="exchange_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.signature[:8]}"


class KeptReference(models.Model):
    """A relation between two records named by references; an end that is not here yet is waited for.

    It resolves by itself when the missing record arrives (see ``waiting``).
    """

    entity = models.CharField(max_length=80)
    profile = models.CharField(max_length=40)
    kind = models.CharField(_("kind"), max_length=40)
    source_scheme = models.CharField(max_length=40)
    source_value = models.CharField(max_length=250)
    source_label = models.CharField(max_length=300, blank=True)
    target_scheme = models.CharField(max_length=40)
    target_value = models.CharField(max_length=250)
    target_label = models.CharField(max_length=300, blank=True)
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="kept")
    tied_by = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="tied")
    tied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("kept relation"), _("kept relations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("entity", "kind", "source_scheme", "source_value", "target_scheme", "target_value"),
                name="exchange_kept_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=("entity", "target_scheme", "target_value"), name="exchange_kept_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.source_label} {self.kind} {self.target_label}"
