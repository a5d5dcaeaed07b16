"""Registers the package with Django, its rows with itself, and its chores with the clock."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "vincula.kernel.privacy"
    label = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        from vincula.kernel import jobs
        from vincula.kernel.privacy import below, entities, exporting, retention, scrubbing  # noqa: F401  # they make themselves known

        below.declare()
        jobs.every("privacy.retention", retention.nightly, daily_at=time(2, 20))
        jobs.every("privacy.scrub", scrubbing.nightly, daily_at=time(2, 50))
        jobs.every("privacy.forget_exports", exporting.forget_old, daily_at=time(3, 20))
