"""What becomes of a signal, and of its gradient, in a deep net that has only been initialised."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape import theme
from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near
from landscape.labs import signals
from landscape.labs.signals import ACTIVATIONS, LAWS, NAMES, WORDS, Signals
from landscape.parameters import Choice, Range

BITS = 128.0  # float32 ends at 2^128
TINY = -126.0  # and below 2^-126 it flushes to zero
STEPS = {"linear": 1.0, "relu": 0.5}  # what these leave of a second moment, exactly
HE = "He et al. 2015, arXiv:1502.01852"
CLOSED = "closed form: log₂(n · variance · gain² · c), c = ½ for ReLU and 1 without activation"
TOLD = "√(2/n) is a standard deviation: n = 10 inputs give 0.447. 1/√n belongs to nets without ReLU."
PROGRAM = """x = rng.standard_normal(512).astype("float32")
for layer in range(1, 31):
    x = rng.standard_normal((512, 512)).astype("float32") @ x
    print(layer, x.std(), np.isfinite(x).all())"""


@lab(
    family="networks",
    title="Initial weights and depth",
    references=(
        "He, Zhang, Ren and Sun 2015, Delving deep into rectifiers, arXiv:1502.01852",
        "Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, PMLR 9:249",
        "Hanin and Rolnick 2018, How to start training: the effect of initialization and architecture, "
        "arXiv:1803.01719",
    ),
    question=Question(
        "A ReLU net has weights of variance 1/n instead of 2/n. How much of a signal's second moment is left after ten "
        "layers?",
        ("all of it", "about a third", "about a tenth", "about a thousandth"),
        3,
        "ReLU drops half of every second moment, so a layer of variance 1/n halves it: 2⁻¹⁰ is 1/1,024.",
    ),
    slow=True,
    quick={"width": 64, "depth": 16, "seeds": 1},
    full={"seeds": 8},
)
def initialisation(
    *,
    activation: Annotated[str, Choice(*ACTIVATIONS), "of every layer"] = "relu",
    initializer: Annotated[str, Choice(*LAWS), "that the headline speaks of"] = "kaiming",
    width: Annotated[int, Range(8, 512, legal=(2, 1024)), "neurons per layer, and inputs"] = 512,
    depth: Annotated[int, Range(1, 60, legal=(1, 100)), "layers"] = 40,
    gain: Annotated[float, Range(0.25, 4.0, log=True, legal=(1e-6, 1e6)), "multiplies all initial weights"] = 1.0,
    seeds: Annotated[int, Range(1, 8, legal=(1, 20)), "nets that are drawn"] = 2,
    seed: Annotated[int, Range(0, 9, legal=(0, 2**31)), "of the first net"] = 0,
):
    """The size of a signal after each layer of an untrained net, and of its gradient on the way back.

    A layer multiplies the second moment of what passes it by the number of inputs n, the variance of a weight, and
    what the activation lets through. With ReLU that is one half, so a variance of 2/n keeps a signal alive through any
    depth, while any other factor, to the power of the depth, soon leaves what float32 can hold. The gradient meets the
    slopes of the activation on its way back, which is why sigmoid nets lose it even where their signal looks healthy.
    """
    parts = []
    for k in range(seeds):
        yield Progress(k / seeds, f"net {k + 1} of {seeds}")
        parts.append(signals.followed(width, depth, gain, seed + k))
    found = signals.together(parts)
    rates = {"forward": _rates(found.forward, 1), "backward": _rates(found.backward, -1)}
    sheets = {"signals": _story(found, rates, activation, initializer), "all": _all(rates, seeds, width)}
    claims = tuple(_ratios(rates, width, depth, gain, seeds) + _limits(found, width, depth, gain))
    data = {"layer": np.arange(depth + 1), "forward": found.forward, "backward": found.backward, "lost": found.lost,
            "forward_rate": rates["forward"], "backward_rate": rates["backward"]}  # fmt: skip
    passages = (
        Passage("latex", "One layer", r"\mathbb E[h_l^2] = n\,\operatorname{Var}(w)\,c\;\mathbb E[h_{l-1}^2]"),
        Passage("text", "The number", TOLD),
        Passage("code", "The overflow in four lines", PROGRAM),
    )
    return Finding(data, sheets, claims, passages)


def _at(name: str, activation: str) -> tuple[int, int]:
    return list(LAWS).index(name), list(ACTIVATIONS).index(activation)


def _logs(moments: np.ndarray) -> np.ndarray:
    """log₂, without a number for what is zero or lost."""
    return np.log2(np.where(np.isfinite(moments) & (moments > 0), moments, np.nan))


def _rates(moments: np.ndarray, way: int) -> np.ndarray:
    """log₂ of what a layer multiplies a moment (…, seeds, layers + 1) by, in the mean over layers and seeds."""
    logs = _logs(moments)
    there = np.isfinite(logs)
    last = logs.shape[-1] - 1 - there[..., ::-1].argmax(-1)
    first = there.argmax(-1)
    ends = [np.take_along_axis(logs, at[..., None], axis=-1)[..., 0] for at in (first, last)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.mean(way * (ends[1] - ends[0]) / (last - first), axis=-1)


def _expected(name: str, activation: str, width: int, gain: float) -> float:
    """The closed form of a rate; rounded, because logarithms of 1 should read 0."""
    return round(float(np.log2(width * signals.variance(name, width) * gain**2 * STEPS[activation])), 9)


def _within(width: int, depth: int, seeds: int) -> float:
    """0.02 in the full measurement; in smaller ones three standard errors and the bias of a narrow net."""
    if width * seeds * depth >= 512 * 8 * 30:
        return 0.02
    return float((3.0 * np.sqrt(5.0 / (width * seeds * depth)) + 2.5 / width) / np.log(2.0))


def _ratios(rates, width: int, depth: int, gain: float, seeds: int) -> list[Claim]:
    """Claims about what one layer does."""
    within = _within(width, depth, seeds)
    cases = (
        ("ReLU, variance 2/n (He): log₂ change of the second moment per layer", "kaiming", "relu", "forward", HE),
        ("The same for the gradient on its way back", "kaiming", "relu", "backward", HE),
        ("ReLU, variance 1/n: log₂ change per layer; −1 halves", "lecun", "relu", "forward", CLOSED),
        ("ReLU, variance 4/n: log₂ change per layer; 1 doubles", "double", "relu", "forward", CLOSED),
        ("No activation, variance 1/n: log₂ change per layer", "lecun", "linear", "forward", CLOSED),
        ("Often said, half right: “initialise by √(2/n)”. No activation, variance 2/n: log₂ change per layer",
         "kaiming", "linear", "forward", CLOSED),
    )  # fmt: skip
    claims = [
        near(sentence, float(rates[way][_at(name, act)]), _expected(name, act, width, gain), within, source)
        for sentence, name, act, way, source in cases
    ]
    sigmoid = float(rates["backward"][_at("xavier", "sigmoid")])
    most = 2.0 * float(np.log2(gain)) - 4.0 + within
    sentence = "Sigmoid, Xavier: log₂ change of the gradient per layer; slopes are at most 1/4"
    claims.append(between(sentence, sigmoid, -np.inf, most, "closed form: log₂(gain²/16)"))
    return [claim for claim in claims if claim.measured != "–"]  # none where all is lost in the first layers


def _limits(found: Signals, width: int, depth: int, gain: float) -> list[Claim]:
    """Claims about where float32 ends; not made for nets that end before."""
    claims = []
    peak = np.log2(np.sqrt(2.0 * np.log(width * signals.ROWS)))  # the largest of so many normal numbers

    def told(sentence: str, layer: float, measured: np.ndarray, source: str) -> None:
        if np.all(measured <= depth):
            claims.append(near(sentence, float(np.mean(measured)), round(layer, 1), 1.5, source))

    half = _expected("normal", "linear", width, gain) / 2.0
    at = _at("normal", "linear")
    if half > 0:
        told("Weights of std 1, no activation: first layer with a number beyond float32", (BITS - peak) / half + 0.5,
             found.lost[at], "closed form; layer 28 at width 512")  # fmt: skip
        told("The same net: first layer whose mean square, taken in float32, is beyond it",
             (BITS - np.log2(width * signals.ROWS)) / (2.0 * half) + 0.5,
             _first(~np.isfinite(found.narrow[at])), "closed form; layer 14 at width 512")  # fmt: skip
    half, at = _expected("small", "linear", width, gain) / 2.0, _at("small", "linear")
    if half < 0:
        gone = _first(found.narrow[at] == 0)
        told("Weights of std 0.01, no activation: first layer whose mean square is 0 in float32",
             TINY / (2.0 * half) + 0.5, gone, "closed form; layer 30 at width 512")  # fmt: skip
        told("Often said to be 0 there: the numbers themselves are 0 only at layer", (TINY - peak) / half + 0.5,
             _first(found.forward[at] == 0), "closed form")  # fmt: skip
    return claims


def _first(flags: np.ndarray) -> np.ndarray:
    """The first place (…) of flags (…, n) that is set; n where none is."""
    return np.where(flags.any(-1), flags.argmax(-1), flags.shape[-1])


def _story(found: Signals, rates, activation: str, initializer: str) -> Sheet:
    """Second moments against depth, up and down."""
    rate = float(rates["forward"][_at(initializer, activation)])
    back = float(rates["backward"][_at(initializer, activation)])
    lost = found.lost[_at(initializer, activation)]
    depth = found.forward.shape[-1] - 1
    what = f"{NAMES[initializer]} with {WORDS[activation]}"
    if lost.min() <= depth:
        title = f"{what}: beyond float32 at layer {lost.min()}"
    elif not np.isfinite(rate):
        title = f"{what}: nothing passes the first layer"
    else:
        title = f"{what}: a layer multiplies the second moment by {_times(rate)}, the gradient's by {_times(back)}"
    seeds = found.lost.shape[-1]
    subtitle = f"Mean and min–max of {seeds} nets" if seeds > 1 else "One net"
    subtitle += " in float32; the gradient enters at the last layer that is finite."
    panels = (
        _against(found.forward, found, activation, initializer, "The signal on its way up"),
        _against(found.backward, found, activation, initializer, "The gradient on its way down"),
    )
    return Sheet(panels=panels, title=title, subtitle=subtitle, columns=2)


def _times(rate: float) -> str:
    return theme.written(2.0**rate) if np.isfinite(rate) else "nothing that is a number"


def _against(moments, found: Signals, activation: str, initializer: str, title: str) -> Panel:
    marks, places = [], np.arange(moments.shape[-1])
    for slot, name in enumerate(LAWS):
        logs = _logs(moments[_at(name, activation)])
        there = np.isfinite(logs).all(0)
        if there.sum() < 2:
            continue  # zero weights: nothing to take a logarithm of
        middle = np.where(there, logs.mean(0), np.nan)
        bold = 1.5 if name == initializer else 1.0
        marks.append(Line(x=places, y=middle, label=NAMES[name], slot=slot, dash=name == "xavier", width=bold,
                          band=_band(logs, there)))  # fmt: skip
        ended = found.lost[_at(name, activation)]
        if ended.min() < len(places) and moments is found.forward:
            at = int(np.flatnonzero(there)[-1])
            words = [f"{NAMES[name]}: beyond float32 at layer {ended.min()}"]
            marks.append(Dots(x=[at], y=[middle[at]], slot=slot, symbol="x", hover=words))
    ends = np.array([0.0, moments.shape[-1] - 1.0])
    marks.append(Line(x=ends, y=np.full(2, 2 * BITS), label="float32 ends", quiet=True, dash=True))
    return Panel(marks=marks, title=title, x="layer", y="log₂ second moment", x_range=(0.0, len(places) - 0.9))


def _band(logs: np.ndarray, there: np.ndarray):
    """The extent over seeds, where there are several."""
    if len(logs) < 2:
        return None
    return np.where(there, logs.min(0), np.nan), np.where(there, logs.max(0), np.nan)


def _all(rates, seeds: int, width: int) -> Sheet:
    """Every initializer with every activation."""
    keys = np.tile(np.array(list(ACTIVATIONS), dtype=object), (len(LAWS), 1))
    panels = []
    for way, title in (("forward", "The signal"), ("backward", "Its gradient")):
        heat = Heat(z=np.round(rates[way], 2) + 0.0, x=list(WORDS.values()), y=list(NAMES.values()), scale="signed",
                    numbers=True, limits=(-4.0, 4.0), sets="activation", keys=keys)  # fmt: skip
        panels.append(Panel(marks=(heat,), title=title, downwards=True))
    steady = int(np.sum((np.abs(rates["forward"]) < 0.1) & (np.abs(rates["backward"]) < 0.1)))
    pairs = np.isfinite(rates["forward"]).size
    return Sheet(panels=panels, columns=2, title=f"{steady} of {pairs} pairs keep both within 7% per layer",
                 subtitle=f"log₂ change of the second moment per layer, width {width}, mean of layers and "
                          f"{seeds} net{'s' if seeds > 1 else ''}; 0 keeps it, – is no number.")  # fmt: skip
