"""Networks so small that their loss can be seen whole: two weights, a handful of data."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.parameters import Range
from landscape.surface import surface

Weight = Annotated[float, Range(0.25, 3.0, legal=(-1e3, 1e3)), "of the neuron that made the data"]
Bias = Annotated[float, Range(-1.5, 1.5, legal=(-1e3, 1e3)), "of the neuron that made the data"]
Target = Annotated[float, Range(0.1, 3.0, legal=(1e-6, 1e6)), "the product that fits the data"]
Seed = Annotated[int, Range(0, 9, legal=(0, 2**32 - 1)), "of the data"]


def inputs(*, seed: Seed = 0) -> np.ndarray:
    """Sixteen standard normal inputs."""
    return np.random.default_rng(seed).normal(size=16)


def balanced(*, target: float) -> np.ndarray:
    """Of all w₁ w₂ = target, the two of equal size."""
    return np.array([[1.0, 1.0], [-1.0, -1.0]]) * np.sqrt(target)


@surface(
    domain=Box.square(3.0),
    start=(-2.3, 1.9),
    minima=balanced,
    source="arXiv:1312.6120",
    formula=r"\tfrac12 (w_1 w_2 - t)^2",
    note="Every point of the hyperbola w₁ w₂ = t is a minimum; the two balanced ones are marked. "
    "The origin is a saddle, and w₁² − w₂² stays as it is along every path of steepest descent.",
    tuned={"sgd": {"learning_rate": 0.013}, "momentum": {"learning_rate": 0.0016}},
)
def deep_linear(*, target: Target = 1.0):
    """Two linear layers of one weight each: a saddle between two curved valleys."""
    return lambda w: 0.5 * (w[0] * w[1] - target) ** 2


@surface(
    domain=Box.square(3.0),
    start=(0.4, -2.2),
    minima=lambda target: balanced(target=target)[:1],
    source="arXiv:1903.06733",
    formula=r"\tfrac12 \left(w_2 \max(0, w_1) - t\right)^2",
    differentiable=False,
    note="The unit is dead where w₁ < 0: there the loss is level, and the way down from here leads there. Every point "
    "of the hyperbola w₁ w₂ = t with w₁ > 0 is a minimum; the balanced one is marked.",
)
def two_layer_relu(*, target: Target = 1.0):
    """A rectified unit between two weights: a curved valley, and a dead half-plane."""
    return lambda w: 0.5 * (w[1] * jnp.maximum(0.0, w[0]) - target) ** 2


def fitted(unit):
    """The mean squared error, halved, of a neuron w₁ x + w₂ with this unit against a teacher of the same kind."""

    def factory(data, weight, bias):
        def loss(w):
            x = jnp.asarray(data, w.dtype)
            return 0.5 * jnp.mean((unit(w[0] * x + w[1]) - unit(weight * x + bias)) ** 2)

        return loss

    return factory


@surface(
    data=inputs,
    domain=Box.square(4.0),
    start=(-2.0, 2.2),
    minima=lambda weight, bias, **_: [(weight, bias)],
    source="doi:10.1038/323533a0",
    formula=r"\tfrac{1}{2n} \sum_i \left(\tanh(w_1 x_i + w_2) - \tanh(w x_i + b)\right)^2",
    note="Where the neuron saturates on all data the gradient vanishes.",
    tuned={"sgd": {"learning_rate": 0.71}, "momentum": {"learning_rate": 0.034}, "adam": {"learning_rate": 0.034}},
)
def tanh_neuron(data, *, weight: Weight = 1.5, bias: Bias = -0.5):
    """One neuron learns from another: a narrow valley between plateaus of saturation."""
    return fitted(jnp.tanh)(data, weight, bias)


@surface(
    data=inputs,
    domain=Box.square(4.0),
    start=(-0.6, 3.4),
    minima=lambda weight, bias, **_: [(weight, bias)],
    source="arXiv:1903.06733",
    formula=r"\tfrac{1}{2n} \sum_i \left(\max(0, w_1 x_i + w_2) - \max(0, w x_i + b)\right)^2",
    differentiable=False,
    note="In the lower wedge no input reaches the unit, so nothing is learned: it is dead. Each crease is an input.",
    tuned={"sgd": {"learning_rate": 0.11}, "momentum": {"learning_rate": 0.005}},
)
def relu_neuron(data, *, weight: Weight = 1.0, bias: Bias = 0.5):
    """One rectified neuron learns from another: creases, and a wedge where it is dead."""
    return fitted(lambda x: jnp.maximum(0.0, x))(data, weight, bias)
