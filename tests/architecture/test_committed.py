"""What is committed is ours, finished, and tells nobody where we got the rest."""

import re
import subprocess

from tests.architecture import source

UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
# Written in pieces, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("npmjs", "com"), ("deb", "debian", "org"),
            ("unpkg", "com"), ("jsdelivr", "net"), ("cdnjs", "cloudflare"), ("fonts", "googleapis"), ("fonts", "gstatic"),
        )
    )
)  # fmt: skip
ADDRESS_IN_LOCK = re.compile(r'"resolved"|--(?:extra-)?index-url|--find-links|https?://\S+\.(?:whl|tgz|tar\.gz)')
TEXT = {
    ".py",
    ".toml",
    ".lock",
    ".json",
    ".md",
    ".txt",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".sh",
    ".yml",
    ".cfg",
    ".po",
    "",
}
LARGEST = 1_000_000


def texts() -> dict[str, str]:
    return {
        source.name_of(path): path.read_text(encoding="utf-8", errors="replace")
        for path in source.committed()
        if path.suffix in TEXT
    }


def test_nothing_is_marked_as_unfinished() -> None:
    found = {}
    for name, text in texts().items():
        if name.endswith((".lock", "package-lock.json", ".md")):  # prose may speak of such marks
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if UNFINISHED.search(line):
                found[name] = f"line {number} is marked as unfinished"
    assert not source.judged("no_marks", found)


def test_no_registry_is_named() -> None:
    assert not [f"{name}: {found[0]}" for name, text in texts().items() if (found := REGISTRIES.search(text))]


def test_locks_hold_no_addresses() -> None:
    locks = {name: text for name, text in texts().items() if "lock" in name or "requirements" in name}
    assert {"requirements.lock", "requirements-dev.lock", "package-lock.json"} <= locks.keys()
    assert not [f"{name}: {found[0]}" for name, text in locks.items() if (found := ADDRESS_IN_LOCK.search(text))]


def test_every_package_of_the_locks_is_pinned_by_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=[A-Za-z0-9])", (source.ROOT / name).read_text())
        unpinned = [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
        assert not unpinned


def test_no_build_result_and_nothing_large_is_committed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=source.ROOT, capture_output=True, text=True).stdout.split("\n")
    assert not [
        name for name in tracked if "/vendor/" in name or name.endswith((".mo", ".woff2", ".min.js", "uv.lock"))
    ]
    assert not [source.name_of(path) for path in source.committed() if path.stat().st_size > LARGEST]
