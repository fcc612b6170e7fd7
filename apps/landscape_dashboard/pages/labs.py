"""Labs: experiments with a question to predict, a figure, and claims that are measured as the sliders move.

How it moves: the browser knows every lab's words and parameters; it asks the job for what a lab finds at these numbers
and gets one sheet as traces, all its moments included, so that time needs no server.
"""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, dcc, html

from landscape_dashboard import jobs, panels
from landscape_dashboard.lab_page import answers, known, taken
from landscape_dashboard.rows import icon

NAME, PATH, ORDER = "Labs", "/labs", 6
FIGURES, drawn, code, stem = taken.FIGURES, taken.drawn, taken.code, taken.stem
PLOT = panels.STILL | {"responsive": False}  # its places are made for the pixels that it has


def layout() -> html.Div:
    """Rail, the lab, time bar; what is inside is written by assets/9h_labs*.js."""
    return html.Div(
        [
            dcc.Store(id="labs-known", data=known.known()),
            _rail(),
            html.Div(className="scrim", **{"data-action": "rail"}),
            html.Main([_head(), _verdict(), _figure(), *_below()], id="labs-main", tabIndex=-1),
            panels.time_bar(),
        ],
        id="labs",
    )


def _rail() -> html.Aside:
    menu = dmc.Select(id="labs-menu", data=known.menu(), searchable=True, allowDeselect=False, maxDropdownHeight=460,
                      className="surface-menu", nothingFoundMessage="No such lab", **{"aria-label": "Lab"})  # fmt: skip
    return html.Aside(
        [html.Div(id="labs-told", role="alert"), html.Div([html.H2("Lab"), menu], className="labs-choose"),
         html.Div(id="labs-rail")],
        id="rail-frame", **{"aria-label": "Settings"},
    )  # fmt: skip


def _head() -> html.Div:
    change = html.Button([icon("adjust"), "Change"], className="button labs-change", **{"data-action": "rail"})
    words = html.Div([html.H1(id="labs-title"), html.Span(id="labs-family", className="dim")])
    return html.Div([html.Div([words, change], className="labs-heading"), html.P(id="labs-explanation")],
                    className="labs-head")  # fmt: skip


def _verdict() -> html.Section:
    return html.Section(id="labs-verdict", hidden=True, **{"aria-label": "Prediction"})


def _figure() -> html.Section:
    """The headline of a sheet, tabs where there are several, and its plot with the veil over it."""
    head = html.Div(
        [html.Div([html.H2(id="labs-headline"), html.P(id="labs-subtitle", className="dim")]),
         html.Div(id="labs-tabs", role="group", **{"aria-label": "Figures"})],
        className="labs-figure-head",
    )  # fmt: skip
    under = html.Div(panels.graph("labs-plot", PLOT), id="labs-under")
    body = html.Div([under, html.Div(id="labs-veil", hidden=True)], className="labs-canvas", id="labs-canvas")
    stale = html.Div(id="labs-stale", role="status", hidden=True)
    words = [html.Div(id="labs-notes", className="dim"), html.P(id="labs-hint", className="dim")]
    return html.Section([head, stale, body, *words], className="labs-figure panel", id="labs-figure",
                        **{"aria-label": "Figure"})  # fmt: skip


def _below() -> list:
    """Claims, passages and references."""
    return [
        html.Section(id="labs-claims", className="labs-part", hidden=True, **{"aria-label": "Claims"}),
        html.Section(id="labs-passages", className="labs-part", hidden=True, **{"aria-label": "More"}),
        html.Section(id="labs-references", className="labs-part", hidden=True, **{"aria-label": "References"}),
    ]


def register(app) -> None:
    """The callbacks of this page, its routes and its job."""

    def clientside(name: str, *arguments, **options) -> None:
        app.clientside_callback(ClientsideFunction("landscape", name), *arguments, **options)

    clientside("labsOpened", Output("labs-known", "storage_type"), Input("labs-known", "data"),
               Input("address", "search"))  # fmt: skip
    clientside("labsThemed", Output("labs-plot", "className"), Input("theme", "data"), prevent_initial_call=True)
    clientside("labsChosen", Output("labs-menu", "error"), Input("labs-menu", "value"), prevent_initial_call=True)
    answers.register(app)
    jobs.offer(app, "labs", answers.work)
