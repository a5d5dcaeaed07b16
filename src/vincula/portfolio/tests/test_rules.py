"""The figures of story A, and properties against an oracle that counts in fractions (formulas 8, 9; L2–L9)."""

import statistics
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel.money import CurrencyMismatchError, Money
from vincula.portfolio.rules import case, life, scoring, ties, votes


def eur(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


J2 = [  # data/stories/J2_costs.csv
    case.CostLine("one-off", 1, eur(51_000)),
    case.CostLine("one-off", 1, eur(120_000)),
    *(case.CostLine("recurring", year, eur(40_000)) for year in (1, 2, 3)),
]


# ── scores ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_assessment_of_the_story() -> None:
    assert scoring.weighted([30, 25, 20, 15, 10], [4, 3, 4, 3, 2]) == scoring.Score(Decimal("3.40"), Decimal("68.0"))


def test_zero_weights_and_no_scores_give_no_figure() -> None:
    assert scoring.weighted([0, 0], [5, 5]) is None
    assert scoring.weighted([], []) is None
    assert scoring.weighted([1, 1], [None, None]) is None
    assert "All weights are zero" in scoring.weights_are_right({"price": 0, "fit": 0})[0]


def test_what_is_not_scored_never_makes_an_option_look_better() -> None:
    some, all_ = scoring.weighted([50, 50], [4, None]), scoring.weighted([50, 50], [4, 1])
    assert some
    assert all_
    assert some.mean < all_.mean


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 5)), min_size=1, max_size=12))
def test_a_weighted_score_is_the_weighted_mean(pairs: list[tuple[int, int]]) -> None:
    weights, scores = [w for w, _s in pairs], [s for _w, s in pairs]
    found = scoring.weighted(weights, scores)
    if not sum(weights):
        assert found is None
        return
    exact = Fraction(sum(w * s for w, s in pairs), sum(weights))
    assert found is not None
    assert 0 <= found.share <= 100
    assert abs(Fraction(found.mean) - exact) <= Fraction(1, 200)
    assert abs(Fraction(found.share) - exact * 20) <= Fraction(1, 20)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_shares_are_rounded_half_up(part: int, whole: int) -> None:
    tenths = Fraction(part * 1000, whole)
    oracle = (abs(tenths) + Fraction(1, 2)).__floor__() * (1 if tenths >= 0 else -1)
    assert scoring.percent(part, whole) == Decimal(oracle) / 10


def test_scores_and_weights_out_of_range_are_named() -> None:
    assert len(scoring.scores_are_right({"fit": 6, "price": -1, "risk": None, "time": 5})) == 2
    assert "“price”" in scoring.weights_are_right({"fit": 1, "price": -1})[0]


# ── business case ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_business_case_of_the_story() -> None:
    customers = {1: 6, 2: 12, 3: 18}
    first = case.worked_out(J2, customers, eur(6_000))
    assert (first.cost, first.income, first.result) == (eur(291_000), eur(216_000), eur(-75_000))
    assert first.coverage == Decimal("74.2")
    second = case.worked_out(J2, customers, eur(8_100))
    assert (second.income, second.coverage, second.result) == (eur(291_600), Decimal("100.2"), eur(600))
    assert first.break_even == second.break_even == Decimal("8083.33")
    assert case.cost_by_year(J2, "EUR") == {1: eur(211_000), 2: eur(40_000), 3: eur(40_000)}


def test_without_customers_or_cost_there_is_no_figure() -> None:
    empty = case.worked_out(J2, {}, eur(6_000))
    assert (empty.break_even, empty.coverage, empty.result) == (None, Decimal("0.0"), eur(-291_000))
    assert case.worked_out([], {1: 3}, eur(10)).coverage is None


def test_currencies_are_not_mixed() -> None:
    with pytest.raises(CurrencyMismatchError):
        case.worked_out([case.CostLine("one-off", 1, Money.of(5, "USD"))], {1: 1}, eur(1))


@given(st.lists(st.integers(0, 10**9), max_size=8), st.lists(st.integers(0, 500), max_size=5), st.integers(0, 10**6))
def test_result_is_income_less_cost(costs: list[int], customers: list[int], price: int) -> None:
    lines = [case.CostLine("one-off", 1, Money(c, "EUR")) for c in costs]
    found = case.worked_out(lines, dict(enumerate(customers, 1)), Money(price, "EUR"))
    assert found.income.minor == price * sum(customers)
    assert found.result.minor == price * sum(customers) - sum(costs)
    if found.break_even is not None and sum(costs):
        at_break_even = Decimal(100) * found.break_even * found.units
        assert abs(at_break_even - sum(costs)) <= found.units / 2 + 1


# ── boards ────────────────────────────────────────────────────────────────────────────────────────────────────────

B1, B2, B3, B4, B5 = 1, 2, 3, 4, 5
FIVE = [votes.Seat(pk=10 + n, member=n) for n in (B1, B2, B3, B4, B5)]
RULES = votes.Rules(quorum=3)


def test_the_vote_of_the_story() -> None:
    assert votes.quorum_is_met(FIVE, [B1, B2, B3, B4], [], RULES) is None
    found = votes.counted({11: "yes", 12: "yes", 13: "yes", 14: "no"}, FIVE, RULES)
    assert found.carried
    assert found.told == "3 : 1"
    said = votes.quorum_is_met(FIVE, [B1, B2], [], RULES)
    assert said is not None
    assert said.startswith("No quorum: 2 of 3 ")


def test_a_tie_does_not_carry_and_abstentions_are_not_cast() -> None:
    assert not votes.counted({11: "yes", 12: "no"}, FIVE, RULES).carried
    assert votes.counted({11: "yes", 12: "abstain", 13: "abstain"}, FIVE, RULES).carried
    assert not votes.counted({11: "abstain"}, FIVE, RULES).carried
    assert not votes.counted({11: "yes", 12: "yes", 13: "no"}, FIVE, votes.Rules(3, Fraction(2, 3))).carried


def test_a_recused_seat_leaves_the_base_of_the_quorum() -> None:
    assert votes.quorum_is_met(FIVE, [B1, B2, B3], [14, 15], RULES) is None  # 3 of 5 of three seats: two
    assert votes.quorum_is_met(FIVE, [B1, B2], [14, 15], RULES) is None
    assert votes.quorum_is_met(FIVE, [B4, B5], [14, 15], RULES) is not None
    assert votes.quorum_is_met(FIVE, [B1], [11, 12, 13, 14, 15], RULES) == "No quorum: every seat is recused."


def test_a_deputy_votes_only_when_the_member_is_absent_and_for_one_seat() -> None:
    seats = [votes.Seat(1, B1, deputy=9), votes.Seat(2, B2, deputy=9), votes.Seat(3, B3, deputy=B1)]
    assert votes.may_vote(9, seats[0], seats, [B1, 9], []) == "The deputy votes only when the member is absent."
    assert votes.may_vote(9, seats[0], seats, [9], []) is None
    assert votes.may_vote(9, seats[1], seats, [9], []) == "This person votes for another seat already."
    assert votes.may_vote(B1, seats[2], seats, [B1], []) == "This person votes for another seat already."
    assert votes.may_vote(7, seats[0], seats, [7], []) is not None
    assert votes.may_vote(B1, seats[0], seats, [], []) == "Who is not present does not vote."
    assert votes.may_vote(B1, seats[0], seats, [B1], [1]) == "This seat is recused: it does not vote on this item."


def test_a_vote_counts_while_its_caster_votes_for_the_seat() -> None:
    seats = [votes.Seat(1, B1, deputy=9), votes.Seat(2, B2)]
    assert votes.valid([(1, 9, "yes"), (2, B2, "no")], seats, [9, B2], []) == {1: "yes", 2: "no"}
    assert votes.valid([(1, 9, "yes")], seats, [9, B1], []) == {}, "the member came"
    assert votes.valid([(1, B1, "yes")], seats, [9], []) == {}, "the member left, and the deputy has not voted"


def test_who_has_two_seats_fills_one_and_a_recused_member_is_nobodys_deputy() -> None:
    twice = [votes.Seat(1, B1), votes.Seat(2, B1, deputy=9)]
    assert votes.voters(twice, [B1, 9]) == {1: B1}
    assert votes.may_vote(B1, twice[1], twice, [B1, 9], []) == "This person votes for another seat already."
    interested = [votes.Seat(1, B1), votes.Seat(2, B2, deputy=B1)]
    assert votes.voters(interested, [B1]) == {1: B1}
    assert votes.voters(interested, [B1], [1]) == {}
    said = votes.may_vote(B1, interested[1], interested, [B1], [1])
    assert said == "This seat is recused: it does not vote on this item."


def test_a_deputy_of_the_chair_leads_while_the_chair_is_away() -> None:
    chair = [votes.Seat(1, B1, deputy=9)]
    assert votes.chairs(B1, chair, [])
    assert votes.chairs(9, chair, [9])
    assert not votes.chairs(9, chair, [B1, 9])
    assert not votes.chairs(None, [votes.Seat(1, B1)], [])


@given(
    there=st.sets(st.integers(1, 7)), recused=st.sets(st.integers(11, 17)), quorum=st.integers(1, 9),
    seats=st.integers(1, 7),
)  # fmt: skip
def test_the_quorum_falls_with_the_base_rounded_up(there: set[int], recused: set[int], quorum: int, seats: int) -> None:
    """By hand: seats that are not recused, of whom so many are there; quorum × base ÷ seats, rounded up."""
    listed = [votes.Seat(10 + n, n) for n in range(1, seats + 1)]
    base = [n for n in range(1, seats + 1) if 10 + n not in recused]
    met = bool(base) and sum(n in there for n in base) >= ceil(Fraction(quorum * len(base), seats))
    assert (votes.quorum_is_met(listed, there, recused, votes.Rules(quorum)) is None) == met


@given(
    cast=st.dictionaries(st.integers(0, 5), st.sampled_from(["yes", "no", "abstain"])),
    weights=st.lists(st.decimals("0.01", "999.99", places=2), min_size=6, max_size=6), majority=st.integers(50, 99),
)  # fmt: skip
def test_weighted_votes_carry_when_yes_exceeds_its_share_in_hundredths(
    cast: dict[int, str], weights: list[Decimal], majority: int
) -> None:
    listed = [votes.Seat(n, n, weight=w) for n, w in enumerate(weights)]
    whole = {c: sum(int(weights[n] * 100) for n, said in cast.items() if said == c) for c in ("yes", "no")}
    found = votes.counted(cast, listed, votes.Rules(1, Fraction(majority, 100)))
    assert found.carried == (100 * whole["yes"] > majority * (whole["yes"] + whole["no"]))
    assert (found.yes * 100, found.no * 100) == (whole["yes"], whole["no"])


@given(
    present=st.sets(st.integers(1, 9)), recused=st.sets(st.integers(10, 15)), quorum=st.integers(1, 5),
    deputies=st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=5, max_size=5),
)  # fmt: skip
def test_nobody_fills_two_seats_and_more_people_never_lose_a_quorum(
    present: set[int], recused: set[int], quorum: int, deputies: list[int | None]
) -> None:
    seats = [votes.Seat(10 + n, n, deputy=d if d != n else None) for n, d in enumerate(deputies, 1)]
    there = votes.occupied(seats, present, recused)
    assert len(there) <= len(present)
    assert not {s.pk for s in there} & recused
    assert all(s.member in present or s.deputy in present for s in there)
    rules = votes.Rules(quorum)
    if votes.quorum_is_met(seats, present, recused, rules) is None:
        assert votes.quorum_is_met(seats, present | {1, 2, 3, 4, 5}, recused, rules) is None


@given(st.dictionaries(st.sampled_from([s.pk for s in FIVE]), st.sampled_from(["yes", "no", "abstain"])))
def test_simple_majority_is_more_yes_than_no(cast: dict[int, str]) -> None:
    said = list(cast.values())
    assert votes.counted(cast, FIVE, RULES).carried == (said.count("yes") > said.count("no"))


# ── life of a service ─────────────────────────────────────────────────────────────────────────────────────────────


def work(technical: int, customer: int) -> list[life.Work]:
    """Deliverables done of six and of five."""
    return [life.Work(f"T{n}", "technical", "done" if n < technical else "todo") for n in range(6)] + [
        life.Work(f"C{n}", "customer", "done" if n < customer else "doing") for n in range(5)
    ]


TRACKS = {"technical": "technical track", "customer": "customer track"}


def test_the_gate_names_the_track_how_far_it_is_and_what_is_missing() -> None:
    assert life.both_tracks_closed(work(6, 4), TRACKS) == ["customer track 80 %; missing: C4."]
    assert life.both_tracks_closed(work(6, 5), TRACKS) == []
    waived = [life.Work("C4", "customer", "waived") if w.name == "C4" else w for w in work(6, 4)]
    assert life.both_tracks_closed(waived, TRACKS) == []
    assert len(life.both_tracks_closed(work(0, 0), TRACKS)) == 2


def test_penetration_pilot_and_leaving_of_the_story() -> None:
    assert life.penetration(14, 312) == Decimal("4.5")
    assert life.is_under(Decimal("4.5"), Decimal(10))
    assert not life.is_under(None, Decimal(10))
    assert not life.is_under(Decimal(1), None)
    assert life.uptime(78, 43_200) == Decimal("99.82")
    assert life.mean([5, 4, 4, 4, 4]) == Decimal("4.20")
    assert life.mean([]) is None
    assert scoring.percent(4, 5) == Decimal("80.0")
    fourteen = [life.Leaving(f"U{n}", n < 11) for n in range(14)]
    assert life.moved_share(fourteen) == Decimal("78.6")
    assert life.moved_share([life.Leaving(f"U{n}", n < 12) for n in range(14)]) == Decimal("85.7")
    said = life.all_have_left(fourteen)
    assert said is not None
    assert said.endswith(": U11, U12, U13.")
    assert said.startswith("3 subscriptions")
    assert life.all_have_left([life.Leaving("U", True)]) is None
    assert life.all_have_left([]) is None


def test_criteria_of_a_pilot() -> None:
    assert life.criterion_is_met("at_least", Decimal("99.5"), Decimal("99.82")) is True
    assert life.criterion_is_met("at_most", Decimal(10), Decimal(7)) is True
    assert life.criterion_is_met("at_most", Decimal(10), Decimal(11)) is False
    assert life.criterion_is_met("at_least", Decimal(1), None) is None


def test_six_months_notice_of_the_story() -> None:
    assert life.months_later(date(2026, 4, 1), 6) == date(2026, 10, 1)
    assert life.months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert life.end_keeps_notice(date(2026, 4, 1), 6, date(2026, 10, 1)) is None
    said = life.end_keeps_notice(date(2026, 4, 1), 6, date(2026, 9, 30))
    assert said is not None
    assert "6 months" in said


@given(st.dates(date(1970, 1, 1), date(2200, 1, 1)), st.integers(0, 240))
def test_months_later_keeps_the_day_or_takes_the_last(start: date, months: int) -> None:
    end = life.months_later(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(st.dates(), st.integers())
def test_months_beyond_the_calendar_are_its_first_or_last_day(start: date, months: int) -> None:
    at = start.year * 12 + start.month - 1 + months
    end = life.months_later(start, months)
    assert (end == date.min) if at < 12 else (end == date.max) if at >= 9999 * 12 + 11 else date.min < end < date.max


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda e: e[0] != e[1]), max_size=14))
def test_dependencies_close_no_circle_and_what_breaks_is_what_reaches(edges: set[tuple[int, int]]) -> None:
    kept: set[tuple[int, int]] = set()
    for edge in sorted(edges):
        if life.no_circle(kept, edge) is None:
            kept.add(edge)
    reach = {n: {b for a, b in kept if a == n} for n in range(7)}
    for _round in range(7):  # the closure, the long way
        reach = {n: found | {b for m in found for b in reach[m]} for n, found in reach.items()}
    assert all(n not in found for n, found in reach.items())
    for gone in range(7):
        assert set(ties.nearest(ties.steps(kept, to_needed=False), gone)) == {
            n for n, found in reach.items() if gone in found
        }


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=30))
def test_the_median_is_the_middle_half_up(days: list[int]) -> None:
    exact = Decimal(str(statistics.median(days)))
    assert life.median_days(days) == exact.quantize(Decimal(1), ROUND_HALF_UP)
