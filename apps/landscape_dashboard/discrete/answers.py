"""Routes and jobs of the Discrete page: a match, an exact solver, files of one's own, the best solution."""

from __future__ import annotations

import json
from typing import Any

import flask

from landscape import catalog
from landscape.match import Match
from landscape.parameters import LandscapeError
from landscape.problems import instances
from landscape_dashboard import jobs
from landscape_dashboard.discrete import asked, found, known, taken

LARGEST = 1_000_000  # bytes of an instance's file


def register(app) -> None:
    """Add routes and jobs to the app's server."""
    prefix = app.config.routes_pathname_prefix
    app.server.add_url_rule(f"{prefix}discrete-own", "discrete_own", _answered, methods=["POST"])
    app.server.add_url_rule(f"{prefix}discrete-best", "discrete_best", _best, methods=["GET"])
    jobs.offer(app, "discrete", work)
    jobs.offer(app, "discrete-exact", solve)


def work(question: dict[str, Any]):
    """The job: play the match of a state."""
    content = question.get("content")
    missing = _missing(content)
    if missing is not None:
        return {"missing": missing}
    match = asked.match_of(content)
    return (yield from found.running(match, asked.solver_of(content)))


def solve(question: dict[str, Any]):
    """The job: solve the problem of a state exactly."""
    content = question.get("content")
    if not isinstance(content, dict) or content.get("exact") is None:
        raise LandscapeError("This names no exact solver; choose one in the rail.")
    surface = asked.match_of(content).surface
    return (yield from found.solving(surface, asked.solver_of(content)))


def _missing(content: Any) -> str | None:
    """The word of an instance that this process does not remember."""
    try:
        word = content["surface"]["parameters"].get("instance")
    except (KeyError, TypeError, AttributeError):
        return None
    if not isinstance(word, str) or not word.startswith(instances.PREFIX):
        return None
    try:
        instances.content(word)
    except LandscapeError:
        return word
    return None


def _answered() -> flask.Response:
    question = flask.request.get_json(silent=True)
    try:
        if not isinstance(question, dict):
            raise LandscapeError("This is no question for this page: it should be a dictionary as JSON.")
        body = owned(question)
    except LandscapeError as error:
        body = {"problem": str(error)}
    return flask.Response(json.dumps(body), mimetype="application/json")


def owned(question: dict[str, Any]) -> dict[str, Any]:
    """A file that was opened: a match as JSON, or an instance, remembered under a word and read once."""
    text, name, now = (str(question.get(each) or "") for each in ("text", "name", "now"))
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise LandscapeError(f"{name[:60]} is larger than {LARGEST // 1_000_000} MB; take a smaller instance.")
    if name.lower().endswith(".json"):
        return {"content": asked.content_of(asked.paced(asked.checked(Match.from_json(text))))}
    chosen = known.problem_of(name, now if now in catalog.problems() else "tsp")
    word = instances.remember(text)
    surface = catalog.find("surface", chosen)(**known.fitting(chosen, {"instance": word}))
    asked.checked(Match(surface))
    return {"word": word, "name": chosen, "dim": surface.dim}


def _best() -> flask.Response:
    """The best solution of a match, as a file."""
    try:
        text = taken.best(flask.request.query_string.decode("utf-8", "replace"))
    except LandscapeError as error:
        return flask.Response(str(error), status=400, mimetype="text/plain")
    named = {"Content-Disposition": 'attachment; filename="landscape-solution.json"'}
    return flask.Response(text, mimetype="application/json", headers=named)
