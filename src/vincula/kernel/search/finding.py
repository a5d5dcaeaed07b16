"""Answering a query: the most certain ways to match first, until enough is found that the person may see."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz

from vincula.kernel import folding
from vincula.kernel.access.among import among
from vincula.kernel.search import engines, reach, typos
from vincula.kernel.search.models import Entry, Name
from vincula.kernel.search.words import Hit, Query, Visible, Word, name_keys, tokens_of, understand

ACRONYM, EXACT, BEGINNING, TITLE, TEXT, FORGIVEN, SOME = 100.0, 90.0, 70.0, 50.0, 30.0, 15.0, 5.0
BATCHES = (100, 400, 1000, 3500)  # sizes of one way's batches: most answers need the first one only
MOST_SEEN = 3_500  # candidates of one search: who may see few of them waits no longer for it than others
EXCERPT = 160
_SPAN = re.compile(r"[^\W_]+")


class Candidate(NamedTuple):
    """An entry that matches, with its record; ``key`` is the name that does, if a whole one does."""

    entry_id: int
    entity: str
    object_id: int
    score: float
    key: str


Way = Iterator[list[Candidate]]


@dataclass
class Search:
    """One search while it runs."""

    query: Query
    entities: Collection[str]
    visible: Visible
    limit: int
    excerpts: int = 0  # of each entity

    def run(self) -> list[Hit]:
        """What is sure; when there is nothing, what is probable; when that is nothing, what has something of it."""
        hits: dict[int, Hit] = {}
        seen: set[int] = set()
        for way in (self._exact, self._beginning, self._words):
            if self._follow(way(), hits, seen):
                break
        return self._probably(hits, seen)

    def _probably(self, hits: dict[int, Hit], seen: set[int]) -> list[Hit]:
        for way in (self._forgiven, self._some):
            if not hits:
                self._follow(way(), hits, seen)
        return self._told(hits)

    def _told(self, hits: dict[int, Hit]) -> list[Hit]:
        """The hits, best first; as many of each entity as are looked at closely with a passage."""
        best = sorted(hits, key=lambda pk: -hits[pk].score)
        closely: list[int] = []
        left = dict.fromkeys(self.entities, self.excerpts)
        for pk in best:
            if left[hits[pk].entity]:
                left[hits[pk].entity] -= 1
                closely.append(pk)
        for pk, entry in Entry.objects.in_bulk(closely).items() if closely else ():
            hits[pk] = replace(hits[pk], excerpt=self._excerpt(entry))
        return [hits[pk] for pk in best]

    def _follow(self, way: Way, hits: dict[int, Hit], seen: set[int]) -> bool:
        """Collect the visible hits of one way; True when there are enough."""
        for batch in way:
            new = {c.entry_id: c for c in reversed(batch) if c.entry_id not in seen}
            seen.update(new)
            for hit_id, hit in self._shown(new):
                hits[hit_id] = hit
                if len(hits) >= self.limit:
                    return True
            if len(seen) > MOST_SEEN:
                return True
        return False

    def _shown(self, candidates: dict[int, Candidate]) -> list[tuple[int, Hit]]:
        """Those of the candidates that the person may see, best first."""
        seen = self._seen(candidates.values())
        if not seen:
            return []
        rows = Entry.objects.filter(among(c.entry_id for c in seen))  # no other condition: SQLite would follow it
        named = {pk: (title, acronym) for pk, title, acronym in rows.values_list("pk", "title", "acronym")}
        ranked: list[tuple[float, str, int, Hit]] = []
        for one in seen:
            if one.entry_id in named:
                title, acronym = named[one.entry_id]
                score = one.score + self._likeness(title, one)
                hit = Hit(one.entity, one.object_id, title, acronym, "", round(score, 3))
                ranked.append((-score, title, one.entry_id, hit))
        return [(pk, hit) for _score, _title, pk, hit in sorted(ranked, key=lambda each: each[:3])[: self.limit]]

    def _seen(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Those that the person may see."""
        by_entity: dict[str, dict[int, Candidate]] = {}
        for candidate in candidates:
            by_entity.setdefault(candidate.entity, {})[candidate.object_id] = candidate
        return [
            found[object_id]
            for entity, found in by_entity.items()
            for object_id in set(self.visible(entity, list(found))).intersection(found)
        ]

    def _likeness(self, title: str, candidate: Candidate) -> float:
        """0 to 9: how near the matching name, else the title, is to what was typed."""
        key = candidate.key or folding.key(title)
        return 9 * fuzz.ratio(self.query.keys[0], key) / 100

    def _excerpt(self, entry: Entry) -> str:
        """The alias that matched, else the passage of the text that did, else the beginning of the text."""
        title = {token for word in folding.spelled(entry.title) for token in tokens_of(word)}
        if not all(word.matches(title) for word in self.query.words):
            for name in entry.names:
                tokens = {token for word in folding.spelled(name) for token in tokens_of(word)}
                if set(name_keys(name)) & set(self.query.keys) or all(w.matches(tokens) for w in self.query.words):
                    return str(name)
        return _passage(entry.text, self.query.words)

    @cached_property
    def _probable(self) -> tuple[Word, ...]:
        return typos.forgiven(self.query.words)

    def _exact(self) -> Way:
        """Acronyms, then titles and other names, that are just what was typed."""
        names = Name.objects.filter(key__in=self.query.keys, entry__entity__in=self.entities).order_by("rank", "pk")
        for rank, score in (([Name.Rank.ACRONYM], ACRONYM), ([Name.Rank.TITLE, Name.Rank.NAME], EXACT)):
            rows = names.filter(rank__in=rank).values_list("entry_id", "entry__entity", "entry__object_id", "key")
            yield [Candidate(entry_id, kind, pk, score, key) for entry_id, kind, pk, key in rows[: sum(BATCHES)]]

    def _beginning(self) -> Way:
        """Names that begin with what was typed."""
        for key in self.query.keys:
            after = None
            for size in BATCHES:
                names = engines.engine().beginning(key, entities=self.entities, after=after, limit=size)
                yield [Candidate(n.entry_id, n.entity, n.object_id, BEGINNING, n.key) for n in names]
                if len(names) < size:
                    break
                after = names[-1]

    def _words(self) -> Way:
        """Every word in title and names, then anywhere."""
        yield from self._matching(self.query.words, TITLE, titles=True)
        yield from self._matching(self.query.words, TEXT, titles=False)

    def _matching(self, words: tuple[Word, ...], score: float, *, titles: bool) -> Way:
        skip = 0
        for size in BATCHES if words else ():
            found = engines.engine().match(words, titles=titles, entities=self.entities, skip=skip, limit=size)
            yield [Candidate(m.entry_id, m.entity, m.object_id, score, "") for m in found]
            if len(found) < size:
                return
            skip += size

    def _forgiven(self) -> Way:
        """Every word, or one that it may be a slip of. Only when nothing visible was found: so what a person may
        not see changes nothing in what is offered."""
        words = self._probable
        if words == self.query.words:  # no other words are near: these were looked for
            return
        yield from self._matching(words, FORGIVEN + 5, titles=True)
        yield from self._matching(words, FORGIVEN, titles=False)

    def _some(self) -> Way:
        """All words but one, then single words, long ones first: they say more."""
        words = self._probable
        if len(words) > 2:
            for left_out in sorted(words, key=lambda word: len(word.folded)):
                rest = tuple(word for word in words if word is not left_out)
                yield from self._matching(rest, SOME + 5, titles=False)
        if len(words) > 1:
            for word in sorted(words, key=lambda word: -len(word.folded)):
                yield from self._matching((word,), SOME, titles=False)


def _passage(text: str, words: Collection[Word]) -> str:
    """About ``EXCERPT`` characters of ``text`` around the first of ``words``."""
    start = 0
    for match in _SPAN.finditer(text[:20_000]):
        spelled = folding.spelled(match[0])
        if spelled and any(word.matches(tokens_of(spelled[0])) for word in words):
            start = max(0, match.start() - EXCERPT // 3)
            break
    passage = " ".join(text[start : start + EXCERPT].split())
    return f"{'… ' if start else ''}{passage}{' …' if start + EXCERPT < len(text) else ''}"


def find(query: str, *, entities: Collection[str], visible: Visible, limit: int = 20, excerpts: int = 20) -> list[Hit]:
    """The records that ``query`` means, best first, at most ``limit``; only what ``visible`` lets through.

    ``visible(entity, ids)`` answers which ids the person may see; nothing of any other record leaves this
    function, not even that it exists. When too few remain of the first candidates, the next thousands are tried; a
    ``Sight`` narrows them beforehand. Nothing that a person can type raises. One letter finds names that begin with
    it. ``excerpts``: how many hits of each entity get one; hundreds without are cheap.
    """
    from vincula.kernel.search import partial  # which is a search as well

    understood = understand(query)
    if not understood.keys or not entities or limit < 1:
        return []
    there = reach.present(entities)
    narrowed = reach.of(visible, there) if isinstance(visible, reach.Sight) else None
    if narrowed is None:
        return Search(understood, there, visible, limit, excerpts).run()
    return partial.Partial(understood, there, visible, limit, excerpts, reach=narrowed).run()
