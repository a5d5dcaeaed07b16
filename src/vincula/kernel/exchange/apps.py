"""Registers the package with Django."""

from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "vincula.kernel.exchange"
    label = "exchange"
    verbose_name = _("Exchange")

    def ready(self) -> None:
        from vincula.kernel.exchange import waiting
        from vincula.kernel.records import derived

        derived.register(waiting.on_saved, waiting.on_removed)

        from datetime import time

        from vincula.kernel import jobs
        from vincula.kernel.exchange import keeping
        from vincula.kernel.ui import frame

        jobs.every("exchange: forget old imports", keeping.forget, daily_at=time(3, 10))

        frame.creatable(_import_line)


def _import_line(user: Any) -> tuple[str, str, str] | None:
    """The line of the create menu, for those who may import something."""
    from vincula.kernel.exchange.pages import importable_entities

    if not importable_entities(user):
        return None
    return gettext("Import a file"), reverse("exchange:new"), "file-import"
