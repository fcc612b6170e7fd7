"""Methods that find their own rate: from the distance travelled, by betting, or by learning it; by optax."""

from typing import Annotated

import jax
import jax.numpy as jnp
import optax

from landscape.optimizer import descend, optimizer
from landscape.optimizers.words import POSITIVE, Decay, Multiplier, StepSize, WeightDecay, given
from landscape.parameters import Range

Distance = Annotated[
    float, Range(1e-6, 1.0, log=True, legal=(1e-12, 1e12)), "first guess of the distance to the minimum, from below"
]


@optimizer(family="gradient", source="arXiv:2302.12022")
def dog(*, learning_rate: Multiplier = 1.0, initial_distance: Distance = 0.01, weight_decay: WeightDecay = 0.0):
    """Distance over gradients: the farthest it has been from the start, over the root of all squared gradients."""
    return descend(optax.contrib.dog(learning_rate, ("distance", initial_distance), weight_decay=weight_decay))


@optimizer(family="gradient", source="arXiv:2305.16284")
def dowg(*, learning_rate: Multiplier = 1.0, initial_distance: Distance = 0.01, weight_decay: WeightDecay = 0.0):
    """Distance over weighted gradients: late gradients count more, as they were taken farther from the start."""
    return descend(optax.contrib.dowg(learning_rate, initial_distance**2, weight_decay=weight_decay))


@optimizer(family="gradient", source="arXiv:1705.07795")
def cocob(
    *,
    alpha: Annotated[float, Range(1.0, 1000.0, log=True, legal=POSITIVE), "caution at the start"] = 100.0,
    weight_decay: WeightDecay = 0.0,
):
    """Coin betting: each coordinate bets a share of what it has won on the sign of the next gradient."""
    return descend(optax.contrib.cocob(alpha=alpha, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="arXiv:2301.07733")
def dadapt_adamw(
    *,
    learning_rate: Multiplier = 1.0,
    b1: Decay = 0.9,
    b2: Decay = 0.999,
    initial_distance: Distance = 0.01,
    weight_decay: WeightDecay = 0.0,
):
    """D-Adaptation: Adam with a lower bound of the distance to the minimum, ever better, as its rate."""
    return descend(
        _after_first_slope(
            optax.contrib.dadapt_adamw(
                learning_rate, (b1, b2), estim_lr0=initial_distance, weight_decay=given(weight_decay)
            )
        )
    )


@optimizer(family="gradient", source="arXiv:2306.06101")
def prodigy(
    *,
    learning_rate: Multiplier = 1.0,
    b1: Decay = 0.9,
    b2: Decay = 0.999,
    initial_distance: Distance = 0.01,
    weight_decay: WeightDecay = 0.0,
):
    """D-Adaptation that trusts late gradients more, and so finds the distance sooner."""
    return descend(
        _after_first_slope(
            optax.contrib.prodigy(learning_rate, (b1, b2), estim_lr0=initial_distance, weight_decay=given(weight_decay))
        )
    )


@optimizer(family="gradient", source="arXiv:2306.00144")
def mechanic(
    *,
    learning_rate: StepSize = 1.0,
    s_init: Annotated[float, Range(1e-8, 1e-1, log=True, legal=(1e-12, 1e3)), "first factor on the rate"] = 1e-3,
    weight_decay: WeightDecay = 0.0,
):
    """Learns the factor on Adam's steps from the start, by betting on whether they go on paying."""
    return descend(optax.contrib.mechanize(optax.adam(learning_rate), weight_decay=given(weight_decay), s_init=s_init))


def _after_first_slope(transformation: optax.GradientTransformation) -> optax.GradientTransformationExtraArgs:
    """`transformation` from the first gradient on that is not zero; before it 0 / 0 would spoil its memory."""

    def init(x):
        return jnp.asarray(False), transformation.init(x)

    def update(gradient, state, x=None, **extra):
        begun = state[0] | jnp.any(gradient != 0)
        updates, moved = transformation.update(gradient, state[1], x, **extra)
        updates, moved = jax.tree.map(
            lambda new, old: jnp.where(begun, new, old), (updates, moved), (jnp.zeros_like(x), state[1])
        )
        return updates, (begun, moved)

    return optax.GradientTransformationExtraArgs(init, update)
