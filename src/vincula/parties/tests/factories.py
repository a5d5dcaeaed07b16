"""Records for tests: each function makes a valid one through the save door; keywords replace its values."""

from datetime import date
from itertools import count
from typing import Any

from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.privacy.models import Purpose
from vincula.kernel.privacy.tests.factories import purpose
from vincula.kernel.records import actions
from vincula.parties import models

_number = count(1)


def _make(model: Any, who: Any, values: dict[str, Any], given: dict[str, Any]) -> Any:
    return actions.create(model, who=who or SYSTEM, **{**values, **given})


def organisation(who: Any = None, **given: Any) -> models.Organisation:
    return _make(
        models.Organisation, who, {"name": f"University {next(_number)}", "kind": "university", "country": "BE"}, given
    )


def relation(who: Any = None, **given: Any) -> models.OrganisationRelation:
    values: dict[str, Any] = {"kind": "customer", "since": date(2020, 1, 1)}
    values |= {} if "organisation" in given else {"organisation": organisation(who)}
    return _make(models.OrganisationRelation, who, values, given)


def organisation_link(who: Any = None, **given: Any) -> models.OrganisationLink:
    values: dict[str, Any] = {"kind": "related"}
    if "source" not in given:
        values["source"] = organisation(who)
    if not {"target", "reference_value"} & given.keys():
        values["target"] = organisation(who)
    return _make(models.OrganisationLink, who, values, given)


def group(who: Any = None, **given: Any) -> models.Group:
    return _make(models.Group, who, {"name": f"Consortium {next(_number)}"}, given)


def group_membership(who: Any = None, **given: Any) -> models.GroupMembership:
    values = {} if "group" in given else {"group": group(who)}
    if "organisation" not in given and "person" not in given:
        values["organisation"] = organisation(who)
    return _make(models.GroupMembership, who, values, given)


def person(who: Any = None, **given: Any) -> models.Person:
    n = next(_number)
    values = {"given_name": "Hilde", "family_name": f"Maes {n}", "emails": [f"hilde.maes.{n}@example.org"]}
    return _make(models.Person, who, values, given)


def affiliation(who: Any = None, **given: Any) -> models.Affiliation:
    values: dict[str, Any] = {"job_title": "Network engineer"}
    values |= {} if "person" in given else {"person": person(who)}
    values |= {} if "organisation" in given else {"organisation": organisation(who)}
    return _make(models.Affiliation, who, values, given)


def contact_role(who: Any = None, **given: Any) -> models.ContactRole:
    if "person" not in given or "organisation" not in given:
        held = affiliation(who, **{k: v for k, v in given.items() if k in ("person", "organisation")})
        given = {**given, "person": held.person, "organisation": held.organisation}
    return _make(models.ContactRole, who, {"role": "technical"}, given)


def _purpose(who: Any = None) -> Purpose:
    return Purpose._base_manager.filter(trashed_at=None).order_by("pk").first() or purpose(who)


def consent(who: Any = None, **given: Any) -> models.Consent:
    values: dict[str, Any] = {"on": date(2026, 1, 15), "evidence": f"Form {next(_number)} of 15 January 2026"}
    values |= {} if "purpose" in given else {"purpose": _purpose(who)}
    return _make(models.Consent, who, values | ({} if "person" in given else {"person": person(who)}), given)


def subject(who: Any = None, **given: Any) -> models.Subject:
    return _make(models.Subject, who, {"name": f"Subject {next(_number)}"}, given)


def team(who: Any = None, **given: Any) -> models.Team:
    return _make(models.Team, who, {"name": f"Team {next(_number)}", "kind": "customer"}, given)


def team_member(who: Any = None, **given: Any) -> models.TeamMember:
    values: dict[str, Any] = {"share": 20}
    values |= {} if "team" in given else {"team": team(who)}
    values |= {} if "person" in given else {"person": person(who)}
    return _make(models.TeamMember, who, values, given)


def function(who: Any = None, **given: Any) -> models.Function:
    return _make(models.Function, who, {"name": f"Function {next(_number)}", "fte_needed": "1.50"}, given)


def function_holding(who: Any = None, **given: Any) -> models.FunctionHolding:
    values: dict[str, Any] = {"fte": "0.50"}
    values |= {} if "function" in given else {"function": function(who)}
    values |= {} if "person" in given else {"person": person(who)}
    return _make(models.FunctionHolding, who, values, given)


def expertise(who: Any = None, **given: Any) -> models.Expertise:
    values: dict[str, Any] = {"level": 4, "evidence": "Ran the last migration"}
    values |= {} if "subject" in given else {"subject": subject(who)}
    values |= {} if "person" in given else {"person": person(who)}
    return _make(models.Expertise, who, values, given)


def interaction(who: Any = None, **given: Any) -> models.Interaction:
    values = {"kind": "call", "subject": f"Call {next(_number)}", "at": clock.now()}
    values |= {} if "organisation" in given else {"organisation": organisation(who)}
    return _make(models.Interaction, who, values, given)


def meeting(who: Any = None, **given: Any) -> models.Meeting:
    values = {"title": f"Meeting {next(_number)}", "at": clock.now()}
    values |= {} if "organisation" in given else {"organisation": organisation(who)}
    return _make(models.Meeting, who, values, given)


def agenda_item(who: Any = None, **given: Any) -> models.AgendaItem:
    values: dict[str, Any] = {"title": f"Item {next(_number)}", "position": 1}
    return _make(models.AgendaItem, who, values | ({} if "meeting" in given else {"meeting": meeting(who)}), given)


def task(who: Any = None, **given: Any) -> models.Task:
    values: dict[str, Any] = {"title": f"Task {next(_number)}"}
    return _make(
        models.Task, who, values | ({} if "organisation" in given else {"organisation": organisation(who)}), given
    )


def document(who: Any = None, **given: Any) -> models.Document:
    values: dict[str, Any] = {
        "title": f"Report {next(_number)}",
        "kind": "report",
        "link": "https://example.org/report",
    }
    return _make(
        models.Document, who, values | ({} if "organisation" in given else {"organisation": organisation(who)}), given
    )
