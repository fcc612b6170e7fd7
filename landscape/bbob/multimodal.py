"""BBOB functions 15 to 19: many minima under a structure that leads to the best."""

from __future__ import annotations

import math

import jax.numpy as jnp

from landscape.bbob.blocks import (
    Function,
    nonzero,
    oscillated,
    penalty,
    rastrigin,
    ripple,
    rosenbrock_terms,
    skewed,
    skewed_oscillated,
    total,
    true,
    weighted,
)
from landscape.bbob.moderate import turned_valley
from landscape.bbob.separable import RIPPLES

OCTAVES = 12  # waves of Weierstrass's function, each three times as fast as the one before
TRIPLED = 3  # of them from one sine: every tripling loses a digit, every sine costs a polynomial


def both(condition: float):
    """Data of functions of R Λ Q T(R (x − x*))."""

    def data(draws) -> dict:
        return {"optimum": draws.optimum(), "matrix": draws.rotation, "second": draws.twisted(condition)}

    return data


def once(condition: float):
    """Data of functions of Λ Q T(R (x − x*))."""

    def data(draws) -> dict:
        second = draws.scales(condition)[:, None] * draws.second_rotation
        return {"optimum": draws.optimum(), "matrix": draws.rotation, "second": second}

    return data


def rotated_rastrigin(x, data):
    z = skewed_oscillated(weighted(data["matrix"], x - data["optimum"]), 0.2)
    return rastrigin(weighted(data["second"], z))


def weierstrass(x, data):
    """Each wave 1 − cos 2πu is 2 sin² πu, and sin² 3a = sin² a (3 − 4 sin² a)² gives the next one."""
    z = weighted(data["second"], oscillated(weighted(data["matrix"], x - data["optimum"])))
    height = 0.0
    for first in range(0, OCTAVES, TRIPLED):
        wave = ripple(3.0**first * z)
        for octave in range(first, first + TRIPLED):
            height = height + 2.0 * 0.5**octave * wave
            wave = wave * (3.0 - 4.0 * wave) ** 2
    return 10.0 * (total(height) / x.size) ** 3 + 10.0 / x.size * penalty(x)


def schaffers(x, data):
    z = weighted(data["second"], skewed(weighted(data["matrix"], x - data["optimum"]), 0.5))
    square = z * z
    pairs = square[:-1] + square[1:]
    small = jnp.exp(0.05 * jnp.log(nonzero(pairs)))
    waves = small**5 * (1.0 + ripple(50.0 / math.pi * small**2))
    return (total(waves * true(pairs != 0.0, x)) / (x.size - 1)) ** 2 + 10.0 * penalty(x)


def griewank_rosenbrock(x, data):
    terms = rosenbrock_terms(weighted(data["matrix"], x) + 0.5)
    waves = terms / 4000.0 - 1.0 + 2.0 * ripple(terms / (2.0 * math.pi))
    return 10.0 + 10.0 / (x.size - 1) * total(waves)


SCHAFFERS = (
    r"\Big(\tfrac{1}{d-1} \sum_i \sqrt{s_i}\,(1 + \sin^2 50 s_i^{1/5})\Big)^2 + 10 f_{pen}(x),"
    r"\quad s_i = \sqrt{z_i^2 + z_{i+1}^2},\quad z = \Lambda^{%d} Q\, T_{asy}^{0.5}(R (x - x^*))"
)
FUNCTIONS = {
    15: Function("rotated rastrigin", both(10.0), rotated_rastrigin, False,
                 RIPPLES + r",\quad z = R \Lambda^{10} Q\, T_{asy}^{0.2}(T_{osz}(R (x - x^*)))"),
    16: Function("weierstrass", both(0.01), weierstrass, False,
                 r"10\Big(\tfrac1d \sum_i \sum_{k=0}^{11} \tfrac{1 - \cos 2\pi 3^k z_i}{2^k}\Big)^3"
                 r" + \tfrac{10}{d} f_{pen}(x),\quad z = R \Lambda^{1/100} Q\, T_{osz}(R (x - x^*))"),
    17: Function("schaffers f7", once(10.0), schaffers, False, SCHAFFERS % 10),
    18: Function("ill-conditioned schaffers f7", once(1000.0), schaffers, False, SCHAFFERS % 1000),
    19: Function("griewank rosenbrock", turned_valley, griewank_rosenbrock, True,
                 r"10 + \tfrac{10}{d-1} \sum_i \Big(\tfrac{s_i}{4000} - \cos s_i\Big),"
                 r"\quad s_i = 100 (z_i^2 - z_{i+1})^2 + (z_i - 1)^2,"
                 r"\quad z = \max(1, \tfrac{\sqrt d}{8}) Q x + \tfrac12"),
}  # fmt: skip
