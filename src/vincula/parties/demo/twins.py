"""Records entered twice, as happens: from a list of participants, in another script, with the names the wrong way round."""

from datetime import timedelta

from vincula.kernel import clock, folding
from vincula.kernel.duplicates import searching
from vincula.kernel.entity import registry
from vincula.parties import models
from vincula.parties.demo.ground import Ground


def twins(g: Ground) -> None:
    """Some organisations and people a second time, and the pairs that the night's search would find."""
    made = clock.now() - timedelta(days=3)
    university, steppe = g.organisations["scheldemond"], g.organisations["steppe"]
    again = [
        models.Organisation(name="Univ. Scheldemond", kind="university", country="BE", city="Antwerpen",
                            website="https://www.scheldemond.example/en", created_at=made),
        models.Organisation(name="Instytut stepovykh doslidzhen", kind="research_institute", country="UA",
                            city="Kropyvnytskyi", email_domains=list(steppe.email_domains), created_at=made),
    ]  # fmt: skip
    g.store(again)
    g.store([models.Document(title="List of participants, autumn meeting", kind="other", organisation=again[0])])
    people = _people(g, university)
    g.store(people)
    g.store([models.Affiliation(person=people[0], organisation=university, job_title="")])
    for key in ("parties.organisation", "parties.person"):
        searching.renew(registry.get(key))


def _people(g: Ground, university: models.Organisation) -> list[models.Person]:
    """One by initial with the same telephone and place, one swapped, one in Latin letters."""
    first = g.people_of["scheldemond"][0]
    second = g.people_of["semois"][0]
    cyrillic = next(p for p in g.people_of["steppe"] if folding.is_cyrillic(p.native_name or p.name))
    own = cyrillic.native_name or cyrillic.name
    latin = folding.latin(own)[0].title().split()
    found = [
        models.Person(given_name=f"{first.given_name[0]}.", family_name=first.family_name,
                      emails=list(first.emails), phones=list(first.phones)),
        models.Person(given_name=second.family_name, family_name=second.given_name, emails=list(second.emails)),
        models.Person(given_name=latin[0], family_name=" ".join(latin[1:]), emails=list(cyrillic.emails)),
    ]  # fmt: skip
    for person in found:
        person.clean()
    return found
