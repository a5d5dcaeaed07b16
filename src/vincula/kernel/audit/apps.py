"""Registers the package with Django, its chores with the clock, and its writer with whoever stands below it."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "vincula.kernel.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from vincula.kernel import jobs
        from vincula.kernel.audit import chores, trail
        from vincula.kernel.people.actions import TRAIL

        TRAIL.put(trail.write)
        jobs.every("audit.seal", chores.seal_trail, minutes=5)
        jobs.every("audit.forget_sessions", chores.forget_sessions, daily_at=time(3, 40))
