"""The hand-made pages show what is there, do what they offer, and stay within their statements."""

from datetime import timedelta

import pytest

from vincula.kernel import clock
from vincula.parties.models import ContactRole, Interaction, Task
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def browser(client, alice):
    client.force_login(alice, backend=BACKEND)
    return client


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_an_organisation_shows_vacant_roles_with_the_place_that_fills_them(browser):
    there = factories.organisation(name="Ghent")
    factories.relation(organisation=there, kind="partner")
    text = page(browser, f"/organisations/{there.pk}/")
    assert "Decision maker" in text
    assert f"/contact-roles/new/?organisation={there.pk}&amp;role=decision_maker" in text
    assert "Nobody has been in contact yet." in text


def test_the_composer_logs_a_call_with_somebody_named(browser, alice):
    there = factories.organisation()
    hilde = factories.affiliation(organisation=there, person=factories.person(family_name="Verbrugghe")).person
    yesterday = (clock.now() - timedelta(days=1)).date().isoformat()
    browser.post(f"/organisations/{there.pk}/log/", {"kind": "call", "text": "Spoke about storage", "with": "verbrugghe, Nobody Known",
                                                     "day": yesterday, "minutes": "25"})  # fmt: skip
    made = Interaction.objects.get()
    assert (made.kind, made.subject, made.minutes, made.owner) == ("call", "Spoke about storage", 25, alice)
    assert made.at.date().isoformat() == yesterday
    assert list(made.participants.all()) == [hilde]
    text = page(browser, f"/organisations/{there.pk}/")
    assert "Spoke about storage" in text
    assert "Nobody here is called Nobody Known" in text


def test_the_composer_makes_a_task(browser, alice):
    there = factories.organisation()
    browser.post(f"/organisations/{there.pk}/log/", {"kind": "task", "text": "Send the offer"})
    task = Task.objects.get()
    assert (task.title, task.organisation, task.assignee) == ("Send the offer", there, alice)


def test_an_empty_or_hostile_post_to_the_composer_is_told_and_writes_nothing(browser):
    there = factories.organisation()
    for data in ({"kind": "call", "text": ""}, {"kind": "nonsense", "text": "x"}, {"kind": "call", "text": "\0"}, {}):
        assert browser.post(f"/organisations/{there.pk}/log/", data).status_code == 302, data
    assert not Interaction.objects.exists()


def test_a_task_is_done_and_put_off_from_a_line_and_the_way_back_is_the_page_one_came_from(browser):
    task = factories.task(due=clock.today())
    answer = browser.post(f"/tasks/{task.pk}/put-off/", {"days": "7", "return": "/workload/"})
    assert answer.headers["Location"] == "/workload/"
    assert Task.objects.get().due == clock.today() + timedelta(days=7)
    answer = browser.post(f"/tasks/{task.pk}/done/", {"return": "https://evil.example/"})
    assert answer.headers["Location"] == f"/tasks/{task.pk}/"
    assert Task.objects.get().state == "done"
    browser.post(f"/tasks/{task.pk}/reopen/")
    assert Task.objects.get().state == "todo"


def test_a_role_is_handed_over_on_its_page(browser):
    role = factories.contact_role(since=clock.today() - timedelta(days=400))
    to = factories.affiliation(organisation=role.organisation).person
    assert "Hand over" in page(browser, f"/contact-roles/{role.pk}/hand-over/")
    refused = browser.post(f"/contact-roles/{role.pk}/hand-over/", {"to": factories.person().pk, "on": clock.today()})
    assert refused.status_code == 422
    browser.post(f"/contact-roles/{role.pk}/hand-over/", {"to": to.pk, "on": clock.today().isoformat()})
    assert ContactRole.objects.get(person=to).predecessor == role


def test_what_may_not_be_seen_is_not_there_and_what_may_not_be_changed_is_refused(client, bob):
    client.force_login(bob, backend=BACKEND)
    hidden = factories.organisation(country="LU")
    task, role = factories.task(organisation=hidden), factories.contact_role(organisation=hidden)
    assert client.post(f"/organisations/{hidden.pk}/log/", {"kind": "note", "text": "x"}).status_code == 404
    assert client.post(f"/organisations/{hidden.pk}/reviewed/").status_code == 404
    assert client.post(f"/tasks/{task.pk}/done/").status_code == 404
    assert client.get(f"/contact-roles/{role.pk}/hand-over/").status_code == 404
    assert not Interaction.objects.exists()


@pytest.mark.parametrize("url", ["/workload/", "/expert/", "/expert/?q=storage", "/overlaps/"])
def test_pages_of_the_unit_are_there_when_empty_and_when_full(browser, url):
    page(browser, url)
    storage, there = factories.subject(name="Storage"), factories.organisation(name="Ghent")
    known = factories.expertise(subject=storage)
    factories.function_holding()
    factories.task(organisation=there, subject=storage)
    factories.task(organisation=there, subject=storage)
    text = page(browser, url)
    told = {
        "/workload/": "Function",
        "/expert/?q=storage": known.person.name,
        "/overlaps/": "Ghent",
        "/expert/": "Storage",
    }
    assert told[url] in text


def test_statements_do_not_grow_with_rows(browser, django_assert_max_num_queries):
    there = factories.organisation()
    team = factories.team(organisations=[there])
    for _n in range(3):
        role = factories.contact_role(organisation=there)
        factories.interaction(organisation=there, participants=[role.person])
        factories.task(organisation=there)
        factories.organisation(parent=there)
        factories.team_member(team=team)
    page(browser, f"/organisations/{there.pk}/")
    with django_assert_max_num_queries(16):
        page(browser, f"/organisations/{there.pk}/")
    with django_assert_max_num_queries(17):
        page(browser, f"/people/{role.person.pk}/")


def test_a_hit_does_not_say_its_place_twice(browser):
    factories.organisation(name="Heliotrope House", city="Mons", country="BE")
    other = factories.organisation(name="Heliotrope Hall", city="Mons", country="BE", description="A garden.")
    text = page(browser, "/search/?q=heliotrope")
    assert text.count("Mons") == 3, "beside each name, and in the passage that says more"
    assert f'<p class="small mute">Mons {other.description}</p>' in text
