"""What pages keep of a person: saved views, pins, what somebody follows (requirement X10)."""

from django.utils.translation import gettext_lazy

from vincula.kernel.pages.models import Follow, Pin
from vincula.kernel.pages.single import telling
from vincula.kernel.privacy import stances

VERBS = {  # how the history tells what kernel.privacy does
    "erased": gettext_lazy("erased the person"),
    "looked at what we hold": gettext_lazy("looked at what we hold"),
    "exported what we hold": gettext_lazy("exported what we hold"),
    "took the packed export": gettext_lazy("took the packed export"),
    "set a hold": gettext_lazy("set a hold"),
    "lifted the hold": gettext_lazy("lifted the hold"),
    "kept the person": gettext_lazy("decided that the person stays"),
    "ran the rule": gettext_lazy("ran the rule"),
    "put in the trash by a rule": gettext_lazy("put it in the trash by a rule"),
}


def declare() -> None:
    """Called once when the program starts."""
    stances.relation("pages.savedview.owner", stances.STAYS)  # others use the shared ones
    for name in ("pages.pin.user", "pages.follow.user"):
        stances.relation(name, stances.GOES)
    telling.VERBS.update(VERBS)
    stances.holder(Pin, ("entity", "object_id"))
    stances.holder(Follow, ("entity", "object_id"))
    stances.passing("pages.savedview")
