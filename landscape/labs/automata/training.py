"""Training one kind of network on all rules, 32 at a time by one compiled program, kept for whoever asks again."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from landscape.labs.automata import rules
from landscape.labs.automata.models import MODELS, Model

CHUNK, BATCH, TEST, TRANSIENT = 32, 64, 256, 64
KEPT = 16  # trained sets of networks that are remembered


class Setting(NamedTuple):
    """All that training depends on."""

    data: str
    permuted: bool
    width: int
    states: int
    steps: int
    learning_rate: float
    channels: int
    starts: int
    seed: int


class Trained(NamedTuple):
    """Networks of one kind, one a rule, and how they do on states that they have not seen."""

    rules: np.ndarray  # (n,)
    train_loss: np.ndarray  # (n,)
    accuracy: np.ndarray  # (n,): share of cells that are right
    exact: np.ndarray  # (n,): share of states that are right in every cell
    guess: np.ndarray  # (n,): share of cells that are right for who always says the more frequent bit
    parameters: tuple = ()  # arrays (n, …)


_trained: OrderedDict[tuple[str, Setting], dict[int, Trained]] = OrderedDict()


def chunks() -> np.ndarray:
    """The rules in the order in which they are trained, (8, 32)."""
    return rules.order().reshape(-1, CHUNK)


def train(names, setting: Setting, chunk: int) -> None:
    """Train those kinds of networks for the chunk's rules, side by side, where they are not remembered."""

    def one(name: str) -> None:
        kept = _remembered(name, setting)
        if chunk not in kept:
            with jax.enable_x64(True):  # another thread, another switch: so that programs and bits are the same
                kept[chunk] = _train(MODELS[name], setting, chunks()[chunk])

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(one, names))


def missing(names, setting: Setting) -> list[int]:
    """The chunks in which something is still to be trained."""
    return [k for k in range(len(chunks())) if any(k not in _remembered(name, setting) for name in names)]


def ready(name: str, setting: Setting) -> Trained | None:
    """All that is trained so far, by the rules' numbers, without the parameters."""
    parts = list(_remembered(name, setting).values())
    if not parts:
        return None
    columns = [np.concatenate(column) for column in zip(*(part[:-1] for part in parts), strict=True)]
    return Trained(*(column[np.argsort(columns[0])] for column in columns))


def size(name: str, setting: Setting) -> int:
    """How many numbers one network of that kind has."""
    parts = MODELS[name].start(np.random.default_rng(0), setting.width, setting.channels)
    return int(sum(np.size(part) for part in parts))


def permutation(setting: Setting) -> np.ndarray:
    """The order in which cells are shown to the networks."""
    cells = np.arange(setting.width)
    return np.random.default_rng([setting.seed, 2]).permutation(cells) if setting.permuted else cells


def predicted(name: str, setting: Setting, rule: int, states: np.ndarray) -> np.ndarray:
    """What the network for a rule says of the states (n, width) that follow these, 0 and 1."""
    part = next(part for part in list(_remembered(name, setting).values()) if rule in part.rules)
    place = int(np.flatnonzero(part.rules == rule)[0])
    cells = permutation(setting)
    out = np.empty_like(states)
    out[:, cells] = np.asarray(_logits(tuple(each[place] for each in part.parameters), states[:, cells], name=name)) > 0
    return out


def samples(setting: Setting, part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """States (n, states + test, width) of the rules and what they become, cells in the networks' order."""
    now = later(setting.data, part, _starts(setting))
    after = np.take_along_axis(rules.outputs(part)[:, None], rules.codes(now), 2)
    cells = permutation(setting)
    return now[..., cells], after[..., cells]


def later(data: str, part: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Random states as they are, or 64 steps on."""
    if data == "orbit":
        return rules.later(part, starts, TRANSIENT)
    return np.broadcast_to(starts, (len(part), *starts.shape))


def _starts(setting: Setting) -> np.ndarray:
    draw = np.random.default_rng([setting.seed, 3])
    return draw.integers(0, 2, (setting.states + TEST, setting.width), np.uint8)


def _remembered(name: str, setting: Setting) -> dict[int, Trained]:
    key = (name, setting if name in ("cnn", "local") else setting._replace(channels=0))
    kept = _trained.setdefault(key, {})
    _trained.move_to_end(key)
    while len(_trained) > KEPT:
        _trained.popitem(last=False)
    return kept


@lru_cache(maxsize=4)
def _batches(seed: int, states: int, steps: int) -> np.ndarray:
    """Which states each step learns from (steps, batch): all of them in a new order, again and again."""
    draw, batch = np.random.default_rng([seed, 4]), min(BATCH, states)
    rounds = -(-steps // (states // batch))
    orders = [draw.permutation(states)[: states // batch * batch].reshape(-1, batch) for _ in range(rounds)]
    return np.concatenate(orders)[:steps].astype(np.int32)


def _train(model: Model, setting: Setting, part: np.ndarray) -> Trained:
    """The best of so many starts for each rule, by the loss on the states that it has learned from."""
    now, after = samples(setting, part)
    tried = [_descended(model, setting, part, start, now, after) for start in range(setting.starts)]
    parameters, *told = (jax.tree.map(lambda *each: np.stack(each), *column) for column in zip(*tried, strict=True))
    best = np.argmin(np.nan_to_num(told[0], nan=np.inf), axis=0), np.arange(len(part))
    ones = after[:, setting.states :].mean((1, 2))
    return Trained(part, *(each[best] for each in told), np.maximum(ones, 1 - ones), tuple(p[best] for p in parameters))


def _descended(model: Model, setting: Setting, part: np.ndarray, start: int, now: np.ndarray, after: np.ndarray):
    """Parameters after training, loss, accuracy and share of exact states, of each rule."""
    draws = [np.random.default_rng([setting.seed, 5, start, int(rule)]) for rule in part]
    first = [model.start(draw, setting.width, setting.channels) for draw in draws]
    first = tuple(np.stack(column) for column in zip(*first, strict=True))
    order = _batches(setting.seed, setting.states, setting.steps)
    rate = np.float32(setting.learning_rate)
    found = _program(first, now, after, order, rate, name=model.name, states=setting.states)
    return jax.tree.map(np.asarray, found)


@partial(jax.jit, static_argnames=("name", "states"))
def _program(parameters, now, after, order, rate, *, name: str, states: int):
    """Adam with a cosine schedule for each rule in turn: together they would not fit in the nearest memory."""
    model = MODELS[name]
    method = optax.adam(optax.cosine_decay_schedule(rate, len(order)))

    def one(given):
        parameters, now, after = given
        rows = model.rows(now[:states], after[:states])

        def step(carry, places):
            parameters, memory = carry
            slope = jax.grad(model.loss)(parameters, jax.tree.map(lambda row: row[places], rows))
            move, memory = method.update(slope, memory)
            return (optax.apply_updates(parameters, move), memory), None

        (parameters, _), _ = jax.lax.scan(step, (parameters, method.init(parameters)), order)
        right = (model.logits(parameters, now[states:]) > 0) == (after[states:] > 0)
        return parameters, model.loss(parameters, rows), _share(right), _share(right.all(1))

    return jax.lax.map(one, (parameters, now, after), batch_size=model.lanes)


def _share(right):
    return jnp.mean(right, dtype=jnp.float32)


@partial(jax.jit, static_argnames="name")
def _logits(parameters, cells, *, name: str):
    return MODELS[name].logits(parameters, cells)
