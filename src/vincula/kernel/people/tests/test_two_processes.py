"""Two processes on one database: what is ended in one is over in the other (issue 3, section 3)."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from vincula.kernel import clock
from vincula.kernel.people import actions, tokens
from vincula.kernel.people.tests.factories import user

pytestmark = [pytest.mark.deep, pytest.mark.django_db(transaction=True)]

ASK = """
import sys, django
django.setup()
from django.test import Client
from django.db import close_old_connections
raw, key = sys.argv[1:]
for line in sys.stdin:
    token = Client(headers={"authorization": f"Bearer {raw}"}).get("/api/v1/me", HTTP_HOST="localhost").status_code
    browser = Client()
    browser.cookies["vincula"] = key
    print(token, browser.get("/me/", HTTP_HOST="localhost").status_code, flush=True)
"""


def test_what_is_revoked_in_one_process_is_refused_by_the_other_at_once(tmp_path: Path) -> None:
    """Two programs on one database: the second has served the token and the session a moment before."""
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("this database is in the memory of one process; PostgreSQL runs it")
    eve = user(name="Eve", email="eve@vincula.test")
    expires = clock.now() + timedelta(days=1)
    token, raw = tokens.issue(user=eve, name="x", scopes=["read"], expires_at=expires)
    browser = Client()
    browser.force_login(eve, backend="allauth.account.auth_backends.AuthenticationBackend")
    env = {**_environment(tmp_path), "DJANGO_SETTINGS_MODULE": "vincula.config.settings"}
    command = [sys.executable, "-c", ASK, raw, browser.cookies["vincula"].value]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=env, text=True, **pipes) as other:

        def answers() -> str:
            assert other.stdin
            assert other.stdout
            other.stdin.write("\n")
            other.stdin.flush()
            return str(other.stdout.readline().strip())

        try:
            assert answers() == "200 200"
            actions.revoke_token(token=token, who=eve)
            browser.post("/account/logout/")
            assert answers() == "401 302"
        finally:
            other.kill()


def _environment(home: Path) -> dict[str, str]:
    """For another process on the database of this test."""
    given = connection.settings_dict
    environment = {**os.environ, "VINCULA_HOME": str(home), "VINCULA_SECRET_KEY": settings.SECRET_KEY}
    if connection.vendor == "postgresql":
        base = os.environ["DATABASE_URL"].rpartition("/")[0]
        options = "?" + os.environ["DATABASE_URL"].partition("?")[2] if "?" in os.environ["DATABASE_URL"] else ""
        environment["DATABASE_URL"] = f"{base}/{given['NAME']}{options}"
    else:
        (home / "vincula.sqlite3").symlink_to(given["NAME"])
    return environment
