"""API tokens: scopes that only narrow, expiry, revocation (X7)."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vincula.kernel import clock
from vincula.kernel.people import tokens
from vincula.kernel.people.models import ApiToken
from vincula.kernel.people.tests.factories import user
from vincula.kernel.public import KEYS


def issued(who, *scopes: str, days: int = 30, name: str = "nightly export"):
    return tokens.issue(user=who, name=name, scopes=scopes or ("read",), expires_at=clock.now() + timedelta(days=days))


def test_a_token_is_recognised_by_its_text_and_the_text_is_nowhere_in_the_table(bob):
    token, raw = issued(bob)
    assert len(raw) == 44
    assert raw.startswith("vnc_")
    assert tokens.authenticate(raw) == token
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert raw not in str(row)
    assert raw[4:] not in str(row)


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda raw: raw[:-1], lambda raw: raw + "A", lambda raw: "", lambda raw: raw[4:]]
)
def test_anything_but_the_exact_text_is_refused(bob, spoil):
    _token, raw = issued(bob)
    assert tokens.authenticate(spoil(raw)) is None


@pytest.mark.parametrize(
    "hostile", ["vnc_" + "\ud800" * 40, "vnc_" + "é" * 40, "\0", "vnc_' OR 1=1 --", "v" * 1_000_000]
)
def test_hostile_texts_are_refused_without_an_error(db, hostile):
    assert tokens.authenticate(hostile) is None


def test_an_expired_token_is_refused(bob):
    token, raw = issued(bob)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    assert tokens.authenticate(raw) is None


def test_a_revoked_token_is_refused_at_once_and_keeps_its_first_moment(bob):
    token, raw = issued(bob)
    tokens.revoke(token)
    assert tokens.authenticate(raw) is None
    token.refresh_from_db()
    first = token.revoked_at
    tokens.revoke(token)
    token.refresh_from_db()
    assert token.revoked_at == first


def test_the_tokens_of_somebody_inactive_are_refused(bob):
    _token, raw = issued(bob)
    bob.is_active = False
    bob.save()
    assert tokens.authenticate(raw) is None


def test_a_service_account_uses_tokens(db):
    _token, raw = issued(user(name="robot", kind="service"))
    assert tokens.authenticate(raw) is not None


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER  {}"])
def test_a_token_in_the_header_opens_the_api(bob, rf, header):
    token, raw = issued(bob)
    request = rf.get("/api/v1/x/", headers={"Authorization": header.format(raw)})
    assert tokens.opens(request)
    assert request.api_token == token
    assert not hasattr(request, "user")


@pytest.mark.parametrize("header", ["", "Basic {}", "{}", "Token {}", "Bearer {}x", "Bearer"])
def test_any_other_header_opens_nothing(bob, rf, header):
    _token, raw = issued(bob)
    request = rf.get("/api/v1/x/", headers={"Authorization": header.format(raw)})
    assert not tokens.opens(request)
    assert request.api_token is None


def test_the_door_of_the_api_asks_for_tokens():
    assert tokens.opens in list(KEYS)


def test_use_is_noted_once_a_minute_at_most(bob):
    token, raw = issued(bob)
    tokens.authenticate(raw)
    token.refresh_from_db()
    assert token.last_used_at is not None
    with CaptureQueriesContext(connection) as asked:
        tokens.authenticate(raw)
    assert len(asked) == 1
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=clock.now() - timedelta(seconds=61))
    with CaptureQueriesContext(connection) as asked:
        tokens.authenticate(raw)
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (("read",), True, False),
        (("write",), True, True),
        (("parties.person:read",), True, False),
        (("parties.person:write",), True, True),
        (("parties.organisation:write",), False, False),
        (("parties.organisation:read", "parties.person:read"), True, False),
    ],
)
def test_scopes_reach_what_they_name_and_nothing_else(bob, scopes, reads, writes):
    token, _raw = issued(bob, *scopes)
    assert token.covers("parties.person", writing=False) is reads
    assert token.covers("parties.person", writing=True) is writes


@pytest.mark.parametrize(
    "scope", ["", "admin", "READ", "parties.person", "parties.person:delete", "read ", "*:read", "a.b.c:read"]
)
def test_a_scope_that_does_not_exist_is_refused(bob, scope):
    with pytest.raises(ValidationError):
        issued(bob, scope)


@pytest.mark.parametrize("days", [-1, 0, 367, 4000])
def test_a_token_lives_a_year_at_most(bob, days):
    with pytest.raises(ValidationError):
        issued(bob, days=days)


def test_a_token_needs_a_name_and_a_scope(bob):
    with pytest.raises(ValidationError) as refused:
        tokens.issue(user=bob, name=" ", scopes=[], expires_at=clock.now() + timedelta(days=1))
    assert set(refused.value.message_dict) == {"name", "scopes"}


def test_the_page_shows_a_new_token_once_and_never_again(bob, sign_in):
    browser = sign_in(bob)
    day = (clock.now() + timedelta(days=90)).date().isoformat()
    answer = browser.post("/me/tokens/", {"name": "nightly", "scopes": ["read"], "expires_on": day})
    raw = re.search(r'id="raw-token"[^>]* value="([^"]+)"', answer.content.decode()).group(1)
    assert "no-store" in answer["Cache-Control"]
    assert tokens.authenticate(raw).user == bob
    later = browser.get("/me/tokens/").content.decode()
    assert "nightly" in later
    assert raw not in later
    assert f"…{raw[-4:]}" in later


def test_the_page_says_at_the_field_what_is_wrong(bob, sign_in):
    answer = sign_in(bob).post("/me/tokens/", {"name": "nightly", "scopes": ["read"], "expires_on": "2099-01-01"})
    assert answer.status_code == 422
    assert 'id="id_expires_on-error"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_the_form_proposes_ninety_days(bob, sign_in):
    page = sign_in(bob).get("/me/tokens/").content.decode()
    field = re.search(r'<input[^>]*name="expires_on"[^>]*>', page).group()
    assert f'value="{(clock.now() + timedelta(days=90)).date().isoformat()}"' in field


def test_one_revokes_ones_own_tokens_and_nobody_elses(alice, bob, sign_in):
    mine, raw = issued(bob)
    hers, her_raw = issued(alice)
    browser = sign_in(bob)
    assert browser.post(f"/me/tokens/{mine.pk}/revoke/").status_code == 302
    assert browser.post(f"/me/tokens/{hers.pk}/revoke/").status_code == 404
    assert tokens.authenticate(raw) is None
    assert tokens.authenticate(her_raw) is not None
    assert str(hers) not in browser.get("/me/tokens/").content.decode()
