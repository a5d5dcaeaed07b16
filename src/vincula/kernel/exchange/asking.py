"""What a profile asks before a file is read (``profile.Choice``): the answers of a run, checked against its options (X3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from vincula.kernel.exchange import profile as profiles
from vincula.kernel.exchange.limits import Unreadable
from vincula.kernel.exchange.models import ImportRun
from vincula.kernel.exchange.profile import Choice, Profile

ANSWERS = "answers"  # among the options of a run: {key: value}


def choices(run: ImportRun, who: Any) -> Sequence[Choice]:
    """What is asked about this run; offered is what ``who`` may answer."""
    profile = profiles.get(run.profile) if run.profile else None
    return profile.choices(who) if profile is not None else ()


def taken(run: ImportRun, who: Any, given: Mapping[str, str]) -> dict[str, str]:
    """One answer for each choice: the given one, else that of before, else the default. Raises Unreadable."""
    asked = {choice.key: choice for choice in choices(run, who)}
    if unknown := [key for key in given if key not in asked]:
        raise Unreadable(_("Nothing called “%(key)s” is asked about this file."), key=unknown[0][:40])
    before = run.options.get(ANSWERS) or {}
    answers = {key: given.get(key) or before.get(key) or choice.default for key, choice in asked.items()}
    for key, choice in asked.items():
        if answers[key] not in dict(choice.options):
            if key in given:
                raise Unreadable(_("“%(value)s” cannot be chosen for “%(question)s”."),
                                 value=answers[key][:40], question=choice.label)  # fmt: skip
            answers[key] = choice.default
    return answers


def check_rights(run: ImportRun, who: Any) -> None:
    """PermissionDenied when an answer is not among those that ``who`` may give (any more)."""
    answers = run.options.get(ANSWERS) or {}
    for choice in choices(run, who):
        if answers.get(choice.key, choice.default) not in dict(choice.options):
            said = _("Your roles do not let you choose this for “%(question)s”.")
            raise PermissionDenied(said % {"question": choice.label})


def answered(run: ImportRun) -> Profile | None:
    """The profile of the run with its answers; None when the run has none."""
    profile = profiles.get(run.profile) if run.profile else None
    return profile.chosen(run.options.get(ANSWERS) or {}) if profile is not None else None


def told(run: ImportRun, who: Any) -> list[dict[str, Any]]:
    """Each choice with its options and the present answer, for the page and the history."""
    answers = run.options.get(ANSWERS) or {}
    return [
        {"key": choice.key, "label": choice.label, "help": choice.help, "options": choice.options,
         "value": value if (value := answers.get(choice.key)) in dict(choice.options) else choice.default}
        for choice in choices(run, who)
    ]  # fmt: skip
