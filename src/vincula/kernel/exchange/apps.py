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

        derived.register(waiting.on_saved, waiting.on_removed, waiting.prepare)

        from datetime import time

        from vincula.kernel import jobs
        from vincula.kernel.exchange import keeping, privacy, runs
        from vincula.kernel.ui import frame

        jobs.every("exchange: mend imports that were cut off", runs.resume, minutes=1)
        jobs.every("exchange: forget old imports", keeping.forget, daily_at=time(3, 10))

        frame.creatable(_import_line)
        _numbers_stay()
        privacy.declare()


def _numbers_stay() -> None:
    """What a merge of records does with the numbers that stand here."""
    from vincula.kernel.duplicates import graph

    graph.stays("exchange.importline", "what an import did to a record stays told of that record")
    for name in (
        "importrun.headers", "importrun.mapping", "importrun.options", "importrun.counts", "importline.values",
        "importline.before", "importline.messages", "importline.source", "importline.relations", "savedmapping.mapping",
    ):  # fmt: skip
        graph.holds_no_numbers(f"exchange.{name}", "what stood in a file, and what the import made of it then")


def _import_line(user: Any) -> tuple[str, str, str] | None:
    """The line of the create menu, for those who may import something."""
    from vincula.kernel.entity import registry

    if not any(entity.may(user, "import") for entity in registry.all()):
        return None
    return gettext("Import a file"), reverse("exchange:new"), "file-import"
