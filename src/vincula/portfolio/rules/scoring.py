"""Assessments: options against weighted criteria (formula 8; requirements L3, L4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

BEST = 5  # the highest score
TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """Half up, away from zero: 66.45 → 66.5."""
    return value.quantize(step, ROUND_HALF_UP)


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Share in % with one decimal; None when there is no whole to take a share of."""
    if not whole:
        return None
    return rounded(Decimal(100) * Decimal(part) / Decimal(whole), TENTH)


@dataclass(frozen=True)
class Score:
    """A weighted score: ``mean`` of ``BEST`` with two decimals, and the same as a share in % with one."""

    mean: Decimal
    share: Decimal


def weighted(weights: Sequence[Decimal | int], scores: Sequence[Decimal | int | None]) -> Score | None:
    """Σ w·s ÷ Σ w, and Σ w·s ÷ (5 · Σ w). Weights 30/25/20/15/10 and scores 4, 3, 4, 3, 2 → 3.40 of 5 = 68.0 %.

    A criterion that is not scored yet counts nothing in the sum but keeps its weight: what is not known never makes an
    option look better. None (no figure) when no weight is above zero or nothing is scored.
    """
    total = sum((Decimal(w) for w in weights), Decimal(0))
    if total <= 0 or all(s is None for s in scores):
        return None
    got = sum((Decimal(w) * Decimal(s or 0) for w, s in zip(weights, scores, strict=True)), Decimal(0))
    return Score(rounded(got / total, HUNDREDTH), rounded(100 * got / (BEST * total), TENTH))


def scores_are_right(scores: Mapping[str, Decimal | int | None]) -> list[str]:
    """Every score lies between 0 and 5."""
    return [
        _("“%(criterion)s”: a score is a number from 0 to 5.") % {"criterion": name}
        for name, score in scores.items()
        if score is not None and not 0 <= score <= BEST
    ]


def weights_are_right(weights: Mapping[str, Decimal | int]) -> list[str]:
    """No weight is negative, and one is above zero."""
    wrong = [
        _("“%(criterion)s”: a weight is not negative.") % {"criterion": name}
        for name, weight in weights.items()
        if weight < 0
    ]
    if weights and not wrong and not any(weights.values()):
        wrong.append(_("All weights are zero: give at least one criterion a weight."))
    return wrong
