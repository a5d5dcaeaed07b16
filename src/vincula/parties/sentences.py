"""The sentence under a title: what the reader came for, by rules, each sentence translated whole."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.ui import format as shown
from vincula.parties import queries, rules
from vincula.parties.models import ContactRole, Person
from vincula.parties.queries.around import around, last_contact
from vincula.parties.queries.person_and_team import around_team, degree

DEGREES = (
    ("none", gettext_lazy("none")),
    ("once", gettext_lazy("once")),
    ("occasional", gettext_lazy("occasional")),
    ("regular", gettext_lazy("regular")),
)


def paragraph(*sentences: str) -> str:
    """Whole sentences one after the other; empty ones are left out."""
    return " ".join(sentence for sentence in sentences if sentence)


def role_name(role: str) -> str:
    """The word for a contact role."""
    return str(dict(ContactRole.Role.choices).get(role, role))


def silence(days: int | None) -> str:
    """How long nobody was in contact."""
    if days is None:
        return _("Nobody has been in contact yet.")
    if days == 0:
        return _("The last contact was today.")
    return ngettext("The last contact was %(n)s day ago.", "The last contact was %(n)s days ago.", days) % {"n": days}


def vacancy(found: list[rules.Vacancy]) -> str:
    """Which contact roles are vacant."""
    if not found:
        return ""
    if len(found) == 1:
        one = found[0]
        told = {"role": role_name(one.role), "date": shown.format_date(one.since), "person": one.last}
        if one.since and one.last:
            return _("The role “%(role)s” is vacant since %(date)s, when %(person)s left it.") % told
        return _("Nobody holds the role “%(role)s”.") % told
    roles = ", ".join(role_name(one.role) for one in found)
    return ngettext("%(n)s contact role is vacant: %(roles)s.", "%(n)s contact roles are vacant: %(roles)s.", len(found)) % {
        "n": len(found), "roles": roles,
    }  # fmt: skip


def late_tasks(n: int) -> str:
    """How many tasks are late."""
    return ngettext("%(n)s task is late.", "%(n)s tasks are late.", n) % {"n": n} if n else ""


def organisation(record: Any, user: Any) -> str:
    """State, reason, consequence of an organisation."""
    today = clock.today()
    if not record.active:
        return _("This organisation is no longer active.")
    found = around(record, user)
    review = ""
    if rules.is_stale(record.review_date, today):
        review = _("Its record was due for review on %(date)s.") % {"date": shown.format_date(record.review_date)}
    return paragraph(
        silence(rules.silent_days(last_contact(record, user), clock.now())),
        vacancy(found.vacant),
        late_tasks(found.late),
        review,
    )


def group(record: Any, user: Any) -> str:
    """Whether the group is at work."""
    today = clock.today()
    if record.until and record.until < today:
        return _("It ended on %(date)s.") % {"date": shown.format_date(record.until)}
    return ""


def person(record: Any, user: Any) -> str:
    """How close the contact with a person is."""
    return {
        "none": _("Nobody has been in contact in the last 24 months."),
        "once": _("There was one contact in the last 24 months."),
        "occasional": _("In occasional contact in the last 24 months."),
        "regular": _("In regular contact in the last 24 months."),
    }[degree(record, user)]


def team(record: Any, user: Any) -> str:
    """Whether the team lives, how many work in it, what is late."""
    today = clock.today()
    if record.until and record.until < today:
        return _("It ended on %(date)s.") % {"date": shown.format_date(record.until)}
    found = around_team(record, user)
    n = len(found.get("member", ()))
    size = ngettext("%(n)s person works in it.", "%(n)s people work in it.", n) % {"n": n}
    if not n:
        size = _("Nobody works in it yet.")
    late = sum(1 for row in found.get("task", ()) if row.since is not None and row.since < today)
    # Who may not see all people cannot know that there is none: a hidden leader looks like none.
    known = record.leader_id or not door.sees_all(user, Person)
    nobody = "" if known else _("It has no leader.")
    return paragraph(size, nobody, late_tasks(late))


def function(record: Any, user: Any) -> str:
    """What is held of what is needed."""
    held = sum(queries.fte_held([record.pk], user).get(record.pk, []), start=0)
    gap = record.fte_needed - held
    told = {"held": shown.format_number(held), "needed": shown.format_number(record.fte_needed),
            "gap": shown.format_number(abs(gap))}  # fmt: skip
    if gap > 0:
        return _("%(held)s of %(needed)s FTE are held; %(gap)s are missing.") % told
    if gap < 0:
        return _("%(held)s FTE are held, %(gap)s more than the %(needed)s that are needed.") % told
    return _("All of the %(needed)s FTE needed are held.") % told


def interaction(record: Any) -> str:
    """The next step, else the outcome."""
    if record.next_step:
        return _("Next step: %(text)s") % {"text": record.next_step}
    return str(record.outcome)


def meeting(record: Any, user: Any) -> str:
    """What is missing before or after a meeting."""
    if record.at > clock.now():
        return "" if record.agenda or record.items.exists() else _("It has no agenda yet.")
    return "" if record.minutes else _("Its minutes are not written yet.")


def task(record: Any) -> str:
    """How late, or how long there is."""
    today = clock.today()
    if not record.is_open or record.due is None:
        return ""
    days = (record.due - today).days
    if days < 0:
        return ngettext("It is %(n)s day late.", "It is %(n)s days late.", -days) % {"n": -days}
    if days == 0:
        return _("It is due today.")
    return ngettext("It is due in %(n)s day.", "It is due in %(n)s days.", days) % {"n": days}
