"""Tabs that find no room in the row of a record stand behind "More"; none is cut, none is told twice (issue 4)."""

import re
from typing import Any

import pytest
from jinja2 import PackageLoader

from vincula.kernel.pages.single.folding import MORE, REM, STEPS, _wide, folded
from vincula.kernel.ui.jinja import environment

LABELS = ("Overview", "Timeline", "Deliverables", "Needs", "Offerings", "Decisions", "Business cases", "Pilots", "Status reports",
          "Value elements", "Resources", "Supplies", "Dependencies", "Service texts", "Files", "Links", "History")  # fmt: skip


def tabs(*labels: str, current: int = 0) -> list[dict[str, Any]]:
    return [{"label": label, "url": f"?tab={n}", "count": n if n > 1 else None, "current": n == current} for n, label in enumerate(labels)]  # fmt: skip


def test_few_tabs_stand_in_the_row_and_there_is_no_menu() -> None:
    there = tabs("Overview", "Links")
    assert folded(there) == 0
    assert [tab["from"] for tab in there] == [0, 0]


@pytest.mark.parametrize("current", [0, 12, 16])
@pytest.mark.parametrize("labels", [LABELS, tuple(f"Экономические обоснования {n}" for n in range(15))])
def test_at_every_width_what_stands_in_the_row_has_room_and_the_current_one_stands_there(
    labels: Any, current: int
) -> None:
    there = tabs(*labels, current=min(current, len(labels) - 1))
    whole = folded(there)
    for step, rem in enumerate(STEPS):
        shown = [tab for tab in there if tab["from"] is not None and tab["from"] <= step]
        more = 0 if len(shown) == len(there) else MORE
        assert sum(_wide(tab) for tab in shown) + more <= rem * REM or len(shown) == 1, step
        assert any(tab["current"] for tab in shown)
        assert (len(shown) == len(there)) == (whole is not None and step >= whole)
        rest = [tab for tab in there if not tab["current"]]
        assert rest[: len(shown) - 1] == [tab for tab in shown if not tab["current"]]  # the first ones, in their order
    assert len([tab for tab in there if tab["from"] is not None and tab["from"] <= 4]) < len(there)


def test_each_width_shows_a_tab_in_the_row_or_in_the_menu_never_in_both() -> None:
    there = tabs(*LABELS)
    whole = folded(there)
    source = '{% import "ui/parts.html" as ui %}{{ ui.folding_tabs(tabs, whole, label="Parts") }}'
    env = environment(loader=PackageLoader("vincula.kernel.ui", "jinja2"), bytecode_cache=None)
    html = env.from_string(source).render(tabs=there, whole=whole)
    row, menu = html.split("<details")
    for step in range(len(STEPS)):
        away = {f"from-{n}" for n in range(step + 1, len(STEPS))} | {f"until-{n}" for n in range(step + 1)}
        assert seen(r"<a ([^>]*)>(.*?)</a>", row, away) + seen(r"<li([^>]*)><a[^>]*>(.*?)</a>", menu, away) == list(
            LABELS
        ), step


def seen(what: str, html: str, away: set[str]) -> list[str]:
    """The labels that are displayed where these classes are not."""
    told = [(attributes, re.sub("<.*", "", text).strip()) for attributes, text in re.findall(what, html)]
    return [text for attributes, text in told if not any(f'"{one}"' in attributes for one in away)]
