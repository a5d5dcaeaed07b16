"""Registers the package with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DuplicatesConfig(AppConfig):
    name = "vincula.kernel.duplicates"
    label = "duplicates"
    verbose_name = _("Duplicates")

    def ready(self) -> None:
        from vincula.kernel.duplicates import chores, keys, merging, privacy
        from vincula.kernel.records import actions, derived

        derived.register_values(keys.of_record)
        actions.AGAINST_RESTORING.answer(merging.what_stands_against_restoring)
        privacy.declare()
        chores.register()
