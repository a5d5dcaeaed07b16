"""How services are taken and what they are made of: offerings, subscriptions, usage, suppliers, what needs what."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import moving
from vincula.kernel.money import Money
from vincula.kernel.records import actions
from vincula.portfolio.demo.ground import Ground
from vincula.portfolio.models import (
    Dependency,
    Offering,
    Order,
    Resource,
    Subscription,
    Supply,
    Usage,
    ValueElement,
)
from vincula.portfolio.rules import life

ABC, ALL = ["A", "B", "C"], ["A", "B", "C", "D"]
# key: service, code, name, ru, audience, categories, price model, price, unit, levels
OFFERINGS: dict[str, tuple[str, str, str, str, str, list[str], str, int | None, str, str]] = {
    "net": ("NET", "NET-1", "Two paths", "Два пути", "Universities, hospitals, institutes", ABC, "yearly", 18500, "", "99.95 % in a year, a person answers within 15 minutes."),
    "net-s": ("NET", "NET-S", "One path", "Один путь", "Schools and small institutes", ["C", "D"], "yearly", 4200, "", "99.5 % in a year."),
    "edu": ("EDU", "EDU-1", "eduroam for a campus", "eduroam для кампуса", "Every member", ALL, "included", None, "", ""),
    "crt": ("CRT", "CRT-1", "Certificates without count", "Сертификаты без счёта", "Every member", [], "included", None, "", "Issued within an hour."),
    "fed": ("FED", "FED-1", "Member of the federation", "Член федерации", "Institutions with their own accounts", ABC, "included", None, "", ""),
    "fed-g": ("FED", "FED-G", "Groups and group mail", "Группы и групповая почта", "Projects and communities", [], "included", None, "", ""),
    "gst": ("GST", "GST-T", "By the terabyte", "По терабайтам", "Whoever measures much", ABC, "unit", 62, "TB", "99.5 % in a year, two copies."),
    "vrm": ("VRM", "VRM-1", "Rooms for teaching", "Залы для обучения", "Universities and schools", ALL, "yearly", 2900, "", "500 people in a room, recording included."),
    "tim": ("TIM", "TIM-1", "Time over fibre", "Время по волокну", "Laboratories", [], "cost", None, "", ""),
    "ftp": ("FTP", "FTP-1", "Mirror", "Зеркало", "Everybody", [], "included", None, "", ""),
    "lst": ("LST", "LST-1", "Lists", "Списки", "Everybody", [], "included", None, "", ""),
    "dds": ("DDS", "DDS-1", "Washing on demand", "Очистка по требованию", "Universities, hospitals, institutes", ABC, "yearly", 3600, "", "Washing begins within a minute."),
    "sfx": ("SFX", "SFX-1", "For an institution", "Для организации", "Universities, hospitals, institutes", ABC, "yearly", 8100, "", "99.5 % in a year, four working hours."),
    "sfx-s": ("SFX", "SFX-S", "Shared by small ones", "Совместно для небольших", "Schools and small institutes", ["C", "D"], "yearly", 2700, "", "As the other, three share one quota."),
}  # fmt: skip
AUDIENCES = {  # Russian, French, Dutch, German
    "Universities, hospitals, institutes": ("Университеты, больницы, институты", "Universités, hôpitaux, instituts", "Universiteiten, ziekenhuizen, instituten", "Universitäten, Kliniken, Institute"),
    "Schools and small institutes": ("Школы и небольшие институты", "Écoles et petits instituts", "Scholen en kleine instituten", "Schulen und kleine Institute"),
    "Every member": ("Все участники", "Tous les membres", "Elk lid", "Alle Mitglieder"),
    "Institutions with their own accounts": ("Учреждения со своими учётными записями", "Établissements qui ont leurs propres comptes", "Instellingen met eigen accounts", "Einrichtungen mit eigenen Konten"),
    "Projects and communities": ("Проекты и сообщества", "Projets et communautés", "Projecten en gemeenschappen", "Projekte und Gemeinschaften"),
    "Whoever measures much": ("Те, кто много измеряет", "Ceux qui mesurent beaucoup", "Wie veel meet", "Wer viel misst"),
    "Universities and schools": ("Университеты и школы", "Universités et écoles", "Universiteiten en scholen", "Universitäten und Schulen"),
    "Laboratories": ("Лаборатории", "Laboratoires", "Laboratoria", "Labore"),
    "Everybody": ("Все", "Tout le monde", "Iedereen", "Alle"),
}  # fmt: skip
EVERY = ("scheldemond", "semois", "dijleland", "zennedal", "kempenlab", "ardenne-optique", "archief", "minette", "moselle-uni",
         "clinique-sure", "sauer", "zuiderzee", "veluwe", "wad", "ijssel", "thierache", "photonique", "vosges-obs", "meuse-hosp")  # fmt: skip
# offering: organisations, years ago they began, metric, size of an ordinary reading
TAKEN: dict[str, tuple[tuple[str, ...], float, str, float]] = {
    "net": ((*EVERY[:9], "zuiderzee", "veluwe", "ijssel", "thierache", "photonique", "vosges-obs"), 5, "busiest hour, Gbit/s", 14),
    "net-s": (("clinique-sure", "sauer", "wad", "meuse-hosp", "polderschool", "gaume", "betuwe-museum"), 2, "busiest hour, Gbit/s", 0.8),
    "edu": (("scheldemond", "semois", "dijleland", "zennedal", "minette", "moselle-uni", "zuiderzee", "veluwe", "ijssel", "thierache", "polderschool", "gaume", "photonique"), 4, "sign-ins of visitors, thousand", 42),
    "crt": ((*EVERY[:6], "minette", "moselle-uni", "zuiderzee", "veluwe", "thierache", "vosges-obs"), 4, "certificates issued", 85),
    "fed": (("scheldemond", "semois", "dijleland", "moselle-uni", "minette", "zuiderzee", "veluwe", "thierache", "kempenlab", "zennedal"), 4, "sign-ins, thousand", 96),
    "fed-g": (("tidewater", "lowlands-genomes"), 1, "groups", 24),
    "gst": (("scheldemond", "semois", "minette", "kempenlab", "vosges-obs", "photonique", "zuiderzee"), 3, "terabytes kept", 310),
    "vrm": (("semois", "dijleland", "scheldemond", "moselle-uni", "thierache", "veluwe", "gaume", "polderschool"), 3, "hours recorded", 640),
    "tim": (("ardenne-optique", "photonique", "vosges-obs"), 2, "laboratories", 2),
    "ftp": (("scheldemond", "semois", "kempenlab", "minette", "moselle-uni", "zuiderzee", "veluwe", "thierache", "vosges-obs", "wad", "sauer", "digital-heritage", "dijleland"), 6, "terabytes fetched", 12),
    "lst": (("scheldemond", "semois", "zuiderzee", "digital-heritage", "tidewater", "thierache"), 7, "lists", 30),
}  # fmt: skip
LATER: dict[str, tuple[str, ...]] = {  # taken when the service went into operation
    "dds": ("scheldemond", "zennedal", "minette", "semois", "moselle-uni", "zuiderzee", "thierache", "kempenlab"),
    "sfx": ("zennedal", "scheldemond", "lowlands-genomes", "minette", "moselle-uni"),
}
SUPPLIES = (  # service, supplier, what, contract, years ago, months ahead that it ends
    ("NET", "lumenet", "Dark fibre, 2,100 km", "LMN-2011-04", 14, 13), ("NET", "oostbit", "Routers and their maintenance", "OBS-77", 6, 20),
    ("CRT", "certiva", "Issue of certificates", "CTV-3", 3, 5), ("DDS", "oostbit", "Washing centre, maintenance", "OBS-91", 2, 34), ("TIM", "helvenet", "Time from an atomic clock", "Letter of agreement", 4, None),
    ("RDV", "baltia-net", "Room for a third copy", "Draft", 0.1, None),
)  # fmt: skip
RESOURCES = (  # service, kind, name, quantity, unit, product
    ("NET", "network", "Optical backbone", "2100", "km", "Dark fibre"), ("NET", "hardware", "Core routers", "8", "", "OB-9000"), ("NET", "people", "Network operations", "4.5", "FTE", ""),
    ("EDU", "hardware", "Proxies", "3", "", ""), ("FED", "software", "Federation metadata and login", "", "", "Open source"), ("GST", "hardware", "Disk servers", "42", "", "384 TB each"),
    ("GST", "facility", "Machine room, Brussels", "14", "racks", ""), ("VRM", "software", "Video bridge", "", "", "Open source"), ("SFX", "hardware", "Storage for files in transit", "40", "TB", ""),
    ("SFX", "people", "Second line", "0.4", "FTE", ""), ("DDS", "hardware", "Washing centre", "1", "", "300 Gbit/s"), ("RDV", "hardware", "Disk and tape", "2", "PB", ""), ("RDV", "people", "Data stewards", "1.2", "FTE", ""),
)  # fmt: skip
NEEDS = (  # service, what it needs, kind, note
    ("EDU", "NET", "stops", "The proxies are reached over the backbone."), ("FED", "NET", "stops", ""), ("FED", "CRT", "suffers", "Metadata are signed; new members wait."), ("GST", "NET", "stops", ""), ("VRM", "NET", "stops", ""),
    ("VRM", "FED", "suffers", "Guests can still join by a link."), ("SFX", "FED", "stops", "People sign in there."), ("SFX", "CRT", "suffers", ""), ("SFX", "GST", "suffers", "Large files are parked there."),
    ("RDV", "GST", "stops", "One of the copies."), ("RDV", "FED", "stops", ""), ("NBK", "FED", "stops", ""), ("NBK", "GST", "suffers", "Project storage is mounted."), ("LLM", "FED", "stops", ""), ("TIM", "NET", "stops", ""),
    ("DDS", "NET", "stops", ""), ("NWX", "NET", "suffers", "No network, no weather."), ("ELN", "RDV", "suffers", "Pages are handed to the vault."), ("FTP", "NET", "stops", ""),
    ("NBK", "FTP", "suffers", "Packages come from the mirror."), ("LLM", "FTP", "suffers", "So do the models."),
)  # fmt: skip
VALUES = (  # service, kind, what, for whom, asset, judged by
    ("SFX", "outcome", "Data of patients travel inside our law", "Clinicians", "Trust of patients", "No incident in a year"), ("SFX", "cost_removed", "No couriers, no discs", "Radiology", "Working time", "Hours asked in the survey"),
    ("SFX", "risk_removed", "A wrong receiver can be called back", "Administrators of exams", "Exams", "Links called back"), ("SFX", "cost_imposed", "People learn one more page", "Everybody", "Time", "Two minutes in the pilot"),
    ("GST", "outcome", "Experiments write at line speed", "Physicists", "Instrument time", "Lost hours a year"), ("GST", "risk_imposed", "One contract for all disks", "Institutes", "Independence", "Offers every five years"),
    ("DDS", "risk_removed", "The campus stays reachable", "Network teams", "Teaching hours", "Minutes down by attacks"), ("NET", "outcome", "Every partner is near", "Researchers", "Collaboration", "Delay to twenty partners"),
    ("EDU", "outcome", "Visitors are online at once", "Students and staff", "Mobility", "Sign-ins of visitors"), ("RDV", "outcome", "Results can be checked in ten years", "Researchers", "Reputation", "Data sets cited"),
)  # fmt: skip


def begin(g: Ground) -> None:
    """Offerings and subscriptions of what was in operation already, and what the services are made of."""
    _offer(g, [key for key in OFFERINGS if OFFERINGS[key][0] not in ("DDS", "SFX")])
    rows = [
        Subscription(organisation=g.parties.organisations[key], offering=g.offerings[offering], owner=g.parties.organisations[key].steward,
                     quantity=_quantity(offering, n), since=g.parties.years_ago(years - n * 0.1))
        for offering, (keys, years, _metric, _size) in TAKEN.items() for n, key in enumerate(keys)
    ]  # fmt: skip
    g.parties.store(rows)


def _offer(g: Ground, keys: list[str]) -> None:
    rows = []
    for key in keys:
        service, code, name, russian, audience, categories, model, price, unit, levels = OFFERINGS[key]
        rows.append(Offering(
            service=g.services[service], code=code, name=name, names={"ru": russian}, audience=audience,
            audiences=dict(zip(("ru", "fr", "nl", "de"), AUDIENCES[audience], strict=True)),
            eligible_categories=categories, price_model=model, unit=unit, **_money("price", price),
            levels=levels, since=g.moment.date(), owner=g.services[service].service_owner,
        ))  # fmt: skip
    g.parties.store(rows)
    g.offerings |= dict(zip(keys, rows, strict=True))


def _money(name: str, euros: int | None) -> dict[str, Any]:
    """A sum as a keyword; nothing for a price that is not asked."""
    return {name: Money.of(euros, "EUR")} if euros else {}


def _quantity(offering: str, n: int) -> Decimal:
    return Decimal((420, 60, 250, 900, 1800, 80, 120)[n % 7]) if offering == "gst" else Decimal(1)


def taken_into_use(g: Ground, code: str) -> None:
    """A service went into operation: it is offered, and those who waited take it."""
    keys = [key for key, row in OFFERINGS.items() if row[0] == code]
    _offer(g, keys)
    for key in keys:
        g.parties.store([
            Subscription(organisation=g.parties.organisations[org], offering=g.offerings[key], owner=g.parties.organisations[org].steward,
                         since=g.moment.date() + timedelta(days=6 * n))
            for n, org in enumerate(LATER.get(key, ()))
        ])  # fmt: skip


def made_of(g: Ground) -> None:
    """Suppliers, resources, what needs what, what it is worth; noted about a year ago."""
    today = g.parties.today
    g.parties.store([
        Supply(service=g.services[code], supplier=g.parties.organisations[key], what=what, contract=contract, since=g.parties.years_ago(years),
               until=life.months_later(today, ahead) if ahead else None)
        for code, key, what, contract, years, ahead in SUPPLIES
    ])  # fmt: skip
    g.parties.store(
        [
            Resource(
                service=g.services[code],
                kind=kind,
                name=name,
                quantity=Decimal(n) if n else None,
                unit=unit,
                product=product,
            )
            for code, kind, name, n, unit, product in RESOURCES
        ]
    )
    g.parties.store([
        Dependency(service=g.services[a], needs=g.services[b], kind=kind, note=note) for a, b, kind, note in NEEDS
    ])  # fmt: skip
    g.parties.store([
        ValueElement(service=g.services[code], kind=kind, title=what, for_whom=whom, asset=asset, judged_by=judged)
        for code, kind, what, whom, asset, judged in VALUES
    ])  # fmt: skip


def used(g: Ground) -> None:
    """Readings of the last four quarters, of whatever was subscribed to then."""
    rows, dice = [], g.parties.dice
    quarters = [_quarter(g.parties.today, back) for back in range(4, 0, -1)]
    sizes = {g.offerings[key].pk: (metric, size) for key, (_o, _y, metric, size) in TAKEN.items()}
    sizes |= {g.offerings["dds"].pk: ("floods washed", 3.0), g.offerings["sfx"].pk: ("files sent", 900.0)}
    for sub in Subscription.objects.filter(offering__in=list(sizes), trashed_at=None).order_by("pk"):
        metric, size = sizes[sub.offering_id]
        level = size * dice.uniform(0.4, 1.6)
        for since, until in quarters:
            level *= dice.uniform(0.96, 1.13) if sub.offering_id != g.offerings["ftp"].pk else 0.7
            if sub.since and sub.since <= since and (sub.until is None or sub.until >= until):
                value = Decimal(round(level, 1 if level < 20 else 0))
                rows.append(Usage(subscription=sub, metric=metric, since=since, until=until, value=value.quantize(Decimal("0.001"))))  # fmt: skip
    g.parties.store(rows)


def _quarter(today: date, back: int) -> tuple[date, date]:
    first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    since = life.months_later(first, -3 * back)
    return since, life.months_later(since, 3) - timedelta(days=1)


ORDERS = (  # offering, organisation, days ago, how far it went
    ("sfx", "dijleland", 34, "activate"), ("sfx-s", "clinique-sure", 19, "provision"), ("dds", "ijssel", 12, "approve"), ("vrm", "meuse-hosp", 9, "confirm"), ("gst", "thierache", 6, "confirm"),
    ("sfx", "zuiderzee", 3, ""), ("sfx-s", "polderschool", 2, ""), ("sfx", "gaume", 15, "refuse"), ("tim", "kempenlab", 40, "withdraw"),
)  # fmt: skip
WAY = ("confirm", "approve", "provision", "activate")


def ordered(g: Ground) -> None:
    """Orders on their way; each step is taken by an account manager."""
    for key, org, back, last in ORDERS:
        organisation = g.parties.organisations[org]
        who = organisation.steward if organisation.steward != g.users["els"] else g.users["sofia"]
        with g.on(g.parties.day(back)):
            order = actions.create(
                Order, who=SYSTEM, organisation=organisation, offering=g.offerings[key], contact=g.parties.people_of[org][0],
                quantity=Decimal(40 if key == "gst" else 1), note="Asked for at the last visit.", owner=who,
            )  # fmt: skip
        steps = WAY[: WAY.index(last) + 1] if last in WAY else (last,) if last else ()
        for n, step in enumerate(steps, 1):
            with g.on(g.parties.day(max(0, back - 2 * n))):
                moving.move(order, step, who=g.users["maeve"] if step in WAY[2:] else g.users["sofia"])
