"""Names made comparable: in any script, without legal forms, with the words that only say what kind of thing it is
set apart. Pure functions of text.

Two spellings of one name meet in its *canon*: Cyrillic written in Latin letters, and then whatever the usual ways of
doing that (BGN, ISO 9, passports, French, German and Dutch habits) write differently brought to one letter.
"""

import re
from functools import lru_cache

from vincula.kernel import folding

LEGAL = frozenset(
    "ag asbl aisbl bv bvba co company corp corporation cv cvba ev ev eg gmbh gmbhcokg inc incorporated jsc kg llc llp "
    "ltd limited nv oao ooo oy ab as aps plc pty sa sarl sas se sl spa srl sro stichting vzw vof zao pao gbr kft dd doo "
    "fgbou fgaou vo np "
    "ооо оао зао пао ао нко ано фгбу фгбоу фгуп гуп тов тзов ипао ип тоо gup fgbu fgup ano tov fundacja verein "
    "государственное федеральное бюджетное образовательное учреждение автономное казенное высшего".split()
)
SMALL = frozenset(  # articles and prepositions, folded
    "a an and at by for from in of on the to with au aux d de des du en et l la le les un une pour a op bij der den "
    "die dem das een het met te ten ter van voor und fur am im zu zum zur von vom auf e ed i il lo gli del della "
    "dello dei delle di da do dos das y el los las al para por o na ne w z ze i na pri pro в во и на по при имени им из "
    "для с со та у і й des".split()
)
SILENT = SMALL | LEGAL
# Words that say what kind of thing a name is about. The same letter in two names: the same kind of thing.
_KINDS = {
    "U": "university universiteit universite universitat universitaet universidad universidade universita uniwersytet "
    "universitet universitetet yliopisto университет університет універсітэт",
    "H": "hospital ziekenhuis hopital krankenhaus klinikum clinic clinique kliniek klinik больница лікарня больниця "
    "гбольница клиника клініка hospitalier hospitaliers infirmary",
    "C": "college hogeschool fachhochschule hochschule колледж коледж",
    "S": "school lycee gymnasium schule ecole школа лицей ліцей гимназия гімназія basisschool",
    "I": "institute instituut institut instituto istituto institutet instytut институт інститут",
    "A": "academy academie akademie academia accademia akademia академия академія",
    "L": "laboratory laboratorium laboratoire laboratorio lab лаборатория лабораторія",
    "F": "faculty faculteit faculte fakultat fakultaet facultad facolta wydzial факультет",
    "D": "department departement abteilung dienst afdeling departamento dipartimento отдел кафедра відділ отделение "
    "division unit dept ict-dienst directorate",
    "B": "library bibliotheek bibliotheque bibliothek biblioteca biblioteka библиотека бібліотека",
    "M": "museum musee museo muzeum музей",
    "Z": "centre center centrum zentrum centro центр",
    "N": "network netwerk reseau netzwerk сеть мережа",
    "E": "ministry ministerie ministere ministerium министерство міністерство",
    "K": "council raad conseil rat совет рада",
    "V": "association vereniging verband ассоциация асоціація",
    "O": "observatory observatoire sternwarte sterrenwacht обсерватория обсерваторія observatorium",
    "P": "foundation fondation stiftung фонд fonds fund",
}
# Words so common in names that they hardly tell one thing from another.
COMMON = frozenset(
    "national nationale nationaal nazionale nacional state staat royal royale koninklijk koninklijke federal federaal "
    "international research recherche onderzoek forschung science sciences scientific technology technical technique "
    "applied studies europe european general central государственный государственная государственное национальный "
    "национальная национальное исследовательский федеральный технический научный державний національний gos гос".split()
)
_SHORTENED = re.compile(r"\b(ун|ин|б|ф|ц)-(?:та?|ка|тр)\b")
_ASIDE = re.compile(r"(?<=\S)\s*\([^()]*\)")  # a town or an acronym behind the name
_IN_FULL = {"ун": "университет", "ин": "институт", "б": "библиотека", "ф": "факультет", "ц": "центр"}
PARTS = frozenset("FDBL")  # a faculty, department, library or laboratory is a part of what else the name says
# What few letters of Latin spellings of one Cyrillic name differ in, longest first. Applied to every canon alike.
_SAME = (
    ("iya", "a"), ("ija", "a"), ("iia", "a"), ("iyu", "u"), ("shtsh", "s"), ("shch", "s"), ("schtsch", "s"), ("stsj", "s"), ("tsch", "c"), ("tch", "c"), ("dzh", "j"),
    ("sch", "s"), ("sh", "s"), ("ch", "c"), ("cz", "c"), ("sz", "s"), ("zh", "z"), ("kh", "h"), ("tz", "c"), ("ts", "c"),
    ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "kv"), ("ie", "e"), ("ye", "e"), ("je", "e"), ("yo", "e"), ("jo", "e"),
    ("io", "e"), ("yu", "u"), ("ju", "u"), ("iu", "u"), ("iou", "u"), ("ou", "u"), ("oe", "o"), ("ya", "a"), ("ja", "a"),
    ("ia", "a"), ("ae", "e"), ("ue", "u"), ("iy", "i"), ("ij", "i"), ("yy", "i"), ("yi", "i"), ("ji", "i"), ("ii", "i"),
    ("x", "ks"), ("z", "s"), ("w", "v"), ("y", "i"), ("j", "i"), ("q", "k"), ("'", ""),
)  # fmt: skip
_HEADS = {"ye": "e", "yo": "io", "ya": "ia", "yu": "iu", "ja": "ia", "jo": "io", "ju": "iu", "je": "ie", "j": "i"}
_PATTERN = re.compile("|".join(re.escape(a) for a, _b in _SAME))
_TO = dict(_SAME)
_DOUBLED = re.compile(r"(\D)\1+")
_VOWELS = str.maketrans("", "", "aeiou")
_WORDS = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ELIDED = re.compile(r"\b(l|d|s|qu|dell|all|nell|un)'(?=\w)")
_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@lru_cache(maxsize=200_000)
def canon(word: str) -> str:
    """The letters in which all usual Latin spellings of a folded word agree."""
    if word.isascii() and word.isdigit():
        return word
    latin = folding.latin(word)
    text = latin[0] if latin else word
    head = next((head for head in _HEADS if text.startswith(head)), "") if text[:1] in ("y", "j") else ""
    text = _HEADS.get(head, "") + _PATTERN.sub(lambda m: _TO[m[0]], text[len(head) :])
    return _DOUBLED.sub(r"\1", text)


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """What a typist seldom gets wrong of a word: its first letter and the consonants behind, in canon."""
    text = canon(word)
    return (text[:1] + text[1:].translate(_VOWELS))[:8]


def split(name: str) -> list[str]:
    """The folded words of a name in their order; ``L'Escaut`` is one word, ``escaut``."""
    folded = folding.fold(_ASIDE.sub(" ", name) or name) if "(" in name else folding.fold(name)
    elided = "'" in folded
    if elided:
        folded = _ELIDED.sub("", folded)
    if "-" in folded:
        folded = _SHORTENED.sub(lambda m: _IN_FULL.get(m[1], m[0]), folded)
    found = _WORDS.findall(folded)
    return [word.replace("'", "") for word in found] if elided else found


def _kind_words() -> dict[str, str]:
    return {form: letter for letter, words in _KINDS.items() for word in words.split()
            for form in (folding.fold(word), canon(folding.fold(word)))}  # fmt: skip


@lru_cache(maxsize=50_000)
def kind_of(word: str) -> str:
    """The letter of the kind of thing that a folded word names, in any script or cut short (univ, inst); "" for none."""
    known = _KIND_OF.get(word) or _KIND_OF.get(canon(word))
    if known or len(word) not in (4, 5, 6):
        return known or ""
    return _CUT_SHORT.get(word, "")


@lru_cache(maxsize=50_000)
def is_common(word: str) -> bool:
    """Whether a word stands in so many names that it tells little."""
    return word in _COMMON or canon(word) in _COMMON


def is_small(word: str) -> bool:
    """Whether a word says nothing of what a thing is: an article, a preposition, a legal form."""
    return word in SILENT


_KIND_OF = _kind_words()
_CUT_SHORT = {full[:n]: letter for full, letter in reversed(_KIND_OF.items()) if len(full) > 6 for n in (4, 5, 6)}
_COMMON = COMMON | {canon(word) for word in COMMON}


def initials(words: list[str]) -> list[str]:
    """Acronyms that the words of a name may have: of all but the small ones, and of all."""
    every = "".join([w[0] for w in words])
    if len(every) < 3:
        return []
    telling = "".join([w[0] for w in words if w not in SILENT])
    return list(dict.fromkeys([in_latin(a) for a in (telling, every) if len(a) >= 3]))


def in_latin(letters: str) -> str:
    """An acronym with each Cyrillic letter as one Latin letter: "мгу" as "mgu"."""
    return letters if letters.isascii() else "".join(map(_letter, letters))


@lru_cache(maxsize=5_000)
def _letter(letter: str) -> str:
    return (folding.latin(letter) or [letter])[0][:1]


def phone(text: str) -> str:
    """The last eight digits of a number: what +32 9 264… and 09 264… have in common; "" when it has fewer than seven."""
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    return digits[-8:] if len(digits) >= 7 else ""


PUBLIC_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com gmx.de gmx.net web.de "
    "proton.me protonmail.com mail.ru yandex.ru ya.ru bk.ru inbox.ru list.ru rambler.ru ukr.net i.ua telenet.be skynet.be "
    "orange.fr free.fr wanadoo.fr laposte.net ziggo.nl kpnmail.nl planet.nl tut.by github.com linkedin.com facebook.com".split()
)
OFFICE = frozenset(
    "info office contact admin administration secretariat secretary support helpdesk help sales billing noc security "
    "abuse hostmaster postmaster webmaster it ict mail post service services desk team reception onthaal accueil "
    "sekretariat kontakt hello press hr jobs finance library bibliotheek office1 servicedesk".split()
)


def domain(text: str) -> str:
    """The host of a domain, mail or web address, without www."""
    host = text.strip().lower().rsplit("@", 1)[-1].split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return host.removeprefix("www.").rstrip(".")


def is_office(address: str) -> bool:
    """Whether a mail address is one that several people read."""
    local = address.rsplit("@", 1)[0].lower()
    return re.split(r"[.+_-]", local, maxsplit=1)[0] in OFFICE
