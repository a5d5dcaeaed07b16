"""Administrators manage users; others do not even see the pages (X3)."""

import contextlib
import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from vincula.kernel import clock
from vincula.kernel.people import actions, tokens
from vincula.kernel.people.models import User
from vincula.kernel.people.tests.factories import PASSWORD, user

PEOPLE = "/settings/people/"


def signed_in(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


@pytest.mark.parametrize("page", ["", "invite/", "{id}/"])
@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("bob", 404), ("charlie", 404)])
def test_only_administrators_have_these_pages(request, alice, sign_in, who, status, page):
    browser = sign_in(request.getfixturevalue(who))
    assert browser.get(PEOPLE + page.format(id=alice.pk)).status_code == status


@pytest.mark.parametrize("verb", ["deactivate", "reactivate", "invite"])
def test_only_administrators_act(bob, charlie, sign_in, verb):
    assert sign_in(bob).post(f"{PEOPLE}{charlie.pk}/{verb}/").status_code == 404
    charlie.refresh_from_db()
    assert charlie.is_active


@pytest.mark.parametrize("action", [actions.deactivate, actions.reactivate, actions.send_invitation])
def test_the_verbs_refuse_others_too(bob, charlie, action):
    with pytest.raises(PermissionDenied):
        action(user=charlie, who=bob)


def test_the_list_finds_by_name_and_address_and_keeps_the_deactivated_apart(alice, bob, charlie, sign_in):
    actions.deactivate(user=charlie, who=alice)
    browser = sign_in(alice)
    assert "Charlie Cedar" not in browser.get(PEOPLE).content.decode()
    assert "Charlie Cedar" in browser.get(f"{PEOPLE}?state=inactive").content.decode()
    found = browser.get(f"{PEOPLE}?q=birch").content.decode()
    assert "Bob Birch" in found
    assert "alice@vincula.test</td>" not in found


def test_the_list_asks_the_database_as_often_for_many_as_for_few(alice, sign_in):
    browser = sign_in(alice)
    asked = []
    for _round in range(3):  # the first fills caches
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(PEOPLE).content.decode()
        asked.append(len(queries))
        for _number in range(55):
            user(password=None)
    assert "page=2" in browser.get(PEOPLE).content.decode()
    assert asked[1] == asked[2], page


def test_an_invitation_lets_the_new_person_choose_a_password_once(alice, sign_in, mailoutbox, settings):
    sent = {"email": "Dora@Vincula.test", "name": "Dora & Co", "kind": "staff", "language": "de"}
    answer = sign_in(alice).post(f"{PEOPLE}invite/", sent)
    dora = User.objects.get(email="dora@vincula.test")
    assert answer["Location"] == f"{PEOPLE}{dora.pk}/"
    assert not dora.has_usable_password()
    (mail,) = mailoutbox
    assert mail.to == ["dora@vincula.test"]
    assert "Dora & Co" in mail.body
    link = re.search(r"http\S+", mail.body).group().removeprefix(settings.BASE_URL)
    browser = Client()
    form = browser.get(link, follow=True)
    browser.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert signed_in(sign_in(dora))
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_an_invitation_is_over_after_three_days(alice, mailoutbox, settings, monkeypatch):
    from datetime import datetime

    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    dora = user(name="Dora", password=None)
    actions.send_invitation(user=dora, who=alice)
    link = re.search(r"http\S+", mailoutbox[0].body).group().removeprefix(settings.BASE_URL)
    assert "Choose a password" in Client().get(link, follow=True).content.decode()
    late = datetime.now() + timedelta(days=3, seconds=5)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: late)
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_a_service_account_gets_no_mail(alice, mailoutbox):
    actions.invite(who=alice, email="robot@vincula.test", name="Robot", kind="service")
    assert mailoutbox == []


def test_a_second_invitation_to_the_same_address_is_refused_at_the_field(alice, bob, sign_in):
    answer = sign_in(alice).post(f"{PEOPLE}invite/", {"email": "BOB@vincula.test", "name": "Bob", "kind": "staff"})
    assert answer.status_code == 422
    assert 'id="id_email-error"' in answer.content.decode()


def test_deactivating_ends_sessions_and_tokens_at_once_and_for_good(alice, bob, sign_in):
    his = sign_in(bob)
    _token, raw = tokens.issue(user=bob, name="x", scopes=["read"], expires_at=clock.now() + timedelta(days=1))
    sign_in(alice).post(f"{PEOPLE}{bob.pk}/deactivate/")
    assert not signed_in(his)
    assert tokens.authenticate(raw) is None
    actions.reactivate(user=bob, who=alice)
    assert not signed_in(his)
    assert tokens.authenticate(raw) is None
    assert signed_in(sign_in(bob))


def test_the_last_administrator_stays(alice, sign_in):
    user(name="asleep", is_superuser=True, is_active=False)
    browser = sign_in(alice)
    browser.post(f"{PEOPLE}{alice.pk}/deactivate/")
    answer = browser.post(f"{PEOPLE}{alice.pk}/", {"kind": "staff"})
    assert answer.status_code == 422
    assert "last administrator" in answer.content.decode()
    alice.refresh_from_db()
    assert (alice.is_active, alice.is_superuser) == (True, True)


def test_with_a_second_administrator_the_first_may_go(alice, bob):
    actions.change_standing(user=bob, who=alice, kind="staff", is_superuser=True)
    actions.deactivate(user=alice, who=User.objects.get(pk=bob.pk))
    assert list(User.objects.administrators()) == [bob]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_do_not_both_succeed():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race exists on PostgreSQL only.")
    ann, ben = user(name="Ann", is_superuser=True), user(name="Ben", is_superuser=True)
    start = Barrier(2)

    def remove(who: User, whom: User) -> None:
        start.wait()
        with contextlib.suppress(ValidationError):
            actions.deactivate(user=whom, who=who)
        connection.close()

    threads = [Thread(target=remove, args=pair) for pair in ((ann, ben), (ben, ann))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.administrators().count() == 1


def test_customers_and_programs_do_not_administer(alice, charlie):
    with pytest.raises(ValidationError):
        actions.change_standing(user=charlie, who=alice, kind="customer", is_superuser=True)
    with pytest.raises(ValidationError):
        actions.invite(who=alice, email="robot@vincula.test", name="Robot", kind="service", is_superuser=True)


def test_another_kind_ends_the_sessions(alice, bob, sign_in):
    his = sign_in(bob)
    actions.change_standing(user=bob, who=alice, kind="service", is_superuser=False)
    assert not signed_in(his)
    bob.refresh_from_db()
    assert not bob.has_usable_password()


def test_administrators_make_and_revoke_the_tokens_of_programs(alice, sign_in):
    robot = user(name="robot", kind="service")
    browser = sign_in(alice)
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    sent = {"name": "nightly", "scopes": ["read"], "expires_on": day}
    page = browser.post(f"{PEOPLE}{robot.pk}/tokens/", sent).content.decode()
    raw = re.search(r'id="raw-token"[^>]* value="([^"]+)"', page).group(1)
    assert tokens.authenticate(raw).user == robot
    answer = browser.post(f"/me/tokens/{robot.api_tokens.get().pk}/revoke/")
    assert answer["Location"] == f"{PEOPLE}{robot.pk}/tokens/"
    assert tokens.authenticate(raw) is None


def test_nobody_makes_tokens_for_another_person(alice, bob, charlie, sign_in):
    assert sign_in(alice).get(f"{PEOPLE}{bob.pk}/tokens/").status_code == 404
    robot = user(name="robot", kind="service")
    assert sign_in(bob).get(f"{PEOPLE}{robot.pk}/tokens/").status_code == 404
    for whose, who in ((bob, alice), (robot, charlie)):
        with pytest.raises(PermissionDenied):
            actions.issue_token(
                user=whose, who=who, name="x", scopes=["read"], expires_at=clock.now() + timedelta(days=1)
            )


def test_what_administrators_do_is_written_down(alice, bob):
    seen = []
    keep = actions.TRAIL._filled[:]
    actions.TRAIL._filled[:] = []
    actions.TRAIL.put(lambda **told: seen.append(told))
    try:
        actions.deactivate(user=bob, who=alice)
        actions.deactivate(user=bob, who=alice)
        actions.change_standing(user=bob, who=alice, kind="customer", is_superuser=False)
    finally:
        actions.TRAIL._filled[:] = keep
    assert [(one["verb"], one["changes"]) for one in seen] == [
        ("deactivated", {"is_active": [True, False]}),
        ("changed standing", {"kind": ["staff", "customer"]}),
    ]
    assert {(one["who"], one["entity"], one["object_id"]) for one in seen} == {(alice, "people.user", bob.pk)}
