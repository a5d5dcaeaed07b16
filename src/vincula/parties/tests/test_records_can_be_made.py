"""Every entity of the room can be made, read as a list would read it, and found again."""

import pytest

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import listing, reading, registry
from vincula.parties.tests import factories

FACTORIES = {
    "organisation": factories.organisation, "organisationrelation": factories.relation,
    "organisationlink": factories.organisation_link, "group": factories.group,
    "groupmembership": factories.group_membership, "person": factories.person, "affiliation": factories.affiliation,
    "contactrole": factories.contact_role, "consent": factories.consent, "subject": factories.subject,
    "team": factories.team, "teammember": factories.team_member, "function": factories.function,
    "functionholding": factories.function_holding, "expertise": factories.expertise,
    "interaction": factories.interaction, "meeting": factories.meeting, "agendaitem": factories.agenda_item,
    "task": factories.task, "document": factories.document,
}  # fmt: skip


def test_every_entity_of_the_room_has_a_factory():
    declared = {e.key.removeprefix("parties.") for e in registry.all() if e.key.startswith("parties.")}
    assert declared == FACTORIES.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("name", FACTORIES)
def test_a_record_stands_in_its_list_with_all_its_fields(name):
    record = FACTORIES[name]()
    entity = registry.get(f"parties.{name}")
    page = listing.page(entity, SYSTEM, {})
    assert record.pk in [r.pk for r in page.records]
    (row,) = reading.read(entity, [record], list(entity.fields.values()), SYSTEM)
    for field in entity.fields.values():
        field.kind.html(row[field.name], field)
        field.kind.to_text(row[field.name], field)
    assert entity.title(record)
    assert isinstance(entity.standfirst(record, SYSTEM), str)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FACTORIES)
def test_a_list_can_be_sorted_by_every_column_that_offers_it(name):
    FACTORIES[name](), FACTORIES[name]()
    entity = registry.get(f"parties.{name}")
    for field in entity.fields.values():
        if field.sort_columns:
            first = listing.page(entity, SYSTEM, {"sort": field.name}, per=1)
            seen = [r.pk for r in first.records]
            if first.next:
                seen += [
                    r.pk
                    for r in listing.page(entity, SYSTEM, {"sort": field.name, "after": first.next}, per=50).records
                ]
            everything = [r.pk for r in listing.page(entity, SYSTEM, {"sort": field.name}).records]
            assert seen == everything, field.name
