"""What the Labs page is asked for: a lab with its numbers, one of its sheets and a moment, in an address or as JSON."""

from __future__ import annotations

from typing import Any, NamedTuple

from landscape import catalog, labs, query
from landscape.lab import FAMILIES, BoundLab, Lab
from landscape.parameters import LandscapeError

KEYS = ("lab", "sheet", "frame")
FIRST = "learning_rate"  # quick, and it moves


class Refused(LandscapeError):
    """A value that a lab does not take; `at` is the parameter."""

    at: str | None = None


class Asked(NamedTuple):
    """A lab with its numbers, the name of a sheet and a moment of it; without them the first and the last."""

    lab: BoundLab
    sheet: str | None = None
    frame: int | None = None


def entries() -> list[Lab]:
    """Every lab, family by family."""
    return sorted(labs.ENTRIES.values(), key=lambda lab: (FAMILIES.index(lab.family), lab.title))


def bound(entry: Lab, values: Any) -> BoundLab:
    """The lab with these values; Refused where one of them is not legal."""
    if not isinstance(values, dict):
        raise LandscapeError("The numbers of a lab should be a dictionary as JSON.")
    for name, value in values.items():
        try:
            entry(**{name: value})
        except LandscapeError as error:
            refused = Refused(str(error))
            refused.at = name if name in entry.parameters else None
            raise refused from None
    return entry(**values)


def lab_of(question: dict[str, Any]) -> BoundLab:
    """The lab of a browser's question."""
    return bound(labs.find(str(question.get("name"))), question.get("values") or {})


def from_query(search: str | None) -> Asked:
    """What an address asks for; of none the first lab."""
    parts = dict(query.read(search or "", KEYS))
    lab = labs.parse(parts.get("lab", FIRST))
    return Asked(lab, parts.get("sheet"), query.number(parts, "frame") if "frame" in parts else None)


def written(lab: BoundLab) -> str:
    """The lab's part of an address; only what differs from the defaults."""
    return query.written([("lab", catalog.text(changed(lab)))])


def changed(lab: BoundLab) -> BoundLab:
    """The same, knowing only values that are not the defaults: for texts, not to be run."""
    values = {name: value for name, value in lab.values.items() if value != lab.entry.parameters[name].default}
    return type(lab)(lab.entry, values)


def opened(search: str) -> dict[str, Any]:
    """What a browser shows of an address: name, values, sheet and frame.

    Where a value makes no sense it stands in `typed` instead, and `problem` and `at` say what is wrong with it where.
    """
    parts: dict[str, str] = {}
    try:
        parts = dict(query.read(search, KEYS))
        name, given = catalog.split("lab", parts.get("lab", FIRST))
        entry = labs.find(name)
    except LandscapeError as error:
        return {"name": FIRST, "values": {}, "typed": {}, "problem": str(error), "at": None}
    values, typed, told = {}, {}, {}
    for key, value in given.items():
        try:
            values[key] = bound(entry, {key: value}).values[key]
        except Refused as error:
            typed[key] = str(value)
            told = told or {"problem": str(error), "at": error.at}
    frame = parts.get("frame", "")
    return {"name": name, "values": values, "typed": typed, "sheet": parts.get("sheet"),
            "frame": int(frame) if frame.isdigit() else None} | told  # fmt: skip
