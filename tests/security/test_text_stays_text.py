"""Every text of every entity, wherever it is shown, leaves as text (issue 3, section 3; requirement X6).

The story in ``tests/stories/test_script_in_data.py`` lets a browser try to run it; here every address is read.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.urls import reverse

from tests.access import walk, world
from tests.access.others import OTHERS
from tests.access.world import World
from tests.reliability import card
from vincula.kernel import clock, jobs
from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.entity import registry
from vincula.kernel.exchange import commands
from vincula.kernel.exchange.models import ImportRun
from vincula.kernel.files import actions as files
from vincula.kernel.notify import kinds as notices
from vincula.kernel.notify import sending
from vincula.kernel.notify.models import Notification
from vincula.kernel.pages.models import Pin, SavedView
from vincula.kernel.people.models import User
from vincula.kernel.records.models import CustomField
from vincula.kernel.testing import cast

pytestmark = [pytest.mark.django_db, pytest.mark.deep]
ORGANISATION = "parties.organisation"
DEAD = re.compile(rb"&lt;zqx|u003czqx", re.I)
TEXT = "Zz'\"><zqx onzq=1>{{7*7}}</script></textarea></title><zq/>"
SHORT = "'><zqx onzq=1>"
MARKDOWN = (
    TEXT + '\n\n[press](javascript:zq) <a href="javascript:zq" onzq=1>x</a> ![i](javascript:zq)\n\n<svg onzq=1><zqx>'
)
ENTITIES = "Zz&lt;zqx onzq=1&gt;&#60;zqx&#62;"  # must not be unescaped into a tag


def payload(entity: Any) -> dict[str, Any]:
    """Values that put markup into every field that takes text, as long as it lets them be."""
    found: dict[str, Any] = {}
    for f in entity.columns.values():
        if not f.editable or f.computed is not None or f.choices or f.model_field is None:
            continue
        shapes = {
            "text": (TEXT, SHORT, ENTITIES), "rich_text": (MARKDOWN,), "list": ([TEXT, ENTITIES], [SHORT]), "tags": ([SHORT, ENTITIES],),
            "translated": ({"fr": TEXT, "ru": ENTITIES}, {"fr": SHORT}), "references": ({"other": [TEXT]}, {"other": [SHORT]}),
            "url": ("https://x.example/'\"><zqx onzq=1>", "https://x.example/?<zqx"), "email": ('"<zqx"@example.org',),
        }.get(f.kind.name, ())  # fmt: skip
        value = next((v for v in shapes if world._takes(f, v)), None)
        if value is not None:
            found[f.name] = value
    return found


@pytest.fixture
def planted(db: None) -> World:
    """A record of every entity, own fields, views, files, roles and people, all of them full of markup."""
    for entity in registry.all():
        for n, (kind, options) in enumerate((("text", []), ("choice", [SHORT, "b"]), ("rich_text", []))):
            CustomField.objects.create(entity=entity.key, key=f"own{n}", label=f"{SHORT} {n}", kind=kind, options=options,
                                       help=SHORT, translations={"fr": SHORT})  # fmt: skip
    registry.forget_own_fields()
    alice = cast.user("alice", ("*", "*", "all", []))
    User.objects.filter(pk=alice.pk).update(name=SHORT, is_superuser=True)
    alice.refresh_from_db()
    free: dict[str, Any] = {}
    for key in world.FREE:
        free[key] = world.freely(key, free)
    made = world.country("BE", lambda key: "Plain", free)
    for key, record in {**free, **made}.items():
        world.fill(record, {**payload(registry.get(key)), "custom": {"own0": TEXT, "own1": SHORT, "own2": MARKDOWN}})
    found = World(alice, User.objects.create_user(email="bob@example.org", name=SHORT), made, {}, free)
    _around(found, alice)
    return found


def _around(found: World, alice: User) -> None:
    ghent = found.belgian[ORGANISATION]
    role = Role.objects.create(name=SHORT, description=SHORT)
    Grant.objects.create(role=role)
    Assignment.objects.create(role=role, user=found.bob)
    found.file = files.store(upload=ContentFile(b"x", name=f"{SHORT}.txt".replace("/", "")), who=alice, entity=ORGANISATION,
                             object_id=ghent.pk)  # fmt: skip
    for entity in registry.all():
        found.view = SavedView.objects.create(
            entity=entity.key, name=SHORT, owner_id=alice.pk, shared=True, query="tags=x"
        )
    Pin.objects.create(user_id=alice.pk, entity=ORGANISATION, object_id=ghent.pk)
    kind = notices.all_kinds()[0].key
    told = Notification(user=alice, kind=kind, entity=ORGANISATION, object_id=ghent.pk, sentence="%(name)s changed.",
                        params={"name": TEXT}, key="zq", channel=notices.Channel.DIGEST)  # fmt: skip
    told.save()
    found.notifications.append(told)
    found.run = ImportRun.objects.create(
        who=alice, entity=ORGANISATION, name=f"{SHORT}.csv", form="csv", headers=[SHORT], message=SHORT
    )


class Markup(HTMLParser):
    """Reads a page as a browser does, and notes markup of ours that is markup there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.alive: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = tag.startswith("zq") or any(name.startswith("onzq") for name, _value in attrs)
        leading = any(
            "javascript:zq" in re.sub(r"\s", "", value or "").lower() for name, value in attrs if name in LEADING
        )
        if ours or leading:
            self.alive.append(tag)

    handle_startendtag = handle_starttag


LEADING = ("href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href")


def alive(answer: Any) -> bool:
    """Whether markup of ours left as markup, in what a browser would read as a page."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        walk.body(answer)  # to its end: a file that is closed unread takes the connection to PostgreSQL along
        return False  # JSON, CSV and files are never read as pages: nosniff on every answer
    page = walk.body(answer).partition(b"{'Content-Type'")[0].decode()
    return "zq" in page and bool(Markup(page).alive)


def test_the_judge_knows_live_markup() -> None:
    assert all(
        Markup(page).alive for page in (SHORT, "<p><zqx>", '<a href=" java\nscript:zq">', "<i x=1 onzq=1>", "<zq/>")
    )
    assert not any(
        Markup(page).alive
        for page in ("&lt;zqx onzq=1&gt;", '<input value="\'&gt;&lt;zqx onzq=1&gt;">', "<textarea>&lt;zqx")
    )


def test_no_address_gives_markup_back_alive(planted: World, record_property: Any) -> None:
    client, wrong, shown, read = cast.signed_in(planted.alice), [], 0, 0
    paths = [path for key, record in {**planted.free, **planted.belgian}.items()
             for path in walk.addresses(planted, registry.get(key), record.pk)]  # fmt: skip
    paths += [path for name, ask in OTHERS.items() if not isinstance(ask, str) for path in _asked(planted, name, ask)]
    paths += [f"/search/?q={SHORT}", f"/search/suggest?q={SHORT}", f"/expert/?q={SHORT}", f"/organisations/?q={SHORT}",
              f"/organisations/?name={SHORT}", f"/organisations/?sort={SHORT}", f"/organisations/new/?name={SHORT}",
              f"/organisations/?columns={SHORT}", f"/organisations/?{SHORT}=1", f"/{SHORT}/", "/tasks/?layout=calendar"]  # fmt: skip
    for path in dict.fromkeys(paths):
        for answer in walk.answers(client, path):
            read += 1
            wrong += [path] if alive(answer) else []
            shown += not answer.streaming and bool(DEAD.search(answer.content))
    record_property("figures", f"{read} answers read, markup shown as text in {shown} of them")
    card.record("leaks", "markup in every text field, read at every address: left as text", read, len(wrong))
    assert wrong == []
    assert shown > 400


def test_two_that_differ_in_each_field_are_merged_as_text(planted: World) -> None:
    """Each choice of the merge shows both values: those of one language, of own fields, lists and relations too."""
    client, wrong, shown = cast.signed_in(planted.alice), [], 0
    for key, record in planted.belgian.items():
        entity = registry.get(key)
        if not entity.identity:
            continue
        other = world.country("NL", lambda _key: "Other", planted.free)[key]
        path = f"{reverse('entity:merge', args=[entity.slug])}?ids={record.pk},{other.pk}"
        answer = client.get(path)
        assert answer.status_code == 200
        shown += bool(DEAD.search(answer.content))
        wrong += [path] if alive(answer) else []
    assert shown > 2
    assert wrong == []


def _asked(planted: World, name: str, ask: Any) -> list[str]:
    try:
        return list(ask(planted))
    except (KeyError, AttributeError):  # asks for a hidden record; there is none here
        return []


def test_refusals_conflicts_and_reports_give_nothing_back_alive(planted: World, tmp_path: Path) -> None:
    client, wrong = cast.signed_in(planted.alice), []
    for key, record in planted.belgian.items():
        entity = registry.get(key)
        edit, new = reverse("entity:edit", args=[entity.slug, record.pk]), reverse("entity:new", args=[entity.slug])
        typed = {f.name: SHORT for f in entity.editable()}
        world.fill(record, {"tags": [SHORT, "theirs"]})
        for path, data in (
            (new, typed), (edit, {**typed, "version": 1}), (edit, {**typed, "version": record.version}),
            (f"{reverse('entity:list', args=[entity.slug])}bulk/", {"ids": [record.pk], "field": "tags", "tags": SHORT, "step": "choose"}),
        ):  # fmt: skip
            answer = client.post(path, data)
            wrong += [path] if alive(answer) else []
    file = tmp_path / "zq.csv"
    file.write_text(f'name,country,"{SHORT}",parent\n"{SHORT}",{SHORT},x,{SHORT}\n')
    report, _code = commands.run_import("organisations", file, dry_run=True, user=planted.alice)
    for query in ("", "?again=1", "?show=error"):
        wrong += [query] if alive(client.get(f"/imports/{report['run']}/{query}")) else []
    assert wrong == []


def test_mails_hold_it_as_text(planted: World) -> None:
    sending.digest(planted.alice.pk, (clock.now() + sending.KEEP_READ).isoformat())
    jobs.drain()
    assert mail.outbox
    assert all(letter.content_subtype == "plain" for letter in mail.outbox)
    parts = [
        str(content)
        for letter in mail.outbox
        for content, kind in getattr(letter, "alternatives", [])
        if kind == "text/html"
    ]
    assert not [part for part in parts if Markup(part).alive]


def test_the_api_gives_text_as_json_that_no_browser_takes_for_a_page(planted: World) -> None:
    client = cast.signed_in(planted.alice)
    for key, record in planted.belgian.items():
        answer = client.get(f"/api/v1/{registry.get(key).slug}/{record.pk}", headers={"accept": "text/html"})
        assert answer.headers["Content-Type"].split(";")[0] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert json.loads(answer.content)["id"] == record.pk
