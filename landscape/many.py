"""Many runs as one program: side by side, or one after the other where that is faster."""

from __future__ import annotations

from functools import partial

import jax
from jax import lax

from landscape.domains import Discrete
from landscape.simulate import simulate

STATIC = ("steps", "record", "every", "thin")


@partial(jax.jit, static_argnames=("axes", *STATIC))
def batched(arguments, *, axes: tuple, **options):
    """`simulate` over a leading axis of those leaves of `arguments` that `axes` marks with 0.

    Single walkers on discrete domains go one after the other: side by side, XLA gathers the places that they move
    number by number, which takes nearly twice as long.
    """
    leaves, structure = jax.tree.flatten(arguments)
    surface, optimizer = arguments[:2]

    def alone(*each):
        return simulate(*structure.unflatten(each), **options)

    if not isinstance(surface.domain, Discrete) or optimizer.members(surface.dim) > 1:
        return jax.vmap(alone, in_axes=axes)(*leaves)

    def in_turn(given):
        each = iter(given)
        return alone(*(leaf if axis is None else next(each) for leaf, axis in zip(leaves, axes, strict=True)))

    return lax.map(in_turn, [leaf for leaf, axis in zip(leaves, axes, strict=True) if axis is not None])
