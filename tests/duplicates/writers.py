"""Invented names, and how people write them: typos, transliterations, accents left out. Knows nothing of the matcher."""

import random
import string

LATIN_GIVEN = (
    "Anna Bram Claire Daan Elise Femke Gilles Hanne Ingrid Joris Karel Lotte Maarten Noor Olivier Pauline Quinten Renske "
    "Stijn Tessa Ulrich Veerle Wouter Yasmine Zoë Albert Benoît Cécile Dieter Emma Floris Greta Hugo Inès Jürgen Katja "
    "Lars Mathilde Niels Océane Philippe Rosa Sébastien Thijs Ursula Vincent Willem Annelies Björn Charlotte Désirée "
    "Étienne Françoise Günther Héloïse Jeroen Käthe Liesbeth Marcel Nathalie Petra Ruben Sanne Tobias Wendy Elisabeth "
    "Alexander Michael Catherine Robert Thomas Christopher Margaret Nicholas Stephan Victor"
).split()
LATIN_FAMILY = (
    "Vandermolen Brakeveldt Castelain Dorsemagen Eeckhaut Fonteyne Grootaers Hazewinkel Ingelbrecht Jaspaert Kortlever "
    "Lauwereyns Meulenberg Nijswiller Oostvogels Peetermans Quaethoven Rozendael Steenhuyse Terwindt Uyttersprot "
    "Verschuure Wynendaele Zwartepoort Aubrillac Bellefontaine Courtemanche Dessauvages Esclarmonde Fauconnier "
    "Grandmesnil Hautecloque Jolivertois Lamoricière Montfaucon Perregaux Quesnelin Rochebrune Sainteval Trémolières "
    "Altmühler Brandscheidt Dörfelheim Eisenhöfer Fürstenrieder Grünwaldauer Hollerbusch Kreutzfeldner Lindenschmitt "
    "Möhringer Niederalteich Oberländer Pfefferkornen Rauschenbach Schönhuberin Tannhäusler Weißgerberin Zieglmeier "
    "Ashdowning Brightmere Coldwater Dunsfell Everingham Foxglove Greystoke Hollingbury Kettlewick Larkspurton"
).split()
CYRILLIC = (  # given, given in Latin as its holder may write it, sex
    ("Алексей", "m"), ("Борис", "m"), ("Виктория", "f"), ("Григорий", "m"), ("Дарья", "f"), ("Евгений", "m"),
    ("Жанна", "f"), ("Зинаида", "f"), ("Игорь", "m"), ("Кирилл", "m"), ("Любовь", "f"), ("Максим", "m"),
    ("Надежда", "f"), ("Олеся", "f"), ("Полина", "f"), ("Руслан", "m"), ("Светлана", "f"), ("Тимофей", "m"),
    ("Ульяна", "f"), ("Фёдор", "m"), ("Харитон", "m"), ("Юлия", "f"), ("Яна", "f"), ("Александр", "m"),
    ("Екатерина", "f"), ("Михаил", "m"), ("Наталья", "f"), ("Владимир", "m"), ("Татьяна", "f"), ("Дмитрий", "m"),
)  # fmt: skip
CYRILLIC_FAMILY = (
    "Берестовецк Волчегорск Гречишников Дубоножск Ельнинцев Жихаревцев Заречневск Ижболдин Клюквинск Лихоборов Мещёрцев "
    "Невзгодин Огородов Пряничников Рощупкинцев Сухоносов Тихоречин Устинцев Филиновск Хворостецк Цветоносов Черноречин "
    "Шумилинцев Щедрогорск Юрьевецк Ясноградцев Подъяблонск Вышнеречин Крутоярцев Беломорин"
).split()
PLACES = (  # town, country, Cyrillic?
    ("Wolvendam", "BE"), ("Oosterlinde", "NL"), ("Castelroux", "FR"), ("Grünhagen", "DE"), ("Marlowick", "GB"),
    ("Beekstede", "BE"), ("Saint-Aubrin", "FR"), ("Düsterwald", "DE"), ("Zandvlucht", "NL"), ("Esselbach", "LU"),
    ("Hallerdonk", "BE"), ("Lindenrode", "DE"), ("Port-Valère", "FR"), ("Ravelsmeer", "NL"), ("Thornbury Vale", "GB"),
)  # fmt: skip
CYRILLIC_PLACES = (
    ("Заозёрск", "RU"), ("Светлореченск", "RU"), ("Вышгородок", "UA"), ("Краснополянск", "RU"), ("Чернолесье", "UA"),
    ("Белокаменск", "RU"), ("Щегловск", "RU"), ("Южноречинск", "RU"), ("Яблоневка", "UA"), ("Жемчужинск", "RU"),
)  # fmt: skip
FIELDS = (
    "Oceanography Photonics Seismology Linguistics Genomics Hydrology Metallurgy Astronomy Cartography Robotics Botany "
    "Optics Immunology Geodesy Acoustics Nanotechnology Meteorology Archaeology Toxicology Cryogenics"
).split()
KINDS = {  # English, and how the same is said elsewhere with the name behind or before it
    "university": ("{} University", "University of {}", "Universiteit {}", "Université de {}", "Universität {}"),
    "hospital": ("{} Hospital", "Ziekenhuis {}", "Hôpital de {}", "Krankenhaus {}"),
    "college": ("{} College", "Hogeschool {}", "{} Hochschule"),
    "institute": ("{} Institute", "Instituut {}", "Institut {}"),
}
RUSSIAN_FIELDS = (
    "физики",
    "геологии",
    "энергетики",
    "связи",
    "метрологии",
    "биохимии",
    "электроники",
    "машиностроения",
)
LEGAL = ("GmbH", "Ltd", "vzw", "asbl", "B.V.", "e.V.", "N.V.", "SA", "Inc.")
RUSSIAN_LEGAL = ("ФГБОУ ВО", "ООО", "АО", "ФГБУ")
COMPANY = "Velomatic Quantiq Norvelle Brightlume Datavane Kestrelis Omnigraph Solvantis Tessadyne Arboris Lumenis Ferrovox".split()
MAILS = ("gmail.com", "outlook.com", "proton.me", "mail.ru", "yandex.ru")
# How people write Cyrillic in Latin letters: passports, scholars, Germans, French, and what is typed in a hurry.
_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїє"
_WAYS = (
    "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y _ e iu ia i i ie",
    "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye",
    "a b v g d e ë ž z i j k l m n o p r s t u f h c č š ŝ ʺ y ʹ è û â ì ï ê",
    "a b w g d e jo sch s i j k l m n o p r s t u f ch z tsch sch schtsch _ y _ e ju ja i ji je",
    "a b v g d e e j z i y k l m n o p r s t u f h ts ch sh sch _ y _ e yu ya i i e",
)


class Writer:
    """Writes names as different people do, from one stream of chance."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self._n = 0

    def latin(self, text: str) -> str:
        way = self.dice.choice(_WAYS)
        table = {a: "" if b == "_" else b for a, b in zip(_LETTERS, way.split(), strict=True)}
        out = []
        for letter in text:
            new = table.get(letter.lower(), letter)
            out.append(new.capitalize() if letter.isupper() else new)
        return "".join(out)

    def plain(self, text: str) -> str:
        """Without accents, as a keyboard without them writes it."""
        for pair in ("üu", "öo", "äa", "éee", "èe", "êe", "ëe", "ïi", "îi", "ôo", "çc", "ßs", "Éé"):
            text = text.replace(pair[0], "E" if pair[0] == "É" else "ss" if pair[0] == "ß" else pair[1])
        return text

    def german(self, text: str) -> str:
        for a, b in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("ß", "ss")):
            text = text.replace(a, b)
        return text

    def typo(self, word: str) -> str:
        """One slip of the fingers: swapped, left out, doubled or wrong letter, not the first."""
        if len(word) < 5:
            return word
        at = self.dice.randrange(1, len(word) - 1)
        what = self.dice.randrange(4)
        letters = "абвгдежзиклмнопрст" if ord(word[at]) > 0x400 else string.ascii_lowercase
        if what == 0 and word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if what == 1:
            return word[:at] + word[at + 1 :]
        if what == 2:
            return word[:at] + word[at] + word[at:]
        return word[:at] + self.dice.choice([c for c in letters if c != word[at]]) + word[at + 1 :]

    def number(self) -> int:
        self._n += 1
        return self._n

    def phone(self) -> str:
        return f"+32 4{self.dice.randrange(70, 99)} {self.dice.randrange(10, 99)} {self.dice.randrange(10, 99)} {self.dice.randrange(10, 99)}"

    def orcid(self) -> str:
        return (
            f"0000-000{self.dice.randrange(1, 4)}-{self.dice.randrange(1000, 9999)}-{self.dice.randrange(1000, 9999)}"
        )

    def ror(self) -> str:
        alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
        return (
            "https://ror.org/0"
            + "".join(self.dice.choice(alphabet) for _ in range(6))
            + f"{self.dice.randrange(10, 98)}"
        )
