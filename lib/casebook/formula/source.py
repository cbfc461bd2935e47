"""The source of a formula: the one expression that a line's function returns."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache


class FormulaError(SyntaxError):
    """A line's function cannot be read as one formula: says function, line and what stands there."""


@cache
def expression(function: Callable) -> ast.expr:
    """The expression that a function returns; anything but a docstring and one return raises FormulaError."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    body = [statement for statement in tree.body if not _is_docstring(statement)]
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        raise refused(function, tree, "a formula is a docstring and one return")
    return body[0].value


@cache
def gives_unknown(function: Callable) -> bool:
    """Whether a formula says itself that its value may be unknown: it names `np.nan`."""
    return any(isinstance(node, ast.Attribute) and node.attr == "nan" for node in ast.walk(expression(function)))


def refused(function: Callable, node: ast.AST, wanted: str) -> FormulaError:
    """The error for a piece of a formula that has no reading: where it stands, what was wanted, what came."""
    first = function.__code__.co_firstlineno
    place = f"{function.__module__}.{function.__name__}, line {first + getattr(node, 'lineno', 1) - 1}"
    return FormulaError(f"{place}: {wanted}; got {ast.unparse(node).splitlines()[0]!r}")


def called(node: ast.AST) -> str | None:
    """The name of a called function, without its module: `np.where(...)` is 'where'."""
    if not isinstance(node, ast.Call):
        return None
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
