"""Whether an account exists is told neither by an answer nor by the time it takes (issue 3, section 3)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from vincula.kernel import clock
from vincula.kernel.mail.models import Message
from vincula.kernel.people import tokens
from vincula.kernel.people.models import User
from vincula.kernel.people.tests.factories import user

pytestmark = pytest.mark.django_db
RESET = "/account/password/reset/"
VARIES = re.compile(r'value="[^"]*"|data-now="[^"]*"|"X-CSRFToken": ?"\w+"|[\w.+-]+@[\w.-]+')


def bare(answer: Any) -> tuple[Any, ...]:
    text = VARIES.sub("", answer.content.decode())
    cookies = sorted(answer.cookies)
    return answer.status_code, text, answer.headers.get("Location"), tuple(cookies)


@pytest.fixture
def people(db: None) -> list[str]:
    """Addresses of every sort of account, and one that has none."""
    user(name="known", email="known@vincula.test")
    user(name="invited", email="invited@vincula.test", password=None)
    user(name="gone", email="gone@vincula.test", is_active=False)
    user(name="robot", email="robot@vincula.test", kind="service")
    user(name="boss", email="boss@vincula.test", is_superuser=True)
    return [f"{name}@vincula.test" for name in ("known", "invited", "gone", "robot", "boss", "nobody")]


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for every run of the password hash: the only work that lasts long enough to be measured from afar."""
    runs: list[int] = []
    usual = type(get_hasher())
    encode = usual.encode
    monkeypatch.setattr(usual, "encode", lambda self, *a, **k: (runs.append(1), encode(self, *a, **k))[1])
    return runs


def sent(path: str, **data: str) -> Callable[[str], Any]:
    return lambda email: Client().post(path, {name: value or email for name, value in data.items()})


@pytest.mark.parametrize(
    "ask",
    [sent("/account/login/", login="", password="wrong but long enough"), sent(RESET, email=""),
     sent("/account/signup/", email="", password1="seven blue bees hum")],
    ids=["sign in", "new password", "sign up"],
)  # fmt: skip
def test_every_account_and_none_get_one_answer_and_one_effort(
    ask: Callable[[str], Any], people: list[str], hashed: list[int]
) -> None:
    answers, efforts = {}, {}
    for email in people:
        cache.clear()
        hashed.clear()
        answers[email] = bare(ask(email))
        efforts[email] = len(hashed)
    assert len(set(answers.values())) == 1
    assert len(set(efforts.values())) == 1, efforts


@pytest.mark.usefixtures("outbox")
def test_asking_for_a_new_password_costs_the_same_statements(people: list[str]) -> None:
    """Every address has a letter written (for nobody's it is torn up) and one line in the trail committed."""
    written, committed = {}, {}
    for email in people:
        cache.clear()
        Client().post(RESET, {"email": email})  # what is asked for the first time only
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            assert Client().post(RESET, {"email": email}).status_code == 302
        said = [query["sql"] for query in seen.captured_queries]
        written[email] = [sql.split("(")[0] for sql in said if sql.startswith(("INSERT", "UPDATE"))]
        committed[email] = sum("audit_" in sql for sql in said if sql.startswith("INSERT"))
    assert len({tuple(each) for each in written.values()}) == 1, written
    assert set(committed.values()) == {1}
    assert (
        Message.objects.exclude(to__in=("known@vincula.test", "invited@vincula.test", "boss@vincula.test")).count() == 0
    )


@pytest.fixture
def outbox(settings: Any) -> None:
    """As it is in service: letters are rows of the outbox."""
    settings.EMAIL_BACKEND = "vincula.kernel.mail.outbox.Outbox"


def test_every_bad_key_is_refused_in_one_way(people: list[str]) -> None:
    def answer(raw: str) -> tuple[Any, ...]:
        return bare(Client(headers={"authorization": f"Bearer {raw}"}).get("/api/v1/me"))

    known = User.objects.get(email="known@vincula.test")
    ended, raw = tokens.issue(user=known, name="x", scopes=["read"], expires_at=clock.now() + timedelta(days=1))
    tokens.revoke(ended)
    assert answer(raw) == answer("vnc_" + "a" * 40) == answer("vnc_short") == answer("x" * 5000)


def test_the_address_of_an_account_is_changed_by_nobody_from_outside(people: list[str]) -> None:
    """There is no page that would tell whether an address is taken: addresses are not changed here."""
    for path in ("/account/email/", "/account/confirm-email/x/", "/accounts/email/", "/account/3rdparty/"):
        assert Client().post(path, {"email": "known@vincula.test"}).status_code in (302, 404)
