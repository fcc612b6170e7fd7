"""The exact gradient of a formula in LaTeX, by SymPy from our own tree (its text parser is never used)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from landscape.formula.latex import variable
from landscape.formula.tree import Node, variables_of, walk

MOST_NODES = 60  # beyond, nobody reads the gradient, and algebra may take long
MOST_VARIABLES = 6
STEEPEST = 400  # exponents multiplied along any branch
LONGEST = 1_500  # characters of LaTeX worth showing


@lru_cache(maxsize=128)
def gradient_latex(node: Node) -> str | None:
    """The column of partial derivatives, or None: too large, or with functions that have corners or jumps."""
    names = variables_of(node)
    if len(names) > MOST_VARIABLES or sum(1 for _ in walk(node)) > MOST_NODES or _steepness(node) > STEEPEST:
        return None
    try:
        import sympy

        symbols = {name: sympy.Symbol(variable(name), real=True) for name in names}
        whole = _expression(node, symbols, sympy)
        slopes = [_rounded(sympy.diff(whole, symbols[name]), sympy) for name in names]
        rows = r" \\ ".join(sympy.latex(slope) for slope in slopes)
    except (KeyError, ValueError, OverflowError, RecursionError, TypeError, ArithmeticError):
        return None
    if len(rows) > LONGEST or "Derivative" in rows or "Subs" in rows or "tilde" in rows:
        return None
    return rows if len(names) == 1 else rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _steepness(node: Node) -> float:
    """The largest product of constant exponents on any branch."""
    own = abs(node.parts[1].value) if node.head == "**" and node.parts[1].value is not None else 1.0
    return max(own, 1.0) * max((_steepness(part) for part in node.parts), default=1.0)


def _expression(node: Node, symbols: dict[str, Any], sympy: Any) -> Any:
    """Our tree as SymPy's; KeyError for what has no derivative worth printing."""
    if node.head == "variable":
        return symbols[node.name]
    if node.head == "number":
        return sympy.Rational(repr(node.value))
    if node.head == "constant":
        return {"pi": sympy.pi, "e": sympy.E, "tau": 2 * sympy.pi}[node.name]
    if node.value is not None and node.head != "negate":  # constants are folded, so that no tower of powers is built
        return sympy.Rational(repr(node.value)) if node.head in "+-*/" else sympy.Float(node.value)
    parts = [_expression(part, symbols, sympy) for part in node.parts]
    return _meanings(sympy)[node.head](*parts)


def _meanings(sympy: Any) -> dict[str, Callable]:
    same = ("acos", "asin", "atan", "cos", "cosh", "erf", "exp", "log", "sin", "sinh", "sqrt", "tan", "tanh")
    return {name: getattr(sympy, name) for name in same} | {
        "abs": sympy.Abs,
        "gauss": lambda a: sympy.exp(-(a**2)),
        "log10": lambda a: sympy.log(a) / sympy.log(10),
        "log2": lambda a: sympy.log(a) / sympy.log(2),
        "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
        "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
        "negate": lambda a: -a,
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "**": lambda a, b: a**b,
    }


def _rounded(slope: Any, sympy: Any) -> Any:
    """With long fractions as decimals."""
    long = {each: sympy.Float(each, 6) for each in slope.atoms(sympy.Rational) if each.q > 24 or abs(each.p) > 10**6}
    return slope.xreplace(long)
