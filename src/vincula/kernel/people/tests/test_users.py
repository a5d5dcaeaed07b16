"""What a user is."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from vincula.kernel.people.models import User
from vincula.kernel.people.tests.factories import PASSWORD, user


def test_an_address_is_kept_once_whatever_its_capitals(bob):
    with pytest.raises(ValidationError):
        user(name="Other Bob", email="BOB@VINCULA.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="Bob@vincula.TEST", name="past the save door")])


def test_a_user_is_found_by_the_address_whatever_its_capitals(bob):
    assert User.objects.get_by_natural_key("BOB@vincula.test") == bob


def test_an_address_is_folded_whichever_way_it_is_written(bob):
    bob.email = "  Robert@Vincula.Test "
    bob.save()
    bob.refresh_from_db()
    assert bob.email == "robert@vincula.test"


@pytest.mark.parametrize(
    ("name", "email", "initials"),
    [
        ("Alice Ash", "a@b.test", "AA"),
        ("Ana María Õunapuu", "a@b.test", "AÕ"),
        ("Cher", "a@b.test", "C"),
        ("", "zoe@b.test", "Z"),
    ],
)
def test_the_round_mark_shows_one_or_two_letters(name, email, initials):
    assert User(name=name, email=email).initials == initials


def test_somebody_without_a_name_is_called_by_the_address():
    assert str(User(email="zoe@b.test")) == "zoe@b.test"
    assert str(User(email="zoe@b.test", name="Zoë")) == "Zoë"


def test_only_staff_are_staff(bob, charlie):
    assert bob.is_staff
    assert not charlie.is_staff


def test_a_service_account_takes_no_password(db):
    with pytest.raises(ValidationError):
        User.objects.create_user(email="robot@vincula.test", name="Robot", kind="service", password=PASSWORD)


def test_an_unknown_time_zone_is_refused(db):
    with pytest.raises(ValidationError):
        user(name="lost", time_zone="Mars/Olympus")


def test_an_unknown_kind_does_not_get_into_the_table(bob):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=bob.pk).update(kind="ghost")


def test_an_administrator_who_is_not_active_may_do_nothing(alice):
    assert alice.has_perm("anything")
    alice.is_active = False
    assert not alice.has_perm("anything")
    assert not alice.has_module_perms("people")
