"""What exchanging two bits changes, of problems that know what one flipped bit does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import jax.numpy as jnp


def with_swaps(flip: Callable) -> Mapping[str, Callable]:
    """The changes of all neighbourhoods of bits, given that of flips: (x (n,), place (1,)) -> ()."""

    def swap(x, pair):
        halfway = jnp.where(jnp.arange(x.size) == pair[0], 1.0 - x, x)
        return jnp.where(x[pair[0]] == x[pair[1]], 0.0, flip(x, pair[:1]) + flip(halfway, pair[1:]))

    def either(x, pair):
        return jnp.where(pair[0] == pair[1], flip(x, pair[:1]), swap(x, pair))

    return {"flip": flip, "swap": swap, "flip_swap": either}
