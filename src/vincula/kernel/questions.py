"""Questions: declared below, answered above, in the same transaction.

A gate asks ``what_stands_against(…)`` and collects sentences; rooms above answer without being known below.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import Promise

Sentence = str | Promise


class Question:
    """One question; calling it returns every sentence that the answers give, in order of registration."""

    def __init__(self, name: str, meaning: str) -> None:
        self.name, self.meaning = name, meaning
        self._answers: list[Callable[..., Iterable[Sentence]]] = []
        _declared[name] = self

    def answer(self, function: Callable[..., Iterable[Sentence]]) -> Callable[..., Iterable[Sentence]]:
        """Decorator: the function answers this question with sentences (none = nothing to say)."""
        if function not in self._answers:
            self._answers.append(function)
        return function

    def __call__(self, **subject: Any) -> list[Sentence]:
        return [sentence for answer in self._answers for sentence in answer(**subject)]

    def answered_by(self) -> list[str]:
        return [f"{a.__module__}.{a.__name__}" for a in self._answers]


_declared: dict[str, Question] = {}


def declared() -> dict[str, Question]:
    """Every question by name."""
    return dict(_declared)
