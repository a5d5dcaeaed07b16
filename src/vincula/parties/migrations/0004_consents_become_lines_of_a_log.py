"""Each consent becomes the line that gave it, and a second line when it was withdrawn. Nothing is lost."""

from django.db import migrations
from django.db.models import F

from vincula.kernel.audit.trail import digest_of

PURPOSES = {
    "newsletter": ("Newsletter", {"ru": "Рассылка новостей", "fr": "Lettre d’information", "nl": "Nieuwsbrief", "de": "Newsletter"}),
    "events": ("Invitations to events", {"ru": "Приглашения на мероприятия", "fr": "Invitations à des événements", "nl": "Uitnodigingen voor evenementen", "de": "Einladungen zu Veranstaltungen"}),
    "surveys": ("Surveys", {"ru": "Опросы", "fr": "Enquêtes", "nl": "Enquêtes", "de": "Umfragen"}),
    "reference": ("Being named as a reference", {"ru": "Упоминание в качестве референции", "fr": "Être cité comme référence", "nl": "Genoemd worden als referentie", "de": "Nennung als Referenz"}),
    "other": ("Other", {"ru": "Прочее", "fr": "Autre", "nl": "Overig", "de": "Sonstiges"}),
}  # fmt: skip


def to_log(apps, schema_editor):
    Consent, Purpose = apps.get_model("parties", "Consent"), apps.get_model("privacy", "Purpose")
    Entry = apps.get_model("audit", "AuditEntry")
    used = set(Consent.objects.values_list("purpose_was", flat=True).distinct())
    for code, (name, names) in PURPOSES.items():
        if code == "other" and code not in used:
            continue
        purpose, _made = Purpose.objects.get_or_create(
            code=code, defaults={"name": name, "name_folded": name.lower(), "names": names}
        )
        Consent.objects.filter(purpose_was=code).update(purpose=purpose)
    Consent.objects.update(on=F("given_on"), evidence=F("proof"), how="other", decision="given")
    for old in Consent.objects.exclude(withdrawn_on=None).iterator(chunk_size=500):
        new = Consent.objects.create(
            person_id=old.person_id,
            purpose_id=old.purpose_id,
            purpose_was=old.purpose_was,
            decision="withdrawn",
            given_on=old.given_on,
            on=old.withdrawn_on,
            how="other",
            evidence=old.proof,
            proof=old.proof,
            owner_id=old.owner_id,
            trashed_at=old.trashed_at,
        )
        changes = {
            "person": [None, new.person_id],
            "decision": [None, "withdrawn"],
            "on": [None, new.on.isoformat()],
            "purpose": [None, new.purpose_id],
            "evidence": [None, new.evidence],
        }
        Entry.objects.create(
            verb="created",
            entity="parties.consent",
            object_id=new.pk,
            version=new.version,
            changes=changes,
            digest=digest_of(changes),
        )


def back(apps, schema_editor):
    """The withdrawals go back into the lines that gave consent."""
    Consent = apps.get_model("parties", "Consent")
    for line in Consent.objects.filter(decision="withdrawn").order_by("pk"):
        given = (
            Consent.objects.filter(
                person_id=line.person_id,
                purpose_id=line.purpose_id,
                decision="given",
                withdrawn_on=None,
                on__lte=line.on,
            )
            .order_by("-on")
            .first()
        )
        if given is not None:
            given.withdrawn_on = line.on
            given.save(update_fields=["withdrawn_on"])
        line.delete()
    for code in PURPOSES:
        Consent.objects.filter(purpose__code=code).update(purpose_was=code)
    Consent.objects.update(given_on=F("on"), proof=F("evidence"))


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_room_for_a_consent_log"), ("audit", "0001_trail")]
    operations = [migrations.RunPython(to_log, back)]
