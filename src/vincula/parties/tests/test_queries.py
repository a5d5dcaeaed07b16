"""Questions across rows answer what they promise, and only about what the reader may see."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import listing, registry
from vincula.kernel.testing import cast
from vincula.parties import queries, rules
from vincula.parties.queries.around import around
from vincula.parties.queries.happened import happened
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOON):
        yield


def ago(days):
    return NOON - timedelta(days=days)


def test_not_contacted_for_ninety_days_counts_those_never_contacted():
    never, long, lately = factories.organisation(), factories.organisation(), factories.organisation()
    factories.organisation(active=False)
    factories.interaction(organisation=long, at=ago(90))
    factories.interaction(organisation=lately, at=ago(89))
    assert list(queries.not_contacted_for(90, SYSTEM)) == [never, long]


def test_the_list_of_organisations_filters_and_sorts_by_days_without_contact():
    never, long, lately = factories.organisation(), factories.organisation(), factories.organisation()
    factories.interaction(organisation=long, at=ago(100))
    factories.interaction(organisation=lately, at=ago(3))
    entity = registry.get("parties.organisation")

    def found(**params):
        return [r.pk for r in listing.page(entity, SYSTEM, params).records]

    assert set(found(silent_days__from="90")) == {never.pk, long.pk}
    assert set(found(silent_days__to="90")) == {lately.pk}
    assert found(silent_days__empty="1") == [never.pk]
    assert found(sort="-silent_days")[:2] == [long.pk, lately.pk]
    assert entity.fields["silent_days"].computed.values(entity, [long, never], SYSTEM)
    record = listing.page(entity, SYSTEM, {"sort": "-silent_days"}).records[0]
    assert record.silent_days == 100


def test_the_list_of_organisations_filters_by_what_they_are_to_us_today():
    both, former = factories.organisation(), factories.organisation()
    factories.relation(organisation=both, kind="customer")
    factories.relation(organisation=both, kind="supplier")
    factories.relation(organisation=former, kind="customer", until=date(2026, 1, 1))
    entity = registry.get("parties.organisation")

    def found(**params):
        return {r.pk for r in listing.page(entity, SYSTEM, params).records}

    assert found(relation="supplier") == {both.pk}
    assert found(relation="customer") == {both.pk}
    assert found(relation__not="customer") == {former.pk}
    assert found(relation__empty="1") == {former.pk}


def test_degree_of_contact_is_counted_for_many_at_once():
    regular, once, none = factories.organisation(), factories.organisation(), factories.organisation()
    hilde = factories.person()
    for days in (1, 40, 80, 120, 160, 200):
        factories.interaction(organisation=regular, at=ago(days), participants=[hilde])
    factories.interaction(organisation=once, at=ago(300))
    factories.interaction(organisation=none, at=ago(800))
    factories.interaction(organisation=none, at=ago(1), kind="note")
    ids = [regular.pk, once.pk, none.pk]
    assert queries.degrees(ids, SYSTEM) == dict(zip(ids, ("regular", "once", "none"), strict=True))
    assert queries.degrees([hilde.pk], SYSTEM, of="participants") == {hilde.pk: "regular"}


def test_vacant_roles_name_who_left_and_when():
    there = factories.organisation()
    factories.relation(organisation=there, kind="partner")
    factories.contact_role(organisation=there, role="technical")
    gone = factories.contact_role(organisation=there, role="security", until=date(2026, 3, 12))
    vacant = queries.vacant_roles({there.pk: ["partner"]}, SYSTEM)[there.pk]
    assert vacant == [
        rules.Vacancy("decision_maker"), rules.Vacancy("security", date(2026, 3, 12), gone.person.name),
    ]  # fmt: skip
    assert around(there, SYSTEM).vacant == vacant


def test_the_expert_is_found_in_any_language_below_a_subject_and_ranked():
    data = factories.subject(name="Data")
    storage = factories.subject(name="Grid storage", names={"ru": "Хранение данных"}, parent=data)
    sure = factories.expertise(subject=storage, level=4, last_confirmed=date(2026, 1, 1))
    faded = factories.expertise(subject=storage, level=5, last_confirmed=date(2020, 1, 1))
    factories.expertise(level=5, last_confirmed=date(2026, 1, 1))
    for words in ("storage", "STOR grid", "хранение", "data"):
        found = queries.find_the_expert(words, SYSTEM)
        assert [one.person for one in found] == [sure.person, faded.person], words
    assert [one.score for one in found] == [80.0, 25.0]
    assert queries.find_the_expert("orage", SYSTEM) == []
    assert queries.find_the_expert(" ", SYSTEM) == []


def test_overlaps_are_told_of_live_work_only():
    there, storage = factories.organisation(), factories.subject()
    one = factories.task(organisation=there, subject=storage)
    factories.task(organisation=there, subject=storage, state="done")
    factories.task(organisation=there, subject=factories.subject())
    assert queries.overlaps(SYSTEM) == []
    team = factories.team(organisations=[there], subjects=[storage])
    factories.team(organisations=[there], subjects=[storage], until=date(2026, 1, 1))
    (found,) = queries.overlaps(SYSTEM)
    assert (found.organisation, found.subject, found.tasks, found.teams) == (there, storage, (one,), (team,))


def test_functions_show_need_held_and_gap():
    function = factories.function(fte_needed="1.50")
    factories.function_holding(function=function, fte="0.40")
    factories.function_holding(function=function, fte="0.30")
    factories.function_holding(function=function, fte="1.00", until=date(2026, 1, 1))
    (row,) = [row for row in queries.functions(SYSTEM) if row.function == function]
    assert (row.needed, row.held, row.gap) == (Decimal("1.50"), Decimal("0.70"), Decimal("0.80"))


def test_workload_counts_open_work_of_the_coming_weeks_against_time(alice, person_of_alice):
    factories.function_holding(person=person_of_alice, fte="0.50")
    for due, hours, state in ((-3, "20", "todo"), (10, "16", "doing"), (60, "99", "todo"), (1, "9", "done")):
        factories.task(assignee=alice, due=NOON.date() + timedelta(days=due), hours=hours, state=state)
    factories.task(assignee=alice, due=None)
    (row,) = [r for r in queries.workload(SYSTEM) if r.person == person_of_alice]
    assert (row.tasks, row.late, row.hours, row.load) == (3, 1, Decimal("38.0"), Decimal("50.0"))


def test_stale_records_are_listed_longest_overdue_first():
    fresh = factories.organisation(review_date=NOON.date())
    a, b = factories.organisation(review_date=date(2026, 3, 1)), factories.organisation(review_date=date(2026, 1, 1))
    found = list(queries.stale(SYSTEM))
    assert found == [b, a]
    assert fresh not in found


def test_the_stream_of_an_organisation_holds_all_kinds_in_one_statement(django_assert_num_queries):
    there = factories.organisation()
    factories.interaction(organisation=there, at=ago(1))
    factories.meeting(organisation=there, at=ago(2))
    factories.meeting(organisation=there, at=NOON + timedelta(days=3))
    factories.task(organisation=there, state="done")
    factories.document(organisation=there)
    with clock.frozen(NOON + timedelta(minutes=1)), django_assert_num_queries(1):
        found = happened(there, SYSTEM, None, 10)
        happened(there, SYSTEM, None, 10)
    assert {name: len(rows) for name, rows in found.items()} == {
        "interactions": 1,
        "meetings": 1,
        "tasks": 1,
        "documents": 1,
    }


def test_what_stands_around_an_organisation_is_read_in_one_statement(django_assert_num_queries):
    there = factories.organisation()
    factories.contact_role(organisation=there)
    factories.task(organisation=there, due=date(2026, 3, 30))
    factories.organisation(parent=there)
    factories.organisation_link(source=there)
    factories.organisation_link(target=there, kind="member_of")
    factories.group_membership(organisation=there)
    factories.team_member(team=factories.team(organisations=[there]))
    factories.meeting(organisation=there, at=NOON + timedelta(days=3))
    factories.document(organisation=there)
    with django_assert_num_queries(1):
        found = around(there, SYSTEM)
    sizes = {name: len(rows) for name, rows in vars(found).items()}
    assert sizes == {
        "relations": 0, "roles": 1, "vacant": 0, "people": 1, "team": 1, "children": 1, "links": 2, "groups": 1, "tasks": 1,
        "meetings": 1, "documents": 1, "recent": 0,
    }  # fmt: skip
    assert found.late == 1


def test_a_page_of_organisations_learns_relation_and_contact_in_one_statement(django_assert_num_queries):
    there, other = factories.organisation(), factories.organisation()
    factories.relation(organisation=there, kind="supplier")
    factories.relation(organisation=there, kind="customer")
    factories.relation(organisation=other, kind="customer", until=date(2026, 1, 1))
    for days in (5, 6):
        factories.interaction(organisation=there, at=ago(days))
    with django_assert_num_queries(1):
        found = queries.together([there, other], SYSTEM)
    assert found == {there.pk: (["customer", "supplier"], "occasional"), other.pk: ([], "none")}
    ids = [there.pk, other.pk]
    assert {pk: degree for pk, (_kinds, degree) in found.items()} == queries.degrees(ids, SYSTEM)


def test_tasks_and_roles_are_told_to_who_may_see_them_only():
    here = factories.organisation()
    factories.task(organisation=here)
    gone = factories.contact_role(organisation=here, role="security", until=date(2026, 3, 12)).person.name
    sees = [("parties.organisation", "view", "all", []), ("parties.organisationrelation", "view", "all", [])]
    narrow = cast.user("dora", *sees)
    assert queries.open_tasks([here.pk], SYSTEM) == {here.pk: 1}
    assert queries.open_tasks([here.pk], narrow) == {}
    told = [str(queries.vacant_roles({here.pk: ["partner"]}, who)[here.pk]) for who in (SYSTEM, narrow)]
    assert [gone in each for each in told] == [True, False], "who held a role is told by the role"
