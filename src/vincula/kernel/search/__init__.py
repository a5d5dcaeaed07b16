"""One index over all records, filtered by access (requirement X2).

``write`` and ``remove`` belong to the transaction that changes the record; ``find`` answers people. Words are folded
and stemmed in five languages, typos forgiven, Cyrillic and Latin spellings found by each other, acronyms first.
"""

from collections.abc import Collection, Iterable

from vincula.kernel.search.words import Document, Hit, Visible

__all__ = ["Document", "Hit", "Visible", "find", "rebuild", "remove", "write"]


def write(documents: Iterable[Document]) -> int:
    """See ``index.write``."""
    from vincula.kernel.search import index  # models cannot be imported while the app registry is being filled

    return index.write(documents)


def remove(entity: str, ids: Iterable[int]) -> None:
    """See ``index.remove``."""
    from vincula.kernel.search import index

    index.remove(entity, ids)


def rebuild(batches: Iterable[Iterable[Document]]) -> int:
    """See ``index.rebuild``."""
    from vincula.kernel.search import index

    return index.rebuild(batches)


def find(query: str, *, entities: Collection[str], visible: Visible, limit: int = 20, excerpts: int = 20) -> list[Hit]:
    """See ``finding.find``."""
    from vincula.kernel.search import finding

    return finding.find(query, entities=entities, visible=visible, limit=limit, excerpts=excerpts)
