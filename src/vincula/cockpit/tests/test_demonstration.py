"""The demonstration is believable, whole, the same at each load, and loaded once."""

import io
from contextlib import redirect_stdout
from datetime import timedelta

import pytest

from vincula.cockpit import demo
from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.people.models import User
from vincula.kernel.records import actions
from vincula.kernel.records.models import IndexValue
from vincula.kernel.testing import standing
from vincula.parties import models, queries

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """Loaded once for all tests here; gives what the operator was told."""
    said = io.StringIO()
    with standing.rows(django_db_blocker), pytest.MonkeyPatch.context() as patch:
        patch.setenv("VINCULA_ADMIN_PASSWORD", "a password for tests")
        with redirect_stdout(said):
            demo.load()
        yield said.getvalue()


@pytest.fixture
def loaded(once, db):
    return once


def test_the_demonstration_fills_every_page_and_is_loaded_once(loaded, capsys):
    assert models.Organisation.objects.filter(trashed_at=None).count() >= 40
    assert models.Person.objects.count() >= 150
    assert models.Interaction.objects.count() >= 600
    for model in (
        models.Team,
        models.Function,
        models.Expertise,
        models.Meeting,
        models.Document,
        models.Group,
        models.Consent,
    ):
        assert model.objects.exists(), model
    now, today = clock.now(), clock.today()
    open_tasks = models.Task.objects.filter(state__in=("todo", "doing"))
    assert open_tasks.filter(due__lt=today).exists()
    assert open_tasks.filter(due__gte=today).exists()
    assert models.Meeting.objects.filter(at__gt=now).exists()
    assert not models.Interaction.objects.filter(at__gt=now).exists()
    assert models.Interaction.objects.filter(at__lt=now - timedelta(days=600)).exists()
    assert queries.not_contacted_for(90, SYSTEM).count() >= 4
    assert queries.overlaps(SYSTEM)
    assert queries.find_the_expert("storage", SYSTEM)
    assert any(
        found
        for found in queries.vacant_roles(
            list(models.Organisation.objects.values_list("pk", flat=True)), SYSTEM
        ).values()
    )
    assert "sofia@meridian.example" in loaded
    before = AuditEntry.objects.count()
    demo.load()
    assert AuditEntry.objects.count() == before
    assert "already" in capsys.readouterr().out


def test_every_record_is_as_valid_audited_and_indexed_as_one_that_was_typed(loaded):
    for model in (
        models.Organisation,
        models.Person,
        models.Affiliation,
        models.ContactRole,
        models.Interaction,
        models.Task,
    ):
        entity = model._meta.label_lower
        rows = model.objects.all()
        assert AuditEntry.objects.filter(entity=entity, verb="created").count() == rows.count()
        for record in rows.order_by("pk")[:: max(1, rows.count() // 12)]:
            record.full_clean()
            assert record.version > 0
    assert IndexValue.objects.filter(
        entity="parties.organisation", field="names", value="scheldemond university"
    ).exists()
    latest = models.Organisation.objects.get(acronym="USM")
    newest = latest.interactions.order_by("-at").first()
    assert latest.last_interaction_at == newest.at


def test_its_users_sign_in_and_see_what_their_roles_reach(loaded):
    sofia, els = (User.objects.get(email=f"{name}@meridian.example") for name in ("sofia", "els"))
    assert sofia.check_password("a password for tests")
    assert User.objects.get(email="oleg@meridian.example").language == "ru"
    assert models.Organisation.objects.visible_to(sofia).count() == models.Organisation.objects.count()
    countries = set(models.Organisation.objects.visible_to(els).values_list("country", flat=True))
    assert countries == {"BE"}
    new = actions.create(models.Person, who=els, given_name="New", family_name="Contact")
    assert models.Person.objects.visible_to(els).filter(pk=new.pk).exists()
