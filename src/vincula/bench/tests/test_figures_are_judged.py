"""A figure holds or falls short, a busy machine voids the run, and the document is written from runs alone."""

import hashlib
import json

import pytest

from tests.ground.installation import Installation
from vincula.bench import place as places
from vincula.bench import report, serving
from vincula.bench.figures import Figure, Run, from_dict


def run(b=3.0, size=100_000, **values):
    figures = [Figure("b", "B", b, limit=5.0), *(Figure(k, k, v, limit=25.0, p95=v * 2) for k, v in values.items())]
    return Run(size, "SQLite 3", "2 cores", "2026-11-21", figures)


def test_a_figure_is_judged_by_its_limit_whichever_way_it_points():
    assert Figure("list", "", 25.0, limit=25.0).verdict == "holds"
    assert Figure("list", "", 25.1, limit=25.0).verdict == "falls short"
    assert Figure("clients", "", 39.0, limit=40.0, sense="least").verdict == "falls short"
    assert Figure("other", "", 1e9).verdict == ""


def test_a_run_beside_a_slow_bare_page_is_void_and_says_so():
    assert "VOID" in report.table(run(b=5.1))
    assert "VOID" not in report.table(run(b=5.0))


def test_a_run_comes_back_from_its_json():
    told = run(list=20.0)
    assert from_dict(json.loads(json.dumps(told.as_dict()))) == told


def test_the_document_holds_the_figures_marks_what_falls_short_and_tells_growth(tmp_path, monkeypatch):
    document = tmp_path / "measured.md"
    document.write_text("# Measured\n\nBefore.\n")
    monkeypatch.setattr(report, "DOCUMENT", document)
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    report.keep(run(size=10_000, list=10.0))
    report.keep(run(size=100_000, list=30.0))
    report.write_docs()
    first = document.read_text()
    assert first.startswith("# Measured\n\nBefore.\n")
    assert "| list, ms | ≤ 25 | 10 (20) | **30 (60)** |" in first
    assert "**list 3.00**" in first
    report.write_docs()
    assert document.read_text() == first


def test_a_run_of_some_scenes_renews_their_figures_and_leaves_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    report.keep(run(list=10.0, filter=20.0))
    path = report.keep(run(b=4.0, filter=30.0), part=True)
    kept = from_dict(json.loads(path.read_text()))
    assert {f.key: f.value for f in kept.figures} == {"list": 10.0, "b": 4.0, "filter": 30.0}
    assert kept.made == "2026-11-21"


def test_the_bare_page_is_the_pinned_one(tmp_path, monkeypatch):
    serving.check_pinned()
    other = tmp_path / "baseline.py"
    other.write_bytes(serving.BASELINE.read_bytes() + b"\n")
    monkeypatch.setattr(serving, "BASELINE", other)
    assert hashlib.sha256(other.read_bytes()).hexdigest() != serving.BASELINE_SHA256
    with pytest.raises(places.NotPossible):
        serving.check_pinned()


def test_the_bench_works_in_a_home_of_its_own_and_takes_it_away(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("VINCULA_HOME", "/operator")
    with places.place(200, keep=False) as made:
        assert made.environment["VINCULA_HOME"] == str(made.home) != "/operator"
        assert made.home.is_dir()
    assert not made.home.exists()


@pytest.mark.deep
def test_the_whole_bench_runs_on_two_hundred_organisations(tmp_path):
    told = tmp_path / "told.json"
    process = Installation(tmp_path).start("bench", "--size", "200", "--runs", "3", "--json", str(told))
    said, _ = process.communicate(timeout=300)
    assert process.returncode in (0, 3), said[-2000:]  # 3: measured, but the machine was busy
    keys = {f["key"] for f in json.loads(told.read_text())["figures"]}
    wanted = {"b", "list", "list.role", "deep", "filter", "organisation", "search", "create", "api", "import", "clients",
              "memory", "cold", "html.en", "html.ru", "ratio.list", "statements.list"}  # fmt: skip
    assert wanted <= keys
