"""The printed formula of a net: read back to 1e-6, with derivatives that differences confirm."""

from importlib import import_module

import numpy as np
import pytest
from lab_contract import Contract

from landscape.formula import parse
from landscape.labs import formula_of_a_network

lab = import_module("landscape.labs.formula_of_a_network")


@pytest.mark.lab
def test_the_printed_formula_is_the_network():
    found = formula_of_a_network(steps=300).run()
    assert found.data["gaps"].shape == (6,)
    assert (found.data["gaps"] <= 1e-6).all()
    assert found.data["numbers"] == 13
    kinds = [passage.kind for passage in found.passages]
    assert kinds == ["latex"] * 6 + ["code"]
    text = found.passages[-1].content
    x, y = np.random.default_rng(5).uniform(-1.0, 1.0, (2, 1000))
    own = eval(text, {"__builtins__": {}}, {"x": x, "y": y, "tanh": np.tanh})
    net = lab.trained("hill", 3, 300, 0)
    np.testing.assert_allclose(own, net(np.stack([x, y], axis=1))[:, 0], atol=1e-6)


def test_its_derivatives_are_those_of_differences():
    texts = {name: lab.terms(each) for name, each in lab.expressions("hill", 3, 300, 0, 12).items()}
    x, y = np.random.default_rng(6).uniform(-1.0, 1.0, (2, 20))
    h = 1e-5
    for name, of, dx, dy in (("f_x", "f", h, 0), ("f_y", "f", 0, h), ("f_xx", "f_x", h, 0), ("f_xy", "f_x", 0, h),
                             ("f_yy", "f_y", 0, h)):  # fmt: skip
        slope = (lab.read_back(texts[of], x + dx, y + dy) - lab.read_back(texts[of], x - dx, y - dy)) / (2 * h)
        np.testing.assert_allclose(lab.read_back(texts[name], x, y), slope, atol=1e-6)


def test_the_longest_formulas_are_read_back_too():
    found = formula_of_a_network(width=10, digits=15, steps=5).run()
    assert (found.data["gaps"] < 1e-11).all()
    parse(found.passages[-1].content)  # as a surface reads it


def test_few_digits_do_not_do():
    found = formula_of_a_network(steps=300, digits=3).run()
    assert not found.claims[0].holds
    assert 1e-5 < found.data["gaps"][0] < 0.1


class TestContract(Contract):
    lab = "formula_of_a_network"
