"""Compares the database with what people were told. Runs inside the installation: ``django shell`` of its home.

``judge(path)`` prints one line of JSON: how many writes were acknowledged, and sentences about whatever is wrong.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ENTITY = "parties.organisation"


def judge(path: str, looked_up: int = 40) -> None:
    """``looked_up`` of the names, the last ones told, are also looked for as a person does; the others in the index."""
    said = [json.loads(line) for line in Path(path).read_text().splitlines() if line.endswith("}")]
    told = [line for line in said if "told" in line]
    wrong = [*lost(said), *half_written(), *unfindable(told[-looked_up:]), *broken_database()]
    print("verdict " + json.dumps({"told": len(told), "wrong": wrong[:20], "bad": len(wrong)}))


def lost(said: list[dict[str, Any]]) -> Iterator[str]:
    """What was acknowledged and is not there; only the one write of each client that nobody answered may be either."""
    from vincula.kernel.audit.models import AuditEntry
    from vincula.parties.models import Organisation

    now = dict(Organisation._base_manager.values_list("pk", "name"))
    trail: dict[str, list[int]] = defaultdict(list)
    for entry in AuditEntry.objects.filter(entity=ENTITY).order_by("pk"):
        if "name" in (entry.changes or {}):
            trail[entry.changes["name"][1]].append(entry.object_id)
    last: dict[int, str] = {}
    answered = {(line["by"], line["n"]) for line in said if "told" in line}
    for line in said:
        if "told" in line:
            last[line["id"]] = line["told"]
            if trail.get(line["told"]) != [line["id"]]:
                yield f"{line['told']}: in the trail {len(trail.get(line['told'], []))} times"
    open_ = {line["wants"]: line["id"] for line in said if "wants" in line and (line["by"], line["n"]) not in answered}
    for pk, value in last.items():
        if now.get(pk) != value and open_.get(now.get(pk, ""), 0) != pk:
            yield f"{ENTITY} {pk} was acknowledged as {value} and is {now.get(pk)}"
    for value in set(now.values()) - set(last.values()) - open_.keys():
        yield f"{value} is there, and nobody wanted it"


def half_written() -> Iterator[str]:
    """Records without their trail or index, and the other way round."""
    from vincula.kernel.audit.models import AuditEntry
    from vincula.kernel.search.models import Entry
    from vincula.parties.models import Organisation

    versions = dict(AuditEntry.objects.filter(entity=ENTITY).order_by("pk").values_list("object_id", "version"))
    titles = dict(Entry.objects.filter(entity=ENTITY).values_list("object_id", "title"))
    named = set(Entry.objects.filter(entity=ENTITY, keys__isnull=False).values_list("object_id", flat=True))
    there = {record.pk: record for record in Organisation._base_manager.all()}
    for pk, record in there.items():
        if versions.get(pk) != record.version:
            yield f"{ENTITY} {pk}: its version is not the last one of the trail"
        if titles.get(pk) != record.name or pk not in named:
            yield f"{ENTITY} {pk}: the index calls it {titles.get(pk)}, it is {record.name}"
    for pk in (versions.keys() | titles.keys()) - there.keys():
        yield f"{ENTITY} {pk}: in trail or index, but there is no such record"


def unfindable(told: list[dict[str, Any]]) -> Iterator[str]:
    """Looked for by the words that it is called now."""
    from vincula.kernel import search
    from vincula.parties.models import Organisation

    for name, pk in Organisation._base_manager.filter(pk__in=[t["id"] for t in told]).values_list("name", "pk"):
        hits = search.find(name, entities=[ENTITY], visible=lambda entity, ids: ids, limit=5)
        if pk not in [hit.object_id for hit in hits]:
            yield f"{name} is not found"


def broken_database() -> Iterator[str]:
    """SQLite's own checks, and the trail's."""
    from django.db import connection

    from vincula.kernel.audit import trail

    yield from trail.verify()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in ("integrity_check", "foreign_key_check"):
                cursor.execute(f"PRAGMA {pragma}")
                yield from (str(row) for row in cursor.fetchall() if row != ("ok",))
