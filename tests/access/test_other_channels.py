"""What a walk of GET addresses does not reach: forms sent, conflicts, imports, mails, counts (issue 2, line 4)."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.urls import reverse

from tests.access import walk
from tests.access.others import OTHERS
from tests.access.world import CANARY, World
from tests.ground import short
from vincula.kernel import clock, jobs
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import registry
from vincula.kernel.exchange import commands
from vincula.kernel.notify import queries, sending
from vincula.kernel.pages.listed import board
from vincula.kernel.people import tokens
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
ORGANISATION = "parties.organisation"
STEPS = ("entity:edit", "entity:trash_one", "entity:restore", "entity:link", "entity:follow", "entity:move", "entity:board-move",
         "entity:undo", "entity:unlink", "entity:cell", "parties:log", "parties:reviewed", "parties:hand-over",
         "parties:task-done", "parties:task-reopen", "parties:task-put-off")  # fmt: skip
NOT_OURS = ("files:remove", "exchange:reread", "exchange:check", "exchange:apply", "exchange:stop", "exchange:undo",
            "settings:role-new", "settings:role-line", "settings:role-people", "settings:role-delete",
            "people:invite", "people:user_act")  # fmt: skip


def _forms(world: World) -> Iterator[tuple[Any, str]]:
    """(record, address) of every form that would write the hidden record; in the short run a spread of those alike."""
    for entity in world.entities:
        record = world.hidden[entity.key]
        for name in STEPS:
            if name in walk.OF_ENTITY and not (short.tells(entity) or short.spread(f"{name} {entity.key}")):
                continue
            if name in walk.OF_ENTITY:
                paths = walk.OF_ENTITY[name](world, entity, record.pk)
            else:
                paths = [p for p in OTHERS[name](world) if f"/{entity.slug}/{record.pk}/" in p]  # type: ignore[operator]  # every one can be called
            for path in paths if name != "entity:board-move" or board.board_field(entity) else ():
                yield record, path


def test_nobody_writes_what_they_may_not_see(world: World, client: Any) -> None:
    asked = 0
    for record, path in _forms(world):
        version = record.version
        answer = client.post(path, {"version": version, "tags": "mine", "value": "mine", "_version": version})
        assert answer.status_code == 404, (path, answer.status_code)
        assert not walk.holds(answer), path
        record.refresh_from_db()
        assert record.version == version, path
        asked += 1
    for entity in world.entities:
        path = f"/api/v1/{entity.slug}/{world.hidden[entity.key].pk}"
        for call, at in (
            (client.patch, path),
            (client.delete, path),
            (client.post, f"{path}/restore"),
            (client.post, f"{path}/moves/done"),
        ):
            answer = call(at, "{}", content_type="application/json")
            assert answer.status_code == 404, at
            assert not walk.holds(answer), at
            asked += 1
    for name in NOT_OURS:
        for path in OTHERS[name](world):  # type: ignore[operator]  # every one can be called
            answer = client.post(path, {})
            assert answer.status_code in (403, 404), (path, answer.status_code)
            assert not walk.holds(answer), path
            asked += 1
    file = ContentFile(b"mine", name="mine.txt")
    sent = {"entity": ORGANISATION, "object_id": world.hidden[ORGANISATION].pk, "file": file}
    assert client.post("/files/", sent).status_code == 404
    print(f"{asked + 1} forms sent")


def test_many_at_once_reach_nothing_hidden(world: World, client: Any) -> None:
    for entity in short.some(world.entities):
        hidden, shown = world.hidden[entity.key], world.belgian[entity.key]
        base, version = reverse("entity:list", args=[entity.slug]), hidden.version
        ids = [str(hidden.pk), str(shown.pk)]
        for path, data in (
            (f"{base}bulk/", {"ids": ids, "field": "tags", "tags": "mine", "step": "apply", "do": "add"}),
            (f"{base}bulk/trash/", {"ids": [str(hidden.pk)], "step": "apply"}),
            (f"{base}bulk/export/", {"ids": ids, "format": "csv"}),
            (f"{base}bulk/export/", {"all": "1", "format": "jsonl"}),
            (f"{base}pin/", {"id": str(hidden.pk)}),
        ):
            answer = client.post(path, data)
            assert not walk.holds(answer), path
        item = {"id": hidden.pk, "values": {"tags": ["mine"]}}
        answer = client.post(
            f"/api/v1/{entity.slug}/bulk", json.dumps({"items": [item]}), content_type="application/json"
        )
        assert answer.status_code == 404
        assert not walk.holds(answer)
        hidden.refresh_from_db()
        assert (hidden.version, hidden.trashed_at) == (version, None), entity.key


def test_a_conflict_shows_theirs_only_as_far_as_one_may_see(world: World, client: Any) -> None:
    ghent, esch = world.crossing[ORGANISATION], world.hidden[ORGANISATION]
    read = ghent.version
    actions.change(ghent, who=SYSTEM, parent=esch, acronym="NEW")
    path = reverse("entity:edit", args=["organisations", ghent.pk])
    answer = client.post(path, {"version": read, "name": ghent.name, "kind": ghent.kind, "country": "BE", "acronym": "MINE",
                                "parent": world.belgian[ORGANISATION].pk, "active": "on"})  # fmt: skip
    assert answer.status_code == 409
    assert not walk.holds(answer)
    body = json.dumps({"acronym": "MINE", "version": read})
    answer = client.patch(f"/api/v1/organisations/{ghent.pk}", body, content_type="application/json")
    assert answer.status_code == 409
    assert answer.json()["current"]["acronym"] == "NEW"
    assert not walk.holds(answer)


@pytest.mark.usefixtures("still")
def test_a_hidden_record_is_refused_in_the_words_of_one_that_is_not_there(world: World, client: Any) -> None:
    """Filters, new relations, links and expansions: nothing tells «hidden» from «never was»."""

    def said(pk: int) -> list[tuple[int, str]]:
        body = json.dumps({"title": "A task", "organisation": world.belgian[ORGANISATION].pk, "team": pk})
        asked = (
            client.get(f"/organisations/?parent={pk}"), client.get(f"/api/v1/organisations/?parent={pk}"),
            client.get(f"/organisations/{pk}/"), client.get(f"/api/v1/organisations/{pk}"),
            client.get(f"/organisations/options/?ids={pk}"), client.get(f"/organisations/new/?parent={pk}"),
            client.post("/organisations/new/", {"name": "X", "kind": "other", "country": "BE", "parent": pk}),
            client.post("/api/v1/tasks/", body, content_type="application/json"),
            client.post(reverse("entity:link", args=["organisations", world.belgian[ORGANISATION].pk]),
                        {"with": "organisations", "to": pk, "kind": "related:to"}, follow=True),
        )  # fmt: skip
        return [(one.status_code, _still(one.content.decode()).replace(str(pk), "#")) for one in asked]

    factories.organisation(id=888_888, name=CANARY, country="LU")  # numbers that stand nowhere else on a page
    factories.team(id=888_888, name=CANARY)
    gone = 999_999
    for hidden in (888_888,):
        for number, (there, never) in enumerate(zip(said(hidden), said(gone), strict=True)):
            assert there[0] == never[0], number
            assert there[1] == never[1], number


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands, so that two answers differ only in what they tell."""
    with clock.frozen(clock.now()):
        yield


def _still(text: str) -> str:
    """Without the token of a form, which differs from one answer to the next by itself."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"', "", text)


@pytest.mark.usefixtures("still")
def test_what_is_hidden_changes_no_byte_of_what_is_shown(world: World, client: Any) -> None:
    """Counts, facets, group heads, «more», estimates, orders: twice the hidden records, and every page is the same."""
    paths = [p for entity in registry.all() for p in walk.OF_ENTITY["entity:list"](world, entity, 0)]
    paths += [f"/api/v1/{entity.slug}/?limit=200" for entity in registry.all()]
    paths += [reverse("entity:view-counts", args=[e.slug]) for e in registry.all()]
    paths += [p for e in registry.all() for p in walk.OF_ENTITY["entity:options"](world, e, 1)]
    paths += [p for e in registry.all() for p in walk.OF_ENTITY["entity:filter"](world, e, 1)]
    paths += [p for name in ("cockpit:home", "search:page", "search:suggest", "parties:workload", "parties:expert",
                             "parties:overlaps", "notify:inbox", "settings:overview") for p in OTHERS[name](world)]  # type: ignore[operator]  # fmt: skip
    with_pages = [
        e
        for e in registry.all()
        if e.key
        in (ORGANISATION, "parties.person", "parties.team", "parties.group", "parties.function", "parties.subject")
    ]
    paths += [e.url({**world.belgian, **world.free}[e.key].pk) for e in with_pages]
    paths = [path for path in paths if short.spread(path, of=20)]
    before = {path: _still(client.get(path).content.decode()) for path in paths}
    _more_hidden(world)
    changed = [path for path in paths if _still(client.get(path).content.decode()) != before[path]]
    print(f"{len(paths)} addresses compared")
    assert changed == []


def _more_hidden(world: World) -> None:
    """More of Luxembourg, tied to Belgium's wherever that does not change Belgium's own records."""
    esch, ghent = world.hidden[ORGANISATION], world.belgian[ORGANISATION]
    more = factories.organisation(name=f"{CANARY} two", country="LU", parent=ghent, successor=ghent, steward=world.bob)
    person = factories.person(family_name=f"{CANARY} two")
    factories.affiliation(person=person, organisation=more)
    factories.affiliation(person=world.belgian["parties.person"], organisation=more)
    factories.task(
        organisation=more, assignee=world.bob, owner=world.bob, team=world.belgian["parties.team"], due=clock.today()
    )
    factories.interaction(organisation=more, participants=[world.belgian["parties.person"]])
    factories.meeting(
        organisation=esch, attendees=[world.belgian["parties.person"]], team=world.belgian["parties.team"]
    )
    factories.document(organisation=esch, team=world.belgian["parties.team"])
    factories.organisation_link(source=esch, target=ghent)
    factories.function_holding(person=person, function=world.free["parties.function"])
    factories.expertise(person=person, subject=world.free["parties.subject"])
    factories.team_member(person=person, team=world.belgian["parties.team"], function=world.free["parties.function"])
    factories.relation(organisation=more)


def test_mails_tell_only_what_one_may_see(world: World) -> None:
    """A notification names the record it is about: who may not see that any more is neither told, counted nor mailed."""
    assert [line.notification for line in queries.inbox(world.bob)[0]] == world.notifications[1:]
    assert queries.unread_count(world.bob) == 1
    sending.digest(world.bob.pk, (clock.now() + sending.KEEP_READ).isoformat())
    jobs.drain()
    assert len(mail.outbox) == 1
    assert CANARY.lower() not in mail.outbox[0].message().as_string().lower()


def test_an_import_meets_nothing_hidden(world: World, tmp_path: Path) -> None:
    """Lines that name hidden records by key, reference or relation: the report holds nothing of theirs."""
    esch = world.hidden[ORGANISATION]
    actions.change(esch, who=SYSTEM, references={"ror": ["https://ror.org/012345678"]}, city=CANARY)
    file = tmp_path / "these.csv"
    file.write_text(
        "name,country,city,parent,references\n"
        f'"{esch.name[:8]}",BE,Ghent,{esch.pk},\n'
        "Something else,BE,Ghent,,ror:https://ror.org/012345678\n"
        "A third,BE,Ghent,#1,\n"
        f"{world.belgian[ORGANISATION].name},BE,Bruges,{esch.pk},\n"
    )
    report, _code = commands.run_import("organisations", file, dry_run=True, user=world.bob)
    assert report["read"] == 4
    assert CANARY.lower() not in json.dumps(report).lower()
    client = cast.signed_in(world.bob)
    for query in ("", "?again=1", "?show=error", "?show=create", "?show=update", "?show=question"):
        answer = client.get(f"/imports/{report['run']}/{query}")
        assert answer.status_code == 200
        assert not walk.holds(answer), query


def test_a_lookalike_that_is_hidden_is_not_named(world: World, client: Any) -> None:
    esch = world.hidden[ORGANISATION]
    typed = {"name": esch.name, "kind": "other", "country": "BE", "email_domains": f"{CANARY.lower()}.example"}
    answer = client.post("/organisations/new/", typed)
    assert f"/organisations/{esch.pk}/" not in answer.content.decode()
    assert answer.status_code == 302, "nothing that may be seen looks like it"


def test_a_token_sees_what_its_person_sees(world: World) -> None:
    from django.test import Client

    _token, raw = tokens.issue(
        user=world.bob, name="reader", scopes=["read"], expires_at=clock.now() + timedelta(days=1)
    )
    client = Client(headers={"authorization": f"Bearer {raw}"})
    for entity in short.some(world.entities):
        hidden = world.hidden[entity.key].pk
        assert client.get(f"/api/v1/{entity.slug}/{hidden}").status_code == 404
        for path in walk.api(world, entity, world.belgian[entity.key].pk):
            assert not walk.leaks(client, path), path
