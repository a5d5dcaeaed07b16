"""The index: what each record is called and says, and the words that occur.

The full-text tables themselves are the database's own (see ``engines``): made after migrations, never by them.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock


class Entry(models.Model):
    """What is to be found of one record."""

    entity = models.CharField(_("entity"), max_length=100)
    object_id = models.BigIntegerField(_("record"))
    title = models.TextField(_("title"))
    acronym = models.TextField(_("acronym"), blank=True)
    names = models.JSONField(_("names"), default=list)
    text = models.TextField(_("text"), blank=True)
    written_at = models.DateTimeField(_("written"), default=clock.now)

    class Meta:
        verbose_name = _("index entry")
        verbose_name_plural = _("index entries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entity", "object_id"], name="search_entry_one_per_record"),
        ]

    def __str__(self) -> str:
        return self.title


class Name(models.Model):
    """A whole name of a record as it is compared: folded words. Acronyms rank before titles, titles before names."""

    class Rank(models.IntegerChoices):
        ACRONYM = 0, _("acronym")
        TITLE = 1, _("title")
        NAME = 2, _("name")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(_("key"), max_length=200)
    rank = models.PositiveSmallIntegerField(_("rank"), choices=Rank)

    class Meta:
        verbose_name = _("indexed name")
        verbose_name_plural = _("indexed names")
        indexes: ClassVar = [  # in the order of bytes, whatever the collation: names that begin alike lie side by side
            models.Index(
                fields=["key", "id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="search_name_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Vocable(models.Model):
    """A word that occurs, for forgiving typos: looked up by its beginning or its end, and its length."""

    word = models.CharField(_("word"), max_length=40, primary_key=True)
    head = models.CharField(_("beginning"), max_length=2)
    tail = models.CharField(_("end"), max_length=3)
    length = models.PositiveSmallIntegerField(_("length"))

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        indexes: ClassVar = [
            models.Index(fields=["head", "length", "word"], name="search_vocable_head"),
            models.Index(fields=["tail", "length", "word"], name="search_vocable_tail"),
        ]

    def __str__(self) -> str:
        return self.word
