"""Which record of the register a row is: by its number, its references, what its profile knows, its natural key (X3).

Asked for many rows at once. What the importer may not see is never matched: such a row is one of a record that is not
there, so that neither its outcome nor its words tell anything of the record.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.exchange.drafts import Draft
from vincula.kernel.exchange.profile import Profile
from vincula.kernel.exchange.related import Pending
from vincula.kernel.exchange.values import NOTHING, Wanted
from vincula.kernel.folding import fold
from vincula.kernel.records.derived import sortable
from vincula.kernel.records.models import IndexValue

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

AT_ONCE = 400  # parameters of one statement; SQLite takes 999


class Matcher:
    """Finds the records of drafts. One per run; ``match`` is called with batches."""

    def __init__(self, entity: Entity, who: Any, profile: Profile | None) -> None:
        self.entity, self.who, self.profile = entity, who, profile
        self.model = entity.model

    def match(self, drafts: Sequence[Draft]) -> None:
        """Set ``record`` of each draft that is in the register; decide those that are doubtful."""
        found: dict[int, set[int]] = {}
        self._by_id([d for d in drafts if d.row_id is not None], found)
        self._by_reference([d for d in drafts if d.line not in found and d.values.get("references")], found)
        self._by_profile([d for d in drafts if d.line not in found and not d.outcome], found)
        if self.profile is None or self.profile.by_key:
            self._by_key([d for d in drafts if d.line not in found and not d.outcome], found)
        self._settle(drafts, found)

    def _by_id(self, drafts: list[Draft], found: dict[int, set[int]]) -> None:
        """A number counts when the version beside it was once that record's: else the file is of another house."""
        rows = self._versions({d.row_id for d in drafts if d.row_id is not None})
        known = self._known_versions(drafts)
        for d in drafts:
            there = rows.get(d.row_id or 0)
            if d.row_version is None:
                if there is None:
                    d.decide("error", self._no_match(), "id")
                else:
                    found[d.line] = {d.row_id or 0}
            elif there is not None and (there == d.row_version or (d.row_id, d.row_version) in known):
                found[d.line] = {d.row_id or 0}

    def _versions(self, ids: set[int]) -> dict[int, int]:
        rows: dict[int, int] = {}
        for some in _some(ids):
            rows.update(self.model._base_manager.filter(pk__in=some).values_list("pk", "version"))
        return rows

    def _known_versions(self, drafts: list[Draft]) -> set[tuple[int | None, int]]:
        known: set[tuple[int | None, int]] = set()
        for some in _some({d.row_version for d in drafts if d.row_version is not None}):
            entries = AuditEntry.objects.filter(entity=self.entity.key, version__in=some)
            known.update(entries.values_list("object_id", "version"))
        return known

    def _by_reference(self, drafts: list[Draft], found: dict[int, set[int]]) -> None:
        """The scheme of the row's own system decides; other schemes only where the record has none of that one."""
        wanted = {(scheme, sortable(v)) for d in drafts for scheme, vs in d.values["references"].items() for v in vs}
        holders = self._holders(wanted)
        main = {d.source.scheme for d in drafts if d.source}
        bound = self._bound({pk for ids in holders.values() for pk in ids}, main)
        for d in drafts:
            first = d.source.scheme if d.source else ""
            candidates: set[int] = set()
            if d.source:
                candidates = holders.get((first, sortable(d.source.value)), set())
            if not candidates:
                others = [holders.get((scheme, sortable(v)), set())
                          for scheme, vs in d.values["references"].items() for v in vs if scheme != first]  # fmt: skip
                candidates = {pk for ids in others for pk in ids if (first, pk) not in bound}
            if candidates:
                found[d.line] = set(candidates)

    def _holders(self, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], set[int]]:
        holders: dict[tuple[str, str], set[int]] = defaultdict(set)
        by_scheme: dict[str, set[str]] = defaultdict(set)
        for scheme, value in wanted:
            by_scheme[scheme].add(value)
        for scheme, texts in by_scheme.items():
            for some in _some(texts):
                rows = IndexValue.objects.filter(
                    entity=self.entity.key, field=f"references.{scheme}", value__in=some
                ).values_list("value", "object_id")
                for value, pk in rows:
                    holders[scheme, value].add(pk)
        return holders

    def _bound(self, ids: set[int], schemes: set[str]) -> set[tuple[str, int]]:
        """(scheme, id) of records that already have an identifier of the scheme: they are somebody else."""
        bound: set[tuple[str, int]] = set()
        for scheme in schemes:
            for some in _some(ids):
                rows = IndexValue.objects.filter(
                    entity=self.entity.key, field=f"references.{scheme}", object_id__in=some
                )
                bound.update((scheme, pk) for pk in rows.values_list("object_id", flat=True))
        return bound

    def _by_profile(self, drafts: list[Draft], found: dict[int, set[int]]) -> None:
        rows = {d.line: d.row for d in drafts if d.row is not None}
        if self.profile is None or not rows:
            return
        answers = self.profile.find(rows, self.model.objects.visible_to(self.who))
        for d in drafts:
            for note in d.row.notes if d.row else ():
                if note not in [message["message"] for message in d.messages]:
                    d.say("warning", note)  # said while looking
            answer = answers.get(d.line)
            if answer is None or not answer.ids:
                continue
            found[d.line] = set(answer.ids)
            if not answer.sure:
                d.decide("question", answer.why or self._several(answer.ids))

    def _by_key(self, drafts: list[Draft], found: dict[int, set[int]]) -> None:
        keys = {d.line: key for d in drafts if (key := self.natural_key(d.values)) is not None}
        if not keys:
            return
        first = self.entity.columns[self.entity.natural_key[0]]
        column = first.folded_column or first.column
        raw = {d.line: d.values[first.name] for d in drafts if d.line in keys}
        holders: dict[tuple[Any, ...], set[int]] = defaultdict(set)
        trashed: dict[tuple[Any, ...], int] = {}
        wanted = {fold(str(v)) if first.folded_column else v for v in raw.values()}
        for some in _some(wanted):
            for record in self.model._base_manager.filter(**{f"{column}__in": some}):
                if record.trashed_at is None:
                    holders[self._key_of(record)].add(record.pk)
                else:
                    trashed[self._key_of(record)] = record.pk
        self._warn_of_trash([d for d in drafts if keys.get(d.line, ()) not in holders], keys, trashed)
        ours = {d.source.scheme for d in drafts if d.source}
        bound = self._bound({pk for ids in holders.values() for pk in ids}, ours)
        for d in drafts:
            ids = holders.get(keys.get(d.line, ()), set())
            if d.source:
                ids = {pk for pk in ids if (d.source.scheme, pk) not in bound}
            if ids:
                found[d.line] = set(ids)

    def _warn_of_trash(
        self, drafts: list[Draft], keys: dict[int, tuple[Any, ...]], trashed: dict[tuple[Any, ...], int]
    ) -> None:
        """A new record that lies in the trash already is named, so that nothing is doubled silently."""
        seen = set(
            self.entity.rows(self.who, trashed=True)
            .filter(pk__in=list(trashed.values())[:AT_ONCE])
            .values_list("pk", flat=True)
        )
        for d in drafts:
            if trashed.get(keys.get(d.line, ())) in seen:
                d.say("warning", _("A record of this name lies in the trash; perhaps it should be restored instead."))

    def natural_key(self, values: dict[str, Any]) -> tuple[Any, ...] | None:
        """The comparable natural key that values give; None when a part is missing."""
        parts = []
        for name in self.entity.natural_key:
            value = values.get(name)
            if value in NOTHING or isinstance(value, Wanted | Pending):
                return None
            parts.append(fold(value) if isinstance(value, str) else value)
        return tuple(parts) or None

    def _key_of(self, record: Any) -> tuple[Any, ...]:
        found = (self.entity.columns[name].of(record) for name in self.entity.natural_key)
        return tuple(fold(value) if isinstance(value, str) else value for value in found)

    def _settle(self, drafts: Sequence[Draft], found: dict[int, set[int]]) -> None:
        """One visible candidate is the record; several are a question; an invisible one is none.

        Only a row that names its record by number is refused then, as it is for a number that nobody has.
        """
        ids = {pk for d in drafts for pk in found.get(d.line, ())}
        records: dict[int, Any] = {}
        for some in _some(ids):
            records.update(self.model._base_manager.in_bulk(some))
        visible = {pk for some in _some(ids) for pk in door.visible_ids(self.who, self.model, some)}
        for d in drafts:
            candidates = found.get(d.line)
            if not candidates or d.outcome:
                continue
            seen = candidates & visible
            if not seen:
                if d.row_id in candidates:
                    d.decide("error", self._no_match(), "id")
            elif len(seen) > 1:
                d.decide("question", self._several(seen))
            else:
                d.record = copy.copy(records[next(iter(seen))])  # two lines may be the same record

    def _no_match(self) -> str:
        return _("This line cannot be matched with a record that you may see.")

    def _several(self, ids: Iterable[int]) -> str:
        rows = self.entity.rows(self.who).filter(pk__in=list(ids)[:5]).order_by("pk")
        names = ", ".join(f"{self.entity.title(record)} (#{record.pk})" for record in rows)
        return _("Several records may be meant: %(names)s. Nothing is done until somebody says which.") % {
            "names": names
        }


def _some(items: Iterable[Any]) -> Iterable[list[Any]]:
    every = sorted(items, key=str)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]
