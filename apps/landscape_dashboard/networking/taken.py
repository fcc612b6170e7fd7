"""What can be taken away from the Networks page: its code, its curves as a table."""

from __future__ import annotations

import csv
import io

from landscape.networks.session import Session

from landscape.parameters import LandscapeError, numbered
from landscape_dashboard.networking import asked, found

COLUMNS = ("run", "epoch", "loss", "test_loss", "accuracy", "test_accuracy")


def code(kind: str, query: str) -> str:
    """The session as source of that kind."""
    session = asked.from_query(query)
    if kind == "json":
        return session.json()
    if kind not in ("python", "shell"):
        raise LandscapeError(f"There is no code of kind '{kind}'; choose one of python, shell, json.")
    return session.code(kind)


def table(query: str) -> str:
    """The curves of every run, epoch by epoch, as CSV."""
    session: Session = asked.from_query(query)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for label, training in zip(numbered([run.label for run in session.runs]), found.trained(session), strict=True):
        curves = (training.loss, training.test_loss, training.accuracy, training.test_accuracy)
        for epoch, *values in zip(training.epochs.tolist(), *(each.tolist() for each in curves), strict=True):
            rows.writerow([label, epoch, *("" if value != value else value for value in values)])
    return text.getvalue()
