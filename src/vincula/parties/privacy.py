"""What the records of this room are to privacy, and when somebody's time here is over (requirement X10)."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from vincula.kernel.privacy import consents, retention
from vincula.kernel.privacy.stances import NAMED, TOOK_PART, about, shared, subject
from vincula.parties import models
from vincula.parties.models.dated import holding

QUIET = "quiet"
PERIOD = ("since", "until")


def register() -> None:
    """Called once when the program starts."""
    _people()
    _happenings()
    _others()
    consents.log(models.Consent, "person")
    retention.criterion(
        retention.Criterion(QUIET, "parties.person", _("no contact for so long, and works nowhere that we know"), quiet)
    )


def _people() -> None:
    subject(
        models.Person, whole=("name", "native_name"), words=("given_name", "family_name", "native_name"),
        contacts=("emails", "phones", "orcid"), pseudonym=("family_name", "name"), user="user", erase=("notes",),
        keep=("language", "time_zone"),
    )  # fmt: skip
    about(models.Affiliation, "person", erase=("job_title",), keep=("organisation", *PERIOD))
    about(
        models.ContactRole,
        "person",
        erase=("note",),
        keep=("organisation", "role", "affiliation", "predecessor", *PERIOD),
    )
    about(models.Consent, "person", erase=("evidence", "source"), keep=("purpose", "decision", "on", "how"))
    about(models.Expertise, "person", erase=("evidence",), keep=("subject", "level", "last_confirmed"))
    about(models.FunctionHolding, "person", keep=("function", "fte", *PERIOD))
    about(models.TeamMember, "person", keep=("team", "function", "share", *PERIOD))
    about(models.GroupMembership, "person", erase=("role",), keep=("group", "organisation", "representative", *PERIOD))


def _happenings() -> None:
    shared(
        models.Interaction, {"participants": TOOK_PART},
        texts=("subject", "notes", "outcome", "next_step", "location"), keep=("kind", "at", "minutes", "organisation"),
    )  # fmt: skip
    shared(
        models.Meeting, {"attendees": TOOK_PART}, texts=("title", "place", "agenda", "minutes"),
        keep=("at", "until", "organisation", "team"),
    )  # fmt: skip
    shared(
        models.AgendaItem,
        {"presenter": NAMED},
        texts=("title", "text", "outcome"),
        keep=("meeting", "position", "minutes"),
    )
    shared(
        models.Task, texts=("title", "details"),
        keep=("state", "due", "assignee", "organisation", "team", "subject", "meeting", "hours", "completed_at"),
    )  # fmt: skip
    shared(
        models.Document, texts=("title", "link", "description"), keep=("kind", "date", "organisation", "team")
    )  # fmt: skip


def _others() -> None:
    """Records of nobody: their texts may still name somebody."""
    shared(
        models.Team, {"leader": NAMED}, texts=("name", "purpose"), keep=("kind", "organisations", "subjects", *PERIOD)
    )
    shared(models.Subject, texts=("name", "names"), keep=("parent",))
    shared(models.Function, texts=("name", "names", "purpose"), keep=("code", "fte_needed"))
    shared(
        models.Organisation,
        texts=("name", "acronym", "names", "aliases", "description", "website", "region", "city"),
        keep=("kind", "country", "email_domains", "parent", "successor", "tariff_category", "disciplines", "established",
              "steward", "review_date", "active", "last_interaction_at"),
    )  # fmt: skip
    shared(models.OrganisationRelation, texts=("note",), keep=("organisation", "kind", *PERIOD))
    shared(
        models.OrganisationLink, texts=("reference_label", "reference_value"),
        keep=("source", "target", "kind", "reference_scheme", *PERIOD),
    )  # fmt: skip
    shared(models.Group, texts=("name", "acronym", "purpose", "website"), keep=("kind", *PERIOD))


def quiet(before: date) -> QuerySet[Any]:
    """People whom nobody met or spoke since ``before``, who work nowhere today and have no account here."""
    since = datetime.combine(before, time.min, tzinfo=UTC)
    met = models.Interaction.participants.through._base_manager.filter(
        person_id=OuterRef("pk"), interaction__at__gte=since, interaction__trashed_at=None
    )
    came = models.Meeting.attendees.through._base_manager.filter(
        person_id=OuterRef("pk"), meeting__at__gte=since, meeting__trashed_at=None
    )
    works = models.Affiliation._base_manager.filter(holding(), person_id=OuterRef("pk"), trashed_at=None)
    return models.Person._base_manager.filter(
        ~Exists(met), ~Exists(came), ~Exists(works), created_at__lt=since, user=None, trashed_at=None
    )
