"""Writes the contents of deliverables from what people found out."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from vincula.portfolio.demo.facts import CRITERIA, FACTS, Facts, Row

Content = dict[str, Any]
Named = Callable[[str], str]  # the key of an organisation → its name


def _rows(keys: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [{k: v for k, v in zip(keys.split(), row, strict=False) if v != ""} for row in rows]


def _ticks(keys: str, rows: Sequence[Row], tick: str) -> list[dict[str, Any]]:
    return [{**row, tick: row.get(tick) == "yes"} for row in _rows(keys, rows)]


def _with(name: Named, rows: Sequence[Row], place: int = 0) -> list[Row]:
    """The rows with the key of an organisation at ``place`` replaced by its name."""
    return [(*row[:place], name(row[place]), *row[place + 1 :]) for row in rows]


def _steps(on: date, *steps: tuple[str, str, int]) -> list[dict[str, str]]:
    return [{"step": what, "who": who, "until": (on + timedelta(days=days)).isoformat()} for what, who, days in steps]


def written(code: str, kind: str, title: str, on: date, name: Named) -> Content:
    """The content of the deliverable ``title`` of a service; texts for kinds that have one section."""
    facts = FACTS[code]
    make = MAKERS.get(kind)
    return make(facts, on, name) if make else {"text": _text(facts, title)}


def _text(f: Facts, title: str) -> str:
    by_title = {
        "First budget estimate": f.budget,
        "Needs gathered by visits, surveys and key users": "\n".join(f"- {ask[0]} (weight {ask[2]})" for ask in f.asks) + f"\n\n{f.who}",
        "In-house or outsourced": f.advice,
        "Minimum usability requirements": f.ease,
        "Procedures and manuals": f"A guide of four pages for users, one for first line, one for who is on call.\n\nThe first sentence of each says: {f.ease}",
        "Contract, service levels and pricing": f"{f.promise}\n\n{f.price}",
    }  # fmt: skip
    return by_title.get(title) or f.who


def _technology(f: Facts, on: date, name: Named) -> Content:
    judged = [(c, w, s, y) for (c, w), s, y in zip(CRITERIA, f.scores, f.why, strict=True)]
    return {
        "state": f.state, "opportunities": f.chance, "criteria": _rows("criterion weight score why", judged),
        "budget": f.budget, "risks": _rows("risk likely harm answer", f.risks),
    }  # fmt: skip


def _requirements(f: Facts, on: date, name: Named) -> Content:
    asked = _ticks("requirement whose weight must", _with(name, f.asks, 1), "must")
    return {"requirements": asked, "users": f.who, "usability": f.ease}


def _options(f: Facts, on: date, name: Named) -> Content:
    scores = [
        {"option": way[0], "criterion": criterion, "score": score}
        for way in f.ways for (criterion, _w), score in zip(CRITERIA, way[3:], strict=True)
    ]  # fmt: skip
    return {
        "options": _rows("option made cost", [way[:3] for way in f.ways]), "criteria": _rows("criterion weight", CRITERIA),
        "scores": scores, "recommendation": f.advice,
    }  # fmt: skip


def _usage(f: Facts, on: date, name: Named) -> Content:
    first = [(key, users, str(on.year + int(year)), sure) for key, users, year, sure in f.users]
    return {"interested": _rows("organisation users since certainty", _with(name, first)), "scope": f.scope}


def _pays(f: Facts, on: date, name: Named) -> Content:
    return {"answers": _rows("organisation price said", _with(name, f.pays)), "conclusion": f.price}


def _peers(f: Facts, on: date, name: Named) -> Content:
    return {"peers": _rows("peer service how price lesson", f.peers), "conclusion": f.lesson}


def _tender(f: Facts, on: date, name: Named) -> Content:
    return {
        "object": f.bought, "lots": _rows("lot estimate", f.lots),
        "criteria": _rows("criterion weight", (("Price over the whole life", "50"), ("Quality and support", "35"), ("Energy", "15"))),
        "procedure": "Open procedure; three offers at least; the files are with the service project manager.",
        "steps": _steps(on, ("Published", "SPM", 20), ("Offers opened", "SPM", 55), ("Awarded", "CSCo", 75)),
    }  # fmt: skip


def _costs(f: Facts, on: date, name: Named) -> Content:
    return {"costs": _rows("line phase kind year money days", f.costs),
            "assumptions": "Prices of today, without tax; a person-day counts 390 euros."}  # fmt: skip


def _plan(f: Facts, on: date, name: Named) -> Content:
    return {
        "description": f"{f.chance}\n\n{f.advice or f.state}",
        "technical": "\n".join(f"- {ask[0]}" for ask in f.asks if ask[3]), "user": f"{f.who}\n\n{f.ease}", "life": f.life,
        "project": _steps(on, ("Bought and installed", "TD", 60), ("Tried by ourselves", "TD", 90), ("Pilot", "TCA", 150), ("Ready for use", "SPM", 180)),
        "tender": f.bought,
        "adoption": f"Early adopters come first and speak for it afterwards. {f.promise}",
        "workflow": _rows("step who", (("Order is checked", "SA"), ("Access is set up", "DEV"), ("First weeks are followed", "TCA"), ("Report twice a year", "SO"))),
        "costs": _rows("line phase kind year money days", f.costs),
    }  # fmt: skip


def _try_out(f: Facts, on: date, name: Named) -> Content:
    passed = sum(test[2] == "yes" for test in f.tests)
    return {"tests": _ticks("test result passed", f.tests, "passed"),
            "conclusion": f"{passed} of {len(f.tests)} tests passed; nothing stands against a pilot."}  # fmt: skip


def _adoption(f: Facts, on: date, name: Named) -> Content:
    return {
        "usability": f.ease,
        "adopters": [{"organisation": name(key), "contact": "Technical contact"} for key in f.early],
        "milestones": _steps(on, ("Guide is tried with three people", "SCD", 30), ("Early adopters begin", "TCA", 60), ("Open to all", "CRO", 120)),
        "promotion": "A talk of an early adopter at the user day; a page in the catalogue; no leaflet.",
        "training": _ticks("change training covered", (("First line answers", "Half a day", "yes"), ("Administrators add people", "One hour, recorded", "")), "covered"),
        "manuals": "Guide for users, guide for administrators, page for first line.", "contract": f.promise, "pricing": f.price or f.promise,
    }  # fmt: skip


def _workflow(f: Facts, on: date, name: Named) -> Content:
    steps = (("Order is checked", "SA", "Orders", "0.5"), ("Access is set up", "DEV", "Configuration", "2"), ("Tried together with the customer", "TCA", "", "1"),
             ("Invoice", "SA", "Accounts", "0.2"))  # fmt: skip
    return {"steps": _rows("step who tool hours", steps), "exceptions": "Who is on call decides, and writes down why."}


def _pilot(f: Facts, on: date, name: Named) -> Content:
    return {
        "aim": f"That it holds with real people. {f.ease}",
        "cases": [{"case": ask[0], "expected": "Works without help"} for ask in f.asks],
        "steps": _steps(on, ("Accounts and guide", "SCD", 10), ("Pilot runs", "TCA", 60), ("Verdicts gathered", "CRO", 70)),
    }  # fmt: skip


MAKERS: dict[str, Callable[[Facts, date, Named], Content]] = {
    "technology_assessment": _technology, "requirement_analysis": _requirements, "options": _options, "usage_estimate": _usage,
    "willingness_to_pay": _pays, "peer_practice": _peers, "call_for_tender": _tender, "cost_plan": _costs, "development_plan": _plan,
    "internal_try_out": _try_out, "adoption_plan": _adoption, "workflow": _workflow, "pilot_plan": _pilot,
}  # fmt: skip
