"""What is markup says so by its type; nobody vouches for a value, which would be somebody's text one day (X6).

The long form, every address with every text, is ``test_text_stays_text.py``.
"""

import re
from pathlib import Path

import pytest
from django.urls import reverse

import vincula
from tests.security.test_text_stays_text import DEAD, SHORT, TEXT, alive
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation

LITERAL = re.compile(r"\"[^\"]*\"\s*\|\s*safe\b")


def test_no_template_takes_text_for_markup() -> None:
    vouched = {
        f"{path.name}:{n}"
        for path in Path(vincula.__file__).parent.rglob("*.html")
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\|\s*safe\b", LITERAL.sub("", line))
    }
    assert vouched == set()


@pytest.mark.django_db
def test_two_that_differ_in_everything_are_merged_as_text() -> None:
    """Each choice shows both values: those of one language, lists and choices too."""
    alice = cast.user("alice", ("*", "*", "all", []))
    pair = [
        Organisation.objects.create(
            name=f"{TEXT} {n}", acronym=f"{SHORT}{n}", names={"fr": f"{TEXT} {n}", "ru": f"{SHORT} {n}"}, country="BE",
            aliases=[f"{TEXT} {n}"], city=f"{SHORT} {n}", website=f"https://{n}.example.org", description=f"{TEXT} {n}",
        )
        for n in (1, 2)
    ]  # fmt: skip
    path = reverse("entity:merge", args=["organisations"])
    answer = cast.signed_in(alice).get(f"{path}?ids={pair[0].pk},{pair[1].pk}")
    assert answer.status_code == 200
    assert len(DEAD.findall(answer.content)) > 12
    assert not alive(answer)
