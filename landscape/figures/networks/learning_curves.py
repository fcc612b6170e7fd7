"""Loss or accuracy over the epochs of one or several trainings: training solid, test dashed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures import findings
from landscape.figures.study.picture import End, Plot
from landscape.parameters import LandscapeError, numbered
from landscape.theme import Sizes, Theme, written

MEASURES = ("loss", "accuracy")
MOST = 10.0  # times the largest loss at the start: what is higher is cut


def learning_curves(
    trainings: Any,
    theme: Theme,
    sizes: Sizes,
    *,
    measure: str = "loss",
    labels: Sequence[str] | None = None,
    slots: Sequence[int] | None = None,
    log: bool | None = None,
) -> Plot:
    """Loss or accuracy over the epochs: training solid, test dashed; of a fork from where it leaves its parent.

    Takes one or several results of `landscape.networks.train`; `log` None: where losses are positive and span a decade.
    """
    if measure not in MEASURES:
        raise LandscapeError(f"measure='{measure}' is not one of {', '.join(MEASURES)}.")
    trainings = list(trainings) if isinstance(trainings, (list, tuple)) else [trainings]
    names = labels or numbered([each.optimizer.label for each in trainings])
    slots = range(len(trainings)) if slots is None else slots
    pairs = [(getattr(each, measure), getattr(each, f"test_{measure}")) for each in trainings]
    seen = np.concatenate([values[np.isfinite(values)] for pair in pairs for values in pair])
    if not seen.size:
        raise LandscapeError(f"There is no {measure} to draw: the data have no classes, or no number is finite.")
    shares = (-0.02, 1.02), False, ""
    starts = [values[0] for pair in pairs for values in pair]
    span, log, cut = _span(seen, starts, log) if measure == "loss" else shares
    traces, ends = [], []
    for each, name, slot, pair in zip(trainings, names, slots, pairs, strict=True):
        for values, dash in zip(pair, ("solid", "dash"), strict=True):
            if np.isfinite(values).any():
                own = slice(each.since, None)
                traces.append(_line(each.epochs[own], values[own], theme.colour(slot), dash, sizes, slot))
        ends.append(_end(name, slot, pair, span, log, measure))
    last = max(float(each.epochs[-1]) for each in trainings)
    axes = {
        "xaxis": findings.axis(theme, sizes, "epochs", 0.0, last, False),
        "yaxis": findings.axis(theme, sizes, measure, *span, log) | {"showgrid": True},
    }
    tested = any(np.isfinite(test).any() for _, test in pairs)
    return Plot(
        title=f"{measure.capitalize()} of {trainings[0].surface.label}",
        subtitle=("training solid, test dashed and in numbers" if tested else "training")
        + (" · logarithmic" if log else "")
        + cut,
        traces=traces,
        axes=axes,
        ends=tuple(ends),
    )


def _span(seen: np.ndarray, first: Sequence[float], log: bool | None) -> tuple[tuple[float, float], bool, str]:
    """The ends of the axis of losses, whether it is logarithmic, and what is cut, in words."""
    low, high = float(seen.min()), float(seen.max())
    limit = MOST * max((abs(float(each)) for each in first if np.isfinite(each)), default=high)
    told = f" · cut at {written(limit)}, the highest is {written(high)}" if 0 < limit < high else ""
    high = limit if told else high
    if log is None:
        log = 0 < 10 * low < high
    if log:
        positive = seen[seen > 0]
        if not positive.size:
            raise LandscapeError("log=true needs losses above 0, and there are none; leave it out.")
        return (float(positive.min()) / 1.3, max(high, float(positive.min())) * 1.3), True, told
    room = 0.05 * (high - low) or 0.05
    return (min(low, 0.0) - room * (low < 0), high + room), False, told


def _line(epochs: np.ndarray, values: np.ndarray, colour: str, dash: str, sizes: Sizes, slot: int) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": epochs, "y": np.where(np.isfinite(values), values, np.nan),
            "line": {"color": colour, "width": sizes.curve, "dash": dash}, "connectgaps": False,
            "meta": {"role": "training" if dash == "solid" else "test", "slot": slot},
            "hovertemplate": "epoch %{x:g}: %{y:.4g}<extra></extra>"}  # fmt: skip


def _end(name: str, slot: int, pair, span, log: bool, measure: str) -> End:
    """What stands beside the last finite value of the test, or of the training where there is no test."""
    curve = next((values for values in reversed(pair) if np.isfinite(values).any()), pair[0])
    finite = curve[np.isfinite(curve)]
    if not finite.size:
        return End(0.5, name, "diverged", slot)
    value = float(finite[-1])
    low, high, at = (*np.log(span), np.log(max(value, span[0]))) if log else (*span, value)
    said = f"{value:.0%}" if measure == "accuracy" else written(value)
    diverged = not np.isfinite(pair[0][-1])
    return End(float(np.clip((at - low) / (high - low), 0, 1)), name, "diverged" if diverged else said, slot)
