"""The proof of the walk: whichever door is taken out, something turns red (issue 2, line 4; once for each door)."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q
from django.urls import reverse

from tests.access import walk
from tests.access.world import ASKED, CANARY, World
from vincula.kernel.access import door, prepared
from vincula.kernel.duplicates import finding as duplicates
from vincula.kernel.entity import registry
from vincula.kernel.exchange import commands, export
from vincula.kernel.search import finding, records
from vincula.parties.models import Organisation

pytestmark = pytest.mark.django_db

Told = Callable[[World, Any], bool]
ORGANISATION = "parties.organisation"


class TakenOut:
    """The access door with nobody at it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(door, name)

    @staticmethod
    def visible(rows: Any, user: Any, action: str = "view") -> Any:
        return rows

    @staticmethod
    def visible_ids(user: Any, model: Any, ids: Any) -> set[int]:
        return {i for i in ids if i is not None}

    @staticmethod
    def sees_all(user: Any, model: Any, action: str = "view") -> bool:
        return True

    @staticmethod
    def may(user: Any, action: str, target: Any) -> bool:
        return True


def _asking(*paths: Callable[[World], str]) -> Told:
    """Whether one of these addresses holds the word."""
    return lambda world, client: any(walk.leaks(client, path(world)) for path in paths)


def _everyone(rows: Any, user: Any, action: str = "view", *, trashed: bool = False) -> Any:
    return rows.filter(trashed_at__isnull=not trashed)


def _leading_anywhere(path: str, model: Any, user: Any) -> Q:
    return Q(**{f"{path}__isnull": False})


def _all_rows(entity: Any, user: Any, *, trashed: bool = False) -> Any:
    return _everyone(entity.model.objects.all(), user, trashed=trashed)


def _all_names(user: Any, entity: str, ids: list[int]) -> dict[int, tuple[str, str]]:
    found = registry.get(entity)
    return {r.pk: (found.title(r), found.url(r)) for r in found.model._base_manager.filter(pk__in=ids)}


def _history_names_it(world: World, client: Any) -> bool:
    ghent, esch = world.belgian[ORGANISATION], world.hidden[ORGANISATION]
    told = client.get(f"/api/v1/organisations/{ghent.pk}/history").json()
    return any(esch.pk in ((entry["changes"] or {}).get("parent") or ()) for entry in told)


def _search_finds_it(world: World, client: Any) -> bool:
    found = finding.find(ASKED, entities=[ORGANISATION], visible=records.visible_to(world.bob))
    return any(CANARY in hit.title for hit in found)


def _export_takes_it(world: World, client: Any) -> bool:
    entity = registry.get(ORGANISATION)
    chunks = export.stream(entity, Organisation.objects.all(), world.bob, form="jsonl")
    return CANARY.encode() in b"".join(chunks)


def _task_for(name: str) -> Told:
    def accepted(world: World, client: Any) -> bool:
        body = {"title": "x", "organisation": world.belgian[ORGANISATION].pk, name: world.hidden[f"parties.{name}"].pk}
        return client.post("/api/v1/tasks/", json.dumps(body), content_type="application/json").status_code == 201

    return accepted


def _filter_answers(world: World, client: Any) -> bool:
    return client.get(f"/api/v1/organisations/?parent={world.hidden[ORGANISATION].pk}").status_code == 200


def _import_of(line: str, refused: str) -> Told:
    """Whether the dry run gets further than to refuse the line in the words for what is not there."""

    def matched(world: World, client: Any) -> bool:
        esch = world.hidden[ORGANISATION]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "these.csv"
            file.write_text("name,country,parent,city\n" + line.format(name=esch.name, pk=esch.pk) + "\n")
            report, _code = commands.run_import("organisations", file, dry_run=True, user=world.bob)
        said = [one["message"] for one in (*report["errors"], *report["questions"])]
        return not any(refused in message for message in said)

    return matched


def _lookalike(world: World, client: Any) -> bool:
    esch = world.hidden[ORGANISATION]
    found = duplicates.likely(registry.get(ORGANISATION), [{"name": esch.name, "country": "LU"}], world.bob)[0]
    return esch.pk in [one.record_id for one in found]


def _of(some: str, name: str = "") -> Callable[[World], str]:
    """The page of the hidden organisation, or of the Belgian one that names it, at a tab."""
    return lambda world: registry.get(ORGANISATION).url(getattr(world, some)[ORGANISATION].pk) + name


# What is taken out, by what it is replaced, and who notices.
DOORS: dict[str, tuple[str, Any, Told]] = {
    "what leads elsewhere (door.leading_to): person page": (
        "vincula.kernel.access.door.leading_to", _leading_anywhere,
        _asking(lambda w: registry.get("parties.person").url(w.belgian["parties.person"].pk)),
    ),
    "every question (RecordQuerySet.visible_to): home": (
        "vincula.kernel.records.models.RecordQuerySet.visible_to", _everyone,
        _asking(lambda w: "/?days=0", lambda w: "/expert/?q=bel", lambda w: "/overlaps/", lambda w: "/duplicates/",
                lambda w: "/workload/", _of("belgian", "?tab=timeline"), _of("belgian", "?tab=parties.affiliation.organisation")),
    ),
    "lists, pages and API (Entity.rows): list": (
        "vincula.kernel.entity.declaration.Entity.rows", _all_rows, _asking(lambda w: "/organisations/"),
    ),
    "lists, pages and API (Entity.rows): record": (
        "vincula.kernel.entity.declaration.Entity.rows", _all_rows, _asking(_of("hidden")),
    ),
    "lists, pages and API (Entity.rows): API": (
        "vincula.kernel.entity.declaration.Entity.rows", _all_rows, _asking(lambda w: "/api/v1/organisations/"),
    ),
    "lists, pages and API (Entity.rows): picker": (
        "vincula.kernel.entity.declaration.Entity.rows", _all_rows, _asking(lambda w: "/organisations/options/?q=kan"),
    ),
    "duplicates (finding.likely)": ("vincula.kernel.duplicates.finding.door", TakenOut(), _lookalike),
    "labels (reading.Labels): page": ("vincula.kernel.entity.reading.door", TakenOut(), _asking(_of("belgian"))),
    "labels (reading.Labels): history": (
        "vincula.kernel.entity.reading.door", TakenOut(), _asking(_of("belgian", "?tab=history")),
    ),
    "labels (reading.Labels): links": (
        "vincula.kernel.entity.reading.door", TakenOut(), _asking(_of("belgian", "?tab=links")),
    ),
    "labels (reading.Labels): shared view": (
        "vincula.kernel.entity.reading.door", TakenOut(), _asking(lambda w: "/tasks/?columns=title,team,meeting"),
    ),
    "labels (reading.Labels): pins in the rail": (
        "vincula.kernel.entity.reading.door", TakenOut(), _asking(lambda w: reverse("people:settings")),
    ),
    "labels (reading.Labels): inbox": (
        "vincula.kernel.entity.reading.door", TakenOut(), _asking(lambda w: reverse("notify:inbox")),
    ),
    "search": ("vincula.kernel.search.records.door", TakenOut(), _search_finds_it),
    "search (API)": ("vincula.kernel.search.records.door", TakenOut(), _asking(lambda w: f"/api/v1/search?q={ASKED}")),
    "history (API)": ("vincula.kernel.api.resources.door", TakenOut(), _history_names_it),
    "files": (
        "vincula.kernel.access.door", TakenOut(), _asking(lambda w: reverse("files:serve", args=[w.file.pk])),
    ),
    "notifications": (
        "vincula.kernel.notify.kinds._resolvers", [_all_names], _asking(lambda w: reverse("notify:inbox")),
    ),
    "export": ("vincula.kernel.exchange.export.door", TakenOut(), _export_takes_it),
    "import: the record of a line": ("vincula.kernel.exchange.matching.door", TakenOut(), _import_of("{name},LU,,x", refused="outside what you may change")),
    "import: a relation of a line": ("vincula.kernel.exchange.related.door", TakenOut(), _import_of("New,BE,{name},x", refused="")),
    "imports of others": (
        "vincula.kernel.exchange.models.RunQuerySet.visible_to", lambda rows, user: rows,
        _asking(lambda w: reverse("exchange:run", args=[w.run.pk])),
    ),
    "filters": ("vincula.kernel.entity.filters.door", TakenOut(), _filter_answers),
    "order and cursors": (
        "vincula.kernel.entity.listing.door", TakenOut(), _asking(lambda w: "/api/v1/organisations/?limit=1&sort=-parent"),
    ),
    "new relations (the save door)": ("vincula.kernel.records.actions.door", TakenOut(), _task_for("team")),
}  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_it_is_noticed_when_a_door_is_taken_out(
    name: str, world: World, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, instead, told = DOORS[name]
    assert not told(world, client), "closed, it lets something out already"
    with monkeypatch.context() as taken_out:
        taken_out.setattr(target, instead)
        prepared.forget()  # statements made while it was there
        assert told(world, client), f"nobody notices when {name} is taken out"
