"""The page of a merge: who stays, which value wins, what moves; then one act that can be undone as one (X4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from vincula.kernel.access import door
from vincula.kernel.duplicates import merging, moving, undoing
from vincula.kernel.duplicates.models import Merge
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.files.models import StoredFile
from vincula.kernel.pages.listed import selection
from vincula.kernel.pages.listed.page import problem
from vincula.kernel.pages.single import telling
from vincula.kernel.pages.single.finding import LARGEST, way_back
from vincula.kernel.pages.twins import showing
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record
from vincula.kernel.ui.format import format_number
from vincula.kernel.ui.toasts import toast

PICK = "pick-"


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Look at it (``ids``, ``into``), then do it: POST carries the versions that were looked at, and the choices."""
    given = request.POST if request.method == "POST" else request.GET
    survivor, others = _records(request, entity, given)
    _require(request, survivor, others)
    picks = {k.removeprefix(PICK): str(v) for k, v in given.items() if k.startswith(PICK)}
    if request.method != "POST":
        return _show(request, entity, survivor, others, picks)
    try:
        versions = selection.unpacked(request.POST.get("versions", ""))
        act = merging.merge(survivor, others, who=request.user, picks=picks, versions=versions)
    except actions.Conflict:
        said = _("Somebody changed one of them while you were looking. Nothing is merged; look at it again.")
        return _show(request, entity, survivor, others, _known(picks, survivor, others), said, status=409)
    except ValidationError as error:
        return _show(request, entity, survivor, others, {}, " ".join(error.messages), status=422)
    except ObjectDoesNotExist:
        raise Http404 from None
    said = ngettext("“%(record)s” took in %(n)s record.", "“%(record)s” took in %(n)s records.", len(others))
    undo_at = reverse("entity:unmerge", args=[entity.slug, act.pk])
    toast(request, said % {"record": entity.title(survivor), "n": format_number(len(others))}, undo=undo_at)
    return redirect(way_back(request, entity.url(survivor)))


def _records(request: HttpRequest, entity: Entity, given: QueryDict) -> tuple[Record, list[Record]]:
    """The record that stays and the others; Http404 when one of them is not there for this person."""
    raw = ",".join(given.getlist("ids")).split(",")
    ids = list(dict.fromkeys(int(v) for v in raw if v.isascii() and v.isdecimal() and 0 < int(v) <= LARGEST))
    found = {r.pk: r for r in entity.select(entity.rows(request.user).filter(pk__in=ids[: merging.MOST]))}
    if len(found) < 2 or len(found) != len(ids) or not entity.identity:
        raise Http404
    into = given.get("into", "")
    first = int(into) if into.isascii() and into.isdecimal() and int(into) in found else min(found)
    return found[first], [found[pk] for pk in sorted(found) if pk != first]


def _require(request: HttpRequest, survivor: Record, others: Sequence[Record]) -> None:
    if not door.may(request.user, "change", survivor):
        text = _("Your roles let you see “%(record)s”, but not change it.")
        raise PermissionDenied(text % {"record": survivor})
    for other in others:
        if not door.may(request.user, "delete", other):
            text = _("Your roles let you see “%(record)s”, but not put it in the trash.")
            raise PermissionDenied(text % {"record": other})


def _known(picks: Mapping[str, str], survivor: Record, others: Sequence[Record]) -> dict[str, str]:
    keys = {str(r.pk) for r in (survivor, *others)} | {"united"}
    return {name: key for name, key in picks.items() if key in keys}


def _show(
    request: HttpRequest, entity: Entity, survivor: Record, others: Sequence[Record], picks: Mapping[str, str],
    against: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    try:
        seen = merging.preview(entity, survivor, others, who=request.user, picks=picks)
    except ValidationError:  # an address that somebody wrote by hand
        seen = merging.preview(entity, survivor, others, who=request.user, picks={})
    records = [survivor, *others]
    shown = showing.choices(entity, seen.choices, records, request.user)
    ids = ",".join(str(r.pk) for r in records)
    here = reverse("entity:merge", args=[entity.slug])
    context = {
        "entity": entity,
        "records": [
            {"n": n, "pk": r.pk, "title": entity.title(r), "hint": entity.subtitle(r), "url": entity.url(r),
             "since": r.created_at, "stays": r is survivor,
             "instead": f"{here}?{urlencode({'ids': ids, 'into': r.pk, 'return': request.GET.get('return', '')})}"}
            for n, r in enumerate(records, 1)
        ],
        "title": _("Merge records"),
        "crumb": {"label": telling.capital(entity.plural), "url": reverse("entity:list", args=[entity.slug])},
        "survivor": survivor,
        "choices": [c for c in shown if c["differs"]],
        "alike": [c for c in shown if not c["differs"] and c["options"]],
        "moved": _moved(seen.moves, request.user),
        "settled": [_settled(one) for one in _seen(seen.moves.settled, request.user)],
        "against": against,
        "ids": ids,
        "versions": " ".join(f"{r.pk}-{r.version}" for r in records),
        "return_to": request.POST.get("return") or request.GET.get("return") or "",
        "back": way_back(request, entity.url(survivor)),
    }  # fmt: skip
    setattr(request, "frame_section", entity.room)  # noqa: B010  # the frame asks which room is current
    return render(request, "twins/merge.html", context, status=status)


def _moved(moves: moving.Moves, user: Any) -> list[dict[str, str]]:
    """How many records of each kind point at the survivor afterwards, the most first: those that ``user`` may see."""
    ids: dict[type[Record], set[int]] = defaultdict(set)
    files = 0
    for row in moves.rows:
        owner: Any = row._meta.auto_created
        if isinstance(row, Record):
            ids[type(row)].add(row.pk)
        elif owner and issubclass(owner, Record):
            f = next(f for f in owner._meta.many_to_many if f.remote_field.through is type(row))
            ids[owner].add(getattr(row, f.m2m_column_name()))
        elif isinstance(row, StoredFile):
            files += 1
    found = {
        str(model._meta.verbose_name_plural): len(door.visible_ids(user, model, some)) for model, some in ids.items()
    }
    found[str(StoredFile._meta.verbose_name_plural)] = files
    ordered = sorted(found.items(), key=lambda pair: -pair[1])
    return [{"key": telling.capital(name), "value": format_number(n)} for name, n in ordered if n]


def _seen(settled: Sequence[moving.Settled], user: Any) -> list[moving.Settled]:
    """Of the rows that are settled, those that ``user`` may see."""
    return [
        one for one in settled if isinstance(one.row, Record) and door.visible_ids(user, type(one.row), [one.row.pk])
    ]


def _settled(one: moving.Settled) -> str:
    """What becomes of a row that would stand twice. Of its name nothing is told: not everybody may see it."""
    entity = registry.for_model(type(one.row))
    what = telling.capital(entity.name if entity else str(one.row._meta.verbose_name))
    if one.keeper is None:
        return _("%(what)s: ties these records to each other and goes into the trash.") % {"what": what}
    return _("%(what)s: would stand there twice; the second goes into the trash.") % {"what": what}


@require_POST
def picked(request: HttpRequest, entity: Entity) -> HttpResponse:
    """From the rows that were ticked in a list to the page of their merge."""
    try:
        chosen = selection.read(entity, request.user, request.POST, most=merging.MOST)
    except selection.CountChanged:
        return redirect(reverse("entity:list", args=[entity.slug]))
    except ValidationError as error:
        return problem(request, entity, error)
    if len(chosen) < 2 or not entity.identity:
        return problem(request, entity, ValidationError(_("Tick two or more records that are the same.")))
    query = urlencode({"ids": ",".join(str(pk) for pk in chosen.versions)})
    return redirect(f"{reverse('entity:merge', args=[entity.slug])}?{query}")


@require_POST
def undo(request: HttpRequest, entity: Entity, act: int) -> HttpResponse:
    """Take a merge back; what was edited since is kept and named."""
    found = get_object_or_404(Merge, pk=min(act, LARGEST), entity=entity.key)
    if found.survivor_id not in door.visible_ids(request.user, entity.model, [found.survivor_id]):
        raise Http404
    back = entity.url(found.survivor_id)
    try:
        done = undoing.undo(found, who=request.user)
    except ValidationError as error:
        toast(request, _("It was not taken back: %(why)s") % {"why": " ".join(error.messages)}, tone="bad")
        return redirect(way_back(request, back))
    toast(request, _("The merge is undone; the records stand by themselves again."))
    if done.kept:
        names = "; ".join(dict.fromkeys(f"{record}: {label}" for record, label in done.kept))
        toast(request, _("Edited since, and kept: %(names)s.") % {"names": names[:300]}, tone="warn")
    return redirect(way_back(request, back))
