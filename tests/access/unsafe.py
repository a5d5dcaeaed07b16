"""What writes: every verb × role × record. What is refused changes nothing, byte for byte; what is allowed is undone."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from tests.access import oracle
from tests.access.matrix import REFUSED, Verdicts
from tests.access.oracle import Fact
from tests.access.places import ORGANISATION
from vincula.kernel.entity import registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.exchange import commands
from vincula.kernel.exchange.models import ImportLine

ELSEWHERE = ("django_session", "usersessions_usersession", "people_apitoken", "axes_", "sqlite_", "django_migrations")


def digest() -> str:
    """Of every row of every table but those that note who is here (sessions, last use of a token)."""
    found = hashlib.sha256()
    names = [n for n in sorted(connection.introspection.table_names()) if not n.startswith(ELSEWHERE)]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            for row in sorted(map(repr, cursor.fetchall())):
                found.update(row.encode())
    return found.hexdigest()


Call = Callable[[Any, str, Any], Any]
JSON = "application/json"


def _patch(client: Any, path: str, body: Any) -> Any:
    return client.patch(path, json.dumps(body), content_type=JSON)


def _post_json(client: Any, path: str, body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type=JSON)


def _post(client: Any, path: str, body: Any) -> Any:
    return client.post(path, body)


def _delete(client: Any, path: str, body: Any) -> Any:
    return client.delete(path)


def verbs(entity: Entity, fact: Fact) -> list[tuple[str, str, Call, str, Any, bool]]:
    """(what, action it needs, how, where, body, by API) of everything that would write the record."""
    pk, api = fact.pk, f"/api/v1/{entity.slug}/{fact.pk}"
    page = reverse("entity:record", args=[entity.slug, pk])
    many = {"items": [{"id": pk, "values": {"tags": ["mine"]}}]}
    found: list[tuple[str, str, Call, str, Any, bool]] = [
        ("change", "change", _patch, api, {"tags": ["mine"]}, True),
        ("bulk", "change", _post_json, f"/api/v1/{entity.slug}/bulk", many, True),
        ("trash", "delete", _delete, api, None, True),
        ("trash", "delete", _post, f"{page}trash/", {}, False),
        ("link", "change", _post, f"{page}link/", {"with": entity.slug, "to": pk, "kind": "related:to"}, False),
    ]
    if "tags" in {f.name for f in entity.editable()}:
        found.append(("cell", "change", _post, f"{page}cell/tags/", {"tags": "mine", "version": 1}, False))
    if fact.trashed:
        return [
            ("restore", "delete", _post_json, f"{api}/restore", {}, True),
            ("restore", "delete", _post, f"{page}restore/", {}, False),
        ]
    return found


def writing(v: Verdicts, entity: Entity, every: int = 1, start: int = 0) -> None:
    """Ask everything that writes. A refusal is 401 to 404 (or the way to sign in) and leaves no trace."""
    before, asked = digest(), []
    for fact in v.places.of(entity.key):
        asked += [(fact, *verb) for verb in verbs(entity, fact)]
    for fact, what, action, call, path, body, by_api in asked[start::every]:
        open_ = oracle.token_allows(v.role, "write", entity.key) if by_api else v.role.session
        seen = oracle.may(v.role, "view", fact)
        allowed = open_ and seen and oracle.may(v.role, action, fact)
        with transaction.atomic():
            answer = call(v.client, path, body)
            v.read(path, answer)
            transaction.set_rollback(allowed, using="default")
        if seen and open_ and not allowed and answer.status_code not in (401, 403, 404):
            v.wrong.append(f"{v.role.name}: {what} at {path} answers {answer.status_code} instead of a refusal")
        refused = answer.status_code in ((401, 403, 404) if by_api or allowed else REFUSED)
        v.judge("unsafe methods", path, fact, not refused, allowed)
    if digest() != before:
        v.wrong.append(f"{v.role.name}: what was refused changed {entity.slug}")


def importing(v: Verdicts, entity: Entity) -> None:
    """A line for every record that could be named by number in the relation: refused like one that is not there."""
    if not v.role.session or not oracle.may_some(v.role, "import", entity.key):
        return
    ties = [f for f in entity.columns.values() if f.editable and type(f.kind) is relations.Relation]
    f = next((f for f in ties if f.related_model is not entity.model), None)
    if f is None:
        return  # one that names its own kind may be named by a line of the same file
    facts = [fact for fact in v.places.of(registry.for_model(f.related_model).key) if not fact.trashed]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "these.csv"
        file.write_text("\n".join([f.name, *(f"#{fact.pk}" for fact in facts)]) + "\n")
        report, _code = commands.run_import(entity.slug, file, dry_run=True, user=v.places.users[v.role.name])
    said = json.dumps(report)
    messages = dict(ImportLine.objects.filter(run_id=report["run"]).values_list("line", "messages"))
    for line, fact in zip(sorted(messages), facts, strict=True):
        refused = any(m["message"].startswith("There is no such record") for m in messages[line])
        v.judge("import", f"{entity.slug}, line {line}", fact, not refused, fact in v.seen)
    path = reverse("exchange:run", args=[report["run"]])
    v.read(path, v.client.get(path))
    if any(mark.decode() in said for mark in v.hidden):
        v.wrong.append(f"{v.role.name}: the report of an import into {entity.slug} tells a hidden name")


def files(v: Verdicts) -> None:
    """Attaching to records and removing files of theirs."""
    for code, number in v.places.files.items():
        fact = next(f for f in v.places.of(ORGANISATION) if f.pk == v.places.records[code][ORGANISATION].pk)
        allowed = v.role.session and all(oracle.may(v.role, action, fact) for action in ("view", "change"))
        path = reverse("files:remove", args=[number])
        with transaction.atomic():
            answer = v.client.post(path)
            v.read(path, answer)
            transaction.set_rollback(True)
        done = answer.status_code == 302 and "/account/" not in answer.headers["Location"]
        v.judge("files", path, fact, done or answer.status_code in (200, 204), allowed)
