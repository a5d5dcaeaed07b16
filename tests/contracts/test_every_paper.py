"""What every declared paper must do, and that the guide to papers tells the truth. A new paper is tested without a line."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from vincula.kernel.entity import registry
from vincula.kernel.papers import making, tree
from vincula.kernel.papers.asking import Asked
from vincula.kernel.papers.declaration import FORMS, PAPERS, Paper
from vincula.kernel.papers.tests import reading
from vincula.kernel.testing import cast
from vincula.kernel.testing.papers import leftovers, words
from vincula.parties.tests import factories

GUIDE = Path(__file__).resolve().parents[2] / "docs/howto/papers.md"
EVERY = [pytest.param(paper, id=f"{paper.entity}.{paper.key}") for paper in PAPERS]


@pytest.mark.django_db
@pytest.mark.parametrize("paper", EVERY)
def test_a_paper_of_a_bare_record_is_whole_in_every_language(paper: Paper) -> None:
    record, alice = cast.make(registry.get(paper.entity)), cast.alice()
    titles = set()
    for language in paper.languages:
        told = making.tell(paper, record, user=alice, language=language)
        assert told.title
        assert told.blocks
        assert not leftovers(" ".join(words(told))), language
        titles.add(told.title)
    with translation.override("en"):
        assert str(paper.help).endswith(".")
    made = making.make(paper, record, user=alice, language=paper.languages[0], form="docx")
    assert made.sha256 == making.make(paper, record, user=alice, language=paper.languages[0], form="docx").sha256
    text = reading.docx(made.content)
    assert all(reading.told(figure.text) in text for figure in tree.figures(made.tree))


@pytest.mark.django_db
@pytest.mark.parametrize("paper", EVERY)
def test_whoever_sees_only_the_record_gets_a_paper_of_that_alone(paper: Paper) -> None:
    record = cast.make(registry.get(paper.entity))
    bob = cast.user("bob", (paper.entity, "view", "all", []))
    for figure in tree.figures(making.tell(paper, record, user=bob, language="en")):
        assert figure.entity == paper.entity or figure.pk is None, figure
        assert figure.entity == paper.entity or not figure.value, figure


@pytest.mark.django_db
def test_the_paper_of_the_guide_can_be_made() -> None:
    source = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.S)
    assert source is not None
    room: dict[str, Any] = {}
    exec(source[1], room)  # our own guide
    meeting, alice = factories.meeting(title="Board"), cast.alice()
    factories.agenda_item(meeting=meeting, title="The budget", minutes=20)
    paper = Paper("agenda", "Agenda", "parties.meeting", "Help.", room["agenda"])
    made = making.make(paper, meeting, user=alice, language="en", form=FORMS[1])
    text = reading.docx(made.content)
    assert "The budget" in text
    assert "There are no minutes yet." in text
    assert isinstance(Asked(meeting, alice, "en", made.tree.at).figure("title"), tree.Figure)
