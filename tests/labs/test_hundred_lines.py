"""The net in a hundred lines: its gradients, its size, and that its file runs by itself."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from lab_contract import Contract

from landscape.labs import hundred_lines
from landscape.labs.hundred import mlp

lab = import_module("landscape.labs.hundred_lines")


@pytest.mark.lab
def test_the_file_is_short_enough_and_runs_by_itself():
    path = Path(mlp.__file__)
    text = path.read_text()
    assert len(text.splitlines()) <= 100
    assert "jax" not in text
    done = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.rstrip().endswith("accuracy 1.000")


@pytest.mark.lab
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_its_gradients_are_those_of_jax(activation):
    net = mlp.MLP([2, 4, 3, 1], activation, seed=3)
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(9, 2)), rng.choice([-1.0, 1.0], (9, 1))
    for found, expected in zip(net.gradients(x, y), lab.by_jax(net, activation, x, y), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-14)


def test_both_losses_and_a_step_of_adam():
    net = mlp.MLP([2, 3, 1], "tanh", "squared", seed=1)
    x, y = np.array([[0.5, -1.0], [0.2, 0.3]]), np.array([[1.0], [-2.0]])
    np.testing.assert_allclose(lab.by_differences(net, x, y), net.gradients(x, y)[0], atol=1e-8)
    before = [part.copy() for part in net.parameters]
    signs = [np.sign(slope) for slope in net.gradients(x, y)]
    net.step(x, y, rate=0.01)
    for old, new, sign in zip(before, net.parameters, signs, strict=True):  # Adam's first step has one length
        np.testing.assert_allclose(new - old, -0.01 * sign, atol=1e-6)


def test_gradients_agree_in_deep_and_narrow_nets_too():
    net = mlp.MLP([2, *[1] * 10, 1], "sigmoid", seed=0)
    x = np.random.default_rng(1).normal(size=(20, 2))
    assert (lab.gaps(net, "sigmoid", x, np.sign(x[:, :1])) <= (1e-12, 1e-7)).all()


def test_it_learns_xor():
    found = hundred_lines(data="xor", width=8, depth=1, steps=200, learning_rate=0.05).run()
    assert found.data["accuracy"].min() > 0.95
    assert all(claim.holds is not False for claim in found.claims)
    assert found.passages[0].content == Path(mlp.__file__).read_text()


class TestContract(Contract):
    lab = "hundred_lines"
