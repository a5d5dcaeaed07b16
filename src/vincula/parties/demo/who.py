"""Makes organisations, people, affiliations, contact roles, consents."""

from datetime import date, timedelta
from typing import Any

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.folding import fold
from vincula.kernel.privacy.models import Purpose, RetentionRule
from vincula.kernel.records import actions
from vincula.parties import models, rules
from vincula.parties.demo import names
from vincula.parties.demo.ground import Ground
from vincula.parties.demo.organisations import GROUPS, LINKS, SKETCHES, Sketch

OVERDUE = {"semois": 41, "kempenlab": 12, "veluwe": 95, "photonique": 8, "archief": 130}  # days past their review
LEFT = "scheldemond"  # where the security contact has left


def organisations(g: Ground) -> None:
    """Parents first, since a child names its parent."""
    for layer in ([s for s in SKETCHES if not s.parent], [s for s in SKETCHES if s.parent]):
        records = [_organisation(g, sketch) for sketch in layer]
        g.store(records)
        g.organisations |= {s.key: r for s, r in zip(layer, records, strict=True)}
    relations = [
        models.OrganisationRelation(
            organisation=g.organisations[s.key], kind=kind, since=g.years_ago(begun),
            until=g.years_ago(ended) if ended is not None else None, owner=g.steward_of(s),
        )
        for s in SKETCHES for kind, begun, ended in s.relations
    ]  # fmt: skip
    g.store(relations)
    links = [
        models.OrganisationLink(source=g.organisations[a], kind=kind, target=g.organisations[b], since=g.years_ago(3))
        for a, kind, b in LINKS
    ]
    links.append(models.OrganisationLink(
        source=g.organisations["meridian"], kind="member_of", reference_scheme="ror",
        reference_value="https://ror.org/000000000", reference_label="Association of Academic Networks",
    ))  # fmt: skip
    g.store(links)


def _organisation(g: Ground, s: Sketch) -> models.Organisation:
    overdue = OVERDUE.get(s.key)
    review = g.today - timedelta(days=overdue) if overdue else g.today + timedelta(days=g.dice.randrange(15, 360))
    made = g.moment(g.dice.randrange(740, 900))
    return models.Organisation(
        name=s.name, acronym=s.acronym, names=s.names, aliases=list(s.aliases), kind=s.kind, country=s.country,
        region=s.region, city=s.city, email_domains=[s.domain] if s.domain else [],
        website=f"https://www.{s.domain}" if s.domain and not s.parent else "", tariff_category=s.tariff,
        disciplines=list(s.disciplines), established=s.established, description=s.about,
        parent=g.organisations.get(s.parent), steward=g.steward_of(s), owner=g.steward_of(s), review_date=review,
        active=s.key != "nieuwpoort-lab", created_at=made, updated_at=made,
        successor=None,
    )  # fmt: skip


def staff(g: Ground) -> None:
    """Our own people, their functions and users."""
    people = [
        models.Person(
            given_name=given, family_name=family, native_name=native, name=f"{given} {family}", language="en",
            emails=[f"{fold(given)}.{_mailbox(family)}@meridian.example"], time_zone="Europe/Brussels",
            phones=[f"+32 2 555 01 {10 + n}"], user=g.users.get(key) if key else None,
        )
        for n, (given, family, native, _title, _functions, key) in enumerate(names.STAFF)
    ]  # fmt: skip
    g.store(people)
    g.staff = {row[5] or fold(row[0]): p for p, row in zip(people, names.STAFF, strict=True)}
    g.people_of["meridian"] = people
    home = g.organisations["meridian"]
    g.store([
        models.Affiliation(person=p, organisation=home, job_title=row[3], since=g.years_ago(g.dice.uniform(1, 14)))
        for p, row in zip(people, names.STAFF, strict=True)
    ])  # fmt: skip
    _functions(g)
    g.store([
        models.FunctionHolding(function=g.functions[code], person=p, fte=fte, since=g.years_ago(g.dice.uniform(2.3, 7)))
        for p, row in zip(people, names.STAFF, strict=True) for code, fte in row[4]
    ])  # fmt: skip


def _functions(g: Ground) -> None:
    """Functions that the installation began with stay; they get what they are for and how much of them is needed."""
    there = {f.code: f for f in models.Function.objects.filter(trashed_at=None)}
    for code, _name, fte, purpose in names.FUNCTIONS:
        if code in there:
            actions.change(there[code], who=SYSTEM, fte_needed=fte, purpose=purpose)
    new = [
        models.Function(code=code, name=name, fte_needed=fte, purpose=purpose,
                        names=dict(zip(("ru", "fr", "nl", "de"), names.IN_LANGUAGES.get(code, ()), strict=False)))
        for code, name, fte, purpose in names.FUNCTIONS if code not in there
    ]  # fmt: skip
    g.store(new)
    g.functions = there | {f.code: f for f in new}


def _mailbox(family: str) -> str:
    return "".join(sign for sign in fold(family) if sign.isalnum())


def people(g: Ground) -> None:
    """People of the organisations: from one to eight each, in the languages of the place."""
    taken: set[str] = {p.name for p in g.staff.values()}
    made: list[tuple[Sketch, models.Person, str]] = []
    for s in SKETCHES:
        if s.key == "meridian":
            continue
        size = {"university": 7, "hospital": 4, "nren": 3, "supplier": 3}.get(s.kind, 3)
        titles = list(names.TITLES[s.kind])
        g.dice.shuffle(titles)
        for n in range(size if s.key != LEFT else 9):
            made.append((s, _person(g, s, taken, n), titles[n % len(titles)]))
    g.store([p for _s, p, _t in made])
    affiliations = [
        models.Affiliation(person=p, organisation=g.organisations[s.key], job_title=title,
                           since=g.years_ago(g.dice.uniform(2.5, 12)))
        for s, p, title in made
    ]  # fmt: skip
    children = [(a, s) for a, (s, _p, _t) in zip(affiliations, made, strict=True) if s.parent]
    more = [  # some people of a unit also work for the whole
        models.Affiliation(person=a.person, organisation=g.organisations[s.parent], job_title="Speaks for the unit", since=a.since)
        for n, (a, s) in enumerate(children) if n % 3 == 0
    ]  # fmt: skip
    g.store(affiliations + more)
    for s, p, _title in made:
        g.people_of.setdefault(s.key, []).append(p)
    _roles(g, {(a.organisation_id, a.person_id): a for a in affiliations})
    _consents(g, [p for _s, p, _t in made])
    _retention(g)


def _person(g: Ground, s: Sketch, taken: set[str], n: int) -> models.Person:
    native, language = "", "en"
    if s.country in names.NATIVE and n < len(names.NATIVE[s.country]):
        pool = [row for row in names.NATIVE[s.country] if f"{row[0]} {row[1]}" not in taken]
        given, family, native = pool[0] if pool else _pair(g, "en", taken)
        language = {"UA": "uk", "BG": "bg", "GR": "el", "GE": "ka"}[s.country]
    else:
        pool_key = names.LANGUAGE_OF.get(f"{s.country}-{s.region}") or names.LANGUAGE_OF.get(s.country, "en")
        given, family, native = _pair(g, pool_key, taken)
        language = {"lb": "fr"}.get(pool_key, pool_key)
    taken.add(f"{given} {family}")
    domain = s.domain or "meridian.example"
    phone = f"{names.PHONES.get(s.country, '+32 3 555 ')}{g.dice.randrange(1000, 9999)}"
    return models.Person(
        given_name=given, family_name=family, native_name=native, name=f"{given} {family}", language=language,
        emails=[f"{_mailbox(given)}.{_mailbox(family)}@{domain}"], phones=[phone] if g.dice.random() < 0.7 else [],
        time_zone=names.ZONES.get(s.country, "Europe/Brussels"), owner=g.steward_of(s),
    )  # fmt: skip


def _pair(g: Ground, language: str, taken: set[str]) -> tuple[str, str, str]:
    given, family = names.NAMES[language]
    while True:
        found = (g.dice.choice(given), g.dice.choice(family), "")
        if f"{found[0]} {found[1]}" not in taken:
            return found


def _roles(g: Ground, affiliations: dict[tuple[int, int], Any]) -> None:
    """What people are there for; about one expected role in eight is vacant, some were handed over."""
    for s in SKETCHES:
        people = g.people_of.get(s.key, [])
        kinds = {kind for kind, _begun, ended in s.relations if ended is None}
        for n, role in enumerate(rules.expected_roles(kinds)):
            if role != "security" and s.key != LEFT and g.dice.random() < 0.13:
                continue
            person, since = people[n % len(people)], g.years_ago(g.dice.uniform(0.8, 2.4))
            until: date | None = None
            if s.key == LEFT and role == "security":
                until = g.day(33)
            elif role == "security" and s.contact < 3:
                continue
            held = affiliations[g.organisations[s.key].pk, person.pk]
            g.roles.append(models.ContactRole(
                organisation=g.organisations[s.key], role=role, person=person, affiliation=held, since=since, until=until,
                note="Left for another institute; notices go to the shared mailbox." if until else "",
            ))  # fmt: skip
        if s.contact >= 4 and len(people) > 5:
            held = affiliations[g.organisations[s.key].pk, people[5].pk]
            g.roles.append(models.ContactRole(
                organisation=g.organisations[s.key], role="champion", person=people[5], affiliation=held,
                since=g.years_ago(1.2), note="Shows others how it is done.",
            ))  # fmt: skip
    g.store(g.roles)


def _consents(g: Ground, people: list[models.Person]) -> None:
    """Two purposes that many were asked for; some withdrew, one came back."""
    purposes = {p.code: p for p in Purpose._base_manager.filter(code__in=("newsletter", "surveys"), trashed_at=None)}
    found: list[models.Consent] = []
    if len(purposes) < 2:
        return

    def line(person: models.Person, code: str, on: date, decision: str, how: str, evidence: str) -> None:
        found.append(models.Consent(person=person, purpose=purposes[code], on=on, decision=decision, how=how, evidence=evidence))  # fmt: skip

    for n, person in enumerate(people):
        given = g.day(g.dice.randrange(120, 700))
        if n % 3 == 0:
            line(person, "newsletter", given, "given", "form", f"Form on the web page, {given.isoformat()}")
        if n % 24 == 0:
            later = given + timedelta(days=50)
            line(person, "newsletter", later, "withdrawn", "mail", "“Please take me off the list”, mail to the office")
        if n % 48 == 0:
            again = given + timedelta(days=110)
            line(person, "newsletter", again, "given", "conversation", "Asked for it again at the user day")
        if n % 7 == 0:
            line(person, "surveys", given, "given", "mail", "Mail to the account manager")
    g.store(found)


def _retention(g: Ground) -> None:
    """One rule, which asks first."""
    g.store([
        RetentionRule(
            name="Contacts who left, after three years", entity="parties.person", criterion="quiet", months=36,
            action="propose", spare_tags=["alumni board"],
        )
    ])  # fmt: skip


def groups(g: Ground) -> None:
    """Groups with members and those who speak for them."""
    records = [
        models.Group(name=name, acronym=acronym, kind=kind, purpose=text, since=g.years_ago(g.dice.uniform(2, 9)))
        for name, acronym, kind, text, _members in GROUPS
    ]
    g.store(records)
    memberships = []
    for group, (_n, _a, _k, _t, members) in zip(records, GROUPS, strict=True):
        for n, key in enumerate(members):
            memberships.append(models.GroupMembership(
                group=group, organisation=g.organisations[key], person=g.people_of[key][0], representative=True,
                since=g.years_ago(g.dice.uniform(0.5, 2)), role="Chair" if n == 0 else "",
            ))  # fmt: skip
    g.store(memberships)
