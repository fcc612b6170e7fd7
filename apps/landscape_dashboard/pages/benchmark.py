"""Benchmark: optimizers on many problems from many seeds: how much of all targets they reach, and at what cost.

How it moves: the rail writes a query into a store; the browser asks for that study as a job (`jobs`), draws what comes
pair by pair and keeps the query in the address.  Time is the budget for each dimension, spent evenly in powers of ten.
A second job runs the chosen problem's runs again and sends where they were.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update

from landscape.parameters import LandscapeError
from landscape.theme import named
from landscape_dashboard import edits, jobs, panels
from landscape_dashboard.address import within
from landscape_dashboard.benchmarking import asked as asking
from landscape_dashboard.benchmarking import running, shown, stored, taken, walks
from landscape_dashboard.benchmarking.asked import FILE, VIEWS, Asked
from landscape_dashboard.benchmarking.rail import rail
from landscape_dashboard.compute import View, encoded

NAME, PATH, ORDER = "Benchmark", "/benchmark", 5
FIGURES = taken.FIGURES
PHONE = (("ecdf", "Runtimes"), ("table", "Table"), ("more", "Profiles"), ("contour", "Runs"))
drawn, code, table = taken.drawn, taken.code, taken.table


def layout() -> html.Div:
    """Rail, four panels, time bar."""
    by = dmc.SegmentedControl(id="bench-by", data=["evaluations", "gradients"], value="evaluations", size="xs",
                              **{"aria-label": "What is counted"})  # fmt: skip
    numbers = [{"value": "ert", "label": "ERT"}, {"value": "gap", "label": "median gap"}]
    cells = dmc.SegmentedControl(id="bench-cells", data=numbers, value="ert", size="xs", **{"aria-label": "Table of"})
    profiles = [{"value": name, "label": label} for name, label in VIEWS.items()]
    view = dmc.Select(id="bench-view", data=profiles, value="data_profile", allowDeselect=False, size="xs",
                      className="menu bench-view", **{"aria-label": "Figure"})  # fmt: skip
    there = dcc.Link("open in Race →", id="bench-link", href="", className="race-link")
    walked = html.Canvas(id="bench-walks", **{"aria-hidden": "true"})
    plots = [panels.graph("bench-contour", panels.STILL), panels.graph("bench-overlay", panels.STATIC)]
    stack = html.Div([*plots, walked, html.P(id="bench-said", className="bench-said")], className="stack",
                     id="bench-stack")  # fmt: skip
    ranks = html.Div(id="bench-ranks", className="bench-ranks", role="group", **{"aria-label": "Ranking"})
    numbers = html.Div(id="bench-table", tabIndex=0, role="region", **{"aria-label": "Runtimes of each problem"})
    shown = [
        panels.panel("ecdf", "Runtimes", "", by, [panels.graph("bench-ecdf", panels.STATIC), ranks]),
        panels.panel("contour", "Runs", "", there, stack),
        panels.panel("table", "Problems", "", cells, numbers),
        panels.panel("more", "Profile", "", view, panels.graph("bench-more", panels.STATIC)),
    ]
    return panels.page(NAME, "bench", ("asked", "at"), PHONE, shown)


def register(app) -> None:
    """The callbacks of this page, and its jobs."""

    def path() -> str | None:
        return app.server.config.get(stored.NAMED)

    def asked(*arguments):
        return _asked(path(), *arguments)

    app.callback(
        Output("bench-asked", "data"),
        Output("bench-rail", "children"),
        Output("bench-by", "value"),
        Output("bench-cells", "value"),
        Output("bench-view", "value"),
        Output("bench-told", "children"),
        Input("address", "search"),
        Input({"type": "bench", "at": ALL}, "value"),
        Input({"type": "bench-pick", "at": ALL}, "n_clicks"),
        Input({"type": "bench-entrant", "do": ALL, "at": ALL}, "n_clicks"),
        Input("bench-by", "value"),
        Input("bench-cells", "value"),
        Input("bench-view", "value"),
        Input("bench-at", "data"),
        Input("theme", "data"),
        State("address", "pathname"),
        State("bench-asked", "data"),
    )(asked)
    app.clientside_callback(
        ClientsideFunction("landscape", "benched"),
        Output("bench-asked", "storage_type"),
        Input("bench-asked", "data"),
        Input("theme", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("landscape", "benchRailed"), Output("bench-rail", "title"), Input("bench-rail", "children")
    )
    jobs.offer(app, "benchmark", lambda question: work(question, path()))
    jobs.offer(app, "benchmark-walks", lambda question: walked(question, path()))


def work(question: dict[str, Any], path: str | None):
    """The job: the study of a query, as a browser with such a window sees it."""
    asked, view = Asked.from_query(str(question.get("query", ""))), _view(question)
    if asked.suite == FILE:
        return encoded(shown.payload(asked, stored.runs_of(path), view))
    if question.get("kept"):
        return encoded(shown.payload(asked, running.kept(asked), view))
    pieces = running.running(asked)
    while True:
        try:
            share = next(pieces)
        except StopIteration as end:
            return encoded(shown.payload(asked, end.value, view))
        yield share if share.part is None else share._replace(part=encoded(shown.payload(asked, share.part, view)))


def walked(question: dict[str, Any], path: str | None):
    """The job: where the runs on the chosen problem were."""
    asked, view = Asked.from_query(str(question.get("query", ""))), _view(question)
    runs = stored.runs_of(path) if asked.suite == FILE else running.kept(asked)
    return encoded((yield from walks.walking(asked, runs, view, str(question.get("held", "")))))


def _view(question: dict[str, Any]) -> View:
    try:
        aspect = min(max(float(question.get("aspect") or 1.25), 0.2), 5.0)
    except (TypeError, ValueError):
        raise LandscapeError("The aspect of a panel should be a number.") from None
    theme = question.get("theme") if question.get("theme") in ("light", "dark") else "light"
    return View(aspect, bool(question.get("small")), theme)


def _asked(file, search, _values, _picks, _clicks, by, cells, view, at, theme, path, before):
    """The study as a query, the rail, the switches and what is wrong, after the address, a control or a click.

    What cannot be run is told, and stays in its field.
    """
    nothing = (no_update,) * 6
    if within(path) != PATH:
        return nothing
    cause, look = ctx.triggered_id, named(theme or "light")
    if before is None or cause == "address":
        asked, problem = _from_address(search)
        return _store(asked), _rail(asked, look, file), asked.by, asked.cells, asked.view, _told(problem)
    asked = Asked.from_query(before["query"])
    if cause == "theme":
        return no_update, _rail(asked, look, file), *nothing[2:]
    try:
        new = _edit(asked, cause, ctx.triggered[0]["value"])
    except LandscapeError as error:
        return *nothing[:5], _told(str(error))
    except LookupError:  # a click on a row that was removed a moment ago
        return no_update, _rail(asked, look, file), *nothing[2:5], None
    if new is None or new == asked:
        return nothing
    same = cause in ("bench-by", "bench-cells", "bench-view", "bench-at")
    return _store(new), no_update if same else _rail(new, look, file), *nothing[2:5], None


def _rail(asked: Asked, look, file) -> list:
    try:
        runs = stored.runs_of(file) if asked.suite == FILE else None
    except LandscapeError:  # told where the study would be
        runs = None
    return rail(asked, look, stored.name_of(file), runs)


def _told(problem: str | None) -> html.Div | None:
    return html.Div(problem, className="told") if problem else None


def _store(asked: Asked) -> dict[str, Any]:
    return {"query": asked.query(), "frame": asked.frame}


def _from_address(search: str | None) -> tuple[Asked, str | None]:
    """The study of the address; of none the first, of a broken one the first and what is wrong with it."""
    try:
        return (Asked.from_query(search) if (search or "").strip("?") else running.first()), None
    except LandscapeError as error:
        return running.first(), str(error)


def _edit(asked: Asked, cause: Any, value: Any) -> Asked | None:
    """The study after what was moved or pressed; None where something merely appeared."""
    if value in (None, ""):
        return None
    if isinstance(cause, str):
        return asked._replace(**{cause.removeprefix("bench-"): value}).checked()
    if cause["type"] == "bench-pick":
        return asking.picked(asked, cause["at"]) if value else None
    if cause["type"] == "bench-entrant":
        return _pressed(asked, cause["do"], cause["at"]) if value else None
    at = cause["at"]
    if at == "suite":
        return None if value == asked.suite else asking.switched(asked, value)
    if at == "surface":
        return asking.added(asked, value)
    if at == "add":
        return asked.edited(edits.add, value)
    kept = {"at": ""} if at == "instances" else {}
    return asked._replace(**{at: asking.read(at, str(value))}, **kept).checked()


def _pressed(asked: Asked, do: str, index: int) -> Asked:
    """After a button of a row: hide, remove, or drop a surface."""
    if do == "drop":
        left = tuple(each for i, each in enumerate(asked.surfaces) if i != index)
        return asked._replace(surfaces=left, at="").checked() if index < len(asked.surfaces) else asked
    if asked.suite == FILE:
        return asked._replace(without=tuple(sorted({index} ^ set(asked.without)))).checked()
    return asked.edited({"hide": edits.hide, "remove": edits.remove}[do], index)
