"""The vocabulary of schedules.  A new one is a few lines here."""

from typing import Annotated

import jax.numpy as jnp

from landscape.parameters import Level, Range
from landscape.schedule import ScheduleEntry, schedule

First = Annotated[float | None, Level()]
Positive = Annotated[float | None, Level(positive=True)]


@schedule()
def constant(*, value: First = None):
    """The same value throughout."""
    return lambda progress: value + 0.0 * progress


@schedule()
def linear(*, start: First = None, end: Annotated[float | None, Level(0.0)] = None):
    """A straight line from start to end."""
    return lambda progress: start + (end - start) * progress


@schedule(source="arXiv:1608.03983")
def cosine(*, peak: First = None, end: Annotated[float | None, Level(0.0)] = None):
    """Half a cosine from peak down to end: slow, fast, slow."""
    return lambda progress: end + (peak - end) * 0.5 * (1.0 + jnp.cos(jnp.pi * progress))


@schedule(source="doi:10.1126/science.220.4598.671")
def exponential(*, start: Positive = None, end: Annotated[float | None, Level(0.01, positive=True)] = None):
    """Geometric decay from start to end: the same factor at every step."""
    return lambda progress: start * (end / start) ** progress


@schedule(source="arXiv:1708.07120")
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
        begin, end = jnp.where(rising, first, turn), jnp.where(rising, turn, last)
        return end + (begin - end) * 0.5 * (1.0 + jnp.cos(jnp.pi * share))

    return value


ENTRIES = {entry.name: entry for entry in list(globals().values()) if isinstance(entry, ScheduleEntry)}
