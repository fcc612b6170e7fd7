"""What a browser draws of a match: the problem, and every lane's frames as arrays and words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from landscape.match import Lane, Played
from landscape.theme import marker
from landscape_dashboard.compute import encoded
from landscape_dashboard.discrete import known
from landscape_dashboard.discrete.asked import to_query


def payload(played: Played, solver: str | None) -> dict[str, Any]:
    """What the browser draws; of a match that is still being played the lanes that are there."""
    match = played.match
    surface = match.surface
    return encoded({
        "problem": problem(surface),
        "lanes": [_lane(played, place, each) for place, each in enumerate(played.lanes)],
        "spent": played.evaluations.astype(np.float32),
        "steps": match.frames,
        "budget": match.budget,
        "partly": len(played.lanes) < len(match.optimizers),
        "url": to_query(match, solver),
    })  # fmt: skip


def problem(surface) -> dict[str, Any]:
    """The problem as boards draw it, and how it is called."""
    instance = surface.values.get("instance")
    label = known.words(surface.name)
    return {
        "name": surface.name,
        "picture": surface.entry.picture,
        "shown": surface.shown,
        "dim": surface.dim,
        "minimum": number(surface.minimum),
        "label": label,
        "title": f"{known.called(instance)}, {label}" if isinstance(instance, str) else label,
        "instance": instance,
    }


def _lane(played: Played, place: int, lane: Lane) -> dict[str, Any]:
    match = played.match
    parent = match.parent(place)
    return {
        "label": lane.label,
        "slot": lane.slot,
        "marker": marker(lane.slot),
        "x": small(lane.x),
        "value": lane.value,
        "best": lane.best,
        "evaluations": lane.evaluations.astype(np.int32),
        "metrics": _metrics(lane),
        "of": None if parent is None else match.slots[parent],
        "parent": None if parent is None else match.labels[parent],
        "since": lane.since,
    }


def _metrics(lane: Lane) -> dict[str, np.ndarray]:
    """Those with numbers; the share of moves taken goes by one name, whether as a probability or counted."""
    found = {name: each for name, each in lane.metrics.items() if np.isfinite(each).any()}
    return found if "acceptance" in found or "accepted" not in found else found | {"acceptance": found["accepted"]}


def small(x: np.ndarray) -> np.ndarray:
    """Whole numbers in as few bytes as hold them."""
    if x.size == 0 or not np.array_equal(x, np.rint(x)) or x.min() < 0:
        return x.astype(np.float32)
    return x.astype(np.uint8 if x.max() < 256 else np.uint16 if x.max() < 65_536 else np.int32)


def number(value: Any) -> float | None:
    """A finite number, or nothing."""
    return float(value) if value is not None and math.isfinite(value) else None


def step(each) -> dict[str, Any]:
    """How far an exact solver is."""
    return {"seconds": float(each.seconds), "bound": number(each.bound), "incumbent": number(each.incumbent),
            "told": each.told}  # fmt: skip


def proof(found) -> dict[str, Any]:
    """What an exact solver ended with; "proved" only where it is."""
    x = None if found.x is None else encoded(small(np.asarray(found.x)))
    return {
        "status": found.status,
        "solver": found.solver,
        "value": number(found.value),
        "bound": number(found.bound),
        "x": x,
        "told": found.told,
        "seconds": [float(each) for each in found.seconds],
        "bounds": [number(each) for each in found.bounds],
        "incumbents": [number(each) for each in found.incumbents],
    }
