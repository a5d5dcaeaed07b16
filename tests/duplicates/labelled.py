"""2,000 labelled pairs, made anew each time from one seed: what the matcher is measured with (requirement X4).

All names are invented. Nothing here knows how the matcher works: its own tables say how people write, mistype,
transliterate and abbreviate. Half of the pairs (``held_out``) were never looked at while the matcher was tuned.
"""

import string
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.duplicates.writers import (
    COMPANY,
    CYRILLIC,
    CYRILLIC_FAMILY,
    CYRILLIC_PLACES,
    FIELDS,
    KINDS,
    LATIN_FAMILY,
    LATIN_GIVEN,
    LEGAL,
    MAILS,
    PLACES,
    RUSSIAN_FIELDS,
    RUSSIAN_LEGAL,
    Writer,
)  # fmt: skip

Values = dict[str, Any]


@dataclass(frozen=True)
class Labelled:
    """Two records of one entity, whether they are the same thing, and what makes the pair hard."""

    entity: str
    left: Values
    right: Values
    same: bool
    why: str
    left_among: tuple[str, ...] = ()
    right_among: tuple[str, ...] = ()


@dataclass
class Sets:
    tuning: list[Labelled] = field(default_factory=list)
    held_out: list[Labelled] = field(default_factory=list)


class People(Writer):
    """Pairs of people."""

    def someone(self, *, cyrillic: bool) -> tuple[Values, tuple[str, ...]]:
        """A person and where they work; some fields are empty, as in any register."""
        if cyrillic:
            given, sex = self.dice.choice(CYRILLIC)
            stem = self.dice.choice(CYRILLIC_FAMILY)
            family = self._with_ending(stem, sex)
        else:
            given, family = self.dice.choice(LATIN_GIVEN), self.dice.choice(LATIN_FAMILY)
        town = self.dice.choice(CYRILLIC_PLACES if cyrillic else PLACES)[0]
        domain = f"{self.ascii(town)}.example"
        values: Values = {"given_name": given, "family_name": family, "emails": [], "phones": []}
        local = f"{self.ascii(given)}.{self.ascii(family)}"
        if self.dice.random() < 0.75:
            values["emails"] = [f"{local}@{domain}"]
        if self.dice.random() < 0.5:
            values["phones"] = [self.phone()]
        if self.dice.random() < 0.2:
            values["orcid"] = self.orcid()
        return values, (f"org {town}",)

    def ascii(self, text: str) -> str:
        kept = self.plain(self.latin(text)).lower()
        return "".join(c for c in kept if c in string.ascii_lowercase) or "x"

    def _with_ending(self, stem: str, sex: str) -> str:
        if stem.endswith(("ск", "цк")):
            return stem + ("ий" if sex == "m" else "ая")
        return stem if sex == "m" else stem + "а"

    def again(self, one: Values) -> tuple[Values, str]:
        """The same person, entered by somebody else."""
        given, family = one["given_name"], one["family_name"]
        cyrillic = ord(given[0]) > 0x400
        two: Values = {"given_name": given, "family_name": family, "emails": list(one["emails"]), "phones": []}
        ways = ["typo", "initial", "swapped", "other mail", "diacritics", "married", "same", "middle", "capitals"]
        if cyrillic:
            ways += ["latin", "latin", "latin", "latin typo", "native", "latin initial"]
        way = self.dice.choice(ways)
        if way == "typo":
            two["family_name"] = self.typo(family)
        elif way == "initial":
            two["given_name"] = f"{given[0]}."
        elif way == "swapped":
            two["given_name"], two["family_name"] = family, given
        elif way == "diacritics":
            change = self.german if self.dice.random() < 0.5 else self.plain
            two["given_name"], two["family_name"] = change(given), change(family)
        elif way == "married":
            other = self.dice.choice([f for f in (CYRILLIC_FAMILY if cyrillic else LATIN_FAMILY) if f != family])
            if cyrillic:
                other = self._with_ending(other, "f" if family.endswith(("а", "я")) else "m")
            two["family_name"] = f"{family}-{other}" if self.dice.random() < 0.6 else other
        elif way == "middle":
            two["given_name"] = (
                f"{given} {self.dice.choice(string.ascii_uppercase)}." if not cyrillic else f"{given} Андреевич"
            )
        elif way == "capitals":
            two["family_name"] = family.upper()
        elif way.startswith("latin"):
            two["given_name"], two["family_name"] = self.latin(given), self.latin(family)
            if way == "latin typo":
                two["family_name"] = self.typo(two["family_name"])
            if way == "latin initial":
                two["given_name"] = f"{two['given_name'][0]}."
        elif way == "native":
            two["given_name"], two["family_name"] = self.latin(given), self.latin(family)
            two["native_name"] = f"{family} {given}"
        return two, way

    def same(self) -> Labelled:
        cyrillic = self.dice.random() < 0.5
        one, place = self.someone(cyrillic=cyrillic)
        two, way = self.again(one)
        there = place
        # What speaks for the same person besides the name: nobody could tell otherwise.
        shared = [k for k in ("emails", "phones", "orcid") if one.get(k)]
        kept = self.dice.sample(shared, k=self.dice.randint(0, len(shared)))
        weak = way in ("initial", "latin initial", "latin typo", "typo")
        two["emails"] = one["emails"] if "emails" in kept else []
        two["phones"] = [self._written(p) for p in one["phones"]] if "phones" in kept else []
        if "orcid" in kept:
            two["orcid"] = one["orcid"]
        if way == "married" and two["family_name"].split("-")[0] != one["family_name"]:
            if not kept:
                one["emails"] = two["emails"] = [
                    f"{self.ascii(one['given_name'])}{self.number()}@{self.dice.choice(MAILS)}"
                ]
        elif not kept and self.dice.random() < 0.35 and not weak:
            there = () if self.dice.random() < 0.5 else place
            if not there and way in ("swapped", "middle", "diacritics"):
                there = place
        if not kept and there and self.dice.random() < 0.5 and way != "initial":
            two["emails"] = [
                f"{self.ascii(two['given_name'])[:1]}{self.ascii(two['family_name'])}@{self.dice.choice(MAILS)}"
            ]
        return Labelled("parties.person", one, two, True, way, place, there)

    def _written(self, phone: str) -> str:
        digits = phone.replace("+32 ", "0")
        return self.dice.choice(
            [phone, digits, phone.replace(" ", ""), phone.replace("+", "00"), digits.replace(" ", "/", 1)]
        )

    def different(self) -> Labelled:
        cyrillic = self.dice.random() < 0.5
        one, place = self.someone(cyrillic=cyrillic)
        way = self.dice.choice(
            [
                "namesake",
                "twins",
                "siblings",
                "couple",
                "colleagues",
                "office",
                "near name",
                "initial",
                "father and son",
            ]
        )
        two, other = self.someone(cyrillic=cyrillic)
        while other == place or two["given_name"][0] == one["given_name"][0]:
            two, other = self.someone(cyrillic=cyrillic)
        if way == "namesake":  # the same name in another house, with an address and number of their own
            two["given_name"], two["family_name"] = one["given_name"], one["family_name"]
            one["emails"], two["emails"] = [self._at(one, place)], [self._at(two, other)]
        elif way in ("twins", "siblings", "father and son"):
            two["family_name"] = one["family_name"]
            two["phones"] = one["phones"] = one["phones"] or [self.phone()]
            other = place if way == "siblings" else other
        elif way == "couple":
            two["family_name"] = f"{two['family_name']}-{one['family_name']}"
            two["phones"] = one["phones"] = one["phones"] or [self.phone()]
        elif way == "colleagues":
            other = place
        elif way == "office":
            address = f"{self.dice.choice(['info', 'secretariat', 'helpdesk'])}@{self.ascii(place[0][4:])}.example"
            one["emails"], two["emails"] = [address], [address]
            other = place
        elif way == "near name":
            two["given_name"] = one["given_name"]
            other = place
        elif way == "initial":  # J. Maes here, Jan Maes there: nothing else in common
            two["given_name"], two["family_name"] = f"{one['given_name'][0]}.", one["family_name"]
            one["emails"], two["emails"] = (
                [self._at(one, place)],
                [f"x{self.number()}@{self.ascii(other[0][4:])}.example"],
            )
        return Labelled("parties.person", one, two, False, way, place, other)

    def _at(self, one: Values, place: tuple[str, ...]) -> str:
        return f"{self.ascii(one['given_name'])}.{self.ascii(one['family_name'])}@{self.ascii(place[0][4:])}.example"


class Organisations(Writer):
    """Pairs of organisations."""

    def some(self, *, cyrillic: bool) -> Values:
        town, country = self.dice.choice(CYRILLIC_PLACES if cyrillic else PLACES)
        sort = self.dice.random()
        if cyrillic:
            stem = town[:-1] if town.endswith(("ь", "а", "е")) else town
            adjective = f"{stem}ий" if stem.endswith("ск") else f"{stem}ский"
            sort_name = self.dice.choice(("университет", "институт", "академия"))
            adjective = adjective[:-2] + "ая" if sort_name == "академия" else adjective
            name = f"{adjective} {self.dice.choice(('государственный', 'национальный', ''))} {sort_name} {self.dice.choice(RUSSIAN_FIELDS)}"
            if sort_name == "академия":
                name = name.replace("ый", "ая")
            name = " ".join(name.split())
            acronym = "".join(w[0] for w in name.split()).upper()
        elif sort < 0.5:
            name = f"{town} Institute of {self.dice.choice(FIELDS)}"
            acronym = "".join(w[0] for w in name.replace("-", " ").split() if w != "of").upper()
        elif sort < 0.8:
            kind = self.dice.choice(list(KINDS))
            name = KINDS[kind][0].format(town)
            acronym = ""
        else:
            name = f"{self.dice.choice(COMPANY)} {self.dice.choice(FIELDS)}"
            acronym = ""
        domain = f"{self._host(name)}.example"
        values: Values = {"name": name, "country": country, "city": town, "email_domains": [], "acronym": ""}
        if self.dice.random() < 0.7:
            values["email_domains"] = [domain]
        if acronym and self.dice.random() < 0.7:
            values["acronym"] = acronym
        if self.dice.random() < 0.3:
            values["references"] = {"ror": [self.ror()]}
        return values

    def _host(self, name: str) -> str:
        text = self.plain(self.latin(name)).lower()
        return "".join(w[:4] for w in text.replace("-", " ").split())[:14].encode("ascii", "ignore").decode() + str(
            self.number()
        )

    def again(self, one: Values) -> tuple[Values, str]:
        name = one["name"]
        cyrillic = ord(name[0]) > 0x400
        two = {
            "name": name,
            "country": one["country"],
            "city": one["city"],
            "email_domains": list(one["email_domains"]),
            "acronym": "",
        }
        ways = ["typo", "legal form", "word order", "diacritics", "capitals", "the", "abbreviated", "punctuation"]
        if cyrillic:
            ways += ["latin", "latin", "latin", "latin legal"]
        if one["acronym"]:
            ways += ["acronym", "acronym"]
        kind = next((k for k, forms in KINDS.items() if not cyrillic and name == forms[0].format(one["city"])), "")
        if kind:
            ways += ["language", "language"]
        way = self.dice.choice(ways)
        self._rewrite(way, one, two, kind, cyrillic)
        return two, way

    def _rewrite(self, way: str, one: Values, two: Values, kind: str, cyrillic: bool) -> None:
        name = one["name"]
        if way == "typo":
            words = name.split()
            at = max(range(len(words)), key=lambda n: len(words[n]))
            words[at] = self.typo(words[at])
            two["name"] = " ".join(words)
        elif way == "legal form":
            two["name"] = (
                f"{self.dice.choice(RUSSIAN_LEGAL)} «{name}»" if cyrillic else f"{name} {self.dice.choice(LEGAL)}"
            )
        elif way == "word order":
            words = name.split()
            two["name"] = f"{words[-1]}, {' '.join(words[:-1])}"
        elif way == "diacritics":
            two["name"] = self.plain(name) if self.dice.random() < 0.5 else self.german(name)
        elif way == "capitals":
            two["name"] = name.upper()
        elif way == "the":
            two["name"] = f"The {name}" if not cyrillic else f"{name} ({one['city']})"
        elif way == "abbreviated":
            for long, short in (
                ("University", "Univ."),
                ("Institute", "Inst."),
                ("Hospital", "Hosp."),
                ("институт", "ин-т"),
                ("университет", "ун-т"),
                ("государственный", "гос."),
            ):
                two["name"] = two["name"].replace(long, short)
        elif way == "punctuation":
            two["name"] = name.replace(" ", "-", 1) if self.dice.random() < 0.5 else f"\u201c{name}\u201d"
        elif way.startswith("latin"):
            two["name"] = self.latin(name) if way == "latin" else f"FGBOU VO {self.latin(name)}"
            two["city"] = self.latin(one["city"])
        elif way == "acronym":
            two["name"] = (
                one["acronym"] if not cyrillic or self.dice.random() < 0.5 else self.latin(one["acronym"]).upper()
            )
            two["acronym"] = one["acronym"] if self.dice.random() < 0.5 else ""
        elif way == "language":
            two["name"] = self.dice.choice(KINDS[kind][1:]).format(one["city"])

    def same(self) -> Labelled:
        one = self.some(cyrillic=self.dice.random() < 0.5)
        two, way = self.again(one)
        if self.dice.random() < 0.5:
            two["email_domains"] = []
            two["website"] = (
                f"https://www.{one['email_domains'][0]}/en" if one["email_domains"] and self.dice.random() < 0.5 else ""
            )
        if one.get("references") and self.dice.random() < 0.5:
            two["references"] = dict(one["references"])
        if self.dice.random() < 0.3:
            two["city"] = ""
        if way == "acronym" and not (two["email_domains"] or two.get("website") or two.get("references")):
            two["city"] = one["city"]
        return Labelled("parties.organisation", one, two, True, way)

    def different(self) -> Labelled:
        cyrillic = self.dice.random() < 0.5
        one = self.some(cyrillic=cyrillic)
        two = self.some(cyrillic=cyrillic)
        way = self.dice.choice(
            [
                "abroad",
                "part",
                "part with domain",
                "other kind",
                "neighbour",
                "sister",
                "same acronym",
                "branch",
                "other register",
            ]
        )
        self._set_apart(way, one, two, cyrillic)
        return Labelled("parties.organisation", one, two, False, way)

    def _set_apart(self, way: str, one: Values, two: Values, cyrillic: bool) -> None:
        if way == "abroad":  # the same name in another country
            elsewhere = [c for _t, c in (*PLACES, *CYRILLIC_PLACES) if c != one["country"]]
            two.update(name=one["name"], country=self.dice.choice(elsewhere), city="", acronym=one["acronym"])
        elif way.startswith("part"):
            part = self.dice.choice(("кафедра математики", "библиотека", "факультет права")) if cyrillic else self.dice.choice(
                ("Faculty of Law", "University Library", "Department of Mathematics", "Laboratory for Waves"))  # fmt: skip
            two.update(name=f"{one['name']}, {part}", country=one["country"], city=one["city"], acronym="")
            two["email_domains"] = list(one["email_domains"]) if way == "part with domain" else []
        elif way == "other kind":
            words = {"University": "Hospital", "Institute": "College", "Hospital": "University", "College": "Institute",
                     "университет": "колледж", "институт": "университет", "академия": "больница"}  # fmt: skip
            name = " ".join(words.get(w, w) for w in one["name"].split())
            name = name if name != one["name"] else f"{one['name'].split()[0]} Hospital"
            two.update(name=name, country=one["country"], city=one["city"], acronym="")
        elif way in ("neighbour", "sister"):
            two.update(country=one["country"], city=one["city"])
            while two["name"] == one["name"]:
                two["name"] = self.some(cyrillic=cyrillic)["name"]
            if way == "sister":
                words = one["name"].split()
                old, fields = words[-1], RUSSIAN_FIELDS if cyrillic else FIELDS
                other = [f for f in fields if f != old]
                two["name"] = (
                    " ".join([*words[:-1], self.dice.choice(other)]) if old in fields else f"{one['name']} {other[0]}"
                )
            two["acronym"] = ""
        elif way == "same acronym":
            two["acronym"] = one["acronym"] = one["acronym"] or "KVW"
            if two["country"] == one["country"]:
                two["country"] = "PT"
        elif way == "branch":  # the same company in two countries
            two.update(name=one["name"], country="PT" if one["country"] != "PT" else "ES", city="Lisboa")
            two["email_domains"] = list(one["email_domains"])
        elif way == "other register":  # alike, but each with an identifier of its own
            two.update(name=self.typo(one["name"]), country=one["country"], city=one["city"])
            one["references"], two["references"] = {"ror": [self.ror()]}, {"ror": [self.ror()]}


@cache
def pairs(seed: int = 20261121) -> Sets:
    """1,000 pairs to tune with and 1,000 held out; half of each people, half of each the same."""
    people, organisations, found = People(seed), Organisations(seed + 1), Sets()
    for target in (found.tuning, found.held_out):
        for _n in range(250):
            target += [people.same(), people.different(), organisations.same(), organisations.different()]
    return found
