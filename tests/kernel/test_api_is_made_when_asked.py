"""A process keeps of the API what it was asked for."""

from django.urls import Resolver404

from vincula.kernel.api import later
from vincula.kernel.entity import registry


def test_asking_for_one_entity_makes_no_other() -> None:
    api = later.api("api/")
    assert api._made is None
    api.resolve("api/organisations/7")
    parts = {part.namespace: part for part in api.url_patterns if isinstance(part, later.Later)}
    assert set(parts) == {entity.slug for entity in registry.all()}
    assert [slug for slug, part in parts.items() if part._made is not None] == ["organisations"]


def test_what_is_no_entity_is_not_found_and_makes_nothing() -> None:
    api = later.api("api/")
    for path in ("api/organisation/", "api/organisationsx", "api/nothing/1"):
        try:
            api.resolve(path)
        except Resolver404:
            continue
        raise AssertionError(path)
    assert not any(part._made for part in api.url_patterns if isinstance(part, later.Later))
