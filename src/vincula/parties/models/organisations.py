"""Organisations, how they relate to us and to each other, and groups."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vincula.kernel.records.fields import (
    CountryField,
    FoldedField,
    RichTextField,
    TextListField,
    TranslatedField,
    WebField,
    YearField,
)
from vincula.kernel.records.models import Record
from vincula.parties import rules
from vincula.parties.models.dated import Dated


class Organisation(Record):
    """Whoever we run services for or with, from a university to one of its units."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", _("University")
        RESEARCH_INSTITUTE = "research_institute", _("Research institute")
        SCHOOL = "school", _("School")
        HOSPITAL = "hospital", _("Hospital")
        PUBLIC_ADMINISTRATION = "public_administration", _("Public administration")
        COMPANY = "company", _("Company")
        RESEARCH_INFRASTRUCTURE = "research_infrastructure", _("Research infrastructure (ESFRI)")
        PROJECT = "project", _("Project")
        COMMUNITY = "community", _("Community")
        NREN = "nren", _("NREN or e-infrastructure")
        SUPPLIER = "supplier", _("Supplier")
        BUSINESS_UNIT = "business_unit", _("Business unit")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=300)
    name_folded = FoldedField(source="name")
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    names = TranslatedField(_("names in other languages"), indexed=True)
    aliases = TextListField(_("aliases"), help_text=_("Other names by which people look for it."))
    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.OTHER)
    country = CountryField(_("country"))
    region = models.CharField(_("region"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    city_folded = FoldedField(source="city")
    website = WebField(_("website"))
    email_domains = TextListField(_("e-mail domains"), item="domain")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of"),
        help_text=_("The one main parent; further ties are organisation links."),
    )  # fmt: skip
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor"),
        help_text=_("What it was merged into or renamed to."),
    )  # fmt: skip
    tariff_category = models.CharField(_("tariff category"), max_length=40, blank=True)
    disciplines = TextListField(_("disciplines"))
    established = YearField(_("established"), null=True, blank=True)
    description = RichTextField(
        _("description"), blank=True, help_text=_("Its business, and how it uses our services.")
    )
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("steward"),
        help_text=_("Answers for the truth of this record."),
    )  # fmt: skip
    review_date = models.DateField(_("review date"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    # Kept by derive.py at each save of an interaction: a list of a million rows cannot look through all interactions.
    last_interaction_at = models.DateTimeField(_("last interaction"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("organisation"), _("organisations")
        indexes = [
            models.Index(fields=("name_folded", "id"), name="parties_org_by_name"),
            models.Index(fields=("country", "name_folded", "id"), name="parties_org_by_country"),
            models.Index(fields=("kind", "name_folded", "id"), name="parties_org_by_kind"),
            models.Index(fields=("city_folded", "id"), name="parties_org_by_city"),
            models.Index(fields=("last_interaction_at", "id"), name="parties_org_by_contact"),
            models.Index(fields=("review_date", "id"), name="parties_org_by_review"),
            models.Index(fields=("updated_at", "id"), name="parties_org_by_change"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")), name="parties_org_not_own_parent",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=models.F("id")), name="parties_org_not_own_successor",
                violation_error_message=_("An organisation cannot succeed itself."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        wrong = {}
        if self.pk and self.parent_id and (said := rules.no_circle(self.pk, self.parent_id, self._step("parent_id"))):
            wrong["parent"] = said
        if (
            self.pk
            and self.successor_id
            and (said := rules.no_circle(self.pk, self.successor_id, self._step("successor_id")))
        ):
            wrong["successor"] = said
        if wrong:
            raise ValidationError(wrong)

    def _step(self, column: str) -> Callable[[int], int | None]:
        """How to walk up one step; the rows are locked, so that two changes at once cannot close a circle."""
        stored = type(self)._base_manager.filter(pk=self.pk).values_list(column, flat=True).first()
        changed = getattr(self, column) != stored

        def step(pk: int) -> int | None:
            if not changed:  # what is stored was checked when it was stored
                return None
            rows = type(self)._base_manager.filter(pk=pk)
            if self._in_transaction():
                rows = rows.select_for_update()
            return rows.values_list(column, flat=True).first()

        return step

    @staticmethod
    def _in_transaction() -> bool:
        from django.db import connection

        return connection.in_atomic_block


class OrganisationRelation(Dated):
    """What an organisation is to us, and when."""

    class Kind(models.TextChoices):
        PROSPECT = "prospect", _("Prospect")
        CUSTOMER = "customer", _("Customer")
        FORMER = "former", _("Former customer")
        PARTNER = "partner", _("Partner")
        SUPPLIER = "supplier", _("Supplier")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="relations", verbose_name=_("organisation")
    )
    kind = models.CharField(_("relation"), max_length=20, choices=Kind, default=Kind.CUSTOMER)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("organisation relation"), _("organisation relations")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("organisation", "kind"), condition=Q(until=None, trashed_at=None), name="parties_relation_open_once",
                violation_error_message=_("This relation is already there; end it before it begins anew."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.organisation}"


class OrganisationLink(Dated):
    """A tie between two organisations; the other end may not be in the register yet, then its reference is kept."""

    class Kind(models.TextChoices):
        RELATED = "related", _("is related to")
        PART_OF = "part_of", _("is part of")
        PARENT_OF = "parent_of", _("has as a part")
        SUCCESSOR = "successor", _("was succeeded by")
        PREDECESSOR = "predecessor", _("succeeded")
        MEMBER_OF = "member_of", _("is a member of")

    source = models.ForeignKey(Organisation, models.PROTECT, related_name="links", verbose_name=_("organisation"))
    kind = models.CharField(_("tie"), max_length=20, choices=Kind, default=Kind.RELATED)
    target = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="links_here",
        verbose_name=_("other organisation"),
    )
    reference_scheme = models.CharField(_("scheme of the reference"), max_length=40, blank=True)
    reference_value = models.CharField(
        _("reference"), max_length=300, blank=True, help_text=_("The other organisation elsewhere, until it is here.")
    )
    reference_label = models.CharField(_("name in the source"), max_length=300, blank=True)

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("organisation link"), _("organisation links")
        indexes = [models.Index(fields=("reference_scheme", "reference_value"), name="parties_link_by_reference")]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(target__isnull=False) | ~Q(reference_value=""), name="parties_link_has_target",
                violation_error_message=_("Name the other organisation, or its reference elsewhere."),
            ),
            models.CheckConstraint(
                condition=Q(target=None) | ~Q(target=models.F("source")), name="parties_link_of_two",
                violation_error_message=_("An organisation cannot be tied to itself."),
            ),
            models.UniqueConstraint(
                fields=("source", "kind", "target"), condition=Q(until=None, trashed_at=None), name="parties_link_once",
                violation_error_message=_("This tie is already there."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:  # never the other end: who sees this tie may not see that
        return f"{self.source} · {self.get_kind_display()}"


class Group(Record):
    """Organisations or people who act together: a consortium, a user group, an advisory board."""

    class Kind(models.TextChoices):
        CONSORTIUM = "consortium", _("Consortium")
        ASSOCIATION = "association", _("Association")
        USER_GROUP = "user_group", _("User group")
        ADVISORY_BOARD = "advisory_board", _("Advisory board")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=200)
    name_folded = FoldedField(source="name", max_length=200)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CONSORTIUM)
    purpose = RichTextField(_("purpose"), blank=True)
    website = WebField(_("website"))
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("group"), _("groups")
        indexes = [models.Index(fields=("name_folded", "id"), name="parties_group_by_name")]

    def __str__(self) -> str:
        return self.name


class GroupMembership(Dated):
    """An organisation or a person belongs to a group, perhaps as its representative there."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships", verbose_name=_("group"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("person")
    )
    representative = models.BooleanField(
        _("representative"), default=False, help_text=_("Speaks there for the organisation.")
    )
    role = models.CharField(_("role"), max_length=120, blank=True)

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("group membership"), _("group memberships")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(person__isnull=False), name="parties_membership_of_somebody",
                violation_error_message=_("Name the organisation, the person, or both."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation or self.person} · {self.group}"

    def clean(self) -> None:
        super().clean()
        if said := rules.represents_somebody(self.representative, self.person_id, self.organisation_id):
            raise ValidationError({"representative": said})
