"""Who may see and do what, said a second time: a small table of roles, judged in plain Python on what the world is.

Nothing here asks the program: neither its door, nor its scopes, nor the database. A record belongs to a place because
the world was built so, and a line of a role reaches it because of what the place is.
"""

from dataclasses import dataclass, field

ALL = "*"
Line = tuple[str, str, str, tuple[str, ...]]  # entity, action, scope, value


@dataclass(frozen=True)
class Place:
    """An organisation and everything around it. ``served_by`` … name the roles whose user stands in that tie to it."""

    code: str  # its country
    region: str = ""
    served_by: str = ""
    employs: str = ""
    steward: str = ""
    owner: str = ""  # of every record there


PLACES = (
    Place("BE", "Brabant"),
    Place("LU", "Sud"),
    Place("NL", "Twente", served_by="own teams"),
    Place("FR", "Alsace", employs="customer"),
    Place("DE", "Sachsen", steward="account manager"),
    Place("IT", "Veneto", owner="own records"),
    Place("PL", "Slask"),
)


NOWHERE = frozenset({"privacy.purpose", "privacy.retentionrule"})  # of no organisation, like functions and subjects


BY_VERBS = frozenset({"portfolio.decision", "portfolio.vote", "portfolio.attendance", "portfolio.phaserun"})
READING = frozenset({"view", "export"})  # of what only verbs write, this is all that anybody does by hand


@dataclass(frozen=True)
class Fact:
    """One record of the world: its number, its place (None: of no organisation), and the word only it holds."""

    entity: str
    pk: int
    mark: str
    place: Place | None
    trashed: bool = False


@dataclass(frozen=True)
class Role:
    """Who asks. ``scopes`` are those of the API token that is used instead of a session."""

    name: str
    lines: tuple[Line, ...] = ()
    kind: str = "staff"
    superuser: bool = False
    active: bool = True
    scopes: tuple[str, ...] | None = None
    session: bool = field(default=True)

    @property
    def nobody(self) -> bool:
        """Neither a session nor a token opens anything."""
        return not self.active or (not self.session and self.scopes is None)


FREE_VIEW: tuple[Line, ...] = (("parties.function", "view", "all", ()), ("parties.subject", "view", "all", ()))
BELGIUM: tuple[Line, ...] = (*((ALL, a, "country", ("BE",)) for a in ("view", "create", "change", "delete", "export", "import")), *FREE_VIEW)  # fmt: skip
ROLES = (
    Role("administrator", superuser=True),
    Role("everything", ((ALL, ALL, "all", ()),)),
    Role("account manager", ((ALL, "view", "all", ()), (ALL, "export", "stewarded", ()), (ALL, "change", "stewarded", ()), (ALL, "create", "stewarded", ()))),
    Role("country", BELGIUM),
    Role("region", ((ALL, "view", "region", ("Brabant", "Slask")), (ALL, "change", "region", ("Slask",)), *FREE_VIEW)),
    Role("own teams", ((ALL, ALL, "own_teams", ()), *FREE_VIEW)),
    Role("own records", ((ALL, ALL, "own", ()),)),
    Role("reader", ((ALL, "view", "country", ("BE", "PL")),)),
    Role("organisations only", (("parties.organisation", ALL, "all", ()),)),
    Role("people of one country", (("parties.person", ALL, "country", ("LU",)), ("parties.affiliation", "view", "country", ("LU",)))),
    Role("customer", ((ALL, "view", "own_organisation", ()),), kind="customer"),
    Role("service account", BELGIUM, kind="service", scopes=("write",), session=False),
    Role("narrow token", ((ALL, ALL, "all", ()),), scopes=("parties.organisation:read",), session=False),
    Role("reading token", BELGIUM, scopes=("read",), session=False),
    Role("no role"),
    Role("deactivated", ((ALL, ALL, "all", ()),), active=False),
    Role("signed out", session=False),
)  # fmt: skip


def reaches(role: Role, scope: str, value: tuple[str, ...], fact: Fact) -> bool:
    """Whether a line of this scope is about the record."""
    place = fact.place
    if scope == "all":
        return True
    if place is None:
        return False
    return {
        "own": place.owner == role.name,
        "country": place.code in value,
        "region": place.region in value,
        "own_teams": place.served_by == role.name,
        "own_organisation": place.employs == role.name,
        "stewarded": place.steward == role.name,
    }[scope]


def may(role: Role, action: str, fact: Fact) -> bool:
    """Whether this person may do ``action`` to the record, whatever door they come by."""
    if not role.active or role.nobody or (fact.entity in BY_VERBS and action not in READING):
        return False
    if role.superuser:
        return True
    return any(
        entity in (ALL, fact.entity) and allowed in (ALL, action) and reaches(role, scope, value, fact)
        for entity, allowed, scope, value in role.lines
    )


CONTACTS = ("last_interaction_at", "silent_days")  # what an organisation tells of all contacts with it


def tells_contacts(role: Role) -> bool:
    """Whether a list may be sorted by what is computed from contacts: each line that opens organisations opens, as far
    as it reaches and by the organisation, the contacts with them as well."""
    opens = {
        key: {(scope, value) for entity, a, scope, value in role.lines if entity in (ALL, key) and a in (ALL, "view")}
        for key in ("parties.organisation", "parties.interaction")
    }
    if role.superuser or ("all", ()) in opens["parties.interaction"]:
        return True
    return all(
        line in opens["parties.interaction"] and line[0] not in ("all", "own") for line in opens["parties.organisation"]
    )


def may_some(role: Role, action: str, entity: str) -> bool:
    """Whether a page about records of the entity in general is there for this person."""
    if not role.active or role.nobody or (entity in BY_VERBS and action not in READING):
        return False
    return role.superuser or any(e in (ALL, entity) and a in (ALL, action) for e, a, _scope, _value in role.lines)


def token_allows(role: Role, mode: str, entity: str) -> bool:
    """Whether the token that is used (if one is) is for this: writing includes reading, an entity's scope only it."""
    if role.scopes is None:
        return True
    wanted = {mode, f"{entity}:{mode}"} | ({"write", f"{entity}:write"} if mode == "read" else set())
    return bool(wanted & set(role.scopes))
