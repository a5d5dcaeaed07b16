"""The board at work: seats, meetings by its rhythm, attendance, votes, decisions, minutes."""

from datetime import UTC, datetime, timedelta

from vincula.kernel.entity import moving
from vincula.kernel.records import actions
from vincula.portfolio.actions import agenda, boards
from vincula.portfolio.demo.ground import Ground
from vincula.portfolio.demo.sittings import LATER, Said, Sitting
from vincula.portfolio.models import Board, BoardItem, BoardMeeting, Deliverable, PilotCustomer, Seat

SEATS = (  # member or function, deputy
    ("juergen", "maeve"), ("CRO", None), ("sofia", "claudine"), ("femke", None), ("bart", "oleg"),
)  # fmt: skip
SITS = ("juergen", "amara", "sofia", "femke", "bart")  # who that is
VOTE = {"y": "yes", "n": "no", "a": "abstain"}


def found(g: Ground) -> None:
    """Two boards: one decides, one advises."""
    who = g.users["juergen"]
    g.board = actions.create(
        Board, who=who, name="Services board", quorum=3, rhythm="quarterly", rhythm_from=g.rhythm_from, place="Brussels, room Semois",
        purpose="Decides at every gate which services we study, build, run and end.",
    )  # fmt: skip
    for n, (member, deputy) in enumerate(SEATS):
        sits = {"function": g.parties.functions[member]} if member.isupper() else {"member": g.users[member]}
        g.seats.append(actions.create(
            Seat, who=who, board=g.board, deputy=g.users[deputy] if deputy else None, chairs=n == 0, since=g.moment.date(), **sits,
        ))  # fmt: skip
    g.users_board = actions.create(
        Board, who=who, name="User board", kind="advises", quorum=1, purpose="Members of the user council advise on ideas and prices; their advice is read before a vote."
    )  # fmt: skip
    agenda.plan_meetings(g.board)


def _meeting(g: Ground, sitting: Sitting) -> BoardMeeting:
    """The meeting that the rhythm made, or the one that the chair calls."""
    day = g.day(sitting.months)
    if sitting.called:
        at = datetime.combine(day, datetime.min.time(), tzinfo=UTC).replace(hour=13)
        return actions.create(BoardMeeting, who=g.users["juergen"], board=g.board, at=at, place="By video")
    near = timedelta(days=10)  # a second Tuesday lies up to a week beside the same day of another month
    rows = g.board.meetings.filter(state="planned", at__date__range=(day - near, day + near))
    return rows.get()


def hold(g: Ground, sitting: Sitting) -> None:
    """Open, note who came, vote, decide, take the rest off, write the minutes, close."""
    chair = g.users["juergen"]
    meeting = _meeting(g, sitting)
    with g.on(meeting.at.date(), meeting.at.hour):
        agenda.plan_meetings(g.board)
        agenda.fill(meeting)
        moving.move(meeting, "open", who=chair)
        for seat, name in zip(g.seats, SITS, strict=True):
            for user in _here(seat, name, sitting.away):
                boards.attend(meeting=meeting, user=g.users[user], here=True, who=chair)
        items = {i.service.code: i for i in meeting.items.filter(trashed_at=None).select_related("service", "gate")}
        for said in sitting.said:
            _decide(g, items.pop(said.service), said, sitting)
        for item in items.values():
            boards.drop(item=item, reason=LATER[item.kind], who=chair)
        meeting.refresh_from_db()
        actions.change(meeting, who=g.users["maeve"], minutes=sitting.minutes)
        moving.move(meeting, "close", who=chair)
    g.meetings.append(meeting)


def _here(seat: Seat, name: str, away: tuple[str, ...]) -> list[str]:
    """Who comes for a seat: the member, or the deputy unless that one is away too."""
    if name not in away:
        return [name]
    deputies = {"juergen": "maeve", "sofia": "claudine", "bart": "oleg"}
    deputy = deputies.get(name, "")
    return [deputy] if deputy and deputy not in away else []


def _decide(g: Ground, item: BoardItem, said: Said, sitting: Sitting) -> None:
    chair, on = g.users["juergen"], g.moment.date()
    if said.notes:
        actions.change(item, who=g.users["maeve"], notes=said.notes)
    for seat, name, vote in zip(g.seats, SITS, said.votes, strict=True):
        here = _here(seat, name, sitting.away)
        if vote == "r":
            boards.recuse(item=item, seat=seat, out=True, who=chair)
        elif vote in VOTE and here:
            boards.cast(item=item, seat=seat, choice=VOTE[vote], who=g.users[here[0]])
    motion = boards.Motion(
        said.outcome, said.text, hold_until=g.day(said.months) if said.months is not None else None,
        conditions=[boards.Asked(text, g.users[who], on + timedelta(days=days)) for text, who, days in said.asks],
        waivers=[boards.Waiver(_waived(g, said.service, what), why, on + timedelta(days=days)) for what, why, days in said.waives],
        supersedes=g.decisions.get(said.service) if said.instead else None,
    )  # fmt: skip
    g.decisions[said.service] = boards.decide(item=item, motion=motion, who=chair)


def _waived(g: Ground, code: str, what: str) -> Deliverable | PilotCustomer:
    if what in g.parties.organisations:
        return PilotCustomer.objects.get(pilot__service=g.services[code], organisation=g.parties.organisations[what])
    return Deliverable.objects.get(service=g.services[code], phase=g.fresh(code).phase, name=what)


def met(g: Ground, text: str, how: str) -> None:
    """Who answers for a condition says how it was met."""
    condition = g.board.decisions.filter(conditions__text=text).get().conditions.get(text=text)
    actions.change(condition, who=condition.answers, met_how=how)
    moving.move(condition, "meet", who=condition.answers)


def advise(g: Ground, code: str, text: str) -> None:
    """The user board says what it thinks; the board that decides reads it in its papers."""
    chair = g.users["juergen"]
    meeting = actions.create(BoardMeeting, who=chair, board=g.users_board, at=g.moment, place="Leuven, user day")
    moving.move(meeting, "open", who=chair)
    actions.create(BoardItem, who=chair, meeting=meeting, service=g.services[code], kind="development", advice=text)
    moving.move(meeting, "close", who=chair)


def ahead(g: Ground) -> None:
    """The meetings of half a year are planned and the next agenda fills itself, as the clockwork does every night."""
    agenda.plan_meetings(g.board)
    upcoming = agenda.next_meeting(g.board)
    assert upcoming is not None
    agenda.fill(upcoming)
