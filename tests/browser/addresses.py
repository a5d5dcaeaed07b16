"""Every page of the URL map as an address that can be opened in a browser, made from names, without a database."""

from collections.abc import Callable

from django.urls import reverse

from vincula.kernel.entity import registry
from vincula.kernel.papers import declaration
from vincula.kernel.public.register import patterns

Ids = Callable[[str], int]  # slug → number of some record of it

NOT_PAGES = {
    # answers of JSON, files and parts, or forms that are only posted; the pages around them are walked
    "entity:options", "entity:export", "entity:bulk-export", "entity:bulk-undo", "entity:columns", "entity:view-new",
    "entity:view-counts", "entity:view", "entity:board-move", "entity:pin", "entity:undo", "entity:move",
    "entity:restore", "entity:follow", "entity:bulk", "entity:bulk-trash", "entity:link", "entity:unlink", "entity:tab", "entity:cell", "entity:filter",
    "entity:choose", "entity:paper-chart", "entity:paper-open", "search-suggest",
}  # fmt: skip
GENERIC = ("organisations", "tasks")  # short form: a hand-made page, and a plain one with a lifecycle


def of_entity(slug: str, pk: int) -> list[str]:
    """Pages below one entity."""
    own = [reverse(f"entity:{name}", args=[slug]) for name in ("list", "new", "trash")]
    one = [
        reverse(f"entity:{name}", args=[slug, pk])
        for name in ("record", "edit", "quick", "history", "trash_one", "why")
    ]
    record = reverse("entity:record", args=[slug, pk])
    entity = registry.by_slug(slug)
    layouts = [
        f"{own[0]}?layout={each}"
        for each, there in (("board", entity.board or entity.lifecycle), ("calendar", entity.calendar))
        if there
    ]
    as_of = f"{reverse('entity:as_of', args=[slug, pk])}?at=2999-01-01T00:00"
    papers = [reverse("entity:papers", args=[slug, pk])] if declaration.of(entity.key) else []
    papers += [reverse("entity:paper", args=[slug, pk, paper.key]) for paper in declaration.of(entity.key)]
    return [
        *own,
        *layouts,
        *one,
        *papers,
        f"{record}?tab=timeline",
        f"{record}?tab=history",
        f"{record}?tab=links",
        as_of,
    ]


PLAIN = (
    "cockpit:home", "search:page", "reference:index", "reference:api", "reference:workings", "settings:overview", "settings:roles",
    "settings:role-new", "settings:words", "settings:fields", "people:settings", "people:sessions", "people:tokens",
    "people:administration", "people:invite", "exchange:imports", "exchange:new", "notify:inbox", "notify:preferences",
    "parties:workload", "parties:expert", "parties:overlaps", "mfa_index", "mfa_list_webauthn",
    "account_change_password", "account_logout",
)  # fmt: skip


def plain() -> list[str]:
    """Pages without arguments that exist here."""
    names = {name for _pattern, name, _view in patterns()}
    return [reverse(name) for name in PLAIN if name in names]


def unknown() -> set[str]:
    """Names in ``PLAIN`` that the URL map does not have: the walk must not shrink in silence."""
    return set(PLAIN) - {name for _pattern, name, _view in patterns()}
