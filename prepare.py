"""Makes the environment in ``.venv`` and hands over: ``prepare.py start …`` (from ./run) or ``prepare.py test …`` (from ./test).

Runs with whatever Python the machine has, so it uses the standard library only. What was installed is remembered in a
stamp; a start with nothing new goes straight on.
"""

import hashlib
import os
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
LOCKS = {"start": "requirements.lock", "test": "requirements-dev.lock"}  # the second holds the first
BUILT_FROM = (  # what the build hook and the installation read
    "requirements.lock",
    "pyproject.toml",
    "package-lock.json",
    "build_assets.py",
    "src/vincula/kernel/ui/icons.txt",
    "src/vincula/locale/*/LC_MESSAGES/*.po",
)
UNREACHABLE = (
    "error sending request",
    "failed to fetch",
    "client error (connect)",
    "dns error",
    "newconnectionerror",
    "connection broken",
    "temporary failure in name resolution",
    "enotfound",
    "econnrefused",
    "etimedout",
    "eai_again",
)


class Failed(SystemExit):
    """One sentence that says what went wrong and what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(f"vincula: {text}")


def main() -> None:
    """Prepare for ``start`` or ``test``, then become that program."""
    purpose, *arguments = sys.argv[1:] or ["start"]
    os.environ.pop("VINCULA_PREPARE", None)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each start compiles 2,000 modules again
    os.chdir(ROOT)
    if ssl.get_default_verify_paths().cafile:  # certificates the machine trusts: some networks need their own
        os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    prepare(purpose)
    sys.stdout.flush()
    if purpose == "test":
        os.execv(PYTHON, [str(PYTHON), "-m", "tests.ground.suite", *arguments])
    os.execv(VENV / "bin/vincula", [str(VENV / "bin/vincula"), "start", *arguments])


def prepare(purpose: str) -> None:
    """Bring ``.venv``, the packages of the lock and the built assets up to date."""
    stamp, wanted = VENV / f".vincula-{purpose}", fingerprint(purpose)
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    print("vincula: preparing (the first time takes up to a minute) …", file=sys.stderr, flush=True)
    make_environment()
    uv = shutil.which("uv") or str(VENV / "bin/uv")
    install = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    attempt([*install, "--require-hashes", "-r", LOCKS[purpose]], "the packages of " + LOCKS[purpose])
    attempt([*install, "--no-deps", "--reinstall-package", "vincula", "-e", "."], "Vincula itself", show=True)
    stamp.write_text(wanted)


def fingerprint(purpose: str) -> str:
    """Changes when anything changes that the installation was made from, the place of the folder included."""
    digest = hashlib.sha256(f"{ROOT} {purpose}".encode())
    for pattern in (*BUILT_FROM, LOCKS[purpose]):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return digest.hexdigest()


def make_environment() -> None:
    """A virtual environment with uv in it (unless the machine has uv), made anew when its Python is gone or moved."""
    home = VENV / ".vincula-root"
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0
    if not works or (home.exists() and home.read_text() != str(ROOT)):
        shutil.rmtree(VENV, ignore_errors=True)
        if shutil.which("uv"):
            attempt(["uv", "venv", "--quiet", "--python", sys.executable, str(VENV)], "the environment")
        else:
            made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
            if made.returncode:
                shutil.rmtree(VENV, ignore_errors=True)
                print((made.stdout + made.stderr).strip(), file=sys.stderr)
                raise Failed(
                    "Python cannot make a virtual environment here; if its venv module is missing, install it "
                    "(Debian, Ubuntu: apt install python3-venv) and start again."
                )
    home.write_text(str(ROOT))
    if not shutil.which("uv") and not (VENV / "bin/uv").exists():
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.8,<1"]
        attempt(pip, "uv, the installer")


def attempt(command: list[str], what: str, show: bool = False) -> None:
    """Run a step of the installation; when it fails, tell an unreachable registry from everything else.

    With ``show``, our own lines of its output appear while it runs.
    """
    said = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if show and line.startswith("vincula:"):
                print(line, end="", file=sys.stderr, flush=True)
    if not process.returncode:
        return
    text = "".join(said)
    print("".join(said[-25:]).rstrip(), file=sys.stderr)
    if any(sign in text.lower() for sign in UNREACHABLE):
        raise Failed(f"{what} could not be fetched: the package registry is unreachable; check the network or proxy.")
    raise Failed(f"{what} could not be installed (see above).")


if __name__ == "__main__":
    main()
