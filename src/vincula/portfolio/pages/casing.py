"""A version of a business case in one form: its price, and a row for each line of cost and of income (L4).

Works without scripts: empty rows stand ready, and more can be asked for. An empty row is no line. Everything is saved,
or nothing; what is wrong stands at its row, and what was typed stays.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vincula.kernel.access import door
from vincula.kernel.entity import editing, registry
from vincula.kernel.pages.single import telling
from vincula.kernel.ui.toasts import toast
from vincula.portfolio.actions import cases
from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine, Service

COSTS, INCOME = "portfolio.costline", "portfolio.incomeline"
CASE_FIELDS = ("name", "price", "assumptions")
ROWS = {"costs": (COSTS, ("line", "kind", "year", "amount", "days"), 8), "income": (INCOME, ("year", "customers"), 5)}
TYPED = {
    "costs": ("line", "amount_amount", "days"),
    "income": ("customers",),
}  # a row where none of these stands is empty
MOST_ROWS, MORE = 80, 8


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; ``more`` asks for further rows ("costs" or "income") and saves nothing."""
    service = get_object_or_404(Service.objects.visible_to(request.user), pk=pk)
    if not all(door.may(request.user, "create", model) for model in (BusinessCase, CostLine, IncomeLine)):
        raise PermissionDenied(_("Your roles do not let you write business cases with their lines."))
    data = request.POST if request.method == "POST" else None
    more = request.POST.get("more", "")
    form = _named(registry.get("portfolio.businesscase"), CASE_FIELDS, request, data if data and not more else None)
    if more:
        form.initial = {name: _typed(form, name, request) for name in form.fields}
    rows = {what: _rows(what, request, more) for what in ROWS}
    if data and not more:
        made = _save(service, form, rows, request)
        if made is not None:
            toast(request, _("Version %(n)s is saved with all its lines.") % {"n": made.number})
            return redirect(registry.get("portfolio.businesscase").url(made))
    back = registry.get("portfolio.service").url(service)
    context = {
        "title": _("A version of the business case"), "service": service.name, "back": f"{back}#cases", "form": form,
        "wrong": _wrong(rows) if data and not more else [],
        "tables": [
            {"key": what, "label": label, "rows": rows[what], "heads": [(bound.label, bound.name in ("amount", "year", "days", "customers"))
                                                                         for bound in rows[what][0]]}
            for what, label in (("costs", _("Costs")), ("income", _("Customers by year")))
        ],
    }  # fmt: skip
    refused = data is not None and not more
    return render(request, "portfolio/casing.html", context, status=422 if refused else 200)


def _named(entity: Any, names: Sequence[str], request: HttpRequest, data: Any, prefix: str | None = None) -> forms.Form:
    """A form of these fields of an entity, labels as on its own page."""
    form = editing.form_class(entity, request.user, names)(
        data, prefix=prefix, label_suffix="", use_required_attribute=False
    )
    form.order_fields(names)
    for field in form.fields.values():
        field.label = telling.capital(str(field.label))
    return form


def _typed(form: forms.Form, name: str, request: HttpRequest) -> Any:
    """What stands in a control, as it was typed: a list for a control of several."""
    return form.fields[name].widget.value_from_datadict(request.POST, request.FILES, form.add_prefix(name))


def _rows(what: str, request: HttpRequest, more: str) -> list[forms.Form]:
    """Rows as typed, bound where something stands in them; empty ones up to the number that stood there, or that is asked for."""
    key, names, least = ROWS[what]
    given = request.POST.get(what, "")
    count = max(least, min(int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0, MOST_ROWS))
    if more == what:
        count = min(count + MORE, MOST_ROWS)
    found = []
    for n in range(count):
        prefix = f"{what}-{n}"
        full = any(request.POST.get(f"{prefix}-{name}", "").strip() for name in TYPED[what])
        form = _named(registry.get(key), names, request, request.POST if full and not more else None, prefix)
        if full and more:
            form.initial = {name: _typed(form, name, request) for name in names}
        elif what == "income":
            form.initial = {"year": n + 1, "customers": ""}
        for name, field in form.fields.items():
            _told_apart(field, n + 1, _("Currency") if name == "amount" else "")
        found.append(form)
    return found


def _told_apart(field: forms.Field, n: int, second: str) -> None:
    """Name the controls of row ``n`` for who does not see the head of the table; ``second`` of two in one cell."""
    inner = list(getattr(field.widget, "widgets", [field.widget]))
    for widget, label in zip(inner, (str(field.label), second), strict=False):
        widget.attrs["aria-label"] = _("%(label)s, row %(n)s") % {"label": label, "n": n}


def _save(
    service: Service, form: forms.Form, rows: dict[str, list[forms.Form]], request: HttpRequest
) -> BusinessCase | None:
    """The version; None when something is wrong, which then stands in the forms."""
    full = {what: [row for row in there if row.is_bound] for what, there in rows.items()}
    good = [each.is_valid() for each in (form, *full["costs"], *full["income"])]
    if not all(good):
        return None
    values = {what: [editing.cleaned(registry.get(ROWS[what][0]), row) for row in full[what]] for what in ROWS}
    case = editing.cleaned(registry.get("portfolio.businesscase"), form)
    try:
        return cases.write_version(
            service=service, case=case, costs=values["costs"], income=values["income"], who=request.user
        )
    except cases.LineRefused as refused:
        what, n = refused.at
        editing.put_errors(full[what][n], refused.error)
    except ValidationError as error:
        editing.put_errors(form, error)
    return None


def _wrong(rows: dict[str, list[forms.Form]]) -> list[tuple[str, str, str]]:
    """(id of the control, which row and what, sentence) of every error in a row."""
    found = []
    for what, label in (("costs", _("Costs, row %(n)s")), ("income", _("Customers, row %(n)s"))):
        for n, row in enumerate(rows[what], 1):
            if not row.is_bound:
                continue
            found += [("", label % {"n": n}, str(text)) for text in row.non_field_errors()]
            found += [
                (bound.id_for_label or bound.auto_id, f"{label % {'n': n}}: {bound.label}", str(text))
                for bound in row for text in bound.errors
            ]  # fmt: skip
    return found
