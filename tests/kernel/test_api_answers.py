"""What the API writes is what Django's encoder would say, in fewer bytes and sooner."""

import json
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from vincula.kernel.api import render

texts = st.text(st.characters(), max_size=20)  # half characters as well, which no database holds but JSON in one may
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


@given(body=st.dictionaries(texts, values))
def test_an_answer_says_what_djangos_encoder_says(body: dict[str, Any]) -> None:
    said = render.response(body, 201)
    assert json.loads(said.content) == json.loads(json.dumps(body, cls=DjangoJSONEncoder))
    assert (said.status_code, said["Content-Type"]) == (201, "application/json")


@pytest.mark.parametrize("beyond", ["\ud800", gettext_lazy("Records")])
def test_what_pydantic_does_not_write_django_does(beyond: Any) -> None:
    assert json.loads(render.response({"title": beyond}).content) == {"title": str(beyond)}


def test_letters_of_all_scripts_stand_as_they_are() -> None:
    assert render.response({"title": "Ґент"}).content == '{"title":"Ґент"}'.encode()
