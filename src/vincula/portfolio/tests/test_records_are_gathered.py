"""What one statement brings from many tables is what Django reads from each, for whoever asks (kernel.access.gathered)."""

from typing import Any

import pytest

from vincula.kernel.access import gathered, prepared
from vincula.kernel.access.among import among
from vincula.kernel.entity import registry
from vincula.kernel.money import Money
from vincula.kernel.testing import cast
from vincula.parties.tests import factories as parties
from vincula.portfolio.models import Offering, Service, Subscription
from vincula.portfolio.tests import factories as make

pytestmark = pytest.mark.django_db


def plain(record: Any) -> dict[str, Any]:
    """What was read of it: of lines about a record nobody asks who keeps it, or since when."""
    return {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields if f.name not in gathered.KEPT}


def test_records_of_every_table_come_as_they_are() -> None:
    models = [entity.model for entity in registry.all() if entity.key.startswith(("portfolio.", "parties."))]
    assert len(models) > 40
    for model in models:
        cast.make(registry.for_model(model))  # type: ignore[arg-type]  # each of them has an entity
    found = gathered.gather("all of it", cast.alice(), lambda: [
        gathered.records(model._meta.label, model.objects.all()) for model in models
    ])  # fmt: skip
    for model in models:
        there = {record.pk: plain(record) for record in model._base_manager.all()}
        assert {record.pk: plain(record) for record in found[model._meta.label]} == there, model
        for record in found[model._meta.label]:
            assert record.get_deferred_fields() == {*gathered.KEPT}, model
            kinds = {name: type(value) for name, value in plain(record).items()}
            assert kinds == {name: type(value) for name, value in there[record.pk].items()}, model
            assert not record._state.adding


def test_odd_values_come_whole() -> None:
    text = "“quoted” \\ \n\t 'x' \"y\" ñ Ж 𝔘 </script>"
    service = make.service(
        name=text[:200], tags=[text], names={"fr": text}, least_penetration="0.1", target_penetration="99.9"
    )
    offering = make.offering(service=service, price=Money.of("123456789.01", "EUR"))
    taken = make.subscription(offering=offering, quantity="0.03", organisation=parties.organisation(name=text))
    found = gathered.gather(
        "odd", cast.alice(), lambda ids: [
            gathered.records("service", Service.objects.filter(among(ids))),
            gathered.records("offering", Offering.objects.filter(service__in=Service.objects.filter(among(ids)))),
            gathered.records("taken", Subscription.objects.all(), "organisation__name", "moved_to__service_id"),
            gathered.values("only", Subscription.objects.all(), "quantity", "since", "offering__service__tags", "created_at"),
        ], ids=(service.pk, 10**9),
    )  # fmt: skip
    assert plain(found["service"][0]) == plain(Service.objects.get(pk=service.pk))
    assert found["offering"][0].price == Money.of("123456789.01", "EUR")
    one = Subscription.objects.get(pk=taken.pk)
    assert plain(found["taken"][0]) == plain(one)
    assert found["taken"][0].told == {"organisation__name": text, "moved_to__service_id": None}
    assert found["only"] == [(one.quantity, one.since, service.tags, one.created_at)]


def test_each_reader_gets_what_they_may_see_though_the_statement_is_kept() -> None:
    service, other = make.service(), make.service()
    bob = cast.user("bob", ("portfolio.service", "view", "own", []))

    def seen(who: Any, pk: int) -> list[int]:
        told = gathered.gather(
            "seen", who, lambda pk: [gathered.records("s", Service.objects.visible_to(who).filter(pk=pk))], pk=pk
        )
        return [record.pk for record in told["s"]]

    alice = cast.alice()
    prepared.forget()
    assert (seen(alice, service.pk), seen(bob, service.pk)) == ([service.pk], [])
    assert (seen(alice, other.pk), seen(bob, other.pk)) == ([other.pk], [])
    assert seen(cast.user("carol"), other.pk) == []


def test_two_parts_of_one_name_are_a_mistake() -> None:
    rows = Service.objects.all()
    with pytest.raises(ValueError, match="have the same name"):
        gathered.gather("twice", cast.alice(), lambda: [gathered.records("s", rows), gathered.values("s", rows, "pk")])
