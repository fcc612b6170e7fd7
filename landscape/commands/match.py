"""`landscape match`: several methods on one discrete problem at equal evaluations, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from landscape.commands.figure import Font, Scale, Side, Size, Theme, bind, check_size
from landscape.commands.own_files import problem as described
from landscape.commands.terminal import MOVING, alone, bar, ending, film, say
from landscape.match import Lane, Match, Played
from landscape.match.game import best_of
from landscape.parameters import LandscapeError

SECONDS = 8.0  # that a film plays
HELD = ("problem", "optimizer", "budget", "frames", "seed", "defaults")  # what --match holds already
USUAL = ("simulated_annealing", "iterated_local_search", "genetic")

Problem = Annotated[
    str, typer.Argument(help="as in tsp, tsp:instance=kroA100 or coloring:colors=5; an instance may be a file")
]
Given = Annotated[
    str | None, typer.Option("--match", help="an address of the page Discrete, its query, or a .json file of it")
]
Optimizers = Annotated[
    list[str] | None,
    typer.Option("--optimizer", "-o", help="as in tabu_search or simulated_annealing:temperature=40; give several"),
]
Defaults = Annotated[str, typer.Option(help="of methods given by name alone: tuned to the problem, or common")]
Out = Annotated[
    Path | None,
    typer.Option(help="file to write: .png, .svg, .pdf, .html; .gif, .mp4, .webm; .json for the page Discrete"),
]


def command(
    context: typer.Context,
    problem: Problem = "tsp",
    optimizer: Optimizers = None,
    budget: Annotated[int, typer.Option(help="evaluations of each method")] = 200_000,
    frames: Annotated[int, typer.Option(help="moments kept, at equal shares of the budget")] = 100,
    frame: Annotated[int | None, typer.Option(help="the moment drawn, from 0; by default the best found")] = None,
    seed: Annotated[int, typer.Option(help="of everything random")] = 0,
    match: Given = None,
    defaults: Defaults = "tuned",
    title: Annotated[str, typer.Option(help="the finding, as a headline")] = "",
    theme: Theme = "light",
    size: Size = "slide",
    width: Side = None,
    height: Side = None,
    font: Font = 1.0,
    scale: Scale = None,
    out: Out = None,
) -> None:
    """Let methods search the same problem at equal evaluations; draw their solutions beside each other.

    Examples:

        landscape match tsp:instance=berlin52 -o simulated_annealing -o iterated_local_search --out match.png

        landscape match coloring -o tabu_search -o genetic --budget 50000 --theme dark --out coloring.mp4

        landscape match --match lesson.json --frame 40 --out branches.pdf
    """
    from landscape import export
    from landscape import theme as themes

    kind = check_out(out)
    check_size(width, height, scale)
    fitted = themes.fit(size, width, height, font)
    look = {"theme": themes.named(theme).name, "size": size, "width": width, "height": height, "font": font}
    if match is None:
        surface = described(problem)
        methods = tuple(bind(text, surface, defaults) for text in optimizer or USUAL)
        asked = Match(surface, methods, budget=budget, frames=frames, seed=seed, frame=frame)
    else:
        alone(context, "match", HELD)
        asked = _saved(match, frame)
    played = _played(asked)
    won = headline(played)
    tell(played, won)
    title = title or won
    if out is None:
        return say("Add --out match.png for the picture.")
    if kind == ".json":
        out.write_text(asked.json() + "\n", encoding="utf-8")
    elif kind in MOVING:
        film(sheet(played, title, best=True, brief=_brief(look)), out, SECONDS, look)
    else:
        export.save(_figure(played, title, look), out, scale=fitted.scale if scale is None else scale)
    return say(f"Wrote {out}")


def _saved(text: str, frame: int | None) -> Match:
    """The match in a file or an address, at that moment if one is asked for."""
    from landscape import saved

    found = saved.match(text)
    if not found.optimizers:
        raise LandscapeError(f"'{text}' has no methods; add some, as in '&optimizer=tabu_search' of an address.")
    return found if frame is None else found.replace(frame=frame)


def check_out(out: Path | None) -> str:
    """The ending of the file to write, told before anything is run."""
    return ending(out, (*MOVING, ".json"))


def sheet(played: Played, title: str, best: bool = False, brief: bool = False):
    """The page of a match that was played: its solutions, what they are worth, and curves.

    With `best` the last moment shows the best that each method found, not where it ended; a `brief` page has no
    temperature and acceptance.
    """
    from landscape.figures import solutions

    match, surface = played.match, played.match.surface
    lanes = [_ended(lane) for lane in played.lanes] if best else played.lanes
    said = [[surface.describe(x) for x in lane.x] for lane in lanes]
    budget = f"{named(surface)}, {match.budget:,} evaluations each, seed {match.seed}"
    return solutions.sheet(surface.entry.picture, surface.shown, lanes, title=title, subtitle=budget,
                           minimum=surface.minimum, written=said, brief=brief)  # fmt: skip


def headline(played: Played) -> str:
    """Who won, and with which solution, in the problem's words."""
    _, x, value = played.match.best(played)
    return f"{winners(played, value).capitalize()}: {played.match.surface.describe(x)}"


def winners(played: Played, value: float) -> str:
    """Who found the best value: one name, two, or how many."""
    names = [lane.label for lane in played.lanes if lane.best[-1] <= value + 1e-9 * max(1.0, abs(value))]
    return " and ".join(names) if len(names) < 3 else f"{len(names)} of {len(played.lanes)} methods"


def named(surface) -> str:
    """A problem by its instance, where it has one with a name."""
    instance = str(surface.values.get("instance", ""))
    return instance if instance and len(instance) < 24 and not instance.startswith("own-") else surface.label


def _ended(lane: Lane) -> Lane:
    """The lane with its best solution at the end."""
    return lane._replace(x=np.concatenate([lane.x[:-1], best_of(lane)[0][None]]))


def _figure(played: Played, title: str, look: dict):
    from landscape.figures.sheet import drawn

    frame = played.match.frame
    return drawn(sheet(played, title, best=frame is None, brief=_brief(look)), frame=frame, **look)


def _brief(look: dict) -> bool:
    """Whether a page is too small for all curves: a column of a paper."""
    return look["size"] == "column" and not look["height"]


def _played(asked: Match) -> Played:
    """The match, with a bar where someone looks on."""
    pieces = asked.playing()
    with bar(named(asked.surface)) as shown:
        while True:
            try:
                stage = next(pieces)
            except StopIteration as end:
                return end.value
            shown(stage.done, stage.said)


def tell(played: Played, won: str) -> None:
    """The methods with the best they found, as a table, and below it the solution that won."""
    surface = played.match.surface
    console = Console() if Console().is_terminal else Console(width=120)
    table = Table(title=f"[bold]{named(surface)}[/]", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("method", "best", "above the optimum", "evaluations", "found after"):
        table.add_column(column, header_style="dim", justify="left" if column == "method" else "right")
    for lane in played.lanes:
        best, known = float(lane.best[-1]) + 0.0, surface.minimum
        gap = f"{best - known:,.6g}" if np.isfinite(known) else "–"
        first = int((lane.best <= best).argmax())
        spent = (f"{lane.evaluations[at]:,.0f}" for at in (-1, first))
        table.add_row(lane.label, f"{best:,.8g}".replace("-", "−"), gap, *spent)
    console.print(table, highlight=False)
    console.print(won, markup=False, highlight=False, soft_wrap=True)
