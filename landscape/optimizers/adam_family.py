"""Adam and what grew from it, by optax: running averages of the gradient and of its square."""

from typing import Annotated

import optax

from landscape.optimizer import descend, optimizer
from landscape.optimizers.words import Decay, StepSize, WeightDecay, given
from landscape.parameters import Range


@optimizer(family="gradient", source="arXiv:1412.6980")
def adam(*, learning_rate: StepSize = 0.05, b1: Decay = 0.9, b2: Decay = 0.999):
    """Momentum and a running scale for each component, both corrected for their cold start."""
    return descend(optax.adam(learning_rate, b1, b2))


@optimizer(family="gradient", source="arXiv:1711.05101")
def adamw(*, learning_rate: StepSize = 0.05, b1: Decay = 0.9, b2: Decay = 0.999, weight_decay: WeightDecay = 0.0):
    """Adam with weight decay beside the gradient, not in it: without any it is Adam."""
    return descend(optax.adamw(learning_rate, b1, b2, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="arXiv:1412.6980")
def adamax(*, learning_rate: StepSize = 0.2, b1: Decay = 0.9, b2: Decay = 0.999, weight_decay: WeightDecay = 0.0):
    """Adam with the largest recent gradient as its scale."""
    return descend(optax.adamaxw(learning_rate, b1, b2, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="arXiv:1904.09237")
def amsgrad(*, learning_rate: StepSize = 0.5, b1: Decay = 0.9, b2: Decay = 0.999):
    """Adam whose scale never shrinks, which mends its proof of convergence."""
    return descend(optax.amsgrad(learning_rate, b1, b2))


@optimizer(family="gradient", source="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ")
def nadam(*, learning_rate: StepSize = 0.05, b1: Decay = 0.9, b2: Decay = 0.999, weight_decay: WeightDecay = 0.0):
    """Adam with Nesterov's momentum."""
    return descend(optax.nadamw(learning_rate, b1, b2, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="arXiv:1908.03265")
def radam(
    *,
    learning_rate: StepSize = 0.01,
    b1: Decay = 0.9,
    b2: Decay = 0.999,
    threshold: Annotated[float, Range(4.0, 20.0), "how sure of its scale it must be to use it"] = 5.0,
):
    """Rectified Adam: plain momentum, hence steps as long as the gradient, until its scale can be trusted."""
    return descend(optax.radam(learning_rate, b1, b2, threshold=threshold))


@optimizer(family="gradient", source="https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization")
def yogi(*, learning_rate: StepSize = 0.1, b1: Decay = 0.9, b2: Decay = 0.999):
    """Adam whose scale moves by steps of one size, so that it cannot collapse after large gradients."""
    return descend(optax.yogi(learning_rate, b1, b2))


@optimizer(family="gradient", source="arXiv:2010.07468")
def adabelief(*, learning_rate: StepSize = 0.05, b1: Decay = 0.9, b2: Decay = 0.999):
    """Adam scaled by how much gradients differ from their average: bold where they agree."""
    return descend(optax.adabelief(learning_rate, b1, b2))


@optimizer(family="gradient", source="arXiv:2208.06677")
def adan(
    *,
    learning_rate: StepSize = 0.1,
    b1: Decay = 0.98,
    b2: Decay = 0.92,
    b3: Decay = 0.99,
    weight_decay: WeightDecay = 0.0,
):
    """Adaptive Nesterov momentum: averages the gradient, its change, and the square of both.

    The change is weighed by 1 − b2, as in optax up to 0.2.8; the paper has b2 there (optax's pull request 1715).
    """
    return descend(optax.adan(learning_rate, b1, b2, b3, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="arXiv:2110.05454")
def acprop(*, learning_rate: StepSize = 0.01, b1: Decay = 0.9, b2: Decay = 0.999, weight_decay: WeightDecay = 0.0):
    """AdaBelief whose scale is that of the step before, so that gradient and scale are independent."""
    return descend(optax.contrib.acprop(learning_rate, b1, b2, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="arXiv:2411.02853")
def adopt(*, learning_rate: StepSize = 0.2, b1: Decay = 0.9, b2: Decay = 0.999):
    """Adam that scales by the past before it averages, which converges for any b2; the first step only looks."""
    return descend(optax.contrib.adopt(learning_rate, b1, b2))


@optimizer(family="gradient", source="arXiv:2409.03137")
def ademamix(
    *,
    learning_rate: StepSize = 0.05,
    b1: Decay = 0.9,
    b2: Decay = 0.999,
    b3: Decay = 0.99,
    alpha: Annotated[float, Range(0.0, 10.0), "weight of the slow average"] = 2.0,
    weight_decay: WeightDecay = 0.0,
):
    """Adam with a second, slow average of the gradient; with a shorter memory than the paper's, to suit short runs."""
    return descend(optax.contrib.ademamix(learning_rate, b1, b2, b3, alpha=alpha, weight_decay=given(weight_decay)))


@optimizer(family="gradient", source="arXiv:2502.02431")
def simplified_ademamix(
    *,
    learning_rate: StepSize = 0.002,
    b1: Decay = 0.9,
    b2: Decay = 0.95,
    alpha: Annotated[float, Range(0.0, 100.0), "weight of the gradient beside its sum"] = 0.0,
    weight_decay: WeightDecay = 0.0,
):
    """Adam with a sum in place of the average: its rate is 1 − b1 times the usual one."""
    return descend(
        optax.contrib.simplified_ademamix(learning_rate, b1, b2, alpha=alpha, weight_decay=given(weight_decay))
    )


@optimizer(family="gradient", source="arXiv:1711.00141")
def optimistic_adam(
    *,
    learning_rate: StepSize = 0.05,
    b1: Decay = 0.9,
    b2: Decay = 0.999,
    optimism: Annotated[float, Range(0.0, 2.0), "how far the change of the step is carried forward"] = 1.0,
):
    """Adam that expects its direction to go on changing as it just did; damps turning around."""
    return descend(optax.optimistic_adam_v2(learning_rate, beta=optimism, b1=b1, b2=b2, nesterov=False))
