"""Gradient descent with and without memory, from optax: each a population of one."""

from typing import Annotated

import optax

from landscape.optimizer import descend, optimizer
from landscape.optimizers.words import LearningRate, Momentum
from landscape.parameters import Range


@optimizer(family="gradient", source="doi:10.1214/aoms/1177729586")
def sgd(*, learning_rate: LearningRate = 0.002):
    """Gradient descent, straight downhill; stochastic with noise on the gradient."""
    return descend(optax.sgd(learning_rate))


@optimizer(family="gradient", source="doi:10.1016/0041-5553(64)90137-5")
def momentum(*, learning_rate: LearningRate = 0.001, momentum: Momentum = 0.9):
    """Heavy ball: each step carries on a share of the last one."""
    return descend(optax.sgd(learning_rate, momentum=momentum))


@optimizer(family="gradient", source="http://mi.mathnet.ru/dan46009")
def nesterov(*, learning_rate: LearningRate = 0.001, momentum: Momentum = 0.9):
    """Momentum that looks ahead: the gradient acts before the velocity is carried on."""
    return descend(optax.sgd(learning_rate, momentum=momentum, nesterov=True))


@optimizer(family="gradient", source="arXiv:1901.08511")
def optimistic_gradient_descent(
    *,
    learning_rate: LearningRate = 0.001,
    optimism: Annotated[float, Range(0.0, 2.0), "how far the change of the gradient is carried forward"] = 1.0,
):
    """Expects the gradient to go on changing as it just did: x ← x − η (g + o (g − last g))."""
    return descend(optax.optimistic_gradient_descent(learning_rate, beta=optimism))
