"""Registers the package with Django, its chores with the clock, and its count with the frame."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "vincula.kernel.notify"
    label = "notify"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from vincula.kernel import jobs
        from vincula.kernel.notify import queries, records, sending
        from vincula.kernel.notify.kinds import resolve_with
        from vincula.kernel.ui import frame

        jobs.every("notify.digests", sending.strike_digests, minutes=15)
        jobs.every("notify.forget_read", sending.forget_read, daily_at=time(3, 40))
        frame.badge(queries.badge)
        resolve_with(records.named)
