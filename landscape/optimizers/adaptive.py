"""A rate of its own for every coordinate, from the gradients it has seen; by optax."""

from typing import Annotated

import optax

from landscape.optimizer import descend, optimizer
from landscape.optimizers.words import POSITIVE, SHARE, Decay, LearningRate, Momentum, StepSize, WeightDecay, given
from landscape.parameters import Range


@optimizer(family="gradient", source="https://jmlr.org/papers/v12/duchi11a.html")
def adagrad(
    *,
    learning_rate: StepSize = 1.0,
    initial_accumulator_value: Annotated[float, Range(0.0, 10.0, legal=POSITIVE), "sum of squares at the start"] = 0.1,
):
    """Divides each component by the root of the sum of its squares so far: steps only get shorter."""
    return descend(optax.adagrad(learning_rate, initial_accumulator_value))


@optimizer(family="gradient", source="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf")
def rmsprop(*, learning_rate: StepSize = 0.01, decay: Decay = 0.9, centered: bool = False):
    """Divides each component by a running root mean square of itself; centered, by its standard deviation."""
    return descend(optax.rmsprop(learning_rate, decay=decay, centered=centered))


@optimizer(family="gradient", source="arXiv:1212.5701")
def adadelta(
    *,
    learning_rate: Annotated[float, Range(0.1, 100.0, log=True, legal=POSITIVE), "factor on the step"] = 5.0,
    rho: Decay = 0.9,
    eps: Annotated[float, Range(1e-8, 1e-2, log=True, legal=POSITIVE), "sets how short the first steps are"] = 1e-6,
):
    """Scales each component by running sizes of steps over gradients, so that units agree; slow to start."""
    return descend(optax.adadelta(learning_rate, rho, eps))


@optimizer(family="gradient", source="arXiv:1901.11150")
def sm3(*, learning_rate: StepSize = 1.0, momentum: Momentum = 0.9):
    """AdaGrad that starts from nothing, averaged by momentum; made to save memory on matrices."""
    return descend(optax.sm3(learning_rate, momentum))


@optimizer(family="gradient", source="arXiv:2101.11075")
def madgrad(*, learning_rate: LearningRate = 0.01, momentum: Momentum = 0.9, weight_decay: WeightDecay = 0.0):
    """Dual averaging: from the start, against the sum of all gradients, over the cube root of their squares."""
    return descend(optax.contrib.madgrad(learning_rate, momentum, given(weight_decay)))


@optimizer(family="gradient", source="arXiv:1804.04235")
def adafactor(
    *,
    learning_rate: StepSize = 0.05,
    decay_rate: Annotated[float, Range(0.1, 1.0, legal=(0.0, 1.0)), "how fast the memory grows with time"] = 0.8,
    clipping_threshold: Annotated[
        float, Range(0.1, 2.0, log=True, legal=POSITIVE), "longest step, over the rate"
    ] = 1.0,
    momentum: Annotated[float, Range(0.1, 0.99, legal=SHARE, off=0.0), "share of the last step that carries on"] = 0.0,
):
    """Running squares with a memory that grows, and steps clipped; on a vector nothing is factored.

    Steps are not made relative to the size of x, which would depend on where the origin is.
    """
    return descend(
        optax.adafactor(
            learning_rate,
            decay_rate=decay_rate,
            clipping_threshold=clipping_threshold,
            momentum=momentum,
            multiply_by_parameter_scale=False,
        )
    )
