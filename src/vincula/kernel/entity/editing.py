"""Forms made from an entity, and saving what was typed through the save door.

A form carries the version it was opened with; a stale one raises records.Conflict and nothing typed is lost.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from vincula.kernel.access import door
from vincula.kernel.entity import relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.field import Field
from vincula.kernel.records import actions
from vincula.kernel.records.models import Record


class _ItsOwn(dict[str, Any]):
    """The fields of a form that is made once: Django would copy each, which took as long as to make them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return dict(self)


def form_class(entity: Entity, user: Any, names: Sequence[str] | None = None) -> type[forms.Form]:
    """A form with the editable fields (or those named), choosing only among records that ``user`` may see.

    To be made once: all forms of a class hold the same fields.
    """
    fields = [f for f in entity.editable() if names is None or f.name in names]
    made: dict[str, Any] = {html_name(f.name): _form_field(f, user) for f in fields}
    form: type[forms.Form] = type("EntityForm", (forms.Form,), made)
    form.base_fields = _ItsOwn(form.base_fields)
    return form


def html_name(name: str) -> str:
    """Own fields hold a dot in their name; forms and ids use a dash."""
    return name.replace("custom.", "custom-")


def _form_field(f: Field, user: Any) -> forms.Field:
    options: dict[str, Any] = {"label": f.label, "help_text": f.help, "required": f.required}
    if isinstance(f.kind, relations.Relation):
        options["user"] = user
    made = f.kind.form_field(f, **options)
    made.widget.attrs.setdefault("data-kind", f.kind.name)
    return made


def initial(entity: Entity, record: Record | None, given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the form starts with: the record's values, or defaults with those of the address."""
    values: dict[str, Any] = {}
    for f in entity.editable():
        if record is not None:
            many = isinstance(f.kind, relations.Relations)
            values[html_name(f.name)] = (
                list(getattr(record, f.name).values_list("pk", flat=True)) if many else f.of(record)
            )
        elif given and f.name in given:
            values[html_name(f.name)] = given[f.name]
        elif f.model_field is not None and f.model_field.has_default():
            values[html_name(f.name)] = f.model_field.get_default()
    return values


def cleaned(entity: Entity, form: forms.Form) -> dict[str, Any]:
    """The form's values as the save door takes them."""
    fields, values = entity.fields, {}
    own: dict[str, Any] = {}
    for f in fields.values():
        if html_name(f.name) not in form.cleaned_data:
            continue
        value = form.cleaned_data[html_name(f.name)]
        if f.custom:
            own[f.name.removeprefix("custom.")] = value.isoformat() if hasattr(value, "isoformat") else value
        elif isinstance(f.kind, relations.Relations):
            values[f.name] = [r.pk for r in value]
        elif value is None and not getattr(f.model_field, "null", True):
            values[f.name] = f.model_field.get_default()
        else:
            values[f.name] = value
    return {**values, "custom": own} if own else values


def save(
    entity: Entity, form: forms.Form, *, record: Record | None, who: Any, expected_version: int | None = None
) -> Record | None:
    """Create or change; None when the form has errors (they then stand in it). Raises Conflict, PermissionDenied."""
    if not form.is_valid():
        return None
    try:
        values = cleaned(entity, form)
        if record is None:
            return actions.create(entity.model, who=who, **values)
        return actions.change(record, who=who, expected_version=expected_version, **values)
    except ValidationError as error:
        put_errors(form, error)
        return None


def put_errors(form: forms.Form, error: ValidationError) -> None:
    """Set each error at its field; those of fields that the form lacks go to the top."""
    parts = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, errors in parts.items():
        at = html_name(name) if html_name(name) in form.fields else None
        form.add_error(at, errors)


def refuse_unless(user: Any, action: door.Action, entity: Entity) -> None:
    """PermissionDenied unless some grant lets the user do ``action`` here."""
    door.require(user, action, entity.model)


def check_own(entity: Entity, own: Mapping[str, Any]) -> dict[str, Any]:
    """Own fields from JSON, checked by their kinds; an unknown key is an error. Raises ValidationError."""
    clean: dict[str, Any] = {}
    for key, value in own.items():
        f = entity.field(f"custom.{key}")
        if f is None:
            raise ValidationError({f"custom.{key}": _("There is no own field of this name.")})
        try:
            clean[key] = f.kind.check(value, f)  # type: ignore[attr-defined]  # own kinds only
        except ValidationError as error:
            raise ValidationError({f.name: error}) from error
    return clean
