"""Somebody else saved first: base, yours and theirs side by side, a choice for each field, nothing lost (X5).

The page answers 409. Fields that only one side changed are chosen already; where both did, the reader chooses, or
writes the two together in a box. Saving again carries the version that was shown, so a third writer is met as well.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from vincula.kernel.entity import editing, kinds, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.pages.single import telling, writing
from vincula.kernel.pages.single.finding import address, way_back
from vincula.kernel.records import actions, history, state
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown_as
from vincula.kernel.ui.toasts import toast

MINE, THEIRS, OWN = "mine", "theirs", "own"


@dataclass
class Row:
    """One field in three versions. ``chosen`` is "" where the reader has to choose."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str
    raw: list[str]
    both: bool
    chosen: str
    merge: str | None  # text to begin with in the box, None when this kind cannot be written together
    merge_rows: int = 3


def page(
    request: HttpRequest, entity: Entity, stale: actions.Conflict, form: forms.Form, *, status: int = 409
) -> HttpResponse:
    """The three versions. ``form`` is the (valid) form that could not be saved."""
    current = entity.select(entity.rows(request.user)).filter(pk=stale.current.pk).first()
    if current is None:
        return gone(request, entity, form)
    rows = compare(entity, request.user, current, form, stale.base_version)
    context = {
        "entity": entity,
        "record": current,
        "rows": rows,
        "open": [row for row in rows if not row.chosen],
        "theirs": theirs(current, stale.base_version),
        "version": current.version,
        "record_url": entity.url(current),
        "action": address("edit", entity, current),
        "return_to": request.POST.get("return", ""),
    }
    return render(request, "single/conflict.html", context, status=status)


def gone(request: HttpRequest, entity: Entity, form: forms.Form) -> HttpResponse:
    """The record went into the trash, or out of the reader's sight, while it was edited: what was typed is shown."""
    typed = [
        {"label": telling.capital(str(form.fields[name].label)), "text": "\n".join(_raw(form, name))}
        for name in form.changed_data
    ]
    return render(request, "single/gone.html", {"entity": entity, "typed": typed}, status=409)


def compare(entity: Entity, user: Any, current: Record, form: forms.Form, base_version: int) -> list[Row]:
    """Every field in which yours and theirs differ, or that somebody changed meanwhile."""
    now, base = state.of(current), history.at_version(current, base_version)
    teller = telling.Teller(entity, user)
    mine = typed_state(entity, form, current, user)
    rows = []
    for name, wanted in mine.items():
        there, before = teller.value_in(now, name), teller.value_in(base, name) if base is not None else None
        if same(wanted, there):
            continue
        only_mine, only_theirs = base is not None and same(there, before), base is not None and same(wanted, before)
        found = entity.fields[name]
        texts = [before, wanted, there]
        told = teller.differences({name: [before, wanted]})[0], teller.differences({name: [before, there]})[0]
        rows.append(
            Row(
                name=editing.html_name(name),
                label=teller.label(name),
                base=told[0].before if base is not None else _("not known any more"),
                mine=told[0].after,
                theirs=told[1].after,
                raw=_raw(form, editing.html_name(name)),
                both=not (only_mine or only_theirs),
                chosen=MINE if only_mine else THEIRS if only_theirs else "",
                merge=_together(found, *texts) if not (only_mine or only_theirs) else None,
            )
        )
    for row in rows:
        row.merge_rows = min(12, (row.merge or "").count("\n") + 2)
    return rows


def same(one: Any, other: Any) -> bool:
    """Equal, where every way of being empty is the same."""
    return one == other or (state.empty(one) and state.empty(other))


def typed_state(entity: Entity, form: forms.Form, record: Record, user: Any) -> dict[str, Any]:
    """{field: plain value} of what was typed, comparable with ``state.of``."""
    values = writing.values_of(entity, form, record, user)
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if name == "custom":
            plain.update({f"custom.{key}": state.plain(own) for key, own in value.items()})
        elif isinstance(entity.fields[name].kind, relations.Relations):
            plain[name] = sorted(getattr(v, "pk", v) for v in value)
        else:
            plain[name] = state.plain(_stored(entity.fields[name], record, value))
    return plain


def _stored(found: Field, record: Record, value: Any) -> Any:
    """The value as the column would hold it ("example.org" becomes an address), else as typed."""
    from django.core.exceptions import ValidationError

    if found.model_field is None or hasattr(value, "pk"):
        return value
    try:
        return found.model_field.clean(value, record)
    except (ValidationError, TypeError, ValueError):
        return value


def _raw(form: forms.Form, name: str) -> list[str]:
    """What was typed into a field, as it was typed."""
    data = form.data
    return list(data.getlist(name)) if isinstance(data, QueryDict) else [str(data.get(name, ""))]


def _together(found: Field, base: Any, mine: Any, theirs: Any) -> str | None:
    """Text to begin with where both changed the same text: lines of both, none dropped."""
    kind = found.kind
    if kind.whole:
        return None
    field = kind.form_field(found, required=False)
    texts = [str(field.prepare_value(each) or "") for each in (mine, theirs)]
    mine_lines, their_lines = texts[0].splitlines(), texts[1].splitlines()
    base_lines = str(field.prepare_value(base) or "").splitlines()
    if isinstance(kind, kinds.Text) and type(kind).__name__ in ("Text", "OwnText", "Email", "Phone", "Web"):
        return texts[0]
    return "\n".join(_merged_lines(base_lines, mine_lines, their_lines))


def _merged_lines(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Theirs, with the lines of mine that are in neither base nor theirs put where they stood; cuts of mine are kept."""
    kept = [line for line in theirs if not (line in base and line not in mine)]
    merged = list(kept)
    at = 0
    for line in mine:
        if line in merged:
            at = merged.index(line) + 1
        elif line not in base:
            merged.insert(at, line)
            at += 1
    return merged


def theirs(current: Record, base_version: int) -> str:
    """Who saved meanwhile and when, in words."""
    entries = history.entries(current).select_related("who")
    last = entries.filter(version__gt=base_version).first() or entries.first()
    if last is None:
        return ""
    who = str(last.who) if last.who_id else "Vincula"
    return _("%(who)s, %(when)s") % {"who": who, "when": shown_as.relative(last.at)}


def resolve(request: HttpRequest, entity: Entity, record: Record, version: int) -> HttpResponse:
    """Save what was chosen on the conflict page: fields kept as theirs are not written at all."""
    typed = request.POST.copy()
    names, undecided = [], []
    for f in entity.editable():
        name = editing.html_name(f.name)
        pick = request.POST.get(f"pick-{name}")
        if pick == OWN:
            typed.setlist(name, [request.POST.get(f"own-{name}", "")])
        if pick in (MINE, OWN):
            names.append(f.name)
        elif pick is None and f"raw-{name}" in request.POST:
            undecided.append(f.name)
        if pick == MINE or (pick is None and f"raw-{name}" in request.POST):
            typed.setlist(name, request.POST.getlist(name))
    form = writing.form_for(entity, request.user, record, typed, names=[*names, *undecided])
    if (undecided or version != record.version) and form.is_valid():
        return page(request, entity, actions.Conflict(record, version, {}), form)
    try:
        saved = (
            writing.save(entity, form, record=record, who=request.user, version=version, verb="merged")
            if names
            else record
        )
    except actions.Conflict as stale:
        return page(request, entity, stale, form)
    if saved is None:
        return _wrong(request, entity, record, form, version)
    toast(request, _("“%(record)s” is saved with what both sides wrote.") % {"record": entity.title(saved)})
    return redirect(way_back(request, entity.url(saved)))


def _wrong(request: HttpRequest, entity: Entity, record: Record, form: forms.Form, version: int) -> HttpResponse:
    """What was written together is not valid: the usual form with those fields, and the version that was shown."""
    context = {
        "entity": entity, "record": record, "form": form, "twins": [], "anyway": "", "version": version,
        "sections": [{"title": "", "fields": [
            {"bound": each, "name": each.name, "picker": False, "lines": False, "wide": True,
             "label": telling.capital(str(each.label)), "create_label": ""} for each in form]}],
        "title": _("Edit %(record)s") % {"record": entity.title(record)}, "action": address("edit", entity, record),
        "back": entity.url(record), "return_to": "", "crumbs": [], "only": [f.replace("custom-", "custom.") for f in form.fields],
    }  # fmt: skip
    return render(request, "single/form.html", context, status=422)
