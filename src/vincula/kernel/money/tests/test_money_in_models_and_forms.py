"""Money is two columns in the database and one value everywhere else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.state import ModelState
from django.test.utils import isolate_apps
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vincula.kernel.money import Money
from vincula.kernel.money.amount import LARGEST
from vincula.kernel.money.field import MoneyField, MoneyFormField


def make_model() -> Any:
    class Offer(models.Model):
        price = MoneyField("price")
        fee = MoneyField("fee", null=True)

        class Meta:
            app_label = "numbering"

    return Offer


@pytest.fixture
def offer(db: None) -> Iterator[Any]:
    with isolate_apps("vincula.kernel.numbering"):
        model = make_model()
        with connection.schema_editor(atomic=False) if connection.vendor != "sqlite" else _relaxed() as editor:
            editor.create_model(model)
        yield model


class _relaxed:  # noqa: N801 - reads as a word
    """SQLite's schema editor refuses to work inside a transaction with foreign keys; there are none here."""

    def __enter__(self) -> Any:
        self.editor = connection.schema_editor(atomic=False)
        self.editor.deferred_sql, self.editor.collect_sql = [], False
        return self.editor

    def __exit__(self, *_error: object) -> None:
        for statement in self.editor.deferred_sql:
            self.editor.execute(statement)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(-LARGEST, LARGEST), st.sampled_from(["EUR", "JPY", "KWD"]), st.booleans())
def test_money_comes_back_from_the_database_as_it_went(offer: Any, minor: int, code: str, filled: bool) -> None:
    money = Money(minor, code)
    made = offer.objects.create(price=money, fee=money if filled else None)
    found = offer.objects.get(pk=made.pk)
    assert (found.price, found.fee) == (money, money if filled else None)
    assert offer.objects.filter(price_minor=minor, price_currency=code, pk=made.pk).exists()


def test_the_database_refuses_an_amount_without_currency_and_the_reverse(offer: Any) -> None:
    price = Money(1, "EUR")
    for half in ({"fee_minor": 1}, {"fee_currency": "EUR"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            offer.objects.create(price=price, **half)
    with pytest.raises(IntegrityError), transaction.atomic():
        offer.objects.create()
    with pytest.raises(TypeError):
        offer(price=12)


def test_migrations_see_two_columns_and_the_constraint() -> None:
    with isolate_apps("vincula.kernel.numbering"):
        state = ModelState.from_model(make_model())
    assert set(state.fields) == {"id", "price_minor", "price_currency", "fee_minor", "fee_currency"}
    assert [c.name for c in state.options["constraints"]] == ["numbering_offer_fee_whole"]


def test_an_unknown_currency_does_not_pass_validation() -> None:
    with isolate_apps("vincula.kernel.numbering"):
        made = make_model()(price_minor=1, price_currency="ZZZ")
        with pytest.raises(ValidationError, match="not a currency"):
            made.clean_fields(exclude=["id"])


@pytest.mark.parametrize(
    ("language", "amount", "minor"), [("en", "1,250.50", 125050), ("de", "1.250,50", 125050), ("ru", "1 250,5", 125050)]
)
def test_forms_read_the_language_of_the_reader_and_show_it_again(language: str, amount: str, minor: int) -> None:
    with translation.override(language):
        field = MoneyFormField()
        money = field.clean([amount, "EUR"])
        assert money == Money(minor, "EUR")
        shown = field.widget.decompress(money)
        assert field.clean(shown) == money


def test_an_empty_amount_is_no_money_and_nonsense_is_told() -> None:
    assert MoneyFormField(required=False).clean(["", "EUR"]) is None
    for wrong, code in (
        (["", "EUR"], "required"),
        (["x", "EUR"], "amount"),
        (["1", "QQQ"], "currency"),
        (None, "required"),
    ):
        with pytest.raises(ValidationError) as error:
            MoneyFormField().clean(wrong)
        assert error.value.code == code


def test_a_currency_that_is_not_offered_can_be_kept() -> None:
    field = MoneyFormField()
    assert field.clean(["1", "KZT"]) == Money(100, "KZT")
    field.prepare_value(Money(100, "KZT"))
    assert 'value="KZT" selected' in field.widget.render("fee", Money(100, "KZT"))


def test_a_form_notices_whether_money_changed() -> None:
    field = MoneyFormField(required=False)
    assert not field.has_changed(Money(100, "EUR"), ["1.00", "EUR"])
    assert field.has_changed(Money(100, "EUR"), ["1.00", "USD"])
    assert not field.has_changed(None, ["", "EUR"])
    assert not field.has_changed(Money(0, "EUR"), ["0.00", "EUR"])
    assert field.has_changed(None, ["x", "EUR"])
