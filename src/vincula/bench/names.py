"""Names as a register of research organisations has them: 40 % in Cyrillic, the rest Latin with and without accents."""

import random
from dataclasses import dataclass

CYRILLIC_SHARE = 0.4
_LATIN = "ba be bo bru da de di do el en fa ga gen gra ha hel ka kö la le leu li lo lu ma mi mo na né ni no or pa pra ra ri ro sa se so sta ta te ti to tü u va ven vi wa zü".split()
_CYRILLIC = "ба бе бу ва ве ви во го да де до же за ив ка ки ко кра ла ле ли ло лу ма ми мо на не ни но но ор па пе по ра ре ро са се со ста та те ти то ту хар че".split()
_KINDS = (
    ("university", "University of {place}", "Университет {place}"),
    ("university", "{place} University of Technology", "{place} технический университет"),
    ("research_institute", "Institute of {field} {place}", "Институт {field} {place}"),
    ("research_institute", "{place} Centre for {field}", "Центр {field} {place}"),
    ("hospital", "{place} Hospital", "Больница {place}"),
    ("school", "École {place}", "Школа {place}"),
    ("public_administration", "City of {place}", "Администрация {place}"),
    ("university", "Hochschule für {field} {place}", "Академия {field} {place}"),
)  # fmt: skip
_FIELDS = (
    ("Physics", "физики"), ("Medicine", "медицины"), ("Law", "права"), ("Arts", "искусств"), ("Music", "музыки"),
    ("Economics", "экономики"), ("Biology", "биологии"), ("Informatics", "информатики"), ("Chemistry", "химии"),
    ("Engineering", "инженерии"), ("Astronomy", "астрономии"), ("Philology", "филологии"),
)  # fmt: skip
COUNTRIES = (  # with their weight: where the organisations are
    ("BE", 5), ("NL", 5), ("FR", 8), ("DE", 10), ("IT", 6), ("ES", 6), ("PL", 5), ("CZ", 3), ("AT", 3), ("CH", 3),
    ("SE", 3), ("PT", 3), ("IE", 2),
)  # fmt: skip
CYRILLIC_COUNTRIES = (("UA", 14), ("KZ", 8), ("BG", 6), ("RS", 5), ("KG", 3), ("MK", 2))
_GIVEN = "Anna Marie Jan Piet Lena Éva José Zoë Karl Ines Łukasz Mia Tom Nora Paul Eva Hugo Lea Max Ida".split()
_GIVEN_CYRILLIC = "Анна Олена Иван Пётр Мария Юлия Дмитрий Сергей Ольга Тарас Наталья Алексей Ирина Андрей".split()


@dataclass(frozen=True)
class Organisation:
    """What is told of one organisation before it becomes rows."""

    name: str
    english: str
    acronym: str
    kind: str
    country: str
    city: str
    domain: str
    cyrillic: bool


class Names:
    """A source of names: the same seed gives the same names in the same order."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def place(self, cyrillic: bool) -> str:
        """An invented town of two to four syllables."""
        return "".join(self.dice.choices(_CYRILLIC if cyrillic else _LATIN, k=self.dice.randint(2, 4))).capitalize()

    def organisation(self, number: int) -> Organisation:
        """One organisation; ``number`` makes its domain its own."""
        dice = self.dice
        cyrillic = dice.random() < CYRILLIC_SHARE
        kind, latin, native = dice.choice(_KINDS)
        field = dice.choice(_FIELDS)
        place, english = self.place(cyrillic), ""
        name = (native if cyrillic else latin).format(place=place, field=field[cyrillic])
        if cyrillic and dice.random() < 0.5:
            english = latin.format(place=self.place(False), field=field[0])
        countries = CYRILLIC_COUNTRIES if cyrillic else COUNTRIES
        country = dice.choices([c for c, _w in countries], [w for _c, w in countries])[0]
        letters = "".join(word[0] for word in (english or name).split() if word[:1].isupper())
        acronym = f"{letters}{place[1:3]}".upper() if dice.random() < 0.6 else ""
        return Organisation(name, english, acronym, kind, country, place, f"o{number}.example.org", cyrillic)

    def person(self, cyrillic: bool) -> tuple[str, str]:
        """(given name, family name)."""
        given = self.dice.choice(_GIVEN_CYRILLIC if cyrillic else _GIVEN)
        family = self.place(cyrillic) + self.dice.choice(
            ("енко", "ов", "ский") if cyrillic else ("s", "sen", "mann", "")
        )
        return given, family
