"""What buttons and menus of the Networks page do to its state, as pure functions on its JSON form.

The state is that of an experiment (`surface` with the network's numbers, `entrants` with a branch each or none), and
beside it `epochs`, `seed`, `patience`, `plane` and `edits` of each entrant: {index of a weight: its value}.
"""

from __future__ import annotations

import copy
import random
from typing import Any

from landscape import catalog
from landscape.mlp import datasets, own
from landscape.networks.training import FRAMES
from landscape.parameters import Choice, LandscapeError
from landscape_dashboard import edits
from landscape_dashboard.networking import asked

LAYERS, WIDTHS = 8, (1, 32)
PLAYGROUND = ("x", "y", "x2", "y2", "xy", "sinx", "siny", "cosx", "cosy")
RATES = (1e-5, 10.0)  # of every learning rate's slider here: the Playground's lowest and highest
USUAL = {"sgd": 0.03, "momentum": 0.01, "nesterov": 0.01, "adam": 0.03, "adamw": 0.03, "rmsprop": 0.01, "lion": 0.003}


def widths(content: dict) -> list[int]:
    """Neurons of each hidden layer."""
    text = content["surface"]["parameters"]["hidden"]
    return [int(word) for word in text.split("-")] if text not in ("", "none") else []


def features(content: dict) -> list[str]:
    """The features that are inputs, by name."""
    return (content["surface"]["parameters"]["features"] or "x+y").split("+")


def layered(content: dict, by: int) -> dict:
    """One hidden layer more, of two neurons, or one less."""
    now = widths(content)
    if by > 0 and len(now) == LAYERS:
        raise LandscapeError(f"There are {LAYERS} hidden layers already; take one away first.")
    return _hidden(content, [*now, 2] if by > 0 else now[:-1])


def resized(content: dict, layer: int, by: int) -> dict:
    """One neuron more or less in a hidden layer, counted from 1; without its last neuron the layer goes."""
    now = widths(content)
    if not 1 <= layer <= len(now):
        raise LandscapeError(f"There is no hidden layer {layer} any more; choose one of the {len(now)} that are there.")
    now[layer - 1] += by
    if now[layer - 1] > WIDTHS[1]:
        raise LandscapeError(f"A layer has at most {WIDTHS[1]} neurons here; add another layer instead.")
    return _hidden(content, [width for width in now if width >= WIDTHS[0]])


def _hidden(content: dict, widths: list[int]) -> dict:
    return restarted(put(content, "hidden", "-".join(map(str, widths)) or "none"))


def put(content: dict, name: str, value: Any) -> dict:
    """With another value of the network."""
    return edits.put(content, f"surface.parameters.{name}", value)


def restarted(content: dict) -> dict:
    """For a network with other weights: what was edited by hand in the old ones is gone."""
    content = copy.deepcopy(content)
    for row in content["entrants"]:
        row["edits"] = {}
    return content


def switched(content: dict, name: str) -> dict:
    """With that feature, or without it."""
    now = features(content)
    left = [each for each in _order(now) if (each in now) != (each == name)]
    if not left:
        raise LandscapeError("A network needs one feature at least; choose another one before this one goes.")
    return restarted(put(content, "features", "+".join(left)))


def _order(now: list[str]) -> list[str]:
    """Every feature that may be there, in order: by name, or of other columns their numbers."""
    return list(PLAYGROUND) if all(each in PLAYGROUND for each in now) else [str(i) for i in range(1, 33)]


def fed(content: dict, name: str, *, columns: int = 2, classes: int = 2) -> dict:
    """With other data: with those of another kind, the loss and the features that fit them."""
    content = restarted(put(content, "data", name))
    named = all(each in PLAYGROUND for each in features(content))
    if columns != 2:
        content = put(content, "features", "+".join(map(str, range(1, columns + 1))))
    elif not named:
        content = put(content, "features", "x+y")
    loss = content["surface"]["parameters"]["loss"]
    fits = "squared" if classes == 0 else "cross_entropy" if classes > 2 else loss
    return put(content, "loss", fits)


def reseeded(content: dict, path: str) -> dict:
    """Another seed at that place."""
    seed = random.randrange(10_000)
    return planed(content, "seed", str(seed)) if path == "plane.seed" else edits.put(content, path, seed)


def added(content: dict, name: str) -> dict:
    """One more run, in the first free slot."""
    optimizer = catalog.find("optimizer", name)
    rate = {"learning_rate": USUAL[name]} if name in USUAL else {}
    return _with(content, catalog.plain(optimizer(**rate)) | {"hidden": False, "branch": None, "edits": {}})


def duplicate(content: dict, index: int) -> dict:
    """One more run like that one."""
    return _with(content, copy.deepcopy(content["entrants"][index]))


def forked(content: dict, index: int, frame: int, weights: dict[str, float] | None = None) -> dict:
    """One more run that leaves that one at a recorded frame, perhaps with some weights changed there by hand."""
    row = copy.deepcopy(content["entrants"][index])
    branch = {"of": row["slot"], "frame": max(0, min(frame, content["epochs"] // _every(content) - 1))}
    return _with(content, row | {"branch": branch, "edits": weights or {}, "hidden": False})


def edited(content: dict, index: int, frame: int, weight: int, value: float) -> dict:
    """A weight changed by hand: a fork at this frame, or one weight more of the fork that begins here."""
    row = content["entrants"][index]
    if row.get("branch") and row["branch"]["frame"] == frame:
        return edits.put(content, f"entrants.{index}.edits", {**row["edits"], str(weight): value})
    return forked(content, index, frame, {str(weight): value})


def removed(content: dict, index: int) -> dict:
    """Without that run; one that others fork from is hidden, and stays until they are gone."""
    left = edits.remove(content, index)
    if left == content:
        raise LandscapeError("Other runs fork from this one, so it stays, hidden; remove its forks first.")
    return left


def _every(content: dict) -> int:
    """Epochs from one recorded frame to the next."""
    return -(-content["epochs"] // FRAMES)


def epoch_of(content: dict, frame: int) -> int:
    """The epoch that a recorded frame stands for."""
    return frame * _every(content)


def _with(content: dict, row: dict) -> dict:
    content = copy.deepcopy(content)
    taken = {other["slot"] for other in content["entrants"]}
    if len(taken) >= edits.MOST:
        raise LandscapeError(f"There are {edits.MOST} runs already; remove one first.")
    content["entrants"].append(row | {"slot": next(i for i in range(len(taken) + 1) if i not in taken)})
    return content


def planed(content: dict, name: str, value: str) -> dict | None:
    """Another plane, or another setting of it."""
    kind, settings = asked.plane_of(content["plane"])
    if name == "kind":
        return content | {"plane": asked.plane_text(value, asked.RANDOM if value == "random" else {})}
    new = _whole(name, value) if name == "seed" else value
    return content | {"plane": asked.plane_text(kind, settings | {name: new})}


def chosen(content: dict, path: str, value: str) -> dict:
    """With another option or whole number at that place."""
    if path == "surface.parameters.data":
        return content if value == edits.get(content, path) else fed(content, value, classes=_classes(value))
    now = edits.get(content, path)
    return edits.put(content, path, _whole(path.rsplit(".", 1)[-1], value) if isinstance(now, int) else value)


def option(content: dict, path: str, value: str) -> dict:
    """With another option of an optimizer, or another whole number."""
    parameter = edits.owner_of(content, path).parameters[path.rsplit(".", 1)[1]]
    if isinstance(parameter.kind, Choice):
        return edits.put(content, path, next(each for each in parameter.kind.options if str(each).lower() == value))
    return edits.put(content, path, int(value))


def _classes(name: str) -> int:
    return own.recall(name).classes if name.startswith(own.PREFIX) else datasets.made(name).classes


def _whole(name: str, text: str) -> int:
    try:
        return int(str(text).strip())
    except ValueError:
        raise LandscapeError(f"{name.replace('_', ' ')}={str(text)[:40]} is not a whole number.") from None
