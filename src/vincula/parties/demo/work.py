"""Makes teams, subjects, expertise, tasks, meetings, documents."""

from datetime import timedelta
from typing import Any

from vincula.parties import models
from vincula.parties.demo.ground import Ground
from vincula.parties.demo.organisations import SKETCHES
from vincula.parties.demo.talk import AGENDA, DOCUMENTS, PLACES, SUBJECTS, TOPICS

TEAMS = (  # name, kind, purpose, leader, organisations, subjects, members (given name, function, share), ended days ago
    ("Team Scheldemond", "customer", "One face for our largest customer: plans, delivery, complaints.", "sofia",
     ("scheldemond", "scheldemond-ict", "scheldemond-med", "scheldemond-marine"), ("Storage", "Service review"),
     (("sofia", "BRM", 40), ("priya", "DM", 30), ("tomasz", "TCA", 20), ("matteo", "DEV", 20)), None),
    ("Team Wallonia", "customer", "Universities and institutes of the south.", "bart",
     ("semois", "ardenne-optique", "semois-wood", "gaume"), ("Video and teaching",),
     (("bart", "BRM", 40), ("owen", "TRN", 20), ("zeynep", "DEV", 20)), None),
    ("Team Luxembourg", "customer", "All organisations of the country, in their three languages.", "claudine",
     ("minette", "moselle-uni", "clinique-sure", "sauer"), ("Storage",),
     (("claudine", "BRM", 60), ("matteo", "TCA", 20)), None),
    ("Team Zuiderzee", "customer", "The university, its library, and its lake.", "femke",
     ("zuiderzee", "zuiderzee-lib", "wad"), ("Backbone and access",),
     (("femke", "BRM", 40), ("tomasz", "TCA", 20)), None),
    ("Customer services", "standing", "The unit itself: relations, training, reports.", "juergen", (), (),
     (("juergen", "CSCo", 50), ("amara", "CRO", 80), ("sofia", "BRM", 30), ("bart", "BRM", 30), ("femke", "BRM", 30),
      ("oleg", "INT", 60), ("els", "LIA", 70), ("maeve", "SPM", 60)), None),
    ("Security response", "standing", "Takes incident notices, day and night.", "farid", (), ("Security incidents", "DDoS protection"),
     (("farid", "SEC", 60), ("linnea", "SEC", 30), ("zeynep", "DEV", 20)), None),
    ("Hospitals and privacy", "virtual", "What hospitals share: imaging, keys, drills.", "linnea",
     ("zennedal", "clinique-sure", "ijssel", "meuse-hosp"), ("Health data", "Security incidents"),
     (("linnea", "TCA", 20), ("farid", "SEC", 20), ("claudine", "BRM", 10)), None),
    ("Estuary data", "virtual", "Moves the data of TIDEWATER to where they are needed.", "matteo",
     ("tidewater", "scheldemond-marine", "zuiderzee"), ("Data transfer", "Storage"),
     (("matteo", "DEV", 20), ("sofia", "BRM", 10), ("femke", "BRM", 10)), None),
    ("Thiérache fibre", "task_force", "Replace the microwave link before winter.", "zeynep", ("thierache",),
     ("Backbone and access",), (("zeynep", "DEV", 30), ("bart", "BRM", 10)), None),
    ("Return of the steppe data", "task_force", "Brought forty terabytes home, checked and documented.", "oleg", ("steppe",),
     ("Data transfer",), (("oleg", "INT", 30), ("matteo", "DEV", 20)), 70),
)  # fmt: skip
EXTRA_TASKS = (
    ("Prepare the numbers of the quarter", "Service review", 6), ("Answer the question about tariffs", "Service review", 2),
    ("Visit the new building with the network engineer", "Backbone and access", 4), ("Check the list of contacts", "Procurement", 1),
    ("Draft the migration plan", "Storage", 36), ("Test the drill with the hospital", "Security incidents", 24),
    ("Book a room for the training", "Video and teaching", None), ("Ask for the minutes of the council", "Service review", None),
)  # fmt: skip


def subjects(g: Ground) -> None:
    """Two levels of subjects."""
    tops = [models.Subject(name=name) for name in SUBJECTS]
    g.store(tops)
    leaves = [
        models.Subject(name=name, names=translated, parent=top)
        for top, listed in zip(tops, SUBJECTS.values(), strict=True) for name, translated in listed
    ]  # fmt: skip
    g.store(leaves)
    g.subjects = {s.name: s for s in [*tops, *leaves]}


def expertise(g: Ground) -> None:
    """Who of ours, and some of theirs, knows what."""
    known = {
        "tomasz": ("Backbone and access", "eduroam", "Optical transport"), "linnea": ("Federated login", "Certificates", "Second factor"),
        "farid": ("Security incidents", "DDoS protection"), "zeynep": ("Backbone and access", "DDoS protection", "Time synchronisation"),
        "matteo": ("Storage", "Data transfer", "Health data"), "owen": ("Video and teaching", "Training of trainers"),
        "sofia": ("Service review", "Storage", "Procurement"), "bart": ("Service review", "Video rooms"),
        "oleg": ("Partner networks", "Federated login"), "claudine": ("Health data", "Service review"), "els": ("Schools", "eduroam"),
        "priya": ("Service review", "Storage"), "amara": ("Service review", "Procurement"), "femke": ("Hospitals", "Backbone and access"),
        "maeve": ("Procurement", "Research data management"), "juergen": ("Service review",),
    }  # fmt: skip
    evidence = ("Led the last migration", "Teaches it to administrators twice a year", "Certified; certificate in the files",
                "Wrote our guide", "Second line for two years", "")  # fmt: skip
    rows = [
        (g.staff[name], subject, 5 - min(n, 2)) for name, listed in known.items() for n, subject in enumerate(listed)
    ]
    names = list(g.subjects)[5:]
    for n, key in enumerate(k for k in g.people_of if k != "meridian"):
        rows.append((g.people_of[key][0], names[n % len(names)], g.dice.choice((2, 3, 3, 4))))
    found = [
        models.Expertise(
            person=person, subject=g.subjects[subject], level=level, evidence=g.dice.choice(evidence),
            last_confirmed=g.day(g.dice.randrange(10, 420 if level > 3 else 900)) if g.dice.random() < 0.85 else None,
        )
        for person, subject, level in rows
    ]  # fmt: skip
    g.store(found)


def teams(g: Ground) -> None:
    """Teams with members."""
    records, lists = [], []
    for name, kind, purpose, leader, organisations, about, _members, ended in TEAMS:
        until = g.day(ended) if ended else (g.today + timedelta(days=75) if kind == "task_force" else None)
        records.append(
            models.Team(
                name=name, kind=kind, purpose=purpose, leader=g.staff[leader], since=g.years_ago(1.1), until=until
            )
        )
        lists.append(
            {
                "organisations": [g.organisations[k].pk for k in organisations],
                "subjects": [g.subjects[s].pk for s in about],
            }
        )
    g.store(records, lists)
    g.teams = records
    members = []
    for team, row in zip(records, TEAMS, strict=True):
        for name, code, share in row[6]:
            members.append(models.TeamMember(
                team=team, person=g.staff[name], function=g.functions[code], share=share, since=team.since, until=team.until if row[7] else None,
            ))  # fmt: skip
    g.store(members)


def tasks(g: Ground) -> None:
    """Open, late, done and dropped ones, for each account manager."""
    found: list[models.Task] = []
    sketches = [s for s in SKETCHES if s.contact and g.steward_of(s) is not None]
    for n in range(96):
        s = sketches[n % len(sketches)]
        topic = g.dice.choice(TOPICS)
        title, subject, hours = (
            g.dice.choice(EXTRA_TASKS)
            if n % 3 == 0
            else (g.dice.choice(topic.steps), topic.subject, g.dice.choice((None, 1, 2, 3)))
        )
        open_one = n % 2 == 0
        due = g.today + timedelta(
            days=g.dice.choice((-21, -9, -4, -1, 0, 1, 2, 3, 5, 8, 12, 20, 33) if open_one else (-40, -80, -150))
        )
        state = g.dice.choice(("todo", "todo", "todo", "doing")) if open_one else ("dropped" if n % 14 == 1 else "done")
        steward: Any = g.steward_of(s) if n % 5 else g.users.get(("juergen", "amara", "priya", "femke")[n // 5 % 4])
        served = [t for t, row in zip(g.teams, TEAMS, strict=True) if s.key in row[4]]
        made = g.moment(g.dice.randrange(5, 60) if open_one else g.dice.randrange(160, 300))
        found.append(models.Task(
            title=title, state=state, due=due, assignee=steward, owner=steward, organisation=g.organisations[s.key],
            team=served[0] if served and n % 4 == 0 else None, subject=g.subjects[subject], hours=hours, created_at=made, updated_at=made,
            completed_at=None if open_one else g.moment((g.today - due).days),
        ))  # fmt: skip
    for t in found[:6]:  # two people at the same thing: what the page of overlaps is for
        twin = models.Task(title=t.title, state="doing", due=t.due, assignee=g.users.get("oleg"), owner=g.users.get("oleg"),
                           organisation=t.organisation, subject=t.subject, hours=2)  # fmt: skip
        if t.is_open:
            found.append(twin)
    g.store(found)


def meetings(g: Ground) -> None:
    """Reviews behind and ahead of us, team meetings every month."""
    records, lists, items = [], [], []
    busy = [s for s in SKETCHES if s.contact >= 3]
    for n, s in enumerate(busy * 2):
        ahead = n < len(busy) and n % 2 == 0
        at = g.moment(-g.dice.randrange(2, 45) if ahead else g.dice.randrange(4, 60 if n % 3 else 500))
        people = g.people_of[s.key][:3]
        steward = g.steward_of(s)
        own = [p for p in g.staff.values() if p.user_id == getattr(steward, "pk", 0)]
        records.append(models.Meeting(
            title=g.dice.choice(("Service review", "Planning for next year", "Annual conversation", "Kick-off")) + f", {s.acronym or s.name}",
            at=at, until=at + timedelta(minutes=90), place=g.dice.choice(PLACES), organisation=g.organisations[s.key], owner=steward,
            agenda="" if ahead and n % 6 == 0 else "\n".join(f"{i}. {a}" for i, a in enumerate(AGENDA[:4], 1)),
            minutes="" if ahead or n % 5 == 0 else _minutes(g),
        ))  # fmt: skip
        lists.append({"attendees": [p.pk for p in [*people, *own]]})
    for n, (team, row) in enumerate(zip(g.teams, TEAMS, strict=True)):
        shift = n * 3 % 14
        for back in (shift - 16, shift + 12, shift + 41, shift + 72) if not row[7] else (100,):
            at = g.moment(back)
            records.append(models.Meeting(
                title=f"{team.name}, monthly", at=at, until=at + timedelta(minutes=60), place="Brussels, our office", team=team,
                agenda="1. Open tasks\n2. What we heard\n3. Next month", minutes="" if back < 0 else _minutes(g), owner=g.staff[row[3]].user,
            ))  # fmt: skip
            lists.append({"attendees": [g.staff[m[0]].pk for m in row[6]]})
    g.store(records, lists)
    g.meetings = records
    for n, meeting in enumerate(records):
        if n % 2 == 0:
            for position, title in enumerate(g.dice.sample(AGENDA, 4), 1):
                items.append(models.AgendaItem(
                    meeting=meeting, position=position, title=title, minutes=g.dice.choice((10, 15, 20)),
                    outcome=g.dice.choice(g.dice.choice(TOPICS).outcomes) if meeting.minutes else "",
                ))  # fmt: skip
    g.store(items)


def _minutes(g: Ground) -> str:
    parts = []
    for topic in g.dice.sample(TOPICS, 3):
        step = g.dice.choice(topic.steps)
        parts.append(f"**{topic.subject}.** {g.dice.choice(topic.outcomes)} Next: {step[0].lower()}{step[1:]}.")
    return "\n\n".join(parts)


def documents(g: Ground) -> None:
    """Papers about organisations; links to where they lie."""
    found = []
    for n, s in enumerate([s for s in SKETCHES if s.contact >= 2] * 2):
        kind, title = DOCUMENTS[n % len(DOCUMENTS)]
        back = g.dice.randrange(3, 600)
        made = g.moment(back)
        found.append(models.Document(
            title=f"{title}, {s.acronym or s.name}", kind=kind, date=g.day(back), owner=g.steward_of(s),
            organisation=g.organisations[s.key], created_at=made, updated_at=made, link=f"https://files.meridian.example/{s.key}/{kind}-{n}",
        ))  # fmt: skip
    g.store(found)
