"""Tune: what becomes of a run as one or two of its numbers change. Click a cell for its run, drag to zoom in."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update

from landscape.experiment import to_dict
from landscape.figures.sensitivity import QUANTITIES, sensitivity
from landscape.parameters import LandscapeError
from landscape.setting import numbers
from landscape_dashboard import menus, panels, tuning
from landscape_dashboard.address import link, within
from landscape_dashboard.tuning import ALONE, STEPS, Asked

NAME, PATH, ORDER = "Tune", "/tune", 2
FIGURES = {"sensitivity": "Sweep map"}
LABELS = {"final": "value at the end", "steps": "steps to the target", "minimum": "minimum reached",
          "diverged": "step of divergence"}  # fmt: skip
SEGMENTS = [{"value": "sweep", "label": "Sweep map"}, {"value": "range", "label": "Range test"}]
PLOT = {"displayModeBar": False, "responsive": True, "doubleClick": False}


def layout() -> html.Div:
    """Rail, map, the run of one cell beside its schedules, time bar."""
    out = html.Button("Zoom out", id="tune-out", className="button small", n_clicks=0)
    there = dcc.Link("open in Explore →", id="tune-link", href=link("/"))
    views = dmc.SegmentedControl(id={"type": "tune", "at": "view"}, size="xs", value="sweep", data=SEGMENTS,
                                 **{"aria-label": "View"})  # fmt: skip
    stack = html.Div([panels.graph("contour", panels.STATIC), panels.graph("overlay", panels.STATIC)],
                     className="stack", id="contour-stack")  # fmt: skip
    drawn = {name: panels.graph(name, panels.STATIC) for name in ("metrics", "convergence")}
    return html.Div(
        [
            dcc.Store(id="tune-asked"),
            dcc.Store(id="tune-experiment"),
            html.Aside(html.Div(id="tune-rail"), className="tune-rail", **{"aria-label": "Settings"}),
            html.Main(
                [
                    html.H1(NAME, className="unseen"),
                    panels.panel("tune-map", "Settings", "", [views, out], panels.graph("tune-map", PLOT)),
                    panels.panel("tune-run", "Run of the cell", "", there, stack),
                    panels.panel("metrics", "Schedules", "one number, and what it does", None, drawn["metrics"]),
                    panels.panel("convergence", "Convergence", "", None, drawn["convergence"]),
                ],
                className="tune-panels",
            ),
            panels.time_bar(),
        ],
        id="tune",
    )


def register(app) -> None:
    """The callbacks of this page."""
    app.callback(
        Output("tune-asked", "data"),
        Output("tune-rail", "children"),
        Output({"type": "tune", "at": "view"}, "value"),
        Input("address", "search"),
        Input({"type": "tune", "at": ALL}, "value"),
        Input("tune-map", "relayoutData"),
        Input("tune-map", "clickData"),
        Input("tune-out", "n_clicks"),
        State("address", "pathname"),
        State("tune-asked", "data"),
    )(_asked)
    app.callback(
        Output("tune-map", "figure"),
        Output("tune-map-subtitle", "children"),
        Output("tune-experiment", "data"),
        Output("tune-run-subtitle", "children"),
        Output("tune-link", "href"),
        Output("tune-told", "children"),
        Input("tune-asked", "data"),
        Input("theme", "data"),
        prevent_initial_call=True,
    )(_drawn)

    def clientside(name: str, *arguments) -> None:
        app.clientside_callback(ClientsideFunction("landscape", name), *arguments, prevent_initial_call=True)

    clientside("addressed", Output("tune-asked", "storage_type"), Input("tune-asked", "data"))
    clientside("tuned", Output("tune-experiment", "storage_type"), Input("tune-experiment", "data"),
               Input("theme", "data"))  # fmt: skip


def _of(query: str) -> Asked:
    """What that part of an address asks for."""
    return Asked.from_query(dict(parse_qsl(query.replace("+", "%2B"))))


def code(kind: str, query: str) -> str:
    """The map as source of that kind."""
    forms = {"python": tuning.python, "shell": tuning.shell, "json": tuning.json}
    if kind not in forms:
        raise LandscapeError(f"There is no code of kind '{kind}'; choose one of {', '.join(forms)}.")
    return forms[kind](_of(query))


def drawn(name: str, query: str, theme: str):
    """The map as a slide."""
    if name not in FIGURES:
        raise LandscapeError(f"This page has no figure '{name}'; it has {', '.join(FIGURES)}.")
    asked = _of(query)
    return sensitivity(tuning.found(asked), theme=theme, quantity=asked.quantity)


def table(query: str) -> str:
    """The cells of the map as CSV."""
    return tuning.table(_of(query))


def _asked(search, values, moved, clicked, _, path, before):
    """What is asked for, the rail and the view, after the address, a menu, a click or a drag."""
    nothing = (no_update,) * 3
    if within(path) != PATH:
        return nothing
    cause = ctx.triggered_id
    if before is None or cause == "address":
        asked, problem = _from_address(search)
        return asked._asdict(), _rail(asked, problem), asked.view
    asked = _read(before)
    if cause == "tune-map" or cause == "tune-out":
        new = asked._replace(window=(), at=()) if cause == "tune-out" else _pointed(asked, moved, clicked)
        return nothing if new is None else (new._asdict(), no_update, no_update)
    value = ctx.triggered[0]["value"]
    if not isinstance(cause, dict) or value is None:
        return nothing
    new = asked._replace(**{cause["at"]: int(value) if cause["at"] == "steps" else value})
    if new == asked:
        return nothing
    elsewhere = cause["at"] in ("surface", "optimizer", "x", "y")
    new = (new._replace(window=(), at=()) if elsewhere else new).settled()
    return new._asdict(), _rail(new, None), no_update


def _read(content: dict[str, Any]) -> Asked:
    """What the browser's store holds."""
    return Asked(**(content | {name: tuple(content[name]) for name in ("window", "at")}))


def _pointed(asked: Asked, moved: dict | None, clicked: dict | None) -> Asked | None:
    """After a click on the map, or a window drawn on it; None where that says nothing.

    In a range test a click chooses a learning rate, where the map has those across.
    """
    if clicked and ctx.triggered[0]["prop_id"].endswith("clickData"):
        point = clicked["points"][0]
        if asked.view == "range" and asked.x != "learning_rate":
            return None
        return asked._replace(at=(point["x"], point["y"]) if asked.view == "sweep" else (point["x"],))
    window = _window(asked, moved or {}) if asked.view == "sweep" else None
    return None if window is None else asked._replace(window=window, at=())


def _from_address(search: str | None) -> tuple[Asked, str | None]:
    """The map of the address; of a broken one, the first map and what is wrong with it."""
    try:
        asked = _of((search or "").removeprefix("?"))
        tuning.found(asked)
        return asked, None
    except LandscapeError as error:
        return Asked(), str(error)


def _window(asked: Asked, moved: dict[str, Any]) -> tuple[float, ...] | None:
    """The numbers between which someone zoomed, or None."""
    swept = tuning.found(asked)
    window: list[float] = []
    for side, axis in (("x", swept.x), ("y", swept.y)):
        if axis is None:
            continue
        ends = [moved.get(f"{side}axis.range[{i}]") for i in (0, 1)]
        if None in ends:
            return None
        window += sorted(10.0**end if axis.log else end for end in ends)
    legal = numbers(*asked.bound())
    for i, name in enumerate(name for name in (asked.x, asked.y) if name != ALONE):
        low, high = legal[name].legal
        window[2 * i], window[2 * i + 1] = max(window[2 * i], low), min(window[2 * i + 1], high)
    return tuple(window)


def _rail(asked: Asked, problem: str | None) -> list:
    """Menus of what is swept, and what it took."""
    names = list(numbers(*asked.bound()))
    told = [html.Div(problem, className="told", role="alert")] if problem else []
    return [
        *told,
        _menu("surface", "Surface", menus.surfaces(), asked.surface),
        _menu("optimizer", "Optimizer", menus.optimizers(), asked.optimizer),
        _menu("x", "Across", menus.options(names), asked.x),
        _menu("y", "Up", menus.options([*(name for name in names if name != asked.x), ALONE]), asked.y),
        _menu("quantity", "Measure", [{"value": n, "label": LABELS[n]} for n in QUANTITIES], asked.quantity),
        _menu("steps", "Steps a run", [{"value": str(n), "label": str(n)} for n in STEPS], str(asked.steps)),
        html.P("Click a cell, or a rate, for its run; drag on the map to zoom.", className="note"),
        html.Div(id="tune-told", className="tune-told", role="status"),
    ]


def _menu(name: str, label: str, data: list, value: str) -> html.Div:
    known = [item for each in data for item in each.get("items", [each])]
    if all(item["value"] != value for item in known):  # of an address, with numbers of its own
        data = [{"value": value, "label": value}, *data]
    select = dmc.Select(id={"type": "tune", "at": name}, data=data, value=value, allowDeselect=False, searchable=True,
                        maxDropdownHeight=380, **{"aria-label": label})  # fmt: skip
    return html.Div([html.H2(label), select], className="tune-menu")


def _drawn(content, theme):
    """Map or range test, the experiment of the chosen cell, and what it took."""
    if content is None:
        return (no_update,) * 6
    asked, theme = _read(content), theme or "light"
    try:
        swept, took = tuning.timed(asked._replace(quantity="final", view="sweep", at=()))
        experiment = tuning.settings(asked)
        if asked.view == "range":
            map_, words = tuning.range_picture(asked, theme), "the rate grows at every step"
            told = [html.Strong("The loss"), *(html.Div(line) for line in tuning.range_words(asked))]
        else:
            map_, words = tuning.sweep_map(asked, theme), "gray: diverges"
            size = html.Strong(f"{swept.final.size:,} runs in one call")
            told = [size, html.Br(), f"of {asked.steps} steps: {took:.2f} s"]
        there = link("/", experiment.to_url())
        return map_, words, to_dict(experiment), tuning.words_of(asked), there, told
    except LandscapeError as error:
        return *(no_update,) * 5, html.Span(str(error), className="error-text")
