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


def learning_curves(
    trainings: Any,
    theme: Theme,
    sizes: Sizes,
    *,
    measure: str = "loss",
    labels: Sequence[str] | None = None,
    log: bool | None = None,
) -> Plot:
    """The curves of `landscape.networks.train` results; `log` None: where losses are positive and span a decade."""
    if measure not in MEASURES:
        raise LandscapeError(f"measure='{measure}' is not one of {', '.join(MEASURES)}.")
    trainings = trainings if isinstance(trainings, (list, tuple)) else [trainings]
    names = labels or numbered([each.optimizer.label for each in trainings])
    pairs = [(getattr(each, measure), getattr(each, f"test_{measure}")) for each in trainings]
    seen = np.concatenate([values[np.isfinite(values)] for pair in pairs for values in pair])
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    if log is None:
        log = measure == "loss" and 0 < 10 * low < high
    room = 0.05 * (high - low) or 0.05
    span = (low / 1.3, high * 1.3) if log else (min(low, 0.0) - room * (low < 0), high + room)
    span = (-0.02, 1.02) if measure == "accuracy" else span
    traces, ends = [], []
    for slot, (each, name, pair) in enumerate(zip(trainings, names, pairs, strict=True)):
        for values, dash in zip(pair, ("solid", "dash"), strict=True):
            if np.isfinite(values).any():
                traces.append(_line(each.epochs, values, theme.colour(slot), dash, sizes))
        ends.append(_end(name, slot, pair, span, log, measure))
    last = max(float(each.epochs[-1]) for each in trainings)
    axes = {
        "xaxis": findings.axis(theme, sizes, "epochs", 0.0, last, False),
        "yaxis": findings.axis(theme, sizes, measure, *span, log) | {"showgrid": True},
    }
    return Plot(
        title=f"{measure.capitalize()} of {trainings[0].surface.label}",
        subtitle="training solid, test dashed" + (" · logarithmic" if log else ""),
        traces=traces,
        axes=axes,
        ends=tuple(ends),
    )


def _line(epochs: np.ndarray, values: np.ndarray, colour: str, dash: str, sizes: Sizes) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": epochs, "y": np.where(np.isfinite(values), values, np.nan),
            "line": {"color": colour, "width": sizes.curve, "dash": dash}, "connectgaps": False,
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
