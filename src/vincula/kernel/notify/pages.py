"""The inbox and its preferences."""

from typing import cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from vincula.kernel.notify import kinds, queries, sending
from vincula.kernel.notify.kinds import Channel
from vincula.kernel.notify.models import Notification, Preference
from vincula.kernel.people.models import User
from vincula.kernel.ui.toasts import toast

LAST = 10**9


def _reader(request: HttpRequest) -> User:
    return cast(User, request.user)


def _skip(request: HttpRequest) -> int:
    text = request.GET.get("skip", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """``?show=all`` shows what was read as well; ``?skip=`` older ones."""
    user, everything = _reader(request), request.GET.get("show") == "all"
    page, older = queries.inbox(user, unread_only=not everything, skip=_skip(request))
    context = {
        "days": queries.by_day(page),
        "older": older,
        "everything": everything,
        "unread": queries.unread_count(user),
    }
    return render(request, "notify/inbox.html", context)


@require_GET
def open_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go to the record. 404 when it is not one's own, or the record may not be seen."""
    user = _reader(request)
    found = queries.lines(user, Notification.objects.filter(user=user, pk=min(pk, LAST)))
    if not found:
        raise Http404
    sending.mark_read(user, [found[0].notification.pk])
    return HttpResponseRedirect(found[0].url) if found[0].url else redirect("notify:inbox")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark the ``ids`` sent as read, or all when there is no ``ids``."""
    sent = request.POST.getlist("ids")
    ids = [int(each) for each in sent if each.isascii() and each.isdigit() and len(each) < 19]
    count = sending.mark_read(_reader(request), ids if sent else None)
    text = ngettext("%(count)s notification marked as read.", "%(count)s notifications marked as read.", count)
    toast(request, text % {"count": count})
    return redirect("notify:inbox")


@require_POST
def unread(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mark of one back."""
    if not sending.mark_unread(_reader(request), min(pk, LAST)):
        raise Http404
    return redirect("notify:inbox")


class Preferences(forms.Form):
    """One choice per kind of notification."""

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form takes what a form takes
        self.user = user
        chosen = dict(Preference.objects.filter(user=user).values_list("kind", "channel"))
        for index, kind in enumerate(kinds.all_kinds()):
            self.fields[f"kind-{index}"] = forms.ChoiceField(
                label=str(kind.label), choices=Channel.choices, initial=chosen.get(kind.key, kind.default)
            )

    def save(self) -> None:
        """Keep what was chosen; what is the default is not kept, so that a better default reaches people."""
        for index, kind in enumerate(kinds.all_kinds()):
            channel = self.cleaned_data[f"kind-{index}"]
            if channel == kind.default:
                Preference.objects.filter(user=self.user, kind=kind.key).delete()
            else:
                Preference.objects.update_or_create(user=self.user, kind=kind.key, defaults={"channel": channel})


def preferences(request: HttpRequest) -> HttpResponse:
    """What reaches me, and how."""
    form = Preferences(request.POST or None, user=_reader(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        toast(request, _("Your choices are saved."))
        return redirect("notify:preferences")
    return render(request, "notify/preferences.html", {"form": form}, status=400 if form.errors else 200)
