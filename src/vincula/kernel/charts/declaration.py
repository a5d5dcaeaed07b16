"""What a chart is: a question as its title, a unit, labels along the bottom, and one or more series of numbers.

Nothing here imports Django: a chart is plain values, which the child process that draws it gets as JSON. Labels and
names are shown as they are; whoever declares the chart has translated them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Number = int | float
Shape = Literal["bars", "stacked", "lines"]
MOST_LABELS, MOST_SERIES = 400, 8


@dataclass(frozen=True)
class Series:
    """Numbers of one kind; ``values[n]`` belongs to the chart's ``labels[n]``, None where nothing is known.

    ``texts`` are the same numbers as the reader's language writes them, for the table.
    """

    name: str
    values: tuple[Number | None, ...]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """``title`` answers or asks a question; ``axis`` names what stands along the bottom, ``unit`` what is counted.

    ``summary`` says in a sentence what one sees: it stands for the picture where there is none. ``marks`` are numbers
    with a name, drawn as lines across (a target, break-even). Raises ValueError for series that do not fit the labels.
    """

    title: str
    unit: str
    axis: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    summary: str
    shape: Shape = "bars"
    marks: tuple[tuple[str, Number], ...] = ()
    decimal: str = "."
    thousands: str = "\u00a0"
    key: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.labels) <= MOST_LABELS or not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"A chart has 1 to {MOST_LABELS} labels and 1 to {MOST_SERIES} series.")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("Two labels of a chart are the same.")
        for one in self.series:
            if len(one.values) != len(self.labels) or len(one.texts) not in (0, len(self.labels)):
                raise ValueError(f"Series “{one.name}” does not fit the labels.")

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Head and rows of the same numbers: what a screen reader reads."""
        rows = []
        for n, label in enumerate(self.labels):
            told = [one.texts[n] if one.texts else plain(one.values[n]) for one in self.series]
            rows.append([label, *told])
        return [self.axis, *(one.name for one in self.series)], rows

    def as_json(self) -> dict[str, Any]:
        """Plain values for the child that draws it; ``of_json`` makes the chart again."""
        return asdict(self)


def plain(value: Number | None) -> str:
    """A number without any language's separators; "–" where nothing is known."""
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def of_json(told: dict[str, Any]) -> Chart:
    """The chart whose ``as_json`` this was."""
    series = tuple(Series(s["name"], tuple(s["values"]), tuple(s["texts"])) for s in told["series"])
    marks = tuple((str(name), value) for name, value in told["marks"])
    return Chart(**{**told, "labels": tuple(told["labels"]), "series": series, "marks": marks})
