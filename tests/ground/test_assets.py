"""What the build hook brings is whole, and nothing in it points to another host."""

import re

from tests.ground.installation import ROOT

UI = ROOT / "src/vincula/kernel/ui"
VENDOR = UI / "static/vincula/vendor"


def test_every_icon_named_is_in_the_sprite() -> None:
    lines = (line.partition("#")[0].strip() for line in (UI / "icons.txt").read_text().splitlines())
    sprite = (VENDOR / "icons.svg").read_text()
    assert set(filter(None, lines)) == set(re.findall(r'<symbol id="([^"]+)"', sprite))
    assert 'stroke="currentColor"' in sprite


def test_fonts_cover_our_scripts_and_lie_beside_their_sheet() -> None:
    sheet = (VENDOR / "fonts.css").read_text()
    addresses = re.findall(r"url\(([^)]+)\)", sheet)
    assert addresses
    assert all((VENDOR / address).is_file() for address in addresses)
    for face in (("Inter", "normal"), ("Inter", "italic"), ("PT Serif", "normal"), ("PT Serif", "italic")):
        rules = [
            rule for rule in sheet.split("@font-face") if f"'{face[0]}'" in rule and f"font-style: {face[1]}" in rule
        ]
        text = " ".join(rules)
        assert "U+0000-00FF" in text, face
        assert "U+0400-045F" in text, face


def test_every_translation_is_compiled() -> None:
    sources = list((ROOT / "src/vincula/locale").glob("*/LC_MESSAGES/django.po"))
    stale = [path for path in sources if not path.with_suffix(".mo").exists()]
    assert not stale
