"""Source to MathML: a line's function as an equation, in symbols or with numbers put in.

A fraction is drawn as one, `np.where` as cases; the brace before them is left to the page's style, since a browser
without a mathematical font does not stretch it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from markupsafe import Markup, escape

from casebook.formula.excel import COMPARISON, PRODUCT, SUM, UNARY
from casebook.formula.source import called, expression, refused

ATOM, EITHER = UNARY + 1, COMPARISON - 1
MINUS = "\u2212"
BINARY = {ast.Add: ("+", SUM), ast.Sub: (MINUS, SUM), ast.Mult: ("×", PRODUCT), ast.Mod: ("mod", PRODUCT)}
LOGIC = {ast.BitAnd: "and", ast.BitOr: "or"}
COMPARE = {ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠"}
CALLS = {
    "minimum": "min",
    "maximum": "max",
    "exp": "exp",
    "log": "ln",
    "lowest": "lowest",
    "highest": "highest",
    "at": "at",
} | {
    "running_total": "total so far",
    "previous": "previous",
    "position_of_lowest": "position of lowest",
}
# Drawn as it is read: a sign on either side, or a word behind.
AROUND = {"sqrt": ("√(", ")"), "abs": ("|", "|"), "ceil": ("⌈", "⌉"), "known": ("", "\u00a0is known")}

Names = Callable[[str], Markup]
"""What stands for a parameter: its symbol, or its number."""


def tag(name: str, *children: str, **attributes: str) -> Markup:
    """An element of MathML; text is escaped."""
    opening = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{opening}>") + Markup("").join(children) + Markup(f"</{name}>")


def word(text: str) -> Markup:
    """A word among signs; the spaces at its ends would be lost if they could break."""
    return tag("mtext", f"\u00a0{text}\u00a0")


def mathml(function: Callable, names: Names) -> Markup:
    """The right side of a function's equation; raises FormulaError where it has none."""
    return mathml_of(function, expression(function), names)


def mathml_of(function: Callable, node: ast.expr, names: Names) -> Markup:
    """A part of a function's expression: the branch that holds, say."""
    return _Printer(function, names).within(node, EITHER)


class _Printer:
    """Walks one function's expression."""

    def __init__(self, function: Callable, names: Names) -> None:
        self.function = function
        self.names = names

    def within(self, node: ast.expr, binding: int) -> Markup:
        """A piece of the expression, in parentheses where it binds less tightly than wanted."""
        drawn, own = self.drawn(node)
        return drawn if own >= binding else tag("mrow", tag("mo", "("), drawn, tag("mo", ")"))

    def drawn(self, node: ast.expr) -> tuple[Markup, int]:
        """A piece of the expression and how tightly it binds."""
        draw = getattr(self, f"_{type(node).__name__.lower()}", None)
        if draw is None:
            raise refused(self.function, node, "an expression that can be written as an equation")
        return draw(node)

    def _name(self, node: ast.Name) -> tuple[Markup, int]:
        return self.names(node.id), ATOM

    def _constant(self, node: ast.Constant) -> tuple[Markup, int]:
        return (word(node.value) if isinstance(node.value, str) else tag("mn", f"{node.value:g}")), ATOM

    def _attribute(self, node: ast.Attribute) -> tuple[Markup, int]:
        if node.attr != "nan":
            raise refused(self.function, node, "np.nan")
        return word("unknown"), ATOM

    def _unaryop(self, node: ast.UnaryOp) -> tuple[Markup, int]:
        sign = word("not") if isinstance(node.op, ast.Invert) else tag("mo", MINUS, form="prefix")
        return tag("mrow", sign, self.within(node.operand, UNARY)), UNARY

    def _binop(self, node: ast.BinOp) -> tuple[Markup, int]:
        if isinstance(node.op, ast.Div):
            return tag("mfrac", self.within(node.left, EITHER), self.within(node.right, EITHER)), ATOM
        if isinstance(node.op, ast.Pow):
            return tag("msup", self.within(node.left, ATOM), self.within(node.right, EITHER)), ATOM
        if type(node.op) in LOGIC:
            sides = [self.within(side, COMPARISON) for side in (node.left, node.right)]
            return tag("mrow", sides[0], word(LOGIC[type(node.op)]), sides[1]), EITHER
        sign, binding = BINARY[type(node.op)]
        sides = [self.within(node.left, binding), self.within(node.right, binding + 1)]
        return tag("mrow", sides[0], tag("mo", sign), sides[1]), binding

    def _compare(self, node: ast.Compare) -> tuple[Markup, int]:
        sides = [self.within(side, SUM) for side in (node.left, node.comparators[0])]
        return tag("mrow", sides[0], tag("mo", COMPARE[type(node.ops[0])]), sides[1]), COMPARISON

    def _call(self, node: ast.Call) -> tuple[Markup, int]:
        name = called(node)
        if name == "where":
            return self._cases(node), ATOM
        parts = [self.within(argument, EITHER) for argument in node.args]
        if name in AROUND:
            before, after = (tag("mo", sign) if sign else Markup("") for sign in AROUND[name])
            return tag("mrow", before, *parts, after), ATOM
        if name not in CALLS:
            raise refused(self.function, node, "a function that has a name in an equation")
        listed = [part for argument in parts for part in (tag("mo", ","), argument)][1:]
        return tag("mrow", tag("mi", CALLS[name]), tag("mo", "("), *listed, tag("mo", ")")), ATOM

    def _cases(self, node: ast.expr) -> Markup:
        """Nested choices as one list of cases, the last of them for all that is left."""
        rows = []
        while called(node) == "where":
            condition, value, node = node.args
            rows.append((value, tag("mrow", word("if"), self.within(condition, EITHER))))
        rows.append((node, word("otherwise")))
        drawn = [tag("mtr", *(tag("mtd", part) for part in (self.within(one, EITHER), when))) for one, when in rows]
        return tag("mrow", tag("mo", "{"), tag("mtable", *drawn, displaystyle="true"), class_="cases")
