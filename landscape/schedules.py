"""The vocabulary of schedules.  A new one is a few lines here.

Each is a function of progress in [0, 1] that meets its levels at both ends.
"""

from typing import Annotated

import jax.numpy as jnp

from landscape.parameters import Level, Range
from landscape.schedule import ScheduleEntry, schedule

First = Annotated[float | None, Level()]
Last = Annotated[float | None, Level(0.0)]
Positive = Annotated[float | None, Level(positive=True)]
Hundredth = Annotated[float | None, Level(0.01, positive=True)]
Tenth = Annotated[float | None, Level(0.1, positive=True)]
Cycles = Annotated[int, Range(1, 10, legal=(1, 1000)), "how many times it starts anew"]


def _mix(first, last, share):
    """From first to last in a straight line, and exactly there at both ends."""
    return (1.0 - share) * first + share * last


def _geometric(first, last, share):
    return first ** (1.0 - share) * last**share


def _swing(progress):
    """Half a cosine from 0 to 1: slow, fast, slow."""
    return 0.5 * (1.0 - jnp.cos(jnp.pi * progress))


@schedule()
def constant(*, value: First = None):
    """The same value throughout."""
    return lambda progress: value + 0.0 * progress


@schedule()
def linear(*, start: First = None, end: Last = None):
    """A straight line from start to end."""
    return lambda progress: _mix(start, end, progress)


@schedule(source="arXiv:1608.03983")
def cosine(*, peak: First = None, end: Last = None):
    """Half a cosine from peak down to end: slow, fast, slow."""
    return lambda progress: _mix(peak, end, _swing(progress))


@schedule(source="arXiv:1608.03983")
def cosine_restarts(
    *,
    peak: First = None,
    end: Last = None,
    cycles: Cycles = 3,
    growth: Annotated[
        float, Range(1.0, 4.0, legal=(0.1, 10.0)), "each cycle is so many times as long as the last"
    ] = 1.0,
):
    """A cosine from peak down to end, again and again, each time from the peak."""
    return lambda progress: _mix(peak, end, _swing(_cycle(progress, cycles, growth)[1]))


@schedule(source="doi:10.1126/science.220.4598.671")
def exponential(*, start: Positive = None, end: Hundredth = None):
    """Geometric decay from start to end: the same factor at every step."""
    return lambda progress: _geometric(start, end, progress)


@schedule(source="arXiv:1512.03385")
def step(
    *,
    start: Positive = None,
    end: Hundredth = None,
    drops: Annotated[int, Range(1, 10, legal=(1, 1000)), "how many times it falls"] = 2,
):
    """Level stretches of one length, each the same factor below the last."""
    return lambda progress: _geometric(start, end, jnp.minimum(jnp.floor(progress * (drops + 1)), drops) / drops)


@schedule()
def polynomial(
    *,
    start: First = None,
    end: Last = None,
    power: Annotated[float, Range(0.25, 4.0, log=True, legal=(0.01, 100.0)), "1 is a straight line"] = 2.0,
):
    """What is left of the run, to a power: from start to end, steep first where the power is above one."""
    return lambda progress: _mix(end, start, (1.0 - progress) ** power)


@schedule(source="arXiv:1706.03762")
def inverse_sqrt(*, start: Positive = None, end: Tenth = None):
    """One over the square root of time: start / √(1 + t), with t such that the run ends at end."""
    return lambda progress: start / jnp.sqrt(_mix(1.0, (start / end) ** 2, progress))


@schedule(source="doi:10.1287/moor.13.2.311")
def logarithmic(*, start: Positive = None, end: Tenth = None):
    """Hajek's cooling c / log(1 + k), k from 1 on: start is c / log 2, and as many k pass as it takes to reach end.

    In the limit annealing is in a global minimum exactly if c is at least the depth of every other minimum.
    """
    two = jnp.log(2.0)

    def value(progress):
        # log(1 + k) with 1 + k from 2 to 2^(start / end), which may be beyond the largest number
        passed = jnp.logaddexp(jnp.log1p(-progress) + two, jnp.log(progress) + two * start / end)
        return start * (two / passed)

    return value


@schedule(source="arXiv:1506.01186", warmup=False)
def cyclic(
    *,
    peak: First = None,
    low: Annotated[float | None, Level(0.25)] = None,
    cycles: Cycles = 3,
    decay: Annotated[float, Range(0.1, 1.0, legal=(0.0, 1.0)), "height of a cycle, as a share of the last one's"] = 1.0,
):
    """Straight up from low to peak and back, again and again: triangular, and with decay 0.5 triangular2."""

    def value(progress):
        number, share = _cycle(progress, cycles)
        return _mix(low, peak, (1.0 - jnp.abs(2.0 * share - 1.0)) * decay ** number.astype(share.dtype))

    return value


@schedule(source="arXiv:1708.07120", warmup=False)
def one_cycle(
    *,
    peak: First = None,
    low: Annotated[float | None, Level(0.04)] = None,
    pct_start: Annotated[float, Range(0.05, 0.95, legal=(0.001, 0.999)), "share of the run before the turn"] = 0.3,
    final: Annotated[float, Range(1.0, 1e4, log=True, legal=(1.0, 1e12)), "end level is low / final"] = 1e4,
    inverse: bool = False,
):
    """Up from low to peak and down to low / final, in half cosines; inverse: down from peak to low and back.

    Momentum runs inversely to the learning rate: `momentum=one_cycle(peak=0.95, low=0.85, inverse=True)`.
    """
    first, turn, last = (peak, low, peak) if inverse else (low, peak, low / final)

    def value(progress):
        rising = progress < pct_start
        share = jnp.where(rising, progress / pct_start, (progress - pct_start) / (1.0 - pct_start))
        return _mix(jnp.where(rising, first, turn), jnp.where(rising, turn, last), _swing(share))

    return value


def _cycle(progress, cycles: int, growth=1.0):
    """The number of the cycle, from 0 on, and how much of it has passed, in [0, 1]; the last one ends with the run."""
    lengths = jnp.cumsum(jnp.asarray(growth, progress.dtype) ** jnp.arange(cycles, dtype=progress.dtype))
    edges = jnp.concatenate([jnp.zeros(1, progress.dtype), lengths / lengths[-1]])
    number = jnp.clip(jnp.searchsorted(edges, progress, side="right") - 1, 0, cycles - 1)
    return number, (progress - edges[number]) / (edges[number + 1] - edges[number])


ENTRIES = {entry.name: entry for entry in list(globals().values()) if isinstance(entry, ScheduleEntry)}
