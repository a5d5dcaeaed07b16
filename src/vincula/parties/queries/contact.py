"""Who is in contact with whom, how much, and what is missing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from vincula.kernel import clock
from vincula.kernel.access import door, gathered, prepared
from vincula.kernel.access.among import among
from vincula.parties import rules
from vincula.parties.lifecycles import OPEN
from vincula.parties.models import Affiliation, ContactRole, Interaction, Organisation, OrganisationRelation, Task
from vincula.parties.models.dated import holding
from vincula.parties.queries.unions import moment


def together(organisations: Sequence[Any], user: Any) -> dict[int, tuple[list[str], str]]:
    """{organisation: (what it is to us, degree of contact)}, read in one statement for a whole page of a list."""

    def both(ids: tuple[int, ...], now: datetime, long_ago: datetime) -> prepared.Statement:
        these = among(ids, "organisation_id")
        relations = OrganisationRelation.objects.visible_to(user).filter(holding(), these).order_by()
        contacts = Interaction.objects.visible_to(user).filter(
            these, kind__in=rules.CONTACT, at__lte=now, at__gt=long_ago
        )
        counted = contacts.order_by().values("organisation_id").annotate(n=Count("pk"), latest=Max("at"))
        return prepared.united(
            ("q.organisation_id, q.kind, 0, NULL", relations.values_list("organisation_id", "kind")),
            ("q.organisation_id, '', q.n, q.latest", counted.values_list("organisation_id", "n", "latest")),
        )

    ids, now = tuple(o.pk for o in organisations), clock.now()
    found: dict[int, tuple[list[str], str]] = {pk: ([], "none") for pk in ids}
    name = "relations and contacts of organisations"
    rows = prepared.asked(name, user, both, ids=ids, now=now, long_ago=now - rules.WINDOW)
    for pk, kind, n, latest in rows:
        relation, degree = found[pk]
        if kind:
            relation.append(kind)
        else:
            degree = rules.degree_of_contact(n, moment(latest), now)
        found[pk] = (sorted(relation), degree)
    return found


def degrees(ids: Sequence[int], user: Any, *, of: str = "organisation") -> dict[int, str]:
    """{id: degree of contact} of organisations, or of people (``of`` = "participants"), by rules.degree_of_contact."""
    now = clock.now()
    rows = Interaction.objects.visible_to(user).filter(
        **{f"{of}__in": list(ids)}, kind__in=rules.CONTACT, at__lte=now, at__gt=now - rules.WINDOW
    )
    counted = rows.order_by().values_list(of).annotate(n=Count("pk", distinct=True), latest=Max("at"))
    known = {pk: rules.degree_of_contact(n, latest, now) for pk, n, latest in counted}
    return {pk: known.get(pk, "none") for pk in ids}


def not_contacted_for(days: int, user: Any) -> QuerySet[Organisation]:
    """Active organisations with whom nobody was in contact for ``days`` (never counts), the longest silence first."""
    border = clock.now() - timedelta(days=days)
    silent = Q(last_interaction_at__lte=border) | Q(last_interaction_at=None)
    rows = Organisation.objects.visible_to(user).filter(silent, active=True)
    if "last_interaction_at" in door.withheld(user, Organisation):
        return rows.none()  # who may not see all contacts is not told when the last one was
    return rows.order_by(F("last_interaction_at").asc(nulls_first=True), "pk")


def open_tasks(ids: Sequence[int], user: Any) -> dict[int, int]:
    """{organisation: number of open tasks}."""

    def counted(ids: tuple[int, ...]) -> prepared.Statement:
        rows = Task.objects.visible_to(user).filter(among(ids, "organisation_id"), state__in=OPEN)
        numbers = rows.order_by().values("organisation_id").annotate(n=Count("pk"))
        return prepared.united(("q.organisation_id, q.n", numbers.values_list("organisation_id", "n")))

    rows = prepared.asked("open tasks of organisations", user, counted, ids=tuple(ids))
    return dict(rows)  # type: ignore[arg-type]  # they are pairs


def vacant_roles(relations: Mapping[int, Sequence[str]], user: Any) -> dict[int, list[rules.Vacancy]]:
    """{organisation: contact roles that nobody holds today}; ``relations`` says what each is to us (see ``together``)."""

    def held_by(ids: tuple[int, ...]) -> tuple[gathered.Part, ...]:
        roles = ContactRole.objects.visible_to(user).filter(among(ids, "organisation_id"))
        looked_up = ("pk", "organisation_id", "role", "person__name", "since", "until")
        return (gathered.values("roles", roles.order_by(), *looked_up),)

    told = gathered.gather("contact roles of organisations", user, held_by, ids=tuple(relations))
    held: dict[int, list[rules.Held]] = defaultdict(list)
    for _role, pk, *holder in sorted(told["roles"], key=itemgetter(0)):
        held[pk].append(rules.Held(*holder))
    today = clock.today()
    return {
        pk: rules.vacancies(rules.expected_roles(kinds), held.get(pk, ()), today) for pk, kinds in relations.items()
    }


def workplaces(people: Sequence[int], user: Any) -> dict[int, dict[int, str]]:
    """{person: {organisation: its name}} for which the person works today, the oldest affiliation first."""
    place = door.leading_to("organisation", Organisation, user)
    rows = Affiliation.objects.visible_to(user).filter(place, holding(), person__in=people)
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for person, pk, name in rows.order_by("pk").values_list("person_id", "organisation_id", "organisation__name"):
        found[person].setdefault(pk, name)
    return dict(found)


def stale(user: Any, *, steward: Any = None) -> QuerySet[Organisation]:
    """Organisations whose review date has passed (E16), the longest overdue first; of one steward when given."""
    rows = Organisation.objects.visible_to(user).filter(review_date__lt=clock.today(), active=True)
    if steward is not None:
        rows = rows.filter(steward=steward)
    return rows.order_by("review_date", "pk")
