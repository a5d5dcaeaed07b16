"""How a service is taken: offerings, orders, subscriptions, usage (requirements L8, V4)."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.money.field import MoneyField
from vincula.kernel.records.fields import FoldedField, RichTextField, TextListField, TranslatedField, in_language
from vincula.kernel.records.models import Record
from vincula.parties.models import Organisation, Person
from vincula.parties.models.dated import Dated
from vincula.portfolio.lifecycles import ORDER, SUBSCRIPTION
from vincula.portfolio.models.our_services import Service


class Offering(Dated):
    """A plan under which a service can be taken."""

    class Price(models.TextChoices):
        INCLUDED = "included", _("Included in the membership")
        YEARLY = "yearly", _("Per year")
        UNIT = "unit", _("Per unit and year")
        ONCE = "once", _("Once")
        COST = "cost", _("At cost")
        UNSTATED = "unstated", _("Not stated")  # until somebody says it: an import that does not know must not promise

    service = models.ForeignKey(Service, models.PROTECT, related_name="offerings", verbose_name=_("service"))
    code = models.CharField(_("code"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=160)
    name_folded = FoldedField(source="name", max_length=160)
    names = TranslatedField(_("names in other languages"), indexed=True)
    description = RichTextField(_("description"), blank=True)
    audience = models.CharField(_("audience"), max_length=200, blank=True, help_text=_("For whom it is meant."))
    audiences = TranslatedField(_("audience in other languages"), indexed=True)
    eligible_categories = TextListField(
        _("eligible tariff categories"), help_text=_("Who may order it; empty: everybody.")
    )
    price_model = models.CharField(_("price model"), max_length=20, choices=Price, default=Price.UNSTATED)
    price = MoneyField(_("price"), null=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("What is counted, for example: device."))
    levels = RichTextField(_("standard service levels"), blank=True)

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("offering"), _("offerings")
        indexes = [models.Index(fields=("name_folded", "id"), name="portfolio_offering_by_name")]

    def __str__(self) -> str:
        return self.name

    def meant_for(self, language: str = "") -> str:
        """For whom it is, in ``language``, else in the reader's, else as it was written first."""
        return in_language(self.audiences, self.audience, language)


class Subscription(Dated):
    """An organisation takes an offering, from one day to another."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="subscriptions", verbose_name=_("organisation")
    )
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="subscriptions", verbose_name=_("offering"))
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )
    state = models.CharField(_("state"), max_length=10, choices=SUBSCRIPTION.choices, default="active")
    moved_to = models.ForeignKey(
        Offering, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("moved to")
    )
    waiver = RichTextField(_("waiver"), blank=True, help_text=_("What they gave up, in their words."))
    waived_on = models.DateField(_("waived on"), null=True, blank=True)

    class Meta(Dated.Meta):
        verbose_name, verbose_name_plural = _("subscription"), _("subscriptions")
        indexes = [
            models.Index(fields=("offering", "state", "organisation"), name="portfolio_subs_of_offering"),
            models.Index(fields=("organisation", "state", "offering"), name="portfolio_subs_of_org"),
            models.Index(fields=("since", "id"), name="portfolio_subs_by_start"),
        ]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=("organisation", "offering"), condition=Q(state="active", trashed_at=None),
                name="portfolio_subscription_active_once",
                violation_error_message=_("The organisation has an active subscription to this offering already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation} · {self.since or '—'}"  # not the offering: who reads this may not see it

    def clean(self) -> None:
        """What opened the gate of its state is still there: an end, where it moved to, the waiver in writing."""
        super().clean()
        needed = {m.target: m.gate for m in SUBSCRIPTION.moves if m.gate.needs}
        if self.state in needed and (missing := needed[self.state].missing(self)):
            raise ValidationError([str(sentence) for sentence in missing])


class Order(Record):
    """An organisation asks for an offering; each step says who took it and when (its history)."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="orders", verbose_name=_("organisation")
    )
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="orders", verbose_name=_("offering"))
    contact = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("contact")
    )
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )
    requested_on = models.DateField(_("requested on"), default=clock.today)
    wanted_from = models.DateField(_("wanted from"), null=True, blank=True)
    note = RichTextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ORDER.choices, default="requested")
    subscription = models.OneToOneField(
        Subscription, models.PROTECT, null=True, blank=True, related_name="order", verbose_name=_("subscription"),
        editable=False,
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = _("order"), _("orders")
        indexes = [models.Index(fields=("requested_on", "id"), name="portfolio_order_by_day")]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.requested_on or '—'}"


class Usage(Record):
    """How much of a subscription was used in a period."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="usage", verbose_name=_("subscription"))
    metric = models.CharField(_("metric"), max_length=80, help_text=_("What is counted, for example: active users."))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=3)

    class Meta:
        verbose_name, verbose_name_plural = _("usage"), _("usage readings")
        indexes = [models.Index(fields=("subscription", "metric", "since"), name="portfolio_usage_of_subs")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="portfolio_usage_period",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.UniqueConstraint(
                fields=("subscription", "metric", "since", "until"), condition=Q(trashed_at=None),
                name="portfolio_usage_once", violation_error_message=_("There is a value for this period already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.metric} {self.since} – {self.until}"
