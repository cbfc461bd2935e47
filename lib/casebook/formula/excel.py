"""Source to Excel: a line's function as the text of a live formula.

Only functions that Excel 2016, LibreOffice and Google Sheets share are written. Flags are the numbers 1 and 0, unknown
is the empty text. `ceil` becomes -INT(-x): ROUNDUP works on 15 digits and would swallow the tolerance.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from casebook.formula.source import called, expression, refused

HERE, ROW, SO_FAR, LEFT = "here", "row", "so far", "left"
"""How a formula refers to a parameter: its value here, its whole row, its row up to here, the place to the left."""

ATOM, POWER, UNARY, PRODUCT, SUM, COMPARISON = 6, 5, 4, 3, 2, 1

BINARY = {
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", PRODUCT),
    ast.Div: ("/", PRODUCT),
    ast.Pow: ("^", POWER),
}
COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "<>"}
CALLS = {"minimum": "MIN", "maximum": "MAX", "exp": "EXP", "log": "LN", "sqrt": "SQRT", "abs": "ABS"}


class Reference(NamedTuple):
    """A place in a formula's text where a parameter's address goes."""

    name: str
    mode: str


Piece = str | Reference


@dataclass(frozen=True)
class Text:
    """A piece of a formula: its text, how tightly it binds, and whether Excel sees TRUE or FALSE in it."""

    pieces: tuple[Piece, ...]
    binding: int = ATOM
    truth: bool = False

    def within(self, binding: int) -> tuple[Piece, ...]:
        """The pieces, in parentheses where they bind less tightly than wanted."""
        return self.pieces if self.binding >= binding else ("(", *self.pieces, ")")

    def as_number(self) -> Text:
        """The same with 1 and 0 in place of TRUE and FALSE."""
        return function_call("IF", self, Text(("1",)), Text(("0",))) if self.truth else self


def function_call(name: str, *arguments: Text, truth: bool = False) -> Text:
    """An Excel function applied to arguments."""
    pieces: list[Piece] = [f"{name}("]
    for index, argument in enumerate(arguments):
        pieces += ([","] if index else []) + list(argument.pieces)
    return Text((*pieces, ")"), truth=truth)


@cache
def template(function: Callable) -> tuple[Piece, ...]:
    """A function's formula as text and the places where addresses go; raises FormulaError where it has none."""
    pieces = _Translator(function).text(expression(function)).as_number().pieces
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return tuple(merged)


def formula(function: Callable, address: Callable[[str, str], str]) -> str:
    """A function's formula, `address(parameter, mode)` giving each reference's text."""
    return "=" + "".join([piece if isinstance(piece, str) else address(*piece) for piece in template(function)])


class _Translator:
    """Walks one function's expression."""

    def __init__(self, function: Callable):
        self.function = function

    def text(self, node: ast.expr) -> Text:
        """The formula text of a piece of the expression."""
        visit = getattr(self, f"_{type(node).__name__.lower()}", None)
        if visit is None:
            raise self.refused(node, "an expression that Excel has too")
        return visit(node)

    def refused(self, node: ast.AST, wanted: str):
        return refused(self.function, node, wanted)

    def _name(self, node: ast.Name) -> Text:
        return Text((Reference(node.id, HERE),))

    def _constant(self, node: ast.Constant) -> Text:
        if isinstance(node.value, bool):
            return Text(("1" if node.value else "0",))
        if isinstance(node.value, str):
            return Text(('"' + node.value.replace('"', '""') + '"',))
        if isinstance(node.value, int | float):
            return Text((repr(node.value),))
        raise self.refused(node, "a number, a text or a truth value")

    def _attribute(self, node: ast.Attribute) -> Text:
        if node.attr == "nan":
            return Text(('""',))
        raise self.refused(node, "np.nan")

    def _unaryop(self, node: ast.UnaryOp) -> Text:
        operand = self.text(node.operand)
        if isinstance(node.op, ast.Invert):
            return function_call("NOT", operand, truth=True)
        if isinstance(node.op, ast.USub):
            return Text(("-", *operand.as_number().within(UNARY)), UNARY)
        raise self.refused(node, "~ or -")

    def _binop(self, node: ast.BinOp) -> Text:
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            name = "AND" if isinstance(node.op, ast.BitAnd) else "OR"
            return function_call(name, *(self.text(part) for part in _chain(node, type(node.op))), truth=True)
        left, right = self.text(node.left).as_number(), self.text(node.right).as_number()
        if isinstance(node.op, ast.Mod):
            return function_call("MOD", left, right)
        if type(node.op) not in BINARY:
            raise self.refused(node, "+ - * / ** % & |")
        sign, binding = BINARY[type(node.op)]
        # Excel reads -2^2 as 4 and 2^3^2 as 64: a power's operands are atoms or stand in parentheses.
        first = left.within(ATOM if sign == "^" else binding)
        return Text((*first, sign, *right.within(binding + 1)), binding)

    def _compare(self, node: ast.Compare) -> Text:
        if len(node.ops) != 1 or type(node.ops[0]) not in COMPARE:
            raise self.refused(node, "one comparison")
        left, right = self.text(node.left).as_number(), self.text(node.comparators[0]).as_number()
        pieces = (*left.within(SUM), COMPARE[type(node.ops[0])], *right.within(SUM))
        return Text(pieces, COMPARISON, truth=True)

    def _call(self, node: ast.Call) -> Text:
        name = called(node)
        word = getattr(self, f"_word_{name}", None)
        if word:
            return word(node)
        arguments = [self.text(argument) for argument in node.args]
        if name == "where":
            condition, *branches = arguments
            return function_call("IF", condition, *(branch.as_number() for branch in branches))
        if name == "ceil":
            return Text(("-INT(-", *arguments[0].as_number().within(UNARY), ")"), UNARY)
        if name in CALLS:
            return function_call(CALLS[name], *(argument.as_number() for argument in arguments))
        raise self.refused(node, "a function that Excel has too, or one of the row words")

    def _row(self, node: ast.Call, mode: str = ROW) -> Text:
        if not isinstance(node.args[0], ast.Name):
            raise self.refused(node, "a line's bare name as the row")
        return Text((Reference(node.args[0].id, mode),))

    def _word_at(self, node: ast.Call) -> Text:
        return function_call("INDEX", self._row(node), self.text(node.args[1]).as_number())

    def _word_running_total(self, node: ast.Call) -> Text:
        return function_call("SUM", self._row(node, SO_FAR))

    def _word_previous(self, node: ast.Call) -> Text:
        first = Text((Reference("month", HERE), "=1"), COMPARISON, truth=True)
        return function_call("IF", first, self.text(node.args[1]).as_number(), self._row(node, LEFT))

    def _word_lowest(self, node: ast.Call) -> Text:
        return function_call("MIN", self._row(node))

    def _word_highest(self, node: ast.Call) -> Text:
        return function_call("MAX", self._row(node))

    def _word_position_of_lowest(self, node: ast.Call) -> Text:
        row = self._row(node)
        return function_call("MATCH", function_call("MIN", row), row, Text(("0",)))

    def _word_known(self, node: ast.Call) -> Text:
        return function_call("ISNUMBER", self.text(node.args[0]), truth=True)


def _chain(node: ast.expr, operator: type) -> list[ast.expr]:
    """The operands of a & b & c, left to right."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
        return [*_chain(node.left, operator), *_chain(node.right, operator)]
    return [node]
