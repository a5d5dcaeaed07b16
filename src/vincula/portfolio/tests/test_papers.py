"""Papers of the portfolio: every figure is the record's, what a board saw stays as it was, nobody reads what is not theirs."""

import itertools
import json
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from tests.ground import short
from vincula.kernel import clock
from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import registry
from vincula.kernel.money import Money
from vincula.kernel.papers import declaration, making, tree
from vincula.kernel.papers.asking import entity_of
from vincula.kernel.papers.tests.reading import READ
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.kernel.testing.papers import leftovers, words
from vincula.portfolio.models import Decision, Deliverable
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests import world as worlds
from vincula.portfolio.tests.world import NOW, World

pytestmark = pytest.mark.django_db
SHORT = (
    ("description", "fr", "pdf"), ("feasibility", "ru", "pdf"), ("development", "de", "docx"), ("discontinuance", "nl", "docx"),
    ("agenda", "de", "pdf"), ("minutes", "ru", "pdf"), ("record", "en", "docx"),
)  # fmt: skip
EVERY = list(itertools.product([key for key, *_rest in SHORT], ("en", "ru", "fr", "nl", "de"), declaration.FORMS))
AT_LEAST = {
    "description": 15,
    "feasibility": 90,
    "development": 70,
    "discontinuance": 35,
    "agenda": 60,
    "minutes": 35,
    "record": 110,
}


@pytest.fixture
def world() -> Iterator[World]:
    with clock.frozen(NOW):
        yield worlds.build()


def of(world: World, key: str) -> Any:
    """The record that a paper is about."""
    return {"discontinuance": world.ending, "agenda": world.meeting, "minutes": world.meeting, "record": world.decision}.get(
        key, world.service
    )  # fmt: skip


def paper(key: str, record: Any) -> declaration.Paper:
    return next(each for each in declaration.of(entity_of(record).key) if each.key == key)


def tell(world: World, key: str, user: Any = None, language: str = "en") -> tree.Tree:
    record = of(world, key)
    return making.tell(paper(key, record), record, user=user or world.alice, language=language)


def said(told_: tree.Tree) -> str:
    return " ".join(words(told_))


# ── figures ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Api:
    """What the API says, and what a person works out from it by hand."""

    def __init__(self, user: Any, decision: Decision) -> None:
        self.client, self.decision = cast.signed_in(user), decision
        self.rows: dict[tuple[str, Any], Any] = {}

    def row(self, key: str, pk: int | None) -> Any:
        if (key, pk) not in self.rows:
            self.rows[key, pk] = self.client.get(f"/api/v1/{registry.get(key).slug}/{pk}").json()
        return self.rows[key, pk]

    def listed(self, key: str, query: str) -> list[Any]:
        if (key, query) not in self.rows:
            answer = self.client.get(f"/api/v1/{registry.get(key).slug}/?{query}&limit=200")
            self.rows[key, query] = answer.json()["items"]
        return list(self.rows[key, query])

    def value(self, figure: tree.Figure) -> Any:
        """The value at the place that a figure names."""
        if figure.pk is None:
            found = self.listed(figure.entity, figure.query)
            return len({str(row[figure.field]) for row in found} if figure.field else found)
        if figure.field.startswith("seen."):
            return self._worked(self.decision.seen, figure.field.removeprefix("seen."), figure)
        return self._worked(self.row(figure.entity, figure.pk), figure.field, figure)

    def _worked(self, row: Any, path: str, figure: tree.Figure) -> Any:
        path, _colon, derived = path.partition(":")
        steps = [step for step in path.split(".") if step]
        if "*" in steps:
            n = steps.index("*")
            return str(sum(Decimal(each.get(steps[n + 1]) or 0) for each in self._at(row, steps[:n])))
        there = self._at(row, steps)
        return self._derived(there, derived, figure) if derived else there

    def _at(self, row: Any, steps: list[str]) -> Any:
        for step in steps:
            row = row[int(step)] if isinstance(row, list) else row[step]
        return row

    def _derived(self, there: Any, name: str, figure: tree.Figure) -> Any:
        if name in ("mean", "share") and isinstance(there, list):
            return _weighted([(Decimal(r["weight"]), Decimal(r["score"])) for r in there])[name]
        if figure.entity == "portfolio.businesscase" or figure.field.startswith("seen.cases"):
            return self._of_case(there, name, frozen=figure.field.startswith("seen."))
        by_hand = {"earliest_end": "2026-10-01", "settled": "33.3", "met": "66.7", "satisfaction": "4.50"}
        options = {
            "Nextcloud, in-house": ("3.60", "72.0"),
            "FileSender, in-house": ("3.40", "68.0"),
            "Bought as a service": ("1.60", "32.0"),
        }
        option, _colon, which = name.rpartition(":")
        return options[option][which == "share"] if option else by_hand[name]

    def _of_case(self, row: Any, name: str, *, frozen: bool) -> Any:
        seen = self.decision.seen
        costs = (
            [c for c in seen["costs"] if c["case"] == row["id"]]
            if frozen
            else self.listed("portfolio.costline", f"case={row['id']}")
        )
        income = (
            [i for i in seen["income"] if i["case"] == row["id"]]
            if frozen
            else self.listed("portfolio.incomeline", f"case={row['id']}")
        )
        price = row["price_minor"] if frozen else row["price"]["minor"]
        name, _point, year = name.partition(".")
        spent = {c["year"]: 0 for c in costs}
        for c in costs:
            spent[c["year"]] += c["amount_minor"] if frozen else c["amount"]["minor"]
        many = {i["year"]: i["customers"] for i in income}
        years = [int(year)] if year and name != "result" else [y for y in spent if not year or y <= int(year)]
        cost, customers = sum(spent[y] for y in years), sum(many[y] for y in years)
        euro = {"cost": cost, "income": customers * price, "result": customers * price - cost}
        if name in euro:
            return {"minor": euro[name], "currency": "EUR"}
        worked = {
            "coverage": _half_up(Decimal(100 * euro["income"]) / cost, "0.1"),
            "break_even": _half_up(Decimal(cost) / 100 / customers, "0.01"),
        }
        return customers if name == "customers" else worked[name]


def _half_up(value: Decimal, step: str) -> str:
    return str(value.quantize(Decimal(step), ROUND_HALF_UP))


def _weighted(pairs: list[tuple[Decimal, Decimal]]) -> dict[str, str]:
    mean = sum(w * s for w, s in pairs) / sum(w for w, _s in pairs)
    return {"mean": _half_up(mean, "0.01"), "share": _half_up(mean * 20, "0.1")}


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def flat(text: str) -> str:
    """Text without spaces and hyphens: a narrow column parts words where it must."""
    return re.sub(r"[\s\-\u2010\u00ad\u200b]+", "", text)


def agrees(world: World, key: str, language: str, form: str) -> None:
    """Every figure of a paper stands in the file, and is the API's; no placeholder is left."""
    record = of(world, key)
    made = making.make(paper(key, record), record, user=world.alice, language=language, form=form)
    text, found, api = READ[form](made.content), tree.figures(made.tree), Api(world.alice, world.decision)
    assert len(found) >= AT_LEAST[key], (key, len(found))
    for figure in found:
        assert flat(figure.text) in flat(text), (key, figure)
        assert as_json(figure.value) == as_json(api.value(figure)), (key, figure)
    assert not leftovers(text), key
    assert not made.remarks, key


def test_every_figure_stands_in_its_paper_and_is_the_one_of_the_api(world: World) -> None:
    worlds.develops(world)
    for key, language, form in SHORT if short.is_deep() else SHORT[::2]:
        agrees(world, key, language, form)


@pytest.mark.deep
@pytest.mark.parametrize(("key", "language", "form"), EVERY)
def test_so_it_is_in_every_language_and_form(world: World, key: str, language: str, form: str) -> None:
    worlds.develops(world)
    agrees(world, key, language, form)


def test_the_board_reads_the_figures_of_the_story_and_what_is_not_final_says_so(world: World) -> None:
    feasible, record = said(tell(world, "feasibility")), said(tell(world, "record"))
    for text in (feasible, record):
        for figure in (
            "€291,000.00",
            "€216,000.00",
            "74.2\u00a0%",
            "-€75,000.00",
            "€291,600.00",
            "100.2\u00a0%",
            "€600.00",
            "€8,083.33",
        ):
            assert figure in text, figure
        assert "Weighted score: 3.40 of 5 = 68.0 %. The threshold is 60 %." in " ".join(text.split()).replace(
            " .", "."
        ).replace("60 %.", "60 %.")
    coverage, when = tree.charts(tell(world, "feasibility"))[1:]
    assert (coverage.series[0].values, coverage.marks) == ((74.2, 100.2), (("break-even", 100),))
    assert [one.values for one in when.series] == [(211000, 251000, 291000), (48600, 145800, 291600)]
    assert "year 3" in when.summary
    needs, trend = tree.charts(tell(world, "feasibility"))[0], tree.charts(tell(world, "discontinuance"))[0]
    assert (needs.series[0].values, trend.series[0].values) == ((0, 0, 1, 1, 1), (81, 64, 38))
    drafts = {key for key, *_rest in SHORT if tell(world, key).draft}
    assert drafts == {"feasibility", "development", "discontinuance"}
    worlds.develops(world)
    assert not tell(world, "development").draft
    assert "Вы получаете ссылку" in said(tell(world, "description", language="ru"))
    assert "Безопасный обмен файлами" in said(tell(world, "description", language="ru"))


# ── what the board saw ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_old_decision_and_its_minutes_stay_what_the_board_saw(world: World) -> None:
    def made() -> dict[str, Any]:
        return {key: tree.as_json(tell(world, key)) for key in ("record", "minutes", "feasibility")}

    def file() -> str:
        record = world.decision
        return making.make(paper("record", record), record, user=world.alice, language="de", form="docx").sha256

    before, as_file = made(), file()
    sfx = world.service
    actions.change(sfx, who=SYSTEM, name="Files for all", names={}, purpose="Something else.")
    actions.change(sfx.business_cases.get(number=2), who=SYSTEM, price=Money.of(9999, "EUR"))
    actions.change(sfx.needs.order_by("pk")[0], who=SYSTEM, title="Changed", weight=1)
    written = Deliverable.objects.get(service=sfx, content_kind="options")
    actions.change(written, who=SYSTEM, content={**written.content, "recommendation": "Buy it."})
    after = made()
    assert file() == as_file  # the same input, the same file
    assert (after["record"], after["minutes"]) == (before["record"], before["minutes"])
    assert after["feasibility"] != before["feasibility"]
    then, now = said(tell(world, "record")), said(tell(world, "feasibility"))
    assert "Secure File Exchange" in then
    assert "Nextcloud, run by ourselves." in then
    assert "Their digest" not in then
    assert "digest is unchanged" in then
    assert "Buy it." in now


# ── who reads what ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_paper_tells_only_what_its_reader_may_see(world: World) -> None:
    bob = cast.user("bob", ("portfolio.decision", "view", "all", []), ("portfolio.boardmeeting", "view", "all", []))
    for key in ("record", "minutes", "agenda"):
        text = said(tell(world, key, bob)).replace(world.decision.seen_digest, "")  # any two letters may stand in it
        for hidden in ("Secure File", "Ghent", "291,0", "too low", "8,000", "Nextcloud", "Practice of peer", "b2"):
            assert hidden not in text, (key, hidden)
    carol = cast.signed_in(cast.user("carol", ("portfolio.service", "view", "all", [])))
    assert carol.get(f"/board-decisions/{world.decision.pk}/papers/record/").status_code == 404
    assert carol.get(f"{registry.get('portfolio.decision').url(world.decision)}papers/record/").status_code == 404
    case = world.service.business_cases.get(number=1)
    some = cast.user("dave", ("portfolio.service", "view", "all", []), ("portfolio.businesscase", "view", "all", []))
    text = said(tell(world, "feasibility", some))
    assert "€6,000.00" in text
    assert "cannot be added up for you" in text
    assert "291,0" not in text
    assert not [c for c in tree.charts(tell(world, "feasibility", some)) if c.unit == "EUR"]
    client = cast.signed_in(some)
    assert "291,0" not in client.get(f"/services/{world.service.pk}/").content.decode()
    for path in (f"/services/{world.service.pk}/business-case/0/", f"/business-cases/{case.pk}/charts/0/"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("paper", ["feasibility", "development"])
def test_no_head_of_a_table_is_empty(world: World, paper: str) -> None:
    """The corner above a column of names is no head: who hears the page would be told of one without words."""
    page = cast.signed_in(world.alice).get(f"/services/{world.service.pk}/papers/{paper}/").content.decode()
    assert "<thead><tr><td></td><th" in page
    assert not re.findall(r"<th[^>]*>\s*</th>", page)


def test_papers_and_charts_stand_where_people_look_for_them(world: World) -> None:
    client, case = cast.signed_in(world.alice), world.service.business_cases.get(number=2)
    for record in (world.service, world.meeting, world.decision):
        url = entity_of(record).url(record)
        assert f'href="{url}papers/"' in client.get(url).content.decode()
    page = client.get(f"/services/{world.service.pk}/").content.decode()
    shown = client.get(f"/business-cases/{case.pk}/").content.decode()
    assert "Year by year" in shown
    for text, path in (
        (page, f"/services/{world.service.pk}/business-case/0/"),
        (shown, f"/business-cases/{case.pk}/charts/0/"),
    ):
        assert f'src="{path}"' in text
        assert client.get(path).content.startswith(b"<svg")
    make.cost_line(case=case, line="In francs", amount=Money.of(10, "CHF"))
    assert "no figure" in client.get(f"/services/{world.service.pk}/").content.decode()
