"""`landscape lab`: run an experiment, print its claims beside what was measured, and draw it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from landscape.commands.figure import Font, Scale, Side, Size, Theme, check_size
from landscape.commands.terminal import MOVING, bar, ending, film, say
from landscape.lab import BoundLab, Finding
from landscape.parameters import LandscapeError

NUMBERS = (".json", ".npz")
SECONDS = 6.0  # that a moving sheet plays, as on the page
HOLDS = {True: "[green]yes[/]", False: "[red bold]no[/]", None: "–"}

Name = Annotated[
    str, typer.Argument(help="of a lab, with numbers or without: softmax, initialisation:width=256,depth=30")
]
Parameters = Annotated[
    list[str] | None, typer.Option("--parameter", "-p", help="key=value, as in width=256; give several")
]
Sheet = Annotated[str | None, typer.Option(help="which of its pictures; by default the first")]
Out = Annotated[
    Path | None,
    typer.Option(help="file to write: .png, .svg, .pdf, .html; .gif, .mp4, .webm; claims and data: .json, .npz"),
]


def command(
    name: Name,
    parameter: Parameters = None,
    sheet: Sheet = None,
    frame: Annotated[int | None, typer.Option(help="the moment drawn, from 0; by default the last")] = None,
    theme: Theme = "light",
    size: Size = "slide",
    width: Side = None,
    height: Side = None,
    font: Font = 1.0,
    scale: Scale = None,
    out: Out = None,
) -> None:
    """Run a lab: print what is claimed beside what was measured, and draw it where --out names a file.

    Examples:

        landscape lab softmax

        landscape lab initialisation --parameter width=256 --parameter depth=30 --out initialisation.png

        landscape lab cellular_automata -p rule=110 --theme dark --out automata.pdf

        landscape lab precision --out precision.gif
    """
    from landscape import export
    from landscape import theme as themes

    asked = described(name, parameter or [])
    kind = ending(out, (*MOVING, *NUMBERS))
    check_size(width, height, scale)
    fitted = themes.fit(size, width, height, font)
    look = {"theme": themes.named(theme).name, "size": size, "width": width, "height": height, "font": font}
    found = _run(asked)
    _tell(asked, found)  # first of all: it may have taken minutes, and what comes now may be refused
    check_frame(found, sheet, frame)
    if kind in MOVING:
        film(found.sheet(sheet), out, SECONDS, look)
    elif kind and kind not in NUMBERS:
        export.save(found.figure(sheet, frame=frame, **look), out, scale=fitted.scale if scale is None else scale)
    if out is None:
        return say(f"Add --out {asked.name}.png for the picture.")
    if kind == ".json":
        out.write_text(found.json() + "\n", encoding="utf-8")
    elif kind == ".npz":
        np.savez_compressed(out, **found.data)
    return say(f"Wrote {out}")


def described(name: str, pairs: list[str]) -> BoundLab:
    """The lab of that name with numbers in its text, after it, or both."""
    from landscape import catalog, labs

    name, values = catalog.split("lab", name)
    entry = labs.find(name)
    for pair in pairs:
        key, mark, text = pair.partition("=")
        key = key.strip().replace("-", "_")
        if not mark:
            raise LandscapeError(f"--parameter {pair} should be key=value, as in {_example(entry)}.")
        if key in values:
            raise LandscapeError(f"--parameter {pair}: {key} is {values[key]} already; give it once.")
        known = entry.parameters.get(key)
        values[key] = known.read(text.strip()) if known else text
    return entry(**values)


def check_frame(found: Finding, sheet: str | None, frame: int | None) -> None:
    moments = found.sheet(sheet).moments
    if frame is not None and not 0 <= frame < moments:
        told = f"has the moments 0 … {moments - 1}" if moments > 1 else "does not move; leave --frame out"
        raise LandscapeError(f"--frame {frame}: this picture {told}.")


def _example(entry) -> str:
    first = next(iter(entry.parameters.values()), None)
    return f"{first.name}={first.default}" if first else "width=64"


def _run(asked: BoundLab) -> Finding:
    """What it found, with a bar where someone looks on."""
    with bar(asked.label) as shown:
        return asked.run(lambda now: shown(now.done, now.said))


def _tell(asked: BoundLab, found: Finding) -> None:
    """The claims as a table."""
    console = Console() if Console().is_terminal else Console(width=160)
    table = Table(title=f"[bold]{asked.label}[/]", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("claim", "measured", "expected", "source"):
        table.add_column(column, header_style="dim", overflow="fold")
    table.add_column("holds", header_style="dim", no_wrap=True)
    for claim in found.claims:
        cells = (claim.sentence, claim.measured, claim.expected, claim.source)
        table.add_row(*(each.replace("[", r"\[") for each in cells), HOLDS[claim.holds])
    console.print(table, highlight=False)
