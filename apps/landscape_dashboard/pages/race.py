"""Race: one surface, several optimizers, many starts and seeds, one budget.

How it moves: the rail writes a query into a store; the browser asks for that race as a job (`jobs`), draws what comes
and keeps the query in the address.  Time is the share of the budget that is spent.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update

from landscape import figures
from landscape.experiment import to_dict
from landscape.parameters import LandscapeError
from landscape.staging import plane_of
from landscape.theme import named
from landscape_dashboard import edits, jobs, panels, race_panels, racing
from landscape_dashboard.address import within
from landscape_dashboard.compute import View, encoded
from landscape_dashboard.race_rail import rail
from landscape_dashboard.racing import Asked

NAME, PATH, ORDER = "Race", "/race", 1
FIGURES = {"race": "Race"}
VIEWS = (("contour", "Contour"), ("convergence", "Curves"), ("standings", "Table"), ("spread", "Runs"))
code, table = racing.code, racing.table


def layout() -> html.Div:
    """Rail, four panels, time bar."""
    by = dmc.SegmentedControl(id="race-by", data=["steps", "evaluations", "gradients"], value="evaluations", size="xs",
                              **{"aria-label": "Horizontal axis"})  # fmt: skip
    marks = html.Span([html.Span("○ start"), html.Span("+ minimum")], className="dim marks")
    there = dcc.Link("open in Explore →", id="race-link", href="", className="race-link")
    drawn = html.Canvas(id="race-runs", **{"aria-hidden": "true"})
    plots = [panels.graph("race-contour", panels.STILL), panels.graph("race-overlay", panels.STATIC)]
    stack = html.Div([*plots, drawn], className="stack", id="race-stack")
    curves, runs = (panels.graph(f"race-{name}", panels.STATIC) for name in ("convergence", "spread"))
    standings = html.Div(id="race-table", tabIndex=0, role="region", **{"aria-label": "Standings"})
    shown = [
        panels.panel("contour", "Contour", "click to start around a point", [there, marks], stack),
        panels.panel("convergence", "Convergence", "", by, curves),
        panels.panel("standings", "Standings", "", None, standings),
        panels.panel("spread", "Runs", "", None, runs),
    ]
    return panels.page(NAME, "race", ("asked", "place"), VIEWS, shown)


def register(app) -> None:
    """The callbacks of this page, and its job."""
    app.callback(
        Output("race-asked", "data"),
        Output("race-rail", "children"),
        Output("race-by", "value"),
        Output("race-told", "children"),
        Input("address", "search"),
        Input({"type": "race", "at": ALL}, "value"),
        Input({"type": "race-entrant", "do": ALL, "at": ALL}, "n_clicks"),
        Input("race-by", "value"),
        Input("race-place", "data"),
        Input("theme", "data"),
        State("address", "pathname"),
        State("race-asked", "data"),
    )(_asked)
    app.clientside_callback(
        ClientsideFunction("landscape", "raced"),
        Output("race-asked", "storage_type"),
        Input("race-asked", "data"),
        Input("theme", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("landscape", "raceRailed"), Output("race-rail", "title"), Input("race-rail", "children")
    )
    jobs.offer(app, "race", work)


def work(asked: dict[str, Any]):
    """The job: the race of a query, as a browser with such a window sees it."""
    race = Asked.from_query(str(asked.get("query", "")))
    try:
        aspect = min(max(float(asked.get("aspect") or 1.25), 0.2), 5.0)
    except (TypeError, ValueError):
        raise LandscapeError("The aspect of a race's panel should be a number.") from None
    theme = asked.get("theme") if asked.get("theme") in ("light", "dark") else "light"
    view = View(aspect, bool(asked.get("small")), theme, race.by)
    held, pieces = str(asked.get("held", "")), racing.running(race)
    while True:
        try:
            share = next(pieces)
        except StopIteration as end:
            return encoded(race_panels.payload(race, end.value, view, held))
        if share.part is not None:
            part = race_panels.payload(race, share.part, view, held)
            held, share = part["key"], share._replace(part=encoded(part))
        yield share


def drawn(name: str, query: str, theme: str):
    """The race as a slide."""
    if name not in FIGURES:
        raise LandscapeError(f"This page has no figure '{name}'; it has {', '.join(FIGURES)}.")
    asked = Asked.from_query(query)
    return figures.named("race")(racing.found(asked), theme=theme, by=asked.by)


def _asked(search, _values, _clicks, by, place, theme, path, before):
    """The race as a query, the rail, what is counted and what is wrong, after the address, a menu, a button, a click.

    What cannot be raced is told, and stays in its field.
    """
    nothing = (no_update,) * 4
    if within(path) != PATH:
        return nothing
    cause, look = ctx.triggered_id, named(theme or "light")
    if before is None or cause == "address":
        asked, problem = _from_address(search)
        return _store(asked), rail(asked, look), asked.by, _told(problem)
    asked = Asked.from_query(before["query"])
    if cause == "theme":
        return no_update, rail(asked, look), no_update, no_update
    try:
        new = _edit(asked, cause, ctx.triggered[0]["value"])
    except LandscapeError as error:
        return *nothing[:3], _told(str(error))
    except LookupError:  # a click on a row that was removed a moment ago
        return no_update, rail(asked, look), no_update, None
    if new is None or new == asked:
        return nothing
    return _store(new), no_update if cause == "race-by" else rail(new, look), no_update, None


def _told(problem: str | None) -> html.Div | None:
    return html.Div(problem, className="told") if problem else None


def _store(asked: Asked) -> dict[str, Any]:
    return {"query": asked._replace(scene=asked.scene.replace(frame=None)).query(), "frame": asked.scene.frame}


def _from_address(search: str | None) -> tuple[Asked, str | None]:
    """The race of the address; of none the first, of a broken one the first and what is wrong with it."""
    try:
        return (Asked.from_query(search) if (search or "").strip("?") else racing.first()), None
    except LandscapeError as error:
        return racing.first(), str(error)


def _edit(asked: Asked, cause: Any, value: Any) -> Asked | None:
    """The race after what was moved or pressed; None where something merely appeared."""
    if value in (None, ""):
        return None
    if cause == "race-by":
        return asked._replace(by=value).checked()
    if cause == "race-place":
        return asked._replace(starts=_around(asked, value)).checked()
    content = to_dict(asked.scene)
    if cause["type"] == "race-entrant":
        done = {"hide": edits.hide, "remove": edits.remove}[cause["do"]]
        return asked.edited(done(content, cause["at"])) if value else None
    at = cause["at"]
    if at == "surface":
        return asked if value == asked.scene.surface.name else asked.edited(edits.choose_surface(content, value))
    if at == "dim":
        return asked.edited(edits.put(content, "surface.parameters.dim", int(value)))
    if at == "add":
        return asked.edited(edits.add(content, value))
    if at == "point":
        at, value = "starts", "around:" + value.replace("−", "-").replace(" ", "")
    elif at == "starts":
        value = value if value != "around" else asked.starts if ":" in asked.starts else _around(asked, None)
    return asked._replace(**{at: {"seeds": int, "budget": int, "target": float, "starts": str}[at](value)}).checked()


def _around(asked: Asked, point: list[float] | None) -> str:
    """Starts around a point of the panel, or around the surface's own."""
    surface = asked.scene.surface
    at = surface.start if point is None else plane_of(surface).points(*point) if surface.dim > 1 else point[:1]
    return "around:" + ",".join(f"{float(x):.5g}" for x in at)
