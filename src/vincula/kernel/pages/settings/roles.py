"""Pages of roles: list, one role with its lines and people, one line, and what the role would see (X6)."""

import copy
import json
from collections import defaultdict
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vincula.kernel.access import door, scopes
from vincula.kernel.access.models import Role
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import listing, registry
from vincula.kernel.pages.settings import role_actions
from vincula.kernel.pages.settings.role_actions import EVERY
from vincula.kernel.people.pages.administration import administrators_only
from vincula.kernel.ui.toasts import toast

EXAMPLES = 3


class RoleForm(forms.Form):
    """Name and description of a role."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=300, required=False)


@administrators_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All roles."""
    found = Role.objects.annotate(people=Count("assignments", distinct=True), lines=Count("grants", distinct=True))
    return render(request, "settings/roles.html", {"roles": found, "here": "roles"})


@administrators_only
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new role."""
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            role = role_actions.create(who=request.user, **form.cleaned_data)
        except ValidationError as error:
            _put(form, error)
        else:
            toast(request, _("The role “%(role)s” is created. Say now what it lets do.") % {"role": role})
            return redirect("settings:role", role.pk)
    return render(
        request, "settings/role_new.html", {"form": form, "here": "roles"}, status=422 if form.errors else 200
    )


@administrators_only
@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """One role: what it lets do, who holds it, what was changed. A POST changes name and description."""
    found = get_object_or_404(Role, pk=pk)
    form = RoleForm(request.POST or None, initial={"name": found.name, "description": found.description})
    stale = False
    if request.method == "POST" and form.is_valid():
        try:
            role_actions.rename(role=found, who=request.user, version=_version(request), **form.cleaned_data)
        except role_actions.StaleError:
            found.refresh_from_db()
            stale = True
        except ValidationError as error:
            found.refresh_from_db()
            _put(form, error)
        else:
            toast(request, _("The role “%(role)s” is saved.") % {"role": found})
            return redirect("settings:role", found.pk)
    context = {**_shown(found), "form": form, "stale": stale, "here": "roles"}
    return render(request, "settings/role.html", context, status=409 if stale else 422 if form.errors else 200)


def _shown(found: Role) -> dict[str, Any]:
    held = [each.user for each in found.assignments.select_related("user").order_by("user__name")]
    free = (
        get_user_model()
        ._default_manager.filter(is_active=True)
        .exclude(pk__in=[user.pk for user in held])
        .order_by("name")
    )
    entries = (
        AuditEntry.objects.filter(entity=role_actions.ENTITY, object_id=found.pk).select_related("who").order_by("-id")
    )
    return {
        "role": found,
        "lines": lines(found),
        "actions": [(key, label) for key, label in door.ACTIONS.items()],
        "people": held,
        "free": list(free[:500]),
        "entities": entities(),
        "scopes": scopes.all_scopes(),
        "entries": [
            {"entry": e, "texts": [_told(name, pair) for name, pair in (e.changes or {}).items()]} for e in entries[:30]
        ],
    }


def _told(name: str, pair: list[Any]) -> str:
    old, new = (json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict) else str(v or "—") for v in pair)
    return _("%(field)s: %(before)s → %(after)s") % {"field": name, "before": old, "after": new}


def entities() -> list[tuple[str, str]]:
    """Kinds of record that a line may be about."""
    listed = sorted(((each.key, each.plural) for each in registry.all()), key=lambda pair: pair[1])
    return [(EVERY, _("all kinds of records")), *listed]


def lines(found: Role) -> list[dict[str, Any]]:
    """The grants of a role as lines: one for each entity, reach and value, with its actions."""
    grouped: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for grant in found.grants.all():
        grouped[grant.entity, grant.scope, json.dumps(grant.value)].add(grant.action)
    names = dict(entities())
    shown = []
    for (entity, scope, value), actions in sorted(grouped.items()):
        reach = scopes.get(scope)
        labels = dict(reach.choices()) if reach is not None and reach.choices else {}
        chosen = json.loads(value)
        shown.append(
            {
                "entity": entity,
                "name": names.get(entity, entity),
                "scope": scope,
                "reach": reach.label if reach else scope,
                "known": reach is not None,
                "value": value,
                "values": ", ".join(str(labels.get(str(v), v)) for v in chosen)
                if isinstance(chosen, list)
                else str(chosen),
                "may": actions | door.every_action() if EVERY in actions else actions,
            }
        )
    return shown


@administrators_only
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of a role. The address says ``entity``, ``scope`` and, for a line that is there, its ``value`` (JSON)."""
    found = get_object_or_404(Role, pk=pk)
    entity, scope = request.GET.get("entity", ""), request.GET.get("scope", "")
    reach, names = scopes.get(scope), dict(entities())
    if reach is None or entity not in names:
        raise Http404
    old = _json_list(request.GET.get("value", "[]"))
    there = {g.action for g in found.grants.filter(entity=entity, scope=scope) if g.value == old}
    chosen = {
        "actions": there | door.every_action() if EVERY in there else there or {"view"},
        "value": {str(v) for v in old},
    }
    problem, status = "", 200
    if request.method == "POST":
        chosen = {"actions": set(request.POST.getlist("actions")), "value": set(request.POST.getlist("value"))}
        try:
            role_actions.set_line(
                role=found, who=request.user, version=_version(request), entity=entity, scope=scope,
                value=sorted(chosen["value"]), actions=() if "remove" in request.POST else chosen["actions"], instead_of=old,
            )  # fmt: skip
        except role_actions.StaleError:
            found.refresh_from_db()
            problem, status = (
                _("Somebody else changed this role meanwhile. Look at it below; saving again keeps both."),
                409,
            )
        except ValidationError as error:
            found.refresh_from_db()
            problem, status = " ".join(error.messages), 422
        else:
            toast(request, _("The role “%(role)s” is saved.") % {"role": found})
            return redirect("settings:role", found.pk)
    context = {
        "role": found, "entity_name": names[entity], "reach": reach, "actions": list(door.ACTIONS.items()), "chosen": chosen,
        "choices": [(str(k), label) for k, label in reach.choices()] if reach.choices else [], "there": bool(there),
        "problem": problem, "lines": lines(found), "action": request.get_full_path(), "here": "roles",
    }  # fmt: skip
    return render(request, "settings/line.html", context, status=status)


@administrators_only
@require_POST
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the role to the person ``add``, or take it from the person ``remove``."""
    found = get_object_or_404(Role, pk=pk)
    for verb, act, said in (
        ("add", role_actions.assign, _("%(person)s now holds the role “%(role)s”.")),
        ("remove", role_actions.unassign, _("%(person)s no longer holds the role “%(role)s”.")),
    ):
        raw = request.POST.get(verb, "")
        if raw.isascii() and raw.isdigit() and len(raw) < 19:
            person = get_object_or_404(get_user_model(), pk=int(raw))
            act(role=found, who=request.user, user=person)
            toast(request, said % {"person": person, "role": found})
    return redirect("settings:role", found.pk)


@administrators_only
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, saying who loses what; then delete the role."""
    found = get_object_or_404(Role, pk=pk)
    if request.method == "POST":
        try:
            role_actions.delete(role=found, who=request.user, version=_version(request))
        except role_actions.StaleError:
            toast(request, _("Somebody else changed this role meanwhile; look at it before deleting it."), tone="warn")
            return redirect("settings:role", found.pk)
        toast(request, _("The role “%(role)s” is deleted.") % {"role": found.name})
        return redirect("settings:roles")
    held = [each.user for each in found.assignments.select_related("user").order_by("user__name")]
    return render(request, "settings/role_delete.html", {"role": found, "people": held, "here": "roles"})


@administrators_only
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """How many records of each kind somebody with this role alone would see, with the first few of them."""
    found = get_object_or_404(Role, pk=pk)
    holders = [each.user for each in found.assignments.select_related("user").order_by("user__name")]
    raw = request.GET.get("as", "")
    known = {str(user.pk): user for user in [*holders, request.user]}
    person = known.get(raw) or (holders[0] if holders else request.user)
    stand_in = copy.copy(person)
    stand_in.is_superuser, stand_in.is_active = False, True  # type: ignore[union-attr]  # a user made for the question
    door.give(stand_in, (door.Line(found.name, g.entity, g.action, g.scope, g.value) for g in found.grants.all()))
    rows = []
    for entity in sorted(registry.all(), key=lambda each: each.plural):
        visible = entity.rows(stand_in)
        many, exact = listing.count(visible)
        first = [entity.title(one) for one in entity.select(visible).order_by("pk")[:EXAMPLES]] if many else []
        total, _exact = listing.count(entity.model._base_manager.filter(trashed_at=None))
        rows.append({"entity": entity, "many": many, "exact": exact, "total": total, "first": first})
    context = {"role": found, "rows": rows, "person": person, "known": list(known.values()), "here": "roles"}
    return render(request, "settings/preview.html", context)


def _version(request: HttpRequest) -> int:
    raw = request.POST.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0


def _json_list(raw: str) -> list[Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _put(form: forms.Form, error: ValidationError) -> None:
    for field, sentences in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
        form.add_error(field if field in form.fields else None, sentences)
