"""Every page of the URL map as an address that can be opened in a browser, made from names, without a database."""

from collections.abc import Callable

from django.urls import reverse

from tests.ground import short
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.papers import declaration
from vincula.kernel.public.register import patterns

Number = Callable[[str], int]  # slug → number of some record of it

NOT_PAGES = {
    # answers of JSON, files and parts, forms that are only posted, and what leads on to a page; the pages are walked
    "alive", "account_login", "account_signup", "account_reauthenticate", "account_reset_password_from_key", "catalogue-json",
    "duplicates:certain", "duplicates:decide", "entity:bulk", "entity:bulk-export", "entity:bulk-merge", "entity:bulk-trash",
    "entity:bulk-undo", "entity:board-move", "entity:cell", "entity:choose", "entity:columns", "entity:export", "entity:filter",
    "entity:follow", "entity:link", "entity:move", "entity:options", "entity:paper-chart", "entity:paper-open", "entity:pin",
    "entity:restore", "entity:tab", "entity:undo", "entity:unlink", "entity:unmerge", "entity:view", "entity:view-counts",
    "entity:view-new", "exchange:apply", "exchange:check", "exchange:progress", "exchange:reread", "exchange:stop",
    "exchange:undo", "files:remove", "files:serve", "files:upload", "mfa_authenticate", "mfa_download_recovery_codes",
    "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "notify:open", "notify:read", "notify:unread",
    "parties:log", "parties:reviewed", "parties:task-done", "parties:task-put-off", "parties:task-reopen", "people:density",
    "people:language", "people:preferences", "people:session_end", "people:sessions_end_others", "people:theme",
    "people:token_revoke", "people:user_act", "portfolio:agenda-item", "portfolio:attend", "portfolio:case-chart", "portfolio:close", "portfolio:copy-model", "portfolio:decide", "portfolio:drop",
    "portfolio:fill", "portfolio:next-version", "portfolio:pass-gate", "portfolio:recuse", "portfolio:service-chart", "portfolio:take-up", "portfolio:vote", "privacy:export",
    "privacy:hold", "privacy:keep", "privacy:packed", "search:suggest", "settings:field-move", "settings:role-line",
    "settings:role-people",
}  # fmt: skip
ELSEWHERE = {  # pages that need something which no walk makes, and the tests that look at them
    "exchange:run": "tests/stories/test_the_register.py", "entity:merge": "tests/duplicates",
    "mfa_deactivate_totp": "kernel/people/tests/test_second_step.py", "mfa_view_recovery_codes": "as the one before",
    "mfa_edit_webauthn": "kernel/people/tests/test_passkeys.py", "mfa_remove_webauthn": "as the one before",
    "people:program_tokens": "kernel/people/tests/test_administration.py", "settings:field": "test_settings_of_roles_and_fields.py",
    "settings:field-delete": "as the one before",
}  # fmt: skip
GENERIC = ("organisations",)  # in the short run


def lists(slug: str) -> list[str]:
    """The list of an entity in every layout that it has."""
    entity, own = registry.by_slug(slug), reverse("entity:list", args=[slug])
    assert entity is not None
    there = (("board", entity.board or entity.lifecycle), ("calendar", entity.calendar))
    return [own, *(f"{own}?layout={each}" for each, given in there if given)]


def of_entity(slug: str, pk: int) -> list[str]:
    """Pages below one entity; those that write only where people do, and not verbs alone."""
    entity = registry.by_slug(slug)
    assert entity is not None
    writing = not door.why_frozen(entity.model)
    own = [*lists(slug), *(reverse(f"entity:{name}", args=[slug]) for name in ("new", "trash") if writing)]
    names = ("record", "quick", "history", "why", *(("edit", "trash_one") if writing else ()))
    one = [reverse(f"entity:{name}", args=[slug, pk]) for name in names]
    record = reverse("entity:record", args=[slug, pk])
    as_of = f"{reverse('entity:as_of', args=[slug, pk])}?at=2999-01-01T00:00"
    papers = [reverse("entity:papers", args=[slug, pk])] if declaration.of(entity.key) else []
    papers += [reverse("entity:paper", args=[slug, pk, paper.key]) for paper in declaration.of(entity.key)]
    return [
        *own,
        *one,
        *papers,
        f"{record}?tab=timeline",
        f"{record}?tab=history",
        f"{record}?tab=links",
        as_of,
    ]


# names by which of_entity makes addresses
OF_ENTITY = {f"entity:{name}" for name in ("list", "new", "trash", "record", "edit", "quick", "history", "trash_one", "why",
                                           "as_of", "papers", "paper")}  # fmt: skip
PLAIN = (
    "cockpit:home", "search:page", "reference:index", "reference:api", "reference:workings", "settings:overview", "settings:roles",
    "settings:role-new", "settings:words", "settings:fields", "people:settings", "people:sessions", "people:tokens",
    "people:administration", "people:invite", "exchange:imports", "exchange:new", "notify:inbox", "notify:preferences",
    "parties:workload", "parties:expert", "parties:overlaps", "portfolio:board", "portfolio:strategy", "guide",
    "duplicates:review", "privacy:overview", "mfa_index", "mfa_list_webauthn", "mfa_activate_totp",
    "mfa_generate_recovery_codes", "mfa_add_webauthn", "account_change_password", "account_set_password", "account_logout",
    "account_inactive", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done",
)  # fmt: skip
ONE_OF: dict[
    str, Callable[[Number, str], list[str | int]]
] = {  # pages about something: their arguments, from a number of each sort of record
    "reference:entity": lambda number, language: ["organisations"],
    "people:user": lambda number, language: [1],
    "settings:role": lambda number, language: [1],
    "settings:role-preview": lambda number, language: [1],
    "settings:role-delete": lambda number, language: [1],
    "settings:fields-of": lambda number, language: ["organisations"],
    "settings:field-new": lambda number, language: ["organisations"],
    "privacy:rule": lambda number, language: [1],
    "privacy:held": lambda number, language: ["people", number("people")],
    "privacy:erase": lambda number, language: ["people", number("people")],
    "parties:hand-over": lambda number, language: [number("contact-roles")],
    "catalogue": lambda number, language: [language],
    "portfolio:other-model": lambda number, language: [number("services")],
    "portfolio:write-case": lambda number, language: [number("services")],
    "portfolio:publish-model": lambda number, language: [number("phase-models")],
    "portfolio:write": lambda number, language: [number("deliverables")],
}


def by_hand(number: Number, language: str) -> list[str]:
    """Every page that is not made from an entity, and the record pages that are made by hand."""
    found = [reverse(name) for name in PLAIN]
    found += [reverse(name, args=arguments(number, language)) for name, arguments in ONE_OF.items()]
    entities = (registry.get(key) for key in short.HAND_MADE)
    return [*found, *(reverse("entity:record", args=[entity.slug, number(entity.slug)]) for entity in entities)]


def undeclared() -> set[str]:
    """Names of the URL map that nobody speaks of here, and names here that it does not have: no walk shrinks in silence."""
    names = {name for _pattern, name, _view in patterns() if name and not name.startswith("api:")}
    return names ^ {*PLAIN, *ONE_OF, *NOT_PAGES, *ELSEWHERE, *OF_ENTITY}
