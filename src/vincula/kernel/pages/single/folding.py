"""Which tabs of a record stand in the row and which behind "More", at each width of the page; no script measures them.

A tab that has no room at some width stands in the row and in the menu, and the stylesheet shows the one or the other
(``parts.css``, .tabs): what is not displayed is not read out either. The current one always stands in the row.
"""

from typing import Any

from vincula.kernel.ui.widths import measure

STEPS = (18, 32, 46, 60, 72, 96)  # rem: widths of the page from which more tabs show; parts.css names the same
REM, SIZE, SMALL, GAP, MORE = 16, 13, 12, 20, 80  # pixels; MORE: the button with its gap


def folded(tabs: list[dict[str, Any]]) -> int | None:
    """Give each tab its ``from``: the step from which it stands in the row, None for never. Returns the step from
    which all do, None for never."""
    wide = [_wide(tab) for tab in tabs]
    for tab in tabs:
        tab["from"] = 0 if tab.get("current") else None
    for step, rem in enumerate(STEPS):
        room = float(rem * REM)
        if sum(wide) <= room:
            for tab in tabs:
                tab["from"] = step if tab["from"] is None else tab["from"]
            return step
        room -= MORE + sum(each for each, tab in zip(wide, tabs, strict=True) if tab.get("current"))
        for each, tab in zip(wide, tabs, strict=True):
            if tab.get("current"):
                continue
            room -= each
            if room < 0:
                break
            tab["from"] = step if tab["from"] is None else tab["from"]
    return None


def _wide(tab: dict[str, Any]) -> float:
    """A tab with the gap behind it."""
    count = "" if tab.get("count") is None else f" {tab['count']}"
    return measure(str(tab["label"]), SIZE) + measure(count, SMALL) + GAP
