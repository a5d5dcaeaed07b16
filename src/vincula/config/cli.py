"""The program ``vincula``: what an operator types. Each command is one function here; the work is done elsewhere."""

import argparse
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

DEFAULT_BIND = "127.0.0.1"  # nobody else on the network, until the operator says so


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; errors the operator can mend are one sentence and exit code 1."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vincula.config.settings")
    if given[:1] == ["django"]:
        from django.core.management import execute_from_command_line

        from vincula.config import migrating

        migrating.install()
        execute_from_command_line(["vincula django", *given[1:]])
        return
    options = parser().parse_args(given)
    if getattr(options, "port", None):
        os.environ["VINCULA_PORT"] = str(options.port)  # addresses in mails and passkeys name the port
    try:
        code = options.run(options)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code or 0)


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="vincula", description="The system of record for services run for others.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int | None], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    def served(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--port", type=int, help="default 8000, or VINCULA_PORT")
        sub.add_argument("--bind", default=os.environ.get("VINCULA_BIND", DEFAULT_BIND), help="default 127.0.0.1")

    sub = command("start", start, "Prepare whatever is missing, then serve with a worker.")
    served(sub)
    sub.add_argument("--demo", action="store_true", help="fill in the demonstration data first")
    served(command("serve", serve, "Serve the pages only."))
    command("worker", worker, "Work on jobs only.")
    command("migrate", migrate, "Bring the database up to date.")
    command("demo", demo, "Fill in the demonstration data.")
    import_options(command("import", import_file, "Import a file; all of it or, with exit code 2, nothing."))
    sub = command("undo-import", undo_import, "Take a whole import back; what was edited since is kept and named.")
    sub.add_argument("number", metavar="RUN", type=int, help="the number that the report of the import gives")
    sub = command("export", export, "Export an entity, to standard output unless told otherwise.")
    sub.add_argument("entity", metavar="ENTITY")
    sub.add_argument("--output", metavar="FILE", type=Path)
    sub.add_argument("--format", choices=("csv", "xlsx", "jsonl", "vcard"), default="csv")
    sub = command("token", token, "Issue an API token and print it once.")
    sub.add_argument("email", metavar="EMAIL", help="whose rights the token has")
    sub.add_argument("--name", required=True, help="what the token is for")
    sub.add_argument("--scopes", default="read", help="comma-separated: read, write, parties.organisation:read …")
    sub.add_argument("--days", type=int, default=90, help="days until it expires (default 90)")
    sub = command("backup", backup, "Write database, files and keys to one file.")
    sub.add_argument("file", metavar="FILE", type=Path)
    sub = command("restore", restore, "Read a backup into an empty home.")
    sub.add_argument("file", metavar="FILE", type=Path)
    sub.add_argument("--force", action="store_true", help="replace what is there")
    command("check", check, "Look for faults of installation and configuration.")
    sub = command("dump", dump, "Print all data canonically, one row a line.")
    sub.add_argument("--hash", action="store_true", help="print its SHA-256 only")
    sub = command("reference", reference, "Renew GLOSSARY.md and docs/reference/ from the declarations.")
    sub.add_argument("--check", action="store_true", help="only say whether they are up to date")
    from vincula.bench import running

    running.options(command("bench", bench, "Measure how quick the program is, on data and in a database of its own."))
    commands.add_parser("django", help="Django's own commands, for example: vincula django shell")
    return top


def import_options(sub: argparse.ArgumentParser) -> None:
    """What ``vincula import`` can be told."""
    sub.add_argument("entity", metavar="ENTITY", help="for example: organisations")
    sub.add_argument("file", metavar="FILE", type=Path)
    sub.add_argument("--profile", help="the system the file comes from, for example: ror")
    sub.add_argument("--dry-run", action="store_true", help="say what would happen")
    sub.add_argument("--json", action="store_true", help="print the report as JSON")
    sub.add_argument("--create-new", action="store_true", help="create what a profile would only propose")
    sub.add_argument(
        "--allow-duplicates", action="store_true", help="create also what looks like a record that is here"
    )
    sub.add_argument(
        "--states-as-they-are", action="store_true", help="administrators moving in: take states as the file has them"
    )
    sub.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="what a profile asks, for example: phase=idea",
    )
    sub.add_argument(
        "--as", dest="as_email", metavar="EMAIL", help="with whose rights (default: the first administrator)"
    )


def ready_database() -> None:
    """Set Django up and see that the database can be worked with as it is."""
    import django

    django.setup()
    from vincula.config import database
    from vincula.config.env import Misconfigured

    database.check_reachable()
    if database.pending_migrations():
        raise Misconfigured("the database is older than this program; run: vincula migrate")


def start(options: argparse.Namespace) -> int:
    from vincula.config.env import env
    from vincula.config.start import begin, check_port, make_administrator, supervise

    check_port(options.bind, env.port)
    migrate(options)
    from vincula.config import assets

    make_administrator()
    begin()
    assets.collect()
    if options.demo:
        demo(options)
    from django.db import connections

    connections.close_all()
    return supervise(options.bind, env.port, lambda: print(f"vincula: ready at {env.base_url}", flush=True))


def serve(options: argparse.Namespace) -> None:
    from vincula.config.env import env
    from vincula.config.start import check_port, serve

    check_port(options.bind, env.port)
    serve(options.bind, env.port)


def worker(options: argparse.Namespace) -> None:
    ready_database()
    from vincula.config.start import work

    work()


def migrate(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from vincula.config import database

    database.migrate()


def demo(options: argparse.Namespace) -> None:
    ready_database()
    from importlib import import_module

    import_module("vincula.cockpit.demo").load()


def import_file(options: argparse.Namespace) -> int:
    ready_database()
    from vincula.kernel.exchange import commands

    report, code = commands.run_import(
        options.entity,
        options.file,
        profile=options.profile,
        dry_run=options.dry_run,
        create_new=options.create_new,
        states_as_they_are=options.states_as_they_are,
        allow_duplicates=options.allow_duplicates,
        answers=dict(each.partition("=")[::2] for each in options.answer),
        as_email=options.as_email,
    )
    print(commands.as_text(report, as_json=options.json))
    return code


def undo_import(options: argparse.Namespace) -> None:
    ready_database()
    from vincula.config.env import Misconfigured
    from vincula.kernel.exchange import commands

    try:
        print(commands.undone_as_text(commands.undo(options.number)))
    except LookupError as error:
        raise Misconfigured(str(error.args[0])) from None


def export(options: argparse.Namespace) -> None:
    ready_database()
    from vincula.config.env import Misconfigured
    from vincula.kernel.exchange import commands

    with tempfile.TemporaryDirectory() as folder:
        target = options.output or Path(folder) / "export"
        try:
            commands.run_export(options.entity, form=options.format, target=target)
        except LookupError as error:
            raise Misconfigured(str(error.args[0])) from None
        if not options.output:
            with target.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)


def token(options: argparse.Namespace) -> None:
    ready_database()
    from django.core.exceptions import ValidationError

    from vincula.config.env import Misconfigured
    from vincula.kernel import clock
    from vincula.kernel.people import tokens
    from vincula.kernel.people.models import User

    user = User.objects.filter(email=options.email.strip().casefold()).first()
    if user is None:
        raise Misconfigured(f"nobody here has the address {options.email}.")
    scopes = [scope.strip() for scope in options.scopes.split(",") if scope.strip()]
    expires_at = clock.now() + timedelta(days=options.days)
    try:
        issued, raw = tokens.issue(user=user, name=options.name, scopes=scopes, expires_at=expires_at)
    except ValidationError as error:
        raise Misconfigured(" ".join(error.messages)) from None
    print(raw)
    print(f"vincula: valid until {issued.expires_at:%Y-%m-%d}; it is not shown again.", file=sys.stderr)


def backup(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from vincula.config import backup, database

    database.check_reachable()
    made = backup.write(options.file)
    print(
        f"vincula: {options.file} holds {made.rows()} rows and {len(made.files)} files; keep it secret, it holds the key."
    )


def restore(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from vincula.config import backup, database
    from vincula.config.start import home_in_use

    database.check_reachable()
    with home_in_use(alone=True):
        made = backup.restore(options.file, force=options.force)
    print(f"vincula: restored {made.rows()} rows and {len(made.files)} files, as of {made.made_at}.")


def check(options: argparse.Namespace) -> None:
    ready_database()
    from django.core.management import CommandError, call_command

    from vincula.config.env import Misconfigured

    try:
        call_command("check", databases=["default"], fail_level="WARNING", stdout=io.StringIO())
    except CommandError as error:
        raise Misconfigured(f"the check found faults.\n{error}") from None
    from vincula.kernel.audit import trail

    if wrong := trail.verify():
        raise Misconfigured("the trail is not whole.\n" + "\n".join(wrong[:20]))
    print("vincula: no fault found; the trail is whole.")


def dump(options: argparse.Namespace) -> None:
    ready_database()
    from vincula.config import rows

    if options.hash:
        print(rows.dump_hash())
        return
    for line in rows.dump():
        sys.stdout.write(line + "\n")


def reference(options: argparse.Namespace) -> int:
    """Write (or compare) the documents that are made from the declarations; 1 when ``--check`` finds one stale."""
    import django

    django.setup()
    from vincula.kernel.reference import glossary

    stale = 0
    for name, text in glossary.documents().items():
        path = Path(name)
        if path.exists() and path.read_text() == text:
            continue
        stale = 1
        print(f"vincula: {name} {'is not up to date; run: vincula reference' if options.check else 'written'}")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return stale if options.check else 0


def bench(options: argparse.Namespace) -> int:
    from vincula.bench import running

    def prepare() -> None:
        from vincula.config import assets, database

        database.migrate()
        assets.collect()

    return running.run(options, prepare)


if __name__ == "__main__":
    main()
