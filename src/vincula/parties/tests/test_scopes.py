"""How far a role reaches: what lies beyond does not exist."""

from datetime import date

import pytest

from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.parties import queries
from vincula.parties.models import Affiliation, Interaction, Organisation, Person, Team
from vincula.parties.queries.around import around
from vincula.parties.tests import factories
from vincula.parties.tests.conftest import user_with

pytestmark = pytest.mark.django_db
CANARY = "Kanarienvogel"


def test_country_reaches_what_belongs_to_organisations_there(bob):
    here, there = factories.organisation(country="BE"), factories.organisation(country="LU")
    mine, theirs = factories.affiliation(organisation=here), factories.affiliation(organisation=there)
    call, _other = factories.interaction(organisation=here), factories.interaction(organisation=there)
    assert list(Organisation.objects.visible_to(bob)) == [here]
    assert list(Person.objects.visible_to(bob)) == [mine.person]
    assert list(Affiliation.objects.visible_to(bob)) == [mine]
    assert list(Interaction.objects.visible_to(bob)) == [call]
    assert not door.may(bob, "view", theirs.person)


def test_own_teams_reach_their_organisations_while_one_is_in_them():
    carol = user_with("carol", ("*", "view", "own_teams", []))
    me, served = factories.person(user=carol), factories.organisation()
    factories.organisation()
    member = factories.team_member(team=factories.team(organisations=[served]), person=me)
    assert list(Organisation.objects.visible_to(carol)) == [served]
    assert Team.objects.visible_to(carol).count() == 1
    type(member).objects.filter(pk=member.pk).update(until=date(2020, 1, 1))
    assert not Organisation.objects.visible_to(carol).exists()


def test_own_organisation_stewarded_and_region():
    dave = user_with("dave", ("*", "view", "own_organisation", []))
    mine = factories.affiliation(person=factories.person(user=dave)).organisation
    erin = user_with("erin", ("*", "view", "stewarded", []))
    cared = factories.organisation(steward=erin)
    fay = user_with("fay", ("*", "view", "region", ["Flanders"]))
    flemish = factories.organisation(region="Flanders")
    assert list(Organisation.objects.visible_to(dave)) == [mine]
    assert list(Organisation.objects.visible_to(erin)) == [cared]
    assert list(Organisation.objects.visible_to(fay)) == [flemish]


def test_what_lies_beyond_is_in_no_title_figure_or_line(bob):
    here, there = factories.organisation(country="BE"), factories.organisation(country="LU", name=CANARY)
    spy = factories.affiliation(organisation=there, person=factories.person(family_name=CANARY)).person
    factories.organisation_link(source=here, target=there)
    factories.organisation_link(source=there, target=here)
    factories.organisation(parent=here, country="LU", name=f"{CANARY} part")
    factories.team_member(team=factories.team(organisations=[here]), person=spy)
    factories.interaction(organisation=here, participants=[spy])
    factories.interaction(organisation=there, subject=CANARY)
    factories.task(organisation=there, title=CANARY)
    assert CANARY not in repr(around(here, bob))
    for entity in registry.all():
        if entity.key.startswith("parties."):
            for record in entity.rows(bob):
                assert CANARY not in entity.title(record)
                assert CANARY not in entity.standfirst(record, bob)
                assert CANARY not in repr(entity.search_values(record)), entity.key
    assert queries.overlaps(bob) == []
