"""The inbox in the browser (X9)."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from vincula.kernel.notify import Channel, kinds, sending
from vincula.kernel.notify.models import Notification, Preference
from vincula.kernel.people.models import User

pytestmark = pytest.mark.django_db
hidden: set[int] = set()


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def resolve(user: User, entity: str, ids: list[int]) -> dict[int, tuple[str, str]]:
        return {n: (f"Canary <{n}>", f"/records/{n}/") for n in ids if n not in hidden}

    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(kinds, "_resolvers", [resolve])
    kinds.kind("test.assigned", "When a task is given to me")
    yield
    hidden.clear()


@pytest.fixture
def alice(client: Client) -> User:
    user = User.objects.create_user(email="alice@example.org", name="Alice", language="en")
    client.force_login(user)
    return user


def tell(user: User, object_id: int = 1) -> Notification:
    sending.notify(
        users=[user], kind="test.assigned", entity="test.task", object_id=object_id, key=f"k{object_id}",
        sentence="%(who)s gave you a task.", params={"who": "<b>Carol</b>"},
    )  # fmt: skip
    return Notification.objects.get(user=user, object_id=object_id)


def page(client: Client, query: str = "") -> str:
    response = client.get(reverse("notify:inbox") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_inbox_shows_what_is_unread_escaped_and_leads_to_the_record(client: Client, alice: User) -> None:
    told = tell(alice)
    html = page(client)
    assert "&lt;b&gt;Carol&lt;/b&gt; gave you a task." in html
    assert "Canary &lt;1&gt;" in html
    assert reverse("notify:open", args=[told.pk]) in html


def test_opening_marks_as_read_and_goes_to_the_record(client: Client, alice: User) -> None:
    told = tell(alice)
    response = client.get(reverse("notify:open", args=[told.pk]))
    assert (response.status_code, response["Location"]) == (302, "/records/1/")
    assert "gave you" not in page(client)
    assert "gave you" in page(client, "?show=all")
    client.post(reverse("notify:unread", args=[told.pk]))
    assert "gave you" in page(client)


def test_a_record_that_may_not_be_seen_appears_in_no_byte(client: Client, alice: User) -> None:
    told = tell(alice)
    hidden.add(1)
    assert "Canary" not in page(client, "?show=all")
    assert "gave you" not in page(client, "?show=all")
    assert client.get(reverse("notify:open", args=[told.pk])).status_code == 404


def test_what_is_of_another_is_not_found(client: Client, alice: User) -> None:
    bob = User.objects.create_user(email="bob@example.org")
    told = tell(bob)
    assert client.get(reverse("notify:open", args=[told.pk])).status_code == 404
    assert client.post(reverse("notify:unread", args=[told.pk])).status_code == 404
    client.post(reverse("notify:read"), {"ids": [told.pk]})
    client.post(reverse("notify:read"))
    assert Notification.objects.filter(read_at=None).count() == 1


def test_one_or_all_can_be_marked_as_read_by_post_only(client: Client, alice: User) -> None:
    first, _second, _third = tell(alice, 1), tell(alice, 2), tell(alice, 3)
    assert client.get(reverse("notify:read")).status_code == 405
    client.post(reverse("notify:read"), {"ids": [first.pk, "x", "9" * 30]})
    assert Notification.objects.filter(read_at=None).count() == 2
    client.post(reverse("notify:read"))
    assert not Notification.objects.filter(read_at=None).exists()


@pytest.mark.parametrize("skip", ["-1", "x", "9" * 50, "٣", "5000"])
def test_strange_addresses_do_not_break_the_page(client: Client, alice: User, skip: str) -> None:
    tell(alice)
    page(client, f"?skip={skip}&show=all")


def test_preferences_are_kept_where_they_are_not_the_default(client: Client, alice: User) -> None:
    address = reverse("notify:preferences")
    assert "When a task is given to me" in client.get(address).content.decode()
    assert client.post(address, {"kind-0": "digest"}).status_code == 302
    assert Preference.objects.get(user=alice).channel == Channel.DIGEST
    assert client.post(address, {"kind-0": "smoke signals"}).status_code == 400
    client.post(address, {"kind-0": "inbox"})
    assert not Preference.objects.exists()
