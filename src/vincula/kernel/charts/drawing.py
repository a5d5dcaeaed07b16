"""Draws charts with Vega-Lite in V8. Only ever runs in the limited child process: see kernel/papers/writing_child.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import vl_convert

from vincula.kernel.charts import vega
from vincula.kernel.charts.declaration import Chart

SHARP = 2.5  # pixels of a PNG for each of the drawing: 180 to the inch on paper


@cache
def prepare(fonts: str) -> None:
    """Before the limits are set: where the fonts are."""
    vl_convert.register_font_directory(str(Path(fonts)))


def svg(chart: Chart) -> str:
    """The chart as SVG. No address is ever asked for data."""
    locale = {"decimal": chart.decimal, "thousands": chart.thousands, "grouping": [3], "currency": ["", ""]}
    return str(vl_convert.vegalite_to_svg(vega.specification(chart), allowed_base_urls=[], format_locale=locale))


def png(drawn: str) -> bytes:
    """What ``svg`` drew as PNG, for documents that take no SVG."""
    return bytes(vl_convert.svg_to_png(drawn, scale=SHARP))
