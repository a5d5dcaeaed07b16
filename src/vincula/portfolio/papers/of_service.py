"""Papers about a service: description, feasibility report, development plan, discontinuance plan."""

from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from vincula.kernel.papers.asking import Asked, label
from vincula.kernel.papers.declaration import Content
from vincula.kernel.papers.tree import Block, Column, Facts, Figure, Heading, Items, Note, Paragraph, Runs, Table
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import capital
from vincula.portfolio import conditions, sentences
from vincula.portfolio.actions import phases
from vincula.portfolio.models import (
    Decision,
    Dependency,
    Discontinuance,
    Offering,
    Service,
    ServiceText,
    Subscription,
    Supply,
    Track,
    ValueElement,
)
from vincula.portfolio.papers import around, money, written
from vincula.portfolio.papers.told import Told, live
from vincula.portfolio.queries.around import neighbours
from vincula.portfolio.rules import life, ties

PEOPLE = ("service_owner", "project_manager", "technical_lead", "customer_lead")
WARRANTY = ("availability", "capacity", "continuity", "security")
SETTLED = ("ended", "moved", "waived")


def _about(asked: Asked) -> Service:
    assert isinstance(asked.record, Service)
    return asked.record


def _subject(asked: Asked) -> str:
    service = _about(asked)
    return str((service.names or {}).get(asked.language) or service.name)


def _chapter(title: str, blocks: Sequence[Block], level: int = 1) -> list[Block]:
    """A heading with what stands below it; nothing when nothing does."""
    return [Heading(title, level), *blocks] if blocks else []


def _facts(asked: Asked, *names: str) -> list[Block]:
    found = asked.facts(*names)
    return [found] if found.rows else []


def _where(asked: Asked) -> Facts:
    """Code, phase, people."""
    service = _about(asked)
    rows: list[tuple[str, Runs]] = []
    if (phase := around.phase(asked, service)) is not None:
        rows.append((label(asked.entity.fields["phase"]), (phase,)))
    rest = asked.facts("code", "phase_since", "operation_from", *PEOPLE)
    return Facts((*rest.rows[:1], *rows, *rest.rows[1:]) if asked.text("code") else (*rows, *rest.rows))


# ── service description ───────────────────────────────────────────────────────────────────────────────────────────


def description(asked: Asked) -> Content:
    """What it is, what it is worth, what is promised, how it is taken and from whom."""
    service = _about(asked)
    blocks: list[Block] = []
    if service.stage not in ("operation", "shutdown"):
        blocks.append(Note((_("This service is not in operation."),), "warn"))
    elif service.stage == "shutdown":
        blocks.append(Note((_("This service is being ended."),), "warn"))
    blocks += _chapter(_("What it is"), [*asked.prose("purpose"), *_texts(asked, service)])
    blocks += _chapter(_("What it is worth"), [*asked.prose("utility"), *_worth(asked, service)])
    blocks += _chapter(_("What is promised"), _facts(asked, *WARRANTY))
    blocks += _chapter(_("How it is taken"), _offers(asked, service))
    blocks += _chapter(_("What it needs"), _needs(asked, service))
    blocks += _chapter(_("Who answers for it"), [_where(asked)])
    line = service.tagline.get(asked.language) or service.tagline.get("en") or "" if service.tagline else ""
    return Content(tuple(blocks), standfirst=str(line), subject=_subject(asked))


def _texts(asked: Asked, service: Service) -> list[Block]:
    """What is told to each audience in the language of the paper; a missing language is said."""
    rows = list(ServiceText.objects.visible_to(asked.user).filter(service=service).order_by("pk"))
    own = {row.audience: row for row in rows if row.language == asked.language}
    blocks: list[Block] = []
    for audience, title in ServiceText.Audience.choices:
        if (row := own.get(audience)) is not None:
            told = live(asked, "portfolio.servicetext", [row], "text")[0]
            blocks += _chapter(str(title), written.prose_of(told, "text", 2), 2)
    if rows and not own:
        there = ", ".join(sorted({row.language for row in rows}))
        blocks.append(
            Note(
                (
                    _("No text is written in this language yet; there are texts in: %(languages)s.")
                    % {"languages": there},
                ),
                "warn",
            )
        )
    return blocks


def _worth(asked: Asked, service: Service) -> list[Block]:
    rows = list(ValueElement.objects.visible_to(asked.user).filter(service=service).order_by("kind", "pk"))
    if not rows:
        return []
    return [
        asked.table("portfolio.valueelement", rows, {"kind": 1.6, "title": 3, "for_whom": 2, "asset": 2, "judged_by": 2},
                    caption=_("What it is worth, to whom"), empty="")
    ]  # fmt: skip


def _offers(asked: Asked, service: Service) -> list[Block]:
    rows = list(Offering.objects.visible_to(asked.user).filter(service=service).order_by("name_folded", "pk"))
    listed = live(
        asked,
        "portfolio.offering",
        rows,
        "name",
        "names",
        "audience",
        "price_model",
        "price",
        "unit",
        "levels",
        "description",
    )
    heads = (
        Column(_("Offering"), 2.4), Column(_("For whom"), 2), Column(capital(_("price model")), 1.6),
        Column(_("Price"), 1.4, end=True), Column(capital(_("unit")), 1),
    )  # fmt: skip
    cells = tuple(
        ((o.figure("name", o.name()),), o.cell("audience"), o.cell("price_model"), _price(o), o.cell("unit"))
        for o in listed
    )
    blocks: list[Block] = [written.slim(Table(_("Offerings"), heads, cells, _("There is no offering yet.")))]
    for each in listed:
        said = [*written.prose_of(each, "description"), *written.prose_of(each, "levels")]
        blocks += _chapter(each.name(), said, 2)
    return blocks


def _price(told: Told) -> Runs:
    price = told.money_figure("price")
    return (price,) if price else ()


def _needs(asked: Asked, service: Service) -> list[Block]:
    rows = list(Dependency.objects.visible_to(asked.user).filter(service=service).order_by("pk"))
    if not rows:
        return []
    return [
        asked.table("portfolio.dependency", rows, {"needs": 3, "kind": 2, "note": 3},
                    caption=_("Services that it needs"), empty="")
    ]  # fmt: skip


# ── feasibility report ────────────────────────────────────────────────────────────────────────────────────────────


def feasibility(asked: Asked) -> Content:
    """The proposal, the demand, what both tracks found, the business case, what the gate still misses."""
    service = _about(asked)
    work = around.deliverables(asked, service, "assessment", "feasibility")
    blocks: list[Block] = [Heading(_("The proposal")), _where(asked), *asked.prose("purpose")]
    for name, title in (("strategic_goal", capital(_("strategic goal"))), ("benefits", capital(_("benefits"))),
                        ("demand_forecast", capital(_("demand forecast"))), ("resources_needed", capital(_("resources needed")))):  # fmt: skip
        blocks += _chapter(title, asked.prose(name), 2)
    blocks += _chapter(_("Demand"), around.demand(asked, service))
    for track, name_ in Track.choices:
        own = [told for told in work if told.values.get("track") == track]
        blocks += [Heading(str(name_)), *written.papers(own, 2, _("This track has no deliverables."))]
    blocks += _chapter(_("Business case"), money.blocks(money.of(service, asked)))
    blocks += _chapter(_("Gate"), gate(asked, service))
    done = bool(work) and all(told.values.get("state") in life.CLOSED for told in work)
    return Content(
        tuple(blocks), standfirst=sentences.service(service, asked.user), subject=_subject(asked), draft=not done
    )


def gate(asked: Asked, service: Service) -> list[Block]:
    """For each way out of the phase: what is missing, what the board looks at, what it has decided."""
    blocks: list[Block] = []
    for way in phases.gates(service):
        names = (around.phase_name(phase, asked.language) for phase in (way.source, way.target))
        blocks.append(Heading(" – ".join(names), 2))
        missing = conditions.against(way.conditions, service, conditions.Look(viewer=asked.user))
        blocks += missing_of(missing)
        if way.criteria:
            blocks += [
                Paragraph((_("What the board looks at:"),)),
                Items(tuple((str(_(c)),) for c in way.criteria if c)),
            ]
    return [*blocks, *decisions(asked, service)]


def missing_of(sentences_: Sequence[str]) -> list[Block]:
    """What is missing, or that nothing is."""
    if not sentences_:
        return [Note((_("The papers are complete."),), "good")]
    return [Note((capital(said),), "bad") for said in sentences_]


def decisions(asked: Asked, service: Service) -> list[Block]:
    """Decisions of boards about it, in order."""
    rows = list(Decision.objects.visible_to(asked.user).filter(service=service).order_by("taken_on", "pk"))
    if not rows:
        return []
    return [
        asked.table("portfolio.decision", rows, {"number": 1.4, "taken_on": 1.5, "outcome": 2, "yes": 1.1, "no": 1.1, "hold_until": 1.4},
                    caption=_("Decisions so far"), empty="")
    ]  # fmt: skip


# ── service development plan ──────────────────────────────────────────────────────────────────────────────────────


def development(asked: Asked) -> Content:
    """The service, the plan section by section, the other papers of the phase, cost, pilots, decisions (L6)."""
    service = _about(asked)
    work = around.deliverables(asked, service, "development")
    plans = [told for told in work if told.values.get("content_kind") == "development_plan"]
    others = [told for told in work if told not in plans]
    blocks: list[Block] = [Heading(_("The service")), _where(asked), *asked.prose("purpose")]
    for name, title in (
        ("technical_requirements", _("Technical requirements")),
        ("user_requirements", _("User requirements")),
    ):
        blocks += _chapter(title, asked.prose(name), 2)
    blocks += _chapter(
        _("Expected life"), _facts(asked, "life_from", "life_until", "target_penetration", "least_penetration"), 2
    )
    blocks += _chapter(_("The plan"), written.papers(plans, 2, _("Nothing was written.")))
    if others:
        blocks += [Heading(_("Adoption, try-out, workflow")), *written.papers(others, 2, "")]
    suppliers = list(Supply.objects.visible_to(asked.user).filter(service=service).order_by("pk"))
    if suppliers:
        blocks += [Heading(_("Suppliers")), asked.table(
            "portfolio.supply", suppliers, {"supplier": 2, "what": 2, "contract": 1.5, "since": 1.2, "until": 1.2}, caption=capital(_("supplies")), empty=""
        )]  # fmt: skip
    blocks += _chapter(_("Business case"), money.blocks(money.of(service, asked)))
    blocks += _chapter(_("Pilots"), around.pilots(asked, service))
    blocks += _chapter(_("Decisions"), [around.way(asked, service), *decisions(asked, service)])
    done = bool(plans) and all(told.values.get("state") == "done" for told in plans)
    return Content(
        tuple(blocks), standfirst=sentences.service(service, asked.user), subject=_subject(asked), draft=not done
    )


# ── discontinuance plan ───────────────────────────────────────────────────────────────────────────────────────────


def discontinuance(asked: Asked) -> Content:
    """Why and when it ends, what is told and offered, who is touched and how far each has got, what breaks (L9)."""
    service = _about(asked)
    plan = Discontinuance.objects.visible_to(asked.user).filter(service=service).first()
    work = [
        told for told in around.deliverables(asked, service, "shutdown")
        if told.values.get("content_kind") == "discontinuance_plan" and told.values.get("content")
    ]  # fmt: skip
    blocks: list[Block] = [Heading(_("The end")), _where(asked)]
    standfirst = ""
    if plan is None:
        blocks.append(Note((_("There is no discontinuance plan."),), "warn"))
    else:
        told = live(asked, "portfolio.discontinuance", [plan], "noticed_on", "notice_months", "ends_on", "reason", "communication", "alternatives", "phase_out")[0]  # fmt: skip
        standfirst = sentences.discontinuance(plan, asked.user)
        blocks += around.ends(told)
    blocks += _chapter(
        _("Papers of the phase"), [b for d in work for b in (Heading(d.name(), 2), *written.paper(d, 3))]
    )
    blocks += _chapter(_("Impact on customers"), _impact(asked, service))
    blocks += _chapter(_("What breaks if it goes"), _breaks(asked, service))
    blocks += _chapter(_("How it fared"), around.status(around.reports(asked, service)))
    blocks += _chapter(_("Decisions"), decisions(asked, service))
    decided = service.stage in ("shutdown", "retired")
    return Content(tuple(blocks), standfirst=standfirst, subject=_subject(asked), draft=plan is None or not decided)


def _impact(asked: Asked, service: Service) -> list[Block]:
    """Each subscription with what became of it, and how many are settled."""
    rows = list(
        Subscription.objects.visible_to(asked.user).filter(offering__service=service)
        .order_by(F("state").asc(), "organisation__name_folded", "pk")
    )  # fmt: skip
    if not rows:
        return [Paragraph((_("Nobody subscribes to it, as far as you may see."),))]
    names = ("organisation", "offering", "state", "until", "moved_to", "waived_on")
    table = asked.table("portfolio.subscription", rows, dict(zip(names, (2.4, 1.6, 1.6, 1.7, 1.7, 1.7), strict=True)),
                        caption=capital(_("subscriptions")), empty="")  # fmt: skip
    leaving = conditions.leaving(service, conditions.Look(viewer=asked.user))
    if len({row.organisation_id for row in rows}) != len(leaving):
        return [table]  # some are hidden: a share of the rest would mislead
    settled, share = sum(one.settled for one in leaving), life.moved_share(leaving)
    figure = Figure(shown.percent(share, 1), "portfolio.service", service.pk, ":settled", str(share))
    said = _("Settled: %(settled)s of %(all)s, %(share)s.") % {
        "settled": settled, "all": len(leaving), "share": "\0share\0"
    }  # fmt: skip
    blocks: list[Block] = [Paragraph(written.with_figures(said, {"share": figure})), table]
    if left := life.all_have_left(leaving):
        blocks.append(Note((left,), "warn"))
    return blocks


def _breaks(asked: Asked, service: Service) -> list[Block]:
    edges, seen = neighbours(asked.user)
    reached = ties.nearest(ties.steps(ties.among(edges, seen), to_needed=False), service.pk)
    broken = Service.objects.visible_to(asked.user).filter(pk__in=reached).order_by("name_folded", "pk")
    return [
        asked.table("portfolio.service", list(broken), {"name": 3, "code": 1, "stage": 2, "service_owner": 2},
                    caption=_("Services that need it, directly or through others"), empty=_("No other service needs it."))
    ]  # fmt: skip
