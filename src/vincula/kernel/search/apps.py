"""Registers the package with Django."""

from datetime import time

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "vincula.kernel.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from vincula.kernel.search.index import install

        post_migrate.connect(install, sender=self, dispatch_uid="vincula.search.install")

        from vincula.kernel import jobs
        from vincula.kernel.search import parts, records

        records.install()
        post_migrate.connect(parts.install, sender=self, dispatch_uid="vincula.search.parts")
        jobs.every("search.parts", parts.grown, daily_at=time(2, 50))
