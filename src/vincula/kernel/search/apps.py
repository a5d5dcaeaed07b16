"""Registers the package with Django."""

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

        from vincula.kernel.search import records

        records.install()
