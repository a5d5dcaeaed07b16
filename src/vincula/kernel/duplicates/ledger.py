"""What a merge writes to rows, kept so that it can be told, and taken back value by value (requirement X4).

Rows are written set-based: an organisation may have fifty thousand interactions. Records among them get a new version,
a line in the trail and fresh derived values, as the save door gives them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from vincula.kernel import clock
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.duplicates.models import Merge, Moved
from vincula.kernel.records import bulk, derived, state
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import Record, next_version

AT_ONCE = 200
Row = tuple[type[models.Model], Any]


class Ledger:
    """Collects changes of rows; ``write`` does them in one go. Belongs to one transaction."""

    def __init__(self, who: Any, verb: str) -> None:
        self.who, self.verb = who, verb
        self.before: dict[Row, dict[str, Any] | None] = {}
        self.after: dict[Row, dict[str, Any] | None] = {}
        self.versions: dict[Row, list[Any]] = {}
        self.told: dict[Row, dict[str, list[Any]]] = defaultdict(dict)
        self._open: dict[Row, models.Model] = {}
        self._gone: dict[Row, models.Model] = {}

    def present(self, row: models.Model) -> models.Model:
        """The row with what this ledger has changed already."""
        return self._open.get((type(row), row.pk), row)

    def change(self, row: models.Model, values: dict[str, Any], *, version: tuple[int, Any] | None = None) -> None:
        """Set columns by attname. ``version``: the (version, updated_at) to give back instead of a new one."""
        key: Row = (type(row), row.pk)
        row = self._open.setdefault(key, row)
        before = self.before.setdefault(key, {})
        assert before is not None
        after = self.after.setdefault(key, {})
        assert after is not None
        for name, value in values.items():
            old = getattr(row, name)
            before.setdefault(name, state.plain(old))
            setattr(row, name, value)
            after[name] = state.plain(value)
        if version is not None:
            self.versions[key] = [None, *version]

    def delete(self, row: models.Model) -> None:
        """Delete a row that is no record; all of it is kept for the way back."""
        key: Row = (type(row), row.pk)
        self.before[key] = columns(row)
        self.after[key] = None
        self._open.pop(key, None)
        self._gone[key] = row

    def made(self, row: models.Model) -> None:
        """A row that was created meanwhile; the way back deletes it."""
        self.before[type(row), row.pk], self.after[type(row), row.pk] = None, columns(row)

    def tell(self, model: type[models.Model], pk: int, name: str, before: Any, after: Any) -> None:
        """A line of a record's history that no column of its own shows (a many-to-many relation)."""
        pair = self.told[model, pk].setdefault(name, [before, after])
        pair[1] = after

    # writing

    def write(self) -> None:
        """Deletes first, then rows that go to the trash, then the others: so that nothing collides on the way."""
        for model, pk in self._gone:
            model._base_manager.filter(pk=pk)._raw_delete(using=connection.alias)
        by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        for (model, _pk), row in self._open.items():
            by_model[model].append(row)
        for leaving in (True, False):
            for model, rows in by_model.items():
                some = [r for r in rows if bool((self.after[model, r.pk] or {}).get("trashed_at")) == leaving]
                for start in range(0, len(some), AT_ONCE):
                    self._write(model, some[start : start + AT_ONCE])
        self._touch_told()
        self._write_trail()
        for model, rows in by_model.items():
            if issubclass(model, Record):
                self._derive(model, rows)
        self._open, self._gone = {}, {}

    def _write(self, model: type[models.Model], rows: Sequence[models.Model]) -> None:
        if issubclass(model, Record):
            for row in rows:
                self._new_version(row)
        groups: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
        for row in rows:
            names = tuple(sorted(self.after[model, row.pk] or {}))
            if names or issubclass(model, Record):
                groups[names].append(row)
        for names, some in groups.items():
            _update(model, names, some)

    def _new_version(self, row: Any) -> None:
        key = (type(row), row.pk)
        given = self.versions.get(key)
        was = [row.version, state.plain(row.updated_at)]
        if given is not None and given[0] is None:
            row.version, row.updated_at = given[1], given[2]
        else:
            row.version, row.updated_at = next_version(row.version), clock.now()
        first = given[0] if given is not None and given[0] is not None else was
        self.versions[key] = [first, [row.version, state.plain(row.updated_at)]]

    def _touch_told(self) -> None:
        """Records whose many-to-many rows were moved get a new version too: their form shows something else now."""
        for model, pk in list(self.told):
            key: Row = (model, pk)
            if key in self._open or not issubclass(model, Record):
                continue
            row = model._base_manager.get(pk=pk)
            self.before.setdefault(key, {})
            self.after.setdefault(key, {})
            self._open[key] = row
            self._new_version(row)
            _update(model, (), [row])

    def _write_trail(self) -> None:
        entries: list[AuditEntry] = []
        for key, row in self._open.items():
            model, pk = key
            if not issubclass(model, Record):
                continue
            names = {f.attname: f.name for f in state.audited(model)}
            before, after = self.before[key] or {}, self.after[key] or {}
            changes = {names[n]: [before[n], after[n]] for n in after if n in names and before[n] != after[n]}
            changes |= self.told.get(key, {})
            if changes:
                entries.append(trail.entry(who=self.who, verb=self.verb, entity=model._meta.label_lower, object_id=pk,
                                           changes=changes, version=row.version))  # type: ignore[attr-defined]  # fmt: skip
        bulk.insert(AuditEntry, entries)

    def _derive(self, model: type[Record], rows: Sequence[Any]) -> None:
        there = [r for r in rows if r.trashed_at is None]
        gone = [r.pk for r in rows if r.trashed_at is not None]
        for start in range(0, len(there), AT_ONCE):
            derived.write(there[start : start + AT_ONCE])
        for start in range(0, len(gone), AT_ONCE):
            derived.remove(model, gone[start : start + AT_ONCE])

    def keep(self, merge: Merge) -> None:
        """Store for the undo what was written."""
        kept = []
        for model, pk in self.before:
            before, after = self.before[model, pk], self.after[model, pk]
            for name, (old, new) in self.told.get((model, pk), {}).items():
                before, after = {**(before or {}), name: old}, {**(after or {}), name: new}
            kept.append(Moved(merge=merge, model=model._meta.label_lower, object_id=str(pk), before=before, after=after,
                              versions=self.versions.get((model, pk))))  # fmt: skip
        Moved.objects.bulk_create(kept, batch_size=500)


def _update(model: type[models.Model], names: Iterable[str], rows: Sequence[Any]) -> None:
    """UPDATE by id for many rows; versions and folded companions travel along."""
    by_attname = {f.attname: f for f in model._meta.concrete_fields}
    wanted: list[Any] = [by_attname[name] for name in names]
    sources = {f.name for f in wanted}
    wanted += [f for f in model._meta.concrete_fields if isinstance(f, FoldedField) and f.source in sources]
    if issubclass(model, Record):
        wanted += [by_attname["version"], by_attname["updated_at"]]
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(f.column)} = %s" for f in wanted)
    pk: Any = model._meta.pk
    statement = f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {quote(pk.column)} = %s"  # noqa: S608  # names of tables and columns, from the models
    parameters = [[*(_stored(f, row) for f in wanted), pk.get_db_prep_value(row.pk, connection)] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, parameters)


def _stored(f: Any, row: Any) -> Any:
    value = f.pre_save(row, False) if isinstance(f, FoldedField) else getattr(row, f.attname)
    return f.get_db_prep_save(value, connection)


def columns(row: models.Model) -> dict[str, Any]:
    """All columns of a row as plain values, by attname."""
    return {f.attname: state.plain(getattr(row, f.attname)) for f in row._meta.concrete_fields}


def value_of(model: type[models.Model], attname: str, stored: Any) -> Any:
    """The value that goes back into a column."""
    f: Any = next(f for f in model._meta.concrete_fields if f.attname == attname)
    if stored is None:
        return None
    if f.is_relation:
        return f.target_field.to_python(stored)
    return stored if isinstance(f, models.JSONField) else f.to_python(stored)


def model_of(label: str) -> type[models.Model]:
    return apps.get_model(label)


def insert_again(model: type[models.Model], stored: dict[str, Any]) -> bool:
    """Put a deleted row back under its own number; False when something else stands in its place."""
    row = model(**{name: value_of(model, name, value) for name, value in stored.items()})
    try:
        with transaction.atomic():
            model._base_manager.bulk_create([row])
    except IntegrityError:
        return False
    return True
