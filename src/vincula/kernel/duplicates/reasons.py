"""Why two records look like one, in the reader's words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "code": _("The same identifier: %(shown)s"),
    "reference": _("The same identifier: %(shown)s"),
    "other_code": _("Different identifiers: %(shown)s"),
    "other_reference": _("Different identifiers: %(shown)s"),
    "name": _("The same name"),
    "similar_name": _("A similar name"),
    "swapped": _("The same name, given and family name the other way round"),
    "initial": _("The same family name and initial"),
    "married": _("The same given name, another family name"),
    "acronym": _("The acronym fits: %(shown)s"),
    "domain": _("The same domain: %(shown)s"),
    "email": _("The same e-mail: %(shown)s"),
    "mail_domain": _("E-mail at the same place: %(shown)s"),
    "phone": _("The same telephone number"),
    "place": _("The same town"),
    "other_place": _("Different towns"),
    "other_country": _("Different countries"),
    "among": _("At the same place of work"),
    "other_among": _("At different places of work"),
    "above": _("One is part of the other"),
}
AGAINST = frozenset({"other_code", "other_reference", "other_place", "other_country", "other_among", "above"})


def told(reasons: Iterable[tuple[str, str]]) -> list[str]:
    """Sentences, each once; those that speak against it last."""
    ordered = sorted(dict.fromkeys(reasons), key=lambda r: r[0] in AGAINST)
    return list(dict.fromkeys(str(SENTENCES[code]) % {"shown": shown} for code, shown in ordered))
