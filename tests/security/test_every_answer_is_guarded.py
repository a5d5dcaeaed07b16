"""Headers that no answer may lack: no foreign script, no frame, no sniffing, no copy kept on the way (issue 3, section 3)."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.access import walk
from tests.access.world import World
from tests.security.addresses import every, operations

pytestmark = pytest.mark.django_db
PUBLIC = ("alive", "catalogue", "catalogue-json")  # everybody reads the same there: a cache may keep it
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src|type=\"application/json\"))[^>]*>|<[^>]+\son\w+\s*=|href=\"javascript:|<style\b", re.I
)


def lacks(answer: Any, *, private: bool) -> list[str]:
    """What is not as it should be."""
    kept = answer.headers.get("Cache-Control", "")
    said, policy = answer.headers, answer.headers.get("Content-Security-Policy", "")
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";") if " " in part.strip())
    wanted = {
        "scripts of our own only": rules.get("script-src") == "'self'"
        and "unsafe" not in rules.get("style-src", "unsafe"),
        "nothing by default": rules.get("default-src") == "'none'",
        "no base": rules.get("base-uri") == "'none'",
        "forms lead here": rules.get("form-action") == "'self'",
        "no frame": rules.get("frame-ancestors") == "'none'" and said.get("X-Frame-Options") == "DENY",
        "no sniffing": said.get("X-Content-Type-Options") == "nosniff",
        "referrer stays": said.get("Referrer-Policy") == "same-origin",
        "not kept": not private or "no-store" in kept or kept == "private, no-cache",
    }
    return [name for name, held in wanted.items() if not held]


def test_every_address_answers_with_every_guard(world: World, client: Client) -> None:
    """One address of every URL name, read by somebody and by nobody; what a person is shown is never kept."""
    paths, stranger, wrong = every(world), Client(), {}
    for name, path in paths.items():
        own = client.get(path)
        found = lacks(own, private=own.status_code < 400 and name not in PUBLIC)
        found += [f"to a stranger: {lack}" for lack in lacks(stranger.get(path), private=False)]
        body = b"" if own.streaming else own.content
        found += ["script inside"] if INLINE.search(body.decode("utf-8", "replace")) else []
        if found:
            wrong[path] = found
    for method, path, _pattern in operations():
        if method == "GET" and (found := lacks(client.get(path), private=True)):
            wrong[path] = found
    assert wrong == {}
    assert len(paths) > 80


def test_a_download_is_never_shown_in_the_page(world: World, client: Client) -> None:
    for form in ("csv", "xlsx", "jsonl"):
        answer = client.get(f"/organisations/export/?format={form}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert lacks(answer, private=True) == []
        assert walk.body(answer)


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "evil.test:80", "a/b", ""])
def test_another_host_name_is_not_served(db: None, host: str) -> None:
    answer = Client().get("/account/login/", HTTP_HOST=host)
    assert answer.status_code == 400
    assert b"evil.test" not in answer.content


def test_a_forwarded_host_is_not_believed(db: None) -> None:
    answer = Client().get("/me/", headers={"x-forwarded-host": "evil.test", "x-original-url": "/settings/"})
    assert answer.headers["Location"] == "/account/login/?next=%2Fme%2F"


def test_a_method_cannot_be_put_on_by_a_header_or_a_field(world: World, client: Client) -> None:
    record = world.belgian["parties.organisation"]
    path, before = f"/api/v1/organisations/{record.pk}", record.version
    for headers in ({"x-http-method-override": "DELETE"}, {"x-http-method": "DELETE"}, {"x-method-override": "PATCH"}):
        assert client.get(path, headers=headers).status_code == 200
        assert client.post(path, "{}", content_type="application/json", headers=headers).status_code == 405
    assert client.get(f"{path}?_method=DELETE").status_code == 200
    assert client.post(f"/organisations/{record.pk}/", {"_method": "DELETE"}).status_code == 405
    record.refresh_from_db()
    assert (record.version, record.trashed_at) == (before, None)
    assert client.trace("/").status_code == 405
