"""Quasi-Newton methods: curvature guessed from how the gradient changes between the points they visit."""

from typing import Annotated

import jax.numpy as jnp
from jax import lax

from landscape.optimizer import Method, optimizer
from landscape.optimizers.line_search import downhill, search_line
from landscape.optimizers.walker import Moved, walker
from landscape.parameters import Range

REMAINING = 0.9  # largest share of the slope that a line search may leave


def _secant(here, there):
    """The step s (d,), the change of the gradient y (d,), sᵀy, and whether it tells of a positive curvature."""
    step, change = there.x - here.x, there.gradient - here.gradient
    product = jnp.vdot(step, change)
    enough = float(jnp.finfo(step.dtype).eps) * jnp.linalg.norm(step) * jnp.linalg.norm(change)
    return step, change, product, (product > enough) & jnp.all(jnp.isfinite(change))


def _follow(begin, turn, learn) -> Method:
    """Search lines along −`turn(memory, gradient)`; `learn(memory, here, there)` takes the secant in."""

    def move(problem, here, memory, draws) -> Moved:
        known, guess = memory
        direction = downhill(-turn(guess, here.gradient), here.gradient)
        # Once it knows a curvature, a step of one is its guess of the minimum.
        found = search_line(problem, here, direction, jnp.where(known, 1.0, 0.0).astype(here.x.dtype), REMAINING)
        guess, learned = learn(guess, known, here, found.place)
        return Moved(found.place, (known | learned, guess), found.evaluated, found.spent, {"trials": found.trials})

    return walker(lambda x: (jnp.asarray(False), begin(x)), move)


@optimizer(family="second-order", source="doi:10.1007/BF01589116")
def lbfgs(*, memory: Annotated[int, Range(1, 30, legal=(1, 1000)), "steps whose curvature is remembered"] = 10):
    """BFGS of limited memory: the inverse Hessian applied from the last few steps, never held."""

    def begin(x):
        pairs = jnp.zeros((memory, x.size), x.dtype)
        return pairs, pairs, jnp.zeros(memory, x.dtype), jnp.ones((), x.dtype), jnp.int32(0)

    def turn(guess, gradient):
        steps, changes, weights, scale, oldest = guess
        order = (oldest + jnp.arange(memory, dtype=jnp.int32)) % memory

        def back(vector, index):
            share = weights[index] * jnp.vdot(steps[index], vector)
            return vector - share * changes[index], share

        def forth(vector, each):
            index, share = each
            return vector + (share - weights[index] * jnp.vdot(changes[index], vector)) * steps[index], None

        vector, shares = lax.scan(back, gradient, order, reverse=True)
        return lax.scan(forth, scale * vector, (order, shares))[0]

    def learn(guess, known, here, there):
        *pairs, scale, oldest = guess
        step, change, product, usable = _secant(here, there)
        divisor = jnp.where(usable, product, 1.0)
        newest = (step, change, 1.0 / divisor)
        pairs = [
            old.at[oldest].set(jnp.where(usable, new, old[oldest])) for old, new in zip(pairs, newest, strict=True)
        ]
        scale = jnp.where(usable, product / jnp.where(usable, jnp.sum(change**2), 1.0), scale)
        return (*pairs, scale, jnp.where(usable, (oldest + 1) % memory, oldest)), usable

    return _follow(begin, turn, learn)


@optimizer(family="second-order", source="doi:10.1093/imamat/6.1.76")
def bfgs():
    """Broyden, Fletcher, Goldfarb and Shanno: an inverse Hessian (d, d) that learns from every step."""

    def turn(inverse, gradient):
        return inverse @ gradient

    def learn(inverse, known, here, there):
        step, change, product, usable = _secant(here, there)
        divisor = jnp.where(usable, product, 1.0)
        # Before anything is known, the identity is scaled like the first curvature seen.
        scale = jnp.where(known, 1.0, product / jnp.where(usable, jnp.sum(change**2), 1.0))
        inverse = jnp.where(usable, scale, 1.0) * inverse
        turned = inverse @ change
        outer = (
            (1.0 + jnp.vdot(change, turned) / divisor) * jnp.outer(step, step)
            - jnp.outer(step, turned)
            - jnp.outer(turned, step)
        )
        return jnp.where(usable, inverse + outer / divisor, inverse), usable

    return _follow(lambda x: jnp.eye(x.size, dtype=x.dtype), turn, learn)
