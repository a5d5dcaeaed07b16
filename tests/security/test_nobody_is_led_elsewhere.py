"""Open redirects: no parameter of any address leads to another site."""

import html
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from tests.access.world import World
from tests.security.addresses import every

pytestmark = pytest.mark.django_db
ELSEWHERE = ("https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)", "http:evil.test",
             "\thttps://evil.test", "/%09/evil.test", "https:/evil.test", "///evil.test", "data:text/html,x")  # fmt: skip
NAMES = ("next", "return", "back", "url", "redirect", "redirect_to", "to", "into")
LINK = re.compile(r'(?:href|action|formaction|hx-get|hx-post|content)="(?:\d+;\s*url=)?([^"]*)"', re.I)


def strange(address: str) -> bool:
    """Whether a browser would leave this site for it, or run it."""
    plain = re.sub(r"[\t\n\r]", "", html.unescape(address)).replace("\\", "/").strip().lower()
    if plain.startswith(("http://localhost", "http://testserver")):
        return False
    return plain.startswith(("//", "javascript:", "data:text", "http:", "https:"))


def leading(answer: Any) -> list[str]:
    """Every address that the answer leads to."""
    found = [
        answer.headers[name] for name in ("Location", "HX-Redirect", "HX-Location", "Refresh") if name in answer.headers
    ]
    if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
        found += LINK.findall(answer.content.decode("utf-8", "replace"))
    return found


def asked(world: World, client: Client, targets: tuple[str, ...]) -> tuple[list[tuple[str, str]], int]:
    wrong, count = [], 0
    for path in every(world).values():
        sep = "&" if "?" in path else "?"
        for target in targets:
            values = dict.fromkeys(NAMES, target)
            query = "&".join(f"{name}={quote(target, safe='')}" for name in NAMES)
            calls = (
                lambda p=path, s=sep, q=query: client.get(f"{p}{s}{q}", headers={"referer": "https://evil.test/"}),
                lambda p=path, v=values: client.post(p, v, headers={"hx-current-url": "https://evil.test/"}),
            )
            for call in calls:
                with transaction.atomic():
                    found = [there for there in leading(call()) if strange(there)]
                    transaction.set_rollback(True)
                count += 1
                wrong += [(path, there) for there in found]
    return wrong, count


def test_no_address_leads_elsewhere(world: World, client: Client) -> None:
    wrong, count = asked(world, client, ELSEWHERE[1:2])
    assert wrong == []
    assert count > 150


@pytest.mark.deep
def test_no_address_leads_elsewhere_however_it_is_written(world: World, client: Client) -> None:
    wrong, count = asked(world, client, ELSEWHERE)
    assert wrong == []
    assert count > 1500


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_and_out_lead_nowhere_else(world: World, target: str) -> None:
    stranger = Client()
    for path in (
        "/account/login/",
        "/account/logout/",
        "/account/confirm/",
        "/account/second-step/authenticate/",
        "/me/language",
    ):
        for answer in (stranger.get(path, {"next": target}), stranger.post(path, {"next": target, "value": "fr"})):
            assert [there for there in leading(answer) if strange(there)] == [], path


@pytest.mark.parametrize(
    ("address", "bad"), [(each, True) for each in ELSEWHERE[:9]] + [("/organisations/?next=//x", False)]
)
def test_the_judge_knows_a_strange_address(address: str, bad: bool) -> None:
    assert strange(address.replace("%09", "\t")) == bad
