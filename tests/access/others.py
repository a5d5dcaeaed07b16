"""Addresses that do not stand below an entity: what to ask there, or why no record is ever shown there.

A value is a function that gives the paths to ask for (the walk also posts to those it must not reach, see
``test_nothing_leaks``), or a sentence that says why there is nothing to ask. An address that is in neither fails.
"""

from collections.abc import Callable

from django.urls import reverse

from tests.access.world import ASKED, World

Ask = Callable[[World], list[str]]

SIGN_IN = "Signing in and one's own account: no record is shown, and nothing of others."
ACTS = "It only takes a form of one's own settings; the answer leads back to a page that is asked."


def _plain(name: str, *queries: str) -> Ask:
    return lambda world: [reverse(name) + query for query in queries or ("",)]


def _record(name: str, entity: str, *more: int) -> Ask:
    """For a record of each sort."""
    return lambda world: [
        reverse(name, args=[some[entity].pk, *more])
        for some in (world.hidden, world.belgian, world.crossing, world.free)
        if entity in some
    ]


def _person(name: str, *rest: object) -> Ask:
    """For a person of each sort."""
    return lambda world: [
        reverse(name, args=["people", some["parties.person"].pk, *rest])
        for some in (world.hidden, world.belgian, world.crossing)
        if "parties.person" in some
    ]


def _run(name: str) -> Ask:
    return lambda world: [reverse(name, args=[world.run.pk])] if world.run else []


def _file(name: str) -> Ask:
    return lambda world: [reverse(name, args=[world.file.pk])] if world.file else []


def _notification(name: str) -> Ask:
    return lambda world: [reverse(name, args=[each.pk]) for each in world.notifications]


def _of_entities(name: str, *rest: object) -> Ask:
    return lambda world: [reverse(name, args=[e.slug, *rest]) for e in world.entities]


def _role(name: str) -> Ask:
    return lambda world: [reverse(name, args=[world.bob.assignments.get().role_id])]


def _user(name: str, *rest: object) -> Ask:
    return lambda world: [reverse(name, args=[who.pk, *rest]) for who in (world.alice, world.bob)]


def _experts(world: World) -> list[str]:
    base = reverse("parties:expert")
    return [base, f"{base}?q={ASKED}", f"{base}?q={world.free['parties.subject']}"]


OTHERS: dict[str, Ask | str] = {
    "alive": _plain("alive"),
    "cockpit:home": _plain("cockpit:home"),
    "search:page": lambda w: [
        reverse("search:page") + query
        for query in ("", f"?q={ASKED}", f"?q={ASKED}x", "?q=k", *(f"?q={ASKED}&entity={e.slug}" for e in w.entities))
    ],
    "search:suggest": _plain("search:suggest", "", f"?q={ASKED}", "?q=kan", "?q=LU"),
    "reference:index": _plain("reference:index"),
    "reference:api": _plain("reference:api"),
    "reference:workings": _plain("reference:workings"),
    "reference:entity": lambda w: [reverse("reference:entity", args=[e.slug]) for e in w.entities[:3]],  # no records there
    # the room of organisations and people
    "parties:log": _record("parties:log", "parties.organisation"),
    "parties:reviewed": _record("parties:reviewed", "parties.organisation"),
    "parties:hand-over": _record("parties:hand-over", "parties.contactrole"),
    "parties:task-done": _record("parties:task-done", "parties.task"),
    "parties:task-reopen": _record("parties:task-reopen", "parties.task"),
    "parties:task-put-off": _record("parties:task-put-off", "parties.task"),
    "parties:workload": _plain("parties:workload"),
    "parties:expert": _experts,
    "parties:overlaps": _plain("parties:overlaps"),
    # the room of services and boards
    "portfolio:board": lambda w: [reverse("portfolio:board"), f"{reverse('portfolio:board')}?gate={w.free['portfolio.service'].pk}"],
    "portfolio:strategy": _plain("portfolio:strategy"),
    "guide": _plain("guide"),
    "catalogue": lambda w: [reverse("catalogue", args=["en"])],
    "catalogue-json": lambda w: [reverse("catalogue-json", args=["en"])],
    "portfolio:pass-gate": lambda w: [reverse("portfolio:pass-gate", args=[w.free["portfolio.service"].pk, w.free["portfolio.phasegate"].pk])],
    **{
        f"portfolio:{verb}": lambda w, verb=verb: [
            reverse(f"portfolio:{verb}", args=[w.free["portfolio.service"].pk, w.free["portfolio.phasegate"].pk])
        ]
        for verb in ("take-up", "close")
    },
    "portfolio:other-model": _record("portfolio:other-model", "portfolio.service"),
    "portfolio:write-case": _record("portfolio:write-case", "portfolio.service"),
    "portfolio:next-version": _record("portfolio:next-version", "portfolio.businesscase"),
    **{f"portfolio:{verb}-model": _record(f"portfolio:{verb}-model", "portfolio.phasemodel") for verb in ("copy", "publish")},
    "portfolio:service-chart": _record("portfolio:service-chart", "portfolio.service", 0),
    "portfolio:case-chart": _record("portfolio:case-chart", "portfolio.businesscase", 0),
    "portfolio:write": _record("portfolio:write", "portfolio.deliverable"),
    "portfolio:fill": _record("portfolio:fill", "portfolio.boardmeeting"),
    "portfolio:attend": _record("portfolio:attend", "portfolio.boardmeeting"),
    **{f"portfolio:{verb}": _record(f"portfolio:{verb}", "portfolio.boarditem") for verb in ("recuse", "vote", "drop", "decide", "agenda-item")},
    # what one is told
    "notify:inbox": _plain("notify:inbox", "", "?unread=1"),
    "notify:read": _plain("notify:read"),
    "notify:preferences": _plain("notify:preferences"),
    "notify:open": _notification("notify:open"),
    "notify:unread": _notification("notify:unread"),
    # duplicates
    "duplicates:review": lambda w: [
        reverse("duplicates:review") + query for query in ("", *(f"?of={e.slug}&show={s}" for e in w.entities if e.identity for s in ("open", "different")))
    ],
    "duplicates:certain": _plain("duplicates:certain"),
    "duplicates:decide": lambda w: [reverse("duplicates:decide", args=[1])],
    # files and imports
    "files:upload": _plain("files:upload"),
    "files:serve": _file("files:serve"),
    "files:remove": _file("files:remove"),
    "exchange:imports": _plain("exchange:imports"),
    "exchange:new": lambda w: [
        reverse("exchange:new"),
        *(f"{reverse('exchange:new')}?entity={e.slug}" for e in w.entities),
    ],
    "exchange:run": _run("exchange:run"),
    "exchange:reread": _run("exchange:reread"),
    "exchange:check": _run("exchange:check"),
    "exchange:progress": _run("exchange:progress"),
    "exchange:apply": _run("exchange:apply"),
    "exchange:stop": _run("exchange:stop"),
    "exchange:undo": _run("exchange:undo"),
    # privacy: seen by whoever has that right on the person
    "privacy:overview": _plain("privacy:overview"),
    "privacy:rule": _record("privacy:rule", "privacy.retentionrule"),
    "privacy:keep": lambda w: [reverse("privacy:keep", args=[1])],
    **{
        f"privacy:{name}": _person(f"privacy:{name}", *rest)
        for name, *rest in (("held",), ("export",), ("erase",), ("hold",), ("packed", "7f0c1c1e-0000-4000-8000-000000000000"))
    },
    # settings of the house
    "settings:overview": _plain("settings:overview"),
    "settings:roles": _plain("settings:roles"),
    "settings:role-new": _plain("settings:role-new"),
    "settings:role": _role("settings:role"),
    "settings:role-line": _role("settings:role-line"),
    "settings:role-people": _role("settings:role-people"),
    "settings:role-preview": _role("settings:role-preview"),
    "settings:role-delete": _role("settings:role-delete"),
    "settings:fields": _plain("settings:fields"),
    "settings:fields-of": _of_entities("settings:fields-of"),
    "settings:field-new": _of_entities("settings:field-new"),
    "settings:field": _of_entities("settings:field", 1),
    "settings:field-move": _of_entities("settings:field-move", 1),
    "settings:field-delete": _of_entities("settings:field-delete", 1),
    "settings:words": _plain("settings:words"),
    "people:administration": _plain("people:administration"),
    "people:invite": _plain("people:invite"),
    "people:user": _user("people:user"),
    "people:program_tokens": _user("people:program_tokens"),
    "people:user_act": _user("people:user_act", "end-sessions"),
    # one's own account
    "people:settings": _plain("people:settings"),
    "people:sessions": _plain("people:sessions"),
    "people:tokens": _plain("people:tokens"),
    **dict.fromkeys(
        (
            "people:preferences", "people:language", "people:theme", "people:density", "people:sessions_end_others",
            "people:session_end", "people:token_revoke",
        ),
        ACTS,
    ),
    **dict.fromkeys(
        (
            "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate",
            "account_change_password", "account_set_password", "account_reset_password", "account_reset_password_done",
            "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_index", "mfa_authenticate",
            "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn", "mfa_login_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
        ),
        SIGN_IN,
    ),
}  # fmt: skip


def paths(world: World) -> list[str]:
    """Everything there is to ask for."""
    return [path for ask in OTHERS.values() if not isinstance(ask, str) for path in ask(world)]
