"""What an entity that only verbs write (``Entity.frozen``) holds instead: every hand is refused, with the sentence.

The tests bear the names of those that they stand in for, so none is passed over in silence.
"""

import json
from html import unescape
from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.exchange import commands
from vincula.kernel.records import actions, state
from vincula.kernel.records.models import Record
from vincula.kernel.testing import cast
from vincula.kernel.testing.writing import FORBIDDEN


@pytest.mark.django_db
class VerbsOnlyContract:
    """Put before the contracts of any entity. The tests act as alice, who may do everything that a role can give."""

    entity: ClassVar[Entity]

    @property
    def why(self) -> str:
        return str(self.entity.frozen)

    def at(self, name: str, *args: Any) -> str:
        return reverse(f"entity:{name}", args=[self.entity.slug, *args])

    def refused(self, answer: Any) -> None:
        """403, saying why."""
        assert answer.status_code == 403, (answer.status_code, answer.content[:300])
        text = answer.content.decode()
        said = json.loads(text)["detail"] if answer.headers["Content-Type"].endswith("problem+json") else unescape(text)
        assert self.why in said

    def test_two_people_edit_by_the_form_and_nobody_loses_a_word(self) -> None:
        record, client = cast.make(self.entity), cast.signed_in(cast.alice())
        record.refresh_from_db()
        before = state.of(record)
        self.refused(client.get(self.at("edit", record.pk)))
        self.refused(client.post(self.at("edit", record.pk), {"version": record.version, "tags": "mine-word"}))
        self.refused(client.get(self.at("new")))
        self.refused(client.post(self.at("new"), {"tags": "mine-word"}))
        record.refresh_from_db()
        assert state.of(record) == before

    def test_what_is_not_in_the_form_cannot_be_set(self) -> None:
        record, client = cast.make(self.entity), cast.signed_in(cast.alice())
        before = (record.pk, record.created_at, record.trashed_at, record.version)
        self.refused(client.post(self.at("edit", record.pk), {"version": record.version, **FORBIDDEN}))
        for name, value in FORBIDDEN.items():
            answer = client.patch(self.one(record), json.dumps({name: value}), content_type="application/json")
            assert answer.status_code == 422, name
        record.refresh_from_db()
        assert (record.pk, record.created_at, record.trashed_at, record.version) == before

    def one(self, record: Record) -> str:
        return f"/api/v1/{self.entity.slug}/{record.pk}"

    def test_a_related_record_must_be_one_that_one_may_see(self) -> None:
        record = cast.make(self.entity)
        client = cast.signed_in(cast.user("bob", (self.entity.key, "*", "all", [])))
        ties = [f for f in self.entity.columns.values() if f.editable and isinstance(f.kind, relations.Relation)]
        for f in ties:
            answer = client.patch(self.one(record), json.dumps({f.name: 999_999}), content_type="application/json")
            self.refused(answer)

    def test_the_form_shows_every_field_and_keeps_what_was_typed(self) -> None:
        record, client = cast.make(self.entity), cast.signed_in(cast.alice())
        page = client.get(self.at("record", record.pk)).content.decode()
        assert f'href="{self.at("edit", record.pk)}' not in page, "nobody is offered what is refused"
        assert f'href="{self.at("new")}"' not in client.get(self.at("list")).content.decode()

    def test_trash_and_restore_are_told_and_hide_the_record(self) -> None:
        record, client = cast.make(self.entity), cast.signed_in(cast.alice())
        self.refused(client.delete(self.one(record)))
        self.refused(client.post(self.at("trash_one", record.pk)))
        picked = {"ids": str(record.pk), "step": "apply"}
        assert client.post(self.at("bulk-trash"), picked).status_code in (403, 422)
        record.refresh_from_db()
        assert record.trashed_at is None
        self.entity.model._base_manager.filter(pk=record.pk).update(trashed_at=clock.now())
        self.refused(client.post(f"{self.one(record)}/restore"))
        record.refresh_from_db()
        assert record.trashed_at is not None

    def test_a_stale_edit_is_a_conflict_on_page_and_api(self) -> None:
        """Verbs hold it as forms do."""
        record = cast.make(self.entity)
        read = record.version
        with door.by_verb(self.entity.model):
            actions.change(record, who=SYSTEM, tags=["theirs"])
            with pytest.raises(actions.Conflict):
                actions.change(record, who=SYSTEM, expected_version=read, tags=["mine"])
        record.refresh_from_db()
        assert record.tags == ["theirs"]

    def test_a_program_reads_changes_and_is_told_versions(self) -> None:
        record, client = cast.make(self.entity), cast.signed_in(cast.alice())
        answer = client.get(self.one(record))
        assert answer.status_code == 200
        assert answer["ETag"] == f'"{record.version}"'
        assert set(self.entity.columns) <= set(answer.json())
        assert client.get(self.one(record), headers={"If-None-Match": answer["ETag"]}).status_code == 304
        body = json.dumps({"tags": ["mine"]})
        self.refused(client.patch(self.one(record), body, content_type="application/json"))
        items = json.dumps(
            {"items": [{"id": record.pk, "values": {"tags": ["mine"]}}, {"id": record.pk, "trash": True}]}
        )
        self.refused(client.post(f"/api/v1/{self.entity.slug}/bulk", items, content_type="application/json"))
        record.refresh_from_db()
        assert (record.tags, record.trashed_at) == ([], None)

    def test_importing_the_own_export_changes_nothing(self) -> None:
        """No file writes it either, also one that would change nothing."""
        record = cast.make(self.entity)
        with pytest.raises(PermissionDenied, match=self.why[:40]):
            commands.round_trip(self.entity, cast.alice(), "csv")
        version = record.version
        record.refresh_from_db()
        assert record.version == version

    def test_the_program_itself_writes_it_in_verbs_only(self) -> None:
        record = cast.make(self.entity)
        with pytest.raises(PermissionDenied, match=self.why[:40]):
            actions.change(record, who=SYSTEM, tags=["x"])
        with pytest.raises(PermissionDenied, match=self.why[:40]):
            actions.trash(record, who=SYSTEM)
