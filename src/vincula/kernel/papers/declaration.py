"""What a paper is, and which papers there are.

A room declares its papers in ``papers.py`` and puts them in place when it starts::

    PAPERS.put(Paper("profile", _("Organisation profile"), "parties.organisation", help=_("…"), content=profile))
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from vincula.kernel.contributions import Place
from vincula.kernel.entity.field import LANGUAGES
from vincula.kernel.papers.tree import Block
from vincula.kernel.records.models import Record

if TYPE_CHECKING:
    from vincula.kernel.papers.asking import Asked

FORMS = ("pdf", "docx")
Words = str | Promise


@dataclass(frozen=True)
class Content:
    """What a paper says of one record. ``blocks`` are the parts of ``papers.tree``.

    ``subject``: what it is about, "" for the record's title. ``at``: the moment it speaks of (aware), None for today;
    it also stands in the file as the time it was made. ``draft`` marks every page. ``contents``: None decides by the
    number of headings.
    """

    blocks: tuple[Block, ...]
    standfirst: str = ""
    subject: str = ""
    at: datetime.datetime | None = None
    draft: bool = False
    contents: bool | None = None


def whoever_sees(user: Any, record: Record) -> bool:
    """The usual right: whoever sees the record may have the paper, of what they see."""
    return True


@dataclass(frozen=True)
class Paper:
    """A paper about one record of ``entity``. ``content`` runs in the paper's language and through the access door.

    ``may(user, record)`` narrows who may have it among those who see the record; every record page asks it, so it asks
    no database.
    """

    key: str
    title: Words
    entity: str
    help: Words
    content: Callable[["Asked"], Content]
    languages: tuple[str, ...] = LANGUAGES
    may: Callable[[Any, Record], bool] = whoever_sees


PAPERS: Place[Paper] = Place("papers", "Papers that can be made of a record.")


def of(entity_key: str) -> list[Paper]:
    """Every paper about records of this entity, in order."""
    return [paper for paper in PAPERS if paper.entity == entity_key]


def offered(entity_key: str, record: Record, user: Any) -> list[Paper]:
    """Those of them that this user may have of this record, which they see."""
    return [paper for paper in of(entity_key) if paper.may(user, record)]


def find(entity_key: str, key: str, record: Record, user: Any) -> Paper | None:
    """The paper of that key, if this user may have it."""
    return next((paper for paper in offered(entity_key, record, user) if paper.key == key), None)
