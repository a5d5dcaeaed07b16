"""What a service needs and what breaks if it goes: drawn, told as a list, and only as far as one may see (issue 4)."""

import itertools
import re
from typing import Any

import pytest
from django.urls import reverse

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import registry
from vincula.kernel.papers import declaration, making
from vincula.kernel.papers.tree import Table
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.kernel.ui.widths import measure
from vincula.portfolio.pages import drawn
from vincula.portfolio.queries.around import Neighbour
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

LONG = "Государственная информационная система межведомственного электронного взаимодействия университетов"


def neighbour(pk: int, name: str = "") -> Neighbour:
    return Neighbour(pk, f"S{pk}", name or f"Service {pk}", "operation")


def drawing(edges: list[tuple[int, int]], names: dict[int, str] | None = None, hidden: int = 0) -> drawn.Web:
    """Of the service 1; edges are (service, what it needs)."""
    ids = {pk for edge in edges for pk in edge} - {hidden}
    told = [(service, needed, "stops") for service, needed in edges]
    return drawn.web(1, told, {pk: neighbour(pk, (names or {}).get(pk, "")) for pk in ids})


def columns(web: drawn.Web) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for box in web.boxes:
        found.setdefault(box["x"], []).append(box["code"])
    return [sorted(found[x]) for x in sorted(found)]


def test_left_stands_what_it_needs_and_right_what_breaks_by_distance() -> None:
    web = drawing([(1, 2), (2, 3), (4, 1), (5, 4), (6, 1)])
    assert columns(web) == [["S3"], ["S2"], ["S1"], ["S4", "S6"], ["S5"]]
    assert [box["code"] for box in web.boxes if box["own"]] == ["S1"]
    assert [(each["code"], [one["code"] for one in each["under"]]) for each in web.breaks] == [
        ("S4", ["S5"]),
        ("S6", []),
    ]
    assert [(each["code"], [one["code"] for one in each["under"]]) for each in web.needs] == [("S2", ["S3"])]
    assert len(web.lines) == 5


def test_every_line_runs_one_way_and_none_through_a_box() -> None:
    """5 needs 1 itself and through 4 and 6: it stands behind both, and the short way passes their column beside them."""
    web = drawing([(4, 1), (6, 4), (5, 6), (5, 1), (7, 1)])
    assert columns(web) == [["S1"], ["S4", "S7"], ["S6"], ["S5"]]
    place = {(box["x"], box["y"], box["y"] + box["h"], box["x"] + box["w"]) for box in web.boxes}
    long_ = next(line["d"] for line in web.lines if line["d"].count("C") == 3)
    for across in re.finditer(r" (\d+) (\d+)h(\d+)", long_):
        x, y, wide = map(int, across.groups())
        assert not any(left < x + wide and right > x and top <= y <= bottom for left, top, bottom, right in place)
    assert max(box["x"] + box["w"] for box in web.boxes) <= web.width
    assert max(box["y"] + box["h"] for box in web.boxes) <= web.height


def test_nothing_needed_and_nothing_that_breaks_is_no_drawing() -> None:
    assert drawing([(2, 3)]).boxes == []


def test_boxes_never_lie_on_each_other_however_many_there_are() -> None:
    web = drawing([(n, 1) for n in range(2, 40)] + [(n + 40, n) for n in range(2, 30)])
    assert len(web.boxes) == drawn.MOST + 1
    assert web.left_out == 66 - drawn.MOST
    by_column: dict[int, list[Any]] = {}
    for box in web.boxes:
        by_column.setdefault(box["x"], []).append(box)
    for there in by_column.values():
        there.sort(key=lambda box: box["y"])
        assert all(one["y"] + one["h"] < other["y"] for one, other in itertools.pairwise(there))


def test_a_circle_that_should_not_be_is_gone_through_once() -> None:
    web = drawing([(1, 2), (2, 3), (3, 1), (4, 3), (3, 4)])
    assert sorted(box["code"] for box in web.boxes) == ["S1", "S2", "S3", "S4"]


def test_a_service_that_may_not_be_seen_leaves_no_gap() -> None:
    """4 needs the hidden 3, which needs 1: nothing tells that there is a way from 1 to 4."""
    web = drawing([(3, 1), (4, 3), (2, 1)], hidden=3)
    alone = drawing([(2, 1)])
    assert (web.boxes, web.lines, web.breaks) == (alone.boxes, alone.lines, alone.breaks)
    assert (web.width, web.height, web.left_out) == (alone.width, alone.height, 0)


def test_long_names_stay_in_their_box() -> None:
    web = drawing([(2, 1)], names={2: LONG, 1: "Ж" * 60})
    for box in web.boxes:
        assert len(box["lines"]) <= 2
        assert all(measure(line) <= box["w"] - 2 * drawn.INSET for line in box["lines"])
    assert web.boxes[1]["name"] == LONG


@pytest.mark.django_db
def test_the_page_draws_what_the_reader_may_see_and_the_gate_names_what_ends_with_it() -> None:
    service = at_stage("operation", name="Backbone", code="BB")
    hidden = make.service(name="Hidden middle", code="HID")
    make.dependency(service=make.service(name="Seen mail", code="ML"), needs=service, kind="suffers")
    make.dependency(service=hidden, needs=service)
    make.dependency(service=make.service(name="Far archive", code="FAR"), needs=hidden)
    make.dependency(service=service, needs=make.service(name="Power", code="PW"))
    plan = make.discontinuance(service=service)
    urls = {"page": registry.get("portfolio.service").url(service), "gate": f"{reverse('portfolio:board')}?gate={service.pk}",
            "plan": registry.get("portfolio.discontinuance").url(plan)}  # fmt: skip
    everybody = cast.root()
    root = cast.signed_in(everybody)
    told = {name: root.get(url).content.decode() for name, url in urls.items()}
    for name, page in told.items():
        assert [f"</b> {one}" in page for one in ("Seen mail", "Hidden middle", "Far archive")] == [True] * 3, name
        assert "works worse without it" in page
    svg = told["page"].split("<svg width=")[1].split("</svg>")[0]
    assert [f"<title>{name}</title>" in svg for name in ("Power", "Backbone", "Seen mail", "Far archive")] == [True] * 4
    assert "style=" not in svg
    assert svg.count('class="tie weak"') == 1
    everything = [(f"portfolio.{key}", "view", "all", []) for key in ("dependency", "discontinuance", "phaserun")]
    reader = cast.user("bob", *everything, ("portfolio.service", "view", "own", []))
    for one in (service, *type(service).objects.filter(code__in=("ML", "FAR", "PW"))):
        actions.change(type(one).objects.get(pk=one.pk), who=SYSTEM, owner=reader)
    for name, url in urls.items():
        page = cast.signed_in(reader).get(url).content.decode()
        assert "</b> Seen mail" in page, name
        assert "Hidden middle" not in page, name
        assert "</b> Far archive" not in page, name  # the board behind the gate has its card
        assert "<title>Far archive" not in page, name
    paper = next(one for one in declaration.of("portfolio.service") if one.key == "discontinuance")

    def of_paper(who: Any) -> list[bool]:
        blocks = making.tell(paper, service, user=who, language="en").blocks
        (table,) = [b for b in blocks if isinstance(b, Table) and b.caption.startswith("Services that need it")]
        return [one in str(table.rows) for one in ("Seen mail", "Hidden middle", "Far archive", "Power")]

    assert of_paper(everybody) == [True, True, True, False]
    assert of_paper(reader) == [True, False, False, False]
