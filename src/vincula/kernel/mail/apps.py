"""Registers the package with Django, and its chores with the clock."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "vincula.kernel.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from vincula.kernel import jobs
        from vincula.kernel.mail.outgoing import forget_texts

        jobs.every("mail.forget_texts", forget_texts, daily_at=time(3, 20))
