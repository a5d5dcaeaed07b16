"""Who knows what (requirement E9)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from vincula.kernel import clock
from vincula.kernel.folding import words
from vincula.kernel.records.models import IndexValue
from vincula.parties import rules
from vincula.parties.models import Expertise, Person, Subject


@dataclass(frozen=True)
class Known:
    """One thing that a person knows, and how sure we are."""

    expertise: Expertise
    score: float


@dataclass
class Expert:
    """A person who knows something of what was asked; ``score`` is the best single answer."""

    person: Person
    score: float
    expertise: list[Known] = field(default_factory=list)


def find_the_expert(sought: str, user: Any, *, limit: int = 30) -> list[Expert]:
    """People who know the subjects that the words name, or parts of them; the surest first.

    A subject is meant when each word begins one of the words of its name, in any language. Below it in the tree counts
    as well. People are ranked by rules.expertise_score of their best answer, then by name.
    """
    subjects = _below(_named(words(sought), user), user)
    if not subjects:
        return []
    today = clock.today()
    found: dict[int, Expert] = {}
    rows = Expertise.objects.visible_to(user).filter(subject__in=subjects).select_related("person", "subject")
    seen = set(Person.objects.visible_to(user).filter(expertise__in=rows).values_list("pk", flat=True))
    for row in rows:
        if row.person_id not in seen:
            continue
        score = rules.expertise_score(row.level, row.last_confirmed, row.evidence, today)
        one = found.setdefault(row.person_id, Expert(row.person, score))
        one.score = max(one.score, score)
        one.expertise.append(Known(row, score))
    for one in found.values():
        one.expertise.sort(key=lambda known: (-known.score, known.expertise.pk))
    return sorted(found.values(), key=lambda one: (-one.score, one.person.name_folded))[:limit]


def _named(sought: list[str], user: Any) -> set[int]:
    """Subjects whose names have all the words, each as the beginning of a word."""
    if not sought:
        return set()
    names: dict[int, list[str]] = defaultdict(list)
    for pk, name in Subject.objects.visible_to(user).values_list("pk", "name_folded"):
        names[pk].append(name)
    translated = IndexValue.objects.filter(entity="parties.subject", field="names", object_id__in=list(names)[:900])
    for pk, name in translated.values_list("object_id", "value"):
        names[pk].append(name)
    return {pk for pk, listed in names.items() if any(_fits(sought, name) for name in listed)}


def _fits(sought: list[str], name: str) -> bool:
    there = words(name)
    return all(any(word.startswith(part) for word in there) for part in sought)


def _below(subjects: set[int], user: Any) -> set[int]:
    """The subjects and all that are part of them."""
    children: dict[int | None, list[int]] = defaultdict(list)
    if subjects:
        for pk, parent in Subject.objects.visible_to(user).values_list("pk", "parent_id"):
            children[parent].append(pk)
    found, waiting = set(subjects), list(subjects)
    while waiting:
        for child in children[waiting.pop()]:
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def experts_count(subjects: Sequence[int], user: Any) -> dict[int, int]:
    """{subject: people who know it, of any level}."""
    rows = Expertise.objects.visible_to(user).filter(subject__in=subjects)
    return dict(rows.order_by().values_list("subject_id").annotate(n=Count("person_id", distinct=True)))
