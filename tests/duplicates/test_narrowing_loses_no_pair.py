"""What is told of candidates before their names are compared never takes a likely one away (X4)."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vincula.kernel.access import door
from vincula.kernel.duplicates import finding, narrowing, scoring
from vincula.kernel.duplicates.features import Features, human_of, name_of
from vincula.kernel.entity import registry
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

NAMES = [
    "KU Leuven",
    "Universiteit Leuven",
    "Université de Gand",
    "УНИВЕРСИТЕТ Гента",
    "ESO",
    "Sternwarte",
    "European S O",
]
WEBSITES = ["https://leuven.example", "www.gand.example", "http://ESO.example/x", "\u212avin.example", "kvin.example"]
DOMAINS = [
    "leuven.example",
    "eso.example",
    "\u212avin.example",
    "KVIN.example",
]  # a Kelvin sign is a k in small letters
features = st.builds(
    Features,
    pk=st.integers(0, 3),
    names=st.lists(st.sampled_from([name_of(n) for n in NAMES]), max_size=3).map(tuple),
    acronyms=st.frozensets(st.sampled_from(["eso", "kul", "uol"]), max_size=2),
    codes=st.dictionaries(st.just("eori"), st.sampled_from(["1", "2"])),
    references=st.frozensets(st.sampled_from([("ror", "1"), ("ror", "2"), ("isni", "3")]), max_size=2),
    emails=st.frozensets(st.sampled_from(["a@eso.example", "b@eso.example"]), max_size=1),
    phones=st.frozensets(st.sampled_from(["12345678", "87654321"]), max_size=1),
    domains=st.frozensets(st.sampled_from(["eso.example", "a.eso.example", "gand.example"]), max_size=2),
    country=st.sampled_from(["", "BE", "DE"]),
    places=st.frozensets(st.sampled_from(["leuven", "gent", "louvain"]), max_size=1),
)


@settings(max_examples=150, deadline=None)
@given(features, features)
def test_no_comparison_gives_more_points_than_the_bound_says(a: Features, b: Features) -> None:
    assert scoring.compare(a, b).points <= scoring.at_most(a, b) + 1e-9


HUMANS = [
    human_of(*parts)
    for parts in (
        ("Anna", "Maes"),
        ("Maes", "Anna"),
        ("A.", "Maes"),
        ("Anne", "Maas"),
        ("Анна", "Маес"),
        ("Anna Maes", ""),
    )
]
people = st.builds(
    Features,
    pk=st.integers(0, 3),
    humans=st.lists(st.sampled_from(HUMANS), max_size=2).map(tuple),
    codes=st.dictionaries(st.just("orcid"), st.sampled_from(["1", "2"])),
    references=st.frozensets(st.sampled_from([("orcid", "1"), ("hr", "3")]), max_size=1),
    emails=st.frozensets(st.sampled_from(["anna@maes.example", "a@maes.example", "info@maes.example", "a@gmail.com"]), max_size=2),
    phones=st.frozensets(st.sampled_from(["12345678", "87654321"]), max_size=1),
    country=st.sampled_from(["", "BE", "DE"]),
    among=st.frozensets(st.integers(1, 3), max_size=2),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(people, people)
def test_no_two_people_get_more_points_than_the_bound_says(a: Features, b: Features) -> None:
    said = scoring.compare(a, b)
    assert said.points <= scoring.at_most(a, b) + 1e-9
    assert scoring.worth_it(a, b) or said.score < scoring.LIKELY


def test_the_bound_spares_most_namesakes_elsewhere() -> None:
    one, other = (
        Features(humans=(HUMANS[0],), among=frozenset({n}), emails=frozenset({f"{n}@gmail.com"})) for n in (1, 2)
    )
    assert not scoring.worth_it(one, other)
    other.among = one.among
    assert scoring.worth_it(one, other)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_records_are_likely_with_and_without_narrowing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)

    def some() -> dict[str, Any]:
        listed = [dice.choice(DOMAINS)] if dice.random() < 0.6 else []
        return {
            "name": dice.choice(NAMES), "country": dice.choice(["BE", "DE", "FR", ""]), "website": dice.choice(["", *WEBSITES]),
            "city": dice.choice(["", "Leuven", "Gent"]), "acronym": dice.choice(["", "ESO", "KUL"]), "email_domains": listed,
            "references": dice.choice([{}, *({"ror": [f"https://ror.org/{n}"]} for n in ("0ABC12", "0äbc12", "0abc13"))]),
        }  # fmt: skip

    made = [factories.organisation(**some()) for _ in range(25)]
    Organisation.objects.filter(pk=made[0].pk).update(trashed_at=made[0].created_at)  # its keys are still there
    asked = [some() for _ in range(25)]
    entity = registry.get("parties.organisation")
    spared: list[int] = []
    narrow = narrowing.narrowed

    def counted(reader: Any, own: Any, near: list[set[int]], *given: Any) -> list[set[int]]:
        left = narrow(reader, own, near, *given)
        spared.append(sum(map(len, near)) - sum(map(len, left)))
        return left

    monkeypatch.setattr(narrowing, "narrowed", counted)
    quick = finding.likely(entity, asked, door.SYSTEM)
    monkeypatch.setattr(narrowing, "narrowed", lambda reader, own, near, *given: near)
    monkeypatch.setattr(scoring, "at_most", lambda a, b: 1e9)
    assert quick == finding.likely(entity, asked, door.SYSTEM)
    assert any(quick)
    assert spared[0] > 20
