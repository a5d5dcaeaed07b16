"""A mail goes out after the commit, once for its key, and says how it went (X7, X9)."""

import smtplib
from datetime import timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from vincula.kernel import clock, jobs, mail
from vincula.kernel.jobs.models import Job
from vincula.kernel.mail import outgoing
from vincula.kernel.mail.models import Message

pytestmark = pytest.mark.django_db
State = Message.State


def send(**changes: Any) -> bool:
    values = {"to": "alice@example.org", "subject": "Привет", "text": "Hello", "key": "k"} | changes
    return mail.send(**values)


def only() -> Message:
    return Message.objects.get()


def again() -> None:
    Job.objects.update(due_at=clock.now())
    jobs.drain()


def test_a_mail_is_sent_by_the_job_and_recorded() -> None:
    assert send(html="<p>Hello</p>")
    assert django_mail.outbox == []
    jobs.drain()
    sent = django_mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["alice@example.org"], "Привет", "Hello")
    assert "<p>Hello</p>" in sent.message().as_string()
    assert (only().state, only().sent_at is not None) == (State.SENT, True)


def test_nothing_is_sent_twice_for_one_key() -> None:
    assert send()
    assert not send(subject="Another")
    jobs.drain()
    assert not send()
    jobs.drain()
    outgoing.deliver(message_id=only().pk)
    assert len(django_mail.outbox) == 1


def test_what_is_rolled_back_is_not_sent() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        send()
        raise RuntimeError
    jobs.drain()
    assert django_mail.outbox == []
    assert not Message.objects.exists()


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x85", "\0", "\x0b"])
def test_nothing_can_be_smuggled_into_the_headers(breaks: str) -> None:
    send(subject=f"Hi{breaks}Bcc: eve@example.org")
    jobs.drain()
    raw = django_mail.outbox[0].message()
    assert raw["Bcc"] is None
    assert str(make_header(decode_header(raw["Subject"]))) == "Hi Bcc: eve@example.org"


@pytest.mark.parametrize(
    "to", ["", "alice", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "A <a@example.org>"]
)
def test_only_one_plain_address_is_taken(to: str) -> None:
    with pytest.raises(ValidationError):
        send(to=to)
    assert not Job.objects.exists()


class Server:
    """Stands for a mail server that answers with errors, then takes the mail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, where: str, *errors: BaseException) -> None:
        self.errors = list(errors)
        original = getattr(EmailBackend, where)

        def answer(backend: Any, *args: Any) -> Any:
            if self.errors:
                raise self.errors.pop(0)
            return original(backend, *args)

        monkeypatch.setattr(EmailBackend, where, answer)


def test_a_temporary_refusal_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Server(monkeypatch, "send_messages", smtplib.SMTPDataError(451, b"greylisted"))
    send()
    jobs.drain()
    assert (only().state, "greylisted" in only().error) == (State.WAITING, True)
    again()
    assert (only().state, only().error, len(django_mail.outbox)) == (State.SENT, "", 1)


def test_a_server_that_cannot_be_reached_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Server(monkeypatch, "open", TimeoutError("no answer"), ConnectionRefusedError("refused"))
    send()
    jobs.drain()
    again()
    assert only().state == State.WAITING
    again()
    assert only().state == State.SENT


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPDataError(554, b"spam"),
        smtplib.SMTPRecipientsRefused({"alice@example.org": (550, b"unknown")}),
    ],
)
def test_a_final_refusal_is_not_tried_again(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    Server(monkeypatch, "send_messages", error)
    send()
    jobs.drain()
    again()
    assert (only().state, django_mail.outbox) == (State.FAILED, [])


def test_a_server_that_always_has_trouble_fails_the_mail_visibly(monkeypatch: pytest.MonkeyPatch) -> None:
    Server(monkeypatch, "send_messages", *[smtplib.SMTPDataError(451, b"busy")] * 20)
    send()
    for _ in range(outgoing.MAX_ATTEMPTS + 1):
        again()
    assert (only().state, only().attempts) == (State.FAILED, outgoing.MAX_ATTEMPTS)


def test_a_mail_that_may_have_arrived_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Server(monkeypatch, "send_messages", smtplib.SMTPServerDisconnected("gone"))
    send()
    jobs.drain()
    again()
    assert (only().state, django_mail.outbox) == (State.UNCERTAIN, [])


def test_a_mail_whose_worker_died_while_sending_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Server(monkeypatch, "send_messages", KeyboardInterrupt())
    send()
    with pytest.raises(KeyboardInterrupt):
        jobs.drain()
    with clock.frozen(clock.now() + timedelta(hours=1)):
        jobs.drain()
    assert (only().state, django_mail.outbox) == (State.UNCERTAIN, [])


def test_texts_of_old_mails_are_forgotten_and_the_fact_is_kept() -> None:
    send()
    jobs.drain()
    outgoing.forget_texts()
    assert only().text == "Hello"
    with clock.frozen(clock.now() + timedelta(days=91)):
        outgoing.forget_texts()
    assert (only().text, only().subject) == ("", "Привет")


def test_mail_of_libraries_goes_through_the_outbox_too(settings: Any) -> None:
    settings.MAIL_DELIVERY_BACKEND = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "vincula.kernel.mail.outbox.Outbox"
    with pytest.raises(RuntimeError), transaction.atomic():
        django_mail.send_mail("Reset", "A link", None, ["alice@example.org"])
        raise RuntimeError
    django_mail.send_mail("Reset", "A link", None, ["alice@example.org", "bob@example.org"])
    assert django_mail.outbox == []
    jobs.drain()
    assert sorted(sent.to[0] for sent in django_mail.outbox) == ["alice@example.org", "bob@example.org"]
