"""Two toy entities: shelves, and books that stand on them. Who sees a shelf need not see every book."""

from typing import Any

from django.db import models

from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity, computed
from vincula.kernel.lifecycle.states import Gate, Lifecycle, Move, State
from vincula.kernel.records.fields import CountryField, FoldedField, TextListField
from vincula.kernel.records.models import Record


class Kind(models.TextChoices):
    NOVEL = "novel", "Novel"
    ATLAS = "atlas", "Atlas"
    VERSE = "verse", "Verse"


class Shelf(Record):
    name = models.CharField("name", max_length=200)
    name_folded = FoldedField(source="name", db_index=True)

    class Meta:
        app_label = "toylisted"
        verbose_name, verbose_name_plural = "shelf", "shelves"

    def __str__(self) -> str:
        return self.name


class Book(Record):
    name = models.CharField("name", max_length=200)
    name_folded = FoldedField(source="name", db_index=True)
    acronym = models.CharField("acronym", max_length=20, blank=True)
    names = TextListField("other names")
    kind = models.CharField("kind", max_length=10, choices=Kind, default=Kind.NOVEL)
    state = models.CharField("state", max_length=10, default="new")
    country = CountryField("country")
    shelf = models.ForeignKey(Shelf, models.PROTECT, null=True, blank=True, verbose_name="shelf")
    pages = models.IntegerField("pages", null=True, blank=True)
    due = models.DateField("due", null=True, blank=True)
    lent = models.BooleanField("lent", default=False)

    class Meta:
        app_label = "toylisted"
        verbose_name, verbose_name_plural = "book", "books"

    def __str__(self) -> str:
        return self.name


class Note(Record):
    """Has a board without a lifecycle, and its calendar goes by moments."""

    text = models.CharField("text", max_length=200)
    lane = models.CharField("lane", max_length=10, choices=[("later", "Later"), ("now", "Now")], default="later")
    at = models.DateTimeField("at", null=True, blank=True)

    class Meta:
        app_label = "toylisted"
        verbose_name, verbose_name_plural = "note", "notes"

    def __str__(self) -> str:
        return self.text


def has_pages(book: Book) -> str | None:
    return None if book.pages else "Nobody counted the pages."


SHELVING = Lifecycle(
    field="state",
    states=(State("new", "New"), State("shelved", "Shelved", "good"), State("lost", "Lost", "bad")),
    moves=(
        Move("shelve", "Shelve", ("new",), "shelved", Gate(needs=(has_pages,))),
        Move("lose", "Lose", ("shelved",), "lost"),
    ),
)


class ShelfEntity(Entity):
    model = Shelf
    help = "Where books stand."
    list_display = ("name",)
    search_fields = ("name",)
    fieldsets = (("What", ("name", "owner")),)
    ordering = "name"


class BookEntity(Entity):
    model = Book
    help = "What one reads."
    list_display = ("name", "acronym", "kind", "country", "shelf", "owner", "pages", "due", "tags", "length")
    list_filter = ("kind", "country", "shelf")
    search_fields = ("name", "acronym", "names")
    fieldsets = (
        ("What", ("name", "acronym", "names", "kind", "country", "shelf", "pages", "due", "lent", "owner", "tags")),
    )
    ordering = "name"
    lifecycle = SHELVING
    calendar = "due"

    @computed("length")
    def length(self, records: Any, user: Any) -> dict[int, str]:
        return {r.pk: "long" if (r.pages or 0) > 300 else "short" for r in records}


class NoteEntity(Entity):
    model = Note
    help = "What one should not forget."
    list_display = ("text", "lane", "at")
    search_fields = ("text",)
    fieldsets = (("What", ("text", "lane", "at", "owner")),)
    board = "lane"
    calendar = "at"


MODELS = (Shelf, Book, Note)
DECLARED = (ShelfEntity, BookEntity, NoteEntity)
for _model in MODELS:
    registry.drop(_model)
