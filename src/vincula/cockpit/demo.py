"""The demonstration: the data of the rooms, with users and roles to look at them with."""

import os
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from vincula.kernel import clock
from vincula.kernel.access.models import Assignment, Grant, Role
from vincula.kernel.pages.models import Pin, SavedView
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.parties import demo as parties
from vincula.parties import jobs
from vincula.parties.models import Organisation
from vincula.portfolio import demo as portfolio
from vincula.portfolio.jobs import chase

DOMAIN = "meridian.example"
USERS = (  # mail name, name, language, time zone, role
    ("sofia", "Sofia Lindqvist-Maes", "en", "Europe/Brussels", "Account manager"),
    ("bart", "Bart De Smedt-Claes", "nl", "Europe/Brussels", "Account manager"),
    ("femke", "Femke Terpsma", "nl", "Europe/Amsterdam", "Account manager"),
    ("claudine", "Claudine Weyrich-Arendt", "fr", "Europe/Luxembourg", "Account manager"),
    ("oleg", "Олег Коваленко-Штайн", "ru", "Europe/Brussels", "Account manager"),
    ("juergen", "Jürgen Hofstätter", "de", "Europe/Berlin", "Account manager"),
    ("maeve", "Maeve O'Dwyer-Flynn", "en", "Europe/Dublin", "Account manager"),
    ("zeynep", "Zeynep Demirel-Vos", "nl", "Europe/Brussels", "Account manager"),
    ("matteo", "Matteo Castellan", "en", "Europe/Brussels", "Account manager"),
    ("linnea", "Linnea Bergqvist-Ojala", "en", "Europe/Brussels", "Account manager"),
    ("amara", "Amara Okonjo-Reyes", "en", "Europe/Brussels", "Reader"),
    ("els", "Els Hoornaert-Pieters", "nl", "Europe/Brussels", "Belgium only"),
    ("priya", "Priya Nairn-Joshi", "en", "Europe/London", "Own teams"),
)
Line = tuple[str, str, str, list[str]]
ROLES: dict[str, tuple[str, tuple[Line, ...]]] = {
    "Account manager": (
        "Sees everything, writes everything, puts own records in the trash.",
        (("*", "view", "all", []), ("*", "create", "all", []), ("*", "change", "all", []), ("*", "export", "all", []),
         ("*", "import", "all", []), ("*", "delete", "own", [])),
    ),
    "Reader": ("Sees everything and may export it.", (("*", "view", "all", []), ("*", "export", "all", []))),
    "Belgium only": (
        "Sees and keeps what belongs to organisations in Belgium; the rest does not exist for this role.",
        (("*", "view", "country", ["BE"]), ("*", "create", "country", ["BE"]), ("*", "change", "country", ["BE"]),
         *(("parties.person", action, "own", []) for action in ("view", "create", "change")),  # until affiliated
         ("parties.subject", "view", "all", []), ("parties.function", "view", "all", [])),
    ),
    "Own teams": (
        "Sees and keeps what belongs to the organisations that the own teams serve.",
        (("*", "view", "own_teams", []), ("*", "create", "own_teams", []), ("*", "change", "own_teams", []),
         *(("parties.person", action, "own", []) for action in ("view", "create", "change")),  # until affiliated
         ("parties.subject", "view", "all", []), ("parties.function", "view", "all", [])),
    ),
    "Luxembourg reader": ("Sees what belongs to organisations in Luxembourg.", (("*", "view", "country", ["LU"]),)),
}  # fmt: skip


def load() -> None:
    """Fill in the demonstration and say with which password its users sign in. Twice does nothing the second time."""
    if parties.is_there():
        print("vincula: the demonstration is there already.")
        return
    password = os.environ.get("VINCULA_ADMIN_PASSWORD") or secrets.token_urlsafe(12)
    with transaction.atomic():
        known = users(password, roles())
        ground = parties.load(known)
        made = ground.made
        portfolio.load(ground)
        _lived_in(known)
    told = ", ".join(f"{n} {plural}" for plural, n in made.items() if n > 100)
    print(f"vincula: the demonstration is loaded: {told}, and more.")
    for name, full_name, language, _zone, role in USERS:
        print(f"vincula:   {name}@{DOMAIN} · {full_name} · {role} · {language}")
    said = "the administrator's" if os.environ.get("VINCULA_ADMIN_PASSWORD") else password
    print(f"vincula: the password of all of them: {said}", flush=True)


VIEWS = (  # entity, name, owner, filters
    ("parties.organisation", "Customers in Belgium", "sofia", "country=BE&relation=customer"),
    ("parties.organisation", "Silent for 90 days", "sofia", "silent_days__from=90&active=true&sort=last_interaction_at"),
    ("parties.organisation", "To be reviewed", "bart", "review_date__to={today}&sort=review_date"),
    ("parties.task", "Board of open tasks", "sofia", "state=todo&state=doing&layout=board"),
    ("parties.interaction", "Visits of the last quarter", "femke", "kind=visit&at__from={quarter}&sort=-at"),
    ("parties.expertise", "Not confirmed for a year", "juergen", "last_confirmed__to={year}&sort=last_confirmed"),
)  # fmt: skip
EDITS = (("USM", "sofia"), ("UHS", "bart"), ("UZZ", "femke"), ("MIDS", "claudine"), ("KLI", "sofia"), ("ІСД", "oleg"))


def _lived_in(known: dict[str, Any]) -> None:
    """Views that are shared, records that are pinned and were edited by somebody else, reminders in the inbox."""
    today = clock.today()
    days = {"today": today, "quarter": today - timedelta(days=91), "year": today - timedelta(days=365)}
    for position, (entity, name, owner, query) in enumerate(VIEWS):
        SavedView.objects.create(
            entity=entity, name=name, owner=known[owner], shared=True, query=query.format(**days), position=position
        )
    for acronym, steward in EDITS:
        record = Organisation.objects.get(acronym=acronym)
        Pin.objects.create(user=known[steward], entity="parties.organisation", object_id=record.pk)
        aliases = [*record.aliases, f"{acronym} campus"]
        actions.change(record, who=known["juergen"], aliases=aliases, tariff_category=record.tariff_category or "P")
    jobs.remind()
    chase()


def roles() -> dict[str, Role]:
    """The example roles; one that is there already stays as somebody made it."""
    found: dict[str, Role] = {}
    for name, (description, lines) in ROLES.items():
        role, made = Role.objects.get_or_create(name=name, defaults={"description": description})
        if made:
            for entity, action, scope, value in lines:
                Grant.objects.create(role=role, entity=entity, action=action, scope=scope, value=value)
        found[name] = role
    return found


def users(password: str, held: dict[str, Role]) -> dict[str, Any]:
    """The demonstration's users by mail name, each with a role."""
    found: dict[str, Any] = {}
    kept = make_password(password)  # hashed once for all of them: it takes a quarter of a second, on purpose
    for name, full_name, language, zone, role in USERS:
        email = f"{name}@{DOMAIN}"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email=email, name=full_name, language=language, time_zone=zone)
            user.password = kept
            user.save(update_fields=["password"])
        Assignment.objects.get_or_create(role=held[role], user=user)
        found[name] = user
    return found
