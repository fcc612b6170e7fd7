"""What can be taken away from the Discrete page: code, lanes as a table, boards as a figure, the best solution."""

from __future__ import annotations

import json
import shlex

import numpy as np

from landscape import catalog
from landscape.match import Match, forms
from landscape.parameters import LandscapeError
from landscape.theme import written
from landscape_dashboard.discrete import asked, found, known

FIGURES = {"match": "Boards"}
CODE = ("python", "shell", "json")


def match_of(query: str) -> Match:
    """The match in an address."""
    return asked.match_of(asked.from_query(query))


def drawn(name: str, query: str, theme: str):
    """The boards and their curves at the frame of the address, as a slide."""
    if name not in FIGURES:
        raise LandscapeError(f"This page has no figure '{name}'; it has {', '.join(FIGURES)}.")
    from landscape.figures import solutions
    from landscape.figures.sheet import drawn as draw

    played = found.played(match_of(query))
    if not played.lanes:
        raise LandscapeError("There is no solution to draw yet; add a method first.")
    match = played.match
    surface = match.surface
    best = min((lane.best[-1] for lane in played.lanes), default=np.nan)
    title = f"{known.words(surface.name).capitalize()}: best {told(best)} after {match.budget:,} evaluations each"
    made = solutions.sheet(surface.entry.picture, surface.shown, played.lanes, title=title, minimum=surface.minimum)
    return draw(made, frame=match.frame, theme=theme, size="slide")


def told(value: float) -> str:
    """A value as the problem counts it: whole numbers in full."""
    return f"{value:,.0f}".replace("-", "−") if value == round(value) else written(value)


def code(kind: str, query: str) -> str:
    """The match as source of that kind."""
    if kind not in CODE:
        raise LandscapeError(f"There is no code of kind '{kind}'; choose one of {', '.join(CODE)}.")
    content = asked.from_query(query)
    match = asked.match_of(content)
    if kind == "python":
        return match.python()
    if kind == "json":
        return match.json()
    return commands(match, content["exact"])


def commands(match: Match, solver: str | None) -> str:
    """What to type for the match, and for the exact solver where there is one."""
    problem = catalog.text(match.surface)
    if forms.own_text(match.surface) is not None:
        raise LandscapeError(
            "A command cannot hold a file that was opened here; copy this match as Python, or as JSON "
            "into a file, which landscape match --match match.json plays."
        )
    typed = ["landscape", "match"]
    if match.branches:
        typed += ["--match", match.replace(frame=None).query()]
    else:
        typed += [problem, *(word for each in match.optimizers for word in ("-o", catalog.text(each)))]
        typed += ["--budget", str(match.budget), "--frames", str(match.frames), "--seed", str(match.seed)]
    solved = [["landscape", "solve", problem, "--solver", solver]] if solver else []
    return "\n".join(shlex.join(each) for each in ([typed] if match.optimizers else []) + solved)


def table(query: str) -> str:
    """Every lane frame by frame, as CSV."""
    played = found.played(match_of(query))
    lines = ["lane,frame,evaluations,value,best"]
    for lane in played.lanes:
        rows = zip(lane.evaluations, lane.value, lane.best, strict=True)
        lines += [
            f"{lane.label},{frame},{spent},{value + 0.0:.10g},{best + 0.0:.10g}"  # no minus before a zero
            for frame, (spent, value, best) in enumerate(rows)
        ]
    return "\n".join(lines) + "\n"


def best(query: str) -> str:
    """The best solution of all lanes as JSON: what it is, its value, and whose it is."""
    played = found.played(match_of(query))
    if not played.lanes:
        raise LandscapeError("There is no solution yet; add a method first.")
    match = played.match
    place, x, value = match.best(played)
    whole = [int(each) for each in x] if np.array_equal(x, np.rint(x)) else [float(each) for each in x]
    told = {"problem": catalog.text(match.surface), "method": catalog.text(match.optimizers[place]), "value": value}
    told |= {"told": match.surface.describe(x), "evaluations": match.budget, "seed": match.seed, "solution": whole}
    return json.dumps(told)
