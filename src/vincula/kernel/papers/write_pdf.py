"""A paper as PDF, by typst: tagged (PDF/UA-1), archivable (PDF/A-2a), fonts embedded. Runs in the child process.

The document is one fixed program (``paper.typ``) and a JSON value; nothing that a person wrote is part of the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typst

STANDARDS: Any = ["a-2a", "ua-1"]
NO_GLYPH = "could not be displayed with"
LONG_ROW = 700  # characters from which a row may break over pages
SHORT = (10, 1500)  # rows and characters up to which a table or a list of facts stays on one page
LONG_WORD = re.compile(r"\S{28,}")
BREAKS_AFTER = re.compile(r"(.{1,14}[/.@_\-?&=,;:]|.{14})")
SAFE_URL = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.I)
_program = (Path(__file__).parent / "paper.typ").read_bytes()


def fonts(folder: str) -> typst.Fonts:
    """The fonts of a folder and no others: a paper looks alike on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def everywhere(folder: str) -> typst.Fonts:
    """Ours first, then those of the machine."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[folder])


def write(paper: dict[str, Any], pictures: list[str], folder: str, known: typst.Fonts) -> tuple[bytes, list[str]]:
    """The file, and remarks: "glyphs" when some character is in no font at all (then no standard can be claimed).

    A character that our fonts lack (Chinese, Arabic) is looked for in those of the machine.
    """
    told = {**paper, "lang": paper["language"], "author": "Vincula", "pictures": pictures,
            "blocks": list(ready(paper["blocks"]))}  # fmt: skip
    for ours_alone in (True, False):
        try:
            return _compiled(told, known if ours_alone else everywhere(folder), STANDARDS), []
        except typst.TypstError as refused:
            if NO_GLYPH not in str(refused):
                raise
    return _compiled(told, known, []), ["glyphs"]


def _compiled(told: dict[str, Any], known: typst.Fonts, standards: Any) -> bytes:
    compiler = typst.Compiler(root=str(Path(__file__).parent), font_paths=known, ignore_system_fonts=True,
                              sys_inputs={"paper": json.dumps(told)})  # fmt: skip
    made = compiler.compile(_program, format="pdf", pdf_standards=standards, timestamp=int(told["at"]))
    assert isinstance(made, bytes)
    return made


def ready(blocks: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Blocks as the program takes them: pictures numbered, long words breakable, long rows marked."""
    number = 0
    for block in blocks:
        kind = block["is"]
        if kind == "Picture":
            yield {**block, "number": number}
            number += 1
            if block["told"]:
                yield _numbers(block["chart"])
        elif kind == "Table":
            rows = [{"cells": [_runs(c) for c in row], "long": _length(row) > LONG_ROW} for row in block["rows"]]
            whole = _is_short([cell for row in block["rows"] for cell in row], len(rows))
            yield {**block, "rows": rows, "total": [_runs(cell) for cell in block["total"]], "whole": whole}
        elif kind == "Facts":
            whole = _is_short([runs for _name, runs in block["rows"]], len(block["rows"]))
            yield {
                **block,
                "whole": whole,
                "rows": [[name, _runs(runs), _length([runs]) > LONG_ROW] for name, runs in block["rows"]],
            }
        elif kind == "Items":
            yield {**block, "items": [_runs(item) for item in block["items"]]}
        elif "runs" in block:
            yield {**block, "runs": _runs(block["runs"])}
        else:
            yield {**block, **({"text": soft(block["text"])} if "text" in block else {})}


def _numbers(chart: dict[str, Any]) -> dict[str, Any]:
    """The numbers of a chart as a table."""
    from vincula.kernel.charts.declaration import of_json

    head, rows = of_json(chart).table()
    columns = [{"title": title, "width": 2.0 if n == 0 else 1.0, "end": n > 0} for n, title in enumerate(head)]
    return {"is": "Table", "caption": "", "columns": columns, "empty": "", "total": [], "narrow": True, "whole": len(rows) <= SHORT[0],
            "rows": [{"cells": [[cell] for cell in row], "long": False} for row in rows]}  # fmt: skip


def _runs(runs: list[Any]) -> list[Any]:
    found: list[Any] = []
    for run in runs:
        if isinstance(run, str):
            found.append(soft(run))
        elif run["is"] == "Link":
            found.append({**run, "text": soft(run["text"]), "safe": SAFE_URL.fullmatch(run["url"]) is not None})
        else:
            found.append({**run, "text": soft(run["text"])})
    return found


def _is_short(cells: list[list[Any]], rows: int) -> bool:
    return rows <= SHORT[0] and sum(_length([cell]) for cell in cells) <= SHORT[1]


def _length(cells: list[list[Any]]) -> int:
    return max((sum(len(run if isinstance(run, str) else run["text"]) for run in runs) for runs in cells), default=0)


def soft(text: str) -> str:
    """Very long words may break: after a point or slash where there is one, else anywhere."""
    return LONG_WORD.sub(lambda word: "\u200b".join(filter(None, BREAKS_AFTER.split(word[0]))), text)
