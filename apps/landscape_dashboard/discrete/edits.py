"""What buttons and menus of the Discrete page do to its state, as pure functions on its JSON form."""

from __future__ import annotations

import copy
import random
from typing import Any

from landscape import catalog
from landscape.parameters import Choice, LandscapeError
from landscape.theme import MARKERS
from landscape_dashboard import edits
from landscape_dashboard.discrete.asked import FRAMES, MOST_METHODS, best_on
from landscape_dashboard.discrete.known import fitting, solvers


def problem(content: dict, name: str) -> dict:
    """Another problem, at its defaults."""
    return posed(content, {"name": name, "parameters": {}})


def instance(content: dict, word: str, name: str | None = None) -> dict:
    """Another instance, of the same problem or of another one."""
    row = content["surface"]
    name = row["name"] if name is None else name
    before = row["parameters"] if name == row["name"] else {}
    return posed(content, {"name": name, "parameters": fitting(name, before | {"instance": word})})


def posed(content: dict, row: dict) -> dict:
    """With another problem, and methods tuned to it where they still have untouched values."""
    surface, before = catalog.bind("surface", row), catalog.bind("surface", content["surface"])
    if surface == before and catalog.text(surface) == catalog.text(before):
        return content
    made = copy.deepcopy(content) | {"surface": catalog.plain(surface)}
    for place, each in enumerate(made["entrants"]):
        now = catalog.bind("optimizer", each)
        if now in (now.entry(), best_on(before, now.entry)):
            made["entrants"][place] = each | catalog.plain(best_on(surface, now.entry))
    if made["exact"] is not None:
        offered = solvers(surface)
        made["exact"] = made["exact"] if made["exact"] in offered else next(iter(offered), None)
    return made | {"frame": None}


def option(content: dict, path: str, value: str) -> dict:
    """With another option or whole number of the problem or of a method."""
    parameter = edits.owner_of(content, path).parameters[path.rsplit(".", 1)[1]]
    if isinstance(parameter.kind, Choice):
        read = next(each for each in parameter.kind.options if str(each).lower() == value)
    else:
        read = int(value)
    changed = edits.put(content, path, read)
    return posed(content, changed["surface"]) if path.startswith("surface.") else changed


def counted(content: dict, path: str, text: Any) -> dict:
    """With another whole number of the problem, which was typed."""
    return posed(content, edits.put(content, path, _whole(path.rsplit(".", 1)[1], text))["surface"])


def whole(content: dict, name: str, text: Any) -> dict:
    """With another budget or seed."""
    return content | {name: _whole(name, text)}


def _whole(name: str, text: Any) -> int:
    words = str(text).replace(",", "").strip()
    if not words.isdecimal():
        raise LandscapeError(f"{name}={str(text)[:40]} is not a whole number; give one like 7.")
    return int(words)


def added(content: dict, name: str) -> dict:
    """One more method, in the first free slot."""
    alone = [row for row in content["entrants"] if not row.get("branch")]
    if len(alone) >= MOST_METHODS:
        raise LandscapeError(f"There are {MOST_METHODS} methods already; remove one first.")
    surface, entry = catalog.bind("surface", content["surface"]), catalog.find("optimizer", name)
    return _with(content, catalog.plain(best_on(surface, entry)) | {"hidden": False, "branch": None})


def branched(content: dict, index: int, frame: int, name: str | None = None) -> dict:
    """One more lane that leaves that one at a frame, with another method or to be given other numbers."""
    row = copy.deepcopy(content["entrants"][index])
    branch = {"of": row["slot"], "frame": max(0, min(int(frame), FRAMES - 1))}
    if name is not None and name != row["name"]:
        surface = catalog.bind("surface", content["surface"])
        row |= catalog.plain(best_on(surface, catalog.find("optimizer", name)))
    return _with(content, row | {"branch": branch})


def method(content: dict, index: int, name: str) -> dict:
    """Another method in the same lane, at the values that suit the problem."""
    if content["entrants"][index]["name"] == name:
        return content
    content = copy.deepcopy(content)
    surface = catalog.bind("surface", content["surface"])
    content["entrants"][index] |= catalog.plain(best_on(surface, catalog.find("optimizer", name)))
    return content


def removed(content: dict, index: int) -> dict:
    """Without that lane; one that others leave stays until they are gone."""
    slot = content["entrants"][index]["slot"]
    if any((row.get("branch") or {}).get("of") == slot for row in content["entrants"]):
        raise LandscapeError("Other lanes branch off this one; remove them first.")
    content = copy.deepcopy(content)
    del content["entrants"][index]
    return content


def reseeded(content: dict) -> dict:
    return content | {"seed": random.randrange(10_000)}


def solving(content: dict, solver: str | None) -> dict:
    """With that exact solver beside, or none."""
    return content | {"exact": solver}


def toggled(content: dict) -> dict:
    """With the first exact solver that can solve this problem, or without."""
    if content["exact"] is not None:
        return solving(content, None)
    offered = solvers(catalog.bind("surface", content["surface"]))
    if not offered:
        raise LandscapeError(
            "No exact solver here can solve this problem; install landscape[exact], or take another one."
        )
    return solving(content, offered[0])


def _with(content: dict, row: dict) -> dict:
    content = copy.deepcopy(content)
    taken = {other["slot"] for other in content["entrants"]}
    if len(taken) >= len(MARKERS):
        raise LandscapeError(f"There are {len(MARKERS)} lanes already; remove one first.")
    content["entrants"].append(row | {"slot": next(i for i in range(len(taken) + 1) if i not in taken)})
    return content
