"""What somebody agrees to, as a column that can be filtered: "has consent for newsletter"."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity.kind import DASH
from vincula.kernel.entity.manykinds import List
from vincula.kernel.privacy import consents

if TYPE_CHECKING:
    from vincula.kernel.entity.field import Field


class Agreements(List):
    """Codes of purposes that a person agrees to today; shown by their names."""

    operators = ("is", "not", "empty")
    inline = False

    def __init__(self, subject: str) -> None:
        self.subject = subject

    def html(self, value: Any, field: "Field") -> SafeString:
        names = dict(self.options(field))
        return format_html_join(", ", "{}", ((names.get(code, code),) for code in value)) if value else DASH

    def options(self, field: "Field") -> list[tuple[str, str]]:
        return [(purpose.code, purpose.label()) for purpose in consents.purposes()]

    def q(self, field: "Field", operator: str, values: list[str]) -> Q:
        return self.q_for(operator, values, SYSTEM)

    def q_for(self, operator: str, values: list[str], user: Any) -> Q:
        """By the lines that ``user`` may see."""
        if operator == "empty":
            return ~consents.agreed(self.subject, None, user=user)
        found = consents.agreed(self.subject, values, user=user)
        return ~found if operator == "not" else found
