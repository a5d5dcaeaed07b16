"""Two years of a portfolio, day by day, in the order in which they happened."""

import contextlib
from collections.abc import Callable
from typing import Any

from django.db import transaction

from vincula.kernel import events
from vincula.kernel.audit import trail
from vincula.kernel.records import derived
from vincula.parties.demo import Ground as PartiesGround
from vincula.portfolio import standard
from vincula.portfolio.demo import board, cases, offers, texts, wishes, work
from vincula.portfolio.demo.ground import Ground
from vincula.portfolio.demo.reports import REPORTS
from vincula.portfolio.demo.sittings import SITTINGS
from vincula.portfolio.demo.sketches import SKETCHES
from vincula.portfolio.demo.wishes import WISHES
from vincula.portfolio.models import Service

Day = tuple[float, Callable[..., None], tuple[Any, ...], dict[str, Any]]
BEGAN = -24.6


def day(months: float, verb: Callable[..., None], *given: Any, **named: Any) -> Day:
    return months, verb, given, named


LIVES: tuple[Day, ...] = (
    day(-24.2, work.plan_of_end, "LST"), day(-23.9, work.ends_in_order, "LST"), day(-20.0, work.leave, "lst", "fed-g", moved=4), day(-18.4, work.leave, "lst", "fed-g", moved=1, ended=1), day(-17.2, work.retired, "LST"),
    day(-24.3, cases.pilot, "DDS"), day(-22.0, cases.results, "DDS"), day(-24.4, work.done, "DDS", "Service development plan", "Project plan and tender", "Internal try-out", "Pilot plan"),
    day(-21.6, work.done, "DDS"), day(-20.9, offers.taken_into_use, "DDS"),
    day(-20.2, board.met, "The runbook is signed by all who are on call", "Signed by six of six; copy in the files of operations."), day(-14.0, work.runs, "DDS"),
    day(-23.2, work.staffed, "SFX"), day(-21.8, work.done, "SFX"), day(-18.3, work.done, "SFX", "Minimum usability requirements", but=True), day(-17.8, work.done, "SFX"), day(-17.4, cases.case, "SFX", 1),
    day(-16.2, cases.case, "SFX", 2), day(-15.8, cases.case, "SFX", 3), day(-14.4, work.done, "SFX", "Service development plan", "Project plan and tender"),
    day(-12.8, work.done, "SFX", "Internal try-out", "Pilot plan"),
    day(-12.6, cases.pilot, "SFX"), day(-10.1, cases.results, "SFX"), day(-9.7, work.done, "SFX"), day(-8.9, offers.taken_into_use, "SFX"),
    day(-8.5, board.met, "The runbook is signed by the second on call", "Signed by both; tried in a drill at night."), day(-3.4, work.runs, "SFX"),
    day(-23.6, work.done, "RDV", "Call for tender", "Draft call for tender", but=True), day(-19.5, work.done, "RDV"), day(-18.8, cases.case, "RDV", 1), day(-16.8, cases.case, "RDV", 2),
    day(-15.0, work.done, "RDV", "Service development plan"), day(-13.0, work.done, "RDV", "Project plan and tender"), day(-6.2, work.done, "RDV", "Internal try-out", "Pilot plan"), day(-2.2, cases.pilot, "RDV"),
    day(-2.0, work.done, "RDV", "Internal workflow for operation"), day(-1.2, work.under_way, "RDV", "Adoption plan", "Contract, service levels and pricing"),
    day(-0.5, cases.results, "RDV"), day(-0.45, work.planned, "RDV", adoption_plan=-6, text=12),
    day(-21.5, work.staffed, "BCD"), day(-18.6, work.done, "BCD"),
    day(-14.6, work.staffed, "NBK"), day(-12.4, work.done, "NBK"), day(-8.2, work.done, "NBK"), day(-7.8, cases.case, "NBK", 1), day(-3.6, cases.case, "NBK", 2),
    day(-7.2, board.advise, "NBK", "We advise to go on only if colleges can pay it. Eighty students of theirs wait for it, and 12,000 is what two of them spend on computing in a year."),
    day(-8.8, work.staffed, "QLK"), day(-3.3, work.done, "QLK"), day(-1.8, work.done, "QLK", "Examples at peers", "Practice of peer organisations"), day(-1.0, work.under_way, "QLK", "Solutions evaluated", "Technology scouting"),
    day(-0.9, work.planned, "QLK", technology_assessment=-9, options=5, requirement_analysis=19, usage_estimate=26, willingness_to_pay=40, others=55),
    day(-6.6, work.staffed, "LLM"), day(-0.8, work.done, "LLM"),
    day(-4.0, work.staffed, "ELN"), day(-2.4, work.done, "ELN", "Technology assessment", "First budget estimate"), day(-0.7, work.under_way, "ELN", "Requirements scoped"), day(-0.6, work.planned, "ELN", requirement_analysis=-4, text=6),
    day(-9.8, work.staffed, "NWX"), day(-3.8, work.done, "NWX"), day(-1.6, work.done, "NWX", "Internal workflow for operation"), day(-1.1, work.planned, "NWX", pilot_plan=16),
    day(-6.8, work.plan_of_end, "FTP"), day(-5.6, work.ends_in_order, "FTP"), day(-4.6, work.leave, "ftp", "gst", moved=5), day(-2.9, work.leave, "ftp", "gst", moved=2, ended=2, waived=1),
    day(-1.7, work.threshold, "TIM", "15.0"),
    day(-5.1, offers.made_of), day(-5.0, texts.told),
)  # fmt: skip


def _days(g: Ground) -> list[Day]:
    """Everything that happened, in order; what has the same day stays in the order written here."""
    begun = [day(s.begins, work.noted, s.code) for s in SKETCHES]
    found: list[Day] = [day(BEGAN, board.found), day(BEGAN, wishes.themes), *begun, day(-24.55, offers.begin)]
    found += [day(-24.5, work.runs, s.code) for s in SKETCHES if s.stage == "operation"]
    found += [day(max(wish[0], -24.25), wishes.heard, wish) for wish in WISHES]
    found += LIVES
    for code, listed in REPORTS.items():
        last = {"FTP": -6.9, "LST": -24.4, "TIM": -6.5, "DDS": -0.9}.get(code, -1.4 if len(listed) > 1 else -2.6)
        apart = 6.1 if len(listed) < 4 else 6.0
        found += [day(last - apart * (len(listed) - 1 - n), work.reported, code, n) for n in range(len(listed))]
    found += [day(s.months, board.hold, s) for s in SITTINGS]
    return sorted(found, key=lambda one: one[0])


def load(parties: PartiesGround) -> int:
    """All records of the demonstration, on the ground of the room below. Returns how many services there are."""
    g = Ground(parties)
    with transaction.atomic(), trail.together(), events.told_long_ago():
        standard.for_new_services()
        for months, verb, given, named in _days(g):
            with g.on(g.day(months)), contextlib.nullcontext() if verb is work.noted else derived.together():
                verb(g, *given, **named)  # a service that is noted begins at once; all else is indexed day by day
        offers.ordered(g)
        with g.on(g.parties.today):
            offers.used(g)
            board.ahead(g)
    return Service.objects.count()
