"""Formulas typeset: LaTeX of the tree, in the order in which it was typed."""

from __future__ import annotations

import re

from landscape.formula.functions import FUNCTIONS
from landscape.formula.tree import COMPARISONS, Node

TIGHT = {"+": 1, "-": 1, "negate": 2, "*": 3, "%": 3, "/": 5, "**": 4}
SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}
GREEK = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi",
         "rho", "phi", "chi", "psi", "omega"}  # fmt: skip


def latex(node: Node) -> str:
    """The formula in LaTeX."""
    if node.head == "number":
        return number(node.value)
    if node.head == "constant":
        return {"pi": r"\pi", "tau": r"\tau"}.get(node.name, node.name)
    if node.head == "variable":
        return variable(node.name)
    if node.head in FUNCTIONS:
        return _called(node)
    if node.head in COMPARISONS:
        return f"{latex(node.parts[0])} {SIGNS[node.head]} {latex(node.parts[1])}"
    return _operator(node)


def number(value: float) -> str:
    """A number as printed: 3, 0.25, 10^{-7}."""
    mantissa, _, exponent = (f"{value:.0f}" if value.is_integer() and abs(value) < 1e6 else repr(value)).partition("e")
    mantissa = mantissa.removesuffix(".0")
    if not exponent:
        return mantissa
    return (r"" if mantissa == "1" else mantissa + r" \cdot ") + f"10^{{{int(exponent)}}}"


def variable(name: str) -> str:
    """A name as printed: x, x_{10}, \\theta, \\mathrm{rate}."""
    stem, digits = re.fullmatch(r"(.*?)_?(\d*)", name).groups()
    if stem in GREEK:
        stem = "\\" + stem
    elif len(stem) > 1:
        stem = r"\mathrm{" + stem.replace("_", r"\_") + "}"
    return f"{stem}_{{{digits}}}" if digits else stem


def _called(node: Node) -> str:
    form = FUNCTIONS[node.head].latex
    parts = [latex(part) for part in node.parts]
    if node.head == "gauss":
        parts.append(_within(node.parts[0], 6))
    if "{0}" in form or "{1}" in form:
        return form.format(*parts)
    return f"{form.format()}\\left({', '.join(parts)}\\right)"


def _operator(node: Node) -> str:
    head, parts = node.head, node.parts
    tight = TIGHT[head]
    if head == "negate":
        return "-" + _within(parts[0], tight + 1)
    left, right = parts
    if head == "/":
        return rf"\frac{{{latex(left)}}}{{{latex(right)}}}"
    if head == "**":
        return f"{{{_within(left, 6)}}}^{{{latex(right)}}}"
    if head == "%":
        return rf"{_within(left, tight)} \bmod {_within(right, tight + 1)}"
    second = _within(right, tight + (head == "-") + (right.head == "negate") * 9)
    if head == "*":
        dot = r" \cdot " if second.lstrip("{")[0].isdigit() else r"\,"
        return _within(left, tight) + dot + second
    return f"{_within(left, tight)} {head} {second}"


def _within(node: Node, tight: int) -> str:
    """A part, in brackets where it binds less tightly than what surrounds it."""
    if node.head == "number":
        own = 3 if "cdot" in number(node.value) else 9
    else:
        own = {"exp": 4, "gauss": 4, "where": 0}.get(node.head, TIGHT.get(node.head, 9))
    return latex(node) if own >= tight else rf"\left({latex(node)}\right)"
