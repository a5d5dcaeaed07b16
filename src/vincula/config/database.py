"""What the program asks of the database before it starts: there, new enough, and not of a newer program."""

from django.db import DatabaseError, NotSupportedError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from vincula.config import migrating
from vincula.config.env import Misconfigured

OLDEST_POSTGRESQL = 15


def check_reachable() -> None:
    """Raise Misconfigured unless the database answers and is of a version we run on."""
    place = connection.settings_dict
    where = f"{place['NAME']} at {place['HOST'] or 'the local socket'}" if place.get("HOST") is not None else ""
    try:
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            found = connection.pg_version // 10000  # type: ignore[attr-defined]  # only PostgreSQL's connection has it
            if found < OLDEST_POSTGRESQL:
                raise Misconfigured(
                    f"needs PostgreSQL {OLDEST_POSTGRESQL} or newer, but the server is PostgreSQL {found}."
                )
    except NotSupportedError as error:
        raise Misconfigured(f"needs PostgreSQL {OLDEST_POSTGRESQL} or newer ({first_line(error)}).") from None
    except (DatabaseError, OSError) as error:
        if connection.vendor == "postgresql":
            raise Misconfigured(
                f"the database {where} cannot be reached ({first_line(error)}); check DATABASE_URL."
            ) from None
        raise Misconfigured(f"the database {place['NAME']} cannot be opened ({first_line(error)}).") from None


def first_line(error: BaseException) -> str:
    """The database's own words, short. Drivers do not put the password there."""
    return (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")


def unknown_migrations(applied: set[tuple[str, str]], loader: MigrationLoader) -> list[str]:
    """Applied migrations that this program does not have: the database was made by a newer one."""
    known = set(loader.disk_migrations) | set(loader.replacements) | replaced(loader)
    return sorted(f"{app}.{name}" for app, name in applied - known)


def replaced(loader: MigrationLoader) -> set[tuple[str, str]]:
    return {tuple(old) for migration in loader.replacements.values() for old in migration.replaces}  # type: ignore[misc]  # typed as if a migration replaced nothing


def pending_migrations() -> int:
    """How many migrations wait; raises Misconfigured when the database is newer than the program."""
    executor = MigrationExecutor(connection)
    if unknown := unknown_migrations(set(executor.loader.applied_migrations), executor.loader):
        raise Misconfigured(
            f"the database is newer than this program (it has {unknown[0]}"
            f"{f' and {len(unknown) - 1} more' if len(unknown) > 1 else ''}); install the newer version again."
        )
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> int:
    """Bring the database up to date; returns how many migrations ran."""
    check_reachable()
    with migrating.alone():
        if waiting := pending_migrations():
            print("vincula: bringing the database up to date …", flush=True)
            migrating.run()
        else:
            migrating.finish()
    return waiting
