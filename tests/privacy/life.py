"""A person with a life here, a unique string in every place that takes text, and eyes that find any of them again."""

import itertools
import json
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models

from vincula.kernel import clock, mail, notify
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.api.models import IdempotentAnswer
from vincula.kernel.exchange.models import ImportLine, ImportRun
from vincula.kernel.files import actions as files
from vincula.kernel.jobs.models import Job
from vincula.kernel.links.models import Link
from vincula.kernel.pages.models import SavedView
from vincula.kernel.people.models import User
from vincula.kernel.privacy import stances
from vincula.kernel.privacy.models import Hold
from vincula.kernel.records import actions
from vincula.parties import models as parties
from vincula.parties.tests import factories

_number = itertools.count(1)
MARK = "zqxw"  # in every canary, in no word of any language


def canary(what: str) -> str:
    """A word that stands nowhere else."""
    number = next(_number)  # in letters: the index learns words of letters only
    return f"{MARK}{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}{''.join(c for c in what if c.isalpha())[:14].lower()}"


def filled(model: type[models.Model], *, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    """A canary for every column of words of a record, as its stance lists them."""
    values: dict[str, Any] = {}
    stance = stances.stance(model)
    assert stance is not None
    for name in stance.treated("erase", "text"):
        f: Any = model._meta.get_field(name)
        if name in skip or isinstance(f, models.ManyToManyField) or not f.editable:
            continue
        word = canary(f"{model._meta.model_name}{name}")
        if name == "references":
            values[name] = {f"s{word}": [word]}
        elif type(f).__name__ == "TextListField":
            values[name] = [
                {"email": f"{word}@{word}.example", "phone": f"+32 9 {next(_number) + 2_640_000}"}.get(f.item, word)
            ]
        elif type(f).__name__ == "TranslatedField":
            values[name] = {"fr": word}
        elif type(f).__name__ == "WebField":
            values[name] = f"https://{word}.example/"
        elif isinstance(f, models.CharField | models.TextField):
            values[name] = word
    return values


class Life:
    """Everything that is linked with one person. ``who`` does it all, so that a name is in nobody else's way."""

    def __init__(self, who: Any, *, account: bool = True) -> None:
        self.who = who
        self.organisation = factories.organisation(name="Universiteit Gent")
        self.account = User.objects.create_user(
            email=f"{canary('account')}@example.org", name=f"{canary('accountname')} Account"
        ) if account else None  # fmt: skip
        words = filled(parties.Person, skip=("orcid", "given_name", "family_name", "native_name"))
        self.person = actions.create(
            parties.Person, who=who, given_name=canary("given").title(), family_name=canary("family").title(),
            native_name=f"Олена {canary('native')}", orcid="0000-0002-1825-0097", user=self.account, **words,
        )  # fmt: skip
        actions.change(self.person, who=who, family_name=canary("later").title(), emails=[f"{canary('later')}@example.org"],
                       custom={"hobby": canary("custom")})  # fmt: skip
        self._about()
        self._shared()
        self._copies()

    def _about(self) -> None:
        def make(model: Any, **given: Any) -> Any:
            return actions.create(model, who=self.who, person=self.person, **{**filled(model), **given})

        make(parties.Affiliation, organisation=self.organisation)
        make(parties.ContactRole, organisation=self.organisation, role="technical")
        make(parties.Consent, purpose=factories._purpose(), on=date(2026, 1, 5))
        make(parties.Expertise, subject=factories.subject())
        make(parties.FunctionHolding, function=factories.function())
        make(parties.TeamMember, team=factories.team())
        make(parties.GroupMembership, group=factories.group())
        role = parties.ContactRole.objects.get(person=self.person)
        actions.change(role, who=self.who, note=canary("rolenotelater"))

    def _shared(self) -> None:
        texts = filled(parties.Interaction)
        self.alone = actions.create(
            parties.Interaction, who=self.who, organisation=self.organisation, participants=[self.person.pk],
            at=clock.now() - timedelta(days=3), **texts,
        )  # fmt: skip
        actions.change(self.alone, who=self.who, notes=f"{canary('noteslater')} said more than can be told here.")
        self.other = factories.person(given_name="Bart", family_name="Wouters")
        self.crowd = actions.create(
            parties.Interaction, who=self.who, organisation=self.organisation, participants=[self.person.pk, self.other.pk],
            subject=f"Renewal, with {self.person.name}", outcome="The contract is renewed.",
            notes=f"Bart agreed. {self.person.given_name} did not; write to {self.person.emails[0]} or {self.person.phones[0]}.",
        )  # fmt: skip
        self.meeting = factories.meeting(attendees=[self.person.pk, self.other.pk], title="Quarterly review",
                                         minutes=f"{self.person.name.upper()} reported.")  # fmt: skip
        self.far = actions.create(parties.Task, who=self.who, title=f"Call {self.person.name}",
                                  details=f"His number: {self.person.phones[0]}")  # fmt: skip
        actions.create(
            Link, who=SYSTEM, kind="related", source_entity="parties.person", source_id=self.person.pk,
            target_entity="parties.task", target_id=self.far.pk, note=canary("linknote"),
        )  # fmt: skip

    def _copies(self) -> None:
        p = self.person
        for record in (p, self.alone, parties.Affiliation.objects.get(person=p)):
            files.store(upload=ContentFile(canary("bytes").encode(), name=f"{canary('filename')}.txt"), who=self.who,
                        entity=record._meta.label_lower, object_id=record.pk)  # fmt: skip
        mail.send(to=p.emails[0], subject=f"For {canary('mailsubject')}", text=canary("mailtext"), key=f"m{p.pk}")
        mail.send(to="bart@example.org", subject=f"About {p.name}", text=f"Ask {p.emails[0]}", key=f"n{p.pk}")
        SavedView.objects.create(entity="parties.person", name="Mine", owner=self.who,
                                 query=f"family_name={p.family_name}&emails={p.emails[0].replace('@', '%40')}")  # fmt: skip
        Job.objects.create(
            key=f"j{p.pk}", task="x.y", payload={"name": p.name}, done_at=clock.now(), error=f"for {p.name}"
        )
        IdempotentAnswer.objects.create(
            user=self.who, key="k", request_digest="d", status=200,
            body=json.dumps({"id": p.pk, "given_name": p.given_name, "emails": p.emails, "notes": p.notes, "custom": p.custom}),
        )  # fmt: skip
        self._import()
        self._session()
        Hold.objects.create(entity="parties.person", object_id=p.pk, reason=canary("hold"), until=date(2020, 1, 1))
        notify.kind("privacy.test", "a test")
        notify.notify(users=[self.who], kind="privacy.test", sentence="“%(name)s” waits.", key=f"k{p.pk}",
                      entity="parties.person", object_id=p.pk, params={"name": p.given_name})  # fmt: skip

    def _import(self) -> None:
        p, word = self.person, canary("importcell")
        run = ImportRun.objects.create(
            who=self.who, entity="parties.person", name=f"{p.family_name}.csv", form="csv", state="applied"
        )
        run.file.save("people.csv", ContentFile(f"given,family\n{p.given_name},{p.family_name}\n{word}".encode()))
        ImportLine.objects.create(run=run, line=1, entity="parties.person", outcome="update", object_id=p.pk, label=p.name,
                                  values={"notes": canary("importvalue")}, before={"notes": word}, version=p.version)  # fmt: skip
        ImportLine.objects.create(run=run, line=2, entity="parties.person", outcome="error",
                                  messages=[{"message": f"“{p.emails[0]}” twice"}])  # fmt: skip
        self.run = run

    def _session(self) -> None:
        store = SessionStore()
        store["said"] = f"{self.person.name} is saved."
        store.save()
        self.session = store.session_key


def counts() -> dict[str, int]:
    """How many rows of everything that statistics count."""
    counted = (parties.Person, parties.Interaction, parties.Meeting, parties.Task, parties.Affiliation, parties.ContactRole,
               parties.Consent, parties.Expertise, parties.TeamMember, User)  # fmt: skip
    found = {m._meta.label: m._base_manager.count() for m in counted}
    found["participants"] = parties.Interaction.participants.through._base_manager.count()
    return found


def in_tables(mark: str = MARK) -> list[str]:
    """Tables in which the mark stands, every column cast to text; sessions are opened first."""
    found = []
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
            text = " || ' ' || ".join(f"coalesce(lower(CAST({quote(c)} AS text)), '')" for c in columns)
            cursor.execute(f"SELECT {text} FROM {quote(table)} WHERE {text} LIKE %s", [f"%{mark}%"])
            found += [f"{table}: {row[0][:160]}" for row in cursor.fetchall()]
    from django.contrib.sessions.models import Session

    return found + [
        f"session: {s.get_decoded()}" for s in Session.objects.all() if mark in str(s.get_decoded()).lower()
    ]


def in_files(mark: str = MARK) -> list[str]:
    """Stored files in whose name or bytes the mark stands."""
    found = []
    folder = settings.HOME / "files"
    for path in folder.rglob("*"):
        if path.is_file() and (mark in path.name.lower() or mark.encode() in path.read_bytes().lower()):
            found.append(str(path.relative_to(folder)))
    assert default_storage is not None
    return found
