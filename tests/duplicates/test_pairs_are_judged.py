"""How well likely duplicates are told from others: measured on 2,000 labelled pairs, half of them held out (X4)."""

import pytest

from tests.duplicates.labelled import Labelled, pairs
from vincula.kernel.duplicates import scoring
from vincula.kernel.duplicates.features import Reader
from vincula.kernel.duplicates.keys import of as keys_of
from vincula.kernel.entity import registry

RECALL, PRECISION = 0.95, 0.98


def judged(pair: Labelled) -> tuple[bool, bool, scoring.Verdict]:
    """(said to be the same, share a key so that they are compared at all, the verdict)."""
    reader = Reader(registry.get(pair.entity))
    left = reader.of_values(pair.left, pair.left_among)
    right = reader.of_values(pair.right, pair.right_among)
    said = scoring.compare(left, right)
    return said.score >= scoring.LIKELY, bool(set(keys_of(left)) & set(keys_of(right))), said


@pytest.mark.parametrize("half", ["tuning", "held_out"])
def test_recall_and_precision_hold(half: str, record_property: pytest.FixtureRequest) -> None:
    labelled: list[Labelled] = getattr(pairs(), half)
    assert len(labelled) == 1000
    for entity in ("parties.person", "parties.organisation"):
        found = missed = wrong = 0
        for pair in (p for p in labelled if p.entity == entity):
            yes, compared, _said = judged(pair)
            found += yes and compared and pair.same
            missed += pair.same and not (yes and compared)
            wrong += yes and compared and not pair.same
        recall, precision = found / (found + missed), found / (found + wrong)
        record_property("figures", f"duplicates, {half}, {entity}: recall {recall:.3f}, precision {precision:.3f}")  # type: ignore[operator]  # pytest's own
        assert recall >= RECALL, entity
        assert precision >= PRECISION, entity


def test_the_pairs_are_the_same_each_time() -> None:
    assert pairs() == pairs.__wrapped__()
    assert len({repr(p) for p in pairs().tuning} & {repr(p) for p in pairs().held_out}) == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"given_name": "Щербаков", "family_name": "Дмитрий"}, {"given_name": "Dmitry", "family_name": "Shcherbakov"}),
        ({"given_name": "Саша", "family_name": "Иванова"}, {"given_name": "Alexandra", "family_name": "Ivanova"}),
        ({"given_name": "J.", "family_name": "Janssens", "emails": ["j@x.example"]},
         {"given_name": "Jan", "family_name": "Janssens", "emails": ["j@x.example"]}),
    ],
)  # fmt: skip
def test_people_are_known_again(left: dict[str, object], right: dict[str, object]) -> None:
    assert judged(Labelled("parties.person", left, right, True, ""))[:2] == (True, True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"name": "Ghent University", "country": "BE"}, {"name": "Ghent University", "country": "US"}),
        ({"name": "Ghent University"}, {"name": "Ghent University Library"}),
        ({"name": "Ghent University"}, {"name": "Ghent College"}),
        ({"name": "Esa", "references": {"ror": ["https://ror.org/1"]}}, {"name": "Esa", "references": {"ror": ["https://ror.org/2"]}}),
    ],
)  # fmt: skip
def test_others_are_not_taken_for_the_same(left: dict[str, object], right: dict[str, object]) -> None:
    assert not judged(Labelled("parties.organisation", left, right, False, ""))[0]


def test_the_order_of_two_does_not_matter() -> None:
    for pair in pairs().held_out[::7]:
        swapped = Labelled(pair.entity, pair.right, pair.left, pair.same, "", pair.right_among, pair.left_among)
        assert abs(judged(pair)[2].points - judged(swapped)[2].points) < 1e-9, pair
