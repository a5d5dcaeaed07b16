"""Two columns of money are one field of the entity."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.money import Money
from vincula.kernel.money.field import MoneyField
from vincula.kernel.records.models import Record


@pytest.fixture(scope="module")
def fee() -> object:
    class Licence(Record):
        name = models.CharField("name", max_length=80)
        fee = MoneyField("fee", null=True)

        class Meta:
            app_label = "links"

    class LicenceEntity(Entity):
        model = Licence
        help = "A licence."
        list_display = ("name", "fee")
        fieldsets = (("What", ("name", "fee")),)

    yield registry.get("links.licence").columns
    registry.drop(Licence)
    del apps.all_models["links"]["licence"]  # no table: nothing else of this process may meet the model
    apps.clear_cache()


def test_the_amount_is_a_field_and_its_columns_are_not(fee: dict) -> None:
    assert fee["fee"].kind.name == "money"
    assert not {"fee_minor", "fee_currency"} & set(fee)
    assert fee["fee"].entity.check() == []
    assert fee["fee"].sort_columns == ("fee_currency", "fee_minor")


def test_it_is_written_and_read_back_in_text_and_json(fee: dict) -> None:
    kind, amount = fee["fee"].kind, Money.of("1234.50", "EUR")
    assert kind.to_text(amount, fee["fee"]) == "1234.50 EUR"
    assert kind.from_text("1234.50 EUR", fee["fee"]) == amount
    assert kind.from_json(kind.to_json(amount, fee["fee"]), fee["fee"]) == amount
    assert "1,234.50" in kind.html(amount, fee["fee"])


def test_nonsense_is_refused_with_a_sentence(fee: dict) -> None:
    for text in ("many", "12", "12 XXZ"):
        with pytest.raises(ValidationError, match="not an amount"):
            fee["fee"].kind.from_text(text, fee["fee"])
    with pytest.raises(ValidationError, match="minor units"):
        fee["fee"].kind.from_json({"minor": 1.5, "currency": "EUR"}, fee["fee"])
