"""The Vega-Lite specification of a chart. Numbers and names are data in it; nothing that a person wrote is evaluated."""

from __future__ import annotations

from typing import Any

from vincula.kernel.charts.declaration import Chart

FONT = "Noto Sans, Inter, sans-serif"  # the first in documents; a browser may not have it
INK, PALE = "#1a1b1e", "#e3e2dd"
COLOURS = ("#2a3eb1", "#bd7a05", "#2a9160", "#54575e", "#c8372d", "#7a86d8", "#7fb89a", "#a9adb5")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])  # lines differ in print without colour too
WIDTH, HEIGHT = 460, 165
ROOM = 88  # characters of all labels that stand beside one another
FINE = 6  # whole numbers under this stand each at the axis
FEW = 24  # bars that carry their number


def specification(chart: Chart) -> dict[str, Any]:
    """Bars beside or on one another, or lines; numbers on bars where there is room; marks as dashed lines across."""
    layers = [_lines(chart)] if chart.shape == "lines" else _bars(chart)
    layers += [layer for name, value in chart.marks for layer in _mark(chart, name, value)]
    return {
        "width": WIDTH, "height": HEIGHT, "padding": 4, "background": "#ffffff", "layer": layers,
        "data": {"values": rows(chart)},
        "config": {
            "font": FONT, "view": {"stroke": None},
            "axis": {"labelFontSize": 10, "titleFontSize": 10, "titleFontWeight": "normal", "labelColor": INK,
                     "titleColor": INK, "gridColor": PALE, "domainColor": INK, "tickColor": INK},
            "legend": {"labelFontSize": 10, "orient": "top", "title": None, "labelLimit": 220, "labelColor": INK},
        },
    }  # fmt: skip


def rows(chart: Chart) -> list[dict[str, Any]]:
    """One row a number; ``i`` and ``j`` keep the order that was declared."""
    return [
        {"x": label, "y": one.values[n], "s": one.name, "i": n, "j": m}
        for m, one in enumerate(chart.series) for n, label in enumerate(chart.labels) if one.values[n] is not None
    ]  # fmt: skip


def _encoding(chart: Chart) -> dict[str, Any]:
    whole = all(isinstance(v, int) for one in chart.series for v in one.values if v is not None)
    y: dict[str, Any] = {"field": "y", "type": "quantitative", "title": chart.unit, "axis": {"tickCount": 5}}
    if whole:  # three and a half meetings are none
        most = max((v for one in chart.series for v in one.values if v is not None), default=0)
        y["axis"] |= {
            "format": ",d",
            **({"values": list(range(int(most) + 1))} if 0 <= most < FINE else {"tickMinStep": 1}),
        }
    room = max(map(len, chart.labels)) * len(chart.labels)
    found: dict[str, Any] = {
        "x": {"field": "x", "type": "ordinal", "title": chart.axis, "sort": {"field": "i"},
              "scale": {"domain": list(chart.labels)},
              "axis": {"labelAngle": 0 if room <= ROOM else -40, "labelOverlap": len(chart.labels) > FEW, "ticks": False}},
        "y": y,
    }  # fmt: skip
    if len(chart.series) > 1:
        names = [one.name for one in chart.series]
        found["color"] = {"field": "s", "type": "nominal", "sort": names,
                          "scale": {"domain": names, "range": list(COLOURS[: len(names)])}}  # fmt: skip
    return found


def _bars(chart: Chart) -> list[dict[str, Any]]:
    encoding, many = _encoding(chart), len(chart.series) > 1
    if many and chart.shape == "bars":
        encoding["xOffset"] = {"field": "s", "sort": [one.name for one in chart.series]}
    bars = {"mark": {"type": "bar", **({} if many else {"color": COLOURS[0]})}, "encoding": encoding}
    if len(chart.labels) * len(chart.series) > FEW or chart.shape == "stacked":
        return [bars]
    told = {key: value for key, value in encoding.items() if key != "color"}
    told["text"] = {"field": "y", "type": "quantitative", "format": encoding["y"]["axis"].get("format", ",")}
    return [bars, {"mark": {"type": "text", "dy": -6, "fontSize": 9, "color": INK}, "encoding": told}]


def _lines(chart: Chart) -> dict[str, Any]:
    encoding = _encoding(chart)
    if len(chart.series) > 1:
        names = [one.name for one in chart.series]
        dashes = [DASHES[n % len(DASHES)] for n in range(len(names))]
        encoding["strokeDash"] = {"field": "s", "type": "nominal", "scale": {"domain": names, "range": dashes}}
    mark = {
        "type": "line",
        "strokeWidth": 2,
        "point": {"color": COLOURS[0]} if len(chart.labels) <= FEW else False,
        "interpolate": "linear",
    }
    if len(chart.series) > 1:
        return {"mark": {**mark, "point": bool(mark["point"])}, "encoding": encoding}
    return {"mark": {**mark, "color": COLOURS[0]}, "encoding": encoding}


def _mark(chart: Chart, name: str, value: float) -> list[dict[str, Any]]:
    """A line across with its name beside it: inside it would stand on a bar's number."""
    data = {"values": [{"y": value, "n": name}]}
    at = {"field": "y", "type": "quantitative"}
    return [
        {"data": data, "mark": {"type": "rule", "strokeDash": [4, 3], "color": INK}, "encoding": {"y": at}},
        {"data": data, "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 9, "color": INK},
         "encoding": {"y": at, "x": {"value": WIDTH}, "text": {"field": "n"}}},
    ]  # fmt: skip
