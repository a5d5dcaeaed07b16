"""What is done from a line of a page: log, done, put off, reviewed, hand over. Each answers where one came from."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import moving, registry
from vincula.kernel.entity.formfields import RelationField
from vincula.kernel.folding import fold
from vincula.kernel.pages.single.finding import find, way_back
from vincula.kernel.records.actions import Conflict
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.toasts import toast
from vincula.parties import actions
from vincula.parties.models import ContactRole, Organisation, Person, Task
from vincula.parties.models.dated import holding

LONGEST = 20_000


def _find(request: HttpRequest, model: type[Record], pk: int) -> Any:
    return find(request, registry.get(door.key(model)), pk)


def _back(request: HttpRequest, record: Record) -> HttpResponse:
    entity = registry.get(door.key(type(record)))
    return redirect(way_back(request, entity.url(record)))


def _said(error: ValidationError) -> str:
    return " ".join(str(message) for message in error.messages)


@require_POST
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """The composer of an organisation: an interaction, a note, or a task."""
    organisation: Organisation = _find(request, Organisation, pk)
    text = request.POST.get("text", "")[:LONGEST]
    try:
        if request.POST.get("kind") == "task":
            actions.add_task(who=request.user, title=text, organisation=organisation, due=_day(request))
            toast(request, _("The task is written down."))
        else:
            _log(request, organisation, text)
    except ValidationError as error:
        toast(request, _said(error), tone="bad")
    return _back(request, organisation)


def _log(request: HttpRequest, organisation: Organisation, text: str) -> None:
    names, unknown = _participants(request, organisation)
    minutes = request.POST.get("minutes", "")
    actions.log_interaction(
        who=request.user, kind=request.POST.get("kind", "note"), text=text, organisation=organisation, participants=names,
        at=_moment(request), minutes=int(minutes) if minutes.isascii() and minutes.isdigit() else None,
    )  # fmt: skip
    toast(request, _("Logged with %(name)s.") % {"name": organisation})
    if unknown:
        text = _("Nobody here is called %(names)s; add the person, then name them in the interaction.")
        toast(request, text % {"names": ", ".join(unknown)}, tone="warn")


def _participants(request: HttpRequest, organisation: Organisation) -> tuple[list[Person], list[str]]:
    """People named in the box, found among those of the organisation and our own; and the names nobody has."""
    wanted = [name.strip().lstrip("@") for name in request.POST.get("with", "").split(",") if name.strip()]
    people, unknown = [], []
    mine = Person.objects.visible_to(request.user).filter(user_id=request.user.pk or 0)
    for name in wanted[:20]:
        rows = Person.objects.visible_to(request.user).filter(name_folded__contains=fold(name))
        found = (
            rows.filter(holding(prefix="affiliations__"), affiliations__organisation=organisation).first()
            or rows.first()
        )
        if found is None:
            unknown.append(name)
        else:
            people.append(found)
    return [*people, *(p for p in mine if p not in people)], unknown


def _day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return None


def _moment(request: HttpRequest) -> datetime | None:
    """Now when it was today; else noon of that day where the writer is."""
    day, zone = _day(request), ZoneInfo(getattr(request.user, "time_zone", "") or "UTC")
    if day is None or day == clock.now().astimezone(zone).date():
        return None
    return datetime.combine(day, time(12), zone).astimezone(UTC)


@require_POST
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, with a way back."""
    task: Task = _find(request, Task, pk)
    try:
        actions.complete_task(task=task, who=request.user)
        toast(request, _("Done: %(title)s") % {"title": task.title}, undo=_address("task-reopen", task))
    except (ValidationError, Conflict) as error:
        toast(request, _said(error) if isinstance(error, ValidationError) else str(error), tone="bad")
    return _back(request, task)


@require_POST
def task_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The way back from done."""
    task: Task = _find(request, Task, pk)
    try:
        moving.move(task, "reopen", who=request.user)
    except ValidationError as error:
        toast(request, _said(error), tone="bad")
    return _back(request, task)


@require_POST
def task_put_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Later, by a number of days."""
    task: Task = _find(request, Task, pk)
    days = request.POST.get("days", "")
    try:
        later = actions.put_off_task(
            task=task, days=int(days) if days.isascii() and days.isdigit() else 0, who=request.user
        )
        toast(
            request,
            _("“%(title)s” is now due on %(date)s.") % {"title": task.title, "date": shown.format_date(later.due)},
        )
    except ValidationError as error:
        toast(request, _said(error), tone="bad")
    return _back(request, task)


@require_POST
def reviewed(request: HttpRequest, pk: int) -> HttpResponse:
    """The record is true (``days`` absent), or is looked at later."""
    organisation: Organisation = _find(request, Organisation, pk)
    days = request.POST.get("days", "")
    if days.isascii() and days.isdigit() and 1 <= int(days) <= 366:
        changed = actions.put_off_review(organisation=organisation, who=request.user, days=int(days))
    else:
        changed = actions.reviewed(organisation=organisation, who=request.user)
    told = {"name": organisation, "date": shown.format_date(changed.review_date)}
    toast(request, _("%(name)s is to be reviewed on %(date)s.") % told)
    return _back(request, organisation)


class HandOver(forms.Form):
    """To whom, from when, and why."""

    def __init__(self, *args: Any, role: ContactRole, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = Person.objects.visible_to(user).filter(
            holding(prefix="affiliations__"), affiliations__organisation=role.organisation_id
        )
        others = people.exclude(pk=role.person_id).distinct()
        self.fields["to"] = RelationField(others, picker={}, label=_("To"), help_text=_("People of this organisation."))
        self.fields["on"] = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=300)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a contact role to somebody else of the organisation."""
    role: ContactRole = _find(request, ContactRole, pk)
    door.require(request.user, "change", role)
    form = HandOver(request.POST or None, role=role, user=request.user, initial={"on": clock.today()})
    organisation = registry.get("parties.organisation")
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.hand_over_role(role=role, who=request.user, **form.cleaned_data)
            told = {"role": new.get_role_display(), "person": new.person}
            toast(request, _("%(person)s takes over: %(role)s.") % told)
            return redirect(organisation.url(role.organisation_id))
        except ValidationError as error:
            form.add_error(None, _said(error))
    if not organisation.rows(request.user).filter(pk=role.organisation_id).exists():
        raise Http404
    context = {
        "form": form,
        "role": role,
        "organisation": role.organisation,
        "back": organisation.url(role.organisation_id),
    }
    return render(request, "parties/hand_over.html", context, status=422 if form.errors else 200)


def _address(name: str, record: Record) -> str:
    return reverse(f"parties:{name}", args=[record.pk])
