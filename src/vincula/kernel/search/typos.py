"""Words that were probably meant."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from vincula.kernel.search.models import Vocable
from vincula.kernel.search.words import Word, tokens_of

MOST_CANDIDATES = 6_000  # of each way to look; comparing them takes about a millisecond
NEAREST = 3


def allowed(length: int) -> int:
    """How many slips a word of this length may have: a letter too much, too few, wrong, or two swapped."""
    return 0 if length < 4 else 1 if length < 6 else 2


def nearest(word: str) -> list[str]:
    """Up to three known words that differ from folded ``word`` by few slips, nearest first.

    Looked for among those that begin alike (or with the first two letters swapped), and among those that end
    alike, because the slip may be in the beginning.
    """
    slips = allowed(len(word))
    if not slips:
        return []
    lengths = range(len(word) - slips, len(word) + slips + 1)
    alike = Vocable.objects.filter(length__in=lengths).values_list("word", flat=True)
    candidates = set(alike.filter(head__in={word[:2], word[1::-1]})[:MOST_CANDIDATES])
    candidates.update(alike.filter(tail=word[-3:])[:MOST_CANDIDATES])
    candidates.discard(word)
    found = process.extract(word, sorted(candidates), scorer=OSA.distance, score_cutoff=slips, limit=NEAREST)
    best = found[0][1] if found else 0
    return [candidate for candidate, distance, _index in found if distance == best]


def forgiven(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words, each with the words that may have been meant in its place."""
    return tuple(
        Word(
            word.folded,
            word.tokens.union(*(tokens_of(other) for other in nearest(word.folded))),
            word.prefixes,
        )
        for word in words
    )
