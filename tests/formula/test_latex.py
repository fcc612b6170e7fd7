"""Formulas typeset: the order that was typed, brackets where they are needed, and gradients that are true."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from landscape.formula import evaluate, gradient_latex, latex, parse, variables_of
from landscape.formula.slopes import gradient


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("(1-x)**2 + 100*(y-x**2)**2", r"{\left(1 - x\right)}^{2} + 100\,{\left(y - {x}^{2}\right)}^{2}"),
        ("x - (y - z)", r"x - \left(y - z\right)"),
        ("x - y - z", "x - y - z"),
        ("-x^2", "-{x}^{2}"),
        ("(-x)^2", r"{\left(-x\right)}^{2}"),
        ("(x/y)^2", r"{\left(\frac{x}{y}\right)}^{2}"),
        ("x*(y+1)*-2", r"x\,\left(y + 1\right)\,\left(-2\right)"),
        ("x*2*1e-7", r"x \cdot 2 \cdot 10^{-7}"),
        ("exp(x)^2", r"{\left(e^{x}\right)}^{2}"),
        ("gauss(x-y)", r"e^{-\left(x - y\right)^2}"),
        ("theta1 + w_2*rate", r"\theta_{1} + w_{2}\,\mathrm{rate}"),
        ("sqrt(abs(x)) + tau", r"\sqrt{\left|x\right|} + \tau"),
        ("max(x, 1) % 2", r"\max\left(x, 1\right) \bmod 2"),
        ("where(x <= 1, x, -x)", r"\begin{cases} x & x \le 1 \\ -x & \text{else} \end{cases}"),
    ],
)
def test_formula_is_typeset_as_it_was_typed(text, typeset):
    assert latex(parse(text)) == typeset


SMOOTH = ["(1-x)**2 + 100*(y-x**2)**2", "sin(x)*cos(y) + (x**2 + y**2)/20", "exp(-x)*gauss(x-y)/(1 + y^2)",
          "sigmoid(x)*softplus(y) - erf(x*y)", "log2(x+3) + log10(y+3) + log(x+y+5)", "x^y + sqrt(x) + tau*tanh(y)",
          "abs(x - 3)**3 + atan(y) + asin(x/9) - acos(y/9)", "-2^2*x*0.125 + sinh(y)*cosh(x) + tan(x/9)"]  # fmt: skip


@pytest.mark.parametrize("text", SMOOTH)
def test_symbolic_gradient_is_that_of_jax(text):
    tree = parse(text)
    names = variables_of(tree)
    point = {"x": 0.7, "y": 1.3}
    slope = jax.grad(lambda x: evaluate(tree, dict(zip(names, x, strict=True)), jnp))
    found = [evaluate(part, point) for part in gradient(tree)]
    np.testing.assert_allclose(found, slope(jnp.array([point[name] for name in names])), rtol=1e-5)
    assert gradient_latex(tree).startswith(r"\begin{pmatrix}")


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("x**2/2 + 3*x*y", r"\begin{pmatrix} x + 3\,y \\ 3\,x \end{pmatrix}"),
        ("0.1*theta**2", r"\frac{\theta}{5}"),
        ("sin(2*x)", r"2\,\cos\left(2\,x\right)"),
        ("1/x - sqrt(x)", r"-\frac{1}{{x}^{2}} - \frac{1}{2\,\sqrt{x}}"),
        ("exp(-x^2)", r"-2\,x\,e^{-{x}^{2}}"),
        ("abs(x)", r"\operatorname{sgn}\left(x\right)"),
        ("5*x", "5"),
    ],
)
def test_gradient_in_print(text, typeset):
    assert gradient_latex(parse(text)) == typeset


@pytest.mark.parametrize(
    "text",
    [
        "floor(x) + y",
        "x + 2^(9999*x/x)",
        "x*((((3*y)^(99*x/x))^(99*x/x))^(99*x/x))^(99*x/x)",
        "max(x, y)",
        "where(x > 0, x, y)",
        "x % 2",
        "((x**100)**100)**100",
        "+".join(f"x{i}" for i in range(20)),
        "*".join("sin(x+y)" for _ in range(40)),
    ],
)
def test_no_gradient_is_printed_where_none_would_help(text):
    assert gradient_latex(parse(text)) is None
