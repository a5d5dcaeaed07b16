"""The thread: what a record is linked with, in both directions, and adding or taking away such links."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.links import actions
from vincula.kernel.links.models import Link
from vincula.kernel.pages.single import telling
from vincula.kernel.pages.single.finding import LARGEST, address, find, require
from vincula.kernel.records.models import Record
from vincula.kernel.ui.jinja import url_or_none
from vincula.kernel.ui.toasts import toast

OFFERED = 30


def shown(request: HttpRequest, entity: Entity, record: Record) -> dict[str, Any]:
    """What ``single/links.html`` needs: the ends, and a form to add one."""
    user = request.user
    may = door.may(user, "change", record) and record.trashed_at is None
    wanted = registry.by_slug(request.GET.get("with", ""))
    words = request.GET.get("q", "").strip()
    targets = [each for each in registry.all() if each.may(user, "view")]
    return {
        "ends": [
            {"words": telling.capital(end.words), "entity": registry.get(end.entity), "ref": end.ref, "note": end.link.note,
             "since": end.link.created_at, "unlink": address("unlink", entity, record, end.link.pk) if may else ""}
            for end in actions.ends(record, user)
        ],
        "may_link": may,
        "kinds": _directions(),
        "targets": targets,
        "wanted": wanted,
        "words": words,
        "found": _found(user, wanted, words, record) if may and wanted else None,
        "options_url": url_or_none("entity:options", wanted.slug) if wanted else None,
        "link_url": address("link", entity, record),
    }  # fmt: skip


def _directions() -> list[tuple[str, Any]]:
    """Every kind of link as it reads from here; a kind that reads differently from there is offered both ways."""
    offered: list[tuple[str, Any]] = []
    for name, (forward, backward) in actions.kinds().items():
        offered.append((f"{name}:to", forward))
        if str(forward) != str(backward):
            offered.append((f"{name}:from", backward))
    return offered


def _found(user: Any, wanted: Entity, words: str, record: Record) -> list[dict[str, Any]]:
    from vincula.kernel.entity import listing

    rows = listing.matching(wanted, wanted.rows(user), words, user)
    if isinstance(record, wanted.model):
        rows = rows.exclude(pk=record.pk)
    return [{"pk": one.pk, "label": wanted.title(one)} for one in wanted.select(rows).order_by("-updated_at")[:OFFERED]]


@require_POST
def link(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Tie the record to ``to`` (an id) of the entity ``with`` (a slug) by ``kind`` ("caused:to" or "caused:from")."""
    record = find(request, entity, pk)
    require(request, "change", record)
    other = registry.by_slug(request.POST.get("with", ""))
    raw = request.POST.get("to", "")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
    target = other.rows(request.user).filter(pk=number).first() if other else None
    kind, _colon, direction = request.POST.get("kind", "").partition(":")
    try:
        if target is None:
            raise ValidationError(_("There is no such record."))
        ends = (target, record) if direction == "from" else (record, target)
        actions.tie(*ends, kind=kind, who=request.user, note=request.POST.get("note", "")[:300])
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
    else:
        names = {"record": entity.title(record), "other": other.title(target) if other else ""}
        toast(request, _("“%(record)s” and “%(other)s” are linked.") % names)
    return redirect(address("record", entity, record, tab="links"))


@require_POST
def unlink(request: HttpRequest, entity: Entity, pk: int, link: int) -> HttpResponse:
    """Take a link of this record away, from either end."""
    record = find(request, entity, pk)
    require(request, "change", record)
    ends = actions.ends(record, request.user) if link <= LARGEST else []
    end = next((end for end in ends if end.link.pk == link), None)
    if end is None:
        raise Http404
    try:
        actions.untie(end.link, who=request.user)
    except PermissionDenied as error:
        toast(request, str(error), tone="bad")
    else:
        toast(request, _("The link to “%(other)s” is taken away.") % {"other": end.ref.label})
    return redirect(address("record", entity, record, tab="links"))


def restore(pair: list[Any], kind: str, record: Record, user: Any) -> None:
    """Tie again what was untied (undo). ValidationError when the other end is gone or hidden."""
    entity = registry.find(str(pair[0]))
    target = entity.rows(user).filter(pk=pair[1]).first() if entity else None
    if target is None:
        raise ValidationError(_("There is no such record."))
    actions.tie(record, target, kind=kind, who=user)


def remove(pair: list[Any], kind: str, record: Record, user: Any) -> None:
    """Untie what was tied (undo), whichever end it was told of."""
    here, there = (door.key(type(record)), record.pk), (str(pair[0]), pair[1])
    for source, target in ((here, there), (there, here)):
        found = Link.objects.filter(
            kind=kind, source_entity=source[0], source_id=source[1], target_entity=target[0], target_id=target[1]
        ).first()
        if found is not None:
            actions.untie(found, who=user)
            return
