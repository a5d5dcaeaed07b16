"""Business cases version by version, and pilots with their criteria and results."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from vincula.kernel.money import Money
from vincula.kernel.records import actions
from vincula.portfolio.demo.facts import FACTS
from vincula.portfolio.demo.ground import Ground
from vincula.portfolio.models import BusinessCase, CostLine, IncomeLine, Pilot, PilotCriterion, PilotCustomer

CASES: dict[tuple[str, int], tuple[str, int, tuple[int, ...], str]] = {  # scenario, price, customers by year, assumptions
    ("SFX", 1): ("First version", 6000, (6, 12, 18), "Six customers in the first year, six more in each that follows."),
    ("SFX", 2): ("Price revised", 8100, (6, 12, 18), "The same customers; five of six said that they accept the price."),
    ("SFX", 3): ("Price revised, slow start", 8100, (4, 8, 12), "A third of the customers stay away."),
    ("RDV", 1): ("Own archive, three copies", 12000, (8, 14, 18), "A customer is an institution with 85 TB on average."),
    ("RDV", 2): ("With the third copy abroad", 12600, (8, 14, 18), "The third copy lies at a partner network."),
    ("NBK", 1): ("Universities only", 12000, (4, 6, 8), "Universities pay 12,000 whatever their size."),
    ("NBK", 2): ("Colleges join", 9000, (8, 12, 16), "At 9,000 colleges join; cards are booked by the hour."),
}  # fmt: skip
# service: name, begins and ends (months), aim, criteria (name, at_least | at_most, target, unit, result or minutes
# down / in all, evidence),
# customers (organisation, verdict, satisfaction, what they said)
PILOTS: dict[str, tuple[str, float, float, str, tuple[tuple[str, ...], ...], tuple[tuple[str, str, int, str], ...]]] = {
    "DDS": ("Three campuses under watch", -23.6, -22.2, "Washing begins by itself and harms nobody.",
            (("Washing begins", "at_most", "60", "seconds", "38", "Log of eleven floods"), ("Good traffic lost", "at_most", "0.1", "%", "0.02", "Probes on both sides"),
             ("Runbook signed by who is on call", "at_least", "1", "", "0", "Two pages are missing")),
            (("scheldemond", "ok", 5, "Nobody noticed the flood of the third week."), ("zennedal", "ok", 4, "We want to see what was washed."), ("minette", "ok", 4, ""))),
    "SFX": ("Five early adopters", -11.4, -10.4, "That people send without help, and nothing is lost.",
            (("Availability", "at_least", "99.5", "%", "78/43200", "Log of the load balancer"), ("Satisfaction", "at_least", "4.0", "of 5", "4.20", "Five answers"),
             ("Tickets", "at_most", "10", "", "7", "Queue of first line"), ("Documents ready", "at_least", "9", "of 9", "9", "List of the content developer"),
             ("Runbook signed by who is on call", "at_least", "1", "", "0", "Signed by one of two")),
            (("zennedal", "ok", 5, "The taxi driver lost a customer."), ("scheldemond", "ok", 4, "Calling a link back saved us once."), ("lowlands-genomes", "ok", 4, ""),
             ("minette", "ok", 4, "Good; the page could be in Luxembourgish."), ("thierache", "open", 0, ""))),
    "RDV": ("Four stewards, forty data sets", -1.3, 0.9, "That a steward takes in a data set alone, and finds it again.",
            (("Taken in without help", "at_least", "36", "of 40", "21", "Counted last Friday"), ("Own work for a set of 2 TB", "at_most", "30", "minutes", "", ""),
             ("Copies repaired after a loss", "at_least", "1", "", "1", "Try-out of a night"), ("Satisfaction", "at_least", "4.0", "of 5", "", "")),
            (("scheldemond", "ok", 4, "The description is work, and worth it."), ("zuiderzee", "open", 0, ""), ("minette", "open", 0, ""), ("vosges-obs", "open", 0, "Waits for the second night."))),
}  # fmt: skip


def case(g: Ground, code: str, number: int) -> None:
    """One version of a business case, with the costs that the plan names and customers by year."""
    name, price, customers, why = CASES[code, number]
    who = g.services[code].project_manager
    made = actions.create(
        BusinessCase, who=who, service=g.services[code], number=number, name=name, price=Money.of(price, "EUR"), assumptions=why
    )  # fmt: skip
    g.parties.store([
        CostLine(  # type: ignore[misc]  # the stubs know columns, not the amount that two of them make
            case=made, line=line, kind=kind, year=int(year), amount=Money.of(Decimal(money), "EUR"), days=Decimal(days) if days else None
        )
        for line, _phase, kind, year, money, days in FACTS[code].costs
    ])  # fmt: skip
    g.parties.store([IncomeLine(case=made, year=n, customers=count) for n, count in enumerate(customers, 1)])


def pilot(g: Ground, code: str) -> None:
    """A pilot is fixed before it begins: what it shall show, and with whom."""
    name, since, until, aim, criteria, customers = PILOTS[code]
    who = g.services[code].project_manager
    made = actions.create(
        Pilot, who=who, service=g.services[code], name=name, since=g.day(since), until=g.day(until) + timedelta(days=1), aim=aim
    )  # fmt: skip
    for title, comparator, target, unit, _result, _evidence in criteria:
        actions.create(
            PilotCriterion, who=who, pilot=made, name=title, comparator=comparator, target=Decimal(target), unit=unit
        )
    for key, _verdict, _stars, _said in customers:
        actions.create(PilotCustomer, who=who, pilot=made, organisation=g.parties.organisations[key])


def results(g: Ground, code: str) -> None:
    """What the pilot showed so far; a result that nobody has yet stays empty."""
    _name, _since, _until, _aim, criteria, customers = PILOTS[code]
    made = g.services[code].pilots.get()
    who = g.services[code].customer_lead
    for title, _comparator, _target, _unit, result, evidence in criteria:
        if result:
            down, _of, minutes = result.partition("/")
            shown: dict[str, Any] = (
                {"minutes_down": int(down), "minutes": int(minutes)} if minutes else {"result": Decimal(result)}
            )
            actions.change(made.criteria.get(name=title), who=who, evidence=evidence, **shown)
    for key, verdict, stars, said in customers:
        values: dict[str, Any] = {"verdict": verdict, "said": said} | ({"satisfaction": stars} if stars else {})
        actions.change(made.customers.get(organisation=g.parties.organisations[key]), who=who, **values)
