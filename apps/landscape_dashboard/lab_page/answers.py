"""Answers of the Labs page: what an address asks for, and the job that finds what a lab finds."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import flask

from landscape.parameters import LandscapeError
from landscape_dashboard.jobs import Share
from landscape_dashboard.lab_page import asked, found, pictures, shown


def register(app) -> None:
    """Add the route to the app's server."""

    @app.server.post(f"{app.config.routes_pathname_prefix}labs-open")
    def _open():
        question = flask.request.get_json(silent=True)
        search = question.get("search") if isinstance(question, dict) else None
        return flask.jsonify(asked.opened(str(search or "")))


def work(question: dict[str, Any]) -> Generator[Share, None, dict[str, Any]]:
    """The job: what a lab finds at the numbers of the question, what there is by then first.

    A value that is not legal is told with the name of its parameter.
    """
    try:
        lab, look = asked.lab_of(question), pictures.look_of(question)
    except asked.Refused as error:
        return {"problem": str(error), "at": error.at}
    pieces = found.pieces(lab)
    while True:
        try:
            progress = next(pieces)
        except StopIteration as end:
            return shown.payload(lab, end.value, look)
        except LandscapeError as error:
            return {"problem": str(error), "at": None}
        part = None if progress.finding is None else shown.payload(lab, progress.finding, look)
        yield Share(progress.done, progress.said, part)
