"""Notifications and what people wish to be notified of."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.notify.kinds import Channel


class Notification(models.Model):
    """One person is told one thing, once for its key. The sentence is translated when it is read."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(_("kind"), max_length=100)
    entity = models.CharField(_("entity"), max_length=100, blank=True)
    object_id = models.BigIntegerField(_("record"), null=True)
    sentence = models.CharField(_("sentence"), max_length=300)
    params = models.JSONField(_("values"), default=dict)
    key = models.CharField(_("key"), max_length=200)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.INBOX)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    read_at = models.DateTimeField(_("read"), null=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="notify_notification_once_per_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="notify_notification_newest"),
            models.Index(
                fields=["user", "-created_at"], condition=models.Q(read_at=None), name="notify_notification_unread"
            ),
            models.Index(
                fields=["user"], condition=models.Q(mailed_at=None, channel="digest"), name="notify_notification_digest"
            ),
        ]

    def __str__(self) -> str:
        """The sentence in the language of now; the English one when a translation asks for unknown values."""
        for text in (gettext(self.sentence), self.sentence):
            try:
                return str(text % self.params)
            except (KeyError, ValueError, TypeError):
                continue
        return self.sentence


class Preference(models.Model):
    """What a person chose for one kind, where it is not the default."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="notify_preferences"
    )
    kind = models.CharField(_("kind"), max_length=100)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="notify_preference_one_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_channel_display()}"
