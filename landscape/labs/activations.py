"""Activations: their slopes, what deep nets make of them, a race, and units that die."""

from __future__ import annotations

import math
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np

from landscape import theme
from landscape.figures.sheet import Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near
from landscape.labs import races, signals
from landscape.labs.signals import ACTIVATIONS, LAWS, WORDS
from landscape.parameters import Choice, Range

SPOTS = np.unique(np.append(np.linspace(-5.0, 5.0, 401), np.sqrt(2.0)))  # gelu is steepest at √2
BIASES = tuple(np.linspace(-2.0, 1.0, 7).tolist())
RATES = (0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 10.0)
MOMENTS = 51  # of the time bar
HALF = 0.5 * np.log(2.0)  # half of the loss of knowing nothing
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "gelu": 0.5 + 0.5 * math.erf(1.0) + math.exp(-1.0) / math.sqrt(math.pi)}
GRADIENT = "closed form: slopes ≤ 1/4; 10⁻⁴ at depth 10"


@lab(
    family="networks",
    title="Activations",
    references=(
        "Glorot, Bordes and Bengio 2011, Deep sparse rectifier neural networks, PMLR 15:315",
        "Hendrycks and Gimpel 2016, Gaussian error linear units, arXiv:1606.08415",
        "Lu, Shin, Su and Karniadakis 2020, Dying ReLU and initialization, doi:10.4208/cicp.OA-2020-0165",
    ),
    question=Question(
        "A sigmoid is steepest at 0. Of a gradient that comes back through ten layers of sigmoids, how much is left at "
        "most, if the weights themselves change nothing?",
        ("a tenth", "a hundredth", "about a thousandth", "about a millionth"),
        3,
        "The steepest slope is 1/4, and (1/4)¹⁰ is 10⁻⁶.",
    ),
    slow=True,
    quick={"steps": 100, "seeds": 1},
    full={"seeds": 8},
)
def activations(
    *,
    activation: Annotated[str, Choice(*ACTIVATIONS), "that the headline speaks of"] = "sigmoid",
    depth: Annotated[int, Range(1, 30, legal=(1, 60)), "layers of the deep net"] = 10,
    width: Annotated[int, Range(8, 256, legal=(2, 512)), "neurons in each of them"] = 128,
    data: Annotated[str, Choice("circle", "xor", "gauss", "spiral"), "that the race is run on"] = "circle",
    learning_rate: Annotated[float, Range(0.01, 10.0, log=True, legal=(1e-6, 1e3)), "of the race"] = 0.5,
    momentum: Annotated[float, Range(0.0, 0.95, legal=(0.0, 0.999)), "of race and dying units"] = 0.0,
    steps: Annotated[int, Range(50, 600, legal=(50, 2000), multiple=50), "of descent"] = 300,
    seeds: Annotated[int, Range(1, 8, legal=(1, 16)), "of the race"] = 4,
    seed: Annotated[int, Range(0, 9, legal=(0, 2**31)), "of the first net, and of the rows"] = 0,
):
    """Seven activations: curve, slope, a deep net's gradient, a training race, and how ReLU units die.

    On its way back through a net the gradient meets the slope of every activation, and a slope of at most one quarter
    leaves next to nothing after ten layers. A ReLU unit passes the whole gradient or none of it, and where its bias is
    so low, or a step so long, that it is silent on every row, plain descent never wakes it. In the race every net has
    two hidden layers and starts from the same random numbers, scaled as suits its activation.
    """
    yield Progress(0.0, "gradients of a deep net")
    deep = signals.followed(width, depth, 1.0, seed)
    yield Progress(0.1, f"{len(BIASES) * len(RATES)} nets of dying units")
    deaths = races.deaths(data, BIASES, RATES, momentum, steps, seed)
    run = []
    for k in range(seeds):
        yield Progress(0.3 + 0.7 * k / seeds, f"race {k + 1} of {seeds}")
        run.append(races.race(data, learning_rate, momentum, steps, seed, seed + k))
    losses = np.stack(run, axis=1).astype(float)
    curves, slopes = (np.asarray(each) for each in _shapes(jnp.asarray(SPOTS)))
    gradients = {name: _norms(deep, name) for name in ACTIVATIONS}
    sheets = {"story": _story(curves, slopes, gradients, losses, activation, learning_rate, data),
              "dead": _dead(deaths, steps, momentum, data)}  # fmt: skip
    claims = _curves(slopes) + _deep(gradients, depth) + _raced(losses, data, seed) + _died(deaths, momentum)
    found = {"x": SPOTS, "curves": curves, "slopes": slopes, "gradients": np.stack(list(gradients.values())),
             "losses": losses, "dead": deaths.dead[[0, -1]], "biases": np.array(BIASES),
             "rates": np.array(RATES)}  # fmt: skip
    passages = (
        Passage("latex", "Backwards", r"\delta_{l-1} = W_l\,\bigl(\varphi'(z_l)\odot\delta_l\bigr)"),
        Passage("text", "Starts", "He weights for ReLU, leaky ReLU and GELU, Xavier for the others; biases are 0."),
    )
    return Finding(found, sheets, tuple(claims), passages)


@jax.jit
def _shapes(x):
    """All activations and their slopes at x (n,): (activations, n) each."""
    pairs = [jax.vmap(jax.value_and_grad(act))(x) for act in ACTIVATIONS.values()]
    return tuple(jnp.stack(each) for each in zip(*pairs, strict=True))


def _norms(deep: signals.Signals, name: str) -> np.ndarray:
    """The length (layers + 1,) of the gradient with respect to each layer, that of the last being 1."""
    at = list(LAWS).index(races.OWN[name]), list(ACTIVATIONS).index(name)
    lengths = np.sqrt(deep.backward[at])
    return lengths / lengths[-1]


def _curves(slopes: np.ndarray) -> list[Claim]:
    """Claims about the steepest slopes."""
    steepest = dict(zip(ACTIVATIONS, slopes.max(1), strict=True))
    claims = [
        near(f"{name}: steepest slope", float(steepest[name]), STEEPEST[name], 1e-12, source)
        for name, source in (("sigmoid", "closed form: 1/4, at 0"), ("tanh", "closed form: 1, at 0"),
                             ("gelu", "closed form: Φ(√2) + √2 φ(√2); more than 1"))
    ]  # fmt: skip
    for name, end, law in (("sigmoid", 2.0 * np.arccosh(5.0), "2 arcosh 5"), ("tanh", np.arccosh(10.0), "arcosh 10")):
        steep = SPOTS[slopes[list(ACTIVATIONS).index(name)] >= 0.01]
        claims.append(near(f"{name}: the sum from which on it is saturated, its slope below 0.01", float(steep.max()),
                           float(end), 0.025, f"closed form: {law}; sums are 0.025 apart"))  # fmt: skip
    at_zero = float(slopes[list(ACTIVATIONS).index("relu"), np.flatnonzero(SPOTS == 0.0)[0]])
    return [*claims, near("ReLU at exactly 0, where it has no slope: what is taken", at_zero, 0.0, 0.0,
                          "a convention, jax.nn.relu")]  # fmt: skip


def _deep(gradients: dict[str, np.ndarray], depth: int) -> list[Claim]:
    ratio = float(gradients["sigmoid"][0] / gradients["relu"][0])
    sentence = f"Gradient that reaches the input through {depth} layers, sigmoid over ReLU with He's weights"
    return [between(sentence, ratio, -np.inf, 1e-4 * 4.0 ** (10 - depth), GRADIENT)]


def _raced(losses: np.ndarray, data: str, seed: int) -> list[Claim]:
    """Claims about the race: losses (activations, seeds, steps + 1)."""
    mean = dict(zip(ACTIVATIONS, losses.mean(1), strict=True))
    when = {name: np.flatnonzero(each <= HALF) for name, each in mean.items()}
    first = {name: int(each[0]) if len(each) else None for name, each in when.items()}
    told = [f"{WORDS[name]} {'never' if first[name] is None else first[name]}" for name in ("relu", "sigmoid")]
    never = 1 + losses.shape[-1]
    ends = [never if first[name] is None else first[name] for name in ("relu", "sigmoid")]
    faster = None if min(ends) == never else ends[0] < ends[1]
    source = f"measured here, mean of {losses.shape[1]} seeds"
    claims = [Claim("Often said: ReLU trains faster than sigmoid. Step at which half of log 2 is left", ", ".join(told),
                    "ReLU sooner", source, faster)]  # fmt: skip
    best = min(mean, key=lambda name: np.nan_to_num(mean[name][-1], nan=np.inf))
    claims.append(Claim("Smallest loss at the end", f"{WORDS[best]}, {theme.written(float(mean[best][-1]))}",
                        "no single winner: it changes with data and learning rate", source, None))  # fmt: skip
    line, end = races.best_line(races.rows(data, seed)), float(mean["linear"][-1])
    if np.isfinite(end):
        claims.append(between("Without activation, two hidden layers do no better than the best line: loss at the end",
                              end, line - 1e-4, np.inf, "exact bound: logistic regression, same rows"))  # fmt: skip
    return claims


def _died(deaths: races.Deaths, momentum: float) -> list[Claim]:
    """Claims about dead units."""
    start, end = deaths.dead[0], deaths.dead[-1]
    zero = BIASES.index(0.0)
    falls = bool(np.all(np.diff(start[:, 0]) <= 0))
    claims = [
        Claim("Dead ReLU units before training, from the lowest bias to the highest",
              " → ".join(theme.percent(float(start[k, 0])) for k in (0, 2, zero, -1)), "never more for a higher bias",
              "closed form: silent where max w·x ≤ −b", falls),
        Claim(f"Bias 0, after training: dead at learning rate {RATES[0]:g} and at {RATES[-1]:g}",
              f"{theme.percent(float(end[zero, 0]))} and {theme.percent(float(end[zero, -1]))}",
              "more at the larger rate", "measured here, 32 units", bool(end[zero, -1] > end[zero, 0])),
    ]  # fmt: skip
    sentence = "Often said: a dead unit stays dead. Units that spoke again"
    if momentum == 0:
        return [*claims, near(sentence, deaths.revived, 0, 0, "closed form: its gradient is 0, and descent is plain")]
    return [*claims, Claim(sentence, f"{deaths.revived:,}", "any number: velocity goes on moving it",
                           "not so with momentum, or where the layer below moves", None)]  # fmt: skip


def _story(curves, slopes, gradients, losses, chosen: str, rate: float, data: str) -> Sheet:
    """Curves, slopes, a deep net's gradient, and the race."""
    depth, steps = len(gradients[chosen]) - 1, losses.shape[-1] - 1
    places = np.arange(depth + 1)

    def lines(x, rows, labels: bool) -> list[Line]:
        return [Line(x=x, y=rows[k], slot=k, label=WORDS[name] if labels else "", dash=name == "leaky_relu",
                     width=1.5 if name == chosen else 1.0) for k, name in enumerate(ACTIVATIONS)]  # fmt: skip

    shown = np.unique(np.linspace(0, steps, MOMENTS).round().astype(int))
    drawn = np.where(np.isfinite(losses), losses, np.nan)[..., shown]  # a net that diverged ends its activation's line
    middle, low, high = drawn.mean(1), drawn.min(1), drawn.max(1)
    race = [Line(x=shown, y=middle[k], slot=k, label=WORDS[name],
                 dash=name == "leaky_relu", width=1.5 if name == chosen else 1.0,
                 band=(low[k], high[k]) if name == chosen and losses.shape[1] > 1 else None)
            for k, name in enumerate(ACTIVATIONS)]  # fmt: skip
    left = float(gradients[chosen][0])
    panels = (
        Panel(marks=lines(SPOTS, curves, False), title="Activation", x="sum that reaches the neuron", y="output",
              x_range=(-5.0, 5.0), y_range=(-1.5, 3.0)),
        Panel(marks=lines(SPOTS, slopes, False), title="Its slope", x="sum that reaches the neuron", y="slope",
              x_range=(-5.0, 5.0), y_range=(-1.1, 1.25)),
        Panel(marks=lines(places, list(gradients.values()), True), title="Gradient in a deep net", x="layer",
              y="length, last layer 1", log_y=True),
        Panel(marks=race, title=f"Race on {data}", x="step", y="loss", cursor=shown),
    )  # fmt: skip
    end = float(middle[list(ACTIVATIONS).index(chosen)][-1])
    told = f"loss {theme.written(end)} after {steps} steps" if np.isfinite(end) else "diverges in the race"
    layers = "1 layer" if depth == 1 else f"{depth} layers"
    name = WORDS[chosen][0].upper() + WORDS[chosen][1:]
    title = f"{name}: {theme.written(left)} of the gradient left after {layers}; {told}"
    subtitle = (f"Deep net with each activation's own weights; race: mean of {losses.shape[1]} seeds, learning rate "
                f"{theme.written(rate)}; band: min–max of {WORDS[chosen]}.")  # fmt: skip
    return Sheet(panels=panels, columns=2, title=title, subtitle=subtitle, times=shown, unit="step")


def _dead(deaths: races.Deaths, steps: int, momentum: float, data: str) -> Sheet:
    """Dead units by bias and learning rate, and against time."""
    shown = np.unique(np.linspace(0, steps, MOMENTS).round().astype(int))
    share = 100.0 * deaths.dead[shown]
    zero = BIASES.index(0.0)
    keys = np.tile(np.array(RATES), (len(BIASES), 1))
    heat = Heat(z=share, x=[theme.written(each) for each in RATES], y=[theme.written(each) for each in BIASES],
                scale="shades", name="dead, %", limits=(0.0, 100.0), sets="learning_rate", keys=keys,
                moving=("z",))  # fmt: skip
    lines = [Line(x=shown, y=share[:, zero, k], slot=k, label=theme.written(rate))
             for k, rate in enumerate(RATES) if rate >= 1.0]  # fmt: skip
    panels = (
        Panel(marks=(heat,), title="Units silent on every row", x="learning rate", y="bias at the start"),
        Panel(marks=lines, title="Bias 0, by learning rate", x="step", y="dead, %", cursor=shown, y_range=(0.0, 100.0)),
    )
    low, high = (theme.percent(float(deaths.dead[-1, k].mean())) for k in (0, -1))
    return Sheet(panels=panels, columns=2, times=shown, unit="step",
                 title=f"After {steps} steps {low} of units are dead for bias −2, {high} for bias 1",
                 subtitle=f"ReLU nets with {races.UNITS} hidden units on {data}, plain descent of all rows, momentum "
                          f"{theme.written(momentum)}; means over learning rates.")  # fmt: skip
