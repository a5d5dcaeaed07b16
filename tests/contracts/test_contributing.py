"""The example of CONTRIBUTING is executed: a new entity costs three files and one generated migration."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```python file=(\S+)( append)?\n(.*?)```", re.DOTALL)


def run(folder: Path, *command: str) -> str:
    """Run Python with ``command`` in the copy; its output, or a failed test with it."""
    environment = {
        **os.environ, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{folder}", "VINCULA_HOME": str(folder / "var"),
        "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    for name in ("DATABASE_URL", "VINCULA_SHORT"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="once is enough: the copy runs on SQLite")
def test_the_building_of_contributing_has_everything_an_entity_has(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns("var", ".venv", "node_modules", "vendor")  # what is compiled comes along
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    vendor = Path("src/vincula/kernel/ui/static/vincula/vendor")
    (copy / vendor).symlink_to(ROOT / vendor)
    before = {p: p.read_bytes() for p in (copy / "src").rglob("*.py")}

    blocks = BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text())
    assert len(blocks) == 3
    for name, append, text in blocks:
        target = copy / name
        if append:
            target.write_text(f"{target.read_text()}\n\n{_imports(text)}{text}")
        else:
            assert not target.exists(), f"{name} is there already"
            target.write_text(text)
    run(copy, "-m", "django", "makemigrations", "parties", "--name", "buildings", "--skip-checks")

    changed = sorted(str(p.relative_to(copy)) for p in (copy / "src").rglob("*.py") if before.get(p) != p.read_bytes())
    assert [name.split("parties/")[1] for name in changed] == [
        "entities/buildings.py", f"migrations/{Path(changed[1]).name}", "models/buildings.py", "tests/factories.py",
    ]  # fmt: skip
    said = run(
        copy,
        "-m",
        "pytest",
        "-q",
        "-n0",
        "-p",
        "no:cacheprovider",
        "tests/contracts/test_every_entity.py",
        "-k",
        "TestBuilding",
    )
    passed = re.search(r"(\d+) passed", said)
    assert passed, said
    assert int(passed[1]) >= 12


def _imports(text: str) -> str:
    """The example appends to a file; its import of the new model comes along."""
    return "from vincula.parties.models.buildings import Building  # noqa: E402\n\n\n" if "Building" in text else ""
