"""./run prepares once, and says what stood in its way."""

import subprocess
import sys
from pathlib import Path

import pytest

import prepare


def test_an_unreachable_registry_is_told_from_other_faults() -> None:
    def saying(text: str) -> list[str]:
        return [sys.executable, "-c", f"import sys; print({text!r}); sys.exit(1)"]

    with pytest.raises(prepare.Failed, match="the package registry is unreachable"):
        prepare.attempt(saying("error: Failed to fetch: x\n  cause: client error (Connect)"), "the packages")
    with pytest.raises(prepare.Failed, match="could not be installed"):
        prepare.attempt(saying("error: hash mismatch"), "the packages")


def test_a_changed_lock_icon_or_translation_prepares_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    translation = tmp_path / "src/vincula/locale/ru/LC_MESSAGES/django.po"
    icons = tmp_path / "src/vincula/kernel/ui/icons.txt"
    for path in (tmp_path / "requirements.lock", translation, icons):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    seen = {prepare.fingerprint("start")}
    for path in (tmp_path / "requirements.lock", translation, icons):
        path.write_text("two")
        seen.add(prepare.fingerprint("start"))
    assert len(seen) == 4


def test_a_missing_venv_module_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(prepare.shutil, "which", lambda name: None)
    failed = subprocess.CompletedProcess([], 1, "", "ensurepip is not available")
    monkeypatch.setattr(prepare.subprocess, "run", lambda *_args, **_options: failed)
    with pytest.raises(prepare.Failed, match="apt install python3-venv"):
        prepare.make_environment()
