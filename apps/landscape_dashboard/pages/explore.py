"""Explore: one surface, several optimizers, every slider, and time to scrub through.

How it moves: a slider writes its number into the experiment (in the browser), which is posted to `move`; the server
runs it and answers with numbers alone, and the browser restyles the plots.  Buttons and menus go through `edits` and
draw the rail anew.
"""

from __future__ import annotations

import random
import threading
from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update

from landscape import figures, motion
from landscape import table as tables
from landscape.experiment import Experiment, from_dict, to_dict
from landscape.figures import parts
from landscape.parameters import Choice, LandscapeError
from landscape.theme import named
from landscape_dashboard import compute, controls, edits, formulas, lens, lessons, moves, panels

NAME, PATH, ORDER = "Explore", "/", 0
FILMING = threading.Lock()  # one browser draws at a time
FIGURES = {"contour": "Contour", "surface_3d": "Surface", "convergence": "Convergence", "metrics": "Metrics"}
STORES = ("experiment", "view", "moment", "start", "undo", "problem", "aim", "lens", "lesson")


def layout() -> html.Div:
    """Rail, four panels, time bar."""
    return html.Div(
        [
            *[dcc.Store(id=name) for name in STORES],
            html.Aside(html.Div(id="rail"), id="rail-frame", **{"aria-label": "Settings"}),
            html.Div(className="scrim", **{"data-action": "rail"}),
            html.Main(
                [html.H1(NAME, className="unseen"), panels.phone_line(), panels.phone_views(), *panels.panels(),
                 html.Div(className="legend phone-legend"), panels.phone_buttons()],
                id="panels", **{"data-view": "contour"},
            ),
            panels.time_bar(),
        ],
        id="explore",
    )  # fmt: skip


def register(app) -> None:
    """The callbacks of this page."""
    _in_the_browser(app)
    app.callback(
        Output("experiment", "data"),
        Output("rail", "children"),
        Output("problem", "data"),
        Output("lesson", "data"),
        Input("address", "search"),
        Input("undo", "data"),
        Input({"type": "surface", "at": ALL}, "value"),
        Input({"type": "add", "at": ALL}, "value"),
        Input({"type": "entrant", "do": ALL, "at": ALL}, "n_clicks"),
        Input({"type": "switch", "at": ALL}, "checked"),
        Input({"type": "option", "at": ALL}, "value"),
        Input({"type": "schedule", "at": ALL}, "value"),
        Input({"type": "seed", "at": ALL}, "value"),
        Input({"type": "reseed", "at": ALL}, "n_clicks"),
        Input({"type": "range", "at": ALL}, "value"),
        Input({"type": "inner", "at": ALL}, "value"),
        Input("theme", "data"),
        Input("lesson", "data"),
        State("experiment", "data"),
    )(_edited)
    app.server.post(f"{app.config.routes_pathname_prefix}move")(moves.answer)
    app.callback(
        Output("experiment", "data", allow_duplicate=True),
        Output("formula-note", "children"),
        Output("typeset", "children"),
        Output("formula-ranges", "children"),
        Input("formula-text", "value"),
        State("experiment", "data"),
        prevent_initial_call=True,
    )(_typed)
    app.callback(
        Output("lens", "data"),
        Input("aim", "data"),
        State("experiment", "data"),
        State("view", "data"),
        State("moment", "data"),
        State("theme", "data"),
        prevent_initial_call=True,
    )(_looked)


def code(kind: str, query: str) -> str:
    """The experiment as source of that kind."""
    query, lesson = lessons.split(query)
    lessons.refuse(lesson)
    experiment = Experiment.from_url(query)
    forms = {"python": experiment.to_python, "shell": experiment.to_shell, "json": experiment.to_json}
    if kind not in forms:
        raise LandscapeError(f"There is no code of kind '{kind}'; choose one of {', '.join(forms)}.")
    return forms[kind]()


def table(query: str) -> str:
    """Every step of every optimizer as CSV."""
    query, lesson = lessons.split(query)
    lessons.refuse(lesson)
    return tables.csv(compute.experiment_of(to_dict(Experiment.from_url(query))))


def film(name: str, kind: str, query: str, theme: str) -> bytes:
    """The run as a moving picture."""
    query, lesson = lessons.split(query)
    experiment = compute.experiment_of(to_dict(Experiment.from_url(query)))
    name = experiment.picture if name == "contour" else figures.named(name).__name__
    with FILMING:
        scene = experiment.scene(aspect=figures.aspect(parts.WIDTH, parts.HEIGHT))
        return motion.content(lessons.veiled(scene, lesson), name, kind, theme=theme)


def drawn(name: str, query: str, theme: str):
    """A figure of the experiment, as a slide."""
    query, lesson = lessons.split(query)
    experiment = compute.experiment_of(to_dict(Experiment.from_url(query)))
    draw = figures.named(experiment.picture if name == "contour" else name)
    scene = lessons.veiled(experiment.scene(aspect=figures.aspect(parts.WIDTH, parts.HEIGHT)), lesson)
    return draw(scene, theme=theme)


def _in_the_browser(app) -> None:
    """What assets/3_explore.js answers without the server."""

    def clientside(name: str, *arguments, **options) -> None:
        app.clientside_callback(ClientsideFunction("landscape", name), *arguments, **options)

    clientside(
        "slide",
        Output("experiment", "data", allow_duplicate=True),
        Input({"type": "slider", "at": ALL, "scale": ALL}, "value"),
        Input({"type": "field", "at": ALL}, "value"),
        Input("start", "data"),
        State("experiment", "data"),
        prevent_initial_call=True,
    )
    clientside(
        "ask",
        Output("view", "storage_type"),  # a thing of this page alone: the time bar stands on others too
        *(Input(name, "data") for name in ("experiment", "view", "moment", "theme", "lesson")),
        Input("by", "value"),
        prevent_initial_call=True,
    )
    clientside("refused", Output("problem", "storage_type"), Input("problem", "data"), prevent_initial_call=True)
    clientside("lesson", Output("lesson", "storage_type"), Input("lesson", "data"), prevent_initial_call=True)
    clientside("lens", Output("aim", "storage_type"), Input("lens", "data"), prevent_initial_call=True)
    clientside("noted", Output("formula-note", "title"), Input("formula-note", "children"))
    clientside("railed", Output("rail", "title"), Input("rail", "children"))
    clientside(
        "setTheme",
        Output("theme", "data"),
        Output("provider", "forceColorScheme"),
        Input("theme-button", "n_clicks"),
        State("theme", "data"),
    )
    clientside("setSpeed", Output("speed", "name"), Input("speed", "value"))


def _edited(search, undo, *rest):
    """The experiment, the rail, what is wrong and the lesson, after a button, a menu, or a new address."""
    *_, theme, lesson, content = rest
    theme, cause = named(theme or "light"), ctx.triggered_id
    if content is None or cause == "address":
        content, lesson, problem = from_address(search)
        return content, controls.rail(content, theme, lesson), problem, lesson
    if cause in ("theme", "lesson"):
        return no_update, controls.rail(content, theme, lesson), no_update, no_update
    try:
        new = to_dict(from_dict(undo)) if cause == "undo" else _edit(content, cause, ctx.triggered[0]["value"])
        if new is None or (new == content and cause != "undo"):
            return (no_update,) * 4
        from_dict(new)
        return new, controls.rail(new, theme, lesson), None, no_update
    except LandscapeError as error:
        return no_update, no_update, str(error), no_update
    except LookupError:  # a click on a card that was removed a moment ago
        return no_update, controls.rail(content, theme, lesson), no_update, no_update


def from_address(search: str | None) -> tuple[dict, dict | None, str | None]:
    """Experiment and lesson of the address; of a broken one, the first experiment and what is wrong with it."""
    try:
        query, lesson = lessons.split(search)
        if not query:
            return to_dict(edits.FIRST), lesson, None
        content = to_dict(Experiment.from_url(query))
        compute.experiment_of(content)
        return content, lesson, None
    except LandscapeError as error:
        return to_dict(edits.FIRST), None, f"{error} Showing {edits.FIRST.surface.name} instead."


def _edit(content: dict, cause: Any, value: Any) -> dict | None:
    """The experiment after one edit; None where a control merely appeared."""
    kind = cause["type"]
    if kind in ("add", "entrant", "reseed") and not value:
        return None
    if kind == "surface":
        return None if value == content["surface"]["name"] else edits.choose_surface(content, value)
    if kind == "range":
        return edits.put(content, cause["at"], formulas.ends(value)) | {"start": None}
    if kind == "inner":
        return edits.choose_inner(content, cause["at"], value)
    if kind == "seed":
        return edits.put(content, "seed", _whole(value))
    if kind == "reseed":
        return edits.put(content, "seed", random.randrange(10_000))
    if kind == "add":
        return edits.add(content, value)
    if kind == "entrant":
        return getattr(edits, cause["do"])(content, cause["at"])
    path = cause["at"]
    if kind == "switch":
        return edits.switch_schedule(content, path, value)
    if kind == "schedule":
        return None if edits.get(content, path)["name"] == value else edits.choose_schedule(content, path, value)
    return _option(content, path, value)


def _option(content: dict, path: str, value: str) -> dict:
    """The experiment with another option or whole number."""
    if path == "steps":
        return edits.put(content, path, int(value))
    parameter = edits.owner_of(content, path).parameters[path.rsplit(".", 1)[1]]
    if not isinstance(parameter.kind, Choice):
        new = edits.put(content, path, int(value))
        return new | {"start": None} if path == "surface.parameters.dim" else new
    return edits.put(content, path, next(o for o in parameter.kind.options if str(o).lower() == value))


def _whole(text: Any) -> int:
    try:
        return int(str(text).strip())
    except ValueError:
        raise LandscapeError(f"seed={text} is not a whole number from 0 to 4294967295.") from None


def _typed(text, content):
    """The experiment with the formula typed; where it cannot be read, why and where."""
    if not isinstance(content, dict) or content["surface"]["name"] != "formula":
        return (no_update,) * 4
    if text == content["surface"]["parameters"]["text"]:
        return no_update, [], no_update, no_update
    try:
        new = formulas.changed(content, text)
        surface = from_dict(new).surface
    except LandscapeError as error:
        return no_update, formulas.note(error, text), no_update, no_update
    same = list(new["surface"]["parameters"]) == list(content["surface"]["parameters"])
    return new, [], formulas.typeset(surface), no_update if same else formulas.ranges(new)


def _looked(point, content, view, moment, theme):
    """What the lens shows at a point of the contour."""
    if not content or not view:
        return no_update
    try:
        seen, _ = compute.view_of({"view": view, "theme": theme})
        experiment = compute.experiment_of(content)
        return lens.looked_at(experiment, seen, moment if moment is not None else experiment.frame, point)
    except LandscapeError as error:
        return {"problem": str(error)}
