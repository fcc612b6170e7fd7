"""The formula parser: what it reads means what Python means, and what it refuses it points at."""

import math
import pickle

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given

from landscape import LandscapeError
from landscape.formula import FormulaError, evaluate, parse, pointed, variables_of
from landscape.formula.functions import FUNCTIONS

NAMES = {name: getattr(math, name, None) for name in FUNCTIONS} | {"abs": abs, "pi": math.pi, "e": math.e}


@st.composite
def expressions(draw, depth: int = 4) -> str:
    """Strategy: formulas that Python reads too, never outside the real numbers for x and y in 1 … 2."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["x", "y", "2", "0.5", ".25", "3.", "1e-1", "pi", "e"]))
    left, right = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    form = draw(st.sampled_from(["{} + {}", "{} - {}", "{} * {}", "({}) / (1 + ({})**2)", "-{} + {}", "({} - ({}))",
                                 "sin({}) * cos({})", "abs({}) % (1 + abs({}))", "({})**2 + ({})**3",
                                 "-({})**2 - {}", "+{} - -{}", "atan({})**2*{}"]))  # fmt: skip
    return form.format(left, right)


@given(text=expressions(), x=st.floats(1, 2), y=st.floats(1, 2))
def test_a_formula_means_what_python_means(text, x, y):
    expected = eval(text, {"__builtins__": {}}, NAMES | {"x": x, "y": y})
    try:
        tree = parse(text)
    except FormulaError as error:
        assume("no variable" not in str(error) and "exponent" not in str(error))
        raise
    assert evaluate(tree, {"x": x, "y": y}) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-x**2", -4.0),
        ("-x^2", -4.0),
        ("x^2 + 1", 5.0),  # in Python ^ would bind last
        ("2^x^2", 16.0),
        ("x**-1", 0.5),
        ("8/x/x", 2.0),
        ("log2(x*4)", 3.0),
        ("where(x > 1, x, 1/0.5)", 2.0),
        ("where(x <= 1, 1, where(x >= 2, 7, 8))", 7.0),
        ("min(x, 3, 1, 2) + max(x, 5)", 6.0),
        ("relu(-x) + sign(-x) + floor(x + .7) + ceil(x - .7) + round(x + .2)", 5.0),
        ("5 % x", 1.0),
        (" x\n\t* 007 ", 14.0),
    ],
)
def test_value_at_two(text, value):
    assert evaluate(parse(text), {"x": 2.0}) == pytest.approx(value)


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if f.most == 1])
def test_every_function_is_that_of_its_name(name):
    known = {
        "abs": abs,
        "gauss": lambda a: math.exp(-a * a),
        "relu": lambda a: max(a, 0.0),
        "round": round,
        "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
        "sign": lambda a: math.copysign(1.0, a),
        "softplus": lambda a: math.log1p(math.exp(a)),
    }
    exact = known.get(name) or getattr(math, name)
    points = np.array([0.2, 0.7, 0.9]) if name in ("acos", "asin") else np.array([0.2, 1.7, 4.1])
    expected = [exact(point) for point in points]
    np.testing.assert_allclose(evaluate(parse(f"{name}(x)"), {"x": points}), expected, rtol=1e-12)
    np.testing.assert_allclose(evaluate(parse(f"{name}(x)"), {"x": jnp.asarray(points)}, jnp), expected, rtol=1e-12)
    slope = jax.grad(lambda x: evaluate(parse(f"{name}(x)"), {"x": x}, jnp))
    assert np.isfinite(slope(0.3))


def test_variables_are_sorted_as_people_count():
    assert variables_of(parse("y + x10 + x2 + x + alpha*pi")) == ["alpha", "x", "x2", "x10", "y"]


REFUSED = [
    ("", 0, "empty"),
    ("  ", 0, "empty"),
    ("5 + pi", 0, "no variable"),
    ("x +", 3, "missing after '+'"),
    ("* x", 0, "missing before '*'"),
    ("x + (y", 4, "never closed"),
    ("x)", 1, "closes nothing"),
    ("2x", 1, "write 2*x"),
    ("x y", 2, "write x*y"),
    ("(x)(y)", 3, "write * between"),
    ("x(1-y)", 0, "For a product write x*(…)"),
    ("x + sni(y)", 4, "Unknown function 'sni' at character 5. Did you mean 'sin'? Functions: abs, acos"),
    ("sin + x", 0, "sin needs brackets"),
    ("sin()", 0, "sin takes 1 number, not 0"),
    ("1 + min(x)", 4, "min takes 2 to 20 numbers, not 1"),
    ("x, y", 1, "separates no arguments"),
    ("x = 3", 2, "write its right-hand side alone"),
    ("x == 3", 2, "write <= or >="),
    ("x // 3", 2, "write floor(a/b)"),
    ("x > 3", 0, "A comparison stands alone"),
    ("where(x, 1, 2)", 6, "where takes a comparison first"),
    ("where(0 < x < 1, 1, 2)", 6, "not known in formulas"),
    ("x − 1", 2, "write -"),
    ("√x", 0, "write sqrt"),
    ("x**101", 3, "exponent"),
    ("x**(10**3)", 4, "exponent"),
    ("x + 1/0", 4, "too large"),
    ("x*log(-1)", 2, "not a real number"),
    ("x + 1e999", 4, "too large"),
    ("x*" + "9" * 900, 2, "too large"),
    ("9**9**9**9", 3, "too large"),
    ("10**10**10", 0, "too large"),
    ("((x**100)**100)**9**9**9", 17, "too large"),
    ("0x10", 1, "operator is missing"),
    ("1_000*x", 1, "cannot name a variable"),
    ("__import__('os')", 0, "cannot name a variable"),
    ("().__class__", 1, "missing before ')'"),
    ("x.__class__", 1, "number is missing around"),
    ("lambda: x", 0, "cannot name a variable"),
    ("[x for x in y]", 0, "not known in formulas; write ("),
    ("f'{x}'", 1, "not known"),
    ("(x := 1)", 3, "not known"),
    ("'a'*10**9", 0, "not known"),
    ("x if x else y", 2, "cannot name a variable"),
    ("not x", 0, "cannot name a variable"),
    ("True", 0, "cannot name a variable"),
    ("sin(*x)", 4, "missing before '*'"),
    ("1j*x", 1, "write 1*j"),
    ("text*x", 0, "'text' cannot name a variable"),
    ("ｓｉｎ(x)", 0, "not known"),  # NFKC would make it sin
    ("𝐱 + 1", 0, "not known"),
    ("٣*x", 0, "not known"),
    ("x\0", 1, "not known"),
    ("x # y", 2, "not known"),
    ("x" * 31, 0, "too long"),
    ("x" + "+x" * 500, 1000, "1,001 characters"),
    ("(" * 101 + "x" + ")" * 101, 100, "More than 100 brackets"),
    ("-" * 900 + "x", 100, "more than 100 deep"),
    ("x" + "+x" * 400, 0, "more than 100 deep"),
]


@pytest.mark.parametrize(("text", "at", "words"), REFUSED, ids=[text[:20] for text, _, _ in REFUSED])
def test_what_is_no_formula_is_refused_at_the_spot(text, at, words):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    error = caught.value
    assert words in str(error)
    assert (error.text, error.at) == (text, at)
    assert isinstance(error, LandscapeError)
    assert len(str(error)) < 400


def test_the_caret_stands_below_the_spot():
    with pytest.raises(FormulaError) as caught:
        parse("1 +\t2x")
    assert pointed(caught.value) == "1 + 2x\n     ^"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.text, again.at) == (str(caught.value), "1 +\t2x", 5)


def test_only_text_is_read():
    for given_ in (None, 3, b"x"):
        with pytest.raises(LandscapeError, match="A formula is a text"):
            parse(given_)


PIECES = [*FUNCTIONS, *"xy(),+-*/^%<. 12_='\n", "**", ">=", "2.5", "e", "pi"]


@given(st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_a_formula_or_refused_in_one_sentence(text):
    tree = error = None
    try:
        tree = parse(text)
    except FormulaError as refusal:
        error = refusal
    assert variables_of(tree) if error is None else 0 <= error.at <= len(text) and len(str(error)) < 400
