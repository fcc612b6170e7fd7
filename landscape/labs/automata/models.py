"""Four networks that read a ring of cells and say each cell's next state, as logits.

Parameters are tuples of float32 arrays, drawn by NumPy so that the same seed gives the same network everywhere. What
the two local ones see of a state is 8 neighbourhoods; a minibatch is therefore 16 counts (neighbourhood, outcome) to
them, of all cells together or, where weights are not shared, of each cell. Loss and gradients are the same sums as
over the cells, in a hundredth of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

WINDOWS = np.array([[k >> 2 & 1, k >> 1 & 1, k & 1] for k in range(8)], np.float32) * 2 - 1
UNITS = 8  # of the recurrent network


@dataclass(frozen=True)
class Model:
    """A kind of network: `start(draw, width, channels)`, `logits(parameters, cells (n, width))`, and how it is trained.

    `rows(cells, targets)` is what minibatches are taken from, one row a state; `loss(parameters, rows)` is the mean
    cross-entropy per cell; `lanes` is how many rules share a step of the program.
    """

    name: str
    label: str
    slot: int
    start: Callable
    logits: Callable
    rows: Callable
    loss: Callable
    lanes: int = 1


def cross_entropy(logits, targets):
    return jnp.mean(jax.nn.softplus(logits) - targets * logits)


def signs(cells):
    """0 and 1 as −1 and 1."""
    return 2.0 * cells.astype(jnp.float32) - 1.0


def codes(cells):
    return 4 * jnp.roll(cells, 1, -1) + 2 * cells + jnp.roll(cells, -1, -1)


# Local networks: three cells, a layer of rectified units, one output.


def _cnn_start(draw, width: int, channels: int) -> tuple:
    return _local_start(draw, (), channels)


def _local_start(draw, cells: tuple, channels: int) -> tuple:
    first = draw.normal(0.0, np.sqrt(2 / 3), (*cells, 3, channels))
    second = draw.normal(0.0, np.sqrt(1 / channels), (*cells, channels))
    parts = (first, np.zeros((*cells, channels)), second, np.zeros(cells))
    return tuple(part.astype(np.float32) for part in parts)


def _outcomes(parameters):
    """The logits (8,), or (width, 8) of cells with weights of their own, of all neighbourhoods."""
    first, bias, second, last = parameters
    hidden = jax.nn.relu(WINDOWS @ first + bias[..., None, :])
    return jnp.sum(hidden * second[..., None, :], -1) + last[..., None]


def _cnn_logits(parameters, cells):
    return _outcomes(parameters)[codes(cells)]


def _local_logits(parameters, cells):
    return _outcomes(parameters)[jnp.arange(cells.shape[-1]), codes(cells)]


def _cases(cells, targets):
    """Which of the 16 (outcome, neighbourhood) each cell of each state is: (n, width, 16) of 0 and 1."""
    return (codes(cells) + 8 * targets)[..., None] == jnp.arange(16, dtype=jnp.uint8)


def _counted(cells, targets):
    return jnp.sum(_cases(cells, targets), 1, dtype=jnp.float32) / cells.shape[1]


def _counted_by_cell(cells, targets):
    return _cases(cells, targets)


def _cnn_loss(parameters, rows):
    return _cases_loss(_outcomes(parameters), jnp.mean(rows, 0))


def _local_loss(parameters, rows):
    share = jnp.sum(rows, 0, dtype=jnp.float32) / (rows.shape[0] * rows.shape[1])
    return _cases_loss(_outcomes(parameters), share)


def _cases_loss(logits, share):
    """The cross-entropy of 16 cases with their share (…, 16) of all cells."""
    return jnp.sum(share[..., :8] * jax.nn.softplus(logits) + share[..., 8:] * jax.nn.softplus(-logits))


# A network of dense layers, which is told nothing of rings or neighbours.


def _mlp_start(draw, width: int, channels: int) -> tuple:
    first = draw.normal(0.0, np.sqrt(2 / width), (width, width))
    second = draw.normal(0.0, np.sqrt(1 / width), (width, width))
    return tuple(part.astype(np.float32) for part in (first, np.zeros(width), second, np.zeros(width)))


def _mlp_logits(parameters, cells):
    return _mlp(parameters, signs(cells))


def _mlp(parameters, inputs):
    first, bias, second, last = parameters
    return jax.nn.relu(inputs @ first + bias) @ second + last


def _plain_rows(cells, targets):
    return signs(cells), targets.astype(jnp.float32)


def _mlp_loss(parameters, rows):
    return cross_entropy(_mlp(parameters, rows[0]), rows[1])


# A recurrent network, which reads the ring once, from the cell before the first to the one after the last, and says a
# cell's next state when it has read the right neighbour: one cell later.


def _rnn_start(draw, width: int, channels: int) -> tuple:
    turn = np.linalg.qr(draw.normal(size=(UNITS, UNITS)))[0]
    parts = (draw.normal(size=UNITS), turn, np.zeros(UNITS), draw.normal(0.0, UNITS**-0.5, UNITS), np.zeros(()))
    return tuple(part.astype(np.float32) for part in parts)


def _rnn_logits(parameters, cells):
    return _rnn(parameters, signs(cells))


def _rnn(parameters, inputs):
    weight, turn, bias, second, last = parameters
    ring = jnp.concatenate([inputs[:, -1:], inputs, inputs[:, :1]], 1).T

    def read(state, cell):
        state = jnp.tanh(cell[:, None] * weight + state @ turn + bias)
        return state, state

    states = jax.lax.scan(read, jnp.zeros((len(inputs), UNITS), jnp.float32), ring)[1]
    return (states[2:] @ second + last).T


def _rnn_loss(parameters, rows):
    return cross_entropy(_rnn(parameters, rows[0]), rows[1])


MODELS = {
    model.name: model
    for model in (
        Model("cnn", "CNN", 4, _cnn_start, _cnn_logits, _counted, _cnn_loss, lanes=32),
        Model("mlp", "MLP", 5, _mlp_start, _mlp_logits, _plain_rows, _mlp_loss),
        Model("local", "LCN", 6,
              lambda draw, width, channels: _local_start(draw, (width,), channels),
              _local_logits, _counted_by_cell, _local_loss),
        Model("rnn", "RNN", 7, _rnn_start, _rnn_logits, _plain_rows, _rnn_loss, lanes=8),
    )
}  # fmt: skip
