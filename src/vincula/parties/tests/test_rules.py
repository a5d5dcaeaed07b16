"""The rules say what they promise, with worked examples."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from vincula.parties import rules

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
TODAY = NOW.date()
dates = st.dates(date(2000, 1, 1), date(2050, 1, 1))
maybe = st.none() | dates


def test_a_tree_that_would_close_a_circle_is_refused():
    above = {2: 3, 3: 1, 1: None}
    assert rules.no_circle(1, 2, above.get)
    assert rules.no_circle(1, 1, above.get)
    assert rules.no_circle(4, 2, above.get) is None
    assert rules.no_circle(4, None, above.get) is None


def test_a_circle_that_is_there_already_does_not_hang_the_program():
    assert rules.no_circle(9, 1, {1: 2, 2: 1}.get)


@given(maybe, maybe, maybe, maybe)
def test_overlapping_periods_share_a_day_whichever_comes_first(a, b, c, d):
    assert rules.overlap(a, b, c, d) == rules.overlap(c, d, a, b)
    if a is None and b is None:
        assert rules.overlap(a, b, c, d)


def test_periods_that_touch_share_that_day():
    assert rules.overlap(date(2025, 1, 1), date(2025, 6, 30), date(2025, 6, 30), None)
    assert not rules.overlap(date(2025, 1, 1), date(2025, 6, 29), date(2025, 6, 30), None)


def test_orcid_check_digits():
    assert rules.orcid_is_right("0000-0002-1825-0097") is None
    assert rules.orcid_is_right("0000-0002-1694-233X") is None
    for wrong in (
        "0000-0002-1825-0098",
        "0000-0002-1825-009",
        "000000021825009700",
        "abcd-0002-1825-0097",
        "٠000-0002-1825-0097",
    ):
        assert rules.orcid_is_right(wrong), wrong


@given(st.text(max_size=25))
def test_no_text_breaks_the_orcid_rule(text):
    rules.orcid_is_right(text)


def test_degree_of_contact_follows_its_stated_rule():
    recent, old = NOW - timedelta(days=180), NOW - timedelta(days=181)
    assert rules.degree_of_contact(0, None, NOW) == "none"
    assert rules.degree_of_contact(1, recent, NOW) == "once"
    assert rules.degree_of_contact(2, recent, NOW) == "occasional"
    assert rules.degree_of_contact(5, recent, NOW) == "occasional"
    assert rules.degree_of_contact(6, recent, NOW) == "regular"
    assert rules.degree_of_contact(60, old, NOW) == "occasional"


@given(st.integers(0, 50), st.integers(0, 729), st.integers(0, 729))
def test_more_or_later_contact_never_lowers_the_degree(count, days, sooner):
    order = rules.DEGREES.index
    latest = NOW - timedelta(days=days)
    later = NOW - timedelta(days=min(days, sooner))
    assert order(rules.degree_of_contact(count + 1, later, NOW)) >= order(rules.degree_of_contact(count, latest, NOW))


def test_silence_is_counted_in_whole_days():
    assert rules.silent_days(None, NOW) is None
    assert rules.silent_days(NOW - timedelta(hours=23), NOW) == 0
    assert rules.silent_days(NOW - timedelta(days=90, hours=1), NOW) == 90
    assert rules.silent_days(NOW + timedelta(days=2), NOW) == 0


def test_a_role_is_vacant_when_expected_or_held_before_and_nobody_holds_it_today():
    held = [
        rules.Held("technical", "Ravi", date(2024, 1, 1), None),
        rules.Held("security", "Pieter", date(2023, 1, 1), date(2026, 3, 12)),
        rules.Held("security", "Anna", date(2020, 1, 1), date(2022, 12, 31)),
        rules.Held("champion", "Mia", date(2021, 1, 1), date(2024, 1, 1)),
        rules.Held("key_user", "Later", date(2027, 1, 1), None),
    ]
    found = rules.vacancies(("technical", "security", "billing"), held, TODAY)
    assert found == [
        rules.Vacancy("security", date(2026, 3, 12), "Pieter"),
        rules.Vacancy("billing"),
        rules.Vacancy("champion", date(2024, 1, 1), "Mia"),
    ]


def test_a_customer_that_also_supplies_needs_each_role_once():
    roles = rules.expected_roles({"supplier", "customer"})
    assert roles == ("sponsor", "decision_maker", "technical", "security", "billing")
    assert rules.expected_roles({"former"}) == ()


def test_handing_over_names_why_it_cannot_be():
    assert rules.can_hand_over(date(2024, 1, 1), None, 1, 2, TODAY) is None
    assert rules.can_hand_over(date(2024, 1, 1), None, 1, 1, TODAY)
    assert rules.can_hand_over(date(2024, 1, 1), date(2025, 1, 1), 1, 2, TODAY)
    assert rules.can_hand_over(TODAY, None, 1, 2, TODAY)


def test_what_was_typed_becomes_subject_notes_and_next_step():
    assert rules.composed("Called Hilde\nShe wants 100G.\nnext: send the offer", 120) == (
        "Called Hilde", "She wants 100G.", "send the offer",
    )  # fmt: skip
    assert rules.composed("  \n ", 120) == ("", "", "")
    subject, notes, _step = rules.composed("Short sentence. " + "long " * 60, 120)
    assert subject == "Short sentence."
    assert notes.startswith("long")
    subject, notes, _step = rules.composed("word " * 60, 40)
    assert len(subject) <= 40
    assert notes == ("word " * 60).strip()


@given(st.text(max_size=400), st.integers(10, 200))
def test_a_subject_is_never_longer_than_it_may_be(text, longest):
    subject, _notes, _step = rules.composed(text, longest)
    assert len(subject) <= longest


def test_expertise_ranks_level_by_freshness_and_evidence():
    assert rules.expertise_score(5, TODAY, "thesis", TODAY) == 100.0
    assert rules.expertise_score(4, TODAY - timedelta(days=365), "course", TODAY) == 80.0
    assert rules.expertise_score(4, TODAY - timedelta(days=730), "course", TODAY) == 40.0
    assert rules.expertise_score(4, TODAY - timedelta(days=3000), "course", TODAY) == 20.0
    assert rules.expertise_score(5, None, "", TODAY) == 17.5


@given(st.integers(1, 5), st.none() | st.dates(date(2000, 1, 1), TODAY), st.booleans())
def test_an_expertise_score_lies_between_0_and_100(level, confirmed, evidence):
    assert 0 < rules.expertise_score(level, confirmed, "x" if evidence else "", TODAY) <= 100


def test_fte_gap_and_load_in_decimals():
    assert rules.fte_gap(Decimal("1.5"), [Decimal("0.4"), Decimal("0.3")]) == Decimal("0.8")
    assert rules.load(Decimal(76), 4, Decimal(1)) == Decimal("50.0")
    assert rules.load(Decimal("66.45") * Decimal("1.52"), 4, Decimal(1)) == Decimal("66.5")  # half goes up
    assert rules.load(Decimal(5), 4, Decimal(0)) is None


@given(st.lists(st.decimals(0, 1, places=2), max_size=20), st.decimals(0, 10, places=2))
def test_gap_and_held_add_up_to_the_need(held, needed):
    assert rules.fte_gap(needed, held) + sum(held, Decimal(0)) == needed


def test_overlap_needs_two_at_the_same_organisation_and_subject():
    items = [(1, 10, 5), (2, 10, 5), (3, 10, 6), (-1, 11, 6), (1, 10, 5), (-2, 11, 6)]
    assert rules.overlapping(items) == {(10, 5): [1, 2], (11, 6): [-1, -2]}


def test_review_and_due_dates():
    assert rules.is_stale(TODAY - timedelta(days=1), TODAY)
    assert not rules.is_stale(TODAY, TODAY)
    assert not rules.is_stale(None, TODAY)
    assert rules.is_late(TODAY - timedelta(days=1), True, TODAY)
    assert not rules.is_late(TODAY - timedelta(days=1), False, TODAY)
    assert rules.next_review(date(2024, 2, 29)) == date(2025, 2, 28)
    assert rules.next_review(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert rules.next_review(date(2026, 11, 21)) == date(2027, 11, 21)


@given(dates, st.integers(1, 60))
def test_the_next_review_is_that_many_months_later(day, months):
    later = rules.next_review(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day


def test_a_representative_is_a_person_of_an_organisation():
    assert rules.represents_somebody(False, None, 1) is None
    assert rules.represents_somebody(True, 1, 1) is None
    assert rules.represents_somebody(True, None, 1)
    assert rules.represents_somebody(True, 1, None)
