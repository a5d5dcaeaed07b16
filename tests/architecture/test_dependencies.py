"""The locks are made from pyproject.toml as it is, and nobody imports what is not declared."""

import re
import sys
import tomllib

from tests.architecture import source
from tests.architecture.test_shapes import imports

IMPORTED_AS = {  # where the name of the package is not the name one imports
    "django-allauth": "allauth", "django-axes": "axes", "django-csp": "csp", "django-environ": "environ",
    "django-htmx": "django_htmx", "django-ninja": "ninja", "django-q2": "django_q", "markdown-it-py": "markdown_it",
    "pystemmer": "Stemmer", "python-calamine": "python_calamine", "python-docx": "docx", "vl-convert-python": "vl_convert",
}  # fmt: skip
WITH_ANOTHER = {
    "asgiref": "django",
    "pydantic": "django-ninja",
    "qrcode": "django-allauth",
    "cryptography": "django-allauth",
    "markupsafe": "jinja2",
}


def declared() -> set[str]:
    project = tomllib.loads((source.ROOT / "pyproject.toml").read_text())["project"]
    return {re.split(r"[\[<>=!~ ;]", line)[0].lower() for line in project["dependencies"]}


def test_the_locks_hold_every_package_declared() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        locked = set(re.findall(r"^([a-z0-9._-]+)==", (source.ROOT / lock).read_text(), re.M))
        assert declared() <= {name.lower() for name in locked}, lock


def test_both_locks_pin_the_same_versions() -> None:
    runtime, both = (
        dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (source.ROOT / lock).read_text(), re.M))
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert {name: both.get(name) for name in runtime} == runtime


def test_the_program_imports_only_what_is_declared() -> None:
    known = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in declared()}
    known |= set(sys.stdlib_module_names) | {"vincula"} | WITH_ANOTHER.keys()
    broken = set()
    for path in source.python_files(under=source.CODE, tests=False):
        if path.is_relative_to(source.CODE / "kernel/testing"):  # runs in the tests only
            continue
        broken |= {
            f"{source.name_of(path)}: {top}" for name in imports(path) if (top := name.split(".")[0]) not in known
        }
    assert not broken
