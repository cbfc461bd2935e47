"""The model's source as MathML: every line has an equation, and it reads as its formula."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest

from casebook.formula.mathml import mathml, tag
from casebook.formula.source import FormulaError
from casebook.memo.gate import ATTRIBUTES, ELEMENTS
from casebook.model.lines import lines

LINES = [line for level in lines().values() for line in level.values()]


def identifier(name: str) -> str:
    return tag("mi", name)


def read(function) -> str:
    """An equation as it is read along the line: a fraction with a slash, cases one after the other."""
    html = mathml(function, identifier)
    html = re.sub(r"</mtd><mtd>|</mtr><mtr>", "; ", html)
    html = re.sub(r"(<mfrac>(?:<mi>\w+</mi>|<mrow>(?:(?!</?mrow>).)*</mrow>))", r"\1/", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split()).replace(" ;", ";")


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.level}.{line.name}")
def test_every_line_of_the_model_has_an_equation_that_a_page_may_hold(line):
    tree = ElementTree.fromstring(f"<math>{mathml(line.function, identifier)}</math>")
    for element in tree.iter():
        assert element.tag in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES
    named = {element.text for element in tree.iter("mi")}
    assert set(line.parameters) <= named


def power(a, b):
    return -((a - b) ** 2) / (a + 1)


def nested(a, b, c):
    return a - (b - c) * 2


def choice(flag, a, b):
    return np.where(flag, a / b, np.where(a > b, 0, np.nan))


def logic(a, b, c):
    return ~(a | b) & c


def unfit(a):
    return [a]


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (nested, "a−(b−c)×2"),
        (choice, "{a/b; if flag; 0; if a>b; unknown; otherwise"),
        (logic, "not (a or b) and c"),
    ],
)
def test_an_equation_reads_as_its_formula(function, text):
    assert read(function) == text


def test_a_power_of_a_sum_stands_in_parentheses_and_a_fraction_needs_none():
    html = mathml(power, identifier)
    assert "<msup><mrow><mo>(</mo>" in html
    assert "<mfrac>" in html


def test_what_has_no_equation_is_an_error_that_names_function_and_line():
    with pytest.raises(FormulaError, match=r"unfit, line \d+: an expression that can be written as an equation"):
        mathml(unfit, identifier)
