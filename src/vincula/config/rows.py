"""Rows of the database as text that means the same on every database: for ``dump`` and ``backup``."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.apps import apps as current_apps
from django.db import connection, models, transaction

# What follows from other tables and is made again from them.
DERIVED = ("search_", "records_indexvalue")
# What says how the data came to be or who is here now, not what the data are. An undo leaves these as they are.
BESIDE_THE_DATA = (
    *DERIVED, "audit_", "axes_", "django_", "duplicates_", "exchange_", "jobs_", "mail_", "usersessions_",
)  # fmt: skip


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the whole database, while others go on writing.

    SQLite: a deferred transaction by hand, because Django's own are IMMEDIATE here and would make writers wait.
    """
    if connection.in_atomic_block:  # in a test, or inside somebody's transaction: that is the moment
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def tables(apps: Any = current_apps, without: tuple[str, ...] = BESIDE_THE_DATA) -> list[type[models.Model]]:
    """The models with a table of their own, by table name, the ones whose name starts with ``without`` left out."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
    }
    return [found[name] for name in sorted(found) if not name.startswith(without)]


def stored_fields(model: type[models.Model]) -> list[Any]:
    """The fields that have a column of their own which one may write."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def encode(field: Any, value: Any) -> Any:
    """The value as JSON knows it; ``decode`` gives it back."""
    pickled = field.get_internal_type() == "TextField" and not isinstance(value, str | None)
    if pickled or not isinstance(value, str | int | float | bool | list | dict | None):
        return field.value_to_string(SimpleNamespace(**{field.attname: value}))
    return value


def decode(field: Any, value: Any) -> Any:
    """The value as the database driver wants it."""
    if value is None and not field.null and field.get_internal_type() == "JSONField":
        return connection.ops.adapt_json_value(None, field.encoder)  # JSON's null, which is not the database's
    return field.get_db_prep_save(field.to_python(value), connection=connection)


def lines(model: type[models.Model]) -> Iterator[str]:
    """Each row as one line of JSON with sorted keys, by primary key, never the whole table in memory."""
    fields = stored_fields(model)
    names = [field.attname for field in fields]
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=2000):
        values = {field.column: encode(field, value) for field, value in zip(fields, row, strict=True)}
        yield json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dump() -> Iterator[str]:
    """All data, canonically: the same data give the same lines, on either database.

    Each line is ``{"table": …, "row": {…}}``; what is left out is ``BESIDE_THE_DATA``.
    """
    with snapshot():
        for model in tables():
            for line in lines(model):
                yield f'{{"table":"{model._meta.db_table}","row":{line}}}'


def dump_hash() -> str:
    """SHA-256 of the dump: equal hashes prove that an undo was exact."""
    digest = hashlib.sha256()
    for line in dump():
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
