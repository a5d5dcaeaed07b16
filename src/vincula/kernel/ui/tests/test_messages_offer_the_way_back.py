"""A message after a step can carry an address that takes the step back."""

import json

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpResponse

from vincula.kernel.ui import toasts


def test_undo_leads_only_within_this_site() -> None:
    assert toasts.undo_of(Message(constants.SUCCESS, "x", "undo=/a/1/undo/")) == "/a/1/undo/"
    assert toasts.undo_of(Message(constants.SUCCESS, "x", "undo=javascript:alert(1)")) == ""
    assert toasts.undo_of(Message(constants.SUCCESS, "x", "something")) == ""
    assert toasts.undo_of(Message(constants.SUCCESS, "x")) == ""


def test_tones_follow_the_level_of_whoever_wrote_the_message() -> None:
    levels = (constants.INFO, constants.SUCCESS, constants.WARNING, constants.ERROR)
    assert [toasts.tone_of(Message(level, "x")) for level in levels] == ["good", "good", "warn", "bad"]


def test_an_answer_for_htmx_carries_the_message_in_any_script() -> None:
    response = toasts.with_toast(HttpResponse(), "Сохранено", undo="/u/")
    assert response["HX-Trigger"].isascii()
    assert json.loads(response["HX-Trigger"])["vincula:toast"] == {"text": "Сохранено", "undo": "/u/", "tone": "good"}
