"""What can be taken away from the Networks page: its code, its curves as a table, its pictures as slides."""

from __future__ import annotations

from landscape import session_figures
from landscape.parameters import LandscapeError
from landscape_dashboard.networking import asked, found

FIGURES = {"network_diagram": "Network", "decision_map": "Decision map", "contour": "Loss landscape",
           "learning_curves": "Curves"}  # fmt: skip
CODE = ("python", "shell", "json")


def drawn(name: str, query: str, theme: str):
    """A figure of the session, as a slide."""
    if name not in FIGURES:
        raise LandscapeError(f"This page has no figure '{name}'; it has {', '.join(FIGURES)}.")
    session = asked.from_query(query)
    return session_figures.draw(session, name, found.trained(session), theme=theme)


def code(kind: str, query: str) -> str:
    """The session as source of that kind."""
    if kind not in CODE:
        raise LandscapeError(f"There is no code of kind '{kind}'; choose one of {', '.join(CODE)}.")
    return asked.from_query(query).code(kind)


def table(query: str) -> str:
    """The curves of every run, epoch by epoch, as CSV."""
    session = asked.from_query(query)
    return session_figures.table(session, found.trained(session))
