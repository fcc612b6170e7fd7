"""Residual networks for small images, with or without their skip connections: the contrast of arXiv:1712.09913.

>>> model = ResNet(depth=20, skip=True)
>>> surface = ls.networks.surface(model.loss, model.init(seed=0, channels=1), (images, labels), separable=False)

Images are (n, height, width, channels), labels whole numbers (n,). The layers are those of arXiv:1512.03385, section
4.2: 6 n + 2 of them, in three stages, where shortcuts are the identity and new channels begin at zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from landscape.parameters import LandscapeError

STAGES = 3
EPSILON = 1e-5  # added to every variance


@dataclass(frozen=True)
class ResNet:
    """The shape of a network: `depth` is 6 n + 2, `width` the channels of its first stage."""

    depth: int = 20
    skip: bool = True
    width: int = 16
    classes: int = 10

    def __post_init__(self):
        if self.depth < 8 or (self.depth - 2) % 6:
            raise LandscapeError(f"A ResNet of {self.depth} layers does not exist; give 8, 14, 20, … (6 n + 2).")

    @property
    def convolutions(self) -> list[tuple[str, int, int]]:
        """Name, channels coming in (0: those of the image) and channels going out of every convolution, in order."""
        found, coming = [("first", 0, self.width)], self.width
        for stage in range(STAGES):
            going = self.width * 2**stage
            for block in range((self.depth - 2) // 6):
                found += [(f"stage {stage + 1} block {block + 1} a", coming, going)]
                found += [(f"stage {stage + 1} block {block + 1} b", going, going)]
                coming = going
        return found

    def init(self, seed: int = 0, channels: int = 3) -> dict[str, Any]:
        """Weights (3, 3, in, out) of He et al. (arXiv:1502.01852), scales 1 and shifts 0, as float32 arrays."""
        random = np.random.default_rng(seed)
        params: dict[str, Any] = {}
        for name, coming, going in self.convolutions:
            shape = (3, 3, coming or channels, going)
            weights = random.normal(size=shape) * np.sqrt(2.0 / (9 * shape[2]))
            params[name] = {
                "kernel": weights.astype(np.float32),
                "norm": {"scale": np.ones(going, np.float32), "shift": np.zeros(going, np.float32)},
            }
        last = self.width * 2 ** (STAGES - 1)
        weights = random.normal(size=(last, self.classes)) / np.sqrt(last)
        params["last"] = {"kernel": weights.astype(np.float32), "bias": np.zeros(self.classes, np.float32)}
        return params

    def logits(self, params, images, statistics: dict[str, Any] | None = None) -> jax.Array:
        """(n, classes) with the batch's own means and variances, or with the given ones."""
        return self._walk(params, images, statistics)[0]

    def statistics(self, params, images) -> dict[str, Any]:
        """The mean and variance (channels,) that each normalization sees on these images: to freeze them."""
        return self._walk(params, images, None)[1]

    def loss(self, params, batch, statistics: dict[str, Any] | None = None) -> jax.Array:
        """The mean cross entropy () on (images, labels)."""
        images, labels = batch
        scores = jax.nn.log_softmax(self.logits(params, images, statistics))
        return -jnp.mean(jnp.take_along_axis(scores, labels[:, None], axis=1))

    def accuracy(self, params, batch, statistics: dict[str, Any] | None = None) -> jax.Array:
        """The share () of (images, labels) whose largest logit is the label's."""
        images, labels = batch
        hits = jnp.argmax(self.logits(params, images, statistics), axis=1) == labels
        return jnp.mean(hits.astype(images.dtype))

    def _walk(self, params, images, statistics) -> tuple[jax.Array, dict[str, Any]]:
        seen: dict[str, Any] = {}

        def layer(name: str, x, stride: int = 1):
            x = convolve(x, params[name]["kernel"], stride)
            seen[name] = _moments(x) if statistics is None else statistics[name]
            return _normalize(x, seen[name], params[name]["norm"])

        x = jax.nn.relu(layer("first", images))
        for name, coming, going in self.convolutions[1::2]:
            block, stride = name[:-2], 1 if coming == going else 2
            moved = layer(f"{block} b", jax.nn.relu(layer(f"{block} a", x, stride)))
            x = jax.nn.relu(moved + _shortcut(x, stride, going) if self.skip else moved)
        pooled = jnp.mean(x, axis=(1, 2))
        return pooled @ params["last"]["kernel"] + params["last"]["bias"], seen


def convolve(x, kernel, stride: int = 1):
    """Images (n, h, w, in) through `kernel` (height, width, in, out), zeros around them: (n, ⌈h / stride⌉, …, out).

    On a CPU it is a product with the surroundings of each pixel: inside a loop, such as a training, XLA's own gradient
    of a convolution with respect to its kernel takes some thirty times as long there.
    """
    if jax.default_backend() == "cpu":
        patches = _patches(x, kernel.shape[:2], stride)
        return patches @ kernel.reshape(-1, kernel.shape[-1])
    return lax.conv_general_dilated(x, kernel, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def _patches(x, size: tuple[int, int], stride: int):
    """What surrounds each pixel, one after the other in the last axis."""
    ends = [(-(-length // stride) - 1) * stride + 1 for length in x.shape[1:3]]  # of the places that are looked at
    wide = [max(end + extent - 1 - length, 0) for end, extent, length in zip(ends, size, x.shape[1:3], strict=True)]
    x = jnp.pad(x, ((0, 0), *((total // 2, total - total // 2) for total in wide), (0, 0)))
    shifts = [(i, j) for i in range(size[0]) for j in range(size[1])]
    return jnp.concatenate([x[:, i : i + ends[0] : stride, j : j + ends[1] : stride] for i, j in shifts], axis=-1)


def _moments(x) -> tuple[jax.Array, jax.Array]:
    return jnp.mean(x, axis=(0, 1, 2)), jnp.var(x, axis=(0, 1, 2))


def _normalize(x, moments, norm):
    mean, variance = moments
    return (x - mean) * (norm["scale"] * lax.rsqrt(variance + EPSILON)) + norm["shift"]


def _shortcut(x, stride: int, channels: int):
    """The same image, every second pixel where the block skips one, with channels of zeros behind."""
    x = x[:, ::stride, ::stride]
    return jnp.pad(x, ((0, 0), (0, 0), (0, 0), (0, channels - x.shape[-1])))
