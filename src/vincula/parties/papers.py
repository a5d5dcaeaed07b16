"""Papers of this room: what we hold on an organisation and do with it."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from vincula.kernel.access import door
from vincula.kernel.charts.declaration import Chart, Series
from vincula.kernel.papers.asking import Asked
from vincula.kernel.papers.declaration import PAPERS, Content, Paper
from vincula.kernel.papers.tree import Block, Heading, Items, Note, Paragraph, Picture
from vincula.kernel.ui import format as shown
from vincula.parties import sentences
from vincula.parties.lifecycles import OPEN
from vincula.parties.models import (
    Affiliation,
    ContactRole,
    Interaction,
    Meeting,
    Organisation,
    OrganisationRelation,
    Person,
    Task,
)
from vincula.parties.models.dated import holding
from vincula.parties.queries.around import around

FACTS = (
    "acronym", "kind", "names", "parent", "successor", "country", "region", "city", "website", "established",
    "disciplines", "tariff_category", "relation", "steward", "review_date", "tags", "references",
)  # fmt: skip
MONTHS = 12


def register() -> None:
    """Called once when the program starts."""
    PAPERS.put(Paper(
        "profile", pgettext_lazy("paper", "Profile"), "parties.organisation", content=profile,
        help=gettext_lazy("Who they are, who speaks for them and for us, what was said in twelve months, and what is open."),
    ))  # fmt: skip


def profile(asked: Asked) -> Content:
    """Facts, people and functions, contacts of twelve months as chart and table, open work."""
    record = asked.record
    assert isinstance(record, Organisation)
    blocks: list[Block] = [Heading(_("What it is")), asked.facts(*FACTS)]
    if description := asked.prose("description"):
        blocks += [Heading(_("What it does for itself and with us"), 2), *description]
    blocks += [*_relations(asked), *_people(asked, record), *_contacts(asked), *_open_work(asked)]
    name = (record.names or {}).get(asked.language) or record.name
    return Content(tuple(blocks), standfirst=sentences.organisation(record, asked.user), subject=name)


def _relations(asked: Asked) -> list[Block]:
    rows = (
        OrganisationRelation.objects.visible_to(asked.user)
        .filter(organisation_id=asked.record.pk)
        .order_by("since", "pk")
    )
    return [
        Heading(_("What it is to us")),
        asked.table("parties.organisationrelation", list(rows), {"kind": 2, "since": 1.4, "until": 1.4, "note": 3},
                    caption=_("Relations"), empty=_("No relation is recorded.")),
    ]  # fmt: skip


def _people(asked: Asked, record: Organisation) -> list[Block]:
    seen = door.leading_to("person", Person, asked.user)
    roles = (
        ContactRole.objects.visible_to(asked.user).filter(seen, holding(), organisation=record).order_by("role", "pk")
    )
    staff = Affiliation.objects.visible_to(asked.user).filter(seen, holding(), organisation=record)
    found = around(record, asked.user)
    blocks: list[Block] = [
        Heading(_("People and functions")),
        asked.table("parties.contactrole", list(roles), {"role": 2, "person": 2, "since": 1.3, "note": 2},
                    caption=_("Contact roles held today"), empty=_("Nobody holds a contact role today.")),
    ]  # fmt: skip
    if vacant := sentences.vacancy(found.vacant):
        blocks.append(Note((vacant,), "warn"))
    blocks.append(
        asked.table("parties.affiliation", list(staff.order_by("person__family_folded", "pk")),
                    {"person": 2, "job_title": 3, "since": 1.2},
                    caption=_("Who works there, as far as we know"), empty=_("Nobody is known to work there."))
    )  # fmt: skip
    teams: dict[str, list[str]] = {}
    for member in found.team:
        does = f"{member.title} ({member.more})" if member.more else member.title
        teams.setdefault(member.note, []).append(does)
    if teams:
        blocks += [
            Heading(_("Who of ours serves it"), 2),
            Items(tuple((f"{t}: {', '.join(p)}",) for t, p in teams.items())),
        ]
    return blocks


def _contacts(asked: Asked) -> list[Block]:
    """Twelve whole months back from the month we are in."""
    months = _months(asked.at)
    since = f"{months[0]:%Y-%m-%d}"
    rows = list(
        Interaction.objects.visible_to(asked.user)
        .filter(organisation_id=asked.record.pk, at__gte=months[0], at__lte=asked.at).order_by("-at", "-pk")
    )  # fmt: skip
    query = f"organisation={asked.record.pk}&at__from={since}"
    many = asked.counted(len(rows), "parties.interaction", query)
    said = ngettext("%(n)s interaction since %(date)s.", "%(n)s interactions since %(date)s.", len(rows))
    before, _n, after = said.partition("%(n)s")
    date = {"date": shown.format_date(months[0], "long")}
    blocks: list[Block] = [Heading(_("Contacts of twelve months")), Paragraph((before % date, many, after % date))]
    if rows:
        blocks.append(Picture(_chart(rows, months)))
    return [
        *blocks,
        asked.table("parties.interaction", rows, {"at": 1.6, "kind": 1.3, "subject": 3, "outcome": 3},
                    caption=_("Interactions, the latest first"), empty=_("Nobody was in contact in these months.")),
    ]  # fmt: skip


def _months(at: datetime) -> list[datetime]:
    """The first moments of the twelve months that end with the one of ``at``, where the reader lives."""
    here = timezone.localtime(at)
    found = []
    for back in range(MONTHS - 1, -1, -1):
        year, month = divmod(here.year * 12 + here.month - 1 - back, 12)
        found.append(timezone.make_aware(datetime(year, month + 1, 1)))  # noqa: DTZ001  # aware by the reader's zone
    return found


def _chart(rows: list[Any], months: list[datetime]) -> Chart:
    counts = Counter(f"{timezone.localtime(row.at):%Y-%m}" for row in rows)
    values = tuple(counts.get(f"{month:%Y-%m}", 0) for month in months)
    labels = tuple(shown.month(month) for month in months)
    most = max(range(len(values)), key=values.__getitem__)
    summary = ngettext(
        "Most in %(month)s: %(n)s interaction.", "Most in %(month)s: %(n)s interactions.", values[most]
    ) % {"month": labels[most], "n": shown.format_number(values[most])}  # fmt: skip
    texts = tuple(shown.format_number(value) for value in values)
    many = Series(_("Interactions"), values, texts)
    return Chart(_("How often were we in contact?"), _("interactions"), _("month"), labels, (many,), summary)


def _open_work(asked: Asked) -> list[Block]:
    tasks = Task.objects.visible_to(asked.user).filter(organisation_id=asked.record.pk, state__in=OPEN)
    meetings = Meeting.objects.visible_to(asked.user).filter(organisation_id=asked.record.pk, at__gte=asked.at)
    return [
        Heading(_("What is open")),
        asked.table("parties.task", list(tasks.order_by(F("due").asc(nulls_last=True), "pk")),
                    {"title": 4, "state": 1.3, "due": 1.5, "assignee": 2}, caption=_("Open tasks"), empty=_("No task is open.")),
        asked.table("parties.meeting", list(meetings.order_by("at", "pk")), {"at": 2, "title": 4, "place": 2},
                    caption=_("Planned meetings"), empty=_("No meeting is planned.")),
    ]  # fmt: skip
