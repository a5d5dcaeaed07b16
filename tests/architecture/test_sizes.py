"""No part is too big to be read in one go."""

import ast
from statistics import median

from tests.architecture import source

FILE, FILE_MEDIAN, FUNCTION, FUNCTION_P95, METHODS, BASES, SETTINGS = 400, 120, 50, 40, 20, 3, 250


def lines_of(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def file_lengths() -> dict[str, int]:
    return {source.name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source.python_files()}


def function_lengths() -> dict[str, int]:
    return {
        f"{source.name_of(path)}:{function.name}": lines_of(function)
        for path in source.python_files()
        for function in source.functions(path)
    }


def test_no_file_is_longer_than_400_lines() -> None:
    long = {name: f"{count} lines" for name, count in file_lengths().items() if count > FILE}
    assert not source.judged("file_length", long)


def test_half_of_the_files_have_at_most_120_lines() -> None:
    assert median(file_lengths().values()) <= FILE_MEDIAN


def test_settings_have_at_most_250_lines() -> None:
    assert file_lengths()["src/vincula/config/settings.py"] <= SETTINGS


def test_no_function_is_longer_than_50_lines() -> None:
    long = {name: f"{count} lines" for name, count in function_lengths().items() if count > FUNCTION}
    assert not source.judged("function_length", long)


def test_nineteen_of_twenty_functions_have_at_most_40_lines() -> None:
    lengths = sorted(function_lengths().values())
    assert lengths[int(len(lengths) * 0.95)] <= FUNCTION_P95


def test_no_class_has_more_than_20_methods() -> None:
    found = {}
    for path in source.python_files():
        for cls in source.classes(path):
            count = sum(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in cls.body)
            if count > METHODS:
                found[f"{source.name_of(path)}:{cls.name}"] = f"{count} methods"
    assert not source.judged("class_methods", found)


def test_no_class_mixes_more_than_three_bases() -> None:
    found = {
        f"{source.name_of(path)}:{cls.name}": f"{len(cls.bases)} bases"
        for path in source.python_files()
        for cls in source.classes(path)
        if len(cls.bases) > BASES
    }
    assert not source.judged("class_bases", found)
