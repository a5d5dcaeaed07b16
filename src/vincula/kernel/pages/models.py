"""What people keep about pages: saved views of a list, the columns they chose, what they pinned.

Nothing of a record is stored here but ids and the filters as they were typed; what they point to is shown only
through the access door, so a shared view tells nobody more than that person may see.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock

LONGEST_QUERY = 4000


class SavedViewQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any, entity: str = "") -> "SavedViewQuerySet":
        """One's own views and those that others share, of one entity or of all."""
        rows = self.exclude(name="").filter(Q(owner_id=user.pk) | Q(shared=True))
        return rows.filter(entity=entity) if entity else rows

    def for_list(self, user: Any, entity: str) -> "tuple[list[SavedView], SavedView | None]":
        """(views to choose from, one's own beginning) in one statement: every list page asks this."""
        rows = list(self.filter(Q(owner_id=user.pk) | Q(shared=True), entity=entity))
        own = next((v for v in rows if not v.name and v.owner_id == user.pk), None)
        return [v for v in rows if v.name], own

    def beginning(self, user: Any, entity: str, **values: Any) -> None:
        """Keep how ``user`` wants the list when the address says nothing: ``columns``, ``begin_with``."""
        self.update_or_create(owner_id=user.pk, entity=entity, name="", defaults=values)


class SavedView(models.Model):
    """A list as somebody wants it again: filters, sorting, grouping, layout and columns under a name.

    The one without a name is its owner's beginning: the columns, and the view that the list opens with.
    """

    entity = models.CharField(_("list"), max_length=80)
    name = models.CharField(_("name"), max_length=60, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))
    shared = models.BooleanField(_("shared with everybody who sees this list"), default=False)
    query = models.CharField(_("filters"), max_length=LONGEST_QUERY, blank=True)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    begin_with = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("view to begin with")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    changed_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("saved view"), _("saved views")
        ordering = ("position", "name", "id")
        indexes = [models.Index(fields=("entity", "owner"), name="pages_views_of_list")]
        constraints = [
            models.UniqueConstraint(fields=("owner", "entity"), condition=Q(name=""), name="pages_one_beginning"),
            models.CheckConstraint(condition=~Q(name="", shared=True), name="pages_beginnings_are_private"),
        ]

    def __str__(self) -> str:
        return self.name or self.entity

    def may_change(self, user: Any) -> bool:
        """Its owner may, and an administrator what is shared."""
        return bool(self.owner_id == user.pk or (self.shared and user.is_superuser))


class Pin(models.Model):
    """A record or a saved view that somebody keeps at hand in the rail; its label is asked of the record each time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    entity = models.CharField(_("list"), max_length=80)
    object_id = models.BigIntegerField(_("record"), null=True, blank=True)
    view = models.ForeignKey(
        SavedView, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("saved view")
    )
    since = models.DateTimeField(_("since"), default=clock.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("pin"), _("pins")
        ordering = ("since", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("user", "entity", "object_id"), condition=Q(view=None), name="pages_pin_record_once"
            ),
            models.UniqueConstraint(fields=("user", "view"), condition=Q(object_id=None), name="pages_pin_view_once"),
            models.CheckConstraint(
                condition=Q(object_id__isnull=True) ^ Q(view__isnull=True), name="pages_pin_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id or self.view_id}"


class Follow(models.Model):
    """Somebody wants to know what changes on a record."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    entity = models.CharField(_("entity"), max_length=80)
    object_id = models.BigIntegerField(_("record"))
    since = models.DateTimeField(_("since"), default=clock.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("followed record"), _("followed records")
        constraints = [models.UniqueConstraint(fields=("user", "entity", "object_id"), name="pages_follow_once")]
        indexes = [models.Index(fields=("entity", "object_id"), name="pages_followers")]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id}"
