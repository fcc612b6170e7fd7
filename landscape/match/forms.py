"""The texts of a match: the query of an address, JSON with an instance of one's own in it, and Python source."""

from __future__ import annotations

import json
from typing import Any

from landscape import catalog, query
from landscape.branch import Branch
from landscape.parameters import LandscapeError, nearest
from landscape.problems import instances
from landscape.source import python, script

COUNTS = ("seed", "budget", "frames", "frame")
KEYS = ("problem", "optimizer", *COUNTS, "slots", "branches")
BESIDE = ("exact",)  # the solver that the page Discrete shows beside a match, in its addresses
PARTS = ("problem", "lanes", *COUNTS, "instance")  # of the JSON form
USUAL = {"seed": 0, "frames": 200, "frame": None}

_SOURCE = """match = ls.Match(
    {surface},
    (
{optimizers}    ),
    seed={seed},
    budget={budget},
    frames={frames},
    branches={branches},
    slots={slots},
    frame={frame},
)

if __name__ == "__main__":
    played = match.play()
    for lane in played.lanes:
        print(f"{{lane.label:<32}} best {{lane.best[-1]:,.10g}} after {{lane.evaluations[-1]:,}} evaluations")
    place, x, value = match.best(played)
    print(match.surface.describe(x))
"""


def written(match) -> str:
    """The query of an address."""
    pairs = [("problem", catalog.text(match.surface))]
    pairs += [("optimizer", catalog.text(each)) for each in match.optimizers]
    pairs += [(name, str(getattr(match, name))) for name in COUNTS
              if name == "budget" or getattr(match, name) != USUAL[name]]  # fmt: skip
    if match.slots != tuple(range(len(match.slots))):
        pairs.append(("slots", query.listed(match.slots)))
    if match.branches:
        pairs.append(("branches", ",".join(f"{place}:{of}:{frame}" for place, (of, frame) in match.branches)))
    return query.written(pairs)


def read(address: str) -> dict[str, Any]:
    """What the address of a match says; of an address of the page only that."""
    pairs = query.read(address, KEYS, BESIDE)
    only = dict(pairs)
    if "problem" not in only:
        raise LandscapeError("This address names no problem; it should begin with ?problem=tsp:instance=berlin52.")
    check_problem(catalog.split("surface", only["problem"])[0])
    optimizers = tuple(catalog.optimizer(text) for key, text in pairs if key == "optimizer")
    slots = tuple(query.numbers(only, "slots", int)) if "slots" in only else None
    branches = tuple(query.branches(only.get("branches"), len(optimizers)).items())
    counts = {key: query.number(only, key) for key in COUNTS if key in only}
    return {"surface": catalog.surface(only["problem"]), "optimizers": optimizers, "slots": slots,
            "branches": branches, **counts}  # fmt: skip


def check_problem(name: str) -> None:
    """Raise unless a discrete problem has that name."""
    known = catalog.problems()
    if name not in known:
        raise LandscapeError(f"'{name[:40]}' is no discrete problem. {nearest(name, known)}")


def to_dict(match) -> dict[str, Any]:
    """The JSON form as dictionaries and lists."""
    lanes = [catalog.plain(each) | {"slot": match.slots[i], "branch": _branch(match.branch(i))}
             for i, each in enumerate(match.optimizers)]  # fmt: skip
    text = own_text(match.surface)
    rest = {"instance": text} if text is not None else {}
    return {"problem": catalog.plain(match.surface), "lanes": lanes, **{n: getattr(match, n) for n in COUNTS}} | rest


def _branch(branch: Branch | None) -> dict[str, int] | None:
    return None if branch is None else branch._asdict()


def from_dict(content: Any) -> dict[str, Any]:
    """What the JSON form of a match says; an instance in it is remembered by this process."""
    if not isinstance(content, dict) or not isinstance(content.get("problem"), dict):
        raise LandscapeError("This is no match of Landscape: it names no problem.")
    for key in content:
        if key not in PARTS:
            raise LandscapeError(f"This is no match of Landscape: it has a part '{key[:40]}'. {nearest(key, PARTS)}")
    check_problem(str(content["problem"].get("name")))
    if isinstance(content.get("instance"), str):
        instances.remember(content["instance"])
    rows = content.get("lanes") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LandscapeError("This is no match of Landscape: its lanes are no list of methods.")
    optimizers = tuple(catalog.bind("optimizer", row) for row in rows)
    slots = tuple(row.get("slot", place) for place, row in enumerate(rows))
    branches = tuple((place, _branched(row["branch"])) for place, row in enumerate(rows) if row.get("branch"))
    counts = {name: content[name] for name in COUNTS if content.get(name) is not None}
    return {"surface": catalog.bind("surface", content["problem"]), "optimizers": optimizers, "slots": slots,
            "branches": branches, **counts}  # fmt: skip


def _branched(row: Any) -> Branch:
    try:
        return Branch(int(row["of"]), int(row["frame"]))
    except (KeyError, TypeError, ValueError):
        raise LandscapeError("A branch in this match should say `of` which slot it is, and its `frame`.") from None


def json_text(match) -> str:
    return json.dumps(to_dict(match))


def from_json(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise LandscapeError(f"This is no JSON: {error}.") from None
    return from_dict(content)


def own_text(surface) -> str | None:
    """The text of an instance of one's own, which only this process remembers."""
    word = surface.values.get("instance")
    if not isinstance(word, str) or not word.startswith(instances.PREFIX):
        return None
    return instances.content(word)


def source(match) -> str:
    """Python that plays it again."""
    text = own_text(match.surface)
    loaded = f"from landscape.problems import instances\n\ninstances.remember({text!r})\n\n" if text is not None else ""
    return script(loaded + _SOURCE.format(
        surface=python(match.surface),
        optimizers="".join(f"        {python(each)},\n" for each in match.optimizers),
        branches=tuple((place, tuple(each)) for place, each in match.branches),
        slots=match.slots,
        **{name: getattr(match, name) for name in COUNTS},
    ))  # fmt: skip
