"""Save what was typed, keeping what the writer could not see.

A relation to a record that the writer may not see looks empty in the form. Sending the form back must not empty it: an
unseen value stays unless the writer names another one.
"""

import datetime
import decimal
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel.access import door
from vincula.kernel.entity import editing, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.folding import fold
from vincula.kernel.pages.single import telling
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record


def form_for(
    entity: Entity, user: Any, record: Record | None, data: Any = None, *, names: Sequence[str] | None = None,
    given: Mapping[str, str] | None = None,
) -> forms.Form:  # fmt: skip
    """The form, filled from ``data``, else from the record, else from ``given`` (the address) and the defaults."""
    made = editing.form_class(entity, user, writable(entity, names))
    initial = {} if data is not None and record is None else editing.initial(entity, record, given)
    if given and record is not None:
        initial.update({editing.html_name(n): v for n, v in given.items() if editing.html_name(n) in made.base_fields})
    for name, field in made.base_fields.items():
        if isinstance(field, forms.ModelMultipleChoiceField) and isinstance(initial.get(name), str):
            initial[name] = [v for v in initial[name].split(",") if v.isdigit()]
    form = made(data, initial=initial, label_suffix="")
    for each in form.fields.values():
        each.label = telling.capital(str(each.label))
        if isinstance(each, forms.ModelChoiceField):  # a hidden record is refused in the words of one that is not there
            for code in ("invalid_choice", "invalid_pk_value"):
                each.error_messages[code] = _("There is no such record.")
    for hidden, unseen in _unseen(entity, user, record):
        bound = form.fields.get(editing.html_name(hidden.name))
        if bound is None:
            continue
        bound.required = bound.widget.is_required = False
        bound.help_text = _n_unseen(len(unseen))
    return form


def writable(entity: Entity, names: Sequence[str] | None = None) -> list[str]:
    """Fields that a form may set: a state is reached by its moves and gates only."""
    state = entity.lifecycle.field if entity.lifecycle else ""
    return [f.name for f in entity.editable() if f.name != state and (names is None or f.name in names)]


def _n_unseen(many: int) -> str:
    return ngettext(
        "It holds a record that you may not see; it stays unless you name another.",
        "It holds %(many)s records that you may not see; they stay.",
        many,
    ) % {"many": many}


def _unseen(entity: Entity, user: Any, record: Record | None) -> list[tuple[Field, list[int]]]:
    """The relations of the record whose targets the user may not see (or that lie in the trash)."""
    found: list[tuple[Field, list[int]]] = []
    if record is None:
        return found
    for f in entity.columns.values():
        if (
            not f.editable
            or not isinstance(f.kind, relations.Relation)
            or isinstance(f.kind, relations.Person | relations.File)
        ):
            continue
        many = isinstance(f.kind, relations.Relations)
        ids = list(getattr(record, f.name).values_list("pk", flat=True)) if many else [f.of(record)]
        ids = [pk for pk in ids if pk is not None]
        hidden = sorted(set(ids) - door.visible_ids(user, f.related_model, ids)) if ids else []
        if hidden:
            found.append((f, hidden))
    return found


def save(
    entity: Entity,
    form: forms.Form,
    *,
    record: Record | None,
    who: Any,
    version: int | None = None,
    verb: str = "edited",
) -> Record | None:
    """Create or change; None when the form has errors. Raises records.Conflict and PermissionDenied."""
    if not form.is_valid():
        return None
    try:
        values = values_of(entity, form, record, who)
        if record is None:
            return actions.create(entity.model, who=who, **values)
        return actions.change(record, who=who, verb=verb, expected_version=version, **values)
    except ValidationError as error:
        editing.put_errors(form, error)
        return None


def values_of(entity: Entity, form: forms.Form, record: Record | None, who: Any) -> dict[str, Any]:
    """The typed values as the save door takes them, with what the writer could not see put back."""
    values = {name: _lines(value) for name, value in editing.cleaned(entity, form).items()}
    if record is not None:
        values = _touched(entity, form, record, values)
    for field, unseen in _unseen(entity, who, record):
        if field.name not in values:
            continue
        if isinstance(field.kind, relations.Relations):
            values[field.name] = [*values[field.name], *unseen]
        elif values[field.name] is None:
            del values[field.name]
    return values


def _lines(value: Any) -> Any:
    """Text with plain line ends: browsers send CRLF, which would make every long text differ from what it was."""
    if isinstance(value, dict):
        return {key: _lines(each) for key, each in value.items()}
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _touched(entity: Entity, form: forms.Form, record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Only what differs from what the form showed: a moment keeps its seconds, 2.50 is not a change to 2.5."""
    changed = set(form.changed_data)
    own = {k: v for k, v in values.pop("custom", {}).items() if f"custom-{k}" in changed and v != record.custom.get(k)}
    kept: dict[str, Any] = {"custom": own} if own else {}
    for name, value in values.items():
        now = entity.fields[name].of(record) if not isinstance(value, list) else None
        if isinstance(value, datetime.datetime) and now and value == now.replace(second=0, microsecond=0):
            continue
        if name in changed and not (isinstance(value, decimal.Decimal | str) and value == now):
            kept[name] = value
    return kept


def lookalikes(entity: Entity, form: forms.Form, user: Any, record: Record | None) -> list[dict[str, Any]]:
    """Records that look like what is about to be saved: title, address, and the reasons in words.

    Of an existing record only what is typed anew is compared, so that an old twin is not named at every edit.
    """
    values = entity.recognised_by(editing.cleaned(entity, form))
    changed = {name.replace("custom-", "custom.") for name in form.changed_data}
    asked = {n: v for n, v in values.items() if n in entity.identity and (record is None or n in changed)}
    if not asked:
        return []
    found = editing.lookalikes(entity, asked, user, besides=record.pk if record else None)
    return [
        {"pk": one.pk, "title": entity.title(one), "hint": entity.subtitle(one), "url": entity.url(one),
         "reasons": _reasons(entity, asked, one)}
        for one in found
    ]  # fmt: skip


def _reasons(entity: Entity, asked: Mapping[str, Any], other: Record) -> list[str]:
    """Why the other record looks the same."""
    said = []
    for name, value in asked.items():
        label = str(entity.fields[name].label)
        theirs = _words(getattr(other, name, None))
        if name == (entity.search_fields or ("",))[0]:
            theirs |= _words(getattr(other, "names", None)) | _words(getattr(other, "aliases", None))
        mine = _words(value)
        for shared in sorted(word for word in theirs if word in mine):
            said.append(_("The same %(field)s: %(value)s") % {"field": label, "value": shared[1]})
    return said or [_("It has the same identifier.")]


class _Word(tuple[str, str]):
    """(folded, as written), equal when the folded texts are."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Word) and self[0] == other[0]

    def __hash__(self) -> int:
        return hash(self[0])


def _words(value: Any) -> set[_Word]:
    if isinstance(value, dict):
        value = [v for vs in value.values() for v in (vs if isinstance(vs, list) else [vs])]
    listed = value if isinstance(value, list) else [value]
    return {_Word((fold(str(v)), str(v))) for v in listed if v not in (None, "")}
