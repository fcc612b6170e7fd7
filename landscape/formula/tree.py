"""The tree of a formula: nodes, their values, and the variables in them."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.formula.functions import FUNCTIONS

COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True)
class Node:
    """One part of a formula.

    head   "number", "constant", "variable", "negate", + - * / % **, < <= > >=, or the name of a function
    parts  its operands
    value  the number, if no variable is inside (a truth value for comparisons)
    name   of a constant or variable
    at     offset in the text, for messages
    """

    head: str
    parts: tuple[Node, ...] = ()
    value: float | bool | None = None
    name: str = ""
    at: int = 0


def evaluate(node: Node, values: Mapping[str, Any], xp: Any = np) -> Any:
    """The value of a formula, where variables have these `values`; constants stay Python floats, so weakly typed."""
    if node.value is not None:
        return node.value
    if node.head == "variable":
        return values[node.name]
    return combine(node.head, [evaluate(part, values, xp) for part in node.parts], xp)


def combine(head: str, operands: list[Any], xp: Any) -> Any:
    """One operator or function applied."""
    if head in FUNCTIONS:
        return FUNCTIONS[head].compute(xp, *operands)
    if head in COMPARISONS:
        return COMPARISONS[head](*operands)
    if head == "negate":
        return -operands[0]
    if head == "**":
        return _power(*operands)
    return {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": xp.mod}[head](
        *operands
    )


def _power(base: Any, exponent: Any) -> Any:
    """Whole constant exponents multiply: exact for negative bases, and with true slopes at zero."""
    if isinstance(exponent, float) and exponent.is_integer():
        return base ** int(exponent)
    return base**exponent


def fold(head: str, parts: tuple[Node, ...]) -> float | bool | None:
    """The value of a node without variables, computed by NumPy; None where there is a variable inside."""
    if any(part.value is None for part in parts):
        return None
    operands = [part.value if isinstance(part.value, bool) else np.float64(part.value) for part in parts]
    with np.errstate(all="ignore"):
        value = combine(head, operands, np)
    return bool(value) if isinstance(value, (bool, np.bool_)) else float(value)


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree."""
    yield node
    for part in node.parts:
        yield from walk(part)


def variables_of(node: Node) -> list[str]:
    """The names of all variables, sorted as people count: x, x2, x10, y."""
    names = {each.name for each in walk(node) if each.head == "variable"}
    return sorted(names, key=lambda name: (name.rstrip("0123456789"), len(name), name))


def smooth(node: Node) -> bool:
    """Whether every function in it is differentiable wherever it has a value."""
    return not any(bent(each) for each in walk(node))


def bent(node: Node) -> bool:
    """Whether this one operator or function has corners or jumps."""
    return node.head == "%" or (node.head in FUNCTIONS and not FUNCTIONS[node.head].smooth)
