"""What runs by the clock: meetings by the rhythm, the next agenda, overdue work and conditions chased (L2, L10)."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from vincula.kernel import clock, jobs, notify
from vincula.kernel.access import door
from vincula.portfolio.actions import agenda
from vincula.portfolio.models import Board, Condition, Deliverable

WORK_DUE, CONDITION_DUE = "portfolio.work_due", "portfolio.condition_due"
AHEAD = timedelta(days=2)


@jobs.task
def prepare_boards() -> None:
    """Plan the meetings of half a year and fill the next agenda of every board that decides."""
    for board in Board.objects.filter(trashed_at=None):
        agenda.plan_meetings(board)
        meeting = agenda.next_meeting(board)
        if meeting is not None:
            agenda.fill(meeting)


@jobs.task
def chase() -> None:
    """Tell who answers for deliverables and conditions that are due or late; once per date."""
    today = clock.today()
    work = Deliverable.objects.filter(trashed_at=None, state__in=("todo", "doing"), due__lte=today + AHEAD)
    for one in (
        work.exclude(assignee=None).exclude(due=None).select_related("assignee", "service").iterator(chunk_size=500)
    ):
        late = one.due is not None and one.due < today
        sentence = (
            gettext_noop("“%(name)s” for %(service)s is late.")
            if late
            else gettext_noop("“%(name)s” for %(service)s is due.")
        )
        notify.about(
            one.assignee,
            WORK_DUE,
            sentence,
            f"work:{one.pk}:{one.due}:{late}",
            one,
            name=one.name,
            service=one.service.name if door.may(one.assignee, "view", one.service) else "…",
        )
    asked = Condition.objects.filter(trashed_at=None, state="open", due__lte=today + AHEAD)
    for each in asked.select_related("answers", "decision").iterator(chunk_size=500):
        late = each.due < today
        sentence = (
            gettext_noop("The condition “%(text)s” is late.")
            if late
            else gettext_noop("The condition “%(text)s” is due.")
        )
        notify.about(
            each.answers, CONDITION_DUE, sentence, f"condition:{each.pk}:{each.due}:{late}", each, text=each.text
        )


def register() -> None:
    """Put them on the clock; called once when the program starts."""
    notify.kind(WORK_DUE, _("a deliverable of mine is due or late"))
    notify.kind(CONDITION_DUE, _("a condition that I answer for is due or late"))
    jobs.every("portfolio.prepare_boards", prepare_boards, daily_at=time(4, 30))
    jobs.every("portfolio.chase", chase, daily_at=time(5, 10))
