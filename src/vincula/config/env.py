"""What an operator may set. Read once, checked, with errors that say what to do (requirement X11)."""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

read = environ.Env()


class Misconfigured(SystemExit):
    """A setting the program cannot start with. The text is shown to the operator as it is."""

    def __init__(self, text: str) -> None:
        super().__init__(f"vincula: {text}")


class Environment:
    """The environment variables that Vincula knows; each property names its variable."""

    package = Path(__file__).resolve().parents[1]

    @cached_property
    def home(self) -> Path:
        """``VINCULA_HOME``: folder of the embedded database, files and keys (default ``var/`` here)."""
        path = Path(os.environ.get("VINCULA_HOME") or "var").expanduser().resolve()
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = path / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Misconfigured(
                f"cannot write to {path} ({error.strerror}); set VINCULA_HOME to a folder you own."
            ) from None
        return path

    @cached_property
    def secret_key(self) -> str:
        """``VINCULA_SECRET_KEY``, else made at the first start and kept in the home, readable by its owner only."""
        if given := os.environ.get("VINCULA_SECRET_KEY"):
            return given
        path = self.home / "secret.key"
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            pass
        return path.read_text()

    @cached_property
    def database(self) -> dict[str, Any]:
        """``DATABASE_URL`` (``postgres://…``); without it SQLite in the home.

        SQLite: WAL with ``synchronous=FULL`` loses no acknowledged write in a power cut (NORMAL does); IMMEDIATE
        transactions, because a transaction that starts by reading cannot wait for the writer later.
        """
        url = os.environ.get("DATABASE_URL", "")
        if not url:
            return {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(self.home / "vincula.sqlite3"),
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 30,
                    "init_command": (
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                        "PRAGMA cache_size=-700; PRAGMA temp_store=MEMORY"
                    ),
                },
                "TEST": {"NAME": os.environ.get("VINCULA_TEST_DATABASE")},
                "CONN_MAX_AGE": None,
            }
        if not url.startswith(("postgres://", "postgresql://")):
            raise Misconfigured("DATABASE_URL must start with postgres:// (or be absent: then SQLite is used).")
        database = dict(read.db_url_config(url))
        database["HOST"] = unquote(database["HOST"] or "")  # %2Fvar%2Frun%2Fpostgresql is a socket's folder
        database["ENGINE"] = "django.db.backends.postgresql"
        # A machine that is gone does not say so: give up connecting after 5 s, and on an answer after 30 s of silence.
        silence = {"connect_timeout": 5, "keepalives_idle": 20, "keepalives_interval": 5, "tcp_user_timeout": 30_000}
        # A page asks for little, in few and long statements: starting others to help, or compiling, takes longer than
        # what it saves. What it asks for lies in memory or on a disk without heads. A table is read from its beginning.
        # What is asked again and again is prepared (``kernel.access.prepared``), and planned once; for a pooler that
        # knows no such statements ``?prepare_threshold=none`` leaves that out.
        choices = {
            "max_parallel_workers_per_gather": "0",
            "jit": "off",
            "random_page_cost": "1.1",
            "synchronize_seqscans": "off",
            "plan_cache_mode": "force_generic_plan",
        }
        alone = {"options": " ".join(f"-c {name}={value}" for name, value in choices.items())}
        given = {name: None if value == "none" else value for name, value in database.get("OPTIONS", {}).items()}
        database["OPTIONS"] = silence | alone | {"prepare_threshold": 0} | given
        database["CONN_MAX_AGE"] = 300
        database["CONN_HEALTH_CHECKS"] = True
        return database

    @cached_property
    def port(self) -> int:
        """``VINCULA_PORT`` (default 8000)."""
        return int(read.int("VINCULA_PORT", default=8000))

    @cached_property
    def base_url(self) -> str:
        """``VINCULA_URL``: how people reach the installation. Passkeys refuse 127.0.0.1, so localhost."""
        return str(read.str("VINCULA_URL", default=f"http://localhost:{self.port}").rstrip("/"))

    @cached_property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @cached_property
    def behind_proxy(self) -> bool:
        """``VINCULA_BEHIND_PROXY``: believe X-Forwarded-Proto (set only behind a proxy that sets it)."""
        return bool(read.bool("VINCULA_BEHIND_PROXY", default=False))

    @cached_property
    def allowed_hosts(self) -> list[str]:
        """``VINCULA_HOSTS``: host names served, comma-separated, beside the one of ``VINCULA_URL``."""
        own = self.base_url.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0]
        return [own, "localhost", "127.0.0.1", "[::1]", *read.list("VINCULA_HOSTS", default=[])]

    @cached_property
    def trusted_origins(self) -> list[str]:
        return [self.base_url]

    @cached_property
    def email(self) -> dict[str, Any]:
        """``VINCULA_MAIL_URL`` (``smtp+tls://user:password@host:587``); without it mails are files in the home."""
        if os.environ.get("VINCULA_MAIL_URL"):
            return dict(read.email_url("VINCULA_MAIL_URL"))
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}

    @cached_property
    def mail_from(self) -> str:
        return str(read.str("VINCULA_MAIL_FROM", default="Vincula <vincula@localhost>"))

    @cached_property
    def log_level(self) -> str:
        return str(read.str("VINCULA_LOG_LEVEL", default="INFO").upper())

    @cached_property
    def test_instance(self) -> bool:
        """``VINCULA_TEST_INSTANCE``: stories may set the clock. Never for real data."""
        return bool(read.bool("VINCULA_TEST_INSTANCE", default=False))


env = Environment()
