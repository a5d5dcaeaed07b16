"""What stands around a service, as parts of papers: demand, pilots, status reports, where it is on its way."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel.charts.declaration import Chart, Series
from vincula.kernel.entity import registry
from vincula.kernel.papers.asking import Asked, label
from vincula.kernel.papers.tree import Block, Column, Facts, Figure, Heading, Note, Paragraph, Picture, Runs, Table
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import capital
from vincula.portfolio import sentences
from vincula.portfolio.models import (
    Deliverable,
    Need,
    Phase,
    PhaseRun,
    Pilot,
    PilotCriterion,
    PilotCustomer,
    Service,
    StatusReport,
)
from vincula.portfolio.papers import written
from vincula.portfolio.papers.told import Told, live
from vincula.portfolio.rules import life, scoring

HEAVIEST = (5, 4)
COMPARATORS = dict(PilotCriterion.Comparator.choices)
VERDICTS = dict(PilotCustomer.Verdict.choices)
HOW_IT_FARES = dict(StatusReport.Verdict.choices)


# ── where it is ───────────────────────────────────────────────────────────────────────────────────────────────────


def phase_name(phase: Phase, language: str) -> str:
    """A phase in the language of the paper."""
    return sentences.phase_name(phase, language)


def phase(asked: Asked, service: Service) -> Figure | None:
    """The phase that the service is in, in the language of the paper."""
    found = asked.figure("phase", service)
    if found is None:
        return None
    text = phase_name(service.phase, asked.language)
    return Figure(text, found.entity, found.pk, "phase", found.value, url=found.url)


def way(asked: Asked, service: Service) -> Table:
    """Every phase that it was in, with days and decision."""
    rows = list(
        PhaseRun.objects.visible_to(asked.user).filter(service=service).select_related("phase").order_by("since", "pk")
    )
    listed = live(asked, "portfolio.phaserun", rows, "phase", "since", "until", "decision")
    cells = tuple(
        (told.cell("phase", phase_name(row.phase, asked.language)), told.day_cell("since"), told.day_cell("until"),
         told.cell("decision"))
        for row, told in zip(rows, listed, strict=True)
    )  # fmt: skip
    heads = (Column(_("Phase"), 3), Column(_("Since"), 1.4), Column(_("Until"), 1.4), Column(_("Decision"), 1.4))
    return written.slim(Table(_("The way so far"), heads, cells, _("No phase is recorded.")))


def deliverables(asked: Asked, service: Service, *stages: str) -> list[Told]:
    """Deliverables of phases at these stages, in the order of the phase model."""
    rows = Deliverable.objects.visible_to(asked.user).filter(service=service, phase__stage__in=stages)
    return live(
        asked, "portfolio.deliverable", list(rows.order_by("phase__position", "-track", "planned__position", "pk")),
        *written.FIELDS,
    )  # fmt: skip


# ── demand ────────────────────────────────────────────────────────────────────────────────────────────────────────


def demand(asked: Asked, service: Service) -> list[Block]:
    """How many needs of how many organisations stand behind it, how heavy they are, and which they are."""
    rows = list(
        Need.objects.visible_to(asked.user).filter(service=service).exclude(state="declined").order_by("-weight", "pk")
    )
    listed = live(asked, "portfolio.need", rows, "title", "organisation", "source", "weight", "requirement")
    if not rows:
        return [Paragraph((_("No need stands behind it yet."),))]
    asking = {row.organisation_id for row, told in zip(rows, listed, strict=True) if told.text("organisation")}
    query = f"service={service.pk}&state__not=declined"
    many = asked.counted(len(rows), "portfolio.need", query)
    of = ngettext("%(n)s organisation", "%(n)s organisations", len(asking)) % {"n": "\0of\0"}
    said = ngettext(
        "%(n)s need of %(organisations)s stands behind it.",
        "%(n)s needs of %(organisations)s stand behind it.",
        len(rows),
    ) % {"n": "\0n\0", "organisations": of}
    entity = registry.get("portfolio.need")
    asks = Figure(
        shown.format_number(len(asking)),
        entity.key,
        field="organisation",
        value=len(asking),
        query=query,
        url=f"{entity.path}?{query}",
    )
    heads = (
        Column(_("Need"), 3),
        Column(_("Organisation"), 2),
        Column(_("Source"), 1.2),
        Column(_("Weight"), 0.9, end=True),
    )
    cells = tuple(
        (told.cell("title"), told.cell("organisation"), told.cell("source"), told.number_cell("weight"))
        for told in listed
    )
    return [
        Paragraph(written.with_figures(said, {"n": many, "of": asks})),
        Picture(weights(listed), told=False),
        Table(_("Needs, the heaviest first"), heads, cells, ""),
    ]


def weights(listed: Sequence[Told]) -> Chart:
    """How many needs are how heavy."""
    counts = Counter(int(told.number("weight") or 0) for told in listed)
    values = tuple(counts.get(weight, 0) for weight in range(1, 6))
    heavy = sum(counts.get(weight, 0) for weight in HEAVIEST)
    summary = ngettext(
        "%(n)s of %(all)s needs weighs 4 or 5: they can hardly go on without it.",
        "%(n)s of %(all)s needs weigh 4 or 5: they can hardly go on without it.",
        heavy,
    ) % {"n": heavy, "all": len(listed)}
    series = Series(_("Needs"), values, tuple(shown.format_number(v) for v in values))
    return Chart(_("How much is it needed?"), _("needs"), _("weight, from good to have (1) to indispensable (5)"),
                 tuple("12345"), (series,), summary)  # fmt: skip


def needs_then(listed: Sequence[Told]) -> list[Block]:
    """The needs that a board saw: their organisations are not among what was kept."""
    if not listed:
        return [Paragraph((_("No need stood behind it."),))]
    heads = (Column(_("Need"), 4), Column(_("Weight"), 1, end=True))
    cells = tuple((told.cell("title"), told.number_cell("weight")) for told in listed)
    return [Picture(weights(listed), told=False), Table(_("Needs behind it"), heads, cells, "")]


# ── pilots ────────────────────────────────────────────────────────────────────────────────────────────────────────


def pilots(asked: Asked, service: Service) -> list[Block]:
    """Pilots with criteria, results and verdicts, as they are."""
    rows = list(Pilot.objects.visible_to(asked.user).filter(service=service).order_by("since", "pk"))
    listed = live(asked, "portfolio.pilot", rows, "name", "since", "until", "aim", "feedback")
    criteria = list(PilotCriterion.objects.visible_to(asked.user).filter(pilot__in=rows).order_by("pk"))
    customers = list(PilotCustomer.objects.visible_to(asked.user).filter(pilot__in=rows).order_by("pk"))
    asks = live(
        asked, "portfolio.pilotcriterion", criteria, "name", "comparator", "target", "unit", "result", "evidence"
    )
    says = live(asked, "portfolio.pilotcustomer", customers, "organisation", "verdict", "satisfaction", "said")
    blocks: list[Block] = []
    for told in listed:
        own = [t for row, t in zip(criteria, asks, strict=True) if row.pilot_id == told.pk]
        who = [t for row, t in zip(customers, says, strict=True) if row.pilot_id == told.pk]
        blocks += pilot(told, own, who)
    return blocks or [Paragraph((_("No pilot was held."),))]


def pilots_then(listed: Sequence[Told], criteria: Sequence[Told], verdicts: Sequence[Told]) -> list[Block]:
    """The same as a board saw them."""
    blocks: list[Block] = []
    for told in listed:
        own = [each for each in criteria if each.values.get("pilot") == told.pk]
        blocks += pilot(told, own, [each for each in verdicts if each.values.get("pilot") == told.pk])
    return blocks


def pilot(told: Told, criteria: Sequence[Told], customers: Sequence[Told]) -> list[Block]:
    """One pilot: its aim, what it had to show and showed, who said what."""
    blocks: list[Block] = [Heading(told.text("name") or told.text("title"), 2)]
    period = _("%(since)s to %(until)s") % {"since": "\0since\0", "until": "\0until\0"}
    days = {name: told.figure(name, shown.format_date(told.day(name))) for name in ("since", "until") if told.day(name)}
    blocks += [Paragraph(written.with_figures(period, days)), *written.prose_of(told, "aim")]
    blocks.append(_criteria(criteria))
    met = [_is_met(c) for c in criteria]
    if criteria and (share := scoring.percent(sum(m is True for m in met), len(met))) is not None:
        said = _("%(met)s of %(all)s criteria = %(share)s") % {
            "met": sum(m is True for m in met), "all": len(met), "share": "\0share\0"
        }  # fmt: skip
        figure = told.figure(":met", shown.percent(share, 1), str(share))
        blocks.append(Note(written.with_figures(said, {"share": figure}), "good" if all(met) else "warn"))
    return [*blocks, *_verdicts(told, customers), *written.prose_of(told, "feedback")]


def _is_met(told: Told) -> bool | None:
    target = told.number("target")
    comparator = str(told.values.get("comparator", "at_least"))
    return None if target is None else life.criterion_is_met(comparator, target, told.number("result"))


def _criteria(criteria: Sequence[Told]) -> Table:
    words = {True: _("met"), False: _("not met"), None: _("no result yet")}
    heads = (
        Column(_("Criterion"), 2.4), Column("", 1), Column(capital(_("target")), 1, end=True), Column(_("Result"), 1, end=True),
        Column(capital(_("unit")), 1), Column(_("Verdict"), 1.3),
    )  # fmt: skip
    cells = tuple(
        (c.cell("name"), c.cell("comparator", str(COMPARATORS.get(c.values.get("comparator", ""), ""))),
         c.number_cell("target"), c.number_cell("result"), c.cell("unit"), (words[_is_met(c)],))
        for c in criteria
    )  # fmt: skip
    return written.slim(Table(_("Criteria fixed before the pilot"), heads, cells, _("No criteria are fixed yet.")))


def _verdicts(told: Told, customers: Sequence[Told]) -> list[Block]:
    hidden = _("others that you may not see")
    cells = tuple(
        ((c.figure("organisation", c.text("organisation"), c.values.get("organisation")) if c.text("organisation") else hidden,),
         c.cell("verdict", str(VERDICTS.get(c.values.get("verdict", ""), ""))), c.number_cell("satisfaction"))
        for c in customers
    )  # fmt: skip
    heads = (
        Column(_("Organisation"), 3),
        Column(_("Verdict"), 1.4),
        Column(capital(_("satisfaction, 1–5")), 1.4, end=True),
    )
    rated = life.mean([n for c in customers if (n := c.number("satisfaction")) is not None])
    total: tuple[Runs, ...] = ()
    if rated is not None:
        total = ((_("Mean"),), (), (told.figure(":satisfaction", shown.format_number(rated, 2), str(rated)),))
    return [Table(_("Verdicts of the customers"), heads, cells, _("No customer takes part yet."), total)]


# ── status ────────────────────────────────────────────────────────────────────────────────────────────────────────


def reports(asked: Asked, service: Service) -> list[Told]:
    """Status reports, the earliest first."""
    rows = list(StatusReport.objects.visible_to(asked.user).filter(service=service).order_by("until", "since", "pk"))
    return live(
        asked, "portfolio.statusreport", rows, "since", "until", "score", "verdict", "usage", "technical", "technology"
    )


def status(listed: Sequence[Told]) -> list[Block]:
    """The trend of the scores as a chart, and the reports as a table."""
    if not listed:
        return []
    blocks: list[Block] = []
    if chart := trend(listed):
        blocks.append(Picture(chart, told=False))
    heads = (
        Column(label(registry.get("portfolio.statusreport").fields["since"]), 1.3),
        Column(label(registry.get("portfolio.statusreport").fields["until"]), 1.3),
        Column(_("Verdict"), 1.3),
        Column(capital(_("score, 0–100")), 1.2, end=True),
    )
    cells = tuple(
        (r.day_cell("since"), r.day_cell("until"), r.cell("verdict", str(HOW_IT_FARES.get(r.values.get("verdict", ""), ""))),
         r.number_cell("score"))
        for r in listed
    )  # fmt: skip
    return [*blocks, Table(_("Status reports"), heads, cells, "")]


def trend(listed: Sequence[Told]) -> Chart | None:
    """The scores one after the other; None for fewer than two."""
    scores = {r.day("until"): r.number("score") for r in listed if r.number("score") is not None and r.day("until")}
    if len(scores) < 2:
        return None
    values = tuple(int(score or 0) for score in scores.values())
    summary = _("The score went from %(first)s to %(last)s.") % {"first": values[0], "last": values[-1]}
    series = Series(_("Score"), values, tuple(map(str, values)))
    labels = tuple(shown.format_date(day) for day in scores)
    return Chart(
        _("How does it fare?"), _("score, 0–100"), _("end of the period"), labels, (series,), summary, shape="lines"
    )


# ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────


def ends(told: Told) -> list[Block]:
    """A discontinuance plan: notice, earliest end, end, and what is told, offered and done."""
    rows: list[tuple[str, Runs]] = [
        (capital(_("notice given on")), told.day_cell("noticed_on")),
        (capital(_("months of notice")), told.number_cell("notice_months")),
    ]
    noticed, months = told.day("noticed_on"), told.number("notice_months")
    if noticed is not None and months is not None:
        earliest = life.months_later(noticed, int(months))
        rows.append(
            (_("Earliest end"), (told.figure(":earliest_end", shown.format_date(earliest), earliest.isoformat()),))
        )
    blocks: list[Block] = [Facts((*rows, (capital(_("ends on")), told.day_cell("ends_on"))))]
    for name, title in (("reason", _("Reason")), ("communication", _("Communication plan")),
                        ("alternatives", _("Alternatives offered")), ("phase_out", _("Technical phase-out"))):  # fmt: skip
        blocks += [Heading(title, 2), *(written.prose_of(told, name) or [Paragraph((_("Nothing was written."),))])]
    return blocks
