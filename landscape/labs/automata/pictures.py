"""The sheets of the lab: accuracy against an axis, one rule in full, which axis tells, and compression."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape import theme
from landscape.figures.sheet import Bars, Dots, Heat, Line, Notes, Panel, Sheet
from landscape.labs.automata import measures, rules, training
from landscape.labs.automata.models import MODELS
from landscape.labs.automata.training import Setting, Trained

CLASSES = ("class 1: dies out", "class 2: repeats", "class 3: looks random", "class 4: structures that move")
ROWS = 32  # steps of the diagram of one rule
NOW = 2  # the slot of the row of this moment
LOW = 0.4  # the least share of cells right that plots begin with


class Found(NamedTuple):
    """What sheets and claims are made of: the setting, networks by kind, measures of all rules, and what is shown."""

    setting: Setting
    nets: dict[str, Trained]
    axes: dict[str, np.ndarray]
    axis: str
    rule: int

    def rho(self, name: str, axis: str) -> float:
        """The rank correlation of a measure with the accuracy of a kind of network."""
        net = self.nets[name]
        return measures.spearman(self.axes[axis][net.rules], net.accuracy)

    @property
    def shares(self) -> tuple[float, float]:
        """The range of an axis that has all shares of cells right, and is the same in all panels."""
        return min(LOW, *(float(net.accuracy.min()) - 0.02 for net in self.nets.values())), 1.03

    def numbers(self, name: str) -> str:
        label = "LCN (locally connected)" if name == "local" else MODELS[name].label
        return f"{label}, {training.size(name, self.setting):,} parameters"


def told(setting: Setting) -> str:
    """How it was trained, in words."""
    kind = "random states" if setting.data == "random" else f"states {training.TRANSIENT} steps into orbits"
    best = "" if setting.starts == 1 else f", best of {setting.starts} starts"
    shown = ", cells in one random order" if setting.permuted else ""
    return (
        f"Learned from {setting.states:,} {kind} of {setting.width} cells{shown}, {setting.steps:,} steps of Adam, "
        f"one network a rule{best}; accuracy on {training.TEST} states not seen"
    )


def accuracy(found: Found) -> Sheet:
    """Accuracy of every rule against the axis, one panel for each kind of network."""
    done = min(len(net.rules) for net in found.nets.values())
    count = "All 256 rules" if done == rules.RULES else f"{done} of 256 rules so far"
    means = [f"{MODELS[name].label} {theme.percent(net.accuracy.mean())}" for name, net in found.nets.items()]
    rho, axis = found.rho("mlp", found.axis), measures.SHORT[found.axis]
    heard = f"the MLP falls with {axis}" if rho < -0.3 else f"{axis} says little of the MLP"
    setting, notes = found.setting, [f"Each dot is a rule; the ring is rule {found.rule}, click a dot for another."]
    if setting.data == "orbit" and setting.width & (setting.width - 1) == 0:
        notes.append(
            f"On {setting.width} cells, a power of two, additive rules such as 90 die out: choose another width."
        )
    return Sheet(
        panels=[_scatter(found, name) for name in found.nets],
        title=f"{', '.join(means)} of cells right; {heard}, ρ = {theme.written(round(rho, 2))}",
        subtitle=f"{count}. {told(setting)}. ρ: Spearman's rank correlation.",
        notes=notes,
        columns=2,
    )


def _scatter(found: Found, name: str) -> Panel:
    net = found.nets[name]
    x = found.axes[found.axis][net.rules]
    classes = [rules.wolfram_class(int(rule)) for rule in net.rules]
    hover = [
        f"rule {rule}, class {kind}: {right:.1%} of cells right"
        for rule, kind, right in zip(net.rules, classes, net.accuracy, strict=True)
    ]
    chosen, keys = net.rules == found.rule, [int(rule) for rule in net.rules]
    slots = np.array(classes) - 1
    dots = Dots(x=x, y=net.accuracy, slots=slots, kinds=CLASSES, hover=hover, sets="rule", keys=keys, size=1.1)
    ring = [Dots(x=x[chosen], y=net.accuracy[chosen], symbol="circle-open", size=2.4)] if chosen.any() else []
    return Panel(
        marks=[dots, *ring],
        title=found.numbers(name),
        x=measures.NAMES[found.axis],
        y="cells right",
        y_range=found.shares,
    )


def one_rule(found: Found) -> Sheet:
    """The chosen rule: its table, its space-time diagram, and what each network says of every next state."""
    setting, rule = found.setting, found.rule
    first = training.TRANSIENT if setting.data == "orbit" else 0
    start = np.random.default_rng([setting.seed, 6]).integers(0, 2, (1, setting.width), np.uint8)
    states = rules.diagrams([rule], start, first + ROWS)[first:, 0, 0]
    times = np.arange(first, first + ROWS + 1)
    names = [name for name, net in found.nets.items() if rule in net.rules]
    said = {name: training.predicted(name, setting, rule, states[:-1]) for name in names}
    wrong = {name: said[name] != states[1:] for name in names}
    shares = [f"{MODELS[name].label} {wrong[name].mean():.1%}" for name in names]
    return Sheet(
        panels=[
            _table(rule),
            *([_by_step(wrong, times), _by_neighbourhood(wrong, states)] if names else []),
            _diagram([Heat(z=states, y=times, scale="binary")], "What it does", times),
            *(_prediction(name, states, said[name], times) for name in names),
        ],
        title=f"Rule {rule}, cells wrong: {', '.join(shares) if shares else 'not trained yet'}",
        subtitle=f"{told(setting)}.",
        notes=["A fresh orbit; each row of a prediction is said from the true row before it. Wrong cells are orange "
               "where the network says 1 and blue where it says 0."],
        columns=3 if len(names) <= 2 else 4,
        times=times,
        frame=ROWS,
    )


def _table(rule: int) -> Panel:
    """Wolfram's picture of a rule: eight neighbourhoods, from 111 to 000, over what they become."""
    z = np.full((2, 31), np.nan)
    for place, k in enumerate(range(7, -1, -1)):
        z[0, 4 * place : 4 * place + 3] = [k >> 2 & 1, k >> 1 & 1, k & 1]
        z[1, 4 * place + 1] = rule >> k & 1
    family, names = rules.family(rule), [f"{k:03b}" for k in range(7, -1, -1)]
    words = f"class {rules.wolfram_class(rule)}" + (f", in the family of rule {family}" if family != rule else "")
    middle = 4 * np.arange(8) + 1
    return Panel(
        marks=[
            Heat(z=z, scale="binary"),
            Notes(x=middle, y=np.full(8, -1.0), texts=names, quiet=True),
            Notes(x=middle, y=np.full(8, 2.0), texts=[str(rule >> k & 1) for k in range(7, -1, -1)]),
            Notes(x=[15], y=[3.2], texts=[f"{rule} = {rule:08b} in binary; {words}"], quiet=True),
        ],
        title=f"The table of rule {rule}",
        bare=True,
        downwards=True,
        x_range=(-1.5, 31.5),
        y_range=(-1.7, 3.9),
    )


def _prediction(name: str, states: np.ndarray, said: np.ndarray, times: np.ndarray) -> Panel:
    """What a network says, the first row as given, with its wrong cells in colour."""
    shown = np.concatenate([states[:1], said])
    wrong = np.where(shown == states, np.nan, 2.0 * shown - 1.0)
    share = (said != states[1:]).mean()
    words = "every cell right" if share == 0 else f"{share:.1%} of cells wrong"
    marks = [Heat(z=shown, y=times, scale="binary"), Heat(z=wrong, y=times, scale="signed", limits=(-1.0, 1.0))]
    return _diagram(marks, f"{MODELS[name].label}: {words}", times)


def _diagram(heats: list[Heat], title: str, times: np.ndarray) -> Panel:
    """States downwards, with a line through the row of this moment."""
    wide = np.shape(heats[0].z)[1]
    now = Line(x=[-0.5, wide - 0.5], y=np.stack([times, times], 1), slot=NOW, width=0.8, moving=("y",))
    ticks = times[:: ROWS // 2]
    return Panel(
        marks=[*heats, now],
        title=title,
        x="cell",
        y="step",
        y_ticks=(ticks, [str(tick) for tick in ticks]),
        downwards=True,
    )


def _by_step(wrong: dict[str, np.ndarray], times: np.ndarray) -> Panel:
    lines = [
        Line(x=times[1:], y=each.mean(1), label=MODELS[name].label, slot=MODELS[name].slot)
        for name, each in wrong.items()
    ]
    extent = -0.02, max(0.7, *(float(each.mean(1).max()) + 0.02 for each in wrong.values()))
    return Panel(marks=lines, title="Wrong by step", x="step", y="cells wrong", y_range=extent, cursor=times)


def _by_neighbourhood(wrong: dict[str, np.ndarray], states: np.ndarray) -> Panel:
    code = rules.codes(states[:-1])
    names = [f"{k:03b}" for k in range(7, -1, -1)]
    shares = {
        name: [each[code == k].mean() if np.any(code == k) else 0.0 for k in range(7, -1, -1)]
        for name, each in wrong.items()
    }
    return Panel(
        marks=[Bars(x=names, y=y, label=MODELS[name].label, slot=MODELS[name].slot) for name, y in shares.items()],
        title="Wrong by neighbours",
        x="neighbourhood",
        y="cells wrong",
        y_range=(0.0, 1.0),
    )


def which_axis(found: Found) -> Sheet:
    """How well each measure tells who is right, and accuracy by class."""
    names = [measures.SHORT[axis] for axis in measures.NAMES]
    rho = {name: [found.rho(name, axis) for axis in measures.NAMES] for name in found.nets}
    most = min(measures.NAMES, key=lambda axis: found.rho("mlp", axis))
    least = theme.written(round(found.rho("mlp", most), 2))
    return Sheet(
        panels=[
            Panel(
                marks=[
                    Bars(x=names, y=y, label=MODELS[name].label, slot=MODELS[name].slot, across=True)
                    for name, y in rho.items()
                ],
                title="Rank correlation with accuracy",
                x="Spearman's ρ",
                x_range=(-1.0, 0.5),
                weight=1.3,
            ),
            _by_class(found),
        ],
        title=f"The MLP's accuracy is told best by {measures.SHORT[most]}, ρ = {least}",
        subtitle=f"{told(found.setting)}.",
        notes=["Classes of the 88 families of rules after Wolfram, in the table of Martínez (2013)."],
    )


def _by_class(found: Found) -> Panel:
    some = next(iter(found.nets.values()))
    kinds = np.array([rules.wolfram_class(int(rule)) for rule in some.rules])
    here = [kind for kind in (1, 2, 3, 4) if np.any(kinds == kind)]
    names = [f"class {kind}" for kind in here]
    bars = [
        Bars(x=names, y=[net.accuracy[_classes(net) == kind].mean() for kind in here], label=MODELS[name].label,
             slot=MODELS[name].slot)
        for name, net in found.nets.items()
    ]  # fmt: skip
    guess = [some.guess[kinds == kind].mean() for kind in here]
    bars.append(Bars(x=names, y=guess, label="always the more frequent bit", quiet=True))
    return Panel(marks=bars, title="Mean over the rules of a class", y="cells right", y_range=(0.0, 1.03))


def _classes(net: Trained) -> np.ndarray:
    return np.array([rules.wolfram_class(int(rule)) for rule in net.rules])


def compression(found: Found) -> Sheet:
    """Accuracy against compressed length and against the number of parameters: plots, no theory."""
    lines, sizes = [], []
    for name, net in found.nets.items():
        model = MODELS[name]
        hover = [f"rule {rule}" for rule in net.rules]
        keys, numbers = [int(rule) for rule in net.rules], training.size(name, found.setting)
        x, look = found.axes["compressed"][net.rules], {"label": model.label, "slot": model.slot}
        lines.append(Dots(x=x, y=net.accuracy, **look, hover=hover, sets="rule", keys=keys, symbol="circle"))
        sizes.append(Dots(x=[numbers], y=[net.accuracy.mean()], **look, size=1.6))
    sizes_told = [
        f"{training.size(name, found.setting):,} parameters get {theme.percent(net.accuracy.mean())} of cells right"
        for name, net in found.nets.items()
        if name in ("cnn", "mlp")
    ]
    words = "cells right"
    return Sheet(
        panels=[
            Panel(
                marks=lines,
                title="Every rule",
                x=measures.NAMES["compressed"],
                y=words,
                log_x=True,
                y_range=found.shares,
            ),
            Panel(marks=sizes, title="Mean over the rules", x="parameters", y=words, log_x=True, y_range=found.shares),
        ],
        title=", ".join(sizes_told).replace(" of cells right,", ",", 1),
        subtitle="The length after zlib bounds a diagram's Kolmogorov complexity from above; what is drawn neither "
        "measures that complexity nor proves that short descriptions are easier to learn.",
    )


def sheets(found: Found) -> dict[str, Sheet]:
    return {
        "accuracy": accuracy(found),
        "rule": one_rule(found),
        "which axis": which_axis(found),
        "compression": compression(found),
    }
