"""A race: the best value so far of several optimizers, each a median over runs and a band that holds their half."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.convergence import COUNTS, spread_apart
from landscape.figures.findings import LEFT, axis, finding
from landscape.parameters import LandscapeError, nearest
from landscape.scene import Scene
from landscape.theme import Sizes, Theme, dash, mixed

LAYERS = ("race",)
ASKS = ("seeds", "budget")  # what its layer is told
USUAL = ("momentum", "adam", "simulated_annealing", "particle_swarm")  # where none are asked for
FLOOR = 1e-16  # gaps below are drawn here: rounding decides what they are
RIGHT, BOTTOM = 400, 150  # margins of a slide


def race(
    scene: Any,
    *,
    theme: str = "light",
    width: int = parts.WIDTH,
    height: int = parts.HEIGHT,
    sizes: Sizes | None = None,
    by: str = "evaluations",
):
    """Median and middle half of the best value so far, above the minimum where it is known; `by` what is counted.

    Takes a scene with that layer, or what `ls.race` returned.
    """
    if by not in COUNTS:
        raise LandscapeError(f"Cannot draw a race by '{by}'. {nearest(str(by), COUNTS)}")
    found, words = finding(scene, "race")
    colours, sizes = parts.look(theme, width, sizes)
    slots = [track.slot for track in scene.tracks] if isinstance(scene, Scene) else []
    slots = slots if len(slots) == len(found.lanes) else range(len(found.lanes))
    gapped = bool(np.isfinite(found.minimum))
    bands = [_drawn(lane.band(by), found.minimum if gapped else None) for lane in found.lanes]
    low, high = _reach(bands, gapped)
    margin = parts.margins(width, left=LEFT, right=RIGHT, bottom=BOTTOM)
    tall = height - margin["t"] - margin["b"]
    layout = parts.page(colours, sizes, width, height, margin)
    end = max([float(band.amount[-1]) for band in bands if len(band.amount) > 1], default=1.0)
    name = "value above the minimum" if gapped else "best value so far"
    told = f"median and middle half of {len(found.seeds)} runs, by {by.removesuffix('s')}"
    layout |= {
        "xaxis": axis(colours, sizes, by, 0.0, end, False),
        "yaxis": axis(colours, sizes, name, low, high, gapped) | {"showgrid": True},
        "annotations": [*parts.headline(words, colours, sizes, width, told + _losses(found)),
                        *_names(found, bands, slots, colours, sizes, (low, high, gapped), tall)],
    }  # fmt: skip
    traces = [trace for band, slot in zip(bands, slots, strict=True) for trace in _band(band, slot, colours, sizes)]
    return parts.finish(traces, layout)


def _drawn(band: Any, minimum: float | None) -> Any:
    """The band as gaps of at least FLOOR, or as values; what is not finite is left out."""
    shown = {
        name: np.where(np.isfinite(each), each if minimum is None else np.maximum(each - minimum, FLOOR), np.nan)
        for name, each in band._asdict().items() if name != "amount"
    }  # fmt: skip
    return band._replace(**shown)


def _reach(bands, gapped: bool) -> tuple[float, float]:
    values = np.concatenate([np.concatenate([band.lower, band.median, band.upper]) for band in bands])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.1, 1.0)
    if gapped:
        return low / 2, max(high * 2, low * 20)
    room = 0.06 * (high - low) or 0.5
    return low - room, high + room


def _band(band: Any, slot: int, theme: Theme, sizes: Sizes) -> list[dict]:
    """The middle half as a pale area, its median as a line."""
    whole = np.isfinite(band.lower) & np.isfinite(band.upper)
    x, lower, upper = band.amount[whole], band.lower[whole], band.upper[whole]
    colour = theme.colour(slot)
    rgb = ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    area = {"type": "scatter", "mode": "lines", "x": np.concatenate([x, x[::-1]]),
            "y": np.concatenate([upper, lower[::-1]]), "fill": "toself", "fillcolor": f"rgba({rgb},.18)",
            "line": {"width": 0, "color": mixed(colour, theme.panel, 0.5)}, "hoverinfo": "skip",
            "meta": {"role": "band", "slot": slot}}  # fmt: skip
    line = {"color": colour, "width": sizes.curve, "dash": dash(slot), "shape": "hv"}
    median = {"type": "scatter", "mode": "lines", "x": band.amount, "y": band.median, "line": line,
              "meta": {"role": "median", "slot": slot},
              "hovertemplate": "%{x:,d}<br>median %{y:.4g}<extra></extra>"}  # fmt: skip
    return [area, median]


def _names(found, bands, slots, theme: Theme, sizes: Sizes, reach, tall: float) -> list[dict]:
    """Names at the ends of the curves, pushed apart where they would touch."""
    low, high, gapped = reach
    forth = np.log10 if gapped else np.asarray
    longest = max(len(lane.label) for lane in found.lanes)
    size, rows = min(sizes.label, 0.9 * RIGHT / 34 * sizes.label / (0.6 * longest)), []
    for lane, band, slot in zip(found.lanes, bands, slots, strict=True):
        known = band.median[np.isfinite(band.median)]
        last = float(known[-1]) if known.size else high
        share = (forth(last) - forth(low)) / (forth(high) - forth(low))
        rows.append([float(np.clip(share, 0.0, 1.0)) * tall, lane.label, slot])
    spread_apart(rows, 1.25 * sizes.label, tall)
    return [
        {"text": f"<b>{label}</b>", "x": 1, "xref": "paper", "xanchor": "left", "xshift": 0.6 * sizes.label,
         "y": at / tall, "yref": "paper", "yanchor": "middle", "showarrow": False,
         "font": {"size": size, "color": theme.colour(slot)}}
        for at, label, slot in rows
    ]  # fmt: skip


def _losses(found: Any) -> str:
    """Which optimizers lost runs to divergence."""
    return "".join(f" · {lane.label}: {n} diverged" for lane in found.lanes if (n := int(lane.diverged.sum())))
