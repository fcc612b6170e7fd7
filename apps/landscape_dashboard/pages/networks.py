"""Networks: a small network learning: diagram, decision map, the loss around its weights, and the curves.

How it moves: the browser holds the state as names and numbers; a slider writes into it there and it is posted to
`networks-move` at once; the answer holds the weights of every epoch, so that time needs no server.  What takes longer
than a glance is a job.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update

from landscape.parameters import LandscapeError
from landscape.theme import named
from landscape_dashboard import edits as usual
from landscape_dashboard import jobs, panels
from landscape_dashboard.address import within
from landscape_dashboard.networking import answers, asked, edits, taken
from landscape_dashboard.networking.rail import rail

NAME, PATH, ORDER = "Networks", "/networks", 4
VIEWS = (("diagram", "Network"), ("decision", "Map"), ("landscape", "Loss"), ("curves", "Curves"))
STORES = ("net-asked", "net-edit", "net-none")
FIGURES, drawn, code, table = taken.FIGURES, taken.drawn, taken.code, taken.table


def layout() -> html.Div:
    """Rail, four panels, time bar."""
    views = [html.Button(text, className="view", **{"data-action": "view", "data-value": name}) for name, text in VIEWS]
    return html.Div(
        [
            *[dcc.Store(id=name) for name in STORES],
            html.Aside(
                [html.Div(id="net-told", role="alert"), html.Div(id="net-rail")],
                id="rail-frame",
                **{"aria-label": "Settings"},
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
                **{"data-view": "diagram"},
            ),
            panels.time_bar(),
        ],
        id="networks",
    )


def _panels() -> list:
    test, sharp = _switch("test", "netTest", "Show test rows"), _switch("sharp", "netSharp", "Round the map to classes")
    matrix = _switch("matrix", "netMatrix", "Show which class test rows are taken for")
    counted = html.Div(id="net-matrix", className="net-matrix", hidden=True)
    measure = dmc.SegmentedControl(id="net-measure", data=["loss", "accuracy"], value="loss", size="xs",
                                   **{"aria-label": "Curves of"})  # fmt: skip
    log = _switch("log", "netLog", "Logarithmic losses", on=True)
    broken = html.P(id="net-broken", className="net-broken", role="status", hidden=True)
    tools = html.Div(id="net-tools", className="net-tools", role="group", hidden=True,
                     **{"aria-label": "Draw points"})  # fmt: skip
    return [
        panels.panel("diagram", "Network", "", None, [_host("diagram"), broken]),
        panels.panel("decision", "Decision map", "", [test, sharp, matrix], [_host("decision"), tools, counted]),
        panels.panel("landscape", "Loss landscape", "", None, _host("landscape")),
        panels.panel("curves", "Curves", "", [log, measure], _host("curves")),
    ]


def _host(name: str) -> html.Div:
    """The element that a view is drawn into (assets/9f_network_diagram.js, 9g_network_plots.js)."""
    return html.Div(id=f"net-{name}", className="net-view")


def _switch(word: str, action: str, label: str, on: bool = False) -> html.Button:
    return html.Button(word, className="toggle net-switch", title=label,
                       **{"data-action": action, "aria-label": label, "aria-pressed": str(on).lower()})  # fmt: skip


def register(app) -> None:
    """The callbacks of this page, its routes and its job."""
    app.callback(
        Output("net-asked", "data"),
        Output("net-rail", "children"),
        Output("net-told", "children"),
        Input("address", "search"),
        Input({"type": "net", "at": ALL}, "value"),
        Input({"type": "net-do", "do": ALL, "at": ALL}, "n_clicks"),
        Input({"type": "option", "at": ALL}, "value"),
        Input({"type": "switch", "at": ALL}, "checked"),
        Input({"type": "schedule", "at": ALL}, "value"),
        Input("net-edit", "data"),
        Input("theme", "data"),
        State("address", "pathname"),
        State("net-asked", "data"),
    )(_asked)
    _in_the_browser(app)
    answers.register(app)
    jobs.offer(app, "networks", answers.work)


def _in_the_browser(app) -> None:
    """What assets/3_explore.js and assets/9d_networks_actions.js answer without the server."""

    def clientside(name: str, *arguments, **options) -> None:
        app.clientside_callback(ClientsideFunction("landscape", name), *arguments, **options)

    clientside(
        "slide",
        Output("net-asked", "data", allow_duplicate=True),
        Input({"type": "slider", "at": ALL, "scale": ALL}, "value"),
        Input({"type": "field", "at": ALL}, "value"),
        Input("net-none", "data"),
        State("net-asked", "data"),
        prevent_initial_call=True,
    )
    clientside("netAsked", Output("net-asked", "storage_type"), Input("net-asked", "data"), Input("theme", "data"),
               prevent_initial_call=True)  # fmt: skip
    clientside("netRailed", Output("net-rail", "title"), Input("net-rail", "children"))
    clientside("netLook", Output("net-measure", "name"), Input("net-measure", "value"))


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
        new = _browser(before, edit) if cause == "net-edit" else _edit(before, cause, ctx.triggered[0]["value"])
        if new is None or (new == before and cause != "net-edit"):
            return (no_update,) * 3
        content = asked.content_of(asked.session_of(new))
    except LandscapeError as error:
        return no_update, no_update, _told(str(error))
    except LookupError:  # a click on a row that was removed a moment ago
        return no_update, rail(before, look), None
    return content, rail(content, look), None


def _told(problem: str | None) -> html.Div | None:
    return html.Div(problem, className="told") if problem else None


def _from_address(search: str | None) -> tuple[dict, str | None]:
    """The state of the address; of none the first, of a broken one the first and what is wrong with it."""
    try:
        return asked.content_of(asked.from_query(search)), None
    except LandscapeError as error:
        return asked.content_of(asked.from_query(None)), str(error)


def _browser(content: dict, edit: Any) -> dict | None:
    """The state after something done on a picture: a fork, a weight, a layer, other data, a whole state."""
    if not isinstance(edit, dict):
        return None
    do, at = edit.get("do"), edit.get("at")
    if do == "set":
        return edit["content"]
    if do == "own":
        return edits.fed(content, edit["word"], columns=edit["columns"], classes=edit["classes"])
    if do == "neurons":
        return edits.resized(content, at, edit["by"])
    if do == "fork":
        return edits.forked(content, at, edit["frame"])
    return edits.edited(content, at, edit["frame"], edit["weight"], edit["value"]) if do == "weight" else None


def _edit(content: dict, cause: Any, value: Any) -> dict | None:
    """The state after one menu or button; None where a control merely appeared."""
    kind, at = cause["type"], cause["at"]
    if kind == "net-do":
        return _pressed(content, cause["do"], at) if value else None
    if value in (None, ""):
        return None
    if kind == "switch":
        return usual.switch_schedule(content, at, value)
    if kind == "schedule":
        return None if usual.get(content, at)["name"] == value else usual.choose_schedule(content, at, value)
    if kind == "option":
        return edits.option(content, at, value)
    if at == "add":
        return edits.added(content, value)
    if at.startswith("plane."):
        return edits.planed(content, at.removeprefix("plane."), value)
    return edits.chosen(content, at, value)


def _pressed(content: dict, do: str, at: Any) -> dict:
    """The state after a button of the rail."""
    what, _, way = do.partition("-")
    step = 1 if way == "plus" else -1
    if what == "layers":
        return edits.layered(content, step)
    if what == "neurons":
        return edits.resized(content, at, step)
    if what == "feature":
        return edits.switched(content, at)
    if what == "reseed":
        return edits.reseeded(content, at)
    if what == "duplicate":
        return edits.duplicate(content, at)
    return {"hide": usual.hide, "remove": edits.removed, "recolour": usual.recolour}[what](content, at)
