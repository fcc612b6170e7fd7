"""Plain routes beside the callbacks: code to copy, files to download; and the work done before the first visitor.

Every page that has `code`, `FIGURES` and `drawn`, `film` or `table` gets them, under its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import flask

from landscape import export
from landscape.parameters import LandscapeError, nearest
from landscape_dashboard import compute, edits

ASSETS = Path(__file__).parent / "assets"
TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf", "html": "text/html",
         "csv": "text/csv", "json": "application/json", "gif": "image/gif", "mp4": "video/mp4",
         "webm": "video/webm"}  # fmt: skip
FILMS = ("gif", "mp4", "webm")
OURS = ("theme",)  # parts of the address that are not the page's


def name_of(page: ModuleType) -> str:
    """A page's name in addresses and scripts."""
    return page.__name__.rpartition(".")[2]


def register(app, pages: Iterable[ModuleType]) -> None:
    """Add the routes to the app's server."""
    known = {name_of(page): page for page in pages}
    prefix = app.config.routes_pathname_prefix

    @app.server.get(f"{prefix}code/<page>/<kind>")
    def _code(page: str, kind: str):
        return _answer(lambda: flask.Response(_part(known, page, "code")(kind, _query()), mimetype="text/plain"))

    @app.server.get(f"{prefix}export/<page>/<name>.<kind>")
    def _export(page: str, name: str, kind: str):
        return _answer(lambda: _file(f"{_stem(known, page, name)}.{kind}", kind, content(known, page, name, kind)))


def content(known: dict[str, ModuleType], page: str, name: str, kind: str) -> bytes | str:
    """A file of that page: its numbers as data.csv, its state as data.json, or one of its figures."""
    if (name, kind) == ("data", "csv"):
        return _part(known, page, "table")(_query())
    if (name, kind) == ("data", "json"):
        return _part(known, page, "code")("json", _query())
    if kind in FILMS:
        return _part(known, page, "film")(name, kind, _query(), flask.request.args.get("theme", "light"))
    export.format_of(f"{name}.{kind}")
    figure = _part(known, page, "drawn")(name, _query(), flask.request.args.get("theme", "light"))
    return export.html(figure) if kind == "html" else export.image(figure, kind)


def _part(known: dict[str, ModuleType], page: str, what: str) -> Callable:
    """That function of the page of that name."""
    if page not in known:
        raise LandscapeError(f"There is no page '{page}'. {nearest(page, known)}")
    if not hasattr(known[page], what):
        raise LandscapeError(f"The page '{page}' has no {what}.")
    return getattr(known[page], what)


def _stem(known: dict[str, ModuleType], page: str, name: str) -> str:
    """What a file is called, without its ending; pages that have `stem` say so themselves."""
    stem = getattr(known.get(page), "stem", None)
    return stem(name, _query()) if stem else f"landscape-{name}"


def _query() -> str:
    """The page's part of the address."""
    text = flask.request.query_string.decode("utf-8", "replace")
    return "&".join(part for part in text.split("&") if part.partition("=")[0] not in OURS)


def _file(name: str, kind: str, body: bytes | str) -> flask.Response:
    return flask.Response(body, mimetype=TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _answer(made: Callable[[], flask.Response]) -> flask.Response:
    """What `made` returns, or one sentence and status 400."""
    try:
        return made()
    except LandscapeError as error:
        return flask.Response(str(error), status=400, mimetype="text/plain")


def warm() -> None:
    """Compile what the first visitor will see."""
    experiment, view = edits.FIRST, compute.View()
    scene = compute.scene_of(experiment, view, experiment.frame)
    compute.payload(experiment, scene, view, {})
