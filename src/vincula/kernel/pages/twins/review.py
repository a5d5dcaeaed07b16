"""Pairs that may be one thing, the most certain first, side by side with the reasons (requirement X4)."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from vincula.kernel.duplicates import deciding, finding, keys, reasons, scoring, searching
from vincula.kernel.duplicates.models import Pair
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.pages.single import telling
from vincula.kernel.pages.single.finding import LARGEST, way_back
from vincula.kernel.pages.twins import showing
from vincula.kernel.records import actions
from vincula.kernel.ui.format import format_number
from vincula.kernel.ui.toasts import toast

PER_PAGE = 20
STATES = {"open": (Pair.State.OPEN,), "later": (Pair.State.LATER,), "different": (Pair.State.DIFFERENT,)}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Pairs of one entity (``of``) in one state (``show``); without rights to any entity the page says so."""
    entities = [e for e in registry.all() if searching.may_merge(e, request.user)]
    counts = {e.key: searching.visible(e, request.user).count() for e in entities}
    wanted = request.GET.get("of", "")
    entity = next((e for e in entities if e.slug == wanted), None)
    if wanted and entity is None:
        raise Http404
    entity = entity or max(entities, key=lambda e: counts[e.key], default=None)
    if entity is None:
        raise PermissionDenied(_("Merging needs the right to change records and to put them in the trash."))
    show = request.GET.get("show", "open")
    if show not in STATES:
        raise Http404
    rows = searching.visible(entity, request.user, *STATES[show])
    start = request.GET.get("from", "0")
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 0
    some = list(rows[first : first + PER_PAGE + 1])
    pairs = _pairs(entity, some[:PER_PAGE], request.user)
    here = reverse("duplicates:review")
    context = {
        "entity": entity,
        "standfirst": _standfirst(counts[entity.key]),
        "tabs": [{"label": telling.capital(e.plural), "url": f"{here}?of={e.slug}", "count": counts[e.key],
                  "current": e is entity} for e in entities if counts[e.key] or e is entity],
        "shows": [{"label": label, "url": f"{here}?of={entity.slug}&show={key}", "current": key == show}
                  for key, label in (("open", _("To be looked at")), ("later", _("Put off")), ("different", _("Not the same")))],
        "show": show,
        "pairs": pairs,
        "certain": [p for p in pairs if p["certain"]] if show == "open" else [],
        "next": f"{here}?of={entity.slug}&show={show}&from={first + PER_PAGE}" if len(some) > PER_PAGE else "",
        "previous": f"{here}?of={entity.slug}&show={show}&from={max(first - PER_PAGE, 0)}" if first else "",
        "here": request.get_full_path(),
    }  # fmt: skip
    return render(request, "twins/review.html", context)


def _standfirst(n: int) -> str:
    if not n:
        return _("No two records look like the same thing. The register is gone through every night.")
    return ngettext(
        "%(n)s pair looks like one thing that was entered twice. Merge it, or say that it is not the same.",
        "%(n)s pairs look like one thing that was entered twice. Merge them, or say that they are not the same.", n,
    ) % {"n": format_number(n)}  # fmt: skip


def _pairs(entity: Entity, rows: list[Pair], user: Any) -> list[dict[str, Any]]:
    """Pairs with reasons and values as they are now."""
    ids = [pk for row in rows for pk in (row.left_id, row.right_id)]
    records = {r.pk: r for r in entity.select(entity.rows(user).filter(pk__in=ids))}
    reader = keys.reader_for(entity.model)
    known = finding.read(reader, sorted(records)) if reader else {}
    found = []
    for row in rows:
        two = [records[pk] for pk in (row.left_id, row.right_id) if pk in records and pk in known]
        if len(two) < 2:
            continue
        said = scoring.compare(known[row.left_id], known[row.right_id])
        query = f"ids={row.left_id},{row.right_id}&return={reverse('duplicates:review')}%3Fof%3D{entity.slug}"
        found.append({
            "pk": row.pk, "percent": min(int(said.score * 100), 99), "certain": said.score >= scoring.CERTAIN,
            "word": _("almost certain") if said.score >= scoring.CERTAIN else _("likely") if said.score >= 0.8 else _("possible"),
            "reasons": reasons.told(said.reasons), "state": row.state, "until": row.until, "decided_at": row.decided_at,
            "records": [{"pk": r.pk, "title": entity.title(r), "url": entity.url(r)} for r in two],
            "lines": showing.beside(entity, two, user),
            "merge": f"{reverse('entity:merge', args=[entity.slug])}?{query}",
            "decide": reverse("duplicates:decide", args=[row.pk]),
        })  # fmt: skip
    return found


@require_POST
def decide(request: HttpRequest, pair: int) -> HttpResponse:
    """Not the same, later, or open again. A pair of which one is hidden does not exist."""
    row = Pair.objects.filter(pk=min(pair, LARGEST)).first()
    entity = registry.find(row.entity) if row else None
    if (
        row is None
        or entity is None
        or not searching.visible(entity, request.user, *Pair.State.values).filter(pk=row.pk).exists()
    ):
        raise Http404
    what = request.POST.get("what") or request.GET.get("what", "")  # the undo of a message is an address
    if what not in deciding.WAYS or not searching.may_merge(entity, request.user):
        raise PermissionDenied
    deciding.decide(row, what, who=request.user)
    said = {
        "different": _("Kept apart: they are not the same."),
        "later": _("Put off for a month."),
        "open": _("Back on the list."),
    }
    undo = f"{reverse('duplicates:decide', args=[row.pk])}?what=open" if what != "open" else ""
    toast(request, said[what], undo=undo)
    return redirect(way_back(request, f"{reverse('duplicates:review')}?of={entity.slug}"))


@require_POST
def merge_certain(request: HttpRequest) -> HttpResponse:
    """Merge the pairs that were ticked and are still almost certain, each by itself: one that cannot be is told."""
    ids = [int(v) for v in request.POST.getlist("pairs") if v.isascii() and v.isdecimal() and len(v) < 19][:PER_PAGE]
    merged, left = 0, []
    back = reverse("duplicates:review")
    for row in Pair.objects.filter(pk__in=ids).order_by("-score", "id"):
        entity = registry.find(row.entity)
        if entity is None or not searching.visible(entity, request.user).filter(pk=row.pk).exists():
            continue
        back = f"{reverse('duplicates:review')}?of={entity.slug}"
        survivor, other = entity.model._base_manager.in_bulk([row.left_id, row.right_id]).values()
        try:
            deciding.merge_certain(entity, row, survivor, other, who=request.user)
            merged += 1
        except (ValidationError, PermissionDenied, actions.Conflict, ObjectDoesNotExist) as error:
            why = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            left.append(_("“%(record)s” was left: %(why)s") % {"record": entity.title(survivor), "why": why})
    if merged:
        toast(
            request, ngettext("%(n)s pair is merged.", "%(n)s pairs are merged.", merged) % {"n": format_number(merged)}
        )
    elif not left:
        toast(request, _("No pair is selected. Tick some first."), tone="warn")
    for sentence in left[:3]:
        toast(request, sentence, tone="warn")
    return redirect(way_back(request, back))
