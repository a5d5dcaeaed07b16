"""The access matrix: every door × role × record, judged by the oracle.

A *verdict* is one question with an answer known beforehand: is this record there for this role at this address? Besides,
every answer is searched for the words of all records that the role may not see.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.access import oracle, walk
from tests.access.oracle import Fact, Role
from tests.access.places import ORGANISATION, STEM, Places
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.exchange import export
from vincula.kernel.pages.listed import options

MARK = re.compile(rb"kanar[bcdfghjklmnprstvwxz]{4}")
HIGHLIGHT = re.compile(rb"</?mark>")
REFUSED = (204, 302, 401, 403, 404)  # 204 sends a part of a page to sign in
SILLY = (400, 422)  # there is no such order for this reader
PART = {"HTTP_HX_REQUEST": "true"}


@dataclass
class Verdicts:
    """What was asked, and every answer that was not the oracle's."""

    places: Places
    role: Role
    client: Any
    answers: int = 0
    judged: int = 0
    words: int = 0
    channels: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seen = {fact for fact in self.places.facts if oracle.may(self.role, "view", fact)}
        self.hidden = {fact.mark.encode() for fact in self.places.facts if fact not in self.seen}

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and bytes, which hold no word of a hidden record."""
        answer = self.client.get(path, **headers)
        return answer.status_code, self.read(path, answer)

    def read(self, path: str, answer: Any) -> bytes:
        content = walk.body(answer)
        found = set(MARK.findall(HIGHLIGHT.sub(b"", content).lower())) & self.hidden
        if answer.status_code != 200:  # a refusal leads back to what was asked, with the words of who asked
            found -= set(MARK.findall(path.encode()))
        self.answers += 1
        self.words += len(self.hidden)
        if found:
            self.wrong.append(f"{self.role.name}: {path} tells {min(found).decode()}")
        if answer.status_code >= 500:
            self.wrong.append(f"{self.role.name}: {path} answers {answer.status_code}")
        return content

    def judge(self, channel: str, path: str, fact: Fact, there: bool, expected: bool) -> None:
        self.judged += 1
        self.channels[channel] = self.channels.get(channel, 0) + 1
        if there != expected:
            word = "shows" if there else "does not show"
            self.wrong.append(f"{self.role.name}: {path} {word} {fact.entity} {fact.pk}")


Ids = Callable[[Entity, bytes], set[int]]


def _links(entity: Entity, content: bytes) -> set[int]:
    """Numbers of the records whose rows stand in a list."""
    return {int(pk) for pk in re.findall(rf'href="/{entity.slug}/(\d+)/"'.encode(), content)}


def _items(entity: Entity, content: bytes) -> set[int]:
    return {item["id"] for item in json.loads(content.partition(b"{'Content-Type'")[0]).get("items", [])}


def _options(entity: Entity, content: bytes) -> set[int]:
    return {item["id"] for item in json.loads(content.partition(b"{'Content-Type'")[0]).get("results", [])}


def _lines(entity: Entity, content: bytes) -> set[int]:
    """Numbers in the first column of an export as JSON lines or CSV."""
    return {int(pk) for pk in re.findall(rb'(?m)^(?:\{"id": ?)?(\d+),', content)}


def _cells(entity: Entity, content: bytes) -> set[int]:
    """Numbers in the first column of a sheet."""
    return {int(float(pk)) for pk in re.findall(rb'<c r="A\d+"[^>]*><v>([\d.]+)</v>', content)}


@dataclass(frozen=True)
class Door:
    """An address that shows many records of one entity: who reads it is shown exactly those that they may."""

    channel: str
    path: str
    ids: Ids
    action: str = "view"
    api: bool = False
    trashed: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    most: int = sys.maxsize  # records that it shows at once: of what is not among them it says nothing


def expandable(entity: Entity) -> str:
    """Relations that the API gives in full."""
    return ",".join(
        [f.name for f in entity.columns.values() if f.kind.name in ("relation", "relations") and f.model_field][:10]
    )


def doors(entity: Entity) -> Iterator[Door]:
    """Every address of many records, from the entity's fields."""
    page, api = reverse("entity:list", args=[entity.slug]), f"/api/v1/{entity.slug}/"
    everything = ",".join(entity.columns)
    expand = expandable(entity)
    yield Door("page", page, _links)
    yield Door("page", f"{page}?columns={everything}", _links)
    yield Door("htmx part", f"{page}?columns={everything}", _links, headers=tuple(PART.items()))
    stored = [f for f in entity.columns.values() if f.model_field is not None and f.computed is None]
    grouped = [f for f in stored if f.kind.name in ("choice", "relation", "country", "person")]
    yield from (Door("page", f"{page}?group={f.name}", _links) for f in grouped[:3])
    sorted_ = [f for f in entity.columns.values() if f.sort_columns]
    yield from (Door("page", f"{page}?sort=-{f.name}", _links) for f in sorted_ if "__" in "".join(f.sort_columns))
    yield Door("API list", f"{api}?limit=200", _items, api=True)
    yield from (Door("API list", f"{api}?limit=200&sort={f.name}", _items, api=True) for f in sorted_)
    yield Door("API fields", f"{api}?limit=200&fields=id,owner", _items, api=True)
    if expand:
        yield Door("API expand", f"{api}?limit=200&expand={expand}", _items, api=True)
    yield Door("picker", reverse("entity:options", args=[entity.slug]), _options, most=options.MOST)
    for form in export.writers(entity):
        if form in ("csv", "xlsx", "jsonl"):
            path = f"{reverse('entity:export', args=[entity.slug])}?format={form}&columns={everything}"
            yield Door(f"export {form}", path, _cells if form == "xlsx" else _lines, action="export")
    yield Door("trash", reverse("entity:trash", args=[entity.slug]), _restorable, action="delete", trashed=True)


def _restorable(entity: Entity, content: bytes) -> set[int]:
    return {int(pk) for pk in re.findall(rb'name="ids?" value="(\d+)"', content)}


def many(v: Verdicts, entity: Entity, every: int = 1, start: int = 0) -> None:
    """Ask the addresses of many records (each ``every``-th from ``start``), and judge each record of the entity."""
    for door in list(doors(entity))[start::every]:
        if door.api:
            open_ = not v.role.nobody and oracle.token_allows(v.role, "read", entity.key)
        else:
            open_ = v.role.session and oracle.may_some(v.role, door.action, entity.key)
        silent = (
            entity.key == ORGANISATION and door.path.endswith(oracle.CONTACTS) and not oracle.tells_contacts(v.role)
        )
        allowed = SILLY if open_ and silent else (200,) if open_ else REFUSED
        open_ = open_ and not silent
        status, content = v.get(door.path, **dict(door.headers))
        if status not in allowed and not (door.api and status == 403):
            v.wrong.append(f"{v.role.name}: {door.path} answers {status}")
        there = door.ids(entity, content) if status == 200 else set()
        for fact in v.places.of(entity.key):
            shown = fact.pk in there
            expected = open_ and fact.trashed == door.trashed and oracle.may(v.role, "view", fact)
            expected = expected and oracle.may(v.role, door.action, fact) and (shown or len(there) < door.most)
            v.judge(door.channel, door.path, fact, shown, expected)


# What stands below a record's address, by the action it needs: (channel, name of the address, arguments, query).
BELOW: tuple[tuple[str, str, str, tuple[Any, ...], str], ...] = (
    ("htmx part", "view", "entity:tab", ("overview",), ""),
    ("htmx part", "view", "entity:quick", (), ""),
    ("history", "view", "entity:record", (), "?tab=history"),
    ("history", "view", "entity:as_of", (), "?at=2999-01-01T00:00"),
    ("files", "view", "entity:record", (), "?tab=files"),
    ("page", "change", "entity:edit", (), ""),
    ("page", "delete", "entity:trash_one", (), ""),
    ("page", "view", "entity:why", (), ""),
)
API_BELOW = (("API detail", ""), ("API expand", "?expand={expand}"), ("history", "/history"))


def below(v: Verdicts, entity: Entity, every: int = 1, start: int = 0) -> None:
    """Ask the addresses of single records, own and foreign."""
    expand = expandable(entity)
    asked: list[tuple[str, str, str, Fact, bool]] = []
    for fact in v.places.of(entity.key):
        for channel, action, name, args, query in BELOW:
            gone = fact.trashed and name not in ("entity:record", "entity:tab", "entity:as_of", "entity:why")
            if name == "entity:edit" and fact.trashed:
                continue  # leads to the record
            path = reverse(name, args=[entity.slug, fact.pk, *args]) + query
            there = v.role.session and oracle.may(v.role, "view", fact) and oracle.may(v.role, action, fact)
            asked.append((channel, path, action, fact, there and not gone))
        for channel, rest in API_BELOW:
            path = f"/api/v1/{entity.slug}/{fact.pk}{rest.format(expand=expand)}"
            there = oracle.token_allows(v.role, "read", entity.key) and oracle.may(v.role, "view", fact)
            if expand or "expand" not in rest:
                asked.append((channel, path, "view", fact, there and not fact.trashed))
    for channel, path, _action, fact, there in asked[start::every]:
        status, _content = v.get(path, **(PART if channel == "htmx part" else {}))
        if status not in ((200,) if there else REFUSED):
            v.wrong.append(f"{v.role.name}: {path} answers {status}")
        v.judge(channel, path, fact, status == 200, there)


def search(v: Verdicts) -> None:
    """Every record's own word, asked of the API and of the palette; and the stem, which finds all of them."""
    for path in (f"/search/?q={STEM}", f"/search/suggest?q={STEM}", f"/expert/?q={STEM}"):
        v.get(path)
    open_ = not v.role.nobody and oracle.token_allows(v.role, "read", "")
    for fact in v.places.facts:
        entity = registry.get(fact.entity)
        status, content = v.get(f"/api/v1/search?q={fact.mark}")
        found = json.loads(content.partition(b"{'Content-Type'")[0]) if status == 200 else []
        there = any(hit["entity"] == fact.entity and hit["id"] == fact.pk for hit in found)
        expected = open_ and not fact.trashed and oracle.may(v.role, "view", fact)
        v.judge("search", f"/api/v1/search?q={fact.mark}", fact, there, expected and bool(entity.search_fields))
        path = reverse("entity:options", args=[entity.slug]) + f"?q={fact.mark}"
        status, content = v.get(path)
        there = fact.pk in _options(entity, content) if status == 200 else False
        v.judge("picker", path, fact, there, there and v.role.session and fact in v.seen)  # by title only: may lack


def left_about(v: Verdicts) -> None:
    """Files, notifications and what counts them, of every organisation."""
    for code, number in v.places.files.items():
        fact = next(f for f in v.places.of(ORGANISATION) if f.pk == v.places.records[code][ORGANISATION].pk)
        there = v.role.session and oracle.may(v.role, "view", fact)
        path = reverse("files:serve", args=[number])
        v.judge("files", path, fact, v.get(path)[0] == 200, there)
    told = {code: v.places.notifications[v.role.name, code] for code in v.places.records}
    status, content = v.get(reverse("notify:inbox"))
    for code, number in told.items():
        fact = next(f for f in v.places.of(ORGANISATION) if f.pk == v.places.records[code][ORGANISATION].pk)
        there = v.role.session and v.role.active and oracle.may(v.role, "view", fact)
        path = reverse("notify:open", args=[number])
        v.judge("counters and notifications", path, fact, f"/inbox/{number}/".encode() in content, there)
    if status == 200:
        counted = sum(fact in v.seen and not fact.trashed for fact in v.places.of(ORGANISATION)
                      if fact.pk in {r[ORGANISATION].pk for r in v.places.records.values()})  # fmt: skip
        shown = re.search(rb'href="/inbox/".*?<b class="n">(\d+)<', content)
        if shown and int(shown[1]) != counted:
            v.wrong.append(f"{v.role.name}: the inbox counts {int(shown[1])} instead of {counted}")
