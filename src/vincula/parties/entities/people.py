"""People, affiliations, contact roles, consents."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity import identity as same
from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity, computed
from vincula.kernel.entity.field import Field
from vincula.kernel.entity.reading import Ref
from vincula.kernel.privacy import consents
from vincula.kernel.privacy.consents import recorded_by
from vincula.kernel.privacy.kinds import Agreements
from vincula.parties import queries, sentences
from vincula.parties.models import Affiliation, Consent, ContactRole, Person


def _agrees(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Whether somebody agrees to anything today, to sort by."""
    any_purpose = consents.agreed("parties.person", None, user=user)
    found: QuerySet[Any] = rows.annotate(agrees_to=Case(When(any_purpose, then=Value(1)), default=Value(0)))
    return found


class PersonEntity(Entity):
    model = Person
    help = _("People of the organisations that we serve, and our own: where they work and how they are reached.")
    icon = "user"
    room = "people"
    list_display = ("name", "organisations", "emails", "phones", "language", "contact")
    list_filter = ("family_name", "emails", "language", "agrees_to", "user", "tags")
    search_fields = ("name", "native_name", "emails", "tags", "notes")
    fieldsets = (
        (_("Name"), ("given_name", "family_name", "native_name", "language")),
        (_("How to reach"), ("emails", "phones", "time_zone")),
        (_("Record"), ("orcid", "user", "notes", "owner", "tags", "references")),
    )
    ordering = "family_name"
    natural_key = ("family_name", "given_name")
    identity = (
        same.person("given_name", "family_name", "native_name"), same.code("orcid"), same.emails("emails"),
        same.phones("phones"), same.references(), same.among("affiliations__organisation"),
    )  # fmt: skip
    related = (
        ("parties.affiliation", "person"),
        ("parties.contactrole", "person"),
        ("parties.interaction", "participants"),
        ("parties.expertise", "person"),
        ("parties.meeting", "attendees"),
        ("parties.consent", "person"),
    )
    scope = {"organisation": "affiliations__organisation"}
    aliases = {
        "given_name": ("first name", "forename", "prénom", "vorname", "voornaam", "имя"),
        "family_name": ("last name", "surname", "nom", "nachname", "achternaam", "фамилия"),
        "emails": ("email", "e-mail", "email address", "mail"),
        "phones": ("phone", "telephone", "mobile", "work phone"),
    }

    @property
    def columns(self) -> dict[str, Field]:
        """As declared, with consents that filter by their log."""
        fresh = self._columns is None
        found = super().columns
        if fresh:
            found["agrees_to"].kind = Agreements("parties.person")
        return found

    @computed(
        _("agrees to"), "list", annotate=_agrees, help=_("Purposes for which consent holds today, by their codes.")
    )
    def agrees_to(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return consents.shown(self.key, [r.pk for r in records], user)

    @computed(_("organisations"), "relations", help=_("Where the person works today."))
    def organisations(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        entity = registry.get("parties.organisation")
        places = queries.workplaces([r.pk for r in records], user)
        return {
            person: [Ref(pk, name, entity.url(pk)) for pk, name in there.items()] for person, there in places.items()
        }

    @computed(
        _("contact"), "choice", choices=sentences.DEGREES, tones={"none": "none", "regular": "good"},
        help=_("From the contacts of the last 24 months: six or more and one in the last 180 days are regular."),
    )  # fmt: skip
    def contact(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return queries.degrees([r.pk for r in records], user, of="participants")

    def subtitle(self, record: Any) -> str:
        return str(record.native_name or (record.emails or [""])[0])

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.person(record, user)


class AffiliationEntity(Entity):
    model = Affiliation
    help = _("A person works for an organisation, with a job title, from one day to another.")
    icon = "briefcase"
    list_display = ("person", "job_title", "organisation", "since", "until")
    list_filter = ("organisation", "person", "job_title", "since", "until")
    fieldsets = ((_("Affiliation"), ("person", "organisation", "job_title", "since", "until")),)
    ordering = "person"
    natural_key = ("person", "organisation", "job_title")
    related = (("parties.contactrole", "affiliation"),)
    scope = {"organisation": "organisation"}
    aliases = {"job_title": ("title", "function", "position")}

    def title(self, record: Any) -> str:
        return str(record.person)

    def subtitle(self, record: Any) -> str:
        return str(record.job_title)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("person", "organisation")


class ContactRoleEntity(Entity):
    model = ContactRole
    help = _("Whom to turn to at an organisation, for what; a role that nobody holds is shown as vacant.")
    icon = "id"
    room = "organisations"
    list_display = ("role", "organisation", "since", "until", "note")
    list_filter = ("role", "organisation", "person", "since", "until")
    fieldsets = ((_("Contact role"), ("organisation", "role", "person", "since", "until", "note")),)
    ordering = "organisation"
    natural_key = ("organisation", "role", "person", "since")
    scope = {"organisation": "organisation"}

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("organisation", "person")

    def title(self, record: Any) -> str:
        return f"{record.get_role_display()}: {record.person}"


class ConsentEntity(Entity):
    model = Consent
    help = _(
        "What a person agreed to or withdrew, when, and how we know. A line is never edited; the next one follows it."
    )
    icon = "checkbox"
    list_display = ("person", "purpose", "decision", "on", "how", "evidence")
    list_filter = ("purpose", "decision", "how", "person", "on")
    fieldsets = (
        (_("Consent"), ("person", "purpose", "decision", "on")),
        (_("How we know"), ("how", "evidence", "source")),
        (_("Record"), ("tags",)),
    )
    ordering = "-on"
    natural_key = ("person", "purpose", "on", "decision")
    scope = {"organisation": "person__affiliations__organisation"}
    tones = {"decision": {"given": "good", "withdrawn": "none"}}

    @computed(_("recorded by"), "text", help=_("Who wrote the line, from the history."))
    def recorded_by(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return recorded_by(self.key, [r.pk for r in records])

    def title(self, record: Any) -> str:
        return str(record.person)

    def subtitle(self, record: Any) -> str:
        return f"{record.get_decision_display()} · {record.on or '—'}"

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("person", "purpose")
