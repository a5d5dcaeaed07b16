"""Users and their API tokens.

One table holds three kinds of users: staff, people of customers, and service accounts (programs, which hold tokens
and never a password). A user is not a record: nobody "owns" it, and only administrators see the list.
"""

import zoneinfo
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


@cache
def known_zones() -> frozenset[str]:
    """Names of the IANA database, read once: it is some hundred files."""
    return frozenset(zoneinfo.available_timezones())


def is_known_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not know."""
    if name not in known_zones():
        raise ValidationError(_("“%(name)s” is not a time zone."), code="unknown_zone", params={"name": name})


def folded(email: str) -> str:
    """The one way an e-mail address is written here: no blanks around it, no capitals."""
    return (email or "").strip().casefold()


class UserQuerySet(models.QuerySet["User"]):
    """Questions about users that several places ask."""

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def administrators(self) -> "UserQuerySet":
        """Those who can still administer: active, and able to sign in."""
        return self.active().filter(is_superuser=True).exclude(kind=User.Kind.SERVICE)


class Users(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # made when the program runs
    """Makes users; every argument is named."""

    def create_user(self, *, email: str, password: str | None = None, **values: Any) -> "User":
        """A new user; without a password it cannot sign in until one is set.

        Raises ValidationError for a bad or used address, an unknown zone or language, or a service account with a
        password.
        """
        user: User = self.model(email=folded(email), **values)
        if password and user.kind == User.Kind.SERVICE:
            raise ValidationError(_("A service account signs in with tokens and has no password."), code="service")
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, *, email: str, password: str | None = None, **values: Any) -> "User":
        """A new administrator."""
        return self.create_user(email=email, password=password, **{**values, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=folded(username or ""))
        return user


class User(AbstractBaseUser):
    """Somebody, or some program, that may do something here."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("Staff")
        CUSTOMER = "customer", _("Customer")
        SERVICE = "service", _("Service account")

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMPACT = "compact", _("Compact")
        NORMAL = "normal", _("Normal")
        ROOMY = "roomy", _("Roomy")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STAFF)
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[is_known_zone])
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    density = models.CharField(_("density"), max_length=7, choices=Density, default=Density.NORMAL)
    is_active = models.BooleanField(_("active"), default=True)
    is_superuser = models.BooleanField(_("administrator"), default=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[Users] = Users()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("name", "email")
        constraints = (
            models.UniqueConstraint(Lower("email"), name="people_user_email_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=("staff", "customer", "service")), name="people_user_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = folded(self.email)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.email = folded(self.email)

    @property
    def is_staff(self) -> bool:
        """Works for us (the portal is for the others)."""
        return self.kind == self.Kind.STAFF

    @property
    def signs_in(self) -> bool:
        """Whether this user may have a session at all: programs use tokens."""
        return self.is_active and self.kind != self.Kind.SERVICE

    @property
    def initials(self) -> str:
        """One or two letters for the round mark: first and last word of the name, else of the address."""
        words = self.name.split() or [self.email]
        letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else "")
        return letters.upper()

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.email

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """What Django's libraries ask. Rights to records are asked from ``kernel.access``, never here."""
        return self.is_active and self.is_superuser

    def has_perms(self, perm_list: Sequence[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser


class ApiToken(models.Model):
    """A key for programs. Only its digest is kept, so a stolen database opens nothing."""

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    ending = models.CharField(_("last characters"), max_length=4, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"

    def is_usable(self, at: datetime | None = None) -> bool:
        """Neither revoked nor expired, and its user is active."""
        at = at or clock.now()
        return self.revoked_at is None and self.expires_at > at and self.user.is_active

    def covers(self, entity: str, writing: bool) -> bool:
        """Whether the scopes reach this entity. They only narrow: the user's own rights are asked as well.

        ``read`` and ``write`` reach every entity; ``<entity>:read`` and ``<entity>:write`` one. Writing includes
        reading, because an answer to a change shows the record.
        """
        wanted = {"write", f"{entity}:write"}
        if not writing:
            wanted |= {"read", f"{entity}:read"}
        return not wanted.isdisjoint(self.scopes)
