"""Services in all phases, with what hangs on them: runs, deliverables, cases, pilots, offerings, subscriptions, needs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from vincula.bench.making import SEED
from vincula.bench.names import Names
from vincula.bench.portfolio.keeping import Keeper
from vincula.bench.portfolio.words import CYRILLIC_KINDS, KINDS_OF_SERVICE, NEEDS, OWN_WORK, Words
from vincula.kernel.money import Money
from vincula.portfolio import models, standard

STAGES = (  # of 500 services; most of a grown portfolio is in operation
    ("idea", 40), ("assessment", 25), ("feasibility", 25), ("development", 45), ("operation", 310), ("shutdown", 15),
    ("retired", 40),
)  # fmt: skip
ORDER = [stage for stage, _share in STAGES]
BY_BOARD = range(2, 6)  # phases into which a board lets: feasibility to shutdown
RUNS = ("operation", "shutdown")  # somebody takes it
MONTH = timedelta(days=30)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sizes:
    """How large the portfolio is; what issue 4 asks for, unless a test makes a small one."""

    services: int = 500
    deliverables: int = 20_000
    organisations: int = 300
    subscriptions: int = 40  # of each of these organisations
    months: int = 60  # of board meetings


@dataclass
class Life:
    """A service with what the makers must know of it; ``gates`` {phase it came into: number of the meeting}."""

    service: models.Service
    place: int  # of its phase in the model
    gates: dict[int, int]
    runs: list[models.PhaseRun] = field(default_factory=list)
    work: list[models.Deliverable] = field(default_factory=list)
    papers: dict[str, list[Any]] = field(default_factory=dict)  # what a board sees beside deliverables


class Living:
    """Makes the services of a portfolio and all that a board does not make."""

    def __init__(self, sizes: Sizes, day: date, users: Sequence[Any], organisations: Sequence[Any]) -> None:
        self.sizes, self.users, self.organisations = sizes, users, organisations
        self.names = Names(SEED + 1)
        self.dice: random.Random = self.names.dice
        self.words = Words(self.dice, day)
        self.moment = datetime.combine(day, time(9), tzinfo=UTC)
        self.keep = Keeper(users[0], self.moment)
        self.model = standard.for_new_services()
        self.phases = list(self.model.phases.order_by("position"))
        self.planned = {
            p.pk: list(p.planned.select_related("function").order_by("track", "position")) for p in self.phases
        }
        self.ways = {g.source_id: g for p in self.phases for g in p.gates_out.select_related("source", "target")}
        self.lives: list[Life] = []
        self.offerings: list[models.Offering] = []

    def met(self, number: int) -> datetime:
        """When the board met for the ``number``-th time; the meeting after the last is today."""
        return self.moment - (self.sizes.months - number) * MONTH

    def make(self) -> None:
        stages = [stage for stage, share in STAGES for _ in range(max(1, share * self.sizes.services // 500))]
        stages = (stages + ["operation"] * self.sizes.services)[: self.sizes.services]
        self.dice.shuffle(stages)
        themes = [self._add(models.Theme, name=name) for name in NEEDS]
        for number, stage in enumerate(stages, 1):
            life = self._service(number, stage)
            self._runs(life)
            self._planned_work(life)
            self._money(life)
            self._pilot(life)
            self._told(life)
            self._needs(life, themes)
        self._own_work()
        self._dependencies()
        self._taken()

    def _add(self, model: Any, at: datetime | None = None, /, **values: Any) -> Any:
        return self.keep.add(model, at or self.moment - 61 * MONTH, **values)

    def _service(self, number: int, stage: str) -> Life:
        dice, place = self.dice, ORDER.index(stage)
        cyrillic = dice.random() < 0.4
        name = f"{dice.choice(CYRILLIC_KINDS if cyrillic else KINDS_OF_SERVICE)} {self.names.place(cyrillic)}"
        through = [p for p in BY_BOARD if p <= place]
        gates = dict(zip(through, sorted(dice.sample(range(2, self.sizes.months - 2), len(through))), strict=True))
        lead = dice.choice(self.users)
        service = self._add(
            models.Service, code=f"S{number:03d}", name=name, names={"fr": f"Service {number}"} if cyrillic else {},
            tagline={"en": "For everybody who works together."}, purpose=self.words.prose(), phase_model=self.model,
            phase=self.phases[place], stage=stage, service_owner=lead, project_manager=dice.choice(self.users),
            technical_lead=dice.choice(self.users) if place else None, customer_lead=dice.choice(self.users), owner=lead,
            demand_forecast=self.words.prose(2), benefits=self.words.prose(2), utility=self.words.prose(2),
            technical_requirements=self.words.prose(4), user_requirements=self.words.prose(4),
            target_penetration=Decimal("12.0"), keywords=["research", "education"], availability=Decimal("99.900"),
            least_penetration=Decimal("2.0") if dice.random() < 0.05 else None,
        )  # fmt: skip
        self.lives.append(Life(service, place, gates))
        return self.lives[-1]

    def _runs(self, life: Life) -> None:
        """One for each phase that it came through; those that a board opened begin on the day of the meeting."""
        first = self.met(min(life.gates.values(), default=self.sizes.months - 3)).date()
        begins = [first - 100 * A_DAY, first - 40 * A_DAY]
        begins += [self.met(meeting).date() for meeting in life.gates.values()]
        begins = begins[: life.place + 1] + [begins[-1] + MONTH] * (life.place == len(ORDER) - 1)
        for place, (since, until) in enumerate(zip(begins, [*begins[1:], None], strict=True)):
            phase = self.phases[place]
            run = self._add(models.PhaseRun, service=life.service, phase=phase, since=since, until=until)
            life.runs.append(run)
        life.service.phase_since = life.runs[-1].since
        if life.place >= ORDER.index("operation"):
            life.service.operation_from = life.runs[ORDER.index("operation")].since

    def _planned_work(self, life: Life) -> None:
        for run in life.runs:
            for planned in self.planned[run.phase_id]:
                self._deliverable(
                    life, run, planned=planned, name=planned.name, names=planned.names, track=planned.track,
                    function=planned.function, mandatory=planned.mandatory, content_kind=planned.content_kind,
                    due=run.since + timedelta(days=planned.days or 30),
                )  # fmt: skip

    def _deliverable(self, life: Life, run: models.PhaseRun, **values: Any) -> None:
        dice = self.dice
        state = "done" if run.until or dice.random() < 0.5 else dice.choice(("doing", "todo"))
        who = dice.choice(self.users) if state != "todo" or dice.random() < 0.5 else None
        written = {} if state == "todo" else self.words.filled(values["content_kind"])
        life.work.append(self._add(
            models.Deliverable, service=life.service, run=run, phase=run.phase, state=state, assignee=who, content=written,
            hours=Decimal(dice.randint(4, 80)), owner=life.service.project_manager, **values,
        ))  # fmt: skip

    def _own_work(self) -> None:
        """What nobody planned, on services that run or ran, until there is as much as asked for."""
        grown = [life for life in self.lives if life.place >= ORDER.index("operation")]
        there = sum(len(life.work) for life in self.lives)
        for n in range(self.sizes.deliverables - there):
            life = grown[n % len(grown)]
            run = life.runs[n // len(grown) % len(life.runs)]
            self._deliverable(
                life, run, name=f"{self.dice.choice(OWN_WORK)} {n // len(grown) + 1}", mandatory=False, content_kind="text",
                track=self.dice.choice(("technical", "customer")), due=run.since + timedelta(days=self.dice.randint(20, 200)),
            )  # fmt: skip

    def _paper(self, life: Life, group: str, model: Any, **values: Any) -> Any:
        made = self._add(model, **values)
        life.papers.setdefault(group, []).append(made)
        return made

    def _money(self, life: Life) -> None:
        """Two versions of the case, once it was studied."""
        for number in (1, 2) if life.place >= ORDER.index("feasibility") else ():
            case = self._paper(life, "cases", models.BusinessCase, service=life.service, number=number,
                               price=Money.of(6_000 + 2_100 * (number - 1), "EUR"), assumptions=self.words.prose(2))  # fmt: skip
            for year in range(1, 6):
                amount = Money.of(self.dice.randint(40, 90) * 1_000, "EUR")
                self._paper(life, "costs", models.CostLine, case=case, line="Two people and a rack", year=year, amount=amount,
                            kind="recurring" if year > 1 else "one-off")  # fmt: skip
                self._paper(life, "income", models.IncomeLine, case=case, year=year, customers=8 * year)

    def _pilot(self, life: Life) -> None:
        """Held in development; a fifth of those under way has no verdict yet."""
        if life.place < ORDER.index("development"):
            return
        began = life.runs[ORDER.index("development")].since + 30 * A_DAY
        pilot = self._paper(life, "pilots", models.Pilot, service=life.service, name="Pilot with five", since=began,
                            until=began + 90 * A_DAY, aim=self.words.prose(2))  # fmt: skip
        for name in ("Availability", "Tickets a week", "Files sent", "Satisfaction"):
            self._paper(life, "criteria", models.PilotCriterion, pilot=pilot, name=name, target=Decimal("95.000"),
                        unit="%", result=Decimal("97.500"))  # fmt: skip
        for one in self.dice.sample(self.organisations, min(5, len(self.organisations))):
            open_ = life.place == ORDER.index("development") and self.dice.random() < 0.2
            self._paper(life, "verdicts", models.PilotCustomer, pilot=pilot, organisation=one,
                        verdict="open" if open_ else "ok", satisfaction=None if open_ else self.dice.randint(3, 5))  # fmt: skip

    def _told(self, life: Life) -> None:
        """Texts, worth, parts, suppliers, offerings, reports, and the plan of its end."""
        service, stage = life.service, life.service.stage
        if stage not in (*RUNS, "retired"):
            return
        since = life.runs[ORDER.index("operation")].since
        for language in ("en", "fr"):
            self._add(models.ServiceText, service=service, audience="users", language=language, text=self.words.prose())
        self._add(models.ValueElement, service=service, title="Large files arrive", for_whom="Researchers")
        self._add(models.Resource, service=service, name="Storage", quantity=Decimal(12), unit="TB")
        self._add(
            models.Supply, service=service, supplier=self.dice.choice(self.organisations), what="Support", since=since
        )
        for name in ("Standard", "Large"):
            self.offerings.append(self._add(
                models.Offering, service=service, name=f"{service.code} {name}", price_model="yearly", since=since,
                price=Money.of(self.dice.randint(2, 20) * 500, "EUR"), audience="Universities and hospitals",
            ))  # fmt: skip
        for n in range(4):
            until = self.moment.date() - timedelta(days=30 + 182 * n)
            verdict = self.dice.choices(("positive", "mixed", "negative"), (92, 5, 3))[0]
            self._paper(life, "reports", models.StatusReport, service=service, since=until - 181 * A_DAY, until=until,
                        usage=self.words.prose(2), technical=self.words.prose(2), score=self.dice.randint(50, 95),
                        verdict=verdict)  # fmt: skip
        if stage != "operation":
            noticed = life.runs[ORDER.index("shutdown")].since
            self._paper(life, "plans", models.Discontinuance, service=service, noticed_on=noticed, ends_on=noticed + 200 * A_DAY,
                      reason=self.words.prose(2))  # fmt: skip

    def _needs(self, life: Life, themes: Sequence[models.Theme]) -> None:
        for _n in range(4):
            at = datetime.combine(life.runs[0].since, time(10), tzinfo=UTC)
            need = self._add(
                models.Need, at, title=f"{self.dice.choice(NEEDS)}: {life.service.name}"[:200], service=life.service,
                organisation=self.dice.choice(self.organisations), theme=self.dice.choice(themes), state="merged",
                weight=self.dice.randint(1, 5), requirement=self.words.prose(1), description=self.words.prose(2),
            )  # fmt: skip
            life.papers.setdefault("needs", []).append(need)

    def _dependencies(self) -> None:
        """Of each service that runs on one that was there before it, so that there is no circle."""
        running = [life.service for life in self.lives if life.service.stage == "operation"]
        for number, service in enumerate(running[1:], 1):
            self._add(models.Dependency, service=service, needs=running[self.dice.randrange(number)], note="Login")

    def _taken(self) -> None:
        """Each organisation takes so many offerings, no offering twice."""
        open_ = [o for o in self.offerings if o.service.stage in RUNS]
        for organisation in self.organisations:
            for offering in self.dice.sample(open_, min(self.sizes.subscriptions, len(open_))):
                since = self.moment.date() - timedelta(days=self.dice.randint(30, 1_500))
                ended = self.dice.random() < 0.12
                self._add(
                    models.Subscription, organisation=organisation, offering=offering, since=since,
                    quantity=Decimal(self.dice.randint(1, 40)), state="ended" if ended else "active",
                    until=self.moment.date() - timedelta(days=self.dice.randint(1, 29)) if ended else None,
                )  # fmt: skip
