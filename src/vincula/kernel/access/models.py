"""Roles are rows: who may do what to which records (requirement X6)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


class Role(models.Model):
    """A named set of grants. Roles are about access only; the work somebody does is a function."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    version = models.BigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("role"), _("roles")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """One line of a role: entity × action × scope. "*" means every entity or every action."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants", verbose_name=_("role"))
    entity = models.CharField(_("entity"), max_length=80, default="*")
    action = models.CharField(_("action"), max_length=20, default="view")
    scope = models.CharField(_("scope"), max_length=40, default="all")
    value = models.JSONField(_("value"), default=list, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("grant"), _("grants")
        constraints = [
            models.UniqueConstraint(fields=("role", "entity", "action", "scope", "value"), name="access_grant_once")
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.action} {self.scope}"


class Assignment(models.Model):
    """A user holds a role."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="assignments", verbose_name=_("role"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("person")
    )
    since = models.DateTimeField(_("since"), default=clock.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("assignment"), _("assignments")
        constraints = [models.UniqueConstraint(fields=("role", "user"), name="access_assignment_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"
