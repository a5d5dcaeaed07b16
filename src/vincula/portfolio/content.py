"""The content of deliverables: for each kind its sections, so that a plan is data in the record and not an upload (L10).

A content is a JSON object {section: text | [row, …]}; a row is {column: value}. ``check`` says what is wrong with one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vincula.kernel.ui import format as shown
from vincula.portfolio.lifecycles import STAGES
from vincula.portfolio.rules import scoring

Label = str | Promise
MOST_ROWS, LONGEST = 200, 20_000
NOT_COUNTED = ("year", "since")  # numbers that are names: 2027, not 2,027


@dataclass(frozen=True)
class Column:
    """A column of a table; ``kind``: text, number, date or yes (a tick)."""

    key: str
    label: Label
    kind: str = "text"


@dataclass(frozen=True)
class Section:
    """A part of a content: prose, or a table where there are columns. ``needed``: empty, it keeps the work open."""

    key: str
    label: Label
    help: Label = ""
    columns: tuple[Column, ...] = ()
    needed: bool = True


@dataclass(frozen=True)
class Content:
    """A kind of content."""

    key: str
    label: Label
    sections: tuple[Section, ...] = field(default_factory=tuple)

    def section(self, key: str) -> Section:
        return next(s for s in self.sections if s.key == key)


def _text(key: str, label: Label, help: Label = "", *, needed: bool = True) -> Section:
    return Section(key, label, help, needed=needed)


def _table(key: str, label: Label, *columns: Column, help: Label = "", needed: bool = True) -> Section:
    return Section(key, label, help, columns, needed)


_C = Column
_CRITERIA = (_C("criterion", _("Criterion")), _C("weight", _("Weight"), "number"), _C("score", _("Score (0–5)"), "number"),
             _C("why", _("Why")))  # fmt: skip
_COSTS = (_C("line", _("Line")), _C("phase", _("Phase")), _C("kind", _("Kind")), _C("year", _("Year"), "number"),
          _C("money", _("Money"), "number"), _C("days", _("Person-days"), "number"))  # fmt: skip
_STEPS = (_C("step", _("Step")), _C("who", _("Who")), _C("until", _("Until"), "date"))
_RISKS = (_C("risk", _("Risk")), _C("likely", _("Likely (1–5)"), "number"), _C("harm", _("Harm (1–5)"), "number"),
          _C("answer", _("What we do")))  # fmt: skip

CONTENTS: tuple[Content, ...] = (
    Content("text", _("Text"), (_text("text", _("Text")),)),
    Content("technology_assessment", _("Technology assessment"), (
        _text("state", _("State of the technology")), _text("opportunities", _("Opportunities")),
        _table("criteria", _("Assessment"), *_CRITERIA), _text("budget", _("First budget estimate")),
        _table("risks", _("Risks"), *_RISKS, needed=False),
    )),
    Content("requirement_analysis", _("Requirement analysis"), (
        _table("requirements", _("Requirements"), _C("requirement", _("Requirement")), _C("whose", _("Whose")),
               _C("weight", _("Weight"), "number"), _C("must", _("Must"), "yes")),
        _text("users", _("Who will use it")), _text("usability", _("Minimum usability")),
    )),
    Content("options", _("Options compared"), (
        _table("options", _("Options"), _C("option", _("Option")), _C("made", _("In-house or outsourced")),
               _C("cost", _("Cost"), "number")),
        _table("criteria", _("Criteria"), _C("criterion", _("Criterion")), _C("weight", _("Weight"), "number")),
        _table("scores", _("Scores"), _C("option", _("Option")), _C("criterion", _("Criterion")),
               _C("score", _("Score (0–5)"), "number"), _C("why", _("Why"))),
        _text("recommendation", _("Recommendation")),
    )),
    Content("usage_estimate", _("Scope of interest and estimated usage"), (
        _table("interested", _("Who is interested"), _C("organisation", _("Organisation")),
               _C("users", _("Users"), "number"), _C("since", _("From year"), "number"), _C("certainty", _("How sure, %"), "number")),
        _text("scope", _("Scope of interest")),
    )),
    Content("willingness_to_pay", _("Willingness to pay"), (
        _table("answers", _("Answers"), _C("organisation", _("Organisation")), _C("price", _("Price"), "number"),
               _C("said", _("What they said"))),
        _text("conclusion", _("Conclusion")),
    )),
    Content("peer_practice", _("Practice of peer organisations"), (
        _table("peers", _("Peers"), _C("peer", _("Peer")), _C("service", _("Their service")), _C("how", _("How they run it")),
               _C("price", _("Price"), "number"), _C("lesson", _("What we learn"))),
        _text("conclusion", _("Conclusion")),
    )),
    Content("call_for_tender", _("Call for tender"), (
        _text("object", _("What is bought")), _table("lots", _("Lots"), _C("lot", _("Lot")), _C("estimate", _("Estimate"), "number")),
        _table("criteria", _("Award criteria"), _C("criterion", _("Criterion")), _C("weight", _("Weight"), "number")),
        _text("procedure", _("Procedure")), _table("steps", _("Steps"), *_STEPS),
    )),
    Content("cost_plan", _("Cost in money, people and time"), (
        _table("costs", _("Costs"), *_COSTS), _text("assumptions", _("Assumptions")),
    )),
    Content("development_plan", _("Service development plan"), (
        _text("description", _("Description")), _text("technical", _("Technical requirements")),
        _text("user", _("User requirements")), _text("life", _("Expected life cycle")),
        _table("project", _("Project plan"), *_STEPS), _text("tender", _("Tender"), needed=False),
        _text("adoption", _("Adoption plan"), _("Usability, early adopters, promotion, manuals, contract, SLA, pricing.")),
        _table("workflow", _("Workflow in operation"), _C("step", _("Step")), _C("who", _("Who"))),
        _table("costs", _("Costs over the phases"), *_COSTS),
    )),
    Content("internal_try_out", _("Internal try-out"), (
        _table("tests", _("Tests"), _C("test", _("Test")), _C("result", _("Result")), _C("passed", _("Passed"), "yes")),
        _text("conclusion", _("Conclusion")),
    )),
    Content("adoption_plan", _("Adoption plan"), (
        _text("usability", _("Usability")), _table("adopters", _("Early adopters"), _C("organisation", _("Organisation")), _C("contact", _("Contact"))),
        _table("milestones", _("Milestones"), *_STEPS), _text("promotion", _("Promotion")),
        _table("training", _("Training"), _C("change", _("Process change")), _C("training", _("Training")), _C("covered", _("Covered"), "yes"), needed=False),
        _text("messages", _("Templates for communications"), needed=False),
        _text("manuals", _("Procedures and manuals")), _text("contract", _("Contract and service levels")), _text("pricing", _("Pricing")),
    )),
    Content("workflow", _("Internal workflow"), (
        _table("steps", _("Steps"), _C("step", _("Step")), _C("who", _("Who")), _C("tool", _("Tool")), _C("hours", _("Hours"), "number")),
        _text("exceptions", _("When something goes wrong"), needed=False),
    )),
    Content("pilot_plan", _("Pilot plan"), (
        _text("aim", _("What the pilot shall show")),
        _table("cases", _("Test cases"), _C("case", _("Test case")), _C("expected", _("Expected"))),
        _table("steps", _("Steps"), *_STEPS),
    )),
    Content("status_report", _("Status report"), (
        _text("usage", _("Usage")), _text("technical", _("Technical")), _text("technology", _("Technology")), _text("verdict", _("Verdict")),
    )),
    Content("discontinuance_plan", _("Discontinuance plan"), (
        _text("reason", _("Reason")), _text("communication", _("Communication plan")),
        _table("alternatives", _("Alternatives offered"), _C("alternative", _("Alternative")), _C("for", _("For whom"))),
        _table("technical", _("Technical phase-out"), *_STEPS),
    )),
)  # fmt: skip
WORDS: Mapping[str, Mapping[str, Label]] = {  # what is commonly typed in a column, and has a name in every language
    "phase": dict(STAGES),
    "kind": {"one-off": _("One-off"), "recurring": _("Recurring")},
    "made": {"in-house": _("In-house"), "outsourced": _("Outsourced")},
}
KINDS: tuple[tuple[str, Label], ...] = tuple((c.key, c.label) for c in CONTENTS)
_BY_KEY = {c.key: c for c in CONTENTS}


def of(kind: str) -> Content:
    """The content called ``kind``; plain text for an unknown one."""
    return _BY_KEY.get(kind, CONTENTS[0])


def is_empty(value: Any) -> bool:
    """Nothing was written: no text, no row with anything in it."""
    if isinstance(value, list):
        return not any(
            str(v).strip() for row in value if isinstance(row, dict) for v in row.values() if v not in (None, False)
        )
    return not str(value or "").strip()


def missing(kind: str, content: Mapping[str, Any]) -> list[Label]:
    """Sections that are needed and empty."""
    return [s.label for s in of(kind).sections if s.needed and is_empty(content.get(s.key))]


def check(kind: str, content: Any) -> list[str]:
    """What is wrong with a content, in sentences; [] when it can be kept."""
    if not isinstance(content, dict):
        return [gettext("A content is an object of sections.")]
    known = {s.key: s for s in of(kind).sections}
    wrong = [
        gettext("There is no section “%(key)s” in this kind of content.") % {"key": k}
        for k in content
        if k not in known
    ]
    for key, section in known.items():
        value = content.get(key)
        if value is None:
            continue
        wrong += _table_is_right(section, value) if section.columns else _text_is_right(section, value)
    return wrong


def _text_is_right(section: Section, value: Any) -> list[str]:
    if not isinstance(value, str):
        return [gettext("“%(section)s” is a text.") % {"section": section.label}]
    if len(value) > LONGEST:
        return [gettext("“%(section)s” is longer than %(n)s characters.") % {"section": section.label, "n": LONGEST}]
    return []


def _table_is_right(section: Section, rows: Any) -> list[str]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return [gettext("“%(section)s” is a table.") % {"section": section.label}]
    if len(rows) > MOST_ROWS:
        return [gettext("“%(section)s” has more than %(n)s rows.") % {"section": section.label, "n": MOST_ROWS}]
    columns = {c.key: c for c in section.columns}
    wrong = []
    for number, row in enumerate(rows, 1):
        for key, value in row.items():
            if key not in columns or not _value_is_right(columns[key], value):
                wrong.append(
                    gettext("“%(section)s”, row %(row)s: “%(value)s” does not belong in “%(column)s”.")
                    % {"section": section.label, "row": number, "value": str(value)[:40],
                       "column": columns[key].label if key in columns else key}
                )  # fmt: skip
    return wrong or _figures_are_right(section, rows)


def _figures_are_right(section: Section, rows: list[dict[str, Any]]) -> list[str]:
    """Weights that can be weighed with, and scores from 0 to 5."""
    name = section.columns[0].key
    given: dict[str, dict[str, Decimal]] = {"weight": {}, "score": {}}
    for row in rows:
        for kind, found in given.items():
            if any(c.key == kind for c in section.columns) and (value := number(row.get(kind))) is not None:
                found[str(row.get(name, ""))] = value
    return scoring.weights_are_right(given["weight"]) + scoring.scores_are_right(given["score"])


def _value_is_right(column: Column, value: Any) -> bool:
    if value in (None, ""):
        return True
    if column.kind == "yes":
        return isinstance(value, bool)
    if not isinstance(value, str) or len(value) > 2_000:
        return False
    return column.kind != "number" or number(value) is not None


def number(value: Any) -> Decimal | None:
    """A figure of a row; numbers are kept as text, exact. None when it is none."""
    try:
        found = Decimal(str(value).replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal("1e15") else None


def in_words(column: Column, value: Any) -> str:
    """A value of a row as the reader's language writes it; what cannot be read as its kind stands as it was typed."""
    if column.kind == "yes":
        return gettext("yes") if value else gettext("no")
    if value in (None, ""):
        return ""
    if column.kind == "number" and column.key not in NOT_COUNTED and (figure := number(value)) is not None:
        return shown.format_number(figure)
    if column.kind == "date":
        try:
            return shown.format_date(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)  # "second quarter" is kept as it was typed
    return str(WORDS.get(column.key, {}).get(str(value).lower(), value))


def assessment(rows: Iterable[Mapping[str, Any]]) -> scoring.Score | None:
    """The weighted score of a table of criteria (formula 8)."""
    listed = [row for row in rows if not is_empty([row])]
    return scoring.weighted(
        [number(row.get("weight")) or Decimal(0) for row in listed],
        [number(row.get("score")) if row.get("score") not in (None, "") else None for row in listed],
    )


def options_compared(content: Mapping[str, Any]) -> list[tuple[str, scoring.Score | None]]:
    """(option, its weighted score), best first; options without a score last."""
    weights = {
        row["criterion"]: number(row.get("weight")) or Decimal(0)
        for row in content.get("criteria", ())
        if row.get("criterion")
    }
    given = {(row.get("option"), row.get("criterion")): number(row.get("score")) for row in content.get("scores", ())}
    found = [
        (row["option"], scoring.weighted(list(weights.values()), [given.get((row["option"], c)) for c in weights]))
        for row in content.get("options", ()) if row.get("option")
    ]  # fmt: skip
    return sorted(found, key=lambda pair: -pair[1].mean if pair[1] else Decimal(1))
