"""Modules are called as the house calls them, and a room's modules know each other in one direction only."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import source

FORBIDDEN = {
    "utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "signals", "constants", "const",
    "serializers", "views", "urls", "forms", "tables", "common", "misc",
}  # fmt: skip
# Upper first; of one line, neither sees the other.
ANATOMY = (
    ("apps",), ("entities",), ("pages", "jobs"), ("papers", "charts"), ("actions",), ("queries",), ("models",),
    ("lifecycles",), ("rules",),
)  # fmt: skip
LEVEL = {name: level for level, names in enumerate(ANATOMY) for name in names}
ROOMS_TYPED = ("rules", "actions", "queries")
AUTO_NAMED = re.compile(r"^\d+_(auto_\d|.*_and_more$|alter_|remove_|rename_field|\d+$)")


def rooms() -> list[Path]:
    """Upper rooms: every package beside the kernel that is an app."""
    return sorted(path.parent for path in source.CODE.glob("*/apps.py"))


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a module imports."""
    for node in ast.walk(source.tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_module_has_a_name_that_says_nothing() -> None:
    found = {}
    for path in source.python_files(under=source.CODE):
        if path == source.CODE / "config/urls.py":  # Django asks for one such module, in config
            continue
        words = {path.stem, path.parent.name if path.stem == "__init__" else path.stem}
        if words & FORBIDDEN:
            found[source.name_of(path)] = "says nothing, or repeats the field list"
    assert not source.judged("module_names", found)


def test_a_room_imports_its_own_modules_downwards_only() -> None:
    broken = []
    for room in rooms():
        for path in source.python_files(under=room, tests=False):
            own = path.relative_to(room).parts[0].removesuffix(".py")
            for name in imports(path):
                parts = name.split(".")
                other = parts[2] if parts[:2] == ["vincula", room.name] and len(parts) > 2 else ""
                if own in LEVEL and other in LEVEL and other != own and LEVEL[other] <= LEVEL[own]:
                    broken.append(f"{source.name_of(path)} imports {other}")
    assert not broken


def test_rules_import_no_model() -> None:
    broken = [
        f"{source.name_of(path)} imports {name}"
        for room in rooms()
        for path in source.python_files(under=room, tests=False)
        if path.relative_to(room).parts[0] in ("rules.py", "rules")
        for name in imports(path)
        if ".models" in name and name.startswith(("vincula.", "django.db"))
    ]
    assert not broken


def test_the_kernel_names_no_room() -> None:
    broken = [
        f"{source.name_of(path)} imports {name}"
        for path in source.python_files(under=source.CODE / "kernel", tests=False)
        for name in imports(path)
        if name.startswith("vincula.") and not name.startswith("vincula.kernel") and name != "vincula.__version__"
    ]
    assert not broken


def test_migrations_are_named_by_what_they_do_and_follow_one_line() -> None:
    broken = []
    for folder in sorted(
        {path.parent for path in source.python_files(migrations=True) if path.parent.name == "migrations"}
    ):
        numbers = [path.stem.split("_")[0] for path in sorted(folder.glob("[0-9]*.py"))]
        if len(numbers) != len(set(numbers)):
            broken.append(f"{source.name_of(folder)} has two migrations of one number")
        broken += [source.name_of(path) for path in folder.glob("[0-9]*.py") if AUTO_NAMED.match(path.stem)]
    assert not broken


def typed_parts() -> Iterator[Path]:
    for path in source.python_files(under=source.CODE, tests=False):
        parts = path.relative_to(source.CODE).parts
        if (
            parts[0] == "kernel"
            or parts[0] == "config"
            or (len(parts) > 1 and parts[1].removesuffix(".py") in ROOMS_TYPED)
        ):
            yield path


def test_kernel_rules_actions_and_queries_are_annotated_completely() -> None:
    found = {}
    for path in typed_parts():
        for function in source.functions(path):
            given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            bare = [arg.arg for arg in given if arg.annotation is None and arg.arg not in ("self", "cls")]
            if function.returns is None or bare:
                found[f"{source.name_of(path)}:{function.name}"] = f"lacks {', '.join(bare) or 'the return type'}"
    assert not source.judged("annotations", found)


def test_only_demonstrations_set_the_clock_back_and_keep_what_happens_to_themselves() -> None:
    asked = {"vincula.kernel.clock.past": "past", "vincula.kernel.events.told_long_ago": "told_long_ago"}
    users = set()
    for path in source.python_files(under=source.CODE, tests=False):
        parts = path.relative_to(source.CODE).parts
        if any(isinstance(node, ast.Attribute) and node.attr in asked.values() for node in ast.walk(source.tree(path))):
            users.add("demo" if "demo" in parts else source.name_of(path))
        assert not set(imports(path)) & set(asked), path
    assert users == {"demo"}
