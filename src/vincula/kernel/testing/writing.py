"""What every entity must hold against two who write at once, strangers, and whoever sends more than the form has."""

import json
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from vincula.kernel.access import door
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records import actions, guarded
from vincula.kernel.records.models import Record
from vincula.kernel.testing import cast, typed

FORBIDDEN = {
    "id": 999_999,
    "created_at": "2001-01-01T00:00",
    "updated_at": "2001-01-01T00:00",
    "trashed_at": "2001-01-01T00:00",
}
WIDE = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.django_db
class WritingContract:
    """Subclass with ``entity`` set."""

    entity: ClassVar[Entity]

    def test_two_people_edit_by_the_form_and_nobody_loses_a_word(self) -> None:
        record = cast.make(self.entity)
        client = cast.signed_in(cast.alice())
        edit = reverse("entity:edit", args=[self.entity.slug, record.pk])
        mine = typed.fields(client.get(edit), "version")
        if "tags" not in mine and not any(f.name == "tags" for f in self.entity.editable()):
            self._edit_another_field(client, edit, record)
            return
        actions.change(record, who=SYSTEM, tags=["theirs-word"])
        answer = client.post(edit, {**mine, "tags": "mine-word"})
        self._holds_both(answer, "mine-word", "theirs-word")
        record.refresh_from_db()
        assert record.tags == ["theirs-word"]

    def _edit_another_field(self, client: Any, edit: str, record: Any) -> None:
        """The same for an entity whose form has no tags: by its first text, else by the version alone."""
        mine = typed.fields(client.get(edit), "version")
        texts = [
            f
            for f in self.entity.editable()
            if f.kind.name in ("text", "rich_text")
            and not f.choices
            and f.name in mine
            and f.name not in guarded.fields(self.entity.model)
        ]
        actions.change(record, who=SYSTEM, **({texts[0].name: "theirs-word"} if texts else {"tags": ["theirs-word"]}))
        version = record.version
        answer = client.post(edit, {**mine, **({texts[0].name: "mine-word"} if texts else {})})
        if texts:
            self._holds_both(answer, "mine-word", "theirs-word")
        record.refresh_from_db()
        assert record.version == version

    @staticmethod
    def _holds_both(answer: Any, mine: str, theirs: str) -> None:
        assert answer.status_code == 409
        page = answer.content.decode()
        assert mine in page
        assert theirs in page

    def test_what_is_not_in_the_form_cannot_be_set(self) -> None:
        record = cast.make(self.entity)
        client = cast.signed_in(cast.alice())
        edit = reverse("entity:edit", args=[self.entity.slug, record.pk])
        before = (record.pk, record.created_at, record.trashed_at)
        sent = typed.fields(client.get(edit), "version")
        assert client.post(edit, {**sent, **FORBIDDEN}).status_code == 302
        named = {**FORBIDDEN, "name_folded": "x", "owner_id_": 1, "__class__": "x"}
        url = f"/api/v1/{self.entity.slug}/{record.pk}"
        answer = client.patch(url, json.dumps(named), content_type="application/json")
        assert answer.status_code == 422
        assert set(answer.json()["errors"]) >= set(named)
        record.refresh_from_db()
        assert (record.pk, record.created_at, record.trashed_at) == before
        assert not self.entity.model.objects.filter(pk=999_999).exists()

    def test_a_related_record_must_be_one_that_one_may_see(self) -> None:
        ties = [f for f in self.entity.columns.values() if f.editable and isinstance(f.kind, relations.Relation)]
        ties = [f for f in ties if isinstance(f.related_model, type) and issubclass(f.related_model, Record)]
        ties = [f for f in ties if f.related_model is not self.entity.model]
        if not ties:
            pytest.skip("it names no other record")
        record = cast.make(self.entity)
        client = cast.signed_in(cast.user("bob", (self.entity.key, "*", "all", [])))
        for f in ties:
            other = cast.make(_entity_of(f.related_model))
            for pk in (other.pk, 999_999):
                value = [pk] if isinstance(f.kind, relations.Relations) else pk
                answer = client.patch(f"/api/v1/{self.entity.slug}/{record.pk}", json.dumps({f.name: value}),
                                      content_type="application/json")  # fmt: skip
                assert answer.status_code == 422, (f.name, answer.status_code)
                assert str(other) not in answer.content.decode()

    def test_a_form_from_elsewhere_is_refused(self) -> None:
        record = cast.make(self.entity)
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.alice(), backend=WIDE)
        edit = reverse("entity:edit", args=[self.entity.slug, record.pk])
        assert client.post(edit, {"version": record.version, "tags": "forged"}).status_code == 403
        body = json.dumps({"tags": ["forged"]})
        url = f"/api/v1/{self.entity.slug}/{record.pk}"
        assert client.patch(url, body, content_type="application/json").status_code == 403
        assert client.delete(url).status_code == 403
        record.refresh_from_db()
        assert (record.tags, record.trashed_at) == ([], None)

    def test_the_export_is_streamed_and_holds_what_the_list_shows(self) -> None:
        shown, other = cast.make(self.entity), cast.make(self.entity)
        with door.by_verb(self.entity.model):
            actions.change(shown, who=SYSTEM, tags=["wanted"])
        client = cast.signed_in(cast.alice())
        url = reverse("entity:export", args=[self.entity.slug])
        answer: Any = client.get(url, {"format": "jsonl", "tags": "wanted"})
        assert answer.status_code == 200
        assert answer.streaming
        lines = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]
        assert [line["id"] for line in lines] == [shown.pk]
        assert other.pk != shown.pk
        only = cast.signed_in(cast.user("bob", (self.entity.key, "view", "all", [])))
        assert only.get(url, {"format": "csv"}).status_code == 403


def _entity_of(model: type[Record]) -> Entity:
    from vincula.kernel.entity import registry

    found = registry.for_model(model)
    assert found is not None
    return found
