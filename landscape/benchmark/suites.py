"""Suites: sets of problems by name, and what a study says of a problem.

>>> suite("bbob", functions=[1, 8], dims=[2, 5], instances=range(1, 6))     # 20 surfaces
>>> suite("classic", dims=[2, 10])                                           # every surface with a known minimum
>>> suite("valleys")                                                         # one family of them
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from landscape import catalog
from landscape.bbob import FUNCTIONS
from landscape.benchmark.runs import Problem
from landscape.entry import Bound, Entry
from landscape.parameters import LandscapeError, nearest
from landscape.surface import Surface

GROUPS = {  # of BBOB, by their first function
    1: "separable",
    6: "low or moderate conditioning",
    10: "high conditioning, unimodal",
    15: "multi-modal, adequate global structure",
    20: "multi-modal, weak global structure",
}
MADE = ("formula", "transforms")  # families whose surfaces say nothing until they are told what they are


def names() -> tuple[str, ...]:
    """The names that `suite` knows."""
    return "bbob", "classic", *dict.fromkeys(each.family for each in _classic())


def suite(
    name: str,
    *,
    functions: Iterable[int | str] | None = None,
    dims: Iterable[int] | None = None,
    instances: Iterable[int] | None = None,
) -> tuple[Surface, ...]:
    """The problems of a suite: surfaces, one for each function, dimension and instance.

    functions  numbers 1 … 24 of bbob, names of surfaces elsewhere; None: all
    dims       numbers of coordinates; None: 2, 5 and 10 of bbob, elsewhere each surface's usual one. A surface that
               has a fixed number stands in for that number alone
    instances  of bbob only; None: 1 … 5
    """
    known = names()
    if name not in known:
        raise LandscapeError(f"Unknown suite '{name}'. {nearest(str(name), known)}")
    dims = None if dims is None else _whole("dims", dims)
    if name == "bbob":
        numbers = _whole("functions", range(1, 25) if functions is None else functions)
        drawn = _whole("instances", range(1, 6) if instances is None else instances)
        bbob = catalog.find("surface", "bbob")
        return tuple(bbob(function=f, dim=d, instance=i) for d in dims or (2, 5, 10) for f in numbers for i in drawn)
    if instances is not None:
        raise LandscapeError(f"The suite {name} has no instances; leave them out, or take bbob.")
    entries = {each.name: each for each in _classic() if name in ("classic", each.family)}
    wanted = list(entries) if functions is None else _listed("functions", functions, "['rosenbrock']")
    for each in wanted:
        if each not in entries:
            raise LandscapeError(f"The suite {name} has no function '{each}'. {nearest(str(each), entries)}")
    found = [made for each in wanted for made in _sized(entries[each], dims)]
    if not found:
        raise LandscapeError(f"No function of the suite {name} has {' or '.join(map(str, dims))} coordinates.")
    return tuple(found)


def groups(name: str = "bbob") -> dict[str, list[tuple[int | str, str]]]:
    """The functions of a suite and their titles, by group."""
    if name == "bbob":
        found: dict = {title: [] for title in GROUPS.values()}
        for number, each in FUNCTIONS.items():
            found[_group(number)].append((number, each.name))
        return found
    found = {}
    for each in _classic():
        if name in ("classic", each.family):
            found.setdefault(each.family, []).append((each.name, each.name.replace("_", " ")))
    return found


def described(surface: Surface) -> Problem:
    """The words and numbers of one surface; labels say what tells it from others of its name."""
    minimum = surface.minimum
    known = "optimum" if math.isfinite(minimum) else "unbounded" if minimum == -math.inf else ""
    text = written(surface) or ""
    if surface.name == "bbob" and text:
        number, instance = surface.values["function"], surface.values["instance"]
        label = f"bbob f{number} · {surface.dim}-D · i{instance}"
        return Problem(label, text, "bbob", f"f{number}", _group(number), surface.dim, instance, minimum, known)
    own = surface.entry.own
    suite = "classic" if known == "optimum" and not own and surface.entry.family not in MADE else ""
    family = "own" if own else surface.entry.family
    function = _function(surface)
    label = f"{function} · {surface.dim}-D" if surface.dim != 2 else function
    minimum = minimum if known == "optimum" else math.nan
    return Problem(label, text, suite, function, family, surface.dim, 0, minimum, known)


def written(bound: Bound) -> str | None:
    """The text from which the catalog makes a bound value again; None of functions of one's own, which have none."""
    kind = bound.entry.kind
    entries = catalog.entries(kind)
    if not bound.portable:
        return None
    try:
        text = catalog.text(bound)
        if entries.get(bound.name) is bound.entry or (bound.name in entries and catalog.parse(kind, text) == bound):
            return text
    except LandscapeError:
        return None
    return None


def _function(surface: Surface) -> str:
    """Its name and what differs from its usual numbers, the number of coordinates apart."""
    if surface.entry.own:
        return surface.name
    usual = surface.entry().values
    changed = {n: v for n, v in surface.told.items() if n != "dim" and not _same(v, usual.get(n))}
    told = ", ".join(f"{n}={_brief(v)}" for n, v in changed.items())
    return f"{surface.name} ({told})" if told else surface.name


def _same(value, other) -> bool:
    if isinstance(value, Bound) or isinstance(other, Bound):
        return value is other or (type(value) is type(other) and value == other)
    return np.array_equal(value, other)


def _brief(value) -> str:
    if isinstance(value, Bound):
        return _function(value) if isinstance(value, Surface) else catalog.text(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _group(number: int) -> str:
    return GROUPS[max(first for first in GROUPS if first <= number)]


def _classic() -> list[Entry]:
    """Every surface of the catalog whose lowest value is known as it stands, in the order of its file."""
    found = []
    for name, entry in catalog.surfaces().items():
        if name == "bbob" or entry.family in MADE:
            continue
        surface = entry()
        if math.isfinite(surface.minimum) and not surface.scheduled and surface.dim > 1:
            found.append(entry)
    return sorted(found, key=lambda entry: entry.family)


def _sized(entry: Entry, dims: list[int] | None) -> list[Surface]:
    usual = entry()
    if dims is None:
        return [usual]
    if "dim" not in entry.parameters:
        return [usual] if usual.dim in dims else []
    kind = entry.parameters["dim"].kind
    low, high = kind.legal
    return [entry(dim=dim) for dim in dims if low <= dim <= high and dim % kind.multiple == 0]


def _whole(what: str, given: Iterable[int]) -> list[int]:
    values = _listed(what, given, "[2, 5]")
    if not all(isinstance(each, (int, np.integer)) and not isinstance(each, bool) for each in values):
        raise LandscapeError(f"{what}={given} is not a list of whole numbers such as [2, 5].")
    return [int(each) for each in values]


def _listed(what: str, given: Any, example: str) -> list:
    """`given` as a list, one thing alone too: at least one, and none twice."""
    single = isinstance(given, (str, int, float, np.number)) or not isinstance(given, Iterable)
    values = [given] if single else list(given)
    if not values:
        raise LandscapeError(f"{what}=[] is empty; give a list such as {example}, or leave it out.")
    for each in values:
        if values.count(each) > 1:
            raise LandscapeError(f"{what}={values} repeats {each}; give each once.")
    return values
