"""The catalogues of translations: take the texts out of the code, see what is missing, put translations in.

    .venv/bin/python locales.py update              texts of the code into src/vincula/locale/*/LC_MESSAGES/django.po
    .venv/bin/python locales.py missing ru          texts without a Russian translation, as JSON
    .venv/bin/python locales.py fill ru FILE.json   translations {text: translation | [plural forms]} into the catalogue
    .venv/bin/python locales.py check               what is missing, has other placeholders, or holds the operator's word
                                                    without a pattern for another one; exit code 1 when anything is

gettext does not read Jinja2, so Babel does both ends; the build hook compiles the catalogues.
"""

import io
import json
import re
import sys
from functools import cache
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from vincula.kernel.ui import sentences

ROOT = Path(__file__).resolve().parent
SOURCE = ROOT / "src" / "vincula"
LANGUAGES = ("ru", "fr", "nl", "de")
PLURALS = {"ru": 3, "fr": 2, "nl": 2, "de": 2}
METHODS = [
    ("**/tests/**", "ignore"), ("**/migrations/**", "ignore"), ("**.py", "python"), ("**/jinja2/**.html", "jinja2"),
    ("**/jinja2/**.txt", "jinja2"),
]  # fmt: skip
JINJA = {"encoding": "utf-8", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true",
         "extensions": "jinja2.ext.do", "silent": "false"}  # fmt: skip
KEYWORDS = {
    "_": None, "_N": None, "gettext": None, "gettext_noop": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd%]")


@cache
def texts() -> list[tuple[str | tuple[str, ...], str | None]]:
    """Every text of the code with its context, read once."""
    options = {"**/jinja2/**.html": JINJA, "**/jinja2/**.txt": JINJA}
    found = extract_from_dir(SOURCE, METHODS, options, keywords=KEYWORDS)
    return [(text, context) for _file, _line, text, _comments, context in found]


def template() -> Catalog:
    """Every text of the code."""
    found = Catalog()
    for text, context in texts():
        found.add(text, context=context)
    return found


def path(language: str) -> Path:
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """The catalogue as it is committed, or an empty one."""
    if path(language).exists():
        with path(language).open("rb") as file:
            return read_po(file, locale=language)
    return Catalog(locale=language, domain="django")


def save(language: str, catalogue: Catalog) -> None:
    """Sorted, without places and dates, so that two people's work merges."""
    catalogue.obsolete.clear()
    out = io.BytesIO()
    write_po(out, catalogue, sort_output=True, no_location=True, omit_header=True, width=0, ignore_obsolete=True)
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    path(language).parent.mkdir(parents=True, exist_ok=True)
    path(language).write_text(head + out.getvalue().decode())


def key(message: object) -> str:
    """How a text is named in JSON: context, singular."""
    text = message.id[0] if isinstance(message.id, tuple) else message.id  # type: ignore[attr-defined]  # a message of a catalogue
    context = message.context  # type: ignore[attr-defined]  # as above
    return f"{context}\x04{text}" if context else text


def update(language: str) -> Catalog:
    """The catalogue with exactly the texts of the code; translations are kept, nothing is guessed."""
    catalogue = load(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    return catalogue


def itself() -> Catalog:
    """English, every text as it stands in the code: the operator's own words are laid over it (kernel/ui/words.py)."""
    found = Catalog(locale="en", domain="django")
    for message in template():
        if message.id:
            found.add(message.id, string=message.id, context=message.context, flags=message.flags)
    return found


def wrong(language: str, catalogue: Catalog) -> list[str]:
    """Sentences on what is missing or does not fit."""
    said = []
    for message in catalogue:
        if not message.id:
            continue
        forms = list(message.string) if isinstance(message.string, tuple | list) else [message.string]
        expected = PLURALS[language] if message.pluralizable else 1
        if len(forms) != expected or not all(forms):
            said.append(f"{language}: not translated: {key(message)!r}")
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        allowed = set(PLACEHOLDER.findall(" ".join(ids))), {m[0] for i in ids for m in [*PLACEHOLDER.finditer(i)]}
        for form in forms:
            have = {m[0] for m in PLACEHOLDER.finditer(form)}
            if have - allowed[1] or (not message.pluralizable and allowed[1] - have):
                said.append(f"{language}: other placeholders: {key(message)!r} → {form!r}")
    return said


def unlike(language: str, catalogue: Catalog) -> list[str]:
    """Sentences on patterns for the operator's own word (kernel/ui/sentences.py) that lack or do not fit."""
    said: dict[str, sentences.Text] = {}
    for message in catalogue:
        if message.id:
            forms = list(message.string) if isinstance(message.string, tuple | list) else message.string
            said[key(message)] = forms if forms and all(forms) else ""
    return sentences.flaws(language, said)


def main(arguments: list[str]) -> int:
    command, *rest = arguments or ["check"]
    if command == "update":
        for language in LANGUAGES:
            save(language, update(language))
        save("en", itself())
    elif command == "missing":
        catalogue = update(rest[0])
        gaps = {w.split(": ", 2)[2] for w in wrong(rest[0], catalogue) if ": not translated: " in w}
        todo = {key(m): (m.id[1] if m.pluralizable else "") for m in catalogue if m.id and repr(key(m)) in gaps}
        json.dump(todo, sys.stdout, ensure_ascii=False, indent=0, sort_keys=True)
    elif command == "fill":
        catalogue, given = update(rest[0]), json.loads(Path(rest[1]).read_text())
        for message in catalogue:
            if message.id and (new := given.get(key(message))):
                message.string = tuple(new) if isinstance(new, list) else new
        save(rest[0], catalogue)
        print("\n".join(w for w in wrong(rest[0], catalogue) if "other placeholders" in w))
    elif command == "check":
        said = [w for language in LANGUAGES for each in (wrong, unlike) for w in each(language, update(language))]
        if {key(m) for m in load("en")} != {key(m) for m in itself()}:
            said.append("en: not as in the code; run: python locales.py update")
        print("\n".join(said))
        return int(bool(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
