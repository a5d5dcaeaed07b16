"""Registers the package with Django, and its chores with the clock."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "vincula.kernel.files"
    label = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from vincula.kernel import jobs
        from vincula.kernel.files.actions import drop_orphans

        jobs.every("files.drop_orphans", drop_orphans, daily_at=time(3, 0))
