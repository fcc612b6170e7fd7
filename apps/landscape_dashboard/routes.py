"""Plain routes beside the callbacks: code to copy, files to download; and the work done before the first visitor."""

from __future__ import annotations

from pathlib import Path

import flask

from landscape import export, figures
from landscape.experiment import Experiment, to_dict
from landscape.parameters import LandscapeError
from landscape_dashboard import compute, edits

ASSETS = Path(__file__).parent / "assets"
WIDTH, HEIGHT = 1920, 1080
TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf", "html": "text/html"}


def register(app) -> None:
    """Add the routes to the app's server."""
    server = app.server

    @server.get("/code/<kind>")
    def _code(kind: str):
        return _answer(lambda: flask.Response(code(kind, _query()), mimetype="text/plain"))

    @server.get("/export/<name>.<kind>")
    def _export(name: str, kind: str):
        def made():
            theme = flask.request.args.get("theme", "light")
            return flask.Response(
                drawn(name, kind, _query(), theme),
                mimetype=TYPES[kind],
                headers={"Content-Disposition": f'attachment; filename="landscape-{name}.{kind}"'},
            )

        return _answer(made)


def _query() -> str:
    """The experiment's part of the address."""
    text = flask.request.query_string.decode("utf-8", "replace")
    return "&".join(part for part in text.split("&") if not part.startswith("theme="))


def _answer(made):
    """What `made` returns, or one sentence and status 400."""
    try:
        return made()
    except LandscapeError as error:
        return flask.Response(str(error), status=400, mimetype="text/plain")


def code(kind: str, query: str) -> str:
    """The experiment as source of that kind."""
    experiment = Experiment.from_url(query)
    forms = {"python": experiment.to_python, "shell": experiment.to_shell, "json": experiment.to_json}
    if kind not in forms:
        raise LandscapeError(f"There is no code of kind '{kind}'; choose one of {', '.join(forms)}.")
    return forms[kind]()


def drawn(name: str, kind: str, query: str, theme: str) -> bytes | str:
    """A figure of the experiment as a file's content."""
    export.format_of(f"{name}.{kind}")
    experiment = compute.experiment_of(to_dict(Experiment.from_url(query)))
    draw = figures.named(experiment.picture if name == "contour" else name)
    scene = experiment.scene(aspect=figures.aspect(WIDTH, HEIGHT), layers=figures.layers(draw.__name__))
    figure = draw(scene, theme=theme)
    return export.html(figure) if kind == "html" else export.image(figure, kind)


def warm() -> None:
    """Compile what the first visitor will see."""
    experiment, view = edits.FIRST, compute.View()
    scene = compute.scene_of(experiment, view, experiment.frame)
    compute.payload(experiment, scene, view, {})
