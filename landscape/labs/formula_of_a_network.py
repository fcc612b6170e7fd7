"""The formula of a network: a tiny trained net, its gradient and its Hessian printed in full, and read back."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.figures.sheet import Arrows, Heat, Line, Panel, Sheet
from landscape.formula import evaluate, parse
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, written
from landscape.labs.hundred.mlp import MLP
from landscape.parameters import Choice, Range

POINTS, SIDE, CLOSE = 1000, 41, 1e-6
TARGETS = {
    "hill": lambda x, y: np.exp(-2.0 * (x**2 + y**2)),
    "saddle": lambda x, y: x * y,
    "wave": lambda x, y: np.sin(2.0 * x + y),
    "step": lambda x, y: np.tanh(6.0 * (x - 0.5 * y)),
}
NAMES = ("f", "f_x", "f_y", "f_xx", "f_xy", "f_yy")
TOLD = {"f": "f(x, y)", "f_x": r"\frac{\partial f}{\partial x}", "f_y": r"\frac{\partial f}{\partial y}",
        "f_xx": r"\frac{\partial^2 f}{\partial x^2}", "f_xy": r"\frac{\partial^2 f}{\partial x\,\partial y}",
        "f_yy": r"\frac{\partial^2 f}{\partial y^2}"}  # fmt: skip


@lru_cache(maxsize=32)
def trained(target: str, width: int, steps: int, seed: int) -> MLP:
    """A net of one hidden layer of tanh, trained on a grid of the square [−1, 1]²."""
    side = np.linspace(-1.0, 1.0, 13)
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    net = MLP([2, width, 1], "tanh", "squared", seed)
    for _ in range(steps):
        net.step(points, TARGETS[target](*points.T)[:, None], 0.03)
    return net


@lru_cache(maxsize=32)
def expressions(target: str, width: int, steps: int, seed: int, digits: int) -> dict[str, Any]:
    """SymPy's f, gradient and Hessian of the net, its numbers rounded to so many significant digits."""
    import sympy

    net = trained(target, width, steps, seed)
    x, y = sympy.symbols("x y", real=True)

    def number(value: float):
        return sympy.Float(f"{value:.{digits - 1}e}", digits)

    (ways, heights), (shifts, level) = net.weights, net.biases
    f = number(level[0])
    for k in range(width):
        inside = number(ways[0, k]) * x + number(ways[1, k]) * y + number(shifts[k])
        f += number(heights[k, 0]) * sympy.tanh(inside)
    by_x, by_y = sympy.diff(f, x), sympy.diff(f, y)
    second = (sympy.diff(by_x, x), sympy.diff(by_x, y), sympy.diff(by_y, y))
    return dict(zip(NAMES, (f, by_x, by_y, *second), strict=True))


def terms(formula: Any) -> list[str]:
    """The terms of a formula as text, as they are printed: one a line."""
    return [str(term) for term in formula.as_ordered_terms()]


def read_back(texts: list[str], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The sum of printed terms at points x, y (n,): read by our own parser, which runs no code.

    Term by term, since whole curvatures are longer than what the parser takes; it takes no constant alone.
    """
    return sum(evaluate(parse(f"{text} + 0*x"), {"x": x, "y": y}, np) for text in texts)


def _f(weights, point):
    (ways, heights), (shifts, level) = weights
    return (jnp.tanh(point @ ways + shifts) @ heights + level)[0]


_slopes = jax.jit(jax.vmap(jax.grad(_f, 1), (None, 0)))
_curved = jax.jit(jax.vmap(jax.hessian(_f, 1), (None, 0)))


def of_the_net(net: MLP, points: np.ndarray) -> dict[str, np.ndarray]:
    """The values, slopes and curvatures of the net itself at points (n, 2), by JAX."""
    weights = net.weights, net.biases
    slopes, curved = np.asarray(_slopes(weights, points)), np.asarray(_curved(weights, points))
    found = (net(points)[:, 0], slopes[:, 0], slopes[:, 1], curved[:, 0, 0], curved[:, 0, 1], curved[:, 1, 1])
    return dict(zip(NAMES, found, strict=True))


def broken(name: str, formula: Any) -> str:
    """A formula in LaTeX, a line for each term, so that it fits a page."""
    import sympy

    terms = [sympy.latex(term) for term in formula.as_ordered_terms()]
    first, *rest = terms
    rows = "".join(rf" \\ &{term if term.startswith('-') else '+ ' + term}" for term in rest)
    return rf"\begin{{aligned}} {TOLD[name]} = {{}} &{first}{rows} \end{{aligned}}"


@lab(
    family="networks",
    title="The formula of a network",
    references=(
        "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors, "
        "doi:10.1038/323533a0",
        "Meurer et al. 2017, SymPy: symbolic computing in Python, doi:10.7717/peerj-cs.103",
    ),
    question=Question(
        "A trained network of two inputs and three hidden units, written as a formula: how many numbers is that?",
        ("3", "13", "more than 100"),
        1,
        "Each unit has two weights, a shift and a height, and there is one level: 3 · 4 + 1. It is just a function.",
    ),
    slow=True,
    quick={"steps": 300},
)
def formula_of_a_network(
    *,
    target: Annotated[str, Choice(*TARGETS), "what the network learns on the square [−1, 1]²"] = "hill",
    width: Annotated[int, Range(1, 6, legal=(1, 10)), "hidden units"] = 3,
    digits: Annotated[int, Range(2, 12, legal=(2, 15)), "significant digits that are printed"] = 8,
    steps: Annotated[int, Range(100, 3000, legal=(1, 20_000)), "of Adam"] = 1000,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """A tiny trained network printed as a closed form, with its gradient and its Hessian.

    A network is a function like any other: a sum of tanh of sums, whose derivatives SymPy writes down. The printed
    formulas are read back and compared with the network at a thousand points, so what you see is what it computes.
    Fewer digits make the formulas shorter and the difference larger, and nothing else is hidden.
    """
    # data: numbers, how many the formula has; gaps (6,), largest differences of f, its slopes and curvatures.
    yield Progress(0.0, f"training for {steps:,} steps")
    net = trained(target, width, steps, seed)
    yield Progress(0.5, "writing derivatives")
    formulas = expressions(target, width, steps, seed, digits)
    texts = {name: terms(formula) for name, formula in formulas.items()}
    points = np.random.default_rng(seed).uniform(-1.0, 1.0, (POINTS, 2))
    exact = of_the_net(net, points)
    gaps = np.array([np.abs(read_back(texts[name], *points.T) - exact[name]).max() for name in NAMES])
    passages = (
        Passage("latex", "The network", broken("f", formulas["f"])),
        *(Passage("latex", f"Its gradient, by {name[-1]}", broken(name, formulas[name])) for name in NAMES[1:3]),
        *(Passage("latex", f"Its Hessian, by {n[2]} and {n[3]}", broken(n, formulas[n])) for n in NAMES[3:]),
        Passage("code", "The network as text, to type in as a surface", str(formulas["f"])),
    )
    numbers = sum(part.size for part in net.parameters)
    sheet = _sheet(target, texts, net, points, numbers, float(gaps[0]))
    return Finding({"numbers": np.array(numbers), "gaps": gaps}, {"formula": sheet}, _claims(gaps), passages)


def _claims(gaps: np.ndarray) -> tuple[Claim, ...]:
    what = (f"Largest difference between the printed f and the network at {POINTS:,} points", "… of its gradient",
            "… of its Hessian")  # fmt: skip
    parts = gaps[:1], gaps[1:3], gaps[3:]
    return tuple(between(sentence, float(part.max()), -np.inf, CLOSE, "a network is a closed form")
                 for sentence, part in zip(what, parts, strict=True))  # fmt: skip


def _sheet(target: str, texts: dict[str, list[str]], net: MLP, points, numbers: int, gap: float) -> Sheet:
    """The target, and the printed formula with the arrows of its printed gradient; both along the middle."""
    side = np.linspace(-1.0, 1.0, SIDE)
    x, y = np.meshgrid(side, side)
    wanted, printed = TARGETS[target](x, y), read_back(texts["f"], x, y)
    limits = float(min(wanted.min(), printed.min())), float(max(wanted.max(), printed.max()))
    coarse = np.linspace(-0.9, 0.9, 10)
    u, v = (each.ravel() for each in np.meshgrid(coarse, coarse))
    slopes = [read_back(texts[name], u, v) for name in ("f_x", "f_y")]
    longest = max(float(np.hypot(*slopes).max()), 1e-12)
    arrows = Arrows(x=u, y=v, u=0.18 * slopes[0] / longest, v=0.18 * slopes[1] / longest)
    middle = np.zeros(SIDE)
    lines = [Line(x=side, y=TARGETS[target](side, middle), label="target", quiet=True, dash=True),
             Line(x=side, y=net(np.stack([side, middle], axis=1))[:, 0], label="network", slot=0, width=2.0),
             Line(x=side, y=read_back(texts["f"], side, middle), label="formula", slot=1, dash=True)]  # fmt: skip
    panels = (
        Panel(marks=[Heat(z=wanted, x=side, y=side, limits=limits, levels=10)], title="Target", x="x", y="y",
              square=True),
        Panel(marks=[Heat(z=printed, x=side, y=side, limits=limits, levels=10), arrows],
              title="Printed formula and gradient", x="x", y="y", square=True),
        Panel(marks=lines, title="Along y = 0", x="x", y="value"),
    )  # fmt: skip
    return Sheet(panels=panels, columns=3, title=f"The network is a formula with {numbers} numbers",
                 subtitle=f"read back from print, it differs from the network by at most {written(gap)} "
                 f"at {POINTS:,} points")  # fmt: skip
