"""What runs by the clock: reminders of due tasks and of records to review (requirement E16)."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from vincula.kernel import clock, jobs, notify
from vincula.parties import rules
from vincula.parties.lifecycles import OPEN
from vincula.parties.models import Organisation, Task

TASK_DUE, REVIEW_DUE = "parties.task_due", "parties.review_due"
AHEAD = timedelta(days=1)


@jobs.task
def remind() -> None:
    """Tell those who do them of tasks due tomorrow or earlier, and stewards of records to review; once per date."""
    _tasks()
    _reviews()


def _tasks() -> None:
    today = clock.today()
    due = Task.objects.filter(trashed_at=None, state__in=OPEN, due__lte=today + AHEAD).exclude(assignee=None)
    for task in due.select_related("assignee").iterator(chunk_size=500):
        late = rules.is_late(task.due, True, today)
        sentence = (
            gettext_noop("The task “%(title)s” is late.") if late else gettext_noop("The task “%(title)s” is due.")
        )
        notify.about(task.assignee, TASK_DUE, sentence, f"task:{task.pk}:{task.due}:{'late' if late else 'due'}", task,
              title=task.title)  # fmt: skip


def _reviews() -> None:
    due = Organisation.objects.filter(trashed_at=None, active=True, review_date__lte=clock.today()).exclude(
        steward=None
    )
    for organisation in due.select_related("steward").iterator(chunk_size=500):
        notify.about(
            organisation.steward, REVIEW_DUE, gettext_noop("The record of %(name)s is due for review."),
            f"review:{organisation.pk}:{organisation.review_date}", organisation, name=organisation.name,
        )  # fmt: skip


def register() -> None:
    """Put reminders on the clock; called once when the program starts."""
    notify.kind(TASK_DUE, _("a task of mine is due or late"))
    notify.kind(REVIEW_DUE, _("a record in my care is to be reviewed"))
    jobs.every("parties.remind", remind, daily_at=time(5, 0))
