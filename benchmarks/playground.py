"""The Playground's default network against JavaScript of one object a neuron and link under node, in CPU seconds.

The JavaScript is our own (playground.mjs): per epoch and frame it does what the TensorFlow Playground's nn.ts does, in
the same way and as fast. Both sides take turns; compilation is apart.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from functools import partial
from pathlib import Path

import jax
import numpy as np

from benchmarks.timing import Row, Times, ratio, summary
from landscape.mlp import model as models
from landscape.mlp import network
from landscape.networks.settings import many
from landscape.networks.training import train
from landscape.optimizers import sgd
from landscape.parameters import LandscapeError

ROUNDS = 11
ALONE, SETTINGS, TOGETHER, FRAMES = 500, 512, 200, 50  # epochs of one run, settings, epochs of each, frames
THEIRS = {"train": 1000, "losses": 500, "frame": 50}  # epochs of a sample
SIDE, EDGE = 100, 6.0
RATES = np.geomspace(1e-3, 1.0, SETTINGS)


class Node:
    """A process of node that trains such a network when told."""

    def __enter__(self) -> Node:
        program = shutil.which("node")
        if program is None:
            raise LandscapeError("This part compares with JavaScript: install node.")
        script = str(Path(__file__).with_name("playground.mjs"))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([program, script], **pipes)
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        self.process.wait(10)

    def seconds(self, work: str) -> float:
        """CPU seconds an epoch, or a frame."""
        print(work, THEIRS[work], file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline().split()[0]) / THEIRS[work]


def measure() -> list[Row]:
    """One run, many settings and whole frames."""
    net = network(data="circle")
    ours = {
        "one": (lambda: train(net, sgd(learning_rate=0.03), epochs=ALONE), ALONE),
        "many": (lambda: many(net, sgd(learning_rate=RATES), epochs=TOGETHER), SETTINGS * TOGETHER),
        "frame": (lambda: maps(net, train(net, sgd(learning_rate=0.03), epochs=FRAMES).weights[1:]), FRAMES),
    }
    with Node() as node:
        times = turns(ours, node)
    case = "network 2-4-2-1, 250 rows, batch 10: {} ÷ JavaScript"
    return [
        ratio(case.format("epoch of one run, both losses each epoch"), times["one"], times["losses"], limit=1 / 2),
        ratio(case.format(f"epoch of {SETTINGS} settings, both losses each epoch"), times["many"], times["losses"],
              limit=1 / 50),
        ratio(case.format(f"epoch of {SETTINGS} settings, losses on our side only"), times["many"],
              times["train"]),
        ratio(case.format("whole frame: an epoch, both losses, 100 × 100 maps of 7 neurons"), times["frame"],
              times["frame in node"], limit=1 / 20),
    ]  # fmt: skip


def turns(ours: dict, node: Node) -> dict[str, Times]:
    """Medians of CPU seconds an epoch; both sides in every round, and the first call of ours apart."""
    first, samples = {}, {name: [] for name in (*ours, *THEIRS)}
    for name, (call, epochs) in ours.items():
        first[name] = _cpu(call) / epochs
    theirs = {name: partial(node.seconds, name) for name in THEIRS}
    for name, call in theirs.items():
        call()  # its own compiler's turn
        samples[_named(name)] = []
    for _ in range(ROUNDS):
        for name, (call, epochs) in ours.items():
            samples[name].append(_cpu(call) / epochs)
        for name, call in theirs.items():
            samples[_named(name)].append(call())
    return {name: summary(each, first.get(name, float("nan"))) for name, each in samples.items() if each}


def _named(work: str) -> str:
    return "frame in node" if work == "frame" else work


def _cpu(call) -> float:
    begin = time.process_time()
    jax.block_until_ready(call())
    return time.process_time() - begin


def maps(net, weights: np.ndarray):
    """Every neuron's activations over the square that is drawn, at each frame: (t, width, SIDE²) a layer."""
    ends = np.linspace(-EDGE, EDGE, SIDE, dtype=np.float32)
    return _maps(net, weights, np.stack(np.meshgrid(ends, ends)).reshape(2, -1))


@jax.jit
def _maps(net, weights, inputs):
    return jax.vmap(lambda x: models.neurons(net.model, net.unravel(x), inputs)[1:])(weights)
