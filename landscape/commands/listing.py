"""`landscape list`: what there is, with parameters, defaults and sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from landscape import catalog
from landscape.entry import Bound, Entry
from landscape.parameters import Choice, Inner, LandscapeError, Parameter, Text, nearest, number
from landscape.problems import DiscreteEntry

KINDS = ("surfaces", "optimizers", "problems", "searches", "bridges", "networks", "schedules", "labs")
WHAT = (*KINDS, "instances", "figures")


def command(
    what: Annotated[
        str | None,
        typer.Argument(help=f"{', '.join(WHAT)}, or one entry's name"),
    ] = None,
) -> None:
    """List all there is, what is of one kind, or one entry with its parameters.

    Examples:  landscape list   ·   landscape list problems   ·   landscape list adam
    """
    from landscape import labs
    from landscape.figures import FIGURES
    from landscape.figures import networks as drawings

    # A pipe gets whole lines; a terminal its own width.
    console = Console(width=None if os.isatty(1) else 220)
    groups = {kind: labs.ENTRIES if kind == "labs" else getattr(catalog, kind)() for kind in KINDS}
    if what is not None and what not in WHAT:
        return _named(what, groups, {**drawings.FIGURES, **FIGURES}, console)
    for name, group in groups.items():
        if what in (None, name):
            console.print(_group(name, group))
    if what in (None, "instances"):
        console.print(_instances(groups["problems"].values()))
    if what in (None, "figures"):
        console.print(_figures("figures", FIGURES))
        console.print(_figures("figures of networks (landscape network; contour and surface_3d too)", drawings.FIGURES))
    return None


def _named(name: str, groups: dict[str, dict[str, Entry]], drawn: dict[str, Callable], console: Console) -> None:
    """Print all that has this name: entries, a figure, an instance; LandscapeError where nothing has."""
    entries = [group[name] for group in groups.values() if name in group]
    shipped = {each: entry.name for entry in groups["problems"].values() for each in entry.instances}
    if not entries and name not in drawn and name not in shipped:
        known = [*WHAT, *(each for group in groups.values() for each in group), *drawn, *shipped]
        raise LandscapeError(f"Nothing here is called '{name}'. {nearest(name, known)}")
    _told(name, entries, drawn.get(name), console)
    if name in shipped:
        problem = shipped[name]
        console.print(f"[bold]{name}[/]  an instance of {problem}: {problem}:instance={name}", highlight=False)


def _told(name: str, entries: list[Entry], figure: Callable | None, console: Console) -> None:
    """All that has this name: entries with their parameters (a lab may be called as a schedule is), a figure."""
    for entry in entries:
        if len(entries) > 1:
            console.print(f"[dim]{entry.kind}[/]")
        console.print(_one(entry))
        console.print(f"Source: {entry.source or 'folklore'}", soft_wrap=True, highlight=False)
    if figure is not None:
        console.print(f"[bold]{name}[/]  {figure.__doc__}", highlight=False)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=f"[bold]{title}[/]", title_justify="left", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for place, column in enumerate(columns):
        table.add_column(column, no_wrap=place == 0)  # names are typed again, so they stay whole
    return table


def _figures(title: str, figures: dict) -> Table:
    table = _table(title, "name", "what it shows")
    for name, figure in figures.items():
        table.add_row(f"[bold]{name}[/]", _first(figure.__doc__))
    return table


def _instances(problems: Iterable[DiscreteEntry]) -> Table:
    table = _table("instances", "problem", "that ship", "files of your own")
    for entry in problems:
        if entry.files:
            table.add_row(f"[bold]{entry.name}[/]", ", ".join(entry.instances), ", ".join(entry.files))
    return table


def _first(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def _group(title: str, entries: dict[str, Entry]) -> Table:
    table = _table(title, "name", "parameters", "what it is")
    for entry in entries.values():
        own = [name for name in entry.parameters if name not in entry.shared]
        table.add_row(f"[bold]{entry.name}[/]", ", ".join(own), entry.summary)
    shared = dict.fromkeys(name for entry in entries.values() for name in entry.shared)
    if shared:
        who = "Those that use slopes" if title == "optimizers" else "Most of them"
        table.caption, table.caption_justify = f"{who} also take {', '.join(shared)}.", "left"
    return table


def _one(entry: Entry) -> Table:
    table = _table(f"{entry.name}[/]  [default]{entry.summary}", "parameter", "default", "range", "what it is")
    for parameter in entry.parameters.values():
        table.add_row(f"[bold]{parameter.name}[/]", _default(parameter), _range(parameter), parameter.help)
    return table


def _default(parameter: Parameter) -> str:
    value = parameter.default
    if value is None:
        return "from what it drives"
    if isinstance(value, Bound):
        return repr(value)
    return number(value) if isinstance(value, float) else str(value)


def _range(parameter: Parameter) -> str:
    kind = parameter.kind
    if isinstance(kind, Choice):
        return ", ".join(map(str, kind.options))
    if isinstance(kind, (Text, Inner)):
        return "text, in quotes if need be" if isinstance(kind, Text) else f"any {kind.kind}"
    if not hasattr(kind, "low"):
        return "as what it drives"
    scale = " (log)" if kind.log else f" (multiples of {kind.multiple})" if kind.multiple > 1 else ""
    return f"{number(kind.low)} … {number(kind.high)}{scale}"
