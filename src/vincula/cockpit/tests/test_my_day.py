"""My day holds what is mine: due, ahead, silent, stale, changed; and nothing of others'."""

from datetime import timedelta

import pytest

from vincula.kernel import clock
from vincula.kernel.records import actions
from vincula.parties.models import Organisation
from vincula.parties.tests import factories
from vincula.parties.tests.conftest import user_with

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def alice(db):
    return user_with("alice", ("*", "*", "all", []))


def day_of(client, user, query=""):
    client.force_login(user, backend=BACKEND)
    answer = client.get(f"/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_due_tasks_meetings_silence_and_reviews_are_there(client, alice):
    today, now = clock.today(), clock.now()
    factories.task(title="Late thing", assignee=alice, due=today - timedelta(days=3))
    factories.task(title="Far thing", assignee=alice, due=today + timedelta(days=30))
    factories.task(title="Thing of another", due=today)
    factories.meeting(title="Review with Ghent", at=now + timedelta(days=2), owner=alice)
    quiet = factories.organisation(name="Quiet one", steward=alice, review_date=today - timedelta(days=5))
    factories.interaction(organisation=quiet, at=now - timedelta(days=100))
    text = day_of(client, alice)
    for there in ("Late thing", "1 task is late.", "Review with Ghent", "Quiet one", "100 days", "5 days overdue"):
        assert there in text, there
    for absent in ("Far thing", "Thing of another"):
        assert absent not in text
    assert "100 days" not in day_of(client, alice, "?silent=180")


def test_the_link_to_all_silent_ones_leads_to_the_same_organisations(client, alice):
    for _n in range(10):
        factories.organisation(steward=alice)
    factories.organisation(steward=alice, kind="business_unit")
    factories.organisation(steward=alice, active=False)
    text = day_of(client, alice)
    link = next(part.split('"')[0] for part in text.split('href="') if part.startswith("/organisations/?silent"))
    assert "Show all 10" in text
    assert "1–10 of 10" in client.get(link.replace("&amp;", "&")).content.decode()


def test_the_record_of_an_organisation_is_reviewed_on_the_spot(client, alice):
    stale = factories.organisation(steward=alice, review_date=clock.today() - timedelta(days=5))
    day_of(client, alice)
    client.post(f"/organisations/{stale.pk}/reviewed/", {"return": "/"})
    assert Organisation.objects.get(pk=stale.pk).review_date > clock.today() + timedelta(days=300)
    client.post(f"/organisations/{stale.pk}/reviewed/", {"return": "/", "days": "30"})
    assert Organisation.objects.get(pk=stale.pk).review_date == clock.today() + timedelta(days=30)


def test_what_others_changed_on_what_i_look_after_is_told_without_values(client, alice):
    carol = user_with("carol", ("*", "*", "all", []))
    mine = factories.organisation(alice, name="My university", steward=alice)
    actions.change(mine, who=carol, city="Secretville")
    actions.change(mine, who=alice, region="Own doing")
    text = day_of(client, alice)
    assert "Carol" in text
    assert "Secretville" not in text


def test_who_may_see_nothing_is_told_so(client, db):
    text = day_of(client, user_with("nobody"))
    assert "no role lets you see anything" in text


def test_what_lies_beyond_the_own_reach_is_not_in_my_day(client, db):
    bob = user_with("bob", ("*", "view", "country", ["BE"]))
    hidden = factories.organisation(country="LU", name="Kanarienvogel")
    Organisation.objects.filter(pk=hidden.pk).update(steward=bob, review_date=clock.today() - timedelta(days=9))
    task = factories.task(organisation=hidden, title="Kanarienvogel task")
    type(task).objects.filter(pk=task.pk).update(assignee=bob, due=clock.today())
    factories.meeting(organisation=hidden, title="Kanarienvogel meeting", at=clock.now() + timedelta(days=1))
    assert "Kanarienvogel" not in day_of(client, bob)


def test_statements_of_my_day_do_not_grow_with_rows(client, alice, django_assert_max_num_queries):
    for _n in range(4):
        factories.task(assignee=alice, due=clock.today())
        factories.meeting(at=clock.now() + timedelta(days=1), owner=alice)
        factories.organisation(steward=alice, review_date=clock.today() - timedelta(days=1))
    day_of(client, alice)
    with django_assert_max_num_queries(20):
        client.get("/")
