"""Statements put together once answer as those put together each time, for everybody (``kernel.access.prepared``)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vincula.kernel import clock
from vincula.kernel.access import door, prepared, scopes
from vincula.kernel.access.among import among
from vincula.kernel.access.models import Grant
from vincula.parties.models import Interaction, Organisation
from vincula.parties.queries.around import around
from vincula.parties.tests import factories
from vincula.parties.tests.conftest import user_with

pytestmark = pytest.mark.django_db
VALUES = {"country": ["BE"], "region": ["Bavaria"]}


@pytest.fixture(autouse=True)
def nothing_kept():
    prepared.forget()


def names(user, country):
    """The organisations of ``country`` that ``user`` sees, by a prepared statement."""

    def build(least):
        rows = Organisation.objects.visible_to(user).filter(country=country, pk__gte=least)
        return prepared.united(("q.name", rows.values_list("name")))

    return sorted(name for (name,) in prepared.asked(country, user, build, least=1))


def test_no_scope_asks_the_database_when_its_condition_is_made(alice):
    """Else a kept statement would hold what was true when it was made."""
    for scope in scopes.all_scopes():
        if scope.condition is not None:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                for model in (Organisation, Interaction):
                    scopes.condition(model, scope, alice, VALUES.get(scope.name, []))
            assert not asked.captured_queries, scope.name


def test_a_changed_grant_is_seen_at_once(bob):
    factories.organisation(name="Ghent", country="BE")
    assert names(bob, "BE") == ["Ghent"]
    Grant.objects.filter(role__assignments__user=bob).update(value=["LU"])
    door.forget(bob)
    assert names(bob, "BE") == []


def test_one_reader_is_not_answered_with_the_rights_of_another(alice, bob):
    factories.organisation(name="Kirchberg", country="LU")
    assert names(alice, "LU") == ["Kirchberg"]
    assert names(bob, "LU") == []
    alice.is_active = False
    assert names(alice, "LU") == []


def test_two_with_the_same_grants_each_see_their_own():
    """«Stewarded by me» is another question for each, though the grants read alike."""
    erin, fay = (user_with(name, ("*", "view", "stewarded", [])) for name in ("erin", "fay"))
    for who, name in ((erin, "Erin's"), (fay, "Fay's")):
        factories.organisation(name=name, country="BE", steward=who)
    assert names(erin, "BE") == ["Erin's"]
    assert names(fay, "BE") == ["Fay's"]


def test_each_record_gets_its_own_rows_from_the_kept_statement(alice):
    pages = [factories.organisation(name=f"Parent {n}") for n in range(3)]
    for n, parent in enumerate(pages):
        for m in range(n):
            factories.organisation(name=f"Child {n}.{m}", parent=parent)
    for n, parent in enumerate(pages):
        assert [row.title for row in around(parent, alice).children] == [f"Child {n}.{m}" for m in range(n)]
    assert len(prepared._kept) == 1


def test_tomorrow_is_another_statement(alice):
    """«Holds today» stands in what is kept."""
    now = clock.now()
    one = factories.organisation(name="One")
    other = factories.organisation(name="Other")
    factories.organisation_link(source=one, target=other, until=clock.today())
    assert len(around(one, alice).links) == 1
    with clock.frozen(now + timedelta(days=1)):
        assert around(Organisation.objects.get(pk=one.pk), alice).links == []


def test_a_value_that_leaves_no_mark_is_asked_for_each_time(alice):
    """A number so odd that Django drops its condition must not be kept without it."""

    def build(pk):
        rows = Organisation.objects.filter(pk=pk) if pk < 2**40 else Organisation.objects.none()
        return prepared.united(("q.name", rows.values_list("name")))

    first, second = factories.organisation(name="First"), factories.organisation(name="Second")
    for one in (first, second):
        assert prepared.asked("odd", alice, build, pk=one.pk) == [(one.name,)]


@pytest.mark.parametrize("strange", [1.5, None, ["a", "b"], {"a": 1}])
def test_only_numbers_texts_and_moments_can_be_marked(alice, strange):
    with pytest.raises(TypeError, match="is no number"):
        prepared.statement("strange", alice, lambda what: ("SELECT 1", []), what=strange)


@pytest.mark.parametrize("name", ["Robert'); --", "100 % %s %(name)s", "\\x00", "{1,2}", "Ґент", ""])
def test_a_text_is_a_value_and_never_part_of_the_statement(alice, name):
    def build(what):
        return prepared.united(("q.name", Organisation.objects.filter(name=what).values_list("name")))

    factories.organisation(name="Somebody else")
    assert prepared.asked("by name", alice, build, what=name) == []
    if name:
        factories.organisation(name=name)
        assert prepared.asked("by name", alice, build, what=name) == [(name,)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.integers(min_value=-(2**63), max_value=2**63 - 1), max_size=30))
def test_among_finds_what_in_finds(alice, numbers):
    if not Organisation.objects.exists():
        factories.organisation(name="Found")
    known = list(Organisation.objects.values_list("pk", flat=True))
    asked = [*numbers, *known[: len(numbers) % 2]]
    found = set(Organisation.objects.filter(among(asked)).values_list("pk", flat=True))
    assert found == set(known) & set(asked)


def described(user, *, at, ids, least):
    """Organisations with a percent sign in their name and in the condition, each kind of value among the conditions."""

    def build(at, ids, least):
        rows = Organisation.objects.visible_to(user).filter(
            among(ids), pk__gte=least, created_at__lte=at, name__contains="100 %"
        )
        return prepared.united(("q.name || '%%'", rows.values_list("name")))

    return sorted(name for (name,) in prepared.asked("percent", user, build, at=at, ids=ids, least=least))


def ask_for_some(user):
    """Small numbers, large ones and none at all: drivers call each by another type."""
    one = factories.organisation(name="100 % Renewable", country="BE")
    factories.organisation(name="1000 Renewable", country="BE")
    now = clock.now() + timedelta(minutes=1)
    asked = [(one.pk,), (one.pk, 2**15), (one.pk, 2**31, 2**62), ()]
    found = [described(user, at=now, ids=ids, least=min(ids, default=2**40)) for ids in asked]
    assert found == [["100 % Renewable%"]] * 3 + [[]]
    assert described(user, at=now - timedelta(days=1), ids=(one.pk,), least=1) == []


postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in no time")


def prepared_there():
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%100 %'")
        return cursor.fetchall()


@postgresql
def test_postgresql_plans_a_statement_once(alice):
    ask_for_some(alice)
    assert prepared_there() == [(5, 0)]


@postgresql
def test_an_operator_may_leave_preparing_out(alice, monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    ask_for_some(alice)
    assert prepared_there() == []


@postgresql
def test_who_collects_statements_is_shown_them_whole(alice):
    ask_for_some(alice)
    with CaptureQueriesContext(connection) as asked:
        described(alice, at=clock.now(), ids=(1, 2**40), least=1)
    assert len(asked.captured_queries) == 1
    assert f"{{1,{2**40}}}" in asked.captured_queries[0]["sql"]


@pytest.mark.parametrize("region", ["Côte d'Azur", "50 % of \\'it\\'", "%(least)s", '"q"; --', "?1 :least"])
def test_what_a_grant_says_stands_in_the_statement_as_text(region):
    carol = user_with("carol", ("*", "view", "region", [region]))
    factories.organisation(name="Hers", country="FR", region=region)
    factories.organisation(name="Not hers", country="FR", region="Elsewhere")
    assert names(carol, "FR") == ["Hers"]
