"""The page that leads to all settings."""

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vincula.kernel.access.models import Role
from vincula.kernel.people.pages.administration import administrators_only
from vincula.kernel.records.models import CustomField
from vincula.kernel.ui import frame
from vincula.kernel.ui.jinja import url_or_none

frame.route("admin", "settings:overview")


@administrators_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every place of settings, with what stands there."""
    people = get_user_model()._default_manager.filter(is_active=True).count()
    roles, own = Role.objects.count(), CustomField.objects.count()
    offers = [
        (_("People"), "people:administration", "users",
         _("Who may sign in, who administers, invitations."),
         ngettext("%(n)s active user", "%(n)s active users", people) % {"n": people}),
        (_("Roles"), "settings:roles", "key",
         _("Who sees and changes what, and how far it reaches."),
         ngettext("%(n)s role", "%(n)s roles", roles) % {"n": roles}),
        (_("Own fields"), "settings:fields", "columns",
         _("Fields of your own on any kind of record; they are in lists, forms, filters, imports and the API."),
         ngettext("%(n)s field", "%(n)s fields", own) % {"n": own}),
        (_("Words"), "settings:words", "abc",
         _("What this installation calls those whom it runs services for: members, customers, users …"), ""),
        (_("Privacy"), "privacy:overview", "lock",
         _("What people agree to, how long they stay, who was erased."), ""),
        (_("Imports"), "exchange:imports", "file-import", _("Bring records in from files; take a whole import back."), ""),
        (_("Reference"), "reference:index", "book-2", _("Every entity, field, event and address of this installation."), ""),
    ]  # fmt: skip
    shown = [
        {"label": label, "url": address, "icon": icon, "text": text, "note": note}
        for label, name, icon, text, note in offers
        if (address := url_or_none(name))
    ]
    return render(request, "settings/overview.html", {"places": shown, "here": "overview"})
