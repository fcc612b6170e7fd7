"""Steps that take only the sign of each component, whatever its size; by optax."""

from typing import Annotated

import optax

from landscape.optimizer import descend, optimizer
from landscape.optimizers.words import Decay, StepSize, WeightDecay, given
from landscape.parameters import Range


@optimizer(family="gradient", source="arXiv:1802.04434")
def sign_sgd(*, learning_rate: StepSize = 0.01):
    """The same step along every coordinate: it walks diagonals, and in the end around the minimum."""
    return descend(optax.sign_sgd(learning_rate))


@optimizer(family="gradient", source="arXiv:1802.04434")
def signum(*, learning_rate: StepSize = 0.02, beta: Decay = 0.9):
    """The sign of the momentum."""
    return descend(optax.signum(learning_rate, beta))


@optimizer(family="gradient", source="arXiv:2302.06675")
def lion(*, learning_rate: StepSize = 0.02, b1: Decay = 0.9, b2: Decay = 0.99, weight_decay: WeightDecay = 0.0):
    """Sign descent found by program search: the sign of gradient and momentum, mixed by b1, remembered by b2."""
    return descend(optax.lion(learning_rate, b1, b2, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="doi:10.1109/ICNN.1993.298623")
def rprop(
    *,
    learning_rate: StepSize = 0.05,
    eta_minus: Annotated[float, Range(0.1, 0.9, legal=(0.0, 1.0)), "factor on the step where the sign turned"] = 0.5,
    eta_plus: Annotated[float, Range(1.0, 2.0, legal=(1.0, 10.0)), "factor on the step where it did not"] = 1.2,
):
    """Each coordinate has its own step, longer while its sign stays and shorter once it turned (iRprop−)."""
    return descend(_at_once(optax.scale_by_rprop(learning_rate, eta_minus, eta_plus)))


def _at_once(rprop: optax.GradientTransformation) -> optax.GradientTransformation:
    """With the step of this gradient; up to 0.2.8 optax returns the one before (its pull request 1725)."""

    def update(gradient, state, x=None):
        _, state = rprop.update(gradient, state, x)
        return -state.prev_updates, state

    return optax.GradientTransformation(rprop.init, update)
