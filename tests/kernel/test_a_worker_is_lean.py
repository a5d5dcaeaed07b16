"""What few people ask for is loaded when they do: a web worker has 120 MB (issue 3)."""

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.test import Client
from markupsafe import Markup

from vincula.kernel.people.tests.factories import user
from vincula.parties.tests import factories

SELDOM = {  # second steps; rich text; telephone numbers; tests; files and papers, which belong into children
    "cryptography", "fido2", "markdown_it", "nh3", "phonenumbers", "unittest",
    "docx", "lxml", "openpyxl", "python_calamine", "qrcode", "typst", "vl_convert", "vobject",
}  # fmt: skip
STARTED = """
import sys
from vincula.config import wsgi
from allauth.account.adapter import get_adapter
from django.urls import reverse
reverse("mfa_index"), get_adapter()  # now all addresses are read, as for a first page
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
TESTED = """
from vincula.config import wsgi
from django.core.signals import setting_changed
from django.test import Client, signals
assert signals.setting_changed is setting_changed
print(Client.__module__)
"""
ANSWERED = """
import gc, io, weakref
from vincula.config import wsgi
from django.http import HttpResponse
seen = []
def answer(self, request):
    request.user = lambda: request  # as Django's middleware puts it there
    seen.append(weakref.ref(request))
    response = HttpResponse("done")
    response._resource_closers.append(request.close)  # as Django's own does
    return response
wsgi.Application.get_response = answer
gc.disable()
asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.input": io.BytesIO()}
sent = wsgi.application(asked, lambda status, headers: None)
before = seen[0]() is not None
sent.close()
del sent
print(before, seen[0]() is None)
"""


def said_by(program: str, home: Path) -> list[str]:
    """The words that a program says in a process of its own, as a worker is one."""
    environment = {**os.environ, "VINCULA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "vincula.config.settings"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_request_is_gone_when_it_is_answered(tmp_path: Path) -> None:
    assert said_by(ANSWERED, tmp_path) == ["True", "True"]


def test_a_worker_that_knows_its_addresses_has_not_loaded_what_few_ask_for(tmp_path: Path) -> None:
    loaded = set(said_by(STARTED, tmp_path))
    assert {"django", "vincula", "allauth"} <= loaded
    assert loaded & SELDOM == set()


def test_what_a_worker_has_not_loaded_can_be_loaded_later(tmp_path: Path) -> None:
    assert said_by(TESTED, tmp_path) == ["django.test.client"]


def test_a_list_is_gone_when_it_is_sent(db: Any) -> None:
    """A page that holds itself waits for the collector: at 100 KB each they were what a worker grew by."""
    admin = user(name="Alice", is_superuser=True, password=None)
    for _ in range(30):
        factories.organisation(admin)
    client = Client()
    client.force_login(admin)
    client.get("/organisations/")
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        assert client.get("/organisations/").status_code == 200
        gc.collect()
        held = [text for found in gc.garbage if type(found) is dict for text in found.values() if type(text) is Markup]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert max(map(len, held), default=0) < 2_000
