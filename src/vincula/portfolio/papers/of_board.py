"""Papers of a board's meeting: the agenda before it, the minutes after it."""

from collections.abc import Container, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel.entity import registry
from vincula.kernel.papers.asking import Asked
from vincula.kernel.papers.declaration import Content
from vincula.kernel.papers.tree import Block, Column, Facts, Figure, Heading, Note, Paragraph, Runs, Table
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import capital
from vincula.portfolio import sentences
from vincula.portfolio.actions import boards
from vincula.portfolio.models import (
    Attendance,
    BoardItem,
    BoardMeeting,
    Condition,
    Decision,
    Seat,
    Service,
    Track,
    Vote,
)
from vincula.portfolio.papers import around, money, of_decision, written
from vincula.portfolio.papers.of_service import missing_of
from vincula.portfolio.papers.told import Told, live
from vincula.portfolio.queries.seen import seen_by
from vincula.portfolio.retold import retold

FIELDS = ("service", "gate", "reason", "notes", "advice", "dropped", "kind")


def _about(asked: Asked) -> BoardMeeting:
    assert isinstance(asked.record, BoardMeeting)
    return asked.record


def _items(asked: Asked) -> list[tuple[BoardItem, Told]]:
    rows = list(
        BoardItem.objects.visible_to(asked.user).filter(meeting=_about(asked))
        .select_related("meeting__board", "service__phase", "gate__source", "gate__target").order_by("position", "pk")
    )  # fmt: skip
    return list(zip(rows, live(asked, "portfolio.boarditem", rows, *FIELDS), strict=True))


def _subject(asked: Asked) -> str:
    """The board and the day; the day alone where the board may not be seen."""
    day = shown.format_date(_about(asked).at, "long")
    board = asked.text("board")
    return f"{board}, {day}" if board else day


def _name(asked: Asked, item: BoardItem, told: Told) -> str:
    """The service of an item, if the reader may see it."""
    if not told.text("service"):
        return sentences.hidden_service()
    return str((item.service.names or {}).get(asked.language) or told.text("service"))


def _gate(asked: Asked, item: BoardItem, told: Told) -> Runs:
    """The gate that it is about, in the language of the paper."""
    if item.gate is None or not told.text("gate"):
        return ()
    names = [around.phase_name(phase, asked.language) for phase in (item.gate.source, item.gate.target)]
    return (told.figure("gate", " – ".join(names)),)


# ── agenda ────────────────────────────────────────────────────────────────────────────────────────────────────────


def agenda(asked: Asked) -> Content:
    """When and where, who sits there, the four kinds of items, each with why it is there, its papers, what misses."""
    meeting, items = _about(asked), _items(asked)
    blocks: list[Block] = [Heading(_("When and where")), asked.facts("board", "at", "place"), _seats(asked, meeting)]
    listed = [(item, told) for item, told in items if not item.dropped]
    blocks += [Heading(_("Items")), _overview(asked, listed)]
    decided = set(Decision.objects.filter(item__meeting=meeting).values_list("item_id", flat=True))
    for kind, title in BoardItem.Kind.choices:
        of_kind = [(item, told) for item, told in listed if item.kind == kind]
        if of_kind:
            blocks.append(Heading(str(title)))
        for item, told in of_kind:
            blocks += _asked_about(asked, item, told, decided)
    blocks += _conditions(asked, meeting)
    said = ngettext("%(n)s item is on the agenda.", "%(n)s items are on the agenda.", len(listed)) % {"n": len(listed)}
    return Content(tuple(blocks), standfirst=said if listed else _("Nothing is on the agenda yet."), subject=_subject(asked),
                   draft=not listed)  # fmt: skip


def _overview(asked: Asked, listed: Sequence[tuple[BoardItem, Told]]) -> Table:
    heads = (
        Column(_("Service"), 2.4),
        Column(_("Kind"), 1.8),
        Column(_("Gate"), 2.2),
        Column(_("Why it is here"), 3.4),
    )
    rows = []
    for kind, title in BoardItem.Kind.choices:
        rows += [
            ((_service(asked, item, told)), (told.figure("kind", str(title)),), _gate(asked, item, told), _why(told))
            for item, told in listed if item.kind == kind
        ]  # fmt: skip
    return written.slim(Table("", heads, tuple(rows), _("Nothing is on the agenda yet.")))


def _service(asked: Asked, item: BoardItem, told: Told) -> Runs:
    name = _name(asked, item, told)
    return (told.figure("service", name),) if told.text("service") else (name,)


def _seen_seats(asked: Asked, meeting: BoardMeeting) -> list[Seat]:
    """The seats of the board on that day that the reader may see."""
    seen = set(Seat.objects.visible_to(asked.user).filter(board_id=meeting.board_id).values_list("pk", flat=True))
    return [seat for seat in boards.seats(meeting) if seat.pk in seen]


def _seats(asked: Asked, meeting: BoardMeeting) -> Table:
    on = meeting.at.date()
    rows = _seen_seats(asked, meeting)
    listed = live(asked, "portfolio.seat", rows, "member", "function", "deputy", "chairs", "weight")
    cells = []
    for seat, told in zip(rows, listed, strict=True):
        vacant = boards.member_of(seat, on) is None
        member: Runs = told.cell("member") or ((_("vacant"),) if vacant else ())
        cells.append(
            (member, told.cell("function"), told.cell("deputy"), told.cell("chairs", _("yes")) if seat.chairs else ())
        )
    heads = (
        Column(capital(_("member")), 3),
        Column(_("Function"), 2),
        Column(capital(_("deputy")), 2),
        Column(capital(_("chairs")), 1),
    )
    return written.slim(
        Table(_("Who sits on the board"), heads, tuple(cells), _("Nobody has a seat on this board yet."))
    )


def _asked_about(asked: Asked, item: BoardItem, told: Told, decided: Container[int]) -> list[Block]:
    """One item: what the board is asked, and on what papers."""
    blocks: list[Block] = [Heading(_name(asked, item, told), 2)]
    rows: list[tuple[str, Runs]] = [(_("Gate"), _gate(asked, item, told)), (_("Why it is here"), _why(told))]
    visible = bool(told.text("service"))
    if visible and (phase := around.phase(asked, item.service)) is not None:
        rows.insert(0, (_("Phase"), (phase,)))
    if said := tuple(row for row in rows if row[1]):
        blocks.append(Facts(said))
    blocks += _notes(told)
    if not visible:
        return blocks
    if item.gate is not None and item.pk not in decided:  # else: what it lacks by now is not what the board was asked
        blocks += missing_of(boards.pre_check(item, viewer=asked.user))
        blocks += _criteria(item)
    return [*blocks, *_papers(asked, item.service), *_figures(asked, item)]


def _criteria(item: BoardItem) -> list[Block]:
    criteria = [str(_(c)) for c in item.gate.criteria if c] if item.gate else []
    return [Paragraph((_("What the board looks at:"), " ", " ".join(criteria)))] if criteria else []


def _papers(asked: Asked, service: Service) -> list[Block]:
    """The deliverables of the phase it is in, with how far they are."""
    listed = around.deliverables(asked, service, service.stage)
    if not listed:
        return []
    tracks = dict(Track.choices)
    heads = (
        Column(_("Deliverable"), 2.8),
        Column(capital(_("track")), 1.8),
        Column(_("Done by"), 1.8),
        Column(_("State"), 1.6),
        Column(_("Due"), 1.7),
    )
    cells = tuple(
        ((d.figure("name", d.name()),), d.cell("track", str(tracks.get(d.values.get("track", ""), ""))), d.cell("assignee"),
         d.cell("state"), d.day_cell("due"))
        for d in listed
    )  # fmt: skip
    return [written.slim(Table(_("Papers of the phase"), heads, cells, ""))]


def _figures(asked: Asked, item: BoardItem) -> list[Block]:
    """Business case before operation, status reports in it."""
    if item.kind in (BoardItem.Kind.OPERATION, BoardItem.Kind.ENDING):
        return around.status(around.reports(asked, item.service))
    versions = money.of(item.service, asked)
    if not versions:
        return []
    return [money.side_by_side(versions[-money.MOST :]), money.verdict(versions[-1])]


def _conditions(asked: Asked, meeting: BoardMeeting) -> list[Block]:
    """What earlier decisions of this board asked for and is not settled yet."""
    rows = list(
        Condition.objects.visible_to(asked.user)
        .filter(decision__board_id=meeting.board_id, state="open", decision__in=Decision.objects.visible_to(asked.user))
        .order_by("due", "pk")
    )  # fmt: skip
    if not rows:
        return []
    return [
        Heading(_("Open conditions of earlier decisions")),
        asked.table("portfolio.condition", rows, {"text": 3, "decision": 1.3, "answers": 1.8, "due": 1.3},
                    caption=capital(_("conditions")), empty=""),
    ]  # fmt: skip


# ── minutes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def minutes(asked: Asked) -> Content:
    """Who was there, what was decided on what papers, conditions, votes: of decided items what the board saw."""
    meeting, items = _about(asked), _items(asked)
    rows = Decision.objects.visible_to(asked.user).filter(item__in=[item.pk for item, _told in items])
    taken = {d.item_id: d for d in rows.select_related("gate__source", "gate__target")}
    blocks: list[Block] = [
        Heading(_("When and where")), asked.facts("board", "at", "place", "state"), *_presence(asked, meeting),
        Heading(_("Decisions")), _decided(asked, items, taken),
    ]  # fmt: skip
    for kind, title in BoardItem.Kind.choices:
        of_kind = [(item, told) for item, told in items if item.kind == kind]
        if of_kind:
            blocks.append(Heading(str(title)))
        for item, told in of_kind:
            blocks += _spoken_of(asked, item, told, taken.get(item.pk))
    if said := asked.prose("minutes"):
        blocks += [Heading(_("What was said")), *said]
    many = ngettext("%(n)s decision was taken.", "%(n)s decisions were taken.", len(taken)) % {"n": len(taken)}
    closed = meeting.state == "closed"
    return Content(
        tuple(blocks), standfirst=many, subject=_subject(asked), draft=not closed, at=meeting.at if closed else None
    )


def _presence(asked: Asked, meeting: BoardMeeting) -> list[Block]:
    """Who was there, and whether that was enough."""
    rows = list(Attendance.objects.visible_to(asked.user).filter(meeting=meeting).order_by("user__name", "pk"))
    listed = live(asked, "portfolio.attendance", rows, "user", "present")
    heads = (Column(_("Who"), 3), Column(_("Function"), 2), Column(_("There"), 1))
    cells: list[tuple[Runs, ...]] = [
        (told.cell("user"), (), told.cell("present", _("yes") if row.present else _("no")))
        for row, told in zip(rows, listed, strict=True)
    ]
    cells += _absent(asked, meeting, {row.user_id for row in rows}) if rows else []
    table = written.slim(Table(_("Attendance"), heads, tuple(cells), _("No attendance was noted.")))
    there = sum(row.present for row in rows)
    if not rows:
        return [table]
    quorum = asked.figure("quorum", meeting.board) if asked.text("board") else None
    entity, query = registry.get("portfolio.attendance"), f"meeting={meeting.pk}&present=true"
    many = Figure(shown.format_number(there), entity.key, value=there, query=query, url=f"{entity.path}?{query}")
    said = ngettext("%(n)s person was there.", "%(n)s people were there.", there) % {"n": "\0n\0"}
    runs: Runs = written.with_figures(said, {"n": many})
    if quorum is not None:
        asks = _("Seats needed for the quorum: %(n)s.") % {"n": "\0n\0"}
        runs = (*runs, " ", *written.with_figures(asks, {"n": quorum}))
    return [table, Paragraph(runs)]


def _absent(asked: Asked, meeting: BoardMeeting, came: set[int]) -> list[tuple[Runs, ...]]:
    """Seats for which nobody is noted."""
    seats = [s for s in _seen_seats(asked, meeting) if not came & {boards.member_of(s, meeting.at.date()), s.deputy_id}]
    told = live(asked, "portfolio.seat", seats, "member", "function")
    return [(each.cell("member"), each.cell("function"), (_("no"),)) for each in told if each.texts]


def _decided(asked: Asked, items: Sequence[tuple[BoardItem, Told]], taken: dict[int | None, Decision]) -> Table:
    order = [taken[item.pk] for item, _told in items if item.pk in taken]
    listed = live(asked, "portfolio.decision", order, "number", "outcome", "yes", "no", "hold_until")
    heads = (
        Column(_("Decision"), 1.4),
        Column(_("Service"), 3),
        Column(_("Outcome"), 2),
        Column(_("Votes"), 1),
        Column(capital(_("hold until")), 1.4),
    )
    cells = tuple(
        (told.cell("number"), (of_decision.then_named(asked, decision) or sentences.hidden_service(),),
         told.cell("outcome"), votes(told), told.day_cell("hold_until"))
        for decision, told in zip(order, listed, strict=True)
    )  # fmt: skip
    return written.slim(Table("", heads, cells, _("Nothing was decided.")))


def votes(told: Told) -> Runs:
    """ "3 : 1"."""
    yes, no = told.number_cell("yes"), told.number_cell("no")
    return (*yes, " : ", *no) if yes and no else ()


def _spoken_of(asked: Asked, item: BoardItem, told: Told, decision: Decision | None) -> list[Block]:
    name = of_decision.then_named(asked, decision) if decision else None
    blocks: list[Block] = [Heading(name.text if name else _name(asked, item, told), 2)]
    if decision is None:
        rows = ((_("Gate"), _gate(asked, item, told)), (_("Why it was here"), _why(told)))
        blocks += [Facts(said)] if (said := tuple(row for row in rows if row[1])) else []
        blocks += _notes(told)
        if dropped := told.text("dropped"):
            return [*blocks, Note((_("Taken off the agenda: "), told.figure("dropped", dropped)))]
        return [*blocks, Note((_("Nothing was decided on it."),))]
    seen = seen_by(decision, asked.user)
    blocks += [
        *of_decision.item_then(decision, seen, 3),
        Heading(_("Decision"), 3),
        *of_decision.verdict(asked, decision),
    ]
    blocks += [*_given(asked, item), *of_decision.asked_for(asked, decision), *of_decision.in_short(decision, seen)]
    return blocks


def _why(told: Told) -> Runs:
    """Why it is on the agenda, in the language of the paper where the program said it."""
    return told.cell("reason", retold(told.text("reason")))


def _notes(told: Told) -> list[Block]:
    """Notes on an item, and what an advisory board says."""
    notes, advice = written.prose_of(told, "notes"), written.prose_of(told, "advice")
    said: list[Block] = [Heading(_("Notes"), 3), *notes] if notes else []
    return [*said, Heading(_("Advice"), 3), *advice] if advice else said


def _given(asked: Asked, item: BoardItem) -> list[Block]:
    """Who voted how."""
    rows: list[Any] = list(Vote.objects.visible_to(asked.user).filter(item=item).order_by("pk"))
    if not rows:
        return []
    return [asked.table("portfolio.vote", rows, {"by": 3, "choice": 1.5}, caption=_("Votes"), empty="")]
