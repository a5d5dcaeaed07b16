"""Makes two years of interactions."""

from typing import Any

from vincula.parties import models
from vincula.parties.demo.ground import Ground
from vincula.parties.demo.organisations import SKETCHES, Sketch
from vincula.parties.demo.talk import ELSEWHERE, PLACES, TOPICS, Topic

HOW_MANY = {0: 0, 1: 3, 2: 9, 3: 19, 4: 33, 5: 62}
QUIET = {"dijleland": 127, "veluwe": 96, "archief": 210, "ijssel": 160, "moselle-uni": 104}  # silent for so many days
FOREIGN = {
    "fr": ("FR", "BE-Wallonia", "BE-Brussels"),
    "nl": ("NL", "BE-Flanders"),
    "ru": ("UA", "EE", "BG"),
    "uk": ("UA",),
    "de": ("LU",),
}
KINDS = ("call", "call", "call", "email", "email", "visit", "meeting", "training", "event")
MINUTES = {
    "call": (10, 15, 25, 40),
    "visit": (90, 120, 180),
    "meeting": (45, 60, 90),
    "training": (120, 240),
    "event": (180, 360),
}


def interactions(g: Ground) -> None:
    """As many as an organisation is close to us; each owned by who looks after it."""
    by_owner: dict[Any, tuple[list[Any], list[dict[str, list[int]]]]] = {}
    for s in SKETCHES:
        people = g.people_of.get(s.key, [])
        for n in range(HOW_MANY[s.contact] if people else 0):
            record, others = _one(g, s, people, n)
            records, lists = by_owner.setdefault(record.owner, ([], []))
            records.append(record)
            lists.append({"participants": others})
    for owner, (records, lists) in by_owner.items():
        g.store(records, lists, who=owner)


def _one(g: Ground, s: Sketch, people: list[Any], n: int) -> tuple[models.Interaction, list[int]]:
    owner = g.steward_of(s)
    first = QUIET.get(s.key, 1 + (sum(map(ord, s.key)) % (14 if s.contact > 2 else 85)))
    back = first + n if n < 2 else g.dice.randrange(first, 725)
    at = g.moment(back)
    theirs = g.dice.sample(people, min(len(people), g.dice.choice((1, 1, 2))))
    ours = [p for p in g.staff.values() if p.user_id is not None and p.user_id == getattr(owner, "pk", None)]
    languages = [c for c, places in FOREIGN.items() if s.country in places or f"{s.country}-{s.region}" in places]
    if languages and g.dice.random() < 0.16:
        record = _elsewhere(g, g.dice.choice(languages), theirs[0])
    else:
        record = _english(g, g.dice.choice(TOPICS), theirs[0])
    record.organisation, record.owner, record.at = g.organisations[s.key], owner, at
    record.minutes = g.dice.choice(MINUTES[record.kind]) if record.kind in MINUTES else None
    record.location = g.dice.choice(PLACES) if record.kind in ("visit", "meeting", "training", "event") else ""
    record.created_at = record.updated_at = at
    return record, [p.pk for p in [*theirs, *ours]]


def _english(g: Ground, topic: Topic, person: Any) -> models.Interaction:
    filled = {"who": person.name, "n": g.dice.choice((4, 7, 12, 18, 26, 40, 62, 85))}
    notes = " ".join(note.format(**filled) for note in g.dice.sample(topic.notes, g.dice.choice((1, 2, 2, 3))))
    return models.Interaction(
        kind=g.dice.choice(KINDS), subject=g.dice.choice(topic.titles), notes=notes,
        outcome=g.dice.choice(topic.outcomes) if g.dice.random() < 0.7 else "",
        next_step=g.dice.choice(topic.steps) if g.dice.random() < 0.4 else "",
        tags=[topic.subject.lower()] if g.dice.random() < 0.3 else [],
    )  # fmt: skip


def _elsewhere(g: Ground, language: str, person: Any) -> models.Interaction:
    _language, kind, subject, notes, outcome = g.dice.choice([row for row in ELSEWHERE if row[0] == language])
    name = person.native_name if language in ("ru", "uk") and person.native_name else person.name
    return models.Interaction(kind=kind, subject=subject, notes=notes.format(who=name), outcome=outcome)
