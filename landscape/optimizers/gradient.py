"""First-order methods from optax, each a population of one."""

import optax

from landscape.optimizer import descend, optimizer
from landscape.optimizers.words import Decay, LearningRate, Momentum, Noise


@optimizer(family="gradient", source="doi:10.1214/aoms/1177729586")
def sgd(*, learning_rate: LearningRate = 0.01, noise: Noise = 0.0):
    """Stochastic gradient descent: straight downhill, with Gaussian noise on the gradient if you like."""
    return descend(optax.sgd(learning_rate), noise)


@optimizer(family="gradient", source="doi:10.1016/0041-5553(64)90137-5")
def momentum(*, learning_rate: LearningRate = 0.01, momentum: Momentum = 0.9):
    """Heavy ball: each step carries on a share of the last one."""
    return descend(optax.sgd(learning_rate, momentum=momentum))


@optimizer(family="gradient", source="http://mi.mathnet.ru/dan46009")
def nesterov(*, learning_rate: LearningRate = 0.01, momentum: Momentum = 0.9):
    """Momentum that looks ahead: the gradient acts before the velocity is carried on."""
    return descend(optax.sgd(learning_rate, momentum=momentum, nesterov=True))


@optimizer(family="gradient", source="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf")
def rmsprop(*, learning_rate: LearningRate = 0.01, decay: Decay = 0.9):
    """Divides each component by a running root mean square of itself."""
    return descend(optax.rmsprop(learning_rate, decay=decay))


@optimizer(family="gradient", source="arXiv:1412.6980")
def adam(*, learning_rate: LearningRate = 0.05, b1: Decay = 0.9, b2: Decay = 0.999):
    """Momentum and a running scale for each component, both corrected for their cold start."""
    return descend(optax.adam(learning_rate, b1, b2))
