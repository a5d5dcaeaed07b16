"""Each person is told once, the way the person wishes, and only of what may be seen (X9, X6)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.utils import translation

from vincula.kernel import clock, jobs
from vincula.kernel.notify import Channel, kinds, queries, sending
from vincula.kernel.notify.models import Notification, Preference
from vincula.kernel.people.models import User

pytestmark = pytest.mark.django_db
KIND = "test.assigned"
hidden: set[int] = set()


def resolve(user: User, entity: str, ids: list[int]) -> dict[int, tuple[str, str]]:
    return {n: (f"Record {n}", f"/records/{n}/") for n in ids if n not in hidden}


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(kinds, "_resolvers", [resolve])
    kinds.kind(KIND, "a task is given to me")
    yield
    hidden.clear()


@pytest.fixture
def alice() -> User:
    return User.objects.create_user(email="alice@example.org", name="Alice", language="en")


@pytest.fixture
def bob() -> User:
    return User.objects.create_user(email="bob@example.org", name="Bob", language="en")


def tell(*users: User, key: str = "k", object_id: int = 1, **changes: Any) -> int:
    values = {
        "kind": KIND,
        "sentence": "%(who)s gave you a task.",
        "params": {"who": "Carol"},
        "entity": "test.task",
    } | changes
    return sending.notify(users=users, key=key, object_id=object_id, **values)


def wish(user: User, channel: Channel) -> None:
    Preference.objects.update_or_create(user=user, kind=KIND, defaults={"channel": channel})


def test_each_person_is_told_once_per_key(alice: User, bob: User) -> None:
    assert tell(alice) == 1
    assert tell(alice, bob, alice) == 1
    assert tell(alice, bob) == 0
    assert [line.text for line in queries.inbox(alice)[0]] == ["Carol gave you a task."]


def test_the_inactive_programs_and_those_who_want_nothing_are_left_out(alice: User, bob: User) -> None:
    robot = User.objects.create_user(email="robot@example.org", kind=User.Kind.SERVICE)
    bob.is_active = False
    wish(alice, Channel.OFF)
    assert tell(alice, bob, robot) == 0


def test_what_may_not_be_seen_is_neither_shown_nor_counted_nor_mailed(alice: User) -> None:
    wish(alice, Channel.MAIL)
    tell(alice, key="a", object_id=1)
    tell(alice, key="b", object_id=2)
    hidden.add(2)
    assert [line.title for line in queries.inbox(alice)[0]] == ["Record 1"]
    assert queries.unread_count(alice) == 1
    jobs.drain()
    assert len(django_mail.outbox) == 1
    assert "Record 2" not in django_mail.outbox[0].body
    hidden.add(1)
    assert queries.unread_count(alice) == 0


def test_pages_of_the_inbox_are_full_although_much_is_hidden(alice: User) -> None:
    for n in range(12):
        tell(alice, key=str(n), object_id=n)
    hidden.update(range(4, 12))
    page, older = queries.inbox(alice, limit=3)
    assert [line.title for line in page] == ["Record 3", "Record 2", "Record 1"]
    assert older is not None
    page, older = queries.inbox(alice, limit=3, skip=older)
    assert ([line.title for line in page], older) == (["Record 0"], None)


def test_the_sentence_is_in_the_language_of_its_reader_and_survives_a_wrong_translation(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vincula.kernel.notify import models

    tell(alice)
    monkeypatch.setattr(models, "gettext", lambda text: "%(wer)s hat …")
    with translation.override("de"):
        assert str(Notification.objects.get()) == "Carol gave you a task."
    monkeypatch.setattr(models, "gettext", lambda text: "%(who)s hat dir etwas gegeben.")
    assert str(Notification.objects.get()) == "Carol hat dir etwas gegeben."


def test_a_sentence_that_does_not_fit_and_an_unknown_kind_are_refused(alice: User) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        tell(alice, params={})
    with pytest.raises(LookupError):
        tell(alice, kind="test.unknown")


def test_a_mail_at_once_is_sent_once_and_leads_to_the_record(alice: User) -> None:
    wish(alice, Channel.MAIL)
    tell(alice)
    tell(alice)
    jobs.drain()
    assert [m.subject for m in django_mail.outbox] == ["Carol gave you a task."]
    pk = Notification.objects.get().pk
    assert f"/inbox/{pk}/open/" in django_mail.outbox[0].body
    assert "Record 1" in django_mail.outbox[0].body


def test_what_was_read_before_the_mail_went_out_is_not_mailed(alice: User) -> None:
    wish(alice, Channel.MAIL)
    tell(alice)
    assert sending.mark_read(alice) == 1
    jobs.drain()
    assert django_mail.outbox == []


def test_the_digest_comes_at_seven_in_the_zone_of_the_person_once_a_day(alice: User) -> None:
    alice.time_zone = "Asia/Yakutsk"  # UTC+9: seven o'clock is 22:00 UTC
    alice.save()
    wish(alice, Channel.DIGEST)
    noon = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    sizes = []
    for minutes, key in ((0, "a"), (9 * 60, "b"), (9 * 60 + 59, ""), (10 * 60, "c"), (11 * 60, ""), (34 * 60, "")):
        with clock.frozen(noon + timedelta(minutes=minutes)):
            if key:
                tell(alice, key=key, object_id=ord(key))
            sending.strike_digests()
            sending.strike_digests()
            jobs.drain()
            sizes.append(len(django_mail.outbox))
    assert sizes == [0, 0, 0, 1, 1, 2]
    first, second = django_mail.outbox
    assert first.body.count("gave you a task") == 2
    assert "Record 97" in first.body
    assert second.body.count("gave you a task") == 1


def test_one_person_cannot_mark_what_is_of_another(alice: User, bob: User) -> None:
    tell(alice)
    pk = Notification.objects.get().pk
    assert sending.mark_read(bob, [pk]) == 0
    assert sending.mark_read(alice, [pk]) == 1
    assert sending.mark_unread(bob, pk) == 0


def test_old_read_notifications_are_forgotten_and_unread_ones_are_kept(alice: User) -> None:
    tell(alice, key="a")
    sending.mark_read(alice)
    tell(alice, key="b")
    with clock.frozen(clock.now() + timedelta(days=200)):
        sending.forget_read()
    assert [n.key for n in Notification.objects.all()] == ["b"]


def test_the_count_asks_once_per_entity_however_many_there_are(alice: User, django_assert_num_queries: Any) -> None:
    for n in range(30):
        tell(alice, key=str(n), object_id=n)
    with django_assert_num_queries(1):
        assert queries.unread_count(alice) == 30
