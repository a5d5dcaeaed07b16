"""Reads our own source for the tests beside: files, what git would commit, and the exceptions granted."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src/vincula"


@cache
def committed() -> tuple[Path, ...]:
    """Every file that git has or would take: what .gitignore names is not ours to judge. Outside git: all but those."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0 and listed.stdout:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        away = {".venv", ".git", "node_modules", "var", "vendor", "__pycache__"}
        found = [path for path in ROOT.rglob("*") if not away.intersection(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def python_files(*, under: Path = ROOT, migrations: bool = False, tests: bool = True) -> list[Path]:
    """Our Python files, by name."""
    return [
        path
        for path in committed()
        if path.suffix == ".py"
        and path.is_relative_to(under)
        and (migrations or "migrations" not in path.parts)
        and (tests or ("tests" not in path.parts and not path.name.startswith("test_")))
    ]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def classes(path: Path) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def exceptions() -> dict[str, dict[str, str]]:
    """Rule → {what is excepted: why}."""
    return tomllib.loads((ROOT / "tests/architecture/exceptions.toml").read_text(encoding="utf-8"))


def judged(rule: str, found: dict[str, str]) -> list[str]:
    """What breaks ``rule``, sentence by sentence: findings that are not excepted, and exceptions nobody needs."""
    excepted = exceptions().get(rule, {})
    broken = [f"{place}: {text}" for place, text in sorted(found.items()) if place not in excepted]
    return broken + [
        f"exceptions.toml: {rule} excepts {place} for nothing" for place in sorted(excepted.keys() - found)
    ]
