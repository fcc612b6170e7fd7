"""The information plane: entropies against closed forms, and who loses bits."""

from importlib import import_module

import numpy as np
import pytest
from lab_contract import Contract

from landscape.lab import Finding
from landscape.labs import information_plane
from landscape.labs.information import bins, nets
from landscape.parameters import LandscapeError

pytestmark = pytest.mark.usefixtures("optimized")

lab = import_module("landscape.labs.information_plane")


def test_entropy_of_even_and_of_single_numbers():
    assert bins.entropy(np.arange(4096)) == pytest.approx(12.0)
    assert bins.entropy(np.zeros(10, int)) == 0.0
    assert bins.entropy(np.array([0, 0, 0, 1])) == pytest.approx(2.0 - 0.75 * np.log2(3.0))


def test_information_of_a_copy_of_the_target_and_of_a_constant():
    x, y = nets.inputs()
    copy = np.stack([2.0 * y - 1.0, x[:, 0] * 0.0], axis=1)
    known, told = bins.information(copy, y, -1.0, 1.0, 30)
    share = y.mean()
    closed = -share * np.log2(share) - (1 - share) * np.log2(1 - share)
    assert known == pytest.approx(closed)
    assert told == pytest.approx(closed)
    assert bins.information(0.0 * copy, y, -1.0, 1.0, 30) == pytest.approx((0.0, 0.0))
    assert bins.information(x, y, -1.0, 1.0, 2) == pytest.approx((12.0, closed))


def test_bins_are_equal_and_hold_both_ends():
    values = np.array([[-1.0], [-0.95], [0.0], [0.999], [1.0]])
    np.testing.assert_array_equal(bins.codes(values, -1.0, 1.0, 20), [0, 0, 10, 19, 19])
    assert len(np.unique(bins.codes(np.random.default_rng(0).uniform(-1, 1, (500, 10)), -1.0, 1.0, 60))) == 500


def test_the_target_is_symmetric_and_counted():
    x, y = nets.inputs()
    order = np.random.default_rng(0).permutation(12)
    places = ((x[:, order] > 0) @ (1 << np.arange(12))).astype(int)
    np.testing.assert_array_equal(y[places], y)
    assert y.sum() == 4096 - 924 - 2 * 792  # 12 choose 6, and 12 choose 5 and 7


@pytest.mark.lab
def test_tanh_loses_bits_and_relu_does_not():
    found = information_plane(epochs=120, nets=4).run()
    data = found.data
    tanh, relu = (data["kept"] & (data["rectified"] == kind) for kind in (0, 1))
    assert tanh.sum() >= 3
    assert relu.sum() >= 2
    assert np.mean(data["drop"][tanh] > 1.0) >= 0.75
    assert (data["drop"][relu] < 0.6).all()
    assert (data["accuracy"][data["kept"]] > 0.97).all()
    assert "contested" in " ".join(found.sheet().notes)


def test_nets_that_did_not_learn_are_not_compared():
    data = {"rectified": np.array([0, 0, 1, 1]), "accuracy": np.array([0.99, 0.5, 0.6, 0.6]),
            "drop": np.array([2.0, 0.0, 3.0, 4.0])}  # fmt: skip
    data["kept"] = data["accuracy"] > lab.GOOD
    claims = lab._claims(data)
    assert [claim.measured for claim in claims] == ["1 of 4", "1"]  # none about ReLU
    assert information_plane.question.right(Finding(data, {})) == 2  # what is drawn: one net of tanh, all of ReLU
    data["drop"] = np.zeros(4)
    assert information_plane.question.right(Finding(data, {})) == 3


def test_bad_input_is_refused():
    for values in ({"bins": 1}, {"nets": 0}, {"epochs": 0}, {"bins": 1000}):
        with pytest.raises(LandscapeError, match=next(iter(values))):
            information_plane(**values)


class TestContract(Contract):
    lab = "information_plane"
