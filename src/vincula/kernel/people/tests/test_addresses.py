"""The wanted pages exist, the others do not, and none is drawn by a library's own template."""

import pytest
from allauth.urls import urlpatterns as everything
from django.template import engines
from django.test import Client
from django.urls import NoReverseMatch, reverse

from vincula.kernel import public
from vincula.kernel.people import addresses
from vincula.kernel.public.register import patterns

UNWANTED = [
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_request_login_code",
    "account_signup_by_passkey",
    "mfa_signup_webauthn",
    "mfa_trust",
    "usersessions_list",
]


def names_of(found) -> set[str]:
    names = set()
    for part in found:
        names |= names_of(part.url_patterns) if hasattr(part, "url_patterns") else {part.name}
    return names


def test_every_address_of_the_library_is_wanted_or_refused_on_purpose():
    wanted = names_of(addresses.sign_in) | names_of(addresses.two_steps)
    assert names_of(everything) - wanted - set(UNWANTED) == set()


@pytest.mark.parametrize("name", UNWANTED)
def test_what_is_not_offered_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["account/email/", "account/login/code/", "accounts/login/", "account/3rdparty/"])
def test_the_usual_addresses_of_the_library_lead_nowhere(bob, sign_in, path):
    assert sign_in(bob).get(f"/{path}").status_code == 404


def templates_of(callback) -> list[str]:
    callback = callback.view if isinstance(callback, addresses.SecondStep) else callback
    view = getattr(callback, "view_class", None)
    name = getattr(view, "template_name", None)
    return [name] if name and getattr(view, "__module__", "").startswith("allauth") else []


def test_every_page_of_the_library_is_drawn_by_our_template():
    ours = engines.all()[0]
    names = {name for _path, _name, view in patterns() for name in templates_of(view)}
    assert len(names) > 15
    for name in names - {"account/signup.html"}:  # closed: signup_closed.html is drawn instead
        assert "/people/jinja2/" in ours.get_template(name).template.filename
    assert "/people/jinja2/" in ours.get_template("account/signup_closed.html").template.filename


PAGES = [
    "account/logout/",
    "account/password/change/",
    "account/password/reset/",
    "account/password/reset/sent/",
    "account/password/reset/done/",
    "account/password/reset/1-bad/",
    "account/inactive/",
    "account/confirm/",
    "account/second-step/",
    "account/second-step/app/activate/",
    "account/second-step/recovery-codes/generate/",
    "account/second-step/passkeys/",
    "account/second-step/passkeys/add/",
    "me/",
    "me/sessions/",
    "me/tokens/",
    "settings/people/",
    "settings/people/invite/",
]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_drawn_whole(alice, sign_in, path, language):
    browser = sign_in(alice)
    browser.post("/account/confirm/", {"password": "nine green owls swim"})
    browser.post("/me/language", {"language": language})
    answer = browser.get(f"/{path}", follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in text
    assert text.count("<h1") == 1
    assert text.rstrip().endswith("</html>")
    assert "%(" not in text


def test_what_is_public_is_declared_with_a_reason(db):
    listed = {one.name: one.reason for one in public.declared()}
    assert "account_login" in listed
    assert all(reason.endswith(".") for reason in listed.values())


def test_everything_else_of_this_room_asks_for_sign_in(db):
    open_to_all = {one.name for one in public.declared()}
    here = ("/me/", "/settings/people/", "/account/")
    walked = 0
    for path, name, _view in patterns():
        if not path.replace("^", "").startswith(here) or name in open_to_all:
            continue
        address = path.replace("<int:pk>", "1").replace("<int:user_id>", "1").replace("<slug:verb>", "deactivate")
        address = address.replace("<int:session_id>", "1").replace("<int:token_id>", "1")
        for method in (Client().get, Client().post):
            assert method(address)["Location"].startswith("/account/login/"), address
        walked += 1
    assert walked > 20
