"""Consent is a log: never edited, followed by another line, asked as of a day."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import listing, registry
from vincula.kernel.privacy import consents
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.parties import models as parties
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
KEY = "parties.person"


def line(person, purpose, on, decision="given", **given):
    values = {"person": person, "purpose": purpose, "on": on, "decision": decision, "evidence": "Form 7", **given}
    return actions.create(parties.Consent, who=SYSTEM, **values)


@pytest.fixture
def asked():
    from vincula.kernel.privacy.tests.factories import purpose

    news, surveys = purpose(code="news"), purpose(code="poll")
    hilde, bart = factories.person(), factories.person()
    line(hilde, news, date(2024, 5, 2))
    line(hilde, news, date(2025, 5, 2), "withdrawn")
    line(hilde, surveys, date(2024, 5, 2))
    line(bart, news, date(2025, 1, 1))
    return hilde, bart, news


def test_what_holds_is_the_last_line_up_to_the_day(asked):
    hilde, bart, news = asked
    assert consents.has(KEY, hilde.pk, "news", date(2025, 5, 1))
    assert not consents.has(KEY, hilde.pk, "news", date(2025, 5, 2))
    assert not consents.has(KEY, hilde.pk, "news", date(2024, 5, 1))
    assert not consents.has(KEY, hilde.pk, "news")
    line(hilde, news, date(2025, 5, 2))  # on the same day, later: she came back
    assert consents.has(KEY, hilde.pk, "news")
    assert consents.shown(KEY, [hilde.pk, bart.pk], SYSTEM) == {hilde.pk: ["news", "poll"], bart.pk: ["news"]}


def test_a_line_is_never_edited_by_any_door(asked):
    hilde, bart, _news = asked
    row = parties.Consent.objects.filter(person=hilde).order_by("pk")[0]
    for values in ({"decision": "withdrawn"}, {"evidence": "another"}, {"person": bart}, {"on": date(2020, 1, 1)}):
        with pytest.raises(ValidationError, match="never edited"):
            actions.change(row, who=SYSTEM, **values)
        row.refresh_from_db()
    answer = cast.signed_in(cast.alice()).patch(
        f"/api/v1/consents/{row.pk}", '{"evidence": "mine"}', content_type="application/json"
    )
    assert answer.status_code == 422
    assert actions.change(row, who=SYSTEM, tags=["checked"]).tags == ["checked"]


def test_a_decision_of_tomorrow_is_refused(asked):
    with pytest.raises(ValidationError, match="future"):
        line(asked[1], asked[2], clock.today() + timedelta(days=1))


def test_lists_filter_by_who_agrees(asked):
    hilde, bart, _news = asked
    entity, alice = registry.get(KEY), cast.alice()

    def found(**query):
        return set(listing.selected(entity, alice, query).values_list("pk", flat=True)) & {hilde.pk, bart.pk}

    assert found(agrees_to="news") == {bart.pk}
    assert found(agrees_to="poll") == {hilde.pk}
    assert found(agrees_to__not="news") == {hilde.pk}
    assert found(agrees_to__empty="1") == set()
    got = cast.signed_in(alice).get("/api/v1/people/", {"agrees_to": "news"}).json()["items"]
    assert [row["id"] for row in got] == [bart.pk]


def test_the_filter_tells_nothing_to_who_may_not_see_consents(asked):
    bob = cast.user("bob", ("parties.person", "view", "all", []))
    entity = registry.get(KEY)
    assert not listing.selected(entity, bob, {"agrees_to": "news"}).exists()
    assert entity.columns["agrees_to"].computed.values(entity, [asked[1]], bob).get(asked[1].pk, []) == []


def test_the_log_stands_on_the_persons_page(asked):
    page = cast.signed_in(cast.alice()).get(f"/people/{asked[0].pk}/?tab=privacy").content.decode()
    assert "withdrawn" in page
    assert "3 lines in the log" in page
    assert "Erase" not in page  # a role for everything does not include the right "privacy"
