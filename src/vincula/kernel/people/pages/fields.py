"""What one fills in on the pages of this room."""

import zoneinfo
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vincula.kernel import clock
from vincula.kernel.people import tokens
from vincula.kernel.people.models import User
from vincula.kernel.ui.frame import NAMES

Groups = list[tuple[str, list[tuple[str, str]]]]


@cache
def zones() -> Groups:
    """All time zones by continent, as one expects to find them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        region, slash, place = name.partition("/")
        if slash and region not in ("Etc", "SystemV", "posix", "right", "US", "Canada", "Brazil", "Chile", "Mexico"):
            groups.setdefault(region, []).append((name, place.replace("_", " ").replace("/", " – ")))
    return [("UTC", [("UTC", "UTC")]), *groups.items()]


def languages() -> list[tuple[str, Any]]:
    """The languages by their own names; empty is the browser's choice."""
    return [("", _("As the browser asks")), *((code, NAMES.get(code, str(n))) for code, n in settings.LANGUAGES)]


class ProfileForm(forms.Form):
    """One's own name and preferences."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=languages)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    theme = forms.ChoiceField(label=pgettext_lazy("appearance", "Theme"), choices=User.Theme.choices)
    density = forms.ChoiceField(
        label=_("Density"), choices=User.Density.choices, help_text=_("How close the rows of tables stand.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(user, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)
        kept = user.time_zone
        if kept not in dict(pair for _group, pairs in zones() for pair in pairs):
            chosen: Any = self.fields["time_zone"]
            chosen.choices = [(kept, kept), *zones()]  # an older name that is still valid


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Which program will use it, for instance “nightly export”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=tokens.offered,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A token can never do more than you can."),
    )
    expires_on = forms.DateField(
        label=_("Expires on"), widget=forms.DateInput(), help_text=_("At most a year from now.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone()
        self.fields["expires_on"].initial = clock.now().astimezone(zone).date() + timedelta(days=tokens.USUAL_DAYS)

    @property
    def expires_at(self) -> datetime:
        """The end of the chosen day where the person is."""
        zone = ZoneInfo(timezone.get_current_timezone_name())
        return datetime.combine(self.cleaned_data["expires_on"], time(23, 59, 59), zone)


class InviteForm(forms.Form):
    """Somebody new."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=User.Kind.choices, initial=User.Kind.STAFF)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=languages)
    is_superuser = forms.BooleanField(
        label=_("Administrator"), required=False, help_text=_("May do everything, and manage users and roles.")
    )


class StandingForm(forms.Form):
    """What somebody is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=User.Kind.choices)
    is_superuser = forms.BooleanField(
        label=_("Administrator"), required=False, help_text=_("May do everything, and manage users and roles.")
    )
