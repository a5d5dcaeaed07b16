"""What was mailed, to whom, and how it went."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


class Message(models.Model):
    """One mail to one address."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain")  # cut off while being sent: may have arrived, so not sent again

    key = models.CharField(_("key"), max_length=200, unique=True)
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=500)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("formatted text"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="mail_message_newest")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
