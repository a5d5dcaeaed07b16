"""Boards, their meetings, votes, decisions and conditions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity.declaration import Entity, computed
from vincula.kernel.ui import format as shown
from vincula.portfolio import sentences
from vincula.portfolio.lifecycles import BOARD_MEETING, CONDITION
from vincula.portfolio.models import Attendance, Board, BoardItem, BoardMeeting, Condition, Decision, Seat, Vote
from vincula.portfolio.queries.seen import documents

OUTCOME_TONES = {"go": "good", "go_with_conditions": "good", "hold": "warn", "alternatives": "warn", "no_go": "bad"}


class BoardEntity(Entity):
    model = Board
    help = _("Those who decide about services, or who advise: advice is an input and never a vote.")
    icon = "gavel"
    list_display = ("name", "kind", "quorum", "majority_of", "rhythm", "rhythm_from")
    list_filter = ("kind", "rhythm")
    search_fields = ("name", "purpose", "place")
    fieldsets = (
        (_("The board"), ("name", "kind", "purpose")),
        (_("How it decides"), ("quorum", "majority_of")),
        (_("When it meets"), ("rhythm", "rhythm_from", "place")),
        (_("Record"), ("owner", "tags")),
    )
    ordering = "name"
    natural_key = ("name",)
    related = (
        ("portfolio.seat", "board"), ("portfolio.boardmeeting", "board"), ("portfolio.decision", "board"),
    )  # fmt: skip


class SeatEntity(Entity):
    model = Seat
    help = _("A seat on a board, by name or by function, with a deputy who votes when the member is absent.")
    icon = "user"
    list_display = ("board", "member", "function", "deputy", "chairs", "weight", "since", "until")
    list_filter = ("board", "member", "function", "chairs", "since", "until")
    fieldsets = ((_("Seat"), ("board", "member", "function", "deputy", "chairs", "weight", "since", "until")),)
    ordering = "-since"
    natural_key = ("board", "member", "function", "since")

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("member", "function")


class BoardMeetingEntity(Entity):
    model = BoardMeeting
    help = _("A meeting of a board: its agenda fills itself, votes make decisions, decisions make the minutes.")
    icon = "calendar"
    list_display = ("board", "at", "state")
    list_filter = ("board", "state", "at")
    search_fields = ("place", "minutes")
    fieldsets = ((_("Board meeting"), ("board", "at", "place", "minutes")), (_("Record"), ("owner", "tags")))
    ordering = "-at"
    natural_key = ("board", "at")
    lifecycle = BOARD_MEETING
    calendar = "at"
    related = (("portfolio.boarditem", "meeting"), ("portfolio.attendance", "meeting"))
    tones = {"state": BOARD_MEETING.tones}

    def title(self, record: Any) -> str:
        return f"{record.board}, {shown.format_date(record.at)}"

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.board_meeting(record, user)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("board")


class AttendanceEntity(Entity):
    model = Attendance
    help = _("Somebody was at a board meeting.")
    icon = "user-plus"
    frozen = _("Attendance is noted on the page of the meeting, while it is open.")
    list_display = ("user", "meeting", "present")
    list_filter = ("meeting", "user", "present")
    fieldsets = ((_("Attendance"), ("meeting", "user", "present")),)
    ordering = "user"
    natural_key = ("meeting", "user")

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("user")


class BoardItemEntity(Entity):
    model = BoardItem
    help = _("What a board meeting talks about: a service, of one of four kinds, and why it is there.")
    icon = "list-details"
    list_display = ("service", "meeting", "kind", "position", "gate", "reason", "dropped")
    list_filter = ("meeting", "service", "kind")
    search_fields = ("reason", "notes", "advice")
    fieldsets = (
        (_("Agenda item"), ("meeting", "kind", "position", "service", "gate", "reason")),
        (_("What was said"), ("notes", "advice", "dropped")),
    )
    ordering = "position"
    natural_key = ("meeting", "service", "kind")
    related = (("portfolio.vote", "item"),)

    def select(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("service")


class VoteEntity(Entity):
    model = Vote
    help = _("The vote of a seat on an agenda item; it stands until the decision is taken.")
    icon = "check"
    frozen = _("Votes are cast on the page of the meeting, by who sits there.")
    list_display = ("item", "seat", "by", "choice")
    list_filter = ("item", "seat", "by", "choice")
    fieldsets = ((_("Vote"), ("item", "seat", "by", "choice")),)
    ordering = "choice"
    natural_key = ("item", "seat")
    tones = {"choice": {"yes": "good", "no": "bad", "abstain": "none"}}


class DecisionEntity(Entity):
    model = Decision
    help = _("What a board decided: numbered without gaps, never edited, superseded only by another decision.")
    icon = "gavel"
    frozen = _("A decision is taken by a board and never edited; another decision may supersede it.")
    list_display = ("number", "service", "outcome", "taken_on", "yes", "no", "gate", "board")
    list_filter = ("outcome", "service", "board", "taken_on", "hold_until")
    search_fields = ("number", "text")
    fieldsets = (
        (_("Decision"), ("board", "service", "gate", "outcome", "text", "hold_until", "taken_on")),
        (_("Votes"), ("yes", "no", "abstained", "quorum")),
        (_("Before and after"), ("item", "supersedes")),
    )
    ordering = "-taken_on"
    natural_key = ("number",)
    related = (("portfolio.condition", "decision"),)
    calendar = "taken_on"
    tones = {"outcome": OUTCOME_TONES}

    @computed(_("what the board saw"), "structured", help=_("As far as the reader may see it."))
    def seen(self, records: Sequence[Any], user: Any) -> dict[int, Any]:
        """In place of the column: the document holds records that whoever sees the decision may not see."""
        return documents(records, user)

    def standfirst(self, record: Any, user: Any) -> str:
        return sentences.decision(record, user)


class ConditionEntity(Entity):
    model = Condition
    help = _("What has to be true after a go with conditions: who answers for it, until when.")
    icon = "flag"
    list_display = ("text", "decision", "answers", "due", "state")
    list_filter = ("state", "decision", "answers", "due")
    search_fields = ("text", "met_how")
    fieldsets = ((_("Condition"), ("decision", "text", "answers", "due", "met_how")),)
    ordering = "due"
    natural_key = ("decision", "text")
    lifecycle = CONDITION
    board = "state"
    calendar = "due"
    tones = {"state": CONDITION.tones}
