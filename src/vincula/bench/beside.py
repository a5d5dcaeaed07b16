"""What is kept beside each record: history, index values, search documents, as an import leaves them."""

import hashlib
import json
import uuid
from datetime import datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.db import connection

from vincula.bench import writing
from vincula.kernel import folding
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.records import derived, state
from vincula.kernel.records.models import IndexValue
from vincula.kernel.search import index, postgresql, records
from vincula.kernel.search.engines import MOST_TOKENS
from vincula.kernel.search.models import Entry, Name, Vocable
from vincula.kernel.search.words import name_keys, tokens_in

VERB = "imported"
as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
folded = lru_cache(maxsize=50_000)(folding.fold)


class Beside:
    """Collects rows; ``flush`` writes those collected since the last time."""

    def __init__(self, who: int, moment: datetime) -> None:
        self.who = who
        prepared = writing.for_driver()(moment)
        identity = str(uuid.UUID(int=1)) if connection.vendor == "postgresql" else uuid.UUID(int=1).hex
        self.audit = writing.Shape(AuditEntry, "id", "who", "entity", "object_id", "version", "changes", "digest")
        for name, value in (("at", prepared), ("correlation", identity), ("verb", VERB)):
            self.audit._row[self.audit.columns.index(name)] = value
        self.values = writing.Shape(IndexValue, "id", "entity", "object_id", "field", "value")
        self.entries = writing.Shape(Entry, "id", "entity", "object_id", "title", "acronym", "names", "text")
        self.entries._row[self.entries.columns.index("written_at")] = prepared
        self.names = writing.Shape(Name, "id", "entry", "key", "rank")
        self.counts = dict.fromkeys(("audit", "values", "entries", "names"), 0)
        self.rows: dict[str, list[Any]] = {name: [] for name in (*self.counts, "tokens", "words")}
        self.known: set[str] = set()
        self._blank: dict[Any, dict[str, Any]] = {}

    def tell(
        self, model: Any, pk: int, version: int, given: dict[str, Any], *, found: dict[str, Any] | None = None
    ) -> None:
        """One record was made with the values ``given`` (relations as ids); it is found by ``found``."""
        entity = model._meta.label_lower
        if model not in self._blank:
            blank = state.of(model(), with_many=False)
            self._blank[model] = {name: value for name, value in blank.items() if not state.empty(value)}
        values = self._blank[model] | {n: v for n, v in given.items() if v or v == 0}
        text = as_json({n: [None, _plain(values[n])] for n in sorted(values)})
        row = self.audit.row(self._next("audit"), self.who, entity, pk, version, text, _digest(text))
        self.rows["audit"].append(row)
        columns = _columns(model)
        record = model(pk=pk, **{columns[n]: v for n, v in (found or given).items()})
        for field, value in derived.index_values(record):
            self.rows["values"].append(self.values.row(self._next("values"), entity, pk, field, value))
        self._find(entity, pk, found or given)

    def _next(self, what: str) -> int:
        self.counts[what] += 1
        return self.counts[what]

    def _find(self, key: str, pk: int, given: dict[str, Any]) -> None:
        entity = registry.get(key)
        if not entity.search_fields:
            return
        said = records.document(entity, SimpleNamespace(pk=pk, **given))  # type: ignore[arg-type]  # its values suffice
        number = self._next("entries")
        names = list(said.names)
        row = self.entries.row(number, key, pk, said.title, said.acronym, as_json(names), said.text)
        self.rows["entries"].append(row)
        ranks = _ranks(said.title, said.acronym, tuple(names))
        self.rows["names"] += [self.names.row(self._next("names"), number, k, rank) for k, rank in ranks]
        of = (key, pk) if connection.vendor == "postgresql" else ()
        self.rows["tokens"].append((number, *of, *_tokens(said.title, said.acronym, tuple(names), said.text)))
        self.rows["words"] += _vocables(said.title, said.acronym, tuple(names), said.text)

    def flush(self) -> None:
        """Write what was collected."""
        for name, shape in (
            ("audit", self.audit), ("values", self.values), ("entries", self.entries), ("names", self.names),
        ):  # fmt: skip
            writing.write(shape.table, shape.columns, self.rows[name])
        if connection.vendor == "postgresql":
            writing.write("search_vector", postgresql.COLUMNS, self.rows["tokens"])
        else:
            writing.write("search_fts", ("rowid", "title", "text"), self.rows["tokens"])
        new = sorted(set(self.rows["words"]) - self.known)
        self.known.update(new)
        words = writing.Shape(Vocable, "word", "head", "tail", "length")
        writing.write(words.table, words.columns, (words.row(w, w[:2], w[-3:], len(w)) for w in new))
        for rows in self.rows.values():
            rows.clear()

    def again(self, block: int, shifts: dict[str, int], versions: int) -> None:
        """All rows of the first block once more; ``shifts`` {entity: what is added to the numbers of its records}."""
        by_entity: int | str = writing.by_entity(shifts)
        at: dict[str, int | str] = {"object_id": by_entity}
        counts = {name: count * block for name, count in self.counts.items()}
        for name, shape, others in (
            ("audit", self.audit, at | {"version": versions}),
            ("values", self.values, at),
            ("entries", self.entries, at),
            ("names", self.names, {"entry_id": counts["entries"]}),
        ):  # fmt: skip
            writing.repeat(shape.table, shape.columns, {"id": counts[name]} | dict(others), self.counts[name])
        entries = counts["entries"]
        if connection.vendor == "postgresql":
            shifted = {"entry_id": entries} | dict(at)
            writing.repeat("search_vector", postgresql.COLUMNS, shifted, self.counts["entries"], key="entry_id")
        else:
            columns = ("rowid", "title", "text")
            writing.repeat("search_fts", columns, {"rowid": entries}, self.counts["entries"], key="rowid")


def _plain(value: Any) -> Any:
    """As ``state.plain`` has it; moments are in UTC already."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _digest(text: str) -> str:
    """As ``trail.digest_of`` has it, of text that is canonical already."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache
def _columns(model: Any) -> dict[str, str]:
    """{field: its attribute}: relations are given by number."""
    return {f.name: f.attname for f in model._meta.concrete_fields}


@lru_cache(maxsize=20_000)
def _ranks(title: str, acronym: str, names: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    ranks: dict[str, int] = {}
    for rank, some in ((Name.Rank.ACRONYM, (acronym,)), (Name.Rank.TITLE, (title,)), (Name.Rank.NAME, names)):
        for name in some:
            for key in name_keys(name):
                ranks.setdefault(key, int(rank))
    return tuple(ranks.items())


@lru_cache(maxsize=20_000)
def _tokens(title: str, acronym: str, names: tuple[str, ...], text: str) -> tuple[str, str]:
    """The two columns of the full-text table."""
    first, second = sorted(tokens_in([title, acronym, *names])), sorted(tokens_in([text]))[:MOST_TOKENS]
    if connection.vendor != "postgresql":
        return " ".join(first), " ".join(second)
    return " ".join(f"'{t}'" for t in first), " ".join(f"'{t}'" for t in sorted({*first, *second}))


@lru_cache(maxsize=20_000)
def _vocables(title: str, acronym: str, names: tuple[str, ...], text: str) -> tuple[str, ...]:
    words = {w for one in (title, acronym, *names, text) for w in folding.words(one)}
    return tuple(w for w in words if index.SHORTEST_VOCABLE <= len(w) <= index.LONGEST_VOCABLE and w.isalpha())
