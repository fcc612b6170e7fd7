"""What the Discrete page offers: problems, their instances, methods, and which file belongs to which problem."""

from __future__ import annotations

from typing import Any

from landscape import catalog, exact
from landscape.parameters import LandscapeError
from landscape.problems import dimacs, instances

MADE = {
    "tsp": ("random:20", "random:50", "random:100", "circle:24"),
    "coloring": ("random:40:0.2",),
    "max_sat": ("random:75:320",),
    "knapsack": ("random:50:weak",),
    "max_cut": ("random:40:0.2",),
    "qubo": ("random:50",),
}
WORDS = {"tsp": "travelling salesman", "qap": "quadratic assignment", "nk": "NK landscape", "max_sat": "MAX-SAT",
         "qubo": "QUBO", "max_cut": "max-cut", "n_queens": "n queens", "one_max": "one-max", "job_shop": "job shop",
         "leading_ones": "leading ones", "coloring": "graph colouring"}  # fmt: skip
MADE_BY_HAND = "points:"


def words(name: str) -> str:
    """A problem as people call it."""
    return WORDS.get(name, name.replace("_", " "))


def problems() -> list[dict[str, Any]]:
    """The menu of problems, in families."""
    groups: dict[str, list] = {}
    for entry in catalog.problems().values():
        groups.setdefault(entry.family, []).append({"value": entry.name, "label": words(entry.name)})
    return [{"group": name, "items": items} for name, items in groups.items()]


def instances_of(name: str, now: str) -> list[dict[str, Any]]:
    """The menu of instances of a problem: those that ship, those that are made, and what is there now."""
    entry = catalog.problems()[name]
    shipped, made, default = list(entry.instances), list(MADE.get(name, ())), entry.parameters["instance"].default
    groups = {"shipped": shipped if default in (*shipped, *made) else [default, *shipped], "made": made}
    if not any(now in each for each in groups.values()):
        groups["yours"] = [now]
    return [{"group": group, "items": [{"value": each, "label": called(each)} for each in names]}
            for group, names in groups.items() if names]  # fmt: skip


def called(instance: str) -> str:
    """An instance in a few words."""
    if instance.startswith(instances.PREFIX):
        return f"own file {instance.removeprefix(instances.PREFIX)[:6]}"
    if instance.startswith(MADE_BY_HAND):
        return f"{len(instance.removeprefix(MADE_BY_HAND).replace(';', ' ').split())} cities drawn here"
    return instance


def methods() -> list[dict[str, Any]]:
    """The menu of methods: those for discrete domains first, then all that need no slopes."""
    groups: dict[str, list] = {}
    for entry in catalog.searches().values():
        groups.setdefault("discrete domains", []).append(entry)
    for entry in catalog.optimizers().values():
        if entry.family == "zeroth-order":
            groups.setdefault("any domain", []).append(entry)
    return [{"group": group, "items": [{"value": each.name, "label": each.name.replace("_", " ")} for each in entries]}
            for group, entries in groups.items()]  # fmt: skip


def problem_of(filename: str, now: str) -> str:
    """The problem that a file is an instance of, by its suffix; else the one that is shown."""
    suffix = "." + filename.lower().rpartition(".")[2]
    found = next((entry.name for entry in catalog.problems().values() if suffix in entry.files), now)
    if "instance" not in catalog.find("surface", found).parameters:
        raise LandscapeError(f"{words(found)} takes no file; choose a problem with instances, such as the travelling "
                             "salesman, first.")  # fmt: skip
    return found


def fitting(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a problem, with no more colours than a graph that was opened has vertices."""
    word = str(values.get("instance", ""))
    if name != "coloring" or not word.startswith(instances.PREFIX):
        return values
    vertices, _ = dimacs.graph(instances.content(word, ".col"))
    usual = catalog.find("surface", name).parameters["colors"].default
    return values | {"colors": min(values.get("colors", usual), vertices)}


def accepted() -> str:
    """The suffixes of all files that can be opened, for the browser's dialog."""
    known = {suffix for entry in catalog.problems().values() for suffix in entry.files}
    return ",".join(sorted(known | {".txt", ".json"}))


def solvers(surface) -> tuple[str, ...]:
    """The exact solvers that are here and can solve this problem."""
    return exact.solvers(surface)
