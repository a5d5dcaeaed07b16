"""Django's bound fields made ready for the field macro: names, hints and errors wired for assistive technology (X6)."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.MultipleHiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "group"),
    (forms.RadioSelect, "group"),
    (forms.CheckboxInput, "check"),
    (forms.ClearableFileInput, "file"),
    (forms.FileInput, "file"),
    (forms.SelectMultiple, "select"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.SplitDateTimeWidget, "group"),
    (forms.MultiWidget, "group"),
    (forms.SelectDateWidget, "group"),
)
_TYPES = {forms.DateInput: "date", forms.DateTimeInput: "datetime-local", forms.TimeInput: "time"}
_FORMATS = {"date": "%Y-%m-%d", "datetime-local": "%Y-%m-%dT%H:%M", "time": "%H:%M"}


def kind(field: BoundField) -> str:
    """How the macro lays a field out: hidden, check, group (a fieldset), file, select, textarea or input."""
    for widget, name in _KINDS:
        if isinstance(field.field.widget, widget):
            return name
    return "input"


def element_id(field: BoundField) -> str:
    """The id that the label points to (Django leaves it empty for groups: then the name is used)."""
    return field.id_for_label or field.auto_id or f"id_{field.html_name}"


def widget(field: BoundField, **extra: Any) -> SafeString:
    """The field's control with its hint and error tied to it by id. ``extra`` adds attributes (``data_x`` → ``data-x``)."""
    attrs = {name.rstrip("_").replace("_", "-"): value for name, value in extra.items()}
    anchor = field.auto_id or f"id_{field.html_name}"
    described = [f"{anchor}-error"] if field.errors else []
    if field.help_text:
        described.append(f"{anchor}-help")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    _native_pickers(field.field.widget, attrs)
    return field.as_widget(attrs=attrs)


def _native_pickers(control: forms.Widget, attrs: dict[str, Any]) -> None:
    """Lets the browser offer its own date and time picker: the type, and the one format that it understands."""
    for widget_type, input_type in _TYPES.items():
        if type(control) is widget_type and "type" not in control.attrs:
            control.input_type = input_type
            control.format = _FORMATS[input_type]
    # Ten rows are Django's own default, far too tall where the field grows with its text.
    if isinstance(control, forms.Textarea) and control.attrs.get("rows") == "10":
        attrs.setdefault("rows", 4)
        control.attrs.pop("cols", None)


def errors(form: forms.BaseForm) -> list[tuple[str, str, str]]:
    """The summary above a form: (id of the control or empty, label or empty, sentence), in the order of the fields."""
    found = [("", "", str(text)) for text in form.non_field_errors()]
    for field in form:
        found += [(element_id(field), str(field.label), str(text)) for text in field.errors]
    return found


GLOBALS = {"widget": widget, "widget_kind": kind, "widget_id": element_id, "form_errors": errors}
