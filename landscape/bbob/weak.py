"""BBOB functions 20 to 24: many minima, and little that leads to the best."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
from jax import lax

from landscape.bbob.blocks import (
    Function,
    like,
    oscillated,
    penalty,
    ramp,
    ripple,
    root,
    scaled,
    sine,
    total,
    weighted,
)
from landscape.bbob.draws import gaussian, uniform
from landscape.bbob.moderate import twisted

SCHWEFEL, SCHWEFEL_VALUE = 4.2096874637, 418.9828872724339  # twice the optimum's coordinates; what makes it zero
LUNACEK = 2.5  # where the better of the two funnels ends, in every coordinate
BINARY_DIGITS = 32  # of Katsuura's function


def schwefel_data(draws) -> dict:
    sign = np.where(uniform(draws.dim, draws.seed) < 0.5, -1.0, 1.0)
    return {"optimum": 0.5 * SCHWEFEL * sign, "sign": sign}


def schwefel(x, data):
    own = scaled(2.0 * data["sign"], x) - SCHWEFEL
    leaned = own + lax.pad(0.25 * own[:-1], like(x, 0.0), [(1, 0, 0)])
    z = 100.0 * (scaled(10.0 ** (0.5 * ramp(x.size)), leaned) + SCHWEFEL)
    outside = jnp.maximum(0.0, jnp.abs(z) - 500.0) ** 2
    return 0.01 * (SCHWEFEL_VALUE + total(outside - z * sine(root(jnp.abs(z))) / x.size))


def gallagher_data(peaks: int, width: float, sharpness: float):
    """Data of a landscape of `peaks` random peaks in a cube of that width, the first one `sharpness` across."""

    def data(draws) -> dict:
        dim, seed = draws.dim, draws.seed
        order = np.argsort(uniform(peaks - 1, seed), kind="stable")
        condition = np.r_[sharpness, 1000.0 ** (order / (peaks - 2))]
        orders = [np.argsort(uniform(dim, seed + 1000 * peak), kind="stable") for peak in range(peaks)]
        diagonal = condition[:, None] ** (np.array(orders) / (dim - 1) - 0.5)
        places = width * uniform(peaks * dim, seed).reshape(peaks, dim) - width / 2.0
        places[0] *= 0.8
        heights = np.r_[10.0, 1.1 + 8.0 * np.arange(peaks - 1) / (peaks - 2)]
        centers, curvatures = (places - places[0]) @ draws.second_rotation.T, diagonal / (2.0 * dim)
        offsets = np.log(heights) - np.sum(curvatures * centers**2, axis=1)
        return {"optimum": places[0], "matrix": draws.second_rotation, "quadratic": -curvatures,
                "linear": 2.0 * curvatures * centers, "offsets": offsets}  # fmt: skip

    return data


def gallagher(x, data):
    """The logarithm of each peak is a quadratic form without mixed terms: two products give them all.

    They are written around the optimum, where nothing cancels in the highest peak.
    """
    y = weighted(data["matrix"], x - data["optimum"])
    forms = weighted(data["quadratic"], y * y) + weighted(data["linear"], y) + data["offsets"]
    return oscillated(10.0 - jnp.exp(jnp.max(forms))) ** 2 + penalty(x)


def katsuura(x, data):
    """Each digit's distance to the next whole number, |2ʲz − round 2ʲz| / 2ʲ, follows exactly from the one before."""
    z = weighted(data["matrix"], x - data["optimum"])
    distance = jnp.abs(z - 0.5 * jnp.round(2.0 * z))
    digits = distance
    for digit in range(2, BINARY_DIGITS + 1):
        distance = jnp.minimum(distance, 0.5**digit - distance)
        digits = digits + distance
    logarithms = jnp.log(1.0 + scaled(1.0 + np.arange(x.size), digits))
    power = 10.0 / x.size**1.2
    return 10.0 / x.size**2 * (jnp.exp(power * total(logarithms)) - 1.0) + penalty(x)


def lunacek_data(draws) -> dict:
    sign = np.where(gaussian(draws.dim, draws.seed) < 0.0, -1.0, 1.0)
    return {"optimum": 0.5 * LUNACEK * sign, "sign": sign, "matrix": draws.twisted(100.0)}


def lunacek(x, data):
    depth = 1.0 - 1.0 / (2.0 * math.sqrt(x.size + 20.0) - 8.2)
    other = -math.sqrt((LUNACEK**2 - 1.0) / depth)
    own = scaled(2.0 * data["sign"], x)
    funnels = jnp.minimum(total((own - LUNACEK) ** 2), x.size + depth * total((own - other) ** 2))
    return funnels + 20.0 * total(ripple(weighted(data["matrix"], own - LUNACEK))) + 1e4 * penalty(x)


PEAKS = r"T_{osz}\Big(10 - \max_{i \le %d} w_i e^{-\frac{1}{2d} (x - y_i)^T Q^T C_i Q (x - y_i)}\Big)^2 + f_{pen}(x)"
FUNCTIONS = {
    20: Function("schwefel", schwefel_data, schwefel, True,
                 r"-\tfrac{1}{100 d} \sum_i z_i \sin\sqrt{|z_i|} + 4.189829 + 100 f_{pen}(z / 100)"),
    21: Function("gallagher 101 peaks", gallagher_data(101, 10.0, np.sqrt(1000.0)), gallagher, False, PEAKS % 101),
    22: Function("gallagher 21 peaks", gallagher_data(21, 9.8, 1000.0), gallagher, False, PEAKS % 21),
    23: Function("katsuura", twisted(100.0), katsuura, False,
                 r"\tfrac{10}{d^2} \prod_i \Big(1 + i \sum_{j=1}^{32} \tfrac{|2^j z_i - [2^j z_i]|}{2^j}\Big)"
                 r"^{10/d^{1.2}} - \tfrac{10}{d^2} + f_{pen}(x),\quad z = R \Lambda^{100} Q (x - x^*)"),
    24: Function("lunacek bi-rastrigin", lunacek_data, lunacek, False,
                 r"\min\Big(\sum_i (\hat x_i - \mu_0)^2, d + s \sum_i (\hat x_i - \mu_1)^2\Big)"
                 r" + 10\Big(d - \sum_i \cos 2\pi z_i\Big) + 10^4 f_{pen}(x),"
                 r"\quad \hat x_i = 2 x_i \operatorname{sign} x_i^*,\quad z = R \Lambda^{100} Q (\hat x - \mu_0)"),
}  # fmt: skip
