"""The native charts: titled, told apart without colour, and with every point stored beside them."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
import zipfile
from itertools import pairwise

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.analysis.results import evaluate_case
from casebook.case import from_parameters, load
from casebook.model.wiring import Node
from casebook.workbook.layout import Layout
from casebook.workbook.rows import TIMELINE
from casebook.workbook.selectors import FULL
from tests.samples import PARAMS
from tests.workbook.recalculation import Recalculated

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
AXES = ("catAx", "valAx")


# The dearer of two prompts runs today, and the cheaper one never pays its build back.
NEVER = {
    "client": "A client",
    "as_of": "2026-11-01",
    "workload": {"calls_per_month": 10},
    "current": "now",
    "options": {
        "now": {"kind": "prompt", "price": {"input": 1, "output": 2}, "tokens": {"output": 50}, "candidate": False},
        "other": {"kind": "prompt", "price": {"input": 1, "output": 1}, "tokens": {"output": 50}, "build_hours": 9},
    },
}


def charts_of(path):
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name))
        return [ET.fromstring(archive.read(name)) for name in names]


@pytest.fixture(scope="module", params=["hybrid", "legal"])
def written(request, tmp_path_factory):
    """A sample case, its workbook's path, charts and values, and its results."""
    path = tmp_path_factory.mktemp("charts") / "decision.xlsx"
    case = load(PARAMS / f"{request.param}.yaml")
    results = evaluate_case(case, draws=100)
    workbook.write(case, path, results)
    charts = charts_of(path)
    assert len(charts) == 3
    return case, path, charts, openpyxl.load_workbook(path, data_only=True), results


def cells(book, reference):
    """The values of a range, as a chart refers to it."""
    sheet, _, area = reference.rpartition("!")
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    rows = book[sheet.strip("'")].iter_rows(top, bottom, left, right, values_only=True)
    return [value for row in rows for value in row]


def test_every_chart_has_titles_axes_that_show_and_number_formats(written):
    for chart in written[2]:
        assert chart.find(f"{C}chart/{C}title") is not None
        axes = [axis for name in AXES for axis in chart.iter(C + name)]
        assert len(axes) == 2
        for axis in axes:
            assert axis.find(f"{C}delete") is None or axis.find(f"{C}delete").get("val") == "0"
            assert axis.find(f"{C}title") is not None
            words = axis.tag == f"{C}catAx" and chart.find(f".//{C}cat/{C}strRef") is not None
            assert words or axis.find(f"{C}numFmt") is not None


def test_every_series_stores_the_points_of_its_cells(written):
    _, _, charts, book, _ = written
    for chart in charts:
        references = [node for node in chart.iter() if node.find(f"{C}f") is not None]
        assert references
        for node in references:
            wanted = cells(book, node.find(f"{C}f").text)
            cache = next(child for child in node if child.tag.endswith("Cache"))
            assert int(cache.find(f"{C}ptCount").get("val")) == len(wanted)
            found = {int(point.get("idx")): point.find(f"{C}v").text for point in cache.iter(f"{C}pt")}
            for place, value in enumerate(wanted):
                if isinstance(value, str):
                    assert found[place] == value
                else:
                    assert math.isclose(float(found[place]), value)


def test_every_chart_has_an_alternative_text(written):
    with zipfile.ZipFile(written[1]) as archive:
        drawings = [name for name in archive.namelist() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
        texts = [text for name in drawings for text in re.findall(r'descr="([^"]*)"', archive.read(name).decode())]
    assert len(texts) == 3
    assert all(len(text) > 40 for text in texts)


def test_series_differ_in_dashes_or_patterns_not_in_colour_alone(written):
    for chart in written[2]:
        looks = []
        for series in chart.iter(f"{C}ser"):
            properties = series.find(f"{C}spPr")
            width = properties.find(f"{A}ln").get("w")
            dash = next((node.get("val") for node in properties.iter(f"{A}prstDash")), "solid")
            pattern = next((node.get("prst") for node in properties.iter(f"{A}pattFill")), "plain")
            looks.append((width, dash, pattern) if chart.find(f".//{C}scatterChart") is not None else pattern)
        assert all(one != other for one, other in pairwise(looks)), looks


def test_the_mark_stands_at_the_sustained_break_even_on_the_verdicts_line(written):
    case, _, charts, book, results = written
    binding = bind(case)
    slot = Node("comparison", binding.headline_slot, "sustained_month")
    sustained = binding.evaluation(Layout(binding).months).scalar(slot, FULL)
    mark = list(charts[0].iter(f"{C}ser"))[-1]
    months = cells(book, mark.find(f"{C}xVal//{C}f").text)
    costs = cells(book, mark.find(f"{C}yVal//{C}f").text)
    option = results["scopes"]["full"]["options"][results["scopes"]["full"]["recommendation"]["verdict"]]
    line = [option["one_time"], *option["cumulative"]]
    whole = int(sustained)
    assert months == pytest.approx([sustained, sustained])
    assert costs == pytest.approx([0, line[whole] + (sustained - whole) * (line[whole + 1] - line[whole])])


def test_a_break_even_that_does_not_come_is_marked_beyond_the_axis(tmp_path):
    path = tmp_path / "decision.xlsx"
    workbook.write(from_parameters(NEVER), path)
    charts, book = charts_of(path), openpyxl.load_workbook(path, data_only=True)
    mark = list(charts[0].iter(f"{C}ser"))[-1]
    assert cells(book, mark.find(f"{C}xVal//{C}f").text) == [-1, -1]
    assert cells(book, mark.find(f"{C}tx//{C}f").text) == ["Sustained break-even: none in the months shown"]
    assert charts[0].find(f".//{C}valAx//{C}min").get("val") == "0"


def test_the_costs_stacked_are_the_verdicts_cost_of_each_month(written):
    _, _, charts, book, results = written
    *parts, _ = charts[1].iter(f"{C}ser")
    stacked = [
        sum(month) for month in zip(*(cells(book, part.find(f"{C}val//{C}f").text) for part in parts), strict=True)
    ]
    option = results["scopes"]["full"]["options"][results["scopes"]["full"]["recommendation"]["verdict"]]
    total = [option["one_time"], *option["cumulative"]]
    wanted = [later - earlier for earlier, later in pairwise(total)]
    shown = min(len(stacked), len(wanted))
    assert stacked[:shown] == pytest.approx(wanted[:shown])


def test_the_charts_follow_the_scope_selected(written):
    _, path, charts, _, results = written
    book = Recalculated(path)
    book.change(("Summary", 4, 2), "invoice")
    book.evaluate()
    title = charts[0].find(f"{C}chart/{C}title//{C}f").text
    series = next(charts[0].iter(f"{C}ser"))
    column, row = re.fullmatch(rf"{TIMELINE}!\$([A-Z]+)\$(\d+)", title).groups()
    assert book.value((TIMELINE, int(row), openpyxl.utils.column_index_from_string(column))) == (
        "Cumulative cost, invoice scope"
    )
    left, top, _, _ = range_boundaries(series.find(f"{C}yVal//{C}f").text.rpartition("!")[2].replace("$", ""))
    first = next(iter(results["scopes"]["invoice"]["options"].values()))
    assert book.value((TIMELINE, top, left + 1)) == pytest.approx(first["cumulative"][0])
