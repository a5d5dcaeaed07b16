"""Searching for who sees only a part: what they see narrows the candidates in the statement itself (see ``reach``)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from vincula.kernel.access.among import among
from vincula.kernel.search import engines, finding
from vincula.kernel.search.engines import Match, Within
from vincula.kernel.search.finding import ACRONYM, BATCHES, BEGINNING, EXACT, MOST_SEEN, TEXT, TITLE, Candidate, Way
from vincula.kernel.search.models import Entry, Name
from vincula.kernel.search.reach import Reach
from vincula.kernel.search.words import Hit, Word, tokens_in

MOST_BETTER = 2_000  # candidates among which each surer way looks for better hits, once there are as many as are wanted


@dataclass(kw_only=True)
class Partial(finding.Search):
    """A search whose ways give only what is in reach, each in one statement that looks at ``MOST_SEEN`` at most."""

    reach: Reach
    common: bool = False  # words that nothing in reach has, but thousands of records: no slip of others
    titled: list[Match] = field(default_factory=list)  # what has the words in its title, once that is known

    def run(self) -> list[Hit]:
        """As ever; but what is no more than is wanted is ranked at once, instead of looked for in four ways."""
        words = self.query.words
        if not words or not words[-1].prefixes:  # only names say what one letter may begin
            return super().run()
        anywhere = self._reached(words, titles=False, most=self.most + 1)
        if not anywhere:
            return self._probably({}, set())
        ranked = self._ranked(anywhere)
        if len(anywhere) <= self.most:
            return self._of(ranked)
        every = all(candidate.score > TEXT for candidate in ranked)  # then these are also the first by their titles
        self.titled = (
            anywhere if every else self._reached(words, titles=True, most=self.most + 1, among_first=MOST_BETTER)
        )
        if len(self.titled) > self.most:
            return super().run()
        had = {match.entry_id for match in self.titled}
        return self._of([*self._ranked(self.titled), *(c for c in ranked if c.entry_id not in had)])

    @property
    def most(self) -> int:
        """How many are ranked: more than are wanted, as ``run`` does it with its first batch."""
        return max(self.limit, BATCHES[0])

    def _of(self, candidates: list[Candidate]) -> list[Hit]:
        return self._told(dict(self._shown({c.entry_id: c for c in candidates})))

    def _ranked(self, found: list[Match]) -> list[Candidate]:
        """Each as the surest way would find it: a name that begins with what was typed has all the words."""
        numbers = [match.entry_id for match in found]
        sure: dict[int, tuple[float, str]] = {}
        names = Name.objects.filter(among(numbers, "entry_id")).order_by("key").values_list("entry_id", "key", "rank")
        for typed in self.query.keys:
            for pk, key, rank in names:
                if (score := self._sure(typed, key, rank)) > sure.get(pk, (0.0, ""))[0]:
                    sure[pk] = score, key
        rest = [pk for pk in numbers if pk not in sure]
        for pk, title, acronym, others in Entry.objects.filter(among(rest)).values_list(
            "pk", "title", "acronym", "names"
        ):
            tokens = tokens_in([title, acronym, *others])
            sure[pk] = (TITLE if all(word.matches(tokens) for word in self.query.words) else TEXT), ""
        return [Candidate(*match, *sure[match.entry_id]) for match in found if match.entry_id in sure]

    def _sure(self, typed: str, key: str, rank: int) -> float:
        """How sure one whole name makes it; 0 when it does not."""
        if key == typed:
            return ACRONYM if rank == Name.Rank.ACRONYM else EXACT
        return BEGINNING if key.startswith(typed) else 0.0

    def _seen(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """What was found in reach was found by the door's own condition; of the rest it is asked."""
        given = list(candidates)
        rest = [c for c in given if c.entity not in self.reach.narrow]
        return [c for c in given if c.entity in self.reach.narrow] + (super()._seen(rest) if rest else [])

    def _exact(self) -> Way:
        """As ever: these ways look everywhere, and what they find is asked about."""
        ask = super()._seen
        for batch in super()._exact():
            seen = {c.entry_id for c in ask(batch)}
            yield [c for c in batch if c.entry_id in seen]

    def _beginning(self) -> Way:
        within = Within(self.reach, self.most)
        for key in self.query.keys:
            names: list[engines.Name] = []
            while not names or len(names) == self.most:  # one record may have several names that begin so
                after = names[-1] if names else None
                names = engines.engine().beginning(
                    key, entities=self.entities, after=after, limit=MOST_BETTER, within=within
                )
                yield [Candidate(n.entry_id, n.entity, n.object_id, BEGINNING, n.key) for n in names]
                if not names:
                    break

    def _words(self) -> Way:
        if not self.titled:
            yield from super()._words()
        yield [Candidate(*match, TITLE, "") for match in self.titled]

    def _matching(self, words: tuple[Word, ...], score: float, *, titles: bool) -> Way:
        if words and not self.common:
            yield [Candidate(*match, score, "") for match in self._reached(words, titles=titles, most=self.most)]

    def _reached(
        self, words: tuple[Word, ...], *, titles: bool, most: int, among_first: int = MOST_SEEN
    ) -> list[Match]:
        engine, within = engines.engine(), Within(self.reach, most)
        found = engine.match(words, titles=titles, entities=self.entities, skip=0, limit=among_first, within=within)
        if not found and not titles:
            self.common = engine.reaches(words, MOST_SEEN)
        return found
