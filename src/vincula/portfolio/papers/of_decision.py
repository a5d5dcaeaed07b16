"""The decision record: the decision, and the papers as the board saw them, whatever became of the service since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.papers.asking import Asked, label
from vincula.kernel.papers.declaration import Content
from vincula.kernel.papers.tree import Block, Facts, Figure, Heading, Items, Note, Paragraph, Runs
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import capital
from vincula.parties.models import Organisation
from vincula.portfolio.actions import boards
from vincula.portfolio.models import Condition, Decision, Deliverable, Phase, PilotCustomer, Track, Vote
from vincula.portfolio.papers import around, money, written
from vincula.portfolio.papers.told import Told, frozen, frozen_one, live
from vincula.portfolio.queries.seen import Seen, seen_by, seen_ids
from vincula.portfolio.retold import retold

PROPOSAL = (
    "purpose",
    "strategic_goal",
    "benefits",
    "demand_forecast",
    "resources_needed",
    "technical_requirements",
    "user_requirements",
)
TONES = {"go": "good", "go_with_conditions": "good", "hold": "warn", "alternatives": "warn", "no_go": "bad"}


def record(asked: Asked) -> Content:
    """What was decided, by whom, on what papers; and that these are the papers that were hashed."""
    decision = asked.record
    assert isinstance(decision, Decision)
    seen = seen_by(decision, asked.user)
    blocks: list[Block] = [Heading(_("The decision")), *verdict(asked, decision), *asked_for(asked, decision)]
    blocks += [*_votes(asked, decision), *_waived(asked, decision), *_before_and_after(asked, decision)]
    if decision.seen or decision.seen_digest not in ("", boards.digest({})):
        blocks += [Heading(_("What the board saw")), *_genuine(decision), *_service_then(asked, decision, seen)]
        blocks += [*item_then(decision, seen, 2), *_proposal_then(decision, seen)]
        blocks += _papers_then(asked, decision, seen)
    else:
        blocks.append(Note((_("No papers were kept with this decision."),), "warn"))
    at = timezone.make_aware(datetime.combine(decision.taken_on, time.min))
    name = then_named(asked, decision)
    subject = " – ".join(filter(None, (decision.number, name.text if name else "")))
    return Content(tuple(blocks), subject=subject, at=at)


# ── what was decided ──────────────────────────────────────────────────────────────────────────────────────────────


def verdict(asked: Asked, decision: Decision) -> list[Block]:
    """Number, outcome with votes, text, until when it is held."""
    told = live(asked, "portfolio.decision", [decision], "number", "board", "gate", "outcome", "text", "hold_until", "taken_on",
                "yes", "no", "abstained")[0]  # fmt: skip
    gate: Runs = ()
    if decision.gate is not None and told.text("gate"):
        names = (around.phase_name(phase, asked.language) for phase in (decision.gate.source, decision.gate.target))
        gate = (told.figure("gate", " – ".join(names)),)
    cast = told.number_cell("yes"), told.number_cell("no")
    rows: tuple[tuple[str, Runs], ...] = (
        (_("Number"), told.cell("number")), (pgettext("body", "Board"), told.cell("board")), (capital(_("taken on")), told.day_cell("taken_on")),
        (_("Gate"), gate), (_("Outcome"), told.cell("outcome")),
        (_("Votes for and against"), (*cast[0], " : ", *cast[1]) if all(cast) else ()),
        (capital(_("abstentions")), told.number_cell("abstained") if decision.abstained else ()),
        (capital(_("hold until")), told.day_cell("hold_until")),
    )  # fmt: skip
    quorum: list[Block] = [Paragraph((_("The quorum was met."),))] if decision.quorum else []
    return [Facts(tuple(row for row in rows if row[1])), *written.prose_of(told, "text"), *quorum]


def asked_for(asked: Asked, decision: Decision) -> list[Block]:
    """Conditions as they were asked: what became of them is not part of the decision."""
    rows = list(Condition.objects.visible_to(asked.user).filter(decision=decision).order_by("due", "pk"))
    if not rows:
        return []
    return [
        asked.table("portfolio.condition", rows, {"text": 4, "answers": 2, "due": 1.4}, caption=capital(_("conditions")), empty="")
    ]  # fmt: skip


def _votes(asked: Asked, decision: Decision) -> list[Block]:
    rows = (
        list(Vote.objects.visible_to(asked.user).filter(item_id=decision.item_id).order_by("pk"))
        if decision.item_id
        else []
    )
    if not rows:
        return []
    return [asked.table("portfolio.vote", rows, {"by": 3, "choice": 1.5}, caption=_("Votes"), empty="")]


def _waived(asked: Asked, decision: Decision) -> list[Block]:
    blocks: list[Block] = []
    rows: list[Any] = list(Deliverable.objects.visible_to(asked.user).filter(waived_by=decision).order_by("pk"))
    if rows:
        blocks.append(asked.table("portfolio.deliverable", rows, {"name": 3, "waiver": 3, "waived_until": 1.4},
                                  caption=_("Deliverables that the board let pass"), empty=""))  # fmt: skip
    rows = list(PilotCustomer.objects.visible_to(asked.user).filter(waived_by=decision).order_by("pk"))
    if rows:
        blocks.append(asked.table("portfolio.pilotcustomer", rows, {"organisation": 3, "waiver": 3, "waived_until": 1.4},
                                  caption=_("Verdicts that the board let pass"), empty=""))  # fmt: skip
    return blocks


def _before_and_after(asked: Asked, decision: Decision) -> list[Block]:
    """The decision that it supersedes, and the one that supersedes it."""
    blocks: list[Block] = []
    if before := asked.figure("supersedes"):
        said = _("It supersedes %(number)s.") % {"number": "\0n\0"}
        blocks.append(Note(written.with_figures(said, {"n": before})))
    later = getattr(decision, "superseded_by", None)
    if later is not None and door.may(asked.user, "view", later):
        told = live(asked, "portfolio.decision", [later], "number", "taken_on")[0]
        said = _("Later it was superseded by %(number)s of %(day)s.") % {"number": "\0n\0", "day": "\0d\0"}
        figures = {
            "n": told.figure("number", told.text("number")),
            "d": told.figure("taken_on", shown.format_date(told.day("taken_on"))),
        }
        blocks.append(Note(written.with_figures(said, figures), "warn"))
    return blocks


# ── what the board saw ────────────────────────────────────────────────────────────────────────────────────────────


def then_named(asked: Asked, decision: Decision) -> Figure | None:
    """The service as it was called when the board decided; None where the reader may not see it."""
    row = seen_by(decision, asked.user).service
    if not row:
        return asked.figure("service", decision) if not decision.seen else None
    told = frozen_one(decision, row, "service")
    return told.figure("name", told.name(), row.get("name"))


def item_then(decision: Decision, seen: Seen, level: int) -> list[Block]:
    """Why it was on the agenda, notes and advice, as they stood."""
    if not seen.item:
        return []
    told = frozen_one(decision, seen.item, "item")
    blocks: list[Block] = []
    if reason := told.cell("reason", retold(told.text("reason"))):
        blocks.append(Facts(((_("Why it was here"), reason),)))
    if notes := written.prose_of(told, "notes"):
        blocks += [Heading(_("Notes"), level), *notes]
    if advice := written.prose_of(told, "advice"):
        blocks += [Heading(_("Advice"), level), *advice]
    return blocks


def _genuine(decision: Decision) -> list[Block]:
    """Whether what follows is what was hashed."""
    digest = Facts(
        (
            (
                _("SHA-256"),
                (Figure(decision.seen_digest, "portfolio.decision", decision.pk, "seen_digest", decision.seen_digest),),
            ),
        )
    )
    if boards.is_genuine(decision):
        return [Note((_("These are the papers that the board saw; their digest is unchanged."),), "good"), digest]
    if boards.lost_words(decision):
        return [
            Note(
                (_("These are the papers that the board saw, without what a person asked to have erased since."),),
                "warn",
            ),
            digest,
        ]
    return [Note((_("These papers are not those that were hashed when the decision was taken."),), "bad"), digest]


def phase_then(seen: Seen, language: str) -> str:
    """The phase it was in, in the language of the paper: phases of a published model keep their names."""
    name = str(seen.service.get("phase_name", ""))
    phase = Phase.objects.filter(pk=seen.service.get("phase", 0), name=name).first()
    return around.phase_name(phase, language) if phase else name


def _service_then(asked: Asked, decision: Decision, seen: Seen) -> list[Block]:
    if not seen.service:
        return []
    told = frozen_one(decision, seen.service, "service")
    rows: tuple[tuple[str, Runs], ...] = (
        (_("Service"), (told.figure("name", told.name(), seen.service.get("name")),)),
        (_("Phase"), told.cell("phase_name", phase_then(seen, asked.language))),
        (capital(_("in this phase since")), told.day_cell("phase_since")),
    )
    return [Facts(tuple(row for row in rows if row[1]))]


def _proposal_then(decision: Decision, seen: Seen) -> list[Block]:
    """The proposal as it stood, text by text."""
    told = frozen_one(decision, seen.service, "service")
    blocks: list[Block] = []
    fields = registry.get("portfolio.service").fields
    for name in PROPOSAL:
        if said := written.prose_of(told, name):
            blocks += [Heading(label(fields[name]), 2), *said]
    return blocks


def missing_then(decision: Decision, seen: Seen) -> list[Block]:
    """What the gate missed when the board decided."""
    if not seen.missing:
        return []
    return [
        Paragraph((_("What the gate missed at that time:"),)),
        *(Note((capital(retold(said)),), "bad") for said in seen.missing),
    ]


def in_short(decision: Decision, seen: Seen) -> list[Block]:
    """For the minutes: what was missing, the papers by name and state, the business case as it stood."""
    papers = frozen(decision, seen, "deliverables")
    blocks: list[Block] = missing_then(decision, seen)
    closed = [told.name() for told in papers if told.values.get("state") in ("done", "waived")]
    if closed:
        blocks += [Paragraph((_("On these papers:"),)), Items(tuple((name,) for name in closed))]
    if versions := money.seen_then(decision, seen):
        blocks.append(money.side_by_side(versions[-money.MOST :]))
    return blocks


def _papers_then(asked: Asked, decision: Decision, seen: Seen) -> list[Block]:
    blocks: list[Block] = missing_then(decision, seen)
    if needs := frozen(decision, seen, "needs"):
        blocks += [Heading(_("Demand")), *around.needs_then(needs)]
    papers = frozen(decision, seen, "deliverables")
    for track, title in Track.choices:
        if own := [told for told in papers if told.values.get("track") == track]:
            blocks += [Heading(str(title)), *written.papers(own, 2, "")]
    if versions := money.seen_then(decision, seen):
        blocks += [Heading(_("Business case")), *money.blocks(versions)]
    pilots = frozen(decision, seen, "pilots")
    if pilots:
        verdicts = _with_names(asked, frozen(decision, seen, "verdicts"))
        blocks += [Heading(_("Pilots")), *around.pilots_then(pilots, frozen(decision, seen, "criteria"), verdicts)]
    if reports := frozen(decision, seen, "reports"):
        blocks += [Heading(_("Status")), *around.status(reports)]
    for plan in frozen(decision, seen, "plans"):
        blocks += [Heading(_("The end")), *around.ends(plan)]
    return blocks


def _with_names(asked: Asked, verdicts: Sequence[Told]) -> list[Told]:
    """Verdicts with the names that the organisations had, of those that the reader may see."""
    ids = [told.values.get("organisation") for told in verdicts]
    seen = seen_ids(asked.user, Organisation, ids)
    found = []
    for told in verdicts:
        there = told.values.get("organisation") in seen
        kept = told.values if there else {n: v for n, v in told.values.items() if n not in ("organisation", "title")}
        found.append(replace(told, values=kept, texts={"organisation": told.text("title")} if there else {}))
    return found
