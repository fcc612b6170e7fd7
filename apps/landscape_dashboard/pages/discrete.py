"""Discrete: several methods on one tour, colouring or assignment at equal evaluations, beside an exact solver.

How it moves: the browser holds the state as names and numbers; a slider writes into it there, and a job plays the match
and answers with every frame of every lane, so that time needs no server.  The exact solver is a job of its own.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, html

from landscape_dashboard import edits as usual
from landscape_dashboard import panels, sessions
from landscape_dashboard.discrete import answers, asked, edits, known, taken
from landscape_dashboard.discrete.rail import rail

NAME, PATH, ORDER, SHORT = "Discrete", "/discrete", 7, "disc"
VIEWS = (("boards", "Boards"), ("curves", "Curves"), ("exact", "Exact"))
FIGURES, drawn, code, table = taken.FIGURES, taken.drawn, taken.code, taken.table


def layout() -> html.Div:
    """Rail, boards over curves, the exact solver, time bar."""
    return sessions.layout(NAME, SHORT, VIEWS, _panels(), **{"data-files": known.accepted()})


def _panels() -> list:
    more = _tool("Go on", "discOn", "Play what was stopped", id="disc-on", hidden=True)
    edit = _tool("Edit cities", "discCities", "Click adds a city, drag moves one, right click or Delete removes one",
                 id="disc-cities", hidden=True, **{"aria-pressed": "false"})  # fmt: skip
    undo = _tool("Undo", "discUndo", "Back to the cities before", id="disc-undo", hidden=True)
    best = _tool("Best solution", "discBest", "Download the best solution (JSON)")
    add = html.Div(dmc.Button("Add a method", variant="default", **{"data-action": "add"}), className="disc-empty")
    return [
        panels.panel("boards", "Solutions", "", [more, edit, undo, best], [html.Div(id="disc-boards"), add]),
        panels.panel("curves", "Energy", "", None, html.Div(id="disc-curves", className="disc-view")),
        panels.panel("exact", "Exact solver", "", None, html.Div(id="disc-exact", className="disc-view")),
    ]


def _tool(words: str, action: str, title: str, **more: Any) -> html.Button:
    return html.Button(words, className="toggle disc-tool", title=title, **{"data-action": action, **more})


def register(app) -> None:
    """The callbacks of this page, its routes and its jobs."""
    sessions.register(app, SHORT, PATH, ANSWERS)
    script = app.clientside_callback  # assets/9i_discrete_rail.js
    script(ClientsideFunction("landscape", "discAsked"), Output("disc-asked", "storage_type"),
           Input("disc-asked", "data"), prevent_initial_call=True)  # fmt: skip
    script(ClientsideFunction("landscape", "discRailed"), Output("disc-rail", "title"), Input("disc-rail", "children"))
    answers.register(app)


def _checked(content: dict) -> dict:
    """The same state written in full, with the exact solver that no match knows of."""
    return asked.content_of(asked.match_of(content), content.get("exact"))


def _done(content: dict, edit: dict) -> dict | None:
    """The state after something done on a picture: cities, a branch, a lane less, a link opened again."""
    do = edit.get("do")
    if do == "address":
        return asked.from_query(edit["search"])
    if do == "own":
        return edits.instance(content, edit["word"], edit.get("name"))
    if do == "remove":
        return edits.removed(content, edit["at"])
    return edits.branched(content, edit["at"], edit["frame"]) if do == "branch" else None


def _chosen(content: dict, at: str, value: str) -> dict | None:
    """The state after a menu or a field of this page's own."""
    what, _, rest = at.partition(".")
    if what == "surface":
        return edits.counted(content, at, value)
    if what == "method":
        return edits.method(content, int(rest), value)
    if what == "problem":
        return None if value == content["surface"]["name"] else edits.problem(content, value)
    if what == "instance":
        return None if value == content["surface"]["parameters"]["instance"] else edits.instance(content, value)
    if what == "exact":
        return edits.solving(content, value)
    return edits.added(content, value) if what == "add" else edits.whole(content, what, value)


def _pressed(content: dict, do: str, at: Any) -> dict:
    """The state after a button of the rail."""
    if do == "exact":
        return edits.toggled(content)
    if do == "reseed":
        return edits.reseeded(content)
    return {"remove": edits.removed, "recolour": usual.recolour}[do](content, at)


ANSWERS = sessions.Answers(asked.from_query, _checked, rail, _done, _pressed, edits.option, _chosen)
