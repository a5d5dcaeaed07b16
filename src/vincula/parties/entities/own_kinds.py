"""Kinds of computed fields of this room whose filters are answered by an index instead of by computing each row."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, F, Func, IntegerField, Q, Value
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity.kind import DASH
from vincula.kernel.entity.kinds import Choice, Number
from vincula.parties.models import OrganisationRelation
from vincula.parties.models.dated import holding

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field


class DaysSince(Func):
    """Whole days between a moment column and now."""

    output_field = IntegerField()

    def __init__(self, column: str) -> None:
        super().__init__(Value(clock.now(), output_field=DateTimeField()), F(column))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "FLOOR(EXTRACT(EPOCH FROM (%(expressions)s)) / 86400)::integer"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)


class Year(Number):
    """A year: 1876, never 1,876."""

    def html(self, value: Any, field: "Field") -> SafeString:
        return DASH if value is None else format_html("{}", value)


class Silence(Number):
    """Days without contact; "from 90" keeps those not contacted for 90 days, among them those never contacted."""

    name = "number"
    operators: ClassVar[tuple[str, ...]] = ("from", "to", "empty")  # type: ignore[assignment]  # a narrower tuple there
    inline = False

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        if operator == "empty":
            return Q(last_interaction_at=None)
        if not values[0].strip().isdigit() or len(values[0].strip()) > 5:
            raise ValidationError(_("“%(value)s” is not a number of days."), params={"value": values[0]})
        border = clock.now() - timedelta(days=int(values[0]))
        if operator == "from":
            return Q(last_interaction_at__lte=border) | Q(last_interaction_at=None)
        return Q(last_interaction_at__gte=border)

    def from_text(self, text: str, field: "Field") -> Any:
        return int(text) if text.strip() else None


class RelationToUs(Choice):
    """What an organisation is to us today; it may be several things."""

    operators = ("is", "not", "empty")
    inline = False

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        return self.q_for(operator, values, SYSTEM)

    def q_for(self, operator: str, values: list[str], user: Any) -> Q:
        """By the relations that ``user`` may see: a filter tells no more than the column."""
        rows = OrganisationRelation.objects.visible_to(user).filter(holding())
        if operator == "empty":
            return ~Q(pk__in=rows.values("organisation_id"))
        found = Q(pk__in=rows.filter(kind__in=values).values("organisation_id"))
        return ~found if operator == "not" else found
