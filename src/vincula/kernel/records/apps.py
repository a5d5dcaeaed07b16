"""Registers the package with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "vincula.kernel.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from vincula.kernel.records import moments

        connection_created.connect(moments.read_moments)
