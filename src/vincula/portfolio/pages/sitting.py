"""What the head of a board meeting adds: when and where exactly, and the paper that its state asks for."""

from django.http import HttpRequest
from django.urls import reverse

from vincula.kernel.entity import registry
from vincula.kernel.pages import places
from vincula.kernel.papers import declaration
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.portfolio.models import BoardMeeting

PAPER = {"planned": "agenda", "open": "agenda", "closed": "minutes"}


def register() -> None:
    """Put the head in place."""
    places.HEADS.put(places.HeadSource("portfolio.boardmeeting", head))


def head(request: HttpRequest, record: Record) -> places.Head:
    """The day with its hour in the reader's zone, the place, and the way to the agenda or the minutes."""
    assert isinstance(record, BoardMeeting)
    added = places.Head(facts=[fact for fact in (shown.format_datetime(record.at, "full"), record.place) if fact])
    entity = registry.get("portfolio.boardmeeting")
    paper = declaration.find(entity.key, PAPER.get(record.state, ""), record, request.user)
    if paper is not None and record.trashed_at is None:
        address = reverse("entity:paper", args=[entity.slug, record.pk, paper.key])
        added.moves.append({"label": str(paper.title), "url": address, "icon": "file-text"})
    return added
