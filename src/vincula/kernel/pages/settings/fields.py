"""Pages of the organisation's own fields: by entity, add, edit, reorder, delete (requirement X13)."""

from collections import defaultdict
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.entity.formfields import LinesField
from vincula.kernel.pages.settings import field_actions
from vincula.kernel.people.pages.administration import administrators_only
from vincula.kernel.records.models import CustomField
from vincula.kernel.ui.frame import NAMES
from vincula.kernel.ui.toasts import toast


class OwnFieldForm(forms.Form):
    """One own field; its label in each language of the interface."""

    label = forms.CharField(label=gettext_lazy("Label"), max_length=80)
    key = forms.RegexField(
        r"^[a-z][a-z0-9_]*\Z", label=gettext_lazy("Key"), max_length=40, required=False,
        help_text=gettext_lazy("Used in import, export and the API; made of the label when left empty, and stays."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CustomField.KINDS)
    options = LinesField(
        label=gettext_lazy("Options"), required=False, help_text=gettext_lazy("The values to choose from, one a line.")
    )
    required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)
    help = forms.CharField(label=gettext_lazy("Hint below the field"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.languages = [code for code, _name in settings.LANGUAGES if code != "en"]
        for code in self.languages:
            label = _("Label in %(language)s") % {"language": NAMES.get(code, code)}
            self.fields[f"label_{code}"] = forms.CharField(label=label, max_length=80, required=False)

    def values(self) -> dict[str, Any]:
        """What the field takes."""
        given = self.cleaned_data
        words = {code: given[f"label_{code}"].strip() for code in self.languages if given[f"label_{code}"].strip()}
        plain: dict[str, Any] = {
            name: given[name] for name in ("label", "key", "kind", "options", "required", "help") if name in given
        }
        return {**plain, "translations": words}


def initial(field: CustomField) -> dict[str, Any]:
    """What the form starts with."""
    names = ("label", "key", "kind", "options", "required", "help")
    words = {f"label_{code}": text for code, text in field.translations.items()}
    return {**{name: getattr(field, name) for name in names}, **words}


def entity_of(slug: str) -> Entity:
    """The entity of an address, or Http404."""
    found = registry.by_slug(slug)
    if found is None:
        raise Http404
    return found


@administrators_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind of record with its own fields."""
    own: dict[str, list[CustomField]] = defaultdict(list)
    for field in CustomField.objects.all():
        own[field.entity].append(field)
    listed = [{"entity": each, "own": own[each.key]} for each in sorted(registry.all(), key=lambda each: each.plural)]
    return render(request, "settings/fields.html", {"listed": listed, "here": "fields"})


@administrators_only
@require_safe
def of_entity(request: HttpRequest, slug: str) -> HttpResponse:
    """The own fields of one kind of record, in their order."""
    entity = entity_of(slug)
    listed = [
        {"field": each, "many": field_actions.holders(each)} for each in CustomField.objects.filter(entity=entity.key)
    ]
    return render(request, "settings/fields_of.html", {"entity": entity, "listed": listed, "here": "fields"})


@administrators_only
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new own field."""
    entity = entity_of(slug)
    form = OwnFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            field = field_actions.create(who=request.user, entity=entity, values=form.values())
        except ValidationError as error:
            _put(form, error)
        else:
            toast(
                request,
                _("The field “%(field)s” is there, in every list, form, import and the API.") % {"field": field},
            )
            return redirect("settings:fields-of", entity.slug)
    context = {"entity": entity, "form": form, "field": None, "version": "", "stale": None, "many": 0, "here": "fields"}
    return render(request, "settings/field.html", context, status=422 if form.errors else 200)


@administrators_only
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change an own field; a stale form shows what the field is now, and keeps what was typed."""
    entity = entity_of(slug)
    field = get_object_or_404(CustomField, pk=pk, entity=entity.key)
    form = OwnFieldForm(request.POST or None, initial=initial(field))
    del form.fields["key"]
    stale = None
    if request.method == "POST" and form.is_valid():
        try:
            field_actions.change(who=request.user, field=field, version=_version(request), values=form.values())
        except field_actions.StaleError:
            field.refresh_from_db()
            now = initial(field)
            stale = [
                {"label": form.fields[name].label, "now": now.get(name, ""), "mine": form.cleaned_data[name]}
                for name in form.fields
                if (now.get(name) or "") != (form.cleaned_data[name] or "")
            ]
        except ValidationError as error:
            field.refresh_from_db()
            _put(form, error)
        else:
            toast(request, _("The field “%(field)s” is saved.") % {"field": field})
            return redirect("settings:fields-of", entity.slug)
    many = field_actions.holders(field)
    version = request.POST.get("version", "") if form.errors else field.version
    context = {
        "entity": entity, "form": form, "field": field, "version": version, "stale": stale, "many": many, "here": "fields",
    }  # fmt: skip
    return render(
        request, "settings/field.html", context, status=409 if stale is not None else 422 if form.errors else 200
    )


@administrators_only
@require_POST
def move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One place up or down."""
    entity = entity_of(slug)
    field = get_object_or_404(CustomField, pk=pk, entity=entity.key)
    field_actions.shift(who=request.user, field=field, by=-1 if request.POST.get("to") == "up" else 1)
    return redirect("settings:fields-of", entity.slug)


@administrators_only
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask, saying how many values go; then delete the field and its values."""
    entity = entity_of(slug)
    field = get_object_or_404(CustomField, pk=pk, entity=entity.key)
    if request.method == "POST":
        try:
            gone = field_actions.delete(who=request.user, field=field, version=_version(request))
        except field_actions.StaleError:
            toast(request, _("Somebody else changed this field meanwhile; look at it before deleting it."), tone="warn")
            return redirect("settings:field", entity.slug, field.pk)
        toast(
            request,
            _("The field “%(field)s” and its %(many)s values are deleted.") % {"field": field.label, "many": gone},
        )
        return redirect("settings:fields-of", entity.slug)
    context = {"entity": entity, "field": field, "many": field_actions.holders(field), "here": "fields"}
    return render(request, "settings/field_delete.html", context)


def _version(request: HttpRequest) -> int:
    raw = request.POST.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0


def _put(form: forms.Form, error: ValidationError) -> None:
    for name, sentences in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
        form.add_error(name if name in form.fields else None, sentences)
