"""Which records a bulk step is about: those ticked, or all that match, fenced by the number that the person saw."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from vincula.kernel.entity import listing
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.ui.format import format_number

MOST = 400  # records of one step: more would keep others waiting for the database longer than five seconds


class CountChanged(Exception):
    """As many match now as did not when the person looked."""

    def __init__(self, before: int, now: int) -> None:
        super().__init__(now)
        self.before, self.now = before, now


@dataclass
class Selection:
    """Ids with the versions that were looked at (0: not known yet)."""

    entity: Entity
    versions: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.versions)

    @property
    def packed(self) -> str:
        """One text for a hidden input: "12-1763753…, 15-…"."""
        return " ".join(f"{pk}-{version}" for pk, version in self.versions.items())

    def rows(self, user: Any) -> QuerySet[Any]:
        """The records as they are now, as far as ``user`` may see them."""
        return self.entity.rows(user).filter(pk__in=list(self.versions)).order_by("pk")


def read(entity: Entity, user: Any, given: QueryDict, *, most: int = MOST) -> Selection:
    """What a form selected. Raises ValidationError when it is nothing or too much, CountChanged."""
    if given.get("picked"):
        versions = unpacked(str(given.get("picked", "")))
        return _limited(Selection(entity, versions), most)
    if given.get("all"):
        return _limited(_matching(entity, user, given, most), most)
    ids = [int(v) for v in given.getlist("ids") if v.isascii() and v.isdecimal() and len(v) < 19]
    if not ids:
        raise ValidationError(_("No record is selected. Tick some rows first."), code="none")
    _refuse(len(set(ids)), most)
    found = entity.rows(user).filter(pk__in=ids).order_by("pk").values_list("pk", "version")
    return Selection(entity, dict(found))


def _matching(entity: Entity, user: Any, given: QueryDict, most: int) -> Selection:
    """Every record that the filters keep now, if they are as many as the person saw."""
    params = asking.parsed(given.get("state", ""))
    for name in asking.MOMENTARY:
        params.pop(name, None)
    rows = listing.selected(entity, user, params)
    raw = given.get("total", "")
    before = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 12 else -1
    now, _exact = listing.count(rows)
    if before != now and min(before, now) <= most:
        raise CountChanged(before, now)
    _refuse(now, most)
    return Selection(entity, dict(rows.order_by("pk").values_list("pk", "version")[:most]))


def unpacked(text: str) -> dict[int, int]:
    """The ids and versions of ``packed``. Raises ValidationError for anything else."""
    found: dict[int, int] = {}
    for pair in text.split():
        pk, _dash, version = pair.partition("-")
        if not (pk.isascii() and pk.isdecimal() and version.isascii() and version.isdecimal() and len(pair) < 40):
            raise ValidationError(_("The selection cannot be read; select again."), code="none")
        found[int(pk)] = int(version)
        if max(found[int(pk)], int(pk)) >= 2**63:
            raise ValidationError(_("The selection cannot be read; select again."), code="none")
    return found


def _refuse(n: int, most: int) -> None:
    if n > most:
        told = {"n": format_number(n), "most": format_number(most)}
        raise ValidationError(
            _("%(n)s records are too many for one step; at most %(most)s go at once. Narrow the list down."),
            params=told, code="many",
        )  # fmt: skip


def _limited(selection: Selection, most: int) -> Selection:
    _refuse(len(selection), most)
    if not len(selection):
        raise ValidationError(_("No record is selected. Tick some rows first."), code="none")
    return selection
