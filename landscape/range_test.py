"""The learning-rate range test (Smith 2017, arXiv:1506.01186): one run whose learning rate grows geometrically.

The loss falls fastest at a rate that is a good one, and rises where rates are too large.  That belongs to losses with
noise in them, as of minibatches: on a smooth surface without noise, steep directions have come to rest by the time
that large rates arrive, so their divergence is seen late (never before 2/L), and early steps have taken most of the
descent, so the suggestion is low.  `sensitivity` tries every rate from the start instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError, number
from landscape.run import run
from landscape.schedules import exponential
from landscape.stability import limit
from landscape.surface import Surface
from landscape.trajectory import Trajectory

STEPS = 100
RATES = (1e-5, 10.0)
SMOOTHING = 0.8
RISEN = 4.0  # times its lowest so far: a smoothed loss above is taken as diverging


@dataclass(frozen=True, eq=False)
class RangeTest:
    """One run with a learning rate for each step, and what it says of learning rates."""

    trajectory: Trajectory
    rates: np.ndarray  # (t,)
    losses: np.ndarray  # (t,) after the step at that rate; of a population its best member's
    smoothed: np.ndarray  # (t,) its moving average; NaN from where the loss is not finite
    suggested: float | None  # where the smoothed loss falls fastest before it is lowest, by the logarithm of the rate
    divergence: float | None  # the first rate at which the smoothed loss has risen; None where it never does
    limit: float  # 2/L, above which the optimizer is unstable; NaN where unknown

    def __repr__(self) -> str:
        rate = "no rate" if self.suggested is None else number(self.suggested)
        return f"<range test of {self.trajectory.optimizer.name} on {self.surface.name}: {rate} suggested>"

    @property
    def surface(self) -> Surface:
        return self.trajectory.surface


def range_test(
    surface: Surface,
    optimizer: Optimizer,
    *,
    low: float = RATES[0],
    high: float = RATES[1],
    steps: int = STEPS,
    start=None,
    seed: int = 0,
    smoothing: float = SMOOTHING,
    border: bool = True,
) -> RangeTest:
    """Run `optimizer` once with its learning rate growing from `low` to `high`, by the same factor at every step.

    The smoothed loss is an average whose weights fall by the factor `smoothing` a step, without the bias of its
    beginning. Its divergence is told where it rises to four times its lowest gap so far to the known minimum (where
    none is known: above its start by four times its fall so far). `border=False` leaves 2/L out, whose Hessian takes
    long to compile on networks.
    """
    if not isinstance(optimizer, Optimizer) or "learning_rate" not in optimizer.parameters:
        given = getattr(optimizer, "name", optimizer)
        raise LandscapeError(f"A range test needs an optimizer with a learning rate, and {given} is none.")
    if not 0 < low < high < np.inf:
        raise LandscapeError(f"Rates from {number(low)} to {number(high)} are no range; give 0 < low < high.")
    if not 0 <= smoothing < 1:
        raise LandscapeError(f"smoothing={smoothing} is not in 0 … 1, without 1.")
    swept = optimizer.replace(learning_rate=exponential(start=low, end=high))
    walked = run(surface, swept, start, steps=steps, seed=seed)
    rates, values = np.asarray(walked.metrics["learning_rate"], np.float64), np.asarray(walked.values, np.float64)
    losses = np.where(np.isnan(values), np.inf, values).min(axis=1)
    smooth = averaged(losses[1:], smoothing)
    risen = _risen(smooth, losses[0], surface.freeze().minimum)
    first = walked.start[0] if len(walked.start) == 1 else None
    bound = limit(surface, optimizer.replace(learning_rate=low), first) if border else float("nan")
    divergence = None if risen is None else float(rates[risen])
    return RangeTest(walked, rates, losses[1:], smooth, _steepest(rates, smooth), divergence, bound)


def averaged(losses: np.ndarray, share: float) -> np.ndarray:
    """The exponential moving average of losses (t,), corrected for its cold start; NaN from the first not finite."""
    average, out = 0.0, np.full(len(losses), np.nan)
    for step, loss in enumerate(losses):
        if not np.isfinite(loss):
            break
        average = share * average + (1.0 - share) * loss
        out[step] = average / (1.0 - share ** (step + 1))
    return out


def _risen(smooth: np.ndarray, began: float, floor: float) -> int | None:
    """The first step at which the smoothed loss has risen, or is not finite."""
    lowest = np.minimum.accumulate(np.where(np.isnan(smooth), np.inf, smooth))
    top = floor + RISEN * (lowest - floor) if np.isfinite(floor) else began + RISEN * (began - lowest)
    with np.errstate(invalid="ignore"):
        risen = np.flatnonzero(~(smooth <= np.maximum(top, lowest)))
    return int(risen[0]) if len(risen) else None


def _steepest(rates: np.ndarray, smooth: np.ndarray) -> float | None:
    """The rate at which the smoothed loss falls fastest until it is lowest; None where it never falls.

    Behind its lowest point noise makes it fall faster than ever, between rises.
    """
    known = smooth[np.isfinite(smooth)]
    if len(known) < 2:
        return None
    slopes = np.gradient(known)[: known.argmin() + 1]
    return float(rates[np.argmin(slopes)]) if slopes.min() < 0 else None
