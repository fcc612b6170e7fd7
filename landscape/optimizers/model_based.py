"""Momentum and Adam with Polyak's rule: a rate of (f − lowest) / |gradient|², both averaged; by optax."""

from typing import Annotated

import optax

from landscape.optimizer import descend, optimizer
from landscape.optimizers.words import POSITIVE, Decay, WeightDecay, given
from landscape.parameters import Range

Longest = Annotated[float, Range(1e-4, 1.0, log=True, legal=POSITIVE), "largest learning rate it may take"]
Lowest = Annotated[float, Range(-10.0, 10.0), "the lowest loss there is, or a guess from below"]


@optimizer(family="gradient", source="arXiv:2305.07583")
def momo(
    *,
    learning_rate: Longest = 1.0,
    beta: Decay = 0.9,
    lower_bound: Lowest = 0.0,
    adapt_lower_bound: bool = False,
    weight_decay: WeightDecay = 0.0,
):
    """Momentum with Polyak's rule on averages of losses and gradients; it can learn the lowest loss on the way."""
    return descend(
        optax.contrib.momo(
            learning_rate, beta, lower_bound, weight_decay=given(weight_decay), adapt_lower_bound=adapt_lower_bound
        )
    )


@optimizer(family="gradient", source="arXiv:2305.07583")
def momo_adam(
    *,
    learning_rate: Longest = 1.0,
    b1: Decay = 0.9,
    b2: Decay = 0.999,
    lower_bound: Lowest = 0.0,
    adapt_lower_bound: bool = False,
    weight_decay: WeightDecay = 0.0,
):
    """Adam with Polyak's rule, measured in Adam's own scale."""
    return descend(
        optax.contrib.momo_adam(
            learning_rate,
            b1,
            b2,
            lower_bound=lower_bound,
            weight_decay=given(weight_decay),
            adapt_lower_bound=adapt_lower_bound,
        )
    )
