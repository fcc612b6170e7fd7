"""The texts of a session: the query of an address, JSON, and Python source."""

from __future__ import annotations

from typing import Any

from landscape import catalog, query
from landscape.mlp import own
from landscape.networks.session import COUNTS, PLANE, Run, Session, finite
from landscape.parameters import LandscapeError, nearest
from landscape.source import python, script
from landscape.surface import Surface

KEYS = ("network", "optimizer", *COUNTS, "min_delta", "plane", "frame", "slots", "hidden", "seeds", "forks", "edits")
DATA = ("x", "y", "classes", "train", "labels", "told", "columns")  # of own data, in JSON


_SOURCE = """session = ls.networks.Session(
    {network},
    runs=(
{runs}    ),
    epochs={epochs},
    seed={seed},
    patience={patience},
    min_delta={min_delta},
    plane={plane},
    frame={frame},
)
trainings = session.run()

if __name__ == "__main__":
    for trained in trainings:
        print(trained, f"test loss {{trained.test_loss[-1]:.6g}}", trained.diverged or "")
"""
_OWN = """import numpy as np
from landscape.mlp import Data, own

own.remember(Data(
    np.array({x}),
    np.array({y}),
    {rest},
))

"""


def written(session: Session) -> str:
    """The query of an address."""
    pairs = [("network", catalog.text(session.network))]
    pairs += [("optimizer", catalog.text(each.optimizer)) for each in session.runs]
    pairs += [
        (n, str(getattr(session, n)))
        for n, (usual, *_) in COUNTS.items()
        if n == "epochs" or getattr(session, n) != usual
    ]
    pairs += [("min_delta", repr(session.min_delta))] if session.min_delta else []
    pairs += [("plane", session.plane)] if session.plane != PLANE else []
    pairs += [("frame", str(session.frame))] if session.frame is not None else []
    slots = [each.slot for each in session.runs]
    found = {
        "slots": slots if slots != list(range(len(slots))) else (),
        "hidden": [i for i, each in enumerate(session.runs) if each.hidden],
        "seeds": [f"{i}:{each.seed}" for i, each in enumerate(session.runs) if each.seed is not None],
        "forks": [f"{i}:{each.of}:{each.frame}" for i, each in enumerate(session.runs) if each.of is not None],
        "edits": [f"{i}:{k}:{value!r}" for i, each in enumerate(session.runs) for k, value in each.edits],
    }
    return query.written([*pairs, *((name, query.listed(each)) for name, each in found.items() if each)])


def read(address: str) -> Session:
    """The session in an address."""
    pairs = query.read(address, KEYS)
    only = dict(pairs)
    if "network" not in only:
        raise LandscapeError("This address names no network; it should begin with ?network=network:data=spiral.")
    optimizers = [catalog.optimizer(text) for key, text in pairs if key == "optimizer"]
    slots = query.numbers(only, "slots", int) or range(len(optimizers))
    if len(slots) != len(optimizers):
        raise LandscapeError(f"This address has {len(optimizers)} optimizers and {len(slots)} slots; give as many.")
    hidden = _placed(only, "hidden", (int,), len(optimizers))
    seeds = {place: seed for place, seed in _placed(only, "seeds", (int, int), len(optimizers))}
    forks = {place: {"of": of, "frame": at} for place, of, at in _placed(only, "forks", (int,) * 3, len(optimizers))}
    edits = _placed(only, "edits", (int, int, float), len(optimizers))
    runs = [
        Run(each, slots[i], (i,) in hidden, seed=seeds.get(i), **forks.get(i, {}),
            edits=tuple((index, value) for place, index, value in edits if place == i))
        for i, each in enumerate(optimizers)
    ]  # fmt: skip
    counts = {key: query.number(only, key) for key in (*COUNTS, "frame") if key in only}
    words = {"plane": only["plane"]} if "plane" in only else {}
    words |= {"min_delta": finite("min_delta", only["min_delta"], 0.0)} if "min_delta" in only else {}
    return Session(catalog.surface(only["network"]), tuple(runs), **counts, **words)


def source(session: Session) -> str:
    """Python that trains it again."""
    return script(_own_source(session.network) + _SOURCE.format(
        network=python(session.network).replace("ls.surfaces.", "ls.networks.", 1),
        runs="".join(f"        {_python(each)},\n" for each in session.runs),
        **{name: repr(getattr(session, name)) for name in (*COUNTS, "min_delta", "plane", "frame")},
    ))  # fmt: skip


def _python(run: Run) -> str:
    given = {name: getattr(run, name) for name in ("slot", "hidden", "of", "frame", "edits", "seed")}
    usual = {"hidden": False, "of": None, "frame": 0, "edits": (), "seed": None}
    told = [f"{name}={value!r}" for name, value in given.items() if name == "slot" or value != usual[name]]
    return f"ls.networks.Run({python(run.optimizer)}, {', '.join(told)})"


def own_rows(network: Surface) -> dict[str, Any] | None:
    """The rows of own data that a network is trained on, as JSON writes them; None for a data set by name."""
    word = network.values.get("data")
    if not isinstance(word, str) or not word.startswith(own.PREFIX):
        return None
    return own.plain(own.recall(word))


def _own_source(network: Surface) -> str:
    rows = own_rows(network)
    if rows is None:
        return ""
    rest = ", ".join(f"{name}={rows[name]!r}" for name in DATA[2:])
    return _OWN.format(x=rows["x"], y=rows["y"], rest=rest)


def to_dict(session: Session) -> dict[str, Any]:
    """The JSON form as dictionaries and lists."""
    runs = [{**catalog.plain(each.optimizer), "slot": each.slot, "hidden": each.hidden, "of": each.of,
             "frame": each.frame, "edits": [list(pair) for pair in each.edits], "seed": each.seed}
            for each in session.runs]  # fmt: skip
    numbers = {name: getattr(session, name) for name in (*COUNTS, "min_delta", "plane", "frame")}
    rows = own_rows(session.network)
    data = {} if rows is None else {"data": rows}
    return {"network": catalog.plain(session.network), "runs": runs, **numbers, **data}


def from_dict(content: Any) -> Session:
    """The session in its JSON form; own data in it are remembered by this process."""
    if not isinstance(content, dict) or not isinstance(content.get("network"), dict):
        raise LandscapeError("This is no session of Landscape: it names no network.")
    _known(content, ("network", "runs", *COUNTS, "min_delta", "plane", "frame", "data"))
    rows = content.get("runs") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LandscapeError("This is no session of Landscape: its runs are no list of optimizers.")
    if content.get("data") is not None:
        _remember(content["data"], content["network"])
    runs = []
    for row in rows:
        _known(row, ("name", "parameters", "slot", "hidden", "of", "frame", "edits", "seed"))
        rest = {
            name: row[name] for name in ("slot", "hidden", "of", "frame", "edits", "seed") if row.get(name) is not None
        }
        runs.append(Run(catalog.bind("optimizer", row), **rest))
    names = (*COUNTS, "min_delta", "plane", "frame")
    numbers = {name: content[name] for name in names if content.get(name) is not None}
    return Session(catalog.bind("surface", content["network"]), tuple(runs), **numbers)


def _remember(rows: Any, network: dict[str, Any]) -> None:
    """Let this process know the own data of a file, which must be those that its network names."""
    word, named = own.remember(own.from_plain(rows)), (network.get("parameters") or {}).get("data")
    if word != named:
        raise LandscapeError(f"The own data in this file are {word}, and its network asks for {str(named)[:60]}.")


def _known(content: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in content:
        if key not in keys:
            raise LandscapeError(f"This is no session of Landscape: it has a part '{key}'. {nearest(str(key), keys)}")


def _placed(parts: dict[str, str], key: str, kinds: tuple[type, ...], count: int) -> list[tuple]:
    """What a part of an address says of single runs, place first: numbers with colons, and commas between."""
    if not parts.get(key):
        return []
    shape = ":".join(["place", "number", "number"][: len(kinds)])
    try:
        words = [each.split(":") for each in parts[key].split(",")]
        found = [tuple(kind(word) for kind, word in zip(kinds, each, strict=True)) for each in words]
    except (ValueError, OverflowError):
        raise LandscapeError(
            f"{key}={parts[key][:60]} in this address should be {shape}, with commas between."
        ) from None
    if any(not 0 <= each[0] < count for each in found):
        raise LandscapeError(f"{key}={parts[key][:60]} in this address names a run that is not there.")
    return found
