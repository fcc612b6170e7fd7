"""Routes of the Networks page: what a state looks like, own data, and sessions from files."""

from __future__ import annotations

import json
from typing import Any

import flask

from landscape.mlp import own
from landscape.networks.session import Session
from landscape.parameters import LandscapeError
from landscape_dashboard.compute import encoded
from landscape_dashboard.networking import ahead, asked, found

THEMES = ("light", "dark")


def register(app) -> None:
    """Add the routes to the app's server."""
    prefix = app.config.routes_pathname_prefix
    for name, made in (("move", moved), ("own", owned), ("open", opened)):
        app.server.add_url_rule(f"{prefix}networks-{name}", f"networks_{name}", _route(made), methods=["POST"])


def _route(made):
    def answer() -> flask.Response:
        question = flask.request.get_json(silent=True)
        try:
            if not isinstance(question, dict):
                raise LandscapeError("This is no question for this page: it should be a dictionary as JSON.")
            body = made(question)
        except LandscapeError as error:
            body = {"problem": str(error)}
        return flask.Response(json.dumps(body, separators=(",", ":")), mimetype="application/json")

    return answer


def moved(question: dict[str, Any]) -> dict[str, Any]:
    """The picture of a state; of one that takes long {"long": seconds}, of data not known here {"missing": word}."""
    content = question.get("content")
    word = _own(content)
    try:
        session = asked.session_of(content)
    except LandscapeError:
        if word and not _known(word):
            return {"missing": word, "problem": _recalled(word)}
        raise
    view = _view(question)
    if not found.COMPILED.get(found.structure(session)):
        ahead.note(session)
    seconds = found.estimate(session, view)
    if seconds > found.LONGEST:
        raise LandscapeError(f"This would take about {seconds / 60:.0f} minutes here; take fewer epochs, neurons "
                             "or runs, or larger batches.")  # fmt: skip
    if seconds > found.AT_ONCE:
        return {"long": round(seconds, 1)}
    return encoded(found.at_once(session, view))


def work(question: dict[str, Any]):
    """The job: the same, part by part."""
    session = asked.session_of(question.get("content"))
    pieces = found.running(session, _view(question))
    while True:
        try:
            share = next(pieces)
        except StopIteration as end:
            return encoded(end.value)
        yield share if share.part is None else share._replace(part=encoded(share.part))


def _view(question: dict[str, Any]) -> found.View:
    """How the browser looks; what cannot be read is as usual."""
    aspect = question.get("aspect")
    aspect = round(float(aspect), 1) if isinstance(aspect, (int, float)) and 0.2 < aspect < 8 else found.View().aspect
    theme = question.get("theme") if question.get("theme") in THEMES else "light"
    return found.View(theme, aspect, found.QUICK if question.get("moving") is True else found.FINE)


def _own(content: Any) -> str | None:
    """The word of own data in a state."""
    try:
        word = content["surface"]["parameters"]["data"]
    except (KeyError, TypeError):
        return None
    return word if isinstance(word, str) and word.startswith(own.PREFIX) else None


def _known(word: str) -> bool:
    try:
        return own.recall(word) is not None
    except LandscapeError:
        return False


def _recalled(word: str) -> str:
    """Why there are no data of that word."""
    try:
        own.recall(word)
    except LandscapeError as error:
        return str(error)
    return ""


def owned(question: dict[str, Any]) -> dict[str, Any]:
    """Rows that were pasted, loaded or drawn, remembered under a word."""
    points = question.get("points")
    if points is not None:
        data = own.from_points([tuple(point) for point in points] if isinstance(points, list) else points)
    else:
        data = own.from_csv(str(question.get("text") or "") + "\n")  # a text, never a path
    return {"word": own.remember(data), "rows": len(data.y), "columns": data.x.shape[1], "classes": data.classes,
            "told": data.told}  # fmt: skip


def opened(question: dict[str, Any]) -> dict[str, Any]:
    """The state in a session's file; own data in it are remembered."""
    session = asked.checked(Session.from_json(str(question.get("text") or "")))
    return {"content": asked.content_of(session), "own": _own(asked.content_of(session))}
