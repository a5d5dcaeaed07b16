"""Registers the package with Django."""

from collections.abc import Iterable

from django.apps import AppConfig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ApiConfig(AppConfig):
    name = "vincula.kernel.api"
    label = "api"
    verbose_name = gettext_lazy("API")

    def ready(self) -> None:
        from vincula.kernel.api import privacy
        from vincula.kernel.entity import registry
        from vincula.kernel.people.tokens import SCOPES

        def of_entities() -> Iterable[tuple[str, str]]:
            for entity in registry.all():
                yield f"{entity.key}:read", _("Read %(what)s") % {"what": entity.plural}
                yield f"{entity.key}:write", _("Read and change %(what)s") % {"what": entity.plural}

        SCOPES.put(of_entities)
        privacy.declare()
