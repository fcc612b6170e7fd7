"""What a browser knows of every lab before it asks: words, parameters and the question."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from landscape.lab import Curve, Lab, Picture
from landscape.parameters import Choice, Parameter, Range
from landscape_dashboard.lab_page.asked import entries

SAMPLES = 61  # points of a named curve on the drawing board


@cache
def known() -> list[dict[str, Any]]:
    """Every lab, family by family."""
    return [_lab(entry) for entry in entries()]


def menu() -> list[dict[str, Any]]:
    """The labs as a menu takes them, under the headings of their families."""
    groups: dict[str, list] = {}
    for entry in entries():
        groups.setdefault(entry.family, []).append({"value": entry.name, "label": entry.title})
    return [{"group": family.capitalize(), "items": items} for family, items in groups.items()]


def _lab(entry: Lab) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.family,
        "summary": entry.summary,
        "explanation": entry.explanation,
        "references": list(entry.references),
        "question": {"text": entry.question.text, "options": list(entry.question.options)},
        "slow": entry.slow,
        "parameters": [_parameter(each) for each in entry.parameters.values()],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    told = {"name": parameter.name, "label": parameter.label, "help": parameter.help, "default": parameter.default}
    return told | _kind(parameter)


def _kind(parameter: Parameter) -> dict[str, Any]:
    """The control of a parameter and what it offers."""
    kind = parameter.kind
    if isinstance(kind, Choice):
        switch = set(kind.options) == {False, True} and isinstance(parameter.default, bool)
        return {"kind": "switch"} if switch else {"kind": "choice", "options": list(kind.options)}
    if isinstance(kind, Range):
        return {"kind": "range", "low": kind.low, "high": kind.high, "log": kind.log, "whole": parameter.static,
                "multiple": kind.multiple, "off": kind.off}  # fmt: skip
    if isinstance(kind, Curve):
        return {"kind": "curve", "names": list(kind.names), "low": kind.low, "high": kind.high,
                "drawn": _drawn(kind, kind.names, lambda name: kind.values(name, SAMPLES))}  # fmt: skip
    if isinstance(kind, Picture):
        return {"kind": "picture", "names": list(kind.names), "drawn": _drawn(kind, kind.names, kind.greys)}
    return {"kind": "text"}


def _drawn(kind: Any, names: tuple[str, ...], read: Callable[[str], np.ndarray]) -> dict[str, list]:
    """The named curves or pictures as numbers."""
    return {name: rounded(read(name)) for name in names} if kind.reader else {}


def rounded(values: np.ndarray) -> list[float | None]:
    """Numbers with four decimals, those that are not finite as None."""
    return [round(float(each), 4) if np.isfinite(each) else None for each in np.ravel(values)]
