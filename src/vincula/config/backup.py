"""Backup and restore: one ``.tar.gz`` with database, files and keys that either database can be made from.

Inside, in this order: ``data/<table>.jsonl`` (one row a line), ``files/…``, ``secret.key``, ``manifest.json`` with the
program's version, the migrations applied, and row count and SHA-256 of every part. A restore verifies all of it before
it touches anything. Rows are read and written through the models as the migrations describe them, so a backup of an
older program can be restored by a newer one, which then brings it up to date.
"""

import dataclasses
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

import vincula
from vincula.config import migrating, rows
from vincula.config.database import unknown_migrations
from vincula.config.env import Misconfigured
from vincula.kernel import clock
from vincula.kernel.files.storage import sync
from vincula.kernel.privacy import ledger, scrubbing

FORMAT = 1
AT_ONCE = 500  # rows sent to the database in one go
MANIFEST = "manifest.json"
KEY = "secret.key"
SIGNED_IN = ("django_session", "usersessions_usersession")  # stay behind: a session ended since must not come to life
LEDGER = ledger.NAME  # who was erased, by number: stays when everything else is replaced, see kernel/privacy/ledger.py


@dataclasses.dataclass
class Manifest:
    """What a backup holds. ``parts`` maps each member's name to its SHA-256, ``counts`` each table to its rows."""

    made_at: str
    program: str = vincula.__version__
    format: int = FORMAT
    database: str = ""
    migrations: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    counts: dict[str, int] = dataclasses.field(default_factory=dict)
    parts: dict[str, str] = dataclasses.field(default_factory=dict)

    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def files(self) -> list[str]:
        return [name for name in self.parts if name.startswith("files/")]


def write(target: Path) -> Manifest:
    """Write the backup to ``target``, which must not exist yet; a half-written file never bears its name."""
    if target.exists():
        raise Misconfigured(f"{target} exists already; name another file, so that no good backup is lost.")
    ledger.reconcile()
    part = target.with_name(f".{target.name}.part")
    manifest = Manifest(made_at=clock.now().isoformat(timespec="seconds"), database=connection.vendor)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive, rows.snapshot():
                write_data(archive, manifest)
                write_files(archive, manifest)
                add(archive, manifest, KEY, settings.SECRET_KEY.encode())
                if ledger.path().exists():
                    add(archive, manifest, LEDGER, ledger.path().read_bytes())
                add(archive, None, MANIFEST, json.dumps(dataclasses.asdict(manifest), indent=1).encode())
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(part, target)
        sync(target.parent)
    except OSError as error:
        raise Misconfigured(f"the backup could not be written to {target} ({error.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)
    return manifest


def write_data(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """Every table as its rows; on disk first, because a tar wants to know sizes and a table may not fit in memory."""
    loader = MigrationExecutor(connection).loader
    manifest.migrations = sorted(loader.applied_migrations)
    for model in rows.tables(state_of(loader, manifest.migrations), without=()):
        table = model._meta.db_table
        with tempfile.TemporaryFile() as file:
            count = 0
            for line in rows.lines(model):
                file.write(line.encode() + b"\n")
                count += 1
            manifest.counts[table] = count
            add(archive, manifest, f"data/{table}.jsonl", file)


def write_files(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """The files that people put in. One that goes while we copy is of no record in the snapshot any more."""
    folder = settings.HOME / "files"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            with path.open("rb") as file:
                add(archive, manifest, f"files/{path.relative_to(folder).as_posix()}", file)
        except FileNotFoundError:
            continue


def add(archive: tarfile.TarFile, manifest: Manifest | None, name: str, content: bytes | IO[bytes]) -> None:
    """Put one member into the archive, its checksum into the manifest."""
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = file.seek(0, os.SEEK_END), 0o600, int(clock.now().timestamp())
    file.seek(0)
    if manifest is not None:
        manifest.parts[name] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a stream of a tar is read like a file
        file.seek(0)
    archive.addfile(member, file)


def restore(source: Path, *, force: bool = False) -> Manifest:
    """Make the home from ``source``. Raises Misconfigured, nothing touched, unless the file is whole and the home empty."""
    manifest = verify(source)
    executor = MigrationExecutor(connection)
    if unknown := unknown_migrations(set(manifest.migrations), executor.loader):
        raise Misconfigured(
            f"the backup is of a newer program, {manifest.program} (it has {unknown[0]}); install that one."
        )
    if found := what_is_there():
        if not force:
            raise Misconfigured(f"the home is not empty: {found} would go; add --force to replace them.")
        print(f"vincula: replacing {found} …", flush=True)
    empty()
    executor = migrating.WholeSteps(connection)
    executor.migrate(leaves(executor.loader, manifest.migrations))
    load(source, manifest)
    migrating.run()  # what is newer, and the full-text tables
    if again := ledger.apply_again():
        print(f"vincula: {again} erased since that backup, and erased again.", flush=True)
        scrubbing.run()
    return manifest


def verify(source: Path) -> Manifest:
    """Read the whole file once: every part there, none changed, none too many."""
    seen: dict[str, str] = {}
    manifest = None
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is None or not is_ours(member.name):
                    raise Misconfigured(f"{source} is not a backup of Vincula (it holds {member.name}).")
                if member.name == MANIFEST:
                    manifest = Manifest(**json.load(file))
                else:
                    seen[member.name] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a stream of a tar is read like a file
    except FileNotFoundError:
        raise Misconfigured(f"there is no file {source}.") from None
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, TypeError) as error:
        raise Misconfigured(f"{source} is not a whole backup of Vincula ({error}).") from None
    if manifest is None or manifest.format != FORMAT:
        raise Misconfigured(f"{source} is not a backup that this program can read.")
    manifest.migrations = [(app, name) for app, name in manifest.migrations]
    if wrong := sorted(
        name for name in seen.keys() | manifest.parts.keys() if seen.get(name) != manifest.parts.get(name)
    ):
        raise Misconfigured(f"{source} is damaged: {wrong[0]} is not what was backed up.")
    return manifest


def is_ours(name: str) -> bool:
    """Whether a member has a name that a backup may have: never a path that leads out of the home."""
    path = Path(name)
    return name in (MANIFEST, KEY, LEDGER) or (
        path.parts[0] in ("data", "files") and ".." not in path.parts and not path.is_absolute()
    )


def what_is_there() -> str:
    """What a restore would destroy, in words; empty when that is nothing."""
    names = set(connection.introspection.table_names())
    found = []
    if "people_user" in names:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM people_user")
            if count := cursor.fetchone()[0]:
                found.append(f"a database with {count} users")
    if count := sum(path.is_file() for path in (settings.HOME / "files").rglob("*")):
        found.append(f"{count} files")
    return " and ".join(found)


def empty() -> None:
    """Drop all tables and files. Virtual tables first: they own some of the others."""
    quote = connection.ops.quote_name
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TABLE {quote(name)}")
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {quote(name)}{' CASCADE' if connection.vendor == 'postgresql' else ''}")
    shutil.rmtree(settings.HOME / "files", ignore_errors=True)


def state_of(loader: Any, migrations: Iterable[tuple[str, str]]) -> Any:
    """The models as these migrations left them."""
    return loader.project_state(leaves(loader, migrations)).apps


def leaves(loader: Any, migrations: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The last of these migrations in each app."""
    known = [node for node in migrations if node in loader.graph.nodes]
    parents = {
        parent.key for node in known for parent in loader.graph.node_map[node].parents if parent.key[0] == node[0]
    }
    return [node for node in known if node not in parents]


def load(source: Path, manifest: Manifest) -> None:
    """Rows in one transaction, then files and key."""
    loader = MigrationExecutor(connection).loader
    known = {model._meta.db_table: model for model in rows.tables(state_of(loader, manifest.migrations), without=())}
    with tarfile.open(source, "r:gz") as archive, connection.constraint_checks_disabled(), transaction.atomic():
        with connection.cursor() as cursor:
            for table in known:  # what migrations filled in is in the backup as well
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None
            if member.name.startswith("data/"):
                if Path(member.name).stem in SIGNED_IN:
                    continue
                fill(known[Path(member.name).stem], file)
            elif member.name.startswith("files/"):
                place(file, settings.HOME / member.name)
            elif member.name == LEDGER:
                with tempfile.NamedTemporaryFile() as erased:
                    shutil.copyfileobj(file, erased)
                    erased.flush()
                    ledger.add(ledger.read(Path(erased.name)).values())
            elif member.name == KEY and not os.environ.get("VINCULA_SECRET_KEY"):
                place(file, settings.HOME / KEY)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(known.values())):
            with connection.cursor() as cursor:
                cursor.execute(statement)
        connection.check_constraints()


def place(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(target, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())


def fill(model: type[models.Model], file: IO[bytes]) -> None:
    """Insert the rows as they are: no save(), no automatic times, no events."""
    fields = rows.stored_fields(model)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"
    parsed = ([rows.decode(field, row[field.column]) for field in fields] for row in map(json.loads, file))
    with connection.cursor() as cursor:
        for some in in_groups(parsed):
            cursor.executemany(statement, some)


def in_groups(items: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while some := list(islice(items, AT_ONCE)):
        yield some
