"""What the Networks page is asked for: a session in its forms, within what one server computes for one page.

The page's state is a dictionary: `surface` (the network) and `entrants` (the runs) as an experiment has them, a branch
for each fork; `edits` and `seed` of each entrant, `epochs`, `seed`, `patience`, `plane`, `frame`.
"""

from __future__ import annotations

from typing import Any

from landscape import catalog
from landscape.networks.session import Run, Session
from landscape.networks.training import FRAMES
from landscape.parameters import LandscapeError, nearest

PLANES = {
    "principal": "principal components of the paths",
    "random": "random directions",
    "hessian": "top curvature at the end",
    "gradient": "gradient and its conjugate, at the end",
    "line": "line between the ends of two runs",
    "through": "plane through the ends of three runs",
}
RANDOM = {"seed": 0, "normalization": "filter"}
NORMS = ("filter", "layer", "none")
MOST_RUNS, MOST_EPOCHS, MOST_UPDATES = 8, 20_000, 2_000_000
MOST_WEIGHTS, MOST_NUMBERS = 20_000, 20_000_000
NUMBERS = ("epochs", "seed", "patience", "min_delta", "plane")
KEYS = ("surface", "entrants", "frame", *NUMBERS)
FIRST = {
    "surface": {"name": "network", "parameters": {}},
    "entrants": [{"name": "sgd", "parameters": {"learning_rate": 0.03}, "slot": 0}],
    "epochs": 100,
}


def plane_of(text: str) -> tuple[str, dict[str, Any]]:
    """Kind and settings of a plane that is written as "random:seed=0,normalization=filter"."""
    kind, _, inside = str(text).partition(":")
    if kind not in PLANES:
        raise LandscapeError(f"There is no plane '{kind[:40]}'. {nearest(kind[:40], PLANES)}")
    given = dict(pair.split("=", 1) for pair in inside.split(",") if "=" in pair)
    settings = RANDOM if kind == "random" else {}
    for name in given:
        if name not in settings:
            raise LandscapeError(f"A {kind} plane has no '{name[:40]}'; write {kind}{_written(settings)}.")
    return kind, settings | _checked(given)


def _checked(given: dict[str, str]) -> dict[str, Any]:
    if given.get("normalization", "filter") not in NORMS:
        raise LandscapeError(f"normalization={given['normalization'][:40]} is not one of {', '.join(NORMS)}.")
    try:
        return given | ({"seed": int(given["seed"])} if "seed" in given else {})
    except ValueError:
        raise LandscapeError(f"seed={given['seed'][:40]} of a plane is not a whole number.") from None


def plane_text(kind: str, settings: dict[str, Any]) -> str:
    """The text that `plane_of` reads again."""
    return kind + _written(settings)


def _written(settings: dict[str, Any]) -> str:
    return ":" + ",".join(f"{name}={value}" for name, value in settings.items()) if settings else ""


def session_of(content: Any) -> Session:
    """The session that a state describes; LandscapeError where it makes no sense or is too much for one page."""
    if not isinstance(content, dict) or not isinstance(content.get("surface"), dict):
        raise LandscapeError("This is no session of networks: it names no network.")
    if unknown := next((key for key in content if key not in KEYS), None):
        raise LandscapeError(f"This is no session of networks: it has a part '{unknown[:40]}'.")
    if content["surface"].get("name") != "network":
        raise LandscapeError("This page shows the surface 'network'; open other surfaces on Explore.")
    rest = {key: content[key] for key in NUMBERS if content.get(key) is not None}
    runs = tuple(_run(row, place) for place, row in enumerate(content.get("entrants") or []))
    plane_of(rest.get("plane", "principal"))
    return checked(Session(catalog.bind("surface", content["surface"]), runs, frame=content.get("frame"), **rest))


def _run(row: Any, place: int) -> Run:
    try:
        branch, changed = row.get("branch") or {}, row.get("edits") or {}
        edits = tuple(sorted((int(index), float(value)) for index, value in changed.items()))
        optimizer, of, frame = catalog.bind("optimizer", row), branch.get("of"), branch.get("frame", 0)
        return Run(optimizer, row.get("slot", place), bool(row.get("hidden")), of, frame, edits, row.get("seed"))
    except (AttributeError, TypeError, ValueError) as error:
        if isinstance(error, LandscapeError):
            raise
        raise LandscapeError(f"Run {place + 1} of this session cannot be read.") from None


def content_of(session: Session) -> dict[str, Any]:
    """The state that describes a session."""
    rows = [
        catalog.plain(run.optimizer)
        | {"slot": run.slot, "hidden": run.hidden, "edits": {str(index): weight for index, weight in run.edits}}
        | {"branch": None if run.of is None else {"of": run.of, "frame": run.frame}, "seed": run.seed}
        for run in session.runs
    ]
    kept = {name: getattr(session, name) for name in (*NUMBERS, "frame")}
    network = catalog.plain(session.network)
    network["parameters"]["features"] = "+".join(session.network.inputs)
    return {"surface": network, "entrants": rows} | kept


def checked(session: Session) -> Session:
    """Itself, if one server should compute that for one page."""
    if len(session.runs) > MOST_RUNS:
        raise LandscapeError(f"{len(session.runs)} runs are more than {MOST_RUNS}; remove some.")
    held = sum(run.optimizer.members(session.network.dim) for run in session.runs) * session.network.dim
    frames = min(session.epochs, FRAMES)
    updates = session.epochs * max(session.network.updates, 1)
    for number, most, what in ((session.epochs, MOST_EPOCHS, "epochs"), (updates, MOST_UPDATES, "updates of one run"),
                               (session.network.dim, MOST_WEIGHTS, "weights"),
                               (held * frames, MOST_NUMBERS, "weights of all members and epochs")):  # fmt: skip
        if number > most:
            raise LandscapeError(f"{number:,} {what} are more than this page's {most:,}; take fewer.")
    return session


def from_query(search: str | None) -> Session:
    """The session of an address; of none the first."""
    query = (search or "").removeprefix("?")
    return checked(Session.from_query(query)) if query else session_of(FIRST)
