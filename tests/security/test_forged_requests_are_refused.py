"""A page of somebody else cannot act through a signed-in browser: every address that writes, every content type."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.access import unsafe
from tests.access.world import World
from tests.security.addresses import every, operations

pytestmark = pytest.mark.django_db
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
BODIES: tuple[tuple[str, Any], ...] = (
    ("application/x-www-form-urlencoded", "a=1"),
    ("text/plain", '{"name": "forged"}'),
    ("application/json", '{"name": "forged"}'),
    ("application/json; charset=utf-16", '{"name": "forged"}'),
    ("multipart/form-data; boundary=x", "--x--"),
    ("", ""),
)
TAKES_NONE = ("alive",)


def strict(client: Client) -> Client:
    """The same session, in a browser whose requests are checked as real ones are."""
    made = Client(enforce_csrf_checks=True)
    made.cookies["vincula"] = client.cookies["vincula"].value
    return made


def test_every_address_that_writes_wants_the_token_of_a_page(world: World, client: Client) -> None:
    """403 whatever is sent as, or 405 where nothing can be posted; and not one byte is written."""
    forged, before, asked, wrong = strict(client), unsafe.digest(), 0, []
    for name, path in every(world).items():
        for kind, body in BODIES if name.startswith("entity:") else BODIES[:3]:
            status = forged.post(path, body, content_type=kind).status_code
            asked += 1
            if status not in (403, 405) and name not in TAKES_NONE:
                wrong.append((path, kind, status))
    for method, path, _pattern in operations():
        for kind, body in BODIES if method not in SAFE else ():
            status = forged.generic(method, path, body, content_type=kind).status_code
            asked += 1
            if status != 403:
                wrong.append((method, path, kind, status))
    assert wrong == []
    assert asked > 400
    assert unsafe.digest() == before


def test_the_token_counts_with_its_own_cookie_and_from_this_site_only(world: World, client: Client) -> None:
    record, browser = world.belgian["parties.organisation"], strict(client)
    browser.get(f"/organisations/{record.pk}/")
    token = browser.cookies["csrftoken"].value
    path, body = f"/api/v1/organisations/{record.pk}", json.dumps({"tags": ["mine"]})

    def change(**headers: str) -> int:
        return int(browser.patch(path, body, content_type="application/json", headers=headers).status_code)

    assert change(**{"x-csrftoken": "a" * len(token)}) == 403
    assert change(**{"x-csrftoken": token, "origin": "https://evil.test"}) == 403
    assert change(**{"x-csrftoken": token, "origin": "null"}) == 403
    assert change(**{"x-csrftoken": token}) == 200
    del browser.cookies["csrftoken"]
    assert change(**{"x-csrftoken": token}) == 403


def test_a_bad_key_is_never_saved_by_a_good_cookie(world: World, client: Client) -> None:
    record = world.belgian["parties.organisation"]
    for key in ("Bearer vnc_" + "a" * 40, "Bearer ", "Basic YTpi", "Bearer x"):
        answer = client.delete(f"/api/v1/organisations/{record.pk}", headers={"authorization": key})
        assert answer.status_code == 401, key
    record.refresh_from_db()
    assert record.trashed_at is None


def test_reading_writes_nothing(world: World, client: Client) -> None:
    """A picture or a link to any address changes no row; an export is written down, and that is all."""
    before = unsafe.digest()
    for name, path in every(world).items():
        if "export" not in name:
            client.get(path)
    for method, path, _pattern in operations():
        if method == "GET":
            client.get(path)
    assert unsafe.digest() == before
