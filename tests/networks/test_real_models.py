"""A residual network from its images to its files, by public names: trained, its statistics frozen, sliced, kept."""

from functools import partial

import jax
import numpy as np
import pytest
from jax import lax

import landscape as ls
from landscape.networks import resnet
from landscape.networks.resnet import ResNet, convolve

MODEL = ResNet(depth=8, width=2, classes=4)


def by_xla(images, kernel, stride=1):
    return lax.conv_general_dilated(
        images, kernel, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def quarters():
    """Images (32, 8, 8, 1) with one bright quarter in noise, and which one it is."""
    labels = np.arange(32) % 4
    bright = np.kron(np.eye(4)[labels].reshape(32, 2, 2), np.ones((4, 4)))
    images = np.random.default_rng(0).normal(size=(32, 8, 8)) + 2 * bright
    return images[..., None].astype(np.float32), labels.astype(np.int32)


def test_a_residual_network_is_trained_frozen_sliced_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(resnet, "convolve", by_xla)  # slower, but it compiles in less than half the time
    data = quarters()
    surface = ls.networks.surface(MODEL.loss, MODEL.init(0, channels=1), data, separable=False)
    assert [block.kind for block in surface.blocks].count("norm") == 2 * 7
    run = ls.networks.train(surface, ls.optimizers.sgd(learning_rate=0.05), epochs=2)
    assert run.loss[2] < run.loss[1] < run.loss[0]

    params = surface.params(run.weights[-1])
    statistics = jax.jit(MODEL.statistics)(params, data[0])
    frozen = ls.networks.surface(partial(MODEL.loss, statistics=statistics), params, data)
    plane, file = ls.networks.planes.random(frozen, seed=1), tmp_path / "tiny.npz"
    options = {"radius": 0.5, "resolution": 3, "tile": (1, 0), "statistics": "frozen", "path": file}
    picture = ls.networks.slice(frozen, plane, **options)
    assert picture.centre == pytest.approx(run.loss[-1], rel=1e-4)  # the statistics are those of these images
    assert picture.loss[1, 1] == picture.centre
    assert picture.about["statistics"] == "frozen"
    assert np.isfinite(picture.loss).all()
    assert np.ptp(picture.loss) > 0.01

    again = ls.networks.Slice.load(file)
    assert np.array_equal(again.loss, picture.loss)
    assert np.array_equal(again.plane.basis, picture.plane.basis)
    assert picture.to_vtp(tmp_path / "tiny.vtp").stat().st_size > 0


@pytest.mark.parametrize(("high", "wide", "stride", "size"), [(7, 8, 2, 3), (1, 2, 2, 3), (9, 9, 3, 2)])
def test_convolutions_are_those_of_xla(high, wide, stride, size):
    random = np.random.default_rng(0)
    images, kernel = random.normal(size=(2, high, wide, 3)), random.normal(size=(size, size, 3, 4))
    np.testing.assert_allclose(convolve(images, kernel, stride), by_xla(images, kernel, stride), atol=1e-12)
