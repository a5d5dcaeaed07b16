"""A chart says the same as picture, specification and table, and refuses what does not fit together."""

import json

import pytest

from vincula.kernel.charts import vega
from vincula.kernel.charts.declaration import Chart, Series, of_json


def chart(**given):
    values = {
        "title": "What does it cost?", "unit": "EUR", "axis": "year", "labels": ("2025", "2026", "2027"),
        "series": (Series("cost", (5, 6, 7.5), ("5,0", "6,0", "7,5")), Series("income", (1, None, 9))),
        "summary": "Income passes cost in 2027.",
    }  # fmt: skip
    return Chart(**{**values, **given})


def test_the_table_holds_every_number_and_says_where_none_is_known():
    head, rows = chart().table()
    assert head == ["year", "cost", "income"]
    assert rows == [["2025", "5,0", "1"], ["2026", "6,0", "–"], ["2027", "7,5", "9"]]


@pytest.mark.parametrize("shape", ["bars", "stacked", "lines"])
def test_the_specification_holds_the_numbers_as_data_and_no_address(shape):
    told = vega.specification(chart(shape=shape, marks=(("Target", 8),)))
    assert [(row["x"], row["s"], row["y"]) for row in told["data"]["values"]] == [
        ("2025", "cost", 5), ("2026", "cost", 6), ("2027", "cost", 7.5), ("2025", "income", 1), ("2027", "income", 9),
    ]  # fmt: skip
    assert "url" not in json.dumps(told)
    assert "expr" not in json.dumps(told)
    assert "Target" in json.dumps(told)


def test_whole_numbers_are_told_whole_and_many_bars_without_their_number():
    few = vega.specification(chart(series=(Series("n", (1, 2, 3)),)))
    assert few["layer"][0]["encoding"]["y"]["axis"]["values"] == [0, 1, 2, 3]
    more = vega.specification(chart(series=(Series("n", (1, 2, 30)),)))
    assert more["layer"][0]["encoding"]["y"]["axis"]["tickMinStep"] == 1
    assert few["layer"][1]["mark"]["type"] == "text"
    labels = tuple(str(n) for n in range(60))
    many = vega.specification(chart(labels=labels, series=(Series("n", tuple(range(60))),)))
    assert len(many["layer"]) == 1
    assert many["layer"][0]["encoding"]["x"]["axis"]["labelOverlap"]


def test_a_chart_comes_back_from_json_as_it_was():
    made = chart(marks=(("Target", 8),), shape="lines", decimal=",")
    assert of_json(json.loads(json.dumps(made.as_json()))) == made


@pytest.mark.parametrize(
    "flawed",
    [{"labels": ("a", "b")}, {"labels": ("a", "a", "b")}, {"labels": (), "series": ()}, {"series": ()},
     {"series": (Series("x", (1, 2, 3), ("1",)),)}],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(flawed):
    with pytest.raises(ValueError, match=r"chart|Series"):
        chart(**flawed)
