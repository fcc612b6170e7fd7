"""What the Discrete page is asked for: a match in its forms, within what one server computes for one page.

The page's state is a dictionary: `surface` (the problem) and `entrants` (the lanes) as an experiment has them, with a
branch for each lane that leaves another one; `budget`, `seed`, `frame`, and in `exact` the solver beside them, or None.
"""

from __future__ import annotations

from typing import Any

from landscape import catalog, query
from landscape.match import Match, forms
from landscape.parameters import LandscapeError, nearest
from landscape_dashboard.discrete.known import MADE_BY_HAND, solvers

FRAMES = 200  # moments of every match here
MOST_METHODS, MOST_BUDGET, MOST_PLACES = 4, 2_000_000, 400
MOST_CITIES = 200  # that are drawn by hand
KEYS = ("surface", "entrants", "budget", "seed", "frame", "exact")
FIRST = "problem=tsp&budget=200000"
METHODS = ("simulated_annealing", "genetic")  # what the page begins with


def match_of(content: Any) -> Match:
    """The match that a state describes; LandscapeError where it makes no sense or is too much for one page."""
    if not isinstance(content, dict) or not isinstance(content.get("surface"), dict):
        raise LandscapeError("This is no match: it names no problem.")
    if unknown := next((key for key in content if key not in KEYS), None):
        raise LandscapeError(f"This is no match: it has a part '{str(unknown)[:40]}'.")
    rest = {name: content[name] for name in ("budget", "seed", "frame") if content.get(name) is not None}
    if content.get("exact") is not None:
        solver_of(content)
    made = {"problem": content["surface"], "lanes": content.get("entrants") or [], "frames": FRAMES, **rest}
    return checked(Match(**forms.from_dict(made)))


def checked(match: Match) -> Match:
    """Itself, if one server should compute that for one page."""
    alone = len(match.optimizers) - len(match.branches)
    limits = (
        (alone, MOST_METHODS, "methods from the start"),
        (match.budget, MOST_BUDGET, "evaluations"),
        (match.surface.dim, MOST_PLACES, "places of one solution"),
        (match.surface.dim if drawn_by_hand(match.surface) else 0, MOST_CITIES, "cities drawn by hand"),
    )
    for number, most, what in limits:
        if number > most:
            raise LandscapeError(f"{number:,} {what} are more than the {most:,} of this page; take fewer.")
    return match


def paced(match: Match) -> Match:
    """The match at as many frames as all here have: what was seen or left at a share of it is so again."""
    share = FRAMES / match.frames
    branches = [(place, (of, min(round(frame * share), FRAMES - 1))) for place, (of, frame) in match.branches]
    frame = None if match.frame is None else round(match.frame * share)
    return match.replace(frames=FRAMES, frame=frame, branches=tuple(branches))


def drawn_by_hand(surface) -> bool:
    """Whether the instance is places that somebody clicked."""
    return str(surface.values.get("instance", "")).startswith(MADE_BY_HAND)


def content_of(match: Match, solver: str | None = None) -> dict[str, Any]:
    """The state that describes a match."""
    made = forms.to_dict(match)
    return {"surface": made["problem"], "entrants": [row | {"hidden": False} for row in made["lanes"]],
            "budget": match.budget, "seed": match.seed, "frame": match.frame, "exact": solver}  # fmt: skip


def from_query(search: str | None) -> dict[str, Any]:
    """The state in an address; of an empty one the first."""
    text = (search or "").lstrip("?")
    if not text:
        return first()
    solver = dict(query.read(text, (*forms.KEYS, *forms.BESIDE))).get("exact")
    match = paced(checked(Match(**forms.read(text))))
    content = content_of(match, solver)
    solver_of(content)
    return content


def first() -> dict[str, Any]:
    """Two methods on berlin52, with the numbers that suit it."""
    match = Match.from_query(FIRST)
    entries = [catalog.find("optimizer", name) for name in METHODS]
    return content_of(match.replace(optimizers=tuple(best_on(match.surface, each) for each in entries), slots=None))


def best_on(surface, entry):
    """The method at the values that suit this problem."""
    return entry(**surface.tuned(entry))


def to_query(match: Match, solver: str | None) -> str:
    """The address of a state, but for the moment that is looked at."""
    told = match.replace(frame=None).query()
    return told if solver is None else f"{told}&exact={solver}"


def solver_of(content: dict[str, Any]) -> str | None:
    """The exact solver of a state, if it has one that can solve its problem."""
    solver = content.get("exact")
    if solver is None:
        return None
    offered = solvers(catalog.bind("surface", content["surface"]))
    if solver not in offered:
        raise LandscapeError(f"There is no exact solver '{str(solver)[:40]}' for this problem. "
                             f"{nearest(str(solver), offered) if offered else 'It has none.'}")  # fmt: skip
    return solver
