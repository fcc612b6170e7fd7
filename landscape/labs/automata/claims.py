"""What the lab claims, measured on all 256 rules."""

from __future__ import annotations

import numpy as np

from landscape.lab import Claim, between, near, written
from landscape.labs.automata import measures, training
from landscape.labs.automata.pictures import Found

SOURCE = "measured, 256 rules, one start each"
BUDGET = 300, 1024  # steps and states up to which the numbers of the MLP are known
PARITY = (105, 150)


def claims(found: Found) -> tuple[Claim, ...]:
    """All claims that mean something with these settings."""
    kinds = [_permuted(found)] if found.setting.permuted else _cnn(found)
    return (*kinds, *_mlp(found), *_others(found), _sizes(found), _compression(found))


def _cnn(found: Found) -> list[Claim]:
    right = found.nets["cnn"].accuracy
    worst = f"{written(float(right.min()))} (rule {found.nets['cnn'].rules[right.argmin()]})"
    told = "The CNN's rule that it knows worst"
    careful = found.setting.channels == 32 or found.setting.starts > 1
    if careful:
        least = Claim(told, worst, "≥ 0.95", SOURCE, bool(right.min() >= 0.95))
    else:
        why = f"{told}: one dead unit of its {found.setting.channels} can spoil it; channels=32 mends it"
        least = Claim(why, worst, "", SOURCE, None)
    largest = max((found.rho("cnn", axis) for axis in measures.NAMES), key=abs)
    return [
        between("Mean accuracy of the CNN over all rules", float(right.mean()), 0.995, np.inf, SOURCE),
        least,
        between(
            "The CNN's accuracy depends on no axis: the largest |ρ| of the six", abs(largest), -np.inf, 0.3, SOURCE
        ),
    ]


def _mlp(found: Found) -> list[Claim]:
    net, setting = found.nets["mlp"], found.setting
    known = setting.steps <= BUDGET[0] and setting.states <= BUDGET[1]
    mean, told = float(net.accuracy.mean()), "Mean accuracy of the MLP over all rules"
    out = [between(told, mean, -np.inf, 0.92, SOURCE) if known else Claim(told, written(mean), "", SOURCE, None)]
    if setting.data == "random":
        rho, weak = found.rho("mlp", "sensitivity"), found.rho("mlp", "shannon")
        pair = f"ρ = {written(round(weak, 2))} against {written(round(rho, 2))}"
        half = "“The higher the entropy, the harder” is half right: the output bit's tells less than sensitivity"
        parity = [float(net.accuracy[list(net.rules).index(rule)]) for rule in PARITY]
        shown, guesses = " and ".join(map(written, parity)), all(abs(each - 0.5) <= 0.03 for each in parity)
        told = "The MLP guesses at rules 105 and 150, whose output every input flips"
        out += [
            between("ρ of Boolean sensitivity with the MLP's accuracy, on random states", rho, -np.inf, -0.8, SOURCE),
            Claim(half, pair, "|ρ| smaller", SOURCE, abs(weak) < abs(rho)),
            Claim(told, shown, "0.5 ± 0.03", SOURCE, guesses),
        ]
    else:
        rho = found.rho("mlp", "space_time")
        out += [
            between("ρ of space-time block entropy with the MLP's accuracy, on orbits", rho, -np.inf, -0.55, SOURCE)
        ]
    return out


def _permuted(found: Found) -> Claim:
    """With cells in a random order nothing is local any more."""
    gap = float(found.nets["cnn"].accuracy.mean() - found.nets["mlp"].accuracy.mean())
    return between(
        "With its cells in a random order the CNN is no longer ahead of the MLP: the gap", gap, -np.inf, 0.02, SOURCE
    )


def _others(found: Found) -> list[Claim]:
    """Nets that are trained only when all four are asked for; of permuted cells nothing is claimed."""
    out = []
    for name, sentence in (
        ("local", "Without shared weights, but with three cells as input: locality matters more than sharing here"),
        ("rnn", "Mean accuracy of the RNN, which reads the ring one cell ahead"),
    ):
        if name in found.nets:
            mean = float(found.nets[name].accuracy.mean())
            if found.setting.permuted:
                out.append(Claim(f"{sentence}; cells permuted", written(mean), "", SOURCE, None))
            else:
                out.append(between(sentence, mean, 0.98, np.inf, SOURCE))
    return out


def _sizes(found: Found) -> Claim:
    width = found.setting.width
    numbers = {name: training.size(name, found.setting) for name in ("cnn", "mlp")}
    expected = 2 * width * (width + 1) / (5 * found.setting.channels + 1)
    ratio = numbers["mlp"] / numbers["cnn"]
    told = f"Parameters of the MLP ({numbers['mlp']:,}) for each of the CNN's ({numbers['cnn']})"
    return near(told, ratio, expected, 1e-9 * expected, "closed form 2w(w + 1) ÷ (5c + 1)")


def _compression(found: Found) -> Claim:
    rho = found.rho("mlp", "compressed")
    told = (
        "Diagrams that zlib shortens belong to rules that the MLP learns; an observation about these rules, of which "
        "Kolmogorov complexity is one possible reading and no more"
    )
    return Claim(told, f"ρ = {written(round(rho, 2))}", "", "interpretation", None)
