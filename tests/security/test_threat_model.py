"""SECURITY.md says nothing that no test holds (issue 3, section 3)."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "SECURITY.md"
NAMED = re.compile(r"`([\w./-]+\.py)::(\w+)`")
SENTENCE = re.compile(r"[.!?](?:\s|$)")
# Modules that reach other machines, and who may import them: mail goes out by Django, the rest is our own machine.
REACHING = ("socket", "http.client", "urllib.request", "urllib3", "requests", "httpx", "ftplib", "smtplib", "aiohttp")
MAY_REACH = {
    "src/vincula/config/start.py": "asks its own port whether the page comes",
    "src/vincula/kernel/mail/outgoing.py": "tells what the mail server's refusals mean",
}


def sentences(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(sentence, tests named behind it) of everything below the heading of the model; headings are none."""
    model = text.partition("# Threat model\n")[2]
    found = []
    for line in model.splitlines():
        if not line.startswith("- ") and not NAMED.search(line):
            continue
        at = 0
        while match := re.compile(r"((?:(?!`[\w./-]+\.py::).)+?)((?:\s*\(?`[\w./-]+\.py::\w+`\)?)+|$)").match(line, at):
            if not match[0]:
                break
            said, at = match[1].removeprefix("- ").strip(), match.end()
            if said.strip(" ).("):
                found.append((said, NAMED.findall(match[2])))
    return found


def faults(text: str) -> list[str]:
    wrong = []
    for said, tests in sentences(text):
        if not tests:
            wrong.append(f"names no test: {said}")
        if len(SENTENCE.findall(said.rstrip())) > 1:
            wrong.append(f"more than one sentence before a test is named: {said}")
        wrong += [f"no such test: {path}::{name}" for path, name in tests if name not in written_in(path)]
    return wrong


@cache
def written_in(path: str) -> frozenset[str]:
    """Names of the tests of a file; none when there is no such file."""
    if not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_"))


def test_every_sentence_names_a_test_that_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert faults(text) == []
    assert len(sentences(text)) > 50


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("- Nobody does that.", "names no test"),
        ("- Nobody does that. `tests/security/test_threat_model.py::test_of_nothing`", "no such test"),
        ("- That. `tests/nowhere.py::test_x`", "no such test"),
        (
            "- One. Two. `tests/security/test_threat_model.py::test_every_sentence_names_a_test_that_is_there`",
            "more than one",
        ),
        (
            "- One. `tests/security/test_threat_model.py::test_every_sentence_names_a_test_that_is_there` Two.",
            "names no test",
        ),
    ],
)
def test_a_sentence_without_its_test_is_noticed(line: str, fault: str) -> None:
    said = faults(f"# Security\n\n# Threat model\n\n{line}\n")
    assert len(said) == 1
    assert said[0].startswith(fault)


def test_the_program_opens_connections_in_these_places_only() -> None:
    found = set()
    for path in sorted((ROOT / "src" / "vincula").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if "/tests/" in name or "/bench/" in name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += (
                [f"{node.module}.{a.name}" for a in node.names] + [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if any(n == r or n.startswith(f"{r}.") for n in names for r in REACHING):
                found.add(name)
    assert found == set(MAY_REACH), "name it there with its reason, and in SECURITY.md"
