"""Residual networks: as many weights as published, what a skip connection does, statistics frozen or not."""

import jax
import numpy as np
import pytest

from landscape.networks.resnet import ResNet
from landscape.parameters import LandscapeError

SMALL = ResNet(depth=8, width=4, classes=3)
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.normal(size=(6, 8, 8, 1)).astype(np.float32)
BATCH = IMAGES, np.array([0, 1, 2, 0, 1, 2])


@pytest.mark.parametrize(("depth", "millions"), [(20, 0.27), (32, 0.46), (44, 0.66), (56, 0.85)])
def test_networks_have_as_many_weights_as_published(depth, millions):
    count = sum(leaf.size for leaf in jax.tree.leaves(ResNet(depth).init()))
    assert round(count / 1e6, 2) == millions  # arXiv:1512.03385, table 6


def test_a_block_that_adds_nothing_lets_only_a_skip_connection_through():
    for skip in (True, False):
        model = ResNet(depth=8, skip=skip, width=4, classes=3)
        params = model.init(0, channels=1)
        for name, each in params.items():
            if name.startswith("stage"):
                each["norm"]["scale"] = np.zeros_like(each["norm"]["scale"])
        logits = np.asarray(model.logits(params, IMAGES))
        assert (np.ptp(logits, axis=0).max() > 1e-3) == skip


def test_statistics_frozen_on_the_same_images_change_nothing():
    params = SMALL.init(1, channels=1)
    frozen = SMALL.statistics(params, IMAGES)
    np.testing.assert_allclose(SMALL.loss(params, BATCH, frozen), SMALL.loss(params, BATCH), rtol=1e-6)
    rows = [SMALL.logits(params, IMAGES[i : i + 1], frozen)[0] for i in range(6)]
    np.testing.assert_allclose(np.stack(rows), SMALL.logits(params, IMAGES), rtol=1e-4, atol=1e-5)


def test_loss_and_accuracy_are_those_of_the_logits():
    params = SMALL.init(2, channels=1)
    logits = np.asarray(SMALL.logits(params, IMAGES), np.float64)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(SMALL.loss(params, BATCH), -np.log(shares[np.arange(6), BATCH[1]]).mean(), rtol=1e-5)
    assert float(SMALL.accuracy(params, BATCH)) == pytest.approx(np.mean(logits.argmax(axis=1) == BATCH[1]))


def test_depths_that_do_not_exist_are_refused():
    with pytest.raises(LandscapeError, match="give 8, 14, 20"):
        ResNet(depth=21)
