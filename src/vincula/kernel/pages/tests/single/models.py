"""Toy records of these tests: towns, and workshops in them. Their tables exist while the tests run, nowhere else."""

from django.db import models

from vincula.kernel.files.models import StoredFile
from vincula.kernel.pages.tests.single.lifecycles import OPENING
from vincula.kernel.records.fields import (
    CountryField,
    EmailField,
    FoldedField,
    RichTextField,
    TextListField,
    TranslatedField,
    WebField,
)
from vincula.kernel.records.models import Record

LABEL = "toysingle"


class Town(Record):
    name = models.CharField("name", max_length=200)
    name_key = FoldedField(source="name")
    country = CountryField("country")

    class Meta:
        app_label = LABEL
        verbose_name, verbose_name_plural = "town", "towns"

    def __str__(self) -> str:
        return self.name


class Workshop(Record):
    name = models.CharField("name", max_length=200)
    name_key = FoldedField(source="name")
    acronym = models.CharField("acronym", max_length=40, blank=True, default="")
    names = TranslatedField("names", indexed=True)
    aliases = TextListField("other names")
    kind = models.CharField(
        "kind", max_length=20, blank=True, default="", choices=[("wood", "Wood"), ("metal", "Metal")]
    )
    state = models.CharField("state", max_length=20, choices=OPENING.choices, default="planned")
    town = models.ForeignKey(Town, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="town")
    nearby = models.ManyToManyField(Town, blank=True, related_name="+", verbose_name="towns nearby")
    opened = models.DateField("opened", null=True, blank=True)
    last_check = models.DateTimeField("last check", null=True, blank=True)
    size = models.DecimalField("size", max_digits=10, decimal_places=2, null=True, blank=True)
    email = EmailField("e-mail", blank=True, default="")
    website = WebField("website")
    public = models.BooleanField("open to visitors", default=False)
    purpose = RichTextField("purpose", blank=True, default="")
    plan = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="plan")

    class Meta:
        app_label = LABEL
        verbose_name, verbose_name_plural = "workshop", "workshops"

    def __str__(self) -> str:
        return self.name
