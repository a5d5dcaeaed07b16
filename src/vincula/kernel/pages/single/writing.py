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
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.duplicates import finding
from vincula.kernel.entity import editing, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.files import actions as files
from vincula.kernel.files.models import StoredFile
from vincula.kernel.pages import places
from vincula.kernel.pages.single import telling
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record


def form_for(
    entity: Entity, user: Any, record: Record | None, data: Any = None, *, names: Sequence[str] | None = None,
    given: Mapping[str, str] | None = None, uploads: Any = None,
) -> forms.Form:  # fmt: skip
    """The form, filled from ``data``, else from the record, else from ``given`` (the address) and the defaults."""
    made = editing.form_class(entity, user, writable(entity, names))
    initial = {} if data is not None and record is None else editing.initial(entity, record, given)
    for f, unseen in _unseen(entity, user, record):  # not chosen, where it cannot be chosen: as when there is none
        now = initial.get(editing.html_name(f.name))
        initial[editing.html_name(f.name)] = [pk for pk in now if pk not in unseen] if isinstance(now, list) else None
    if given and record is not None:
        initial.update({editing.html_name(n): v for n, v in given.items() if editing.html_name(n) in made.base_fields})
    for name, field in made.base_fields.items():
        if isinstance(field, forms.ModelMultipleChoiceField) and isinstance(initial.get(name), str):
            initial[name] = [v for v in initial[name].split(",") if v.isdigit()]
    form = made(data, uploads, initial=initial, label_suffix="")
    for each in form.fields.values():
        each.label = telling.capital(str(each.label))
        if isinstance(each, forms.ModelChoiceField):  # a hidden record is refused in the words of one that is not there
            for code in ("invalid_choice", "invalid_pk_value"):
                each.error_messages[code] = _("There is no such record.")
    for narrowed in places.NARROWINGS:
        if narrowed.entity == entity.key and narrowed.field in form.fields:
            attrs = form.fields[narrowed.field].widget.attrs
            attrs["data-options-url"] = f"{attrs['data-options-url']}?for={narrowed.name}"
            attrs["data-by"] = narrowed.by
    for f in _perhaps_unseen(entity, user, record):
        bound = form.fields.get(editing.html_name(f.name))
        if bound is None:
            continue
        bound.required = bound.widget.is_required = False
        bound.help_text = _stays(f)
    return form


def writable(entity: Entity, names: Sequence[str] | None = None) -> list[str]:
    """Fields that a form may set: a state is reached by its moves and gates only."""
    state = entity.lifecycle.field if entity.lifecycle else ""
    return [f.name for f in entity.editable() if f.name != state and (names is None or f.name in names)]


def _stays(f: Field) -> str:
    """Said of every relation that could hold a hidden record, whether it does or not: it tells of the role only."""
    if isinstance(f.kind, relations.Relations):
        return _("If it holds records that you may not see, they stay.")
    return _("If it holds a record that you may not see, that stays unless you name another.")


def _perhaps_unseen(entity: Entity, user: Any, record: Record | None) -> list[Field]:
    """The relations of an existing record that look empty to the user and may hold what their roles do not show."""
    if record is None:
        return []
    hidden = {f.name for f, _ids in _unseen(entity, user, record)}
    return [
        f
        for f in entity.columns.values()
        if f.editable and isinstance(f.kind, relations.Relation) and not isinstance(f.kind, relations.Person | relations.File)
        and (f.name in hidden or (not door.sees_all(user, f.related_model)
                                  and (isinstance(f.kind, relations.Relations) or f.of(record) is None)))
    ]  # fmt: skip


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
        with transaction.atomic():
            values = values_of(entity, form, record, who)
            sent = keep_files(entity, values, who)
            if record is None:
                saved = actions.create(entity.model, who=who, **values)
            else:
                saved = actions.change(record, who=who, verb=verb, expected_version=version, **values)
            for file in sent:
                files.attach(file=file, who=who, entity=entity.key, object_id=saved.pk)
        return saved
    except ValidationError as error:
        editing.put_errors(form, error)
        return None


def keep_files(entity: Entity, values: dict[str, Any], who: Any) -> list[StoredFile]:
    """Put a stored file in the place of each upload in ``values``; without one the field keeps the file that it has.

    The files belong to the record once it is saved. ValidationError at the field when one is empty or too large.
    """
    kept = []
    for name, value in list(values.items()):
        if not isinstance(entity.fields[name].kind if name in entity.fields else None, relations.File):
            continue
        if not isinstance(value, UploadedFile):
            del values[name]
            continue
        try:
            values[name] = files.store(upload=value, who=who)
        except ValidationError as error:
            raise ValidationError({name: error}) from error
        kept.append(values[name])
    return kept


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

    Of an existing record they are named only when something that tells its identity was typed anew.
    """
    telling_fields = {name for sign in entity.identity for name in sign.fields}
    changed = {name.replace("custom-", "custom.") for name in form.changed_data}
    if record is not None and not changed & telling_fields:
        return []
    values = editing.cleaned(entity, form)
    if record is not None:
        values = {name: getattr(record, name) for name in telling_fields if hasattr(record, name)} | values
    found = [one for one in finding.likely(entity, [values], user)[0] if record is None or one.record_id != record.pk]
    if record is not None:
        before = {one.record_id for one in finding.of_record(record, user)}
        found = [one for one in found if one.record_id not in before]
    known = entity.rows(user).in_bulk([one.record_id for one in found])
    return [
        {"pk": one.record_id, "title": entity.title(twin), "hint": entity.subtitle(twin), "url": entity.url(twin),
         "reasons": one.reasons}
        for one in found if (twin := known.get(one.record_id))
    ]  # fmt: skip
