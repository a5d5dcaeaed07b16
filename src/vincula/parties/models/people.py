"""People, where they work, what they are there for, and what they agreed to."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vincula.kernel.people.models import is_known_zone
from vincula.kernel.privacy.models import ConsentRow
from vincula.kernel.records.fields import FoldedField, LanguageField, RichTextField, TextListField
from vincula.kernel.records.models import Record
from vincula.parties import rules
from vincula.parties.models.dated import Dated
from vincula.parties.models.organisations import Organisation


def is_orcid(value: str) -> None:
    """Refuse an ORCID whose check digit is wrong."""
    if said := rules.orcid_is_right(value):
        raise ValidationError(said, code="orcid")


class Person(Record):
    """Somebody: one of ours or one of theirs."""

    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    native_name = models.CharField(
        _("name in own script"),
        max_length=200,
        blank=True,
        help_text=_("As the person writes it, for example Олена Коваль."),
    )
    name = models.CharField(_("full name"), max_length=250, blank=True, editable=False)
    name_folded = FoldedField(source="name")
    family_folded = FoldedField(source="family_name")
    emails = TextListField(_("e-mails"), item="email")
    phones = TextListField(_("phones"), item="phone")
    language = LanguageField(_("language"))
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True, validators=[is_orcid])
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[is_known_zone])
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="person", verbose_name=_("user"),
        help_text=_("With which this person signs in here."),
    )  # fmt: skip
    notes = RichTextField(_("notes"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("people")
        indexes = [
            models.Index(fields=("name_folded", "id"), name="parties_person_by_name"),
            models.Index(fields=("family_folded", "id"), name="parties_person_by_family"),
            models.Index(fields=("updated_at", "id"), name="parties_person_by_change"),
        ]

    def __str__(self) -> str:
        return self.name or self.written_name

    @property
    def written_name(self) -> str:
        """Given and family name in one line."""
        return f"{self.given_name} {self.family_name}".strip()

    def clean(self) -> None:
        super().clean()
        self.name = self.written_name or self.native_name
        if not self.name:
            raise ValidationError({"family_name": gettext("A person needs a name.")})


class Affiliation(Dated):
    """A person works for an organisation, for a time; somebody may have several at once."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="affiliations", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="affiliations", verbose_name=_("organisation")
    )
    job_title = models.CharField(_("job title"), max_length=200, blank=True)

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("affiliation"), _("affiliations")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("person", "organisation", "job_title"), condition=Q(until=None, trashed_at=None),
                name="parties_affiliation_open_once",
                violation_error_message=_("This affiliation is already there; end it before it begins anew."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"


class ContactRole(Dated):
    """What a person of an organisation is there for, seen from us. It is held through an affiliation."""

    class Role(models.TextChoices):
        SPONSOR = "sponsor", _("Sponsor")
        DECISION_MAKER = "decision_maker", _("Decision maker")
        PURCHASER = "purchaser", _("Purchaser")
        TECHNICAL = "technical", _("Technical contact")
        SECURITY = "security", _("Security contact")
        BILLING = "billing", _("Billing contact")
        CHAMPION = "champion", _("Champion")
        KEY_USER = "key_user", _("Key user")
        PRIVACY = "privacy", _("Data protection contact")
        OTHER = "other", _("Other")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="contact_roles", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.TECHNICAL)
    person = models.ForeignKey(Person, models.PROTECT, related_name="contact_roles", verbose_name=_("person"))
    affiliation = models.ForeignKey(
        Affiliation,
        models.PROTECT,
        blank=True,
        editable=False,
        related_name="contact_roles",
        verbose_name=_("affiliation"),
    )
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="handed_to", verbose_name=_("taken over from")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("contact role"), _("contact roles")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("organisation", "role", "person"), condition=Q(until=None, trashed_at=None),
                name="parties_role_open_once",
                violation_error_message=_("This person holds this role already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.person} · {self.organisation}"

    def clean(self) -> None:
        """Find the affiliation through which the role is held: the latest one, of which some day is shared."""
        super().clean()
        if not (self.person_id and self.organisation_id):
            return
        held = Affiliation.objects.filter(
            person_id=self.person_id, organisation_id=self.organisation_id, trashed_at=None
        )
        found = [a for a in held if rules.overlap(a.since, a.until, self.since, self.until)]
        if not found:
            raise ValidationError(
                {"person": gettext("This person is not affiliated with the organisation in that time.")}
            )
        if self.affiliation_id not in {a.pk for a in found}:
            self.affiliation = max(found, key=lambda a: (a.until is None, a.pk))


class Consent(ConsentRow):
    """One line of a person's consent log: given or withdrawn for one purpose, when, how, and how we know."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents", verbose_name=_("person"))

    class Meta:
        verbose_name, verbose_name_plural = _("consent"), _("consents")
        indexes = [models.Index(fields=("person", "purpose", "-on", "-id"), name="parties_consent_current")]

    def __str__(self) -> str:
        return f"{self.purpose} · {self.person}"

    @classmethod
    def fixed(cls) -> tuple[str, ...]:
        return (*cls.FIXED, "person_id")
