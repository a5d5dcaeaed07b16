"""Whatever is sent to the API, it answers as its description says (X7, X9): schemathesis draws, ``described`` judges."""

import os
import random
from collections import Counter
from typing import Any

import pytest

from tests.hostile import described, fuzzing, world
from tests.reliability import card

pytestmark = pytest.mark.django_db
SHORT = 12  # requests of each operation
ENOUGH = 64_000  # requests of the deep run, over all operations and both databases
SHARES = 8  # in how many tests the operations are dealt out, so that two processes end at the same time


def fuzzed(
    asked: list[described.Operation], each: int, number: int, *slugs: str
) -> tuple[Counter[int], dict[str, str]]:
    """Statuses that were answered, and what was wrong with which request."""
    here = world.build(*slugs)
    statuses, wrong = Counter[int](), dict[str, str]()
    for one in asked:
        tally = fuzzing.fuzz(here, one, each, number)
        statuses += tally.statuses
        wrong |= tally.wrong
    return statuses, wrong


def shown(wrong: dict[str, str]) -> str:
    return "\n".join(f"{what}\n    {request}" for what, request in wrong.items())


def test_answers_are_as_described_whatever_is_sent(record_property: Any) -> None:
    chosen = [o for o in described.operations() if o.name.startswith("tasks_") or o.entity is None]
    statuses, wrong = fuzzed(chosen, SHORT, 1, "tasks", "organisations", "people", "teams")
    record_property("figures", f"{statuses.total()} requests drawn from the description, {len(wrong)} kinds of fault")
    assert not wrong, shown(wrong)
    assert {200, 204, 404, 422} <= set(statuses)


@pytest.mark.deep
@pytest.mark.parametrize("share", range(SHARES))
def test_every_operation_answers_as_described_whatever_is_sent(share: int, record_property: Any) -> None:
    number = int(os.environ.get("VINCULA_SEED", random.SystemRandom().randrange(2**32)))
    there = described.operations()
    statuses, wrong = fuzzed(list(there[share::SHARES]), -(-ENOUGH // (2 * len(there))), number)
    card.record("cases", "requests drawn from the description of the API", statuses.total(), len(wrong))
    told = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    record_property("figures", f"{statuses.total()} requests drawn (VINCULA_SEED={number}): {told}")
    assert not wrong, shown(wrong)
