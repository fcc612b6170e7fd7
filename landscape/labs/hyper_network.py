"""A hyper-network: a net H writes the weights of a net G, so the surface of G morphs with what H is given."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from landscape.figures.sheet import Dots, Line, Panel, Relief, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.parameters import Choice, Range

SIDE, SEEN, MOMENTS, CHUNK = 25, 9, 41, 250  # points along a side; inputs trained on, inputs shown; steps a report
RATE, TWINS, PLAIN = 0.05, 100, 0.5  # of the comparison with a plain net: learning rate, steps, the constant input

SHAPES = {
    "turning wave": lambda x, y, z: np.sin(np.pi * (x * np.cos(np.pi * z) + y * np.sin(np.pi * z))),
    "splitting hill": lambda x, y, z: (np.exp(-((x - 0.7 * z) ** 2 + y**2) / 0.18)
                                       + np.exp(-((x + 0.7 * z) ** 2 + y**2) / 0.18)) / (2.0 - z),
    "bowl to saddle": lambda x, y, z: x**2 + (1.0 - 2.0 * z) * y**2 - 0.5,
}  # fmt: skip


class Hyper(NamedTuple):
    """H: one hidden layer of tanh between the input and the weights of G."""

    first: jax.Array  # (h,)
    shift: jax.Array  # (h,)
    last: jax.Array  # (h, m)
    offset: jax.Array  # (m,)


def weights_of(hyper: Hyper, z):
    """The weights (m,) that H writes for an input z ()."""
    return jnp.tanh(hyper.first * z + hyper.shift) @ hyper.last + hyper.offset


def small(weights, points, width: int):
    """G at points (n, 2): tanh units and their sum (n,). All its numbers are in `weights` (4 width + 1,)."""
    ways, shifts, heights = weights[: 2 * width].reshape(2, width), weights[2 * width : 3 * width], weights[3 * width :]
    return jnp.tanh(points @ ways + shifts) @ heights[:-1] + heights[-1]


def begun(width: int, hidden: int, seed: int) -> Hyper:
    """H at the start, float32: its last layer is small, so that G begins as what the offset alone makes it."""
    rng = np.random.default_rng(seed)
    count = 4 * width + 1
    scale = np.concatenate([np.full(2 * width, 1.5), np.full(width, 0.5), np.full(width + 1, width**-0.5)])
    parts = (rng.normal(size=hidden) * 2.0, rng.uniform(-2.0, 2.0, hidden),
             rng.normal(size=(hidden, count)) * 0.3 / np.sqrt(hidden), rng.normal(size=count) * scale)  # fmt: skip
    return Hyper(*(jnp.asarray(part, jnp.float32) for part in parts))


def loss(hyper: Hyper, inputs, points, targets, width: int):
    """The mean squared error over inputs (k,) and points (n, 2); targets (k, n)."""
    made = jax.vmap(lambda z: small(weights_of(hyper, z), points, width))(inputs)
    return jnp.mean((made - targets) ** 2)


@partial(jax.jit, static_argnames="width")
def _trained(hyper, state, rate, inputs, points, targets, width):
    """`CHUNK` steps of Adam over the parameters of H; G has none."""
    method = optax.adam(rate)

    def step(carry, _):
        hyper, state = carry
        value, slope = jax.value_and_grad(loss)(hyper, inputs, points, targets, width)
        change, state = method.update(slope, state)
        return (optax.apply_updates(hyper, change), state), value

    return jax.lax.scan(step, (hyper, state), None, length=CHUNK)


_slopes = partial(jax.jit, static_argnames="width")(jax.grad(loss))
_surfaces = partial(jax.jit, static_argnames="width")(
    lambda hyper, inputs, points, width: jax.vmap(lambda z: small(weights_of(hyper, z), points, width))(inputs)
)
_written = jax.jit(jax.vmap(weights_of, (None, 0)))


def twins(width: int, points: np.ndarray, targets: np.ndarray, seed: int) -> float:
    """The largest difference of two nets' weights after `TWINS` steps: one plain, one written by a linear H.

    H is W z + b with z held at `PLAIN`. A step moves what it writes by (1 + z²) times the step of b alone, so the
    plain net takes steps that much longer. In float64.
    """
    rng = np.random.default_rng(seed)
    count = 4 * width + 1
    matrix, offset = rng.normal(size=(2, count))
    return float(_twins(matrix, offset, points.astype(np.float64), targets.astype(np.float64), width))


@partial(jax.jit, static_argnames="width")
def _twins(matrix, offset, points, targets, width):
    def error(weights):
        return jnp.mean((small(weights, points, width) - targets) ** 2)

    def step(carry, _):
        matrix, offset, plain = carry
        by_matrix, by_offset = jax.grad(lambda w, b: error(w * PLAIN + b), (0, 1))(matrix, offset)
        plain = plain - RATE * (1.0 + PLAIN**2) * jax.grad(error)(plain)
        return (matrix - RATE * by_matrix, offset - RATE * by_offset, plain), None

    start = matrix, offset, matrix * PLAIN + offset
    (matrix, offset, plain), _ = jax.lax.scan(step, start, None, length=TWINS)
    return jnp.max(jnp.abs(matrix * PLAIN + offset - plain))


@lru_cache(maxsize=1)
def places() -> tuple[np.ndarray, np.ndarray]:
    """Places along a side (s,), and all points of the square (s², 2), float32."""
    side = np.linspace(-1.0, 1.0, SIDE, dtype=np.float32)
    return side, np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def targets_of(shape: str, inputs: np.ndarray, points: np.ndarray) -> np.ndarray:
    """What G is to be at each input (k,) and point (n, 2): (k, n), float32."""
    return SHAPES[shape](points[:, 0], points[:, 1], inputs[:, None]).astype(np.float32)


@lab(
    family="networks",
    title="Hyper-network",
    references=("Ha, Dai and Le 2016, HyperNetworks, arXiv:1609.09106",),
    question=Question(
        "A net H writes all the weights of a net G. What does gradient descent change?",
        ("the weights of G alone", "the parameters of H alone", "both"),
        1,
        "The weights of G are the output of H. They get a slope, which goes on into H; G has nothing to change.",
    ),
    slow=True,
    quick={"steps": 250, "width": 4, "hidden": 8},
)
def hyper_network(
    *,
    shape: Annotated[str, Choice(*SHAPES), "what G is to draw as the input goes from 0 to 1"] = "turning wave",
    width: Annotated[int, Range(2, 16, legal=(1, 64)), "hidden units of G"] = 8,
    hidden: Annotated[int, Range(4, 64, legal=(1, 256)), "hidden units of H"] = 32,
    learning_rate: Annotated[float, Range(1e-4, 0.1, log=True, legal=(1e-8, 10.0)), "of Adam"] = 0.01,
    steps: Annotated[int, Range(250, 5000, legal=(250, 20_000), multiple=250), "of training"] = 2000,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """A net whose weights are written by another net, anew for every input.

    G draws a surface over x and y, and all its weights are the output of H for an input z, which the time bar moves.
    H is trained at nine inputs, and the surface between them is what it makes of them. G has no parameters of its own,
    so gradients end in H; with a linear H and an input that never changes, all of this is a plain net again.
    """
    # data: inputs (z,), error (z,) root mean squares, surfaces (z, s, s), weights (z, m) of G, loss (steps,).
    points = places()[1]
    seen = np.linspace(0.0, 1.0, SEEN, dtype=np.float32)
    wanted = targets_of(shape, seen, points)
    hyper = begun(width, hidden, seed)
    state = optax.adam(0.0).init(hyper)
    losses: list[np.ndarray] = []
    for done in range(0, steps, CHUNK):
        yield Progress(done / steps, f"step {done} of {steps}", _found(hyper, shape, width, losses) if done else None)
        (hyper, state), values = _trained(hyper, state, np.float32(learning_rate), seen, points, wanted, width)
        losses.append(np.asarray(values))
    found = _found(hyper, shape, width, losses)
    slopes = _slopes(begun(width, hidden, seed), seen, points, wanted, width)
    found.claims, found.done = _claims(hyper, slopes, twins(width, points, wanted[0], seed), found.data), True
    return found


def _found(hyper: Hyper, shape: str, width: int, losses: list[np.ndarray]) -> Finding:
    side, points = places()
    inputs = np.linspace(0.0, 1.0, MOMENTS, dtype=np.float32)
    made = np.asarray(_surfaces(hyper, inputs, points, width))
    wanted = targets_of(shape, inputs, points)
    error = np.sqrt(np.mean((made - wanted) ** 2, axis=1))
    data = {"inputs": inputs, "error": error, "surfaces": made.reshape(-1, SIDE, SIDE),
            "weights": np.asarray(_written(hyper, inputs)), "loss": np.concatenate(losses)}  # fmt: skip
    return Finding(data, {"morph": _sheet(data, wanted.reshape(-1, SIDE, SIDE), side, hyper)}, done=False)


def _claims(hyper: Hyper, slopes: Hyper, gap: float, data) -> tuple[Claim, ...]:
    """`slopes` are those before training: later tanh may be saturated, and gradients zero to the last digit."""
    moved = sum(bool(np.any(np.asarray(slope) != 0.0)) for slope in slopes)
    trained = sum(np.size(part) for part in hyper)
    left = int(np.count_nonzero(_written(jax.tree.map(jnp.zeros_like, hyper), data["inputs"])))
    between_seen = data["error"][2 :: (MOMENTS - 1) // (SEEN - 1)]
    at_seen = data["error"][:: (MOMENTS - 1) // (SEEN - 1)]
    return (
        near("Weights of G that are left where every parameter of H is 0", left, 0, 0, "G has none of its own"),
        near("Arrays of H, of 4, that get a gradient which is not zero at the first step", moved, 4, 0, "chain rule"),
        between(f"Largest difference from a plain net after {TWINS} steps, with a linear H and the input at {PLAIN}",
                gap, -np.inf, 1e-9, "closed form: the plain net's steps are 1 + z² times as long"),
        Claim("Typical error between the inputs it has seen, ÷ at those", written(between_seen.mean() / at_seen.mean()),
              "near 1 where H is smooth", "measured", None),
        Claim("A hyper-network has fewer parameters than the net it writes",
              f"{trained:,} in H, {data['weights'].shape[1]:,} weights in G", "fewer", "often said; true where one H "
              "writes many layers", bool(trained < data["weights"].shape[1])),
    )  # fmt: skip


def _sheet(data, wanted: np.ndarray, side: np.ndarray, hyper: Hyper) -> Sheet:
    """The surface of G, what it is to be, the error against the input, and the weights that H writes."""
    inputs, error, count = data["inputs"], data["error"], data["weights"].shape[1]
    seen = np.linspace(0.0, 1.0, SEEN)
    made = np.round(data["surfaces"], 3)
    biggest = np.argsort(-np.ptp(data["weights"], axis=0))[:12]
    lines = [Line(x=inputs, y=data["weights"][:, k], slot=None, quiet=place > 3) for place, k in enumerate(biggest)]
    panels = (
        Panel(marks=[Relief(x=side, y=side, z=made, moving=("z",))], title="The surface that G draws", x="x", y="y"),
        Panel(marks=[Relief(x=side, y=side, z=np.round(wanted, 3), moving=("z",))], title="What it is to be", x="x",
              y="y"),
        Panel(marks=[Line(x=inputs, y=error, slot=0), Dots(x=seen, y=np.interp(seen, inputs, error), slot=0,
                     label="trained")], title="Error of G", x="input z of H", y="root mean square",
              y_range=(0.0, 1.15 * float(error.max())), cursor=inputs),
        Panel(marks=lines, title=f"{len(lines)} of the {count} weights that H writes", x="input z of H",
              y="weight of G", cursor=inputs),
    )  # fmt: skip
    return Sheet(panels=panels, columns=2, times=np.round(inputs, 3), unit="input z", frame=MOMENTS // 4,
                 title=f"One input turns {count} weights; G follows with an error of {written(float(error.mean()))}",
                 subtitle=f"H: {sum(np.size(part) for part in hyper):,} parameters, trained at {SEEN} inputs for "
                 f"{len(data['loss']):,} steps of Adam · G: none of its own")  # fmt: skip
