"""Sheets of the cart-pole: training curves, the best policy at work, and the reward over two of its weights."""

from __future__ import annotations

import numpy as np

from landscape.figures.sheet import Dots, Heat, Line, Panel, Relief, Sheet
from landscape.labs.pole.physics import HALF, STEPS, TAU, TRACK, UPRIGHT, Task
from landscape.labs.pole.training import NAMES

EVERY = 5  # steps between two moments of an episode
CART = np.array([[-0.3, -0.3, 0.3, 0.3, -0.3], [-0.12, 0.12, 0.12, -0.12, -0.12]])  # m


def curves(best: np.ndarray, generations: int, task: Task) -> Panel:
    """The best training mean so far of each method, `best` (generations, methods, seeds)."""
    at = np.arange(1, len(best) + 1)
    lines = [
        Line(x=at, y=best[:, k].mean(axis=1), label=name, slot=k, band=(best[:, k].min(axis=1), best[:, k].max(axis=1)))
        for k, name in enumerate(NAMES)
    ]
    bar = Line(x=np.array([1.0, generations]), y=np.full(2, task.solved), label="solved", quiet=True, dash=True)
    return Panel(marks=[bar, *lines], title="Training", x="generation", y="best mean reward so far",
                 x_range=(1, generations), y_range=(0, 1.04 * STEPS), weight=1.25)  # fmt: skip


def stage(states: np.ndarray, slot: int) -> Panel:
    """The cart and its pole, in the colour of a method, at each `EVERY` steps of an episode, `states` (t, 4)."""
    x, angle = states[::EVERY, 0], states[::EVERY, 2]
    tip = x + 2.0 * HALF * np.sin(angle), 2.0 * HALF * np.cos(angle)
    rail = Line(x=np.array([-TRACK - 0.3, TRACK + 0.3]), y=np.zeros(2), quiet=True)
    ends = [Line(x=np.full(2, side * (TRACK + 0.3)), y=np.array([-0.2, 0.2]), quiet=True) for side in (-1, 1)]
    cart = Line(x=x[:, None] + CART[0], y=np.tile(CART[1], (len(x), 1)), filled=True, moving=("x", "y"))
    pole = Line(x=np.stack([x, tip[0]], axis=1), y=np.stack([np.zeros_like(x), tip[1]], axis=1), slot=slot,
                width=2.5,
                moving=("x", "y"))  # fmt: skip
    bob = Dots(x=tip[0][:, None], y=tip[1][:, None], slot=slot, size=1.2, moving=("x", "y"))
    return Panel(marks=[rail, *ends, cart, pole, bob], title="The best policy at work", bare=True, square=True,
                 x_range=(-TRACK - 0.6, TRACK + 0.6), y_range=(-1.3, 1.3))  # fmt: skip


def moments(states: np.ndarray) -> np.ndarray:
    """The times (s) of the moments that are shown."""
    return np.round(TAU * np.arange(len(states))[::EVERY], 2)


def training(best: np.ndarray, states: np.ndarray, slot: int, task: Task, title: str, subtitle: str) -> Sheet:
    """The training curves, and the best policy at work."""
    shown = moments(states)
    return Sheet(panels=(curves(best, len(best), task), stage(states, slot)), title=title, subtitle=subtitle, columns=2,
                 times=shown, unit="s", frame=len(shown) // 8)  # fmt: skip


def episode(states: np.ndarray, slot: int, title: str, subtitle: str) -> Sheet:
    """The episode: cart and pole, and its angle and position against time."""
    at, shown = TAU * np.arange(len(states)), moments(states)
    angle = np.degrees((states[:, 2] + np.pi) % (2.0 * np.pi) - np.pi)
    turned = np.flatnonzero(np.abs(np.diff(angle)) > 180.0)
    angle[turned] = np.nan  # a line across the whole plot would be no motion
    limit = np.degrees(UPRIGHT)
    borders = [Line(x=at[[0, -1]], y=np.full(2, side * limit), quiet=True, dash=True) for side in (-1, 1)]
    panels = (
        stage(states, slot),
        Panel(marks=[*borders, Line(x=at, y=angle, slot=slot)], title="Angle from upright", x="time (s)", y="angle (°)",
              cursor=shown),
        Panel(marks=[Line(x=at, y=states[:, 0], slot=slot)], title="Position of the cart", x="time (s)",
              y="position (m)", y_range=(-TRACK - 0.2, TRACK + 0.2), cursor=shown),
    )  # fmt: skip
    return Sheet(panels=panels, title=title, subtitle=subtitle, columns=3, times=shown, unit="s", frame=len(shown) // 8)


def over_two_weights(values, rewards, tried: np.ndarray, best, task: Task, title: str, subtitle: str) -> Sheet:
    """The reward (w, v) over two weights `values` (v,) each, and what the methods `tried` (g, methods, members, d)."""
    first, second = task.shown
    names = task.weights[first], task.weights[second]
    dots = [Dots(x=tried[:, k, :, first], y=tried[:, k, :, second], label=name, slot=k, size=0.8, moving=("x", "y"))
            for k, name in enumerate(NAMES)]  # fmt: skip
    cross = Dots(x=best[[first]], y=best[[second]], label="best policy", symbol="cross", size=1.6)
    heat = Heat(z=STEPS - rewards, x=values, y=values, scale="shades", name="steps lost")
    panels = (
        Panel(marks=[heat, *dots, cross], title="Policies tried, seen through two weights", x=f"weight of {names[0]}",
              y=f"weight of {names[1]}", square=True, x_range=(-1, 1), y_range=(-1, 1)),
        Panel(marks=[Relief(x=values, y=values, z=rewards)], title="Reward", x=names[0], y=names[1]),
    )  # fmt: skip
    note = "The other weights are those of the best policy; dots have their own, which are not seen."
    return Sheet(panels=panels, title=title, subtitle=subtitle, columns=2, times=np.arange(1, len(tried) + 1),
                 unit="generation", notes=(note,))  # fmt: skip
