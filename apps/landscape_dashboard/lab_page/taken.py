"""What can be taken away from the Labs page: its code and its command, the picture, claims and data."""

from __future__ import annotations

import re
import shlex

from landscape import source
from landscape.lab import BoundLab
from landscape.parameters import LandscapeError
from landscape_dashboard.lab_page import asked, found

FIGURES = {"sheet": "Figure"}
CODE = ("python", "shell", "json")


def drawn(name: str, query: str, theme: str):
    """The sheet of an address, as a slide."""
    if name not in FIGURES:
        raise LandscapeError(f"This page has no figure '{name}'; it has {', '.join(FIGURES)}.")
    lab, sheet, frame = asked.from_query(query)
    return found.finding(lab).figure(sheet, frame=frame, theme=theme, size="slide")


def stem(name: str, query: str) -> str:
    """What a file is called, without its ending: the lab, and for a figure its sheet."""
    lab, sheet, _ = asked.from_query(query)
    if name not in FIGURES:
        return lab.name
    sheet = sheet or next(iter(found.finding(lab).sheets))
    return f"{lab.name}-{re.sub(r'[^A-Za-z0-9]+', '-', sheet).strip('-')}"


def code(kind: str, query: str) -> str:
    """The lab of an address as a program, as a command, or what it found as JSON."""
    if kind not in CODE:
        raise LandscapeError(f"There is no code of kind '{kind}'; choose one of {', '.join(CODE)}.")
    lab, sheet, _ = asked.from_query(query)
    if kind == "json":
        return found.finding(lab).json()
    return python(lab, sheet) if kind == "python" else shell(lab, sheet)


def python(lab: BoundLab, sheet: str | None = None) -> str:
    """A program that runs the lab, shows its figure and prints its claims."""
    named = "" if sheet is None else repr(sheet)
    return "\n".join(
        [
            "import landscape as ls",
            "",
            f"found = {source.python(asked.changed(lab))}.run()",
            f"found.figure({named}).show()",
            "for claim in found.claims:",
            "    print(claim.sentence, claim.measured, claim.expected, claim.holds)",
            "",
        ]
    )


def shell(lab: BoundLab, sheet: str | None = None) -> str:
    """The command that prints its claims and draws its figure."""
    values = asked.changed(lab).values.items()
    pairs = [f"--parameter {shlex.quote(f'{name}={_word(value)}')}" for name, value in values]
    named = [] if sheet is None else [f"--sheet {shlex.quote(sheet)}"]
    return " ".join(["landscape lab", lab.name, *pairs, *named, f"--out {lab.name}.png"])


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
