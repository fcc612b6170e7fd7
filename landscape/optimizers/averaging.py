"""Two points instead of one: a fast one that takes the gradients, and a calm one that follows it; by optax."""

from typing import Annotated

import jax
import jax.numpy as jnp
import optax

from landscape.optimizer import ACCEPTED, PROBE, Evaluated, Method, Population, cost, descend, optimizer
from landscape.optimizers.words import Decay, LearningRate, Momentum, StepSize, WeightDecay, given
from landscape.parameters import Range

Share = Annotated[float, Range(0.1, 0.99, legal=(0.001, 1.0)), "share of the average where the gradient is taken"]


@optimizer(family="gradient", source="arXiv:1907.08610")
def lookahead(
    *,
    learning_rate: LearningRate = 0.002,
    momentum: Momentum = 0.9,
    sync_period: Annotated[int, Range(2, 20, legal=(1, 1_000_000)), "fast steps between two looks back"] = 5,
    slow_step_size: Annotated[float, Range(0.1, 1.0, legal=(0.0, 1.0)), "share of the way that is kept"] = 0.5,
):
    """Momentum k steps forward, then back to a point on the way; the path shown is that of the fast point."""
    return descend(_fast(optax.lookahead(optax.sgd(learning_rate, momentum), sync_period, slow_step_size)))


@optimizer(family="gradient", source="arXiv:2405.15682")
def schedule_free_sgd(*, learning_rate: LearningRate = 0.002, b1: Share = 0.9, weight_decay: WeightDecay = 0.0):
    """Gradient descent z, its average x, and gradients taken between them; the path shown is that of x."""
    transformation = optax.contrib.schedule_free_sgd(learning_rate, b1=b1, weight_decay=weight_decay)
    return averaged(transformation, b1)


@optimizer(family="gradient", source="arXiv:2405.15682")
def schedule_free_adamw(
    *, learning_rate: StepSize = 0.1, b1: Share = 0.9, b2: Decay = 0.999, weight_decay: WeightDecay = 0.0
):
    """RMSProp z with AdamW's corrections, its average x, and gradients between them; the path shown is that of x."""
    decay = given(weight_decay)
    return averaged(optax.contrib.schedule_free_adamw(learning_rate, b1=b1, b2=b2, weight_decay=decay), b1)


def _fast(transformation: optax.GradientTransformation) -> optax.GradientTransformation:
    """A lookahead that keeps the slow point in its state, so that the fast one walks like any other."""

    def init(x):
        return x, transformation.init(optax.LookaheadParams.init_synced(x))

    def update(gradient, state, x=None):
        slow, inner = state
        updates, inner = transformation.update(gradient, inner, optax.LookaheadParams(x, slow))
        return updates.fast, (slow + updates.slow, inner)

    return optax.GradientTransformation(init, update)


def averaged(transformation: optax.GradientTransformation, b1) -> Method:
    """A schedule-free method standing on its average x, where it would be judged.

    The gradient is taken at y = b1 x + (1 − b1) z, so a step evaluates two points, and both are counted: y with its
    gradient, and x for the value that is recorded.
    """
    update = optax.with_extra_args_support(transformation).update

    def init(problem, start, key) -> Population:
        x = start[0]
        return Population(x[None], problem.search(x)[None], transformation.init(x), cost(1))

    def step(problem, population, draws):
        x, state = population.positions[0], population.memory
        y = b1 * x + (1 - b1) * state.z
        probe = problem.settle(y)
        height, gradient = jax.value_and_grad(problem.search)(probe)
        updates, state = update(gradient, state, y, value=height, grad=gradient, value_fn=problem.search)
        moved = problem.settle((y + updates - (1 - b1) * state.z) / b1)
        value = problem.search(moved)
        metrics = {
            "gradient_norm": jnp.linalg.norm(gradient),
            "step_length": jnp.linalg.norm(moved - x),
            "lead": jnp.linalg.norm(state.z - moved),
            "evaluated": Evaluated(
                jnp.stack([probe, moved]), jnp.stack([height, value]), jnp.array([PROBE, ACCEPTED], jnp.int8)
            ),
        }
        return Population(moved[None], value[None], state, population.cost.plus(2, 1)), metrics

    def refresh(problem, population) -> Population:
        value = problem.search(population.positions[0])
        return population._replace(values=value[None], cost=population.cost.plus(1))

    return Method(init, step, refresh)
