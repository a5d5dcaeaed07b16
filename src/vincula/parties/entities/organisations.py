"""Organisations, their relations and links, groups."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vincula.kernel import clock
from vincula.kernel.entity import identity as same
from vincula.kernel.entity.declaration import Entity, computed, once
from vincula.kernel.entity.field import Field
from vincula.parties import queries, rules, sentences
from vincula.parties.entities.own_kinds import DaysSince, RelationToUs, Silence, Year
from vincula.parties.models import Group, GroupMembership, Organisation, OrganisationLink, OrganisationRelation
from vincula.parties.models.dated import holding


def _first_relation(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    held = OrganisationRelation.objects.visible_to(user).filter(holding(), organisation=OuterRef("pk"))
    found: QuerySet[Any] = rows.annotate(relation=Subquery(held.order_by("kind").values("kind")[:1]))
    return found


def _days_of_silence(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(silent_days=DaysSince("last_interaction_at"))
    return found


class OrganisationEntity(Entity):
    model = Organisation
    help = _("Whoever we run services for or with: universities, institutes, schools, suppliers, and their units.")
    icon = "building"
    room = "organisations"
    list_display = (
        "name", "acronym", "kind", "country", "city", "relation", "contact", "last_interaction_at", "steward",
    )  # fmt: skip
    list_filter = (
        "relation", "kind", "country", "region", "silent_days", "steward", "review_date", "active", "tags",
    )  # fmt: skip
    search_fields = (
        "name", "names", "aliases", "email_domains", "disciplines", "tags", "city", "region", "description",
    )  # fmt: skip
    fieldsets = (
        (
            _("What it is"),
            ("name", "acronym", "kind", "names", "aliases", "parent", "successor", "established", "active"),
        ),
        (_("Where it is"), ("country", "region", "city", "website", "email_domains")),
        (pgettext_lazy("organisation", "What it does"), ("disciplines", "tariff_category", "description")),
        (_("Who keeps this record"), ("steward", "review_date", "owner", "tags", "references")),
    )
    ordering = "name"
    natural_key = ("name", "country")
    identity = (
        same.names("name", "names", "aliases"), same.acronym("acronym"), same.references(),
        same.domains("email_domains", "website"), same.country("country"), same.place("city"), same.above("parent"),
    )  # fmt: skip
    related = (
        ("parties.affiliation", "organisation"),
        ("parties.contactrole", "organisation"),
        ("parties.interaction", "organisation"),
        ("parties.meeting", "organisation"),
        ("parties.task", "organisation"),
        ("parties.document", "organisation"),
    )
    scope = {"organisation": ""}
    aliases = {
        "name": ("account name", "organization", "company", "institution", "organisation name"),
        "website": ("url", "homepage", "web"),
        "city": ("town", "billing city"),
        "country": ("country code", "billing country"),
        "kind": ("type", "account type", "industry"),
        "email_domains": ("domains", "domain"),
        "steward": ("account manager", "assigned to"),
    }
    tones = {"active": {"False": "none"}}

    @property
    def columns(self) -> dict[str, Field]:
        """As declared, with a year that reads as one, and the two computed fields that an index can filter."""
        fresh = self._columns is None
        found = super().columns
        if fresh:
            found["established"].kind = Year()
            found["silent_days"].kind = Silence()
            found["relation"].kind = RelationToUs()
        return found

    @computed(
        _("relation"), "choice", annotate=_first_relation, choices=OrganisationRelation.Kind.choices,
        help=_("What it is to us today; the first, where it is several things."),
    )  # fmt: skip
    def relation(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: kinds[0] for pk, (kinds, _degree) in once(records, user, queries.together).items() if kinds}

    @computed(
        _("contact"), "choice", choices=sentences.DEGREES, tones={"none": "none", "regular": "good"},
        help=_("From the contacts of the last 24 months: six or more and one in the last 180 days are regular."),
    )  # fmt: skip
    def contact(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return {pk: degree for pk, (_kinds, degree) in once(records, user, queries.together).items()}

    @computed(_("days without contact"), "number", annotate=_days_of_silence, help=_("Whole days since the last one."))
    def silent_days(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        now = clock.now()
        return {r.pk: rules.silent_days(r.last_interaction_at, now) for r in records}

    @computed(_("open tasks"), "number")
    def open_tasks(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        return queries.open_tasks([r.pk for r in records], user)

    @computed(_("vacant contact roles"), "number", help=_("Roles that a customer, partner or supplier should have."))
    def vacant_roles(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        relations = {pk: kinds for pk, (kinds, _degree) in once(records, user, queries.together).items()}
        return {pk: len(found) for pk, found in queries.vacant_roles(relations, user).items()}

    def subtitle(self, record: Any) -> str:
        return " · ".join(part for part in (record.acronym, record.city, record.country) if part)

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.organisation(record, user)


class OrganisationRelationEntity(Entity):
    model = OrganisationRelation
    help = _("What an organisation is to us, and since when: prospect, customer, partner, supplier; several at once.")
    icon = "contract"
    list_display = ("organisation", "kind", "since", "until", "note")
    list_filter = ("kind", "organisation", "since", "until")
    fieldsets = ((_("Relation"), ("organisation", "kind", "since", "until", "note")),)
    ordering = "-since"
    natural_key = ("organisation", "kind", "since")
    scope = {"organisation": "organisation"}
    tones = {"kind": {"customer": "good", "former": "none"}}

    def title(self, record: Any) -> str:
        return str(record.organisation)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("organisation")


class OrganisationLinkEntity(Entity):
    model = OrganisationLink
    help = _("A dated tie between two organisations; the other may be known by a reference only, until it arrives.")
    icon = "link"
    list_display = ("source", "kind", "target", "reference_label", "since", "until")
    list_filter = ("kind", "source", "target", "since", "until")
    fieldsets = (
        (_("Tie"), ("source", "kind", "target", "since", "until")),
        (_("While the other is not here"), ("reference_scheme", "reference_value", "reference_label")),
    )
    ordering = "source"
    natural_key = ("source", "kind", "target", "reference_value")
    scope = {"organisation": "source"}

    def title(self, record: Any) -> str:
        return str(record.source)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("source")


class GroupEntity(Entity):
    model = Group
    help = _("Organisations or people who act together: consortia, associations, user groups, advisory boards.")
    icon = "users-group"
    room = "organisations"
    list_display = ("name", "acronym", "kind", "members", "since", "until")
    list_filter = ("kind", "since", "until", "tags")
    search_fields = ("name", "tags", "purpose")
    fieldsets = (
        (_("Group"), ("name", "acronym", "kind", "purpose", "website")),
        (_("When"), ("since", "until")),
        (_("Record"), ("owner", "tags", "references")),
    )
    ordering = "name"
    natural_key = ("name",)
    identity = (same.names("name"), same.acronym("acronym"), same.references(), same.domains("website"))
    related = (("parties.groupmembership", "group"),)
    scope = {"organisation": "memberships__organisation"}

    @computed(_("members"), "number", help=_("Organisations and people who belong to it today."))
    def members(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        counts: dict[int, int] = defaultdict(int)
        rows = GroupMembership.objects.visible_to(user).filter(holding(), group__in=[r.pk for r in records])
        for pk in rows.values_list("group_id", flat=True):
            counts[pk] += 1
        return dict(counts)

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.group(record, user)


class GroupMembershipEntity(Entity):
    model = GroupMembership
    help = _("Who belongs to a group, from when to when, and who speaks there for an organisation.")
    icon = "users"
    list_display = ("organisation", "group", "person", "representative", "role", "since", "until")
    list_filter = ("group", "organisation", "representative", "since", "until")
    fieldsets = ((_("Membership"), ("group", "organisation", "person", "representative", "role", "since", "until")),)
    ordering = "group"
    natural_key = ("group", "organisation", "person")
    scope = {"organisation": "organisation"}

    def title(self, record: Any) -> str:
        return str(record.organisation or record.person)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("group", "organisation", "person")
