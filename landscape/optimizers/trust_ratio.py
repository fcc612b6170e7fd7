"""Steps in proportion to the length of x, made for the layers of a network; by optax.

On a landscape they depend on where the origin is: near it they crawl, and a minimum there is easy to stop at.
"""

from typing import Annotated

import optax

from landscape.optimizer import descend, optimizer
from landscape.optimizers.words import POSITIVE, Decay, Momentum, StepSize, WeightDecay, given
from landscape.parameters import Range


@optimizer(family="gradient", source="arXiv:1708.03888")
def lars(
    *,
    learning_rate: Annotated[float, Range(0.1, 100.0, log=True, legal=POSITIVE), "factor on the step"] = 2.0,
    momentum: Momentum = 0.9,
    trust_coefficient: Annotated[float, Range(1e-4, 0.1, log=True, legal=POSITIVE), "step over length of x"] = 0.001,
    weight_decay: WeightDecay = 0.0,
):
    """Momentum of steps that are a fixed share of the length of x."""
    return descend(
        optax.lars(learning_rate, given(weight_decay), trust_coefficient=trust_coefficient, momentum=momentum)
    )


@optimizer(family="gradient", source="arXiv:1904.00962")
def lamb(*, learning_rate: StepSize = 0.01, b1: Decay = 0.9, b2: Decay = 0.999, weight_decay: WeightDecay = 0.0):
    """Adam's direction, with steps that are a fixed share of the length of x."""
    return descend(optax.lamb(learning_rate, b1, b2, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="arXiv:2002.03432")
def fromage(*, learning_rate: StepSize = 0.01):
    """Turns and scales x by a fixed share of its length, and shrinks it so that it cannot grow for ever."""
    return descend(optax.fromage(learning_rate))


@optimizer(family="gradient", source="arXiv:1905.11286")
def novograd(*, learning_rate: StepSize = 0.005, b1: Decay = 0.9, b2: Decay = 0.25, weight_decay: WeightDecay = 0.0):
    """Momentum of gradients divided by a running length of the whole gradient, not component by component."""
    return descend(optax.novograd(learning_rate, b1, b2, weight_decay=given(weight_decay)))
