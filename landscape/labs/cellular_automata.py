"""Cellular automata: which networks learn the 256 elementary rules, and what makes a rule hard."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated

import numpy as np

from landscape.lab import Finding, Progress, Question, lab
from landscape.labs.automata import measures, training
from landscape.labs.automata.claims import claims
from landscape.labs.automata.models import MODELS
from landscape.labs.automata.pictures import Found, sheets
from landscape.parameters import Choice, Range

TELLING = {"orbit": "space_time", "random": "sensitivity"}  # the axis that the MLP's accuracy follows
PAIRS = {"two": (("cnn", "mlp"),), "four": (("cnn", "mlp"), ("local", "rnn"))}  # trained side by side
AHEAD = 0.05


def _who_is_ahead(found: Finding) -> int:
    gap = found.data["accuracy_cnn"].mean() - found.data["accuracy_mlp"].mean()
    return 0 if gap > AHEAD else 2 if gap < -AHEAD else 1


@lab(
    family="networks",
    title="Cellular automata",
    references=(
        "Wolfram 1983, Statistical mechanics of cellular automata, doi:10.1103/RevModPhys.55.601",
        "Martínez 2013, A note on elementary cellular automata classification, arXiv:1306.5577",
        "Gilpin 2019, Cellular automata as convolutional neural networks, arXiv:1809.02942",
    ),
    question=Question(
        "A small CNN and an MLP, which sees all cells at once, learn to say the next state of a ring of cells: who "
        "gets more cells right, over all 256 rules?",
        ("the CNN, by more than 5 in 100 cells", "both about the same", "the MLP, by more than 5 in 100 cells"),
        _who_is_ahead,
        "A rule is one table of 8 bits, used at every cell. The CNN looks at three cells in a row and does the same "
        "everywhere, so every cell of every state teaches it the same 8 bits; the MLP has to find out for each cell "
        "which of the others matter. In a random order of cells its neighbours are not the rule's, and that lead goes.",
    ),
    slow=True,
    quick={"steps": 20, "states": 64, "width": 31},
    full={"models": "four", "channels": 32},
)
def cellular_automata(
    *,
    rule: Annotated[
        int, Range(0, 255, legal=(0, 255)), "the rule that is shown in full; click a dot to choose it"
    ] = 110,
    axis: Annotated[
        str, Choice("telling", *measures.NAMES), "what accuracy is drawn against; telling: space_time or sensitivity"
    ] = "telling",
    data: Annotated[str, Choice("orbit", "random"), "states to learn from: 64 steps into orbits, or random"] = "orbit",
    models: Annotated[str, Choice("two", "four"), "CNN and MLP, or a locally connected net and an RNN too"] = "two",
    permuted: Annotated[bool, Choice(False, True), "show the networks all cells in one fixed random order"] = False,
    width: Annotated[int, Range(16, 96, legal=(8, 128)), "cells on the ring; additive rules die on powers of two"] = 61,
    states: Annotated[int, Range(128, 4096, legal=(16, 8192)), "states that each network learns from"] = 1024,
    steps: Annotated[int, Range(50, 1200, legal=(1, 5000)), "steps of Adam with minibatches of 64 states"] = 300,
    learning_rate: Annotated[float, Range(1e-3, 0.1, log=True, legal=(0.0, 10.0)), "at the start of its cosine"] = 0.01,
    channels: Annotated[int, Choice(8, 32), "hidden units of a local network"] = 8,
    starts: Annotated[
        int, Range(1, 3, legal=(1, 5)), "initialisations per rule; the best on its own states counts"
    ] = 1,
    seed: Annotated[int, Range(0, 20, legal=(0, 2**31 - 1)), "draws states, their order, and first weights"] = 0,
) -> Generator[Progress, None, Finding]:
    """All 256 elementary rules, each learned by a CNN, an MLP, a locally connected net and an RNN.

    In an elementary cellular automaton every cell of a ring looks at itself and its two neighbours and takes the next
    value from a table of 8 bits, the rule. A network is trained for each rule to say the next state of the whole ring,
    and is asked about states that it has not seen. Networks that are built like the automaton, local or in order, learn
    nearly every rule, while the accuracy of the MLP falls the more a rule mixes its inputs.
    """
    setting = training.Setting(data, permuted, width, states, steps, learning_rate, channels, starts, seed)
    shown = TELLING[data] if axis == "telling" else axis
    axes = measures.measured(0)
    names = [name for pair in PAIRS[models] for name in pair]
    todo = [(pair, chunk) for pair in PAIRS[models] for chunk in training.missing(pair, setting)]
    for count, (pair, chunk) in enumerate(todo):
        training.train(pair, setting, chunk)
        said = " and ".join(MODELS[name].label for name in pair)
        part = _finding(setting, names, axes, shown, rule, done=False)
        yield Progress((count + 1) / (len(todo) + 1), f"{said}: {32 * (chunk + 1)} of 256 rules", part)
    return _finding(setting, names, axes, shown, rule, done=True)


def _finding(setting: training.Setting, names: list[str], axes: dict, axis: str, rule: int, done: bool) -> Finding:
    """What is known so far; claims are about all 256 rules."""
    nets = {name: net for name in names if (net := training.ready(name, setting)) is not None}
    found = Found(setting, nets, axes, axis, rule)
    data = {f"axis_{name}": values for name, values in axes.items()}
    for name, net in nets.items():
        data |= {f"rules_{name}": net.rules, f"accuracy_{name}": net.accuracy, f"exact_{name}": net.exact}
        data |= {f"loss_{name}": net.train_loss, f"guess_{name}": net.guess}
        data |= {f"parameters_{name}": np.array(training.size(name, setting))}
    return Finding(data, sheets(found), claims(found) if done else (), done=done)
