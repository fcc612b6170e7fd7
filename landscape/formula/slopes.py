"""The exact gradient of a formula: SymPy differentiates our own tree, and the result is our tree again.

SymPy's reader and printer are not used: both may run code that they generate, and its printer simplifies, which may
take as long as it likes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

from landscape.formula.latex import latex
from landscape.formula.tree import Node, bent, variables_of, walk

MOST_NODES = 60  # beyond, nobody reads the gradient, and algebra may take long
MOST_VARIABLES = 6
STEEPEST = 400  # exponents multiplied along any branch
DIGITS = 4_000  # binary digits of a number that is raised to a power
LONGEST = 1_500  # characters of LaTeX worth showing
SAME = ("acos", "asin", "atan", "cos", "cosh", "erf", "exp", "log", "sin", "sinh", "sqrt", "tan", "tanh")


@lru_cache(maxsize=128)
def gradient_latex(node: Node) -> str | None:
    """The column of partial derivatives, or None: too large, or with functions that have corners or jumps."""
    slopes = gradient(node)
    rows = r" \\ ".join(latex(slope) for slope in slopes or ())
    if slopes is None or len(rows) > LONGEST:
        return None
    return rows if len(slopes) == 1 else rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def gradient(node: Node) -> list[Node] | None:
    """The partial derivatives by the variables in their order, or None as above."""
    names = variables_of(node)
    if len(names) > MOST_VARIABLES or sum(1 for _ in walk(node)) > MOST_NODES or _steepness(node) > STEEPEST:
        return None
    if any(bent(each) and each.head != "abs" for each in walk(node)):
        return None
    import sympy

    symbols = {name: sympy.Symbol(name, real=True) for name in names}
    try:
        whole = _expression(node, symbols, sympy)
        return [_tree(sympy.diff(whole, symbols[name]), sympy) for name in names]
    except (KeyError, ValueError, OverflowError, RecursionError, TypeError, ArithmeticError):
        return None


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
    return {name: getattr(sympy, name) for name in SAME} | {
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
        "**": lambda a, b: _power(a, b, sympy),
    }


def _power(base: Any, exponent: Any, sympy: Any) -> Any:
    """A power; ValueError where exponents that cancel, as in 2^(9999*x/x), would build enormous whole numbers."""
    numbers = base.atoms(sympy.Rational) if exponent.is_Number else ()
    if exponent.is_Number and (abs(exponent) > 100 or any(abs(n.p * n.q).bit_length() > DIGITS for n in numbers)):
        raise ValueError(exponent)
    return base**exponent


def _tree(given: Any, sympy: Any) -> Node:
    """SymPy's tree as ours; KeyError for what has no place in formulas."""
    if given.is_Symbol:
        return Node("variable", name=given.name)
    if given in (sympy.pi, sympy.E):
        return Node("constant", value=float(given), name="pi" if given == sympy.pi else "e")
    if given.is_Number:
        return _number(given)
    if given.is_Add:
        first, *rest = (_tree(term, sympy) for term in given.as_ordered_terms())
        return reduce(_plus, rest, first)
    if given.is_Mul or (given.is_Pow and given.exp.is_Number and given.exp.is_negative):
        return _product(given, sympy)
    if given.is_Pow and given.exp == sympy.S.Half:
        return Node("sqrt", (_tree(given.base, sympy),))
    if given.is_Pow:
        return Node("**", (_tree(given.base, sympy), _tree(given.exp, sympy)))
    name = {"Abs": "abs"}.get(type(given).__name__, type(given).__name__)
    if name not in (*SAME, "abs", "sign") or len(given.args) != 1:
        raise KeyError(name)
    return Node(name, (_tree(given.args[0], sympy),))


def _number(given: Any) -> Node:
    """A number, its sign outside, short fractions as fractions."""
    if given.is_negative:
        return Node("negate", (_number(-given),))
    if given.is_Rational and 1 < given.q <= 24:
        return Node("/", (Node("number", value=float(given.p)), Node("number", value=float(given.q))))
    value = float(given)
    if value != value or value in (float("inf"), float("-inf")):
        raise KeyError(given)
    return Node("number", value=value if value.is_integer() else float(f"{value:.6g}"))


def _plus(sum_: Node, term: Node) -> Node:
    """One more term, subtracted where it is negative."""
    return Node("-", (sum_, term.parts[0])) if term.head == "negate" else Node("+", (sum_, term))


def _product(given: Any, sympy: Any) -> Node:
    """Factors over factors, the sign outside."""
    above, below = [], []
    coefficient, rest = given.as_coeff_Mul()
    for factor in rest.as_ordered_factors() if rest.is_Mul else [rest]:
        if factor.is_Pow and factor.exp.is_Number and factor.exp.is_negative:
            below.append(_tree(factor.base**-factor.exp, sympy))
        elif factor != 1:
            above.append(_tree(factor, sympy))
    size = abs(coefficient)
    if size.is_Rational and 1 < size.q <= 24:
        below.insert(0, _number(sympy.Integer(size.q)))
        size = sympy.Integer(size.p)
    if size != 1 or not above:
        above.insert(0, _number(size))
    whole = reduce(lambda a, b: Node("*", (a, b)), above)
    if below:
        whole = Node("/", (whole, reduce(lambda a, b: Node("*", (a, b)), below)))
    return Node("negate", (whole,)) if coefficient.is_negative else whole
