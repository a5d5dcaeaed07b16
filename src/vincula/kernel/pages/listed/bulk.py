"""Many records at once: what each would say is tried for real and rolled back, then done as one act with one Undo.

Step 1 ``bulk/`` chooses fields; step 2 shows how many change, how many cannot and why; step 3 does it. Every record
carries the version that was looked at, so an edit made meanwhile is never overwritten: that record is left and told.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import editing, kinds, manykinds, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.pages.listed import asked as asking
from vincula.kernel.pages.listed import selection
from vincula.kernel.pages.listed.page import problem
from vincula.kernel.pages.single.finding import way_back
from vincula.kernel.records import actions, derived, history
from vincula.kernel.records.models import Record
from vincula.kernel.ui import toasts
from vincula.kernel.ui.format import format_number

SHOWN = 12  # records named one by one
UNFIT = (
    manykinds.Translated,
    manykinds.References,
    manykinds.List,
    kinds.RichText,
    relations.Relations,
    relations.File,
)


@dataclass
class Outcome:
    """What a step did, or would do: ids and titles of those that change, stay as they are, or are refused and why."""

    changed: list[str] = field(default_factory=list)
    same: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    correlation: uuid.UUID | None = None


class _Rollback(Exception):
    pass


def choosable(entity: Entity) -> list[Field]:
    """The fields that make sense to set alike on many records."""
    title = asking.title_field(entity)
    fields = [f for f in entity.editable() if not isinstance(f.kind, UNFIT) and f.name not in (title, "acronym")]
    return [f for f in fields if not getattr(f.model_field, "unique", False) and f.name not in entity.natural_key]


def form_of(entity: Entity, user: Any, given: Any = None) -> forms.Form:
    """Each field with a tick "change this" (``set``); nothing is required, for an empty value empties."""
    names = [f.name for f in choosable(entity)]
    made = editing.form_class(entity, user, names)(given, auto_id="bulk_%s")
    for bound in made.fields.values():
        bound.required = False
    if entity.lifecycle is not None:
        made.fields.pop(entity.lifecycle.field, None)
    return made


@require_POST
def edit(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Choose, look, do: the step is told by ``step``."""
    door.require(request.user, "change", entity.model)
    try:
        picked = selection.read(entity, request.user, request.POST)
    except selection.CountChanged as changed:
        return _ask_again(request, entity, changed, "edit")
    except ValidationError as error:
        return problem(request, entity, error)
    step = request.POST.get("step", "choose")
    form = form_of(entity, request.user, request.POST if step != "choose" else None)
    if step == "choose":
        return _choose(request, entity, picked, form)
    try:
        values, add, drop = _wanted(entity, form, request)
    except ValidationError as error:
        form.add_error(None, error)
        return _choose(request, entity, picked, form, status=422)
    change = _changer(values, add, drop, request.user)
    if step != "apply":
        outcome = run(entity, picked, change, who=request.user, keep=False)
        return _preview(request, entity, picked, form, outcome, _told(entity, form, values, add, drop))
    outcome = run(entity, picked, change, who=request.user, keep=True)
    return _done(request, entity, outcome, _said_edited(outcome))


def _choose(
    request: HttpRequest, entity: Entity, picked: selection.Selection, form: forms.Form, status: int = 200
) -> HttpResponse:
    context = {**_base(request, entity, picked), "form": form, "ticked": request.POST.getlist("set"),
               "has_tags": "tags" in entity.columns, "add": request.POST.get("add_tags", ""),
               "drop": request.POST.get("drop_tags", "")}  # fmt: skip
    return render(request, "listed/bulk.html", context, status=status)


def _base(request: HttpRequest, entity: Entity, picked: selection.Selection) -> dict[str, Any]:
    names = [entity.title(r) for r in entity.select(picked.rows(request.user))[:SHOWN]]
    return {"entity": entity, "picked": picked.packed, "n": len(picked), "names": names, "rest": len(picked) - len(names),
            "path": asking.list_path(entity), "state": request.POST.get("state", "")}  # fmt: skip


def _wanted(entity: Entity, form: forms.Form, request: HttpRequest) -> tuple[dict[str, Any], list[str], list[str]]:
    """(values, tags to add, tags to take away) of the fields that were ticked. Raises ValidationError."""
    ticked = {editing.html_name(n) for n in request.POST.getlist("set")}
    for name in list(form.fields):
        if name not in ticked:
            form.fields.pop(name)
    if not form.is_valid():
        raise ValidationError(_("Some values cannot be used; see beside them."))
    values = editing.cleaned(entity, form)
    tags = tuple(
        _tags(request.POST.get(name, "")) if "tags" in entity.columns else [] for name in ("add_tags", "drop_tags")
    )
    if not values and not any(tags):
        raise ValidationError(_("Tick at least one field to change, or name a tag."))
    return values, *tags  # type: ignore[return-value]  # three in all


def _tags(text: str) -> list[str]:
    parts = [" ".join(p.split()) for p in text.replace("\n", ",").replace(";", ",").split(",")]
    return list(dict.fromkeys(p for p in parts if p))[:20]


def _changer(values: dict[str, Any], add: list[str], drop: list[str], who: Any) -> Callable[[Record, int], Record]:
    def change(record: Record, version: int) -> Record:
        wanted = {n: dict(v) if isinstance(v, dict) else v for n, v in values.items()}
        if add or drop:
            gone = {t.casefold() for t in drop}
            kept = [t for t in record.tags if t.casefold() not in gone]
            have = {t.casefold() for t in kept}
            wanted["tags"] = [*kept, *(t for t in add if t.casefold() not in have)]
        return actions.change(record, who=who, verb="bulk edited", expected_version=version, **wanted)

    return change


def run(
    entity: Entity, picked: selection.Selection, change: Callable[[Record, int], Record], *, who: Any, keep: bool
) -> Outcome:
    """Do ``change`` to each, in one transaction and as one act; ``keep=False`` takes everything back again."""
    outcome = Outcome()
    try:
        with transaction.atomic(), trail.together() as correlation, derived.together(keep=keep):
            outcome.correlation = correlation
            found = {r.pk: r for r in entity.select(picked.rows(who))}
            for pk, version in sorted(picked.versions.items()):  # in one order: two at once wait, and do not deadlock
                record = found.get(pk)
                if record is None:
                    outcome.refused.append((_("A record"), _("It is no longer there.")))
                else:
                    _one(entity, record, version, change, outcome)
            if not keep:
                raise _Rollback
    except _Rollback:
        pass
    return outcome


def _one(
    entity: Entity, record: Record, version: int, change: Callable[[Record, int], Record], outcome: Outcome
) -> None:
    """One record in a savepoint of its own: what is refused leaves the others alone."""
    title, before = entity.title(record), record.version
    try:
        with transaction.atomic():
            after = change(record, version)
    except actions.Conflict:
        outcome.refused.append((title, _("Somebody changed it after you selected it.")))
    except ValidationError as error:
        outcome.refused.append((title, " ".join(error.messages)))
    except PermissionDenied as error:
        outcome.refused.append((title, str(error) or _("Your roles do not let you change it.")))
    else:
        if after.version == before and after.trashed_at is None:
            outcome.same += 1
        else:
            outcome.changed.append(title)


def _told(
    entity: Entity, form: forms.Form, values: dict[str, Any], add: list[str], drop: list[str]
) -> list[tuple[str, str]]:
    """(what, becomes) in words, for the page that asks once more."""
    told = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        shown = dict(getattr(bound.field, "choices", ()) or ()).get(value, value) if isinstance(value, str) else value
        if isinstance(shown, bool):
            shown = _("yes") if shown else _("no")
        told.append((str(bound.label), _("is emptied") if shown in (None, "") else str(shown)))
    if add:
        told.append((_("Tags added"), ", ".join(add)))
    if drop:
        told.append((_("Tags taken away"), ", ".join(drop)))
    return told


def _preview(
    request: HttpRequest,
    entity: Entity,
    picked: selection.Selection,
    form: forms.Form,
    outcome: Outcome,
    told: list[tuple[str, str]],
) -> HttpResponse:
    carried = [(n, v) for n, values in request.POST.lists() if n not in ("csrfmiddlewaretoken", "step", "picked", "ids", "all", "total")
               for v in values]  # fmt: skip
    context = {**_base(request, entity, picked), "outcome": outcome, "told": told, "carried": carried,
               "refused": outcome.refused[:SHOWN], "more_refused": max(len(outcome.refused) - SHOWN, 0)}  # fmt: skip
    return render(request, "listed/bulk_preview.html", context)


def _said_edited(outcome: Outcome) -> str:
    n = len(outcome.changed)
    return ngettext("%(n)s record was changed.", "%(n)s records were changed.", n) % {"n": format_number(n)}


def _done(request: HttpRequest, entity: Entity, outcome: Outcome, said: str) -> HttpResponse:
    """Back to the list with what was done, what was left, and the way back."""
    undo = reverse("entity:bulk-undo", args=[entity.slug, outcome.correlation]) if outcome.changed else ""
    toasts.toast(request, said, undo=undo, tone="good" if outcome.changed else "warn")
    if outcome.refused:
        n = len(outcome.refused)
        left = ngettext(
            "%(n)s was left as it is: %(first)s: %(why)s",
            "%(n)s were left as they are, the first: %(first)s: %(why)s",
            n,
        )
        title, why = outcome.refused[0]
        toasts.toast(request, left % {"n": format_number(n), "first": title, "why": why}, tone="warn")
    try:
        state = asking.parsed(request.POST.get("state", "")).urlencode()
    except ValidationError:
        state = ""
    return redirect(f"{asking.list_path(entity)}?{state}" if state else asking.list_path(entity))


def _ask_again(request: HttpRequest, entity: Entity, changed: selection.CountChanged, step: str) -> HttpResponse:
    """The number that matches is not the one the person saw."""
    context = {"entity": entity, "path": asking.list_path(entity), "before": changed.before, "now": changed.now, "step": step,
               "state": request.POST.get("state", ""), "most": selection.MOST}  # fmt: skip
    return render(request, "listed/bulk_again.html", context, status=409)


@require_POST
def trash(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Put many into the trash: says first what will go."""
    door.require(request.user, "delete", entity.model)
    try:
        picked = selection.read(entity, request.user, request.POST)
    except selection.CountChanged as changed:
        return _ask_again(request, entity, changed, "trash")
    except ValidationError as error:
        return problem(request, entity, error)

    def away(record: Record, version: int) -> Record:
        if actions.locked(record).version != version:
            raise actions.Conflict(record, version, {})
        return actions.trash(record, who=request.user)

    if request.POST.get("step") != "apply":
        outcome = run(entity, picked, away, who=request.user, keep=False)
        context = {**_base(request, entity, picked), "outcome": outcome, "refused": outcome.refused[:SHOWN],
                   "more_refused": max(len(outcome.refused) - SHOWN, 0)}  # fmt: skip
        return render(request, "listed/bulk_trash.html", context)
    outcome = run(entity, picked, away, who=request.user, keep=True)
    n = len(outcome.changed)
    said = ngettext("%(n)s record is in the trash.", "%(n)s records are in the trash.", n) % {"n": format_number(n)}
    return _done(request, entity, outcome, said)


@require_POST
def undo(request: HttpRequest, entity: Entity, act: uuid.UUID) -> HttpResponse:
    """Take a bulk step back: who did it may, and an administrator. What was changed again since stays and is told."""
    told = AuditEntry.objects.filter(correlation=act, entity=entity.key)
    if not request.user.is_superuser:
        told = told.filter(who_id=request.user.pk)
    if not told.exists():
        raise Http404
    models = {e.key: e.model for e in registry.all()}
    try:
        with transaction.atomic(), derived.together():
            done = history.undo_together(act, who=request.user, models_by_entity=models)
    except (ValidationError, actions.Conflict) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        toasts.toast(request, _("This cannot be taken back: %(why)s") % {"why": said}, tone="bad")
        return redirect(way_back(request, asking.list_path(entity)))
    n = done.records
    toasts.toast(
        request, ngettext("Taken back in %(n)s record.", "Taken back in %(n)s records.", n) % {"n": format_number(n)}
    )
    if done.kept:
        kept = ngettext(
            "%(n)s value was changed again since and stays.",
            "%(n)s values were changed again since and stay.",
            len(done.kept),
        )
        toasts.toast(request, kept % {"n": format_number(len(done.kept))}, tone="warn")
    return redirect(way_back(request, asking.list_path(entity)))
