"""BBOB functions 1 to 5: separable, each coordinate can be minimised alone."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from landscape.bbob.blocks import (
    HALF_WIDTH,
    Function,
    columns,
    oscillated,
    penalty,
    ramp,
    rastrigin,
    scaled,
    skewed_oscillated,
    total,
    weighted,
)


def shifted(draws) -> dict:
    return {"optimum": draws.optimum()}


def folded(draws) -> dict:
    """Coordinates 1, 3, … of the optimum are positive."""
    optimum = draws.optimum()
    optimum[::2] = np.abs(optimum[::2])
    return {"optimum": optimum}


def corner(draws) -> dict:
    """The optimum is a corner of the box."""
    sign = np.where(draws.optimum() > 0.0, 1.0, -1.0)
    return {"optimum": HALF_WIDTH * sign, "slope": sign * 10.0 ** ramp(draws.dim)}


def sphere(x, data):
    return total((x - data["optimum"]) ** 2)


def ellipsoid(x, data):
    return weighted(1e6 ** ramp(x.size), oscillated(columns(x - data["optimum"])) ** 2)


def scaled_rastrigin(x, data):
    z = skewed_oscillated(columns(x - data["optimum"]), 0.2)
    return rastrigin(scaled(10.0 ** (0.5 * ramp(x.size)), z))


def bueche_rastrigin(x, data):
    z = oscillated(columns(x - data["optimum"]))
    scale = 10.0 ** (0.5 * ramp(x.size))
    more = np.where(np.arange(x.size) % 2, 0.0, 9.0 * scale)
    return rastrigin(scaled(scale, z) + scaled(more, jnp.maximum(0.0, z))) + 100.0 * penalty(x)


def linear_slope(x, data):
    slope = data["slope"]
    return total(jnp.maximum(0.0, HALF_WIDTH * jnp.abs(slope) - slope * x))


RIPPLES = r"10\Big(d - \sum_i \cos 2\pi z_i\Big) + \|z\|^2"
FUNCTIONS = {
    1: Function("sphere", shifted, sphere, True, r"\|x - x^*\|^2"),
    2: Function("ellipsoid", shifted, ellipsoid, True,
                r"\sum_i 10^{6\frac{i-1}{d-1}} z_i^2,\quad z = T_{osz}(x - x^*)"),
    3: Function("rastrigin", shifted, scaled_rastrigin, True,
                RIPPLES + r",\quad z = \Lambda^{10} T_{asy}^{0.2}(T_{osz}(x - x^*))"),
    4: Function("bueche rastrigin", folded, bueche_rastrigin, True,
                RIPPLES + r" + 100 f_{pen}(x),\quad z_i = s_i T_{osz}(x_i - x_i^*)"),
    5: Function("linear slope", corner, linear_slope, False,
                r"\sum_i 5|s_i| - s_i z_i,\quad s_i = \operatorname{sign}(x_i^*)\, 10^{\frac{i-1}{d-1}}"),
}  # fmt: skip
