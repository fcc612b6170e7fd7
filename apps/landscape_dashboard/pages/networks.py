"""Networks: a small network learning: diagram, decision map, the loss around its weights, and the curves.

How it moves: the browser holds the state as names and numbers; a slider writes into it there and it is posted to
`networks-move` at once; the answer holds the weights of every epoch, so that time needs no server.  What takes longer
than a glance is a job.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, html

from landscape_dashboard import edits as usual
from landscape_dashboard import jobs, panels, sessions
from landscape_dashboard.networking import answers, asked, edits, taken
from landscape_dashboard.networking.rail import rail

NAME, PATH, ORDER, SHORT = "Networks", "/networks", 4, "net"
VIEWS = (("diagram", "Network"), ("decision", "Map"), ("landscape", "Loss"), ("curves", "Curves"))
FIGURES, drawn, code, table = taken.FIGURES, taken.drawn, taken.code, taken.table


def layout() -> html.Div:
    """Rail, four panels, time bar."""
    return sessions.layout(NAME, SHORT, VIEWS, _panels())


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
    sessions.register(app, SHORT, PATH, ANSWERS)
    script = app.clientside_callback  # assets/9d_networks_actions.js
    script(ClientsideFunction("landscape", "netAsked"), Output("net-asked", "storage_type"), Input("net-asked", "data"),
           Input("theme", "data"), prevent_initial_call=True)  # fmt: skip
    script(ClientsideFunction("landscape", "netRailed"), Output("net-rail", "title"), Input("net-rail", "children"))
    script(ClientsideFunction("landscape", "netLook"), Output("net-measure", "name"), Input("net-measure", "value"))
    answers.register(app)
    jobs.offer(app, "networks", answers.work)


def _opened(search: str | None) -> dict:
    return asked.content_of(asked.from_query(search))


def _checked(content: dict) -> dict:
    return asked.content_of(asked.session_of(content))


def _done(content: dict, edit: dict) -> dict | None:
    """The state after something done on a picture: a fork, a weight, a layer, other data."""
    do, at = edit.get("do"), edit.get("at")
    if do == "own":
        return edits.fed(content, edit["word"], columns=edit["columns"], classes=edit["classes"])
    if do == "neurons":
        return edits.resized(content, at, edit["by"])
    if do == "fork":
        return edits.forked(content, at, edit["frame"])
    return edits.edited(content, at, edit["frame"], edit["weight"], edit["value"]) if do == "weight" else None


def _chosen(content: dict, at: str, value: str) -> dict | None:
    """The state after a menu or a field of this page's own."""
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


ANSWERS = sessions.Answers(_opened, _checked, rail, _done, _pressed, edits.option, _chosen)
