"""What stands around one service, in two statements whatever the number of rows: its page and its gate show it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, Q

from vincula.kernel.access import door, gathered
from vincula.kernel.entity import registry
from vincula.parties.models import Organisation
from vincula.portfolio import conditions
from vincula.portfolio.models import (
    BoardItem,
    BusinessCase,
    CostLine,
    Decision,
    Deliverable,
    Dependency,
    IncomeLine,
    Need,
    Offering,
    Phase,
    PhaseGate,
    PhaseRun,
    Pilot,
    PilotCriterion,
    Service,
    ServiceText,
    StatusReport,
    Subscription,
)
from vincula.portfolio.queries import demand, reach
from vincula.portfolio.queries.cases import withholds_lines
from vincula.portfolio.rules import ties

NEEDS, REPORTS, DECISIONS = 8, 6, 5  # shown at most


class Neighbour(NamedTuple):
    """What is told of a service that another one needs, or that needs it."""

    pk: int
    code: str
    name: str
    stage: str


@dataclass
class Around:
    """Records around a service, as one reader may see them; ``look`` holds what its gates look at."""

    look: conditions.Look
    reach: reach.Reach
    demand: demand.Demand
    phases: list[Phase] = field(default_factory=list)
    gates: list[PhaseGate] = field(default_factory=list)
    runs: list[PhaseRun] = field(default_factory=list)
    led: dict[int, tuple[int, str]] = field(default_factory=dict)  # {run: (decision, its number)}
    standing: dict[int, Decision] = field(default_factory=dict)  # {gate: the decision about it that holds}
    readable: set[int] = field(default_factory=set)  # decisions of ``standing`` that may be seen
    decisions: list[Decision] = field(default_factory=list)
    work: list[Deliverable] = field(default_factory=list)
    meeting: Any = None  # when a board next talks about it
    needs: list[Need] = field(default_factory=list)
    asking: dict[int, str] = field(default_factory=dict)  # {need: whose it is}
    cases: list[BusinessCase] = field(default_factory=list)
    costs: list[CostLine] = field(default_factory=list)  # lines of the cases, as far as the reader may see them
    income: list[IncomeLine] = field(default_factory=list)
    withheld: bool = False  # a field of the cases or of their lines is kept from the reader
    pilots: list[Pilot] = field(default_factory=list)
    criteria: list[PilotCriterion] = field(default_factory=list)
    offerings: list[Offering] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)  # {offering: organisations that take it}
    reports: list[StatusReport] = field(default_factory=list)
    edges: list[ties.Edge] = field(default_factory=list)
    services: dict[int, Neighbour] = field(default_factory=dict)  # that need or are needed
    languages: set[str] = field(default_factory=set)  # with a text for users

    def sees_every_line(self, cases: Sequence[BusinessCase]) -> bool:
        """``queries.cases.sees_every_line`` of cases of the service, without asking again."""
        ids = {case.pk for case in cases}
        if self.withheld:
            return False
        papers = self.look.read.values()
        there = [line.case_id for each in papers for line in each.costs]
        there += [line.case_id for each in papers for line in each.income]
        seen = [line.case_id for line in self.costs] + [line.case_id for line in self.income]
        return sum(pk in ids for pk in there) == sum(pk in ids for pk in seen)


def around(service: Service, user: Any) -> Around:
    """Read once per record object and reader; the standfirst, the head, the gate and the sections share it."""
    kept: dict[Any, Around] = service.__dict__.setdefault("_around", {})
    key = (user.pk, service.version)
    if key not in kept:
        kept[key] = _read(service, user)
    return kept[key]


def _read(service: Service, user: Any) -> Around:
    def parts(pk: int, phase: int, model: int, ids: tuple[int, ...]) -> list[gathered.Part]:
        return [
            *reach.parts(ids, user, shown=True), *demand.parts(pk, user), *_life(pk, phase, model, user), *_decided(pk, phase, user),
            *_work(pk, phase, user), *_offered(pk, user), *_neighbours(user),
        ]  # fmt: skip

    told = gathered.gather(
        "around a service", user, parts, pk=service.pk, phase=service.phase_id, model=service.phase_model_id,
        ids=(service.pk,),
    )  # fmt: skip
    found = Around(
        conditions.looking([service], user), reach.worked_out(told, [service.pk], user)[service.pk],
        next((demand.Demand(*row) for row in told["demand"]), demand.Demand()),
    )  # fmt: skip
    for name in ("phases", "gates", "runs", "work", "needs", "cases", "costs", "income", "pilots", "criteria",
                 "offerings", "reports", "edges", "decisions"):  # fmt: skip
        setattr(found, name, told[name])
    found.led = {run: (pk, number) for run, pk, number in told["led"]}
    found.standing = {d.gate_id: d for d in sorted(told["standing"], key=lambda d: d.pk) if d.gate_id}
    found.readable = {pk for (pk,) in told["readable"]}
    found.meeting = min((at for (at,) in told["meeting"]), default=None)
    found.asking, found.taken = dict(told["asking"]), dict(told["taken"])
    found.services = {row[0]: Neighbour(*row) for row in told["services"]}
    found.withheld = withholds_lines(user)
    found.languages = {language for (language,) in told["languages"]}
    _sort(found)
    return found


def _sort(found: Around) -> None:
    """Rows of one statement come in no order."""
    by_pk = {phase.pk: phase for phase in found.phases}
    found.phases.sort(key=lambda p: p.position)
    found.gates = [gate for gate in found.gates if gate.target_id in by_pk and gate.source_id in by_pk]
    for gate in found.gates:
        gate.source, gate.target = by_pk[gate.source_id], by_pk[gate.target_id]
    found.gates.sort(key=lambda g: g.target.position)
    found.runs.sort(key=lambda r: (r.since, r.pk))
    found.work.sort(key=lambda d: (d.told["planned__position"] or 0, d.pk))
    found.needs.sort(key=lambda n: (-n.weight, n.pk))
    found.cases.sort(key=lambda c: (c.number, c.pk))
    found.costs.sort(key=lambda line: line.pk)
    found.income.sort(key=lambda line: line.pk)
    found.pilots.sort(key=lambda p: (p.since, p.pk))
    found.criteria.sort(key=lambda c: c.pk)
    found.offerings.sort(key=lambda o: (o.name_folded, o.pk))
    found.reports.sort(key=lambda r: (r.until, r.pk), reverse=True)
    found.decisions.sort(key=lambda d: -d.pk)


def _life(pk: int, phase: int, model: int, user: Any) -> list[gathered.Part]:
    """Where it was, where it is, and the ways on: the phase model is everybody's to read."""
    runs = PhaseRun.objects.visible_to(user).filter(service=pk)
    led = runs.filter(door.leading_to("decision", Decision, user))
    planned = BoardItem.objects.visible_to(user).filter(
        service=pk, meeting__state__in=("planned", "open"), dropped="", decision=None
    )
    return [
        gathered.records("phases", Phase.objects.filter(phase_model=model, trashed_at=None)),
        gathered.records("gates", PhaseGate.objects.filter(source=phase, trashed_at=None)),
        gathered.records("runs", runs),
        gathered.values("led", led, "pk", "decision_id", "decision__number"),
        gathered.values("meeting", planned.order_by("meeting__at")[:1], "meeting__at"),
    ]


def _decided(pk: int, phase: int, user: Any) -> list[gathered.Part]:
    """What boards decided; of what holds at the gates of today the gate is told, whoever looks."""
    holds = Decision.objects.filter(
        service=pk, gate__source=phase, superseded_by=None, run__service=pk, run__until=None, run__trashed_at=None
    )
    latest = registry.get("portfolio.decision").rows(user).filter(service=pk).order_by("-pk")[:DECISIONS]
    return [
        gathered.records("standing", holds, without=("seen", "text")),
        gathered.values("readable", door.visible(holds, user), "pk"),
        gathered.records("decisions", latest, without=("seen", "text")),
    ]


def _work(pk: int, phase: int, user: Any) -> list[gathered.Part]:
    work = Deliverable.objects.visible_to(user).filter(service=pk, phase=phase)
    needs = Need.objects.visible_to(user).filter(service=pk).exclude(state="declined")
    asking = needs.filter(door.leading_to("organisation", Organisation, user))
    criteria = PilotCriterion.objects.visible_to(user).filter(pilot__service=pk)
    reports = StatusReport.objects.visible_to(user).filter(service=pk)
    order = ("-weight", "pk")
    return [
        gathered.records("work", work, "function__code", "assignee__name", "assignee__email", "planned__position"),
        gathered.records("needs", needs.order_by(*order)[:NEEDS]),
        gathered.values("asking", asking.order_by(*order)[:NEEDS], "pk", "organisation__name"),
        gathered.records("cases", BusinessCase.objects.visible_to(user).filter(service=pk)),
        gathered.records("costs", CostLine.objects.visible_to(user).filter(case__service=pk)),
        gathered.records("income", IncomeLine.objects.visible_to(user).filter(case__service=pk)),
        gathered.records("pilots", Pilot.objects.visible_to(user).filter(service=pk)),
        gathered.records("criteria", criteria),
        gathered.records("reports", reports.order_by("-until", "-pk")[:REPORTS]),
    ]


def _offered(pk: int, user: Any) -> list[gathered.Part]:
    taken = Subscription.objects.visible_to(user).filter(state="active", offering__service=pk).order_by()
    texts = ServiceText.objects.filter(service=pk, trashed_at=None, audience="users")
    return [
        gathered.records("offerings", Offering.objects.visible_to(user).filter(service=pk)),
        gathered.values("taken", taken.values("offering").annotate(n=Count("pk")), "offering", "n"),
        gathered.values("languages", texts, "language"),
    ]


def neighbours(user: Any) -> tuple[list[ties.Edge], dict[int, Neighbour]]:
    """Every dependency and the services they join, as far as ``user`` may see them; one statement."""
    told = gathered.gather("what services need", user, lambda: _neighbours(user))
    return told["edges"], {row[0]: Neighbour(*row) for row in told["services"]}


def _neighbours(user: Any) -> list[gathered.Part]:
    """Every dependency, because what breaks may hang on several others; and the services that they join."""
    ties = Dependency._base_manager.filter(trashed_at=None)
    joined = Q(pk__in=ties.values("service")) | Q(
        pk__in=ties.values("needs")
    )  # read once, not asked service by service
    return [
        gathered.values("edges", Dependency.objects.visible_to(user), "service_id", "needs_id", "kind"),
        gathered.values("services", Service.objects.visible_to(user).filter(joined), *Neighbour._fields),
    ]
