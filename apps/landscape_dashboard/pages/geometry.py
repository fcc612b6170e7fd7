"""Geometry: the shape of one surface: level sets, curvature, critical points, basins, linear maps, slices.

How it moves: sliders and clicks write into the page's state in the browser (assets/8_geometry.js), the pointer sets an
aim beside it, and the server answers with what belongs to the point; the picture below travels only when it changes.
"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update

from landscape.experiment import Experiment
from landscape.parameters import LandscapeError
from landscape.theme import named
from landscape_dashboard import jobs, panels
from landscape_dashboard.address import link, within
from landscape_dashboard.geometric import edits, rail, shown
from landscape_dashboard.geometric.asked import Asked
from landscape_dashboard.geometric.look import Look, Table

NAME, PATH, ORDER = "Geometry", "/geometry", 3
FIGURES, drawn, code, table = shown.FIGURES, shown.drawn, shown.code, shown.table
STORES = ("geo-asked", "geo-place", "geo-aim", "geo-frame", "geo-query", "geo-done", "geo-held", "geo-answer")


def layout() -> html.Div:
    """Views, a line of words, the picture, two panels beside it, and the rail."""
    plots = [panels.graph("geo-map", panels.STILL), panels.graph("geo-over", panels.STATIC)]
    stack = html.Div(plots, className="stack", id="geo-stack", tabIndex=0, role="application",
                     **{"aria-label": "Picture of the surface: arrow keys move the point, Enter opens it in Explore",
                        "aria-describedby": "geo-words"})  # fmt: skip
    there = dcc.Link("open in Explore →", id="geo-link", href=link("/"))
    numbers = html.Div(id="geo-table", className="geo-table", tabIndex=0, role="region", **{"aria-label": "Numbers"})
    rest = [numbers, panels.graph("geo-top", panels.STATIC)]
    return html.Div(
        [
            *[dcc.Store(id=name) for name in STORES],
            html.Aside([html.Div(id="geo-told"), html.Div(id="geo-rail")], id="rail-frame",
                       **{"aria-label": "Settings"}),
            html.Div(className="scrim", **{"data-action": "rail"}),
            html.Main(
                [
                    html.H1(NAME, className="unseen"),
                    html.Div(id="geo-views", role="group", **{"aria-label": "View"}),
                    html.P(id="geo-words", role="status"),
                    _panel("Surface", "geo-note", stack, there, "geo-big"),
                    _panel("", "geo-top-title", rest, None, "geo-side"),
                    _panel("", "geo-bottom-title", panels.graph("geo-bottom", panels.STATIC), None, "geo-side"),
                ],
                className="geo-panels",
            ),
        ],
        id="geometry",
    )  # fmt: skip


def _panel(title: str, name: str, body: Any, extra: Any, kind: str) -> html.Section:
    words = [html.H2(title), html.Span(id=name, className="dim subtitle")] if title else [html.H2(id=name)]
    head = html.Div([*words, html.Span(extra, className="extra")], className="panel-header")
    return html.Section([head, html.Div(body, className="panel-body")], className=f"panel {kind}")


def register(app) -> None:
    """The callbacks of this page, and its jobs."""
    jobs.offer(app, "geometry", work)
    app.callback(
        Output("geo-asked", "data"),
        Output("geo-rail", "children"),
        Output("geo-views", "children"),
        Output("geo-told", "children"),
        Input("address", "search"),
        Input("geo-query", "data"),
        Input({"type": "geo-menu", "at": ALL}, "value"),
        Input({"type": "geo-text", "at": ALL}, "value"),
        Input({"type": "geo-do", "at": ALL}, "n_clicks"),
        Input({"type": "geo-view", "at": ALL}, "n_clicks"),
        State("address", "pathname"),
        State("geo-asked", "data"),
    )(_asked)
    app.callback(
        Output("geo-map", "figure"),
        Output("geo-over", "figure"),
        Output("geo-top", "figure"),
        Output("geo-table", "children"),
        Output("geo-bottom", "figure"),
        Output("geo-top-title", "children"),
        Output("geo-bottom-title", "children"),
        Output("geo-words", "children"),
        Output("geo-note", "children"),
        Output("geo-link", "href"),
        Output("geo-held", "data"),
        Output("geo-answer", "data"),
        Input("geo-asked", "data"),
        Input("geo-aim", "data"),
        Input("geo-frame", "data"),
        Input("geo-done", "data"),
        Input("theme", "data"),
        State("geo-held", "data"),
        prevent_initial_call=True,
    )(_drawn)
    _in_the_browser(app)


def _in_the_browser(app) -> None:
    app.clientside_callback(
        ClientsideFunction("landscape", "geoSlide"),
        Output("geo-asked", "data", allow_duplicate=True),
        Input({"type": "geo-slider", "at": ALL, "scale": ALL}, "value"),
        Input({"type": "geo-field", "at": ALL}, "value"),
        Input("geo-place", "data"),
        State("geo-asked", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("landscape", "geoAnswered"),
        Output("geo-answer", "storage_type"),
        Input("geo-answer", "data"),
        State("geo-asked", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("landscape", "geoRailed"), Output("geo-rail", "title"), Input("geo-rail", "children")
    )
    app.clientside_callback(
        ClientsideFunction("landscape", "geoWait"),
        Output("geo-asked", "storage_type"),
        Input("geo-asked", "data"),
        prevent_initial_call=True,
    )


def _asked(search, query, menus, texts, buttons, views, path, content):
    """The state, rail, views and what is wrong, after an address, a menu, a text or a button."""
    if within(path) != PATH:
        return (no_update,) * 4
    cause = ctx.triggered_id
    if content is None or cause in ("address", "geo-query"):
        return _from_address(query["query"] if cause == "geo-query" and query else search)
    value = ctx.triggered[0]["value"]
    if not isinstance(cause, dict) or value is None or (cause["type"] in ("geo-do", "geo-view") and not value):
        return (no_update,) * 4
    try:
        new, said = settled(_edited(content, cause, value) or content)
        new = Asked.from_store(new).to_store()
        shown.check(Look(Asked.from_store(new)))
    except LandscapeError as error:
        kept = no_update if cause["type"] == "geo-text" else rail.rail(content)  # what is typed stays
        return no_update, kept, no_update, _told(error, value)
    if new == content:
        return no_update, no_update, no_update, said
    same = cause == {"type": "geo-text", "at": "surface.parameters.text"} and list(
        new["surface"]["parameters"]) == list(content["surface"]["parameters"])  # fmt: skip
    return new, no_update if same else rail.rail(new), rail.views(new), said


def _edited(content: dict, cause: dict, value: Any) -> dict | None:
    if cause["type"] == "geo-view":
        return content | {"view": cause["at"]}
    if cause["type"] == "geo-do":
        return edits.done(content, cause["at"])
    return edits.chosen(content, cause["at"], value)


def settled(content: dict) -> tuple[dict, Any]:
    """The state with a view that its surface has, and a sentence where that is another one."""
    look = Look(Asked.from_store(content))
    if look.surface.dim > 1 or content["view"] == "slices":
        return content, []
    words = f"{look.surface.label.capitalize()} has one coordinate, so it has slices and no other view."
    return content | {"view": "slices"}, html.Div(words, className="geo-hint")


def _from_address(search: str | None) -> tuple:
    """What the address describes; of a broken one the first view and what is wrong with it."""
    try:
        content, said = settled(Asked.from_query(search).to_store())
        shown.check(Look(Asked.from_store(content)))
    except LandscapeError as error:
        content, said = Asked().to_store(), _told(error)
    return content, rail.rail(content), rail.views(content), said


def _told(error: LandscapeError, text: Any = "") -> html.Div:
    """The sentence, below a caret where a spot is known."""
    spot = getattr(error, "at", None)
    caret = [html.Div([text, html.Br(), " " * spot + "▲"], className="excerpt")] if spot is not None else []
    return html.Div([*caret, str(error)], className="told", role="alert")


def _look(content: dict, aim: list[float] | None, frame: dict, theme: str | None) -> Look:
    asked = Asked.from_store(content | ({"at": aim} if aim else {}))
    return Look(asked, round(float(frame["aspect"]), 2), bool(frame["small"]), named(theme or "light"))


def _drawn(content, aim, frame, done, theme, held):
    """The picture where it changed, what belongs to the point, and work that is still to be done."""
    if not content or not frame:
        return (no_update,) * 12
    aim = aim if ctx.triggered_id == "geo-aim" and aim else {}
    try:
        look = _look(content, aim.get("at"), frame, theme)
        note = shown.note(look)
        answer = {"query": None if aim else look.asked.to_query(), "whole": look.at.tolist(),
                  "side": look.side, "key": shown.ground_of(look), "job": shown.to_do(look)}  # fmt: skip
        if not shown.something(look):
            surface, above, words = shown.meanwhile(look)
            if aim:  # nothing new to say
                return *(no_update,) * 11, answer
            return surface, above, *(no_update,) * 5, words, note, no_update, None, answer
        found = shown.VIEWS[look.asked.view].show(look)
        picture = no_update if held == answer["key"] else shown.picture(look)
        beside = (*_beside(found), *found.titles) if aim.get("rest", True) else (no_update,) * 5
        return (picture, shown.over(look, found), *beside, found.words, note, link("/", found.link or _there(look)),
                answer["key"], answer)  # fmt: skip
    except LandscapeError as error:
        words = html.Span(str(error), className="error-text")
        return *(no_update,) * 7, words, *(no_update,) * 3, {"problem": str(error)}


def _there(look: Look) -> str:
    """Explore's address of the surface from this point."""
    start = tuple(float(x) for x in look.at)
    return Experiment(look.whole, (), start).to_url()


def _beside(found: Any) -> tuple:
    """The upper panel as plot or as table, and the lower one."""
    if isinstance(found.top, Table):
        return panels.BLANK, _table(found.top), shown.encoded(found.bottom)
    return shown.encoded(found.top), None, shown.encoded(found.bottom)


def _table(content: Table) -> html.Table:
    """A table; rows that lead to a point have a button."""
    head = [html.Thead(html.Tr([html.Th(word, scope="col") for word in content.head]))] if any(content.head) else []
    rows = []
    for i, row in enumerate(content.rows):
        point = ",".join(repr(x) for x in content.points[i]) if i < len(content.points) else None
        cells = [html.Td(word) for word in row]
        if point is not None:
            cells[1] = html.Td(html.Button(row[1], title="Look at this point", **{"data-point": point}))
        if i < len(content.colours):
            cells[0] = html.Td(row[0], style={"color": content.colours[i]})
        more = {"data-point": point} if point is not None else {}
        rows.append(html.Tr(cells, className="chosen" if i == content.chosen else "", **more))
    return html.Table([*head, html.Tbody(rows)])


def work(question: dict[str, Any]):
    """The job of a view that takes a while: the answers are remembered, and drawn by the next callback."""
    content, frame = question.get("asked"), question.get("frame")
    if not isinstance(content, dict) or not isinstance(frame, dict):
        raise LandscapeError("The job of Geometry needs what is asked for and the frame.")
    try:
        look = _look(content, None, frame, None)
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, LandscapeError) else LandscapeError("This is no state of Geometry.") from None
    shown.check(look)
    module = shown.VIEWS[look.asked.view]
    if hasattr(module, "work"):
        yield from module.work(look)
