"""Descent that minds how sharp a minimum is: the gradient comes from the worst place nearby."""

from typing import Annotated

import jax.numpy as jnp
import optax

from landscape.optimizer import ACCEPTED, PROBE, Cost, Evaluated, optimizer
from landscape.optimizers.walker import Moved, look, walker
from landscape.optimizers.words import POSITIVE, LearningRate, Momentum
from landscape.parameters import Range


@optimizer(family="gradient", source="arXiv:2010.01412")
def sam(
    *,
    learning_rate: LearningRate = 0.002,
    momentum: Momentum = 0.0,
    rho: Annotated[float, Range(0.001, 1.0, log=True, legal=POSITIVE), "how far uphill the gradient is taken"] = 0.05,
):
    """Sharpness-aware: up the slope by rho, take the gradient there, and step with it from where you stood.

    Two gradients a step, both counted. optax.contrib.sam takes the same steps but hides the point in between.
    """
    transformation = optax.sgd(learning_rate, momentum)

    def move(problem, here, memory, draws) -> Moved:
        length = jnp.linalg.norm(here.gradient)
        uphill = here.gradient / jnp.where(length == 0, 1.0, length)
        worst = look(problem, problem.settle(here.x + rho * uphill))
        updates, memory = transformation.update(worst.gradient, memory, here.x)
        there = look(problem, problem.settle(optax.apply_updates(here.x, updates)))
        points, values = (jnp.stack(pair) for pair in ((worst.x, there.x), (worst.value, there.value)))
        evaluated = Evaluated(points, values, jnp.array([PROBE, ACCEPTED], jnp.int8))
        return Moved(there, memory, evaluated, Cost(2, 2), {"sharpness": worst.value - here.value})

    return walker(transformation.init, move)
