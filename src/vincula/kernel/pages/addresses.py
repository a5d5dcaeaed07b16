"""Addresses of everything that is made from an entity: ``/organisations/``, ``/organisations/17/edit/`` …"""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, register_converter

from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity


class EntityConverter:
    """The plural name of a registered entity; anything else is no address at all."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> Entity:
        entity = registry.by_slug(value)
        if entity is None:
            raise ValueError(value)
        return entity

    def to_url(self, value: Any) -> str:
        return value.slug if isinstance(value, Entity) else str(value)


register_converter(EntityConverter, "entity")

from vincula.kernel.pages.listed import addresses as listed  # noqa: E402  # the converter must be known first
from vincula.kernel.pages.single import addresses as single  # noqa: E402  # after the converter is registered
from vincula.kernel.pages.twins import addresses as twins  # noqa: E402  # as above

app_name = "entity"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<entity:entity>/", include(single.creating)),
    path("<entity:entity>/", include(listed.urlpatterns)),
    path("<entity:entity>/", include(twins.of_entity)),
    path("<entity:entity>/<int:pk>/", include(single.urlpatterns)),
]
