"""What every kind of field can do; ``kinds`` and ``relations`` hold the kinds themselves.

A kind knows nothing of a particular entity; ``Field`` (field.py) carries the name, label and column.
Filter operators: is, not, contains, from, to, empty. ``q`` gives the condition on the model.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from markupsafe import escape

from vincula.kernel.folding import fold

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field

DASH: SafeString = mark_safe('<span class="faint">—</span>')  # a constant
NOTHING: tuple[Any, ...] = (None, "", [], {})


def safe(text: Any) -> SafeString:
    """Text as HTML; a list writes hundreds of them, and ``format_html`` takes its time."""
    return SafeString(escape(text))


class Kind:
    """Base: a value that is shown as text."""

    name: ClassVar[str] = "text"
    operators: ClassVar[tuple[str, ...]] = ("contains", "is", "not", "empty")
    schema: ClassVar[Any] = str
    ends: ClassVar[bool] = False  # set at the end of its column, as numbers are
    inline: ClassVar[bool] = True  # may be edited in its cell
    whole: ClassVar[bool] = False  # of two values nothing can be put together: it is the one or the other

    def html(self, value: Any, field: "Field") -> SafeString:
        """The value as safe HTML."""
        return DASH if value in NOTHING else safe(self.to_text(value, field))

    def to_text(self, value: Any, field: "Field") -> str:
        """Plain text for exports and plain lists; ``from_text`` reads it back."""
        return "" if value is None else str(value)

    def from_text(self, text: str, field: "Field") -> Any:
        """Parse a cell of an import. Raises ValidationError with a sentence."""
        return text.strip()

    def to_json(self, value: Any, field: "Field") -> Any:
        return value

    def from_json(self, value: Any, field: "Field") -> Any:
        return value

    def form_field(self, field: "Field", **options: Any) -> forms.Field:
        model_field = field.model_field
        limit = getattr(model_field, "max_length", None)
        return forms.CharField(max_length=limit, **options)

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        """Condition for one filter. Raises ValidationError for a value that makes no sense."""
        column = field.column
        if operator == "empty":
            return self.empty(field)
        if operator == "contains":
            folded = field.folded_column
            lookup = f"{folded or column}__{'contains' if folded else 'icontains'}"
            return any_of(Q(**{lookup: fold(v) if folded else v}) for v in values)
        parsed = [self.from_text(v, field) for v in values]
        if operator == "not":
            return ~Q(**{f"{column}__in": parsed})
        if operator in ("from", "to"):
            return any_of(Q(**{f"{column}__{'gte' if operator == 'from' else 'lte'}": v}) for v in parsed[:1])
        return Q(**{f"{column}__in": parsed})

    def empty(self, field: "Field") -> Q:
        condition = Q(**{f"{field.column}__isnull": True})
        text = field.model_field is not None and field.model_field.get_internal_type() in ("CharField", "TextField")
        return condition | Q(**{field.column: ""}) if text else condition

    def options(self, field: "Field") -> list[tuple[str, str]] | None:
        """(value, label) pairs where a filter or editor offers a closed list."""
        return None

    def told(self, value: Any, field: "Field") -> str:
        """The value as somebody reads it in a sentence; ``to_text`` is for files."""
        return self.label_of(self.to_text(value, field), field)

    def label_of(self, raw: str, field: "Field") -> str:
        """How a filter's value reads in the filter sentence."""
        return dict(self.options(field) or ()).get(raw, raw)


def any_of(conditions: Any) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
