"""Registers the package with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "vincula.kernel.pages"
    label = "pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from vincula.kernel.duplicates import graph
        from vincula.kernel.pages import privacy
        from vincula.kernel.pages.listed import pins, repointing
        from vincula.kernel.pages.single import following
        from vincula.kernel.ui import frame

        frame.pinned(pins.of)
        following.start()
        graph.rewritten("pages.savedview.query", repointing.saved_views)
        graph.holds_no_numbers("pages.savedview.columns", "names of fields")
        privacy.declare()
