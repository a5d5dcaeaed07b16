"""Registers the package with Django; events travel by the outbox from then on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "vincula.kernel.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from vincula.kernel import events
        from vincula.kernel.jobs.carrying import carry

        events.carry_by(carry)
