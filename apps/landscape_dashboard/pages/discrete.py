"""Discrete: several methods on one tour, colouring or assignment at equal evaluations, beside an exact solver.

How it moves: the browser holds the state as names and numbers; a slider writes into it there, and a job plays the match
and answers with every frame of every lane, so that time needs no server.  The exact solver is a job of its own.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update

from landscape.parameters import LandscapeError
from landscape.theme import named
from landscape_dashboard import edits as usual
from landscape_dashboard import panels
from landscape_dashboard.address import within
from landscape_dashboard.discrete import answers, asked, edits, known, taken
from landscape_dashboard.discrete.rail import rail

NAME, PATH, ORDER = "Discrete", "/discrete", 7
VIEWS = (("boards", "Boards"), ("curves", "Curves"), ("exact", "Exact"))
STORES = ("disc-asked", "disc-edit", "disc-none")
FIGURES, drawn, code, table = taken.FIGURES, taken.drawn, taken.code, taken.table


def layout() -> html.Div:
    """Rail, boards over curves, the exact solver, time bar."""
    views = [html.Button(text, className="view", **{"data-action": "view", "data-value": name}) for name, text in VIEWS]
    return html.Div(
        [
            *[dcc.Store(id=name) for name in STORES],
            html.Aside(
                [html.Div(id="disc-told", role="alert"), html.Div(id="disc-rail")],
                id="rail-frame",
                **{"aria-label": "Settings", "data-files": known.accepted()},
            ),
            html.Div(className="scrim", **{"data-action": "rail"}),
            html.Main(
                [
                    panels.phone_line(),
                    html.Div(views, className="phone-views", role="group", **{"aria-label": "View"}),
                    *_panels(),
                    html.Div(className="legend phone-legend"),
                ],
                id="panels",
                **{"data-view": "boards"},
            ),
            panels.time_bar(),
        ],
        id="discrete",
    )


def _panels() -> list:
    edit = _tool("Edit cities", "discCities", "Click adds a city, drag moves one, right click or Delete removes one",
                 id="disc-cities", hidden=True, **{"aria-pressed": "false"})  # fmt: skip
    undo = _tool("Undo", "discUndo", "Back to the cities before", id="disc-undo", hidden=True)
    best = _tool("Best solution", "discBest", "Download the best solution (JSON)")
    add = html.Div(dmc.Button("Add a method", variant="default", **{"data-action": "add"}), className="disc-empty")
    return [
        panels.panel("boards", "Solutions", "", [edit, undo, best], [html.Div(id="disc-boards"), add]),
        panels.panel("curves", "Energy", "", None, html.Div(id="disc-curves", className="disc-view")),
        panels.panel("exact", "Exact solver", "", None, html.Div(id="disc-exact", className="disc-view")),
    ]


def _tool(words: str, action: str, title: str, **more: Any) -> html.Button:
    return html.Button(words, className="toggle disc-tool", title=title, **{"data-action": action, **more})


def register(app) -> None:
    """The callbacks of this page, its routes and its jobs."""
    app.callback(
        Output("disc-asked", "data"),
        Output("disc-rail", "children"),
        Output("disc-told", "children"),
        Input("address", "search"),
        Input({"type": "disc", "at": ALL}, "value"),
        Input({"type": "disc-do", "do": ALL, "at": ALL}, "n_clicks"),
        Input({"type": "option", "at": ALL}, "value"),
        Input({"type": "switch", "at": ALL}, "checked"),
        Input({"type": "schedule", "at": ALL}, "value"),
        Input("disc-edit", "data"),
        Input("theme", "data"),
        State("address", "pathname"),
        State("disc-asked", "data"),
    )(_asked)
    _in_the_browser(app)
    answers.register(app)


def _in_the_browser(app) -> None:
    """What assets/3_explore.js and assets/9i_discrete.js answer without the server."""

    def clientside(name: str, *arguments, **options) -> None:
        app.clientside_callback(ClientsideFunction("landscape", name), *arguments, **options)

    clientside(
        "slide",
        Output("disc-asked", "data", allow_duplicate=True),
        Input({"type": "slider", "at": ALL, "scale": ALL}, "value"),
        Input({"type": "field", "at": ALL}, "value"),
        Input("disc-none", "data"),
        State("disc-asked", "data"),
        prevent_initial_call=True,
    )
    clientside(
        "discAsked", Output("disc-asked", "storage_type"), Input("disc-asked", "data"), prevent_initial_call=True
    )
    clientside("discRailed", Output("disc-rail", "title"), Input("disc-rail", "children"))


def _asked(search, _values, _clicks, _options, _switches, _schedules, edit, theme, path, before):
    """The state, the rail and what is wrong, after the address, a menu, a button or an edit of the browser's.

    What makes no sense is told, and stays in its field.
    """
    if within(path) != PATH:
        return (no_update,) * 3
    cause, look = ctx.triggered_id, named(theme or "light")
    if before is None or cause == "address":
        content, problem = _from_address(search)
        return content, rail(content, look), _told(problem)
    if cause == "theme":
        return no_update, rail(before, look), no_update
    try:
        new = _browser(before, edit) if cause == "disc-edit" else _edit(before, cause, ctx.triggered[0]["value"])
        if new is None or (new == before and cause != "disc-edit"):
            return (no_update,) * 3
        content = asked.content_of(asked.match_of(new), new.get("exact"))
    except LandscapeError as error:
        return no_update, rail(before, look) if _missed(cause) else no_update, _told(str(error))
    except LookupError:  # a click on a row that was removed a moment ago
        return no_update, rail(before, look), None
    return content, rail(content, look), None


def _missed(cause: Any) -> bool:
    """Whether a menu now shows what was refused, so that it must be drawn anew."""
    return isinstance(cause, dict) and cause["type"] == "disc"


def _told(problem: str | None) -> html.Div | None:
    return html.Div(problem, className="told") if problem else None


def _from_address(search: str | None) -> tuple[dict, str | None]:
    """The state of the address; of a broken one the first, and what is wrong with it."""
    try:
        return asked.from_query(search), None
    except LandscapeError as error:
        return asked.first(), str(error)


def _browser(content: dict, edit: Any) -> dict | None:
    """The state after something done on a picture: cities, a branch, a lane less, a whole state."""
    if not isinstance(edit, dict):
        return None
    do = edit.get("do")
    if do == "set":
        return edit["content"]
    if do == "address":
        return asked.from_query(edit["search"])
    if do == "own":
        return edits.instance(content, edit["word"], edit.get("name"))
    if do == "remove":
        return edits.removed(content, edit["at"])
    return edits.branched(content, edit["at"], edit["frame"]) if do == "branch" else None


def _edit(content: dict, cause: Any, value: Any) -> dict | None:
    """The state after one menu or button; None where a control merely appeared."""
    kind, at = cause["type"], cause["at"]
    if kind == "disc-do":
        return _pressed(content, cause["do"], at) if value else None
    if value in (None, ""):
        return None
    if kind == "switch":
        return usual.switch_schedule(content, at, value)
    if kind == "schedule":
        return None if usual.get(content, at)["name"] == value else usual.choose_schedule(content, at, value)
    if kind == "option":
        return edits.option(content, at, value)
    return _chosen(content, at, value)


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
