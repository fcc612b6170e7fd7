"""The panels of the Explore page, its time bar, what only phones show, and the frame of other pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from landscape.figures.surface_3d import CAMERA
from landscape_dashboard.controls import icon

STILL = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False}
STATIC = STILL | {"staticPlot": True}
BLANK: dict[str, Any] = {"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False},
                         "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}}  # fmt: skip


def panels() -> list:
    """Surface, contour, convergence and metrics."""
    ramp = html.Span(
        [html.Span(className="low"), html.Span(className="ramp"), html.Span(className="high")], className="ramp-key"
    )
    marks = html.Span([html.Span("○ start"), html.Span("+ minimum")], className="dim marks")
    by = dmc.SegmentedControl(id="by", data=["steps", "evaluations", "gradients"], value="steps", size="xs",
                              **{"aria-label": "Horizontal axis"})  # fmt: skip
    look = control("lens", "Lens: gradient and level set at the pointer", "lens",
                    **{"aria-label": "Lens", "aria-pressed": "false"})  # fmt: skip
    turn = control("home", "Camera as at first", "camera", **{"data-value": json.dumps(CAMERA)})
    contour = html.Div(
        [graph("contour", STILL), graph("overlay", STATIC)],
        className="stack",
        id="contour-stack",
        tabIndex=0,
        role="application",
        **{"aria-label": "Contour", "aria-roledescription": "plot", "aria-describedby": "contour-told"},
    )
    told = html.Span("Arrow keys move a cross over the plot, Enter places the start there, plus and minus zoom, "
                     "0 shows all.", id="contour-told", className="unseen")  # fmt: skip
    return [
        html.Section(id="lesson-strip", **{"aria-label": "Lesson"}),
        panel("surface", "Surface", "", [ramp, turn], graph("surface", STILL)),
        panel("contour", "Contour", "click to place the start", [marks, look], [contour, _zoom(), told]),
        panel("convergence", "Convergence", "best so far, by step", by, graph("convergence", STATIC)),
        panel("metrics", "Metrics", "by step", None, graph("metrics", STATIC)),
    ]  # fmt: skip


def page(
    title: str, short: str, stores: Sequence[str], views: Sequence[tuple[str, str]], shown: list, **rail: str
) -> html.Div:
    """Rail, panels, time bar; `views` are the panels that a phone shows one at a time, the first of them at first."""
    tabs = [html.Button(text, className="view", **{"data-action": "view", "data-value": name}) for name, text in views]
    return html.Div(
        [
            *[dcc.Store(id=f"{short}-{name}") for name in stores],
            html.Aside(
                [html.Div(id=f"{short}-told", role="alert"), html.Div(id=f"{short}-rail")],
                id="rail-frame",
                **{"aria-label": "Settings"} | rail,
            ),
            html.Div(className="scrim", **{"data-action": "rail"}),
            html.Main(
                [
                    html.H1(title, className="unseen"),
                    phone_line(),
                    html.Div(tabs, className="phone-views", role="group", **{"aria-label": "View"}),
                    *shown,
                    html.Div(className="legend phone-legend"),
                ],
                id="panels",
                **{"data-view": views[0][0]},
            ),
            time_bar(),
        ],
        id=title.lower(),
    )


def control(name: str, label: str, action: str, **more: Any) -> html.Button:
    """A button that is an icon alone and does what its action says."""
    return html.Button(icon(name), className="icon-button", title=label,
                       **({"data-action": action, "aria-label": label} | more))  # fmt: skip


def _zoom() -> html.Div:
    """Buttons of the contour: nearer, farther, all."""
    return html.Div(
        [control("plus", "Zoom in", "nearer"), control("minus", "Zoom out", "farther"),
         control("home", "Show all", "whole")],
        className="zoom", role="group", **{"aria-label": "Zoom"},
    )  # fmt: skip


def graph(name: str, config: dict) -> dcc.Graph:
    """A plot with nothing in it yet."""
    return dcc.Graph(id=name, config=config, className=f"plot plot-{name}", responsive=True, figure=BLANK)


def panel(name: str, title: str, subtitle: str, extra: Any, body: Any) -> html.Section:
    widen = html.Button(icon("expand"), className="icon-button", title="Enlarge",
                        **{"data-action": "expand", "data-value": name, "aria-label": f"Enlarge {title}"})  # fmt: skip
    head = html.Div([html.H2(title), html.Span(subtitle, className="dim subtitle", id=f"{name}-subtitle"),
                     html.Span(extra, className="extra"), widen], className="panel-header")  # fmt: skip
    badge = html.Div("Last valid picture", className="badge")
    parts = body if isinstance(body, list) else [body]
    return html.Section([head, html.Div([*parts, badge], className="panel-body")], className="panel",
                        id=f"panel-{name}")  # fmt: skip


def time_bar() -> html.Footer:
    """Play, steps, speed, scrub and legend."""
    play = html.Button([icon("play"), icon("pause")], id="play", className="play", title="Play (space)",
                       **{"data-action": "play", "aria-label": "Play"})  # fmt: skip
    speeds = [{"value": speed, "label": f"{speed}×"} for speed in ("0.25", "0.5", "1", "2", "4")]
    speed = dmc.Select(id="speed", data=speeds, value="1", size="xs", allowDeselect=False, className="speed",
                       **{"aria-label": "Speed"})  # fmt: skip
    return html.Footer(
        [
            play,
            html.Div(
                [control("first", "To the start (Home)", "first"), control("back", "One step back (←)", "back"),
                 control("forward", "One step on (→)", "forward"),
                 control("loop", "Loop (L)", "loop", **{"aria-pressed": "false"}), speed,
                 control("help", "Keys (?)", "keys")],
                className="transport",
            ),
            html.Div(id="scrub"),
            html.Div(
                ["step ", html.Strong("0", id="frame-number"), html.Span(" / 0", id="frame-total")], className="counter"
            ),
            html.Div(className="legend", id="legend", tabIndex=0, role="group", **{"aria-label": "Results"}),
        ],
        id="time-bar",
    )  # fmt: skip


def phone_line() -> html.Div:
    """The surface in words, and the way to its settings."""
    change = html.Button([icon("adjust"), "Change"], className="button", **{"data-action": "rail"})
    words = html.Div([html.Strong(id="phone-name"), html.Span(id="phone-detail", className="dim")])
    return html.Div([words, change], className="phone-line")


def phone_views() -> html.Div:
    """Which panel is shown."""
    views = [("contour", "Contour"), ("surface", "3-D"), ("convergence", "Convergence"), ("metrics", "Metrics")]
    return html.Div(
        [html.Button(text, className="view", **{"data-action": "view", "data-value": name}) for name, text in views],
        className="phone-views", role="group", **{"aria-label": "View"},
    )  # fmt: skip


def phone_buttons() -> html.Div:
    """Add and settings, large enough for a thumb."""
    return html.Div(
        [html.Button([icon("plus"), "Add optimizer"], className="button", **{"data-action": "add"}),
         html.Button([icon("adjust"), "Settings"], className="button", **{"data-action": "rail"})],
        className="phone-buttons",
    )  # fmt: skip
