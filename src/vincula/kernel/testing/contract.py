"""What every entity must do, inherited by each: access, queries, filters, audit, round trip, API, docs.

tests/contracts makes one class per registered entity; a new entity is tested without a line of test code.
"""

import json
import os
import zlib
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import editing, listing, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records import actions, history
from vincula.kernel.testing import cast, reading

LIST_STATEMENTS = 10
RECORD_STATEMENTS = 15
SAMPLE = {"contains": "a", "from": "1", "to": "1", "empty": "1", "is": "1", "not": "1"}


def statements(client: Any, url: str) -> tuple[int, Any]:
    """(SQL statements, response) of a second GET: the first fills caches that live as long as the process."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]), response


@pytest.mark.django_db
class EntityContract:
    """Subclass with ``entity`` set."""

    entity: ClassVar[Entity]
    record_statements: ClassVar[int | None] = None  # of the record's page, where more are allowed with a reason

    def address(self, name: str = "list", *args: Any) -> str:
        return reverse(f"entity:{name}", args=[self.entity.slug, *args])

    @property
    def api(self) -> str:
        return f"/api/v1/{self.entity.slug}/"

    # access
    def test_without_a_role_nothing_exists(self) -> None:
        record = cast.make(self.entity)
        carol = cast.signed_in(cast.user("carol"))
        assert carol.get(self.address("record", record.pk)).status_code == 404
        assert carol.get(self.address("edit", record.pk)).status_code == 404
        assert carol.get(f"{self.api}{record.pk}").status_code == 404
        assert carol.get(self.api).json()["items"] == []
        for name in ("list", "new", "options", "export", "trash"):
            assert carol.get(self.address(name)).status_code == 403, name

    def test_signed_out_one_is_asked_to_sign_in(self, client: Any) -> None:
        record = cast.make(self.entity)
        assert client.get(self.address("record", record.pk)).status_code == 302
        assert client.get(f"{self.api}{record.pk}").status_code == 401

    def test_who_may_only_look_cannot_write(self) -> None:
        record = cast.make(self.entity)
        bob = cast.signed_in(cast.user("bob", ("*", "view", "all", [])))
        assert bob.get(self.address("record", record.pk)).status_code == 200
        assert bob.get(self.address("edit", record.pk)).status_code == 403
        assert bob.delete(f"{self.api}{record.pk}").status_code == 403
        assert bob.post(self.address("trash_one", record.pk)).status_code == 403
        record.refresh_from_db()
        assert record.trashed_at is None

    # pages
    def test_list_and_record_page_keep_their_budgets_whatever_the_rows(self) -> None:
        records = [cast.make(self.entity) for _ in range(2)]
        client = cast.signed_in(cast.alice())
        few, response = statements(client, self.address())
        assert response.status_code == 200
        assert self.entity.title(records[0]) in _plain(response)
        for _ in range(4):  # one statement a row shows as well with four as with forty
            cast.make(self.entity)
        many, response = statements(client, self.address())
        assert many <= few, (many, few)
        assert few <= LIST_STATEMENTS, few
        used, response = statements(client, self.address("record", records[0].pk))
        assert response.status_code == 200
        if self.record_statements is None:
            assert used <= RECORD_STATEMENTS, used
        else:
            assert used == self.record_statements, f"{used}: tests/contracts/statements.toml says otherwise"

    def test_every_filter_and_every_order_answers(self) -> None:
        record = cast.make(self.entity)
        alice = cast.alice()
        for f in self.entity.fields.values():
            for operator in f.kind.operators if f.filterable else ():
                sample = "2026-01-01" if "date" in f.kind.name else SAMPLE[operator]
                options = f.kind.options(f)
                if f.kind.name == "money" and operator != "empty":
                    sample = "1 EUR"
                value = options[0][0] if options else str(record.pk) if f.related_model is self.entity.model else sample
                name = f.name if operator == "is" else f"{f.name}__{operator}"
                if isinstance(f.kind, relations.Relation) and operator != "empty":
                    continue
                list(listing.selected(self.entity, alice, {name: value})[:5])
            if f.sort_columns:
                for sort in (f.name, f"-{f.name}"):
                    assert record in listing.page(self.entity, alice, {"sort": sort}).records

    def test_the_form_shows_every_field_and_keeps_what_was_typed(self) -> None:
        record = cast.make(self.entity)
        client = cast.signed_in(cast.alice())
        for url in (self.address("new"), self.address("edit", record.pk)):
            response = client.get(url)
            assert response.status_code == 200
            state = self.entity.lifecycle.field if self.entity.lifecycle else ""  # is reached by moves only
            for f in (f for f in self.entity.editable() if f.name != state):
                assert f'name="{editing.html_name(f.name)}' in response.content.decode(), f.name
        response = client.post(self.address("new"), {"tags": "kept words"})
        assert response.status_code in (200, 302, 422)

    # trail
    def test_trash_and_restore_are_told_and_hide_the_record(self) -> None:
        record = cast.make(self.entity)
        client = cast.signed_in(cast.alice())
        if against := [str(sentence) for sentence in actions.AGAINST_TRASHING(record=record)]:
            refused = client.delete(f"{self.api}{record.pk}")
            assert refused.status_code == 422
            assert against[0] in refused.content.decode()
            assert client.get(f"{self.api}{record.pk}").status_code == 200
            return
        assert client.delete(f"{self.api}{record.pk}").status_code == 204
        assert client.get(f"{self.api}{record.pk}").status_code == 404
        assert f'href="{self.entity.url(record)}"' not in client.get(self.address()).content.decode()
        restored = client.post(f"{self.api}{record.pk}/restore")
        assert restored.status_code == 200, restored.content
        assert [e.verb for e in history.entries(record)][:2] == ["restored", "put in the trash"]

    def test_a_stale_edit_is_a_conflict_on_page_and_api(self) -> None:
        record = cast.make(self.entity)
        client, read = cast.signed_in(cast.alice()), record.version
        actions.change(record, who=SYSTEM, tags=["theirs"])
        body = json.dumps({"tags": ["mine"], "version": read})
        answer = client.patch(f"{self.api}{record.pk}", body, content_type="application/json")
        assert (answer.status_code, answer.json()["current"]["tags"]) == (409, ["theirs"])
        matched = client.patch(
            f"{self.api}{record.pk}", json.dumps({"tags": ["mine"]}), content_type="application/json",
            headers={"If-Match": f'"{read}"'},
        )  # fmt: skip
        assert matched.status_code == 412
        record.refresh_from_db()
        assert record.tags == ["theirs"]

    # API
    def test_a_program_reads_changes_and_is_told_versions(self) -> None:
        record = cast.make(self.entity)
        client = cast.signed_in(cast.alice())
        answer = client.get(f"{self.api}{record.pk}")
        assert answer.status_code == 200
        assert answer["ETag"] == f'"{record.version}"'
        assert set(self.entity.columns) <= set(answer.json())
        assert client.get(f"{self.api}{record.pk}", headers={"If-None-Match": answer["ETag"]}).status_code == 304
        changed = client.patch(
            f"{self.api}{record.pk}", json.dumps({"tags": ["seen"]}), content_type="application/json",
            headers={"If-Match": answer["ETag"]},
        )  # fmt: skip
        assert changed.status_code == 200, changed.content
        assert changed.json()["tags"] == ["seen"]
        assert [r["id"] for r in client.get(self.api, {"tags": "seen"}).json()["items"]] == [record.pk]

    def test_bad_input_is_a_problem_never_a_crash(self) -> None:
        record = cast.make(self.entity)
        client = cast.signed_in(cast.alice())
        bodies = [b"", b"{", b"[]", b'"x"', b'{"no_such_field": 1}', b'{"tags": "\\ud800"}', b'{"tags": ["\\u0000"]}',
                  b'{"version": 1e400}', b'{"id": 5}', b"[" * 5000, b'{"tags": 1180591620717411303424}', b"\xff\xfe"]  # fmt: skip
        for body in bodies:
            for call, url in ((client.post, self.api), (client.patch, f"{self.api}{record.pk}")):
                answer = call(url, body, content_type="application/json")
                assert answer.status_code in (400, 415, 422), (body[:30], answer.status_code)
                assert answer["Content-Type"] == "application/problem+json"
        for query in (
            "?sort=nothing",
            "?after=zzz",
            "?nothing=1",
            "?limit=0",
            "?fields=nothing",
            "?limit=99999999999999999999",
        ):
            assert client.get(self.api + query).status_code in (400, 422), query
        assert client.get(f"{self.api}1180591620717411303424").status_code == 422

    # exchange
    def test_importing_the_own_export_changes_nothing(self) -> None:
        from vincula.kernel.exchange import commands

        for _ in range(3):
            cast.make(self.entity)
        alice = cast.alice()
        for form in _by_turns(("csv", "xlsx", "jsonl"), self.entity.key):
            with reading.in_this_process():
                report = commands.round_trip(self.entity, alice, form)
            assert (report["created"], report["updated"], report["errors"]) == (0, 0, []), (form, report)

    # documentation and search
    def test_it_is_described_and_declared_rightly(self) -> None:
        client = cast.signed_in(cast.alice())
        assert self.entity.check() == []
        page = client.get(f"/reference/{self.entity.slug}/")
        assert page.status_code == 200
        for f in self.entity.columns.values():
            assert f"<code>{f.name}</code>" in page.content.decode()
        assert registry.by_slug(self.entity.slug) is self.entity

    def test_it_is_found_by_the_words_of_its_title(self) -> None:
        if not self.entity.search_fields:
            pytest.skip("this entity is found through the records it ties together")
        record = cast.make(self.entity)
        title = self.entity.search_values(record)["title"]
        found = cast.signed_in(cast.alice()).get("/api/v1/search", {"q": title[:200]})
        assert found.status_code == 200
        assert (self.entity.key, record.pk) in [(hit["entity"], hit["id"]) for hit in found.json()]


def _by_turns(forms: tuple[str, ...], key: str) -> tuple[str, ...]:
    """One form an entity, another one for the next: so each kind of field goes through each. All with ``--deep``."""
    return forms if os.environ.get("VINCULA_DEEP") else (forms[zlib.crc32(key.encode()) % len(forms)],)


def _plain(response: Any) -> str:
    from html import unescape

    return unescape(response.content.decode())
