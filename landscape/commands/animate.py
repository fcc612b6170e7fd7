"""`landscape animate`: one figure through a whole run, from names to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from landscape import catalog, deck
from landscape.commands.figure import (
    At,
    Defaults,
    Given,
    Optimizers,
    Options,
    Size,
    counting,
    described,
    experiment_in,
    own_options,
    place,
    told_diverged,
    told_tuned,
)

HEAVY = 1_000_000  # bytes: many pages and mails refuse more
Name = Annotated[
    str, typer.Argument(help="contour, surface_3d, convergence, metrics, schedules, population, step_anatomy, …")
]
Frames = Annotated[int | None, typer.Option(help="pictures, 60 unless told; a shorter run shows every step once")]
Seconds = Annotated[float | None, typer.Option(help="how long it plays; with --frames it sets the speed")]
Width = Annotated[int | None, typer.Option(help="pixels: 800 of a GIF, 1280 of the others unless told")]
Out = Annotated[Path, typer.Option(help="file to write: .gif, .mp4, .webm, or .html with a player inside")]


def command(
    context: typer.Context,
    name: Name = "contour",
    surface: Annotated[str, typer.Option(help="as in himmelblau or quadratic:condition=50")] = "himmelblau",
    optimizer: Optimizers = None,
    start: Annotated[str | None, typer.Option(help="as in 0.2,4.4; by default the surface's own")] = None,
    steps: Annotated[int, typer.Option(help="steps to run")] = 200,
    seed: Annotated[int, typer.Option(help="of everything random")] = 0,
    experiment: Given = None,
    at: At = None,
    option: Options = None,
    by: Annotated[str | None, typer.Option(help="convergence: steps, evaluations or gradients")] = None,
    defaults: Defaults = "tuned",
    frames: Frames = None,
    fps: Annotated[float | None, typer.Option(help="pictures a second, 20 unless told")] = None,
    seconds: Seconds = None,
    spacing: Annotated[str, typer.Option(help="of the steps shown: even, or log, which dwells on the first")] = "even",
    theme: Annotated[str, typer.Option(help="light, dark or print")] = "light",
    size: Size = "slide",
    width: Width = None,
    height: Annotated[int | None, typer.Option(help="pixels; by default as the proportions have it")] = None,
    font: Annotated[float | None, typer.Option(help="multiplies the size of type; 1.15 in a GIF unless told")] = None,
    title: Annotated[str, typer.Option(help="the finding, as a headline")] = "",
    out: Out = Path("landscape.gif"),
) -> None:
    """Draw a figure as it moves through a run and write it as a GIF, a video or a page that plays it.

    Examples:

        landscape animate contour --surface rosenbrock --optimizer adam --optimizer momentum --out run.gif

        landscape animate convergence --seconds 6 --theme dark --out run.mp4

        landscape animate population --optimizer particle_swarm --spacing log --out swarm.html
    """
    from landscape import export, figures, motion

    draw, kind = figures.named(name), motion.format_of(out)
    export.check_writable(out)
    times = {"frames": frames, "fps": fps, "seconds": seconds, "spacing": spacing}
    motion.check(kind, theme=theme, size=size, width=width, height=height, font=font, **times)
    look = motion.frame(kind, size, width, height, font)
    given = own_options(name, draw, option or [])
    for_layers = {key: given.pop(key) for key in figures.asks(name) if key in given}
    given |= counting(name, draw, by)
    ground = catalog.surface(surface)
    names = optimizer or deck.usual(name, ground) or deck.USUAL  # without runs nothing moves
    asked = experiment_in(context, experiment) or described(ground, names, start, steps, seed, None, defaults)
    scene = asked.scene(
        title=title, record=figures.record(name), aspect=figures.aspect(**look), layers=figures.layers(name),
        at=place(at, "--at"), asked=for_layers,
    )  # fmt: skip
    console = Console(stderr=True)
    if experiment is None and defaults == "tuned":
        for text in names:
            console.print(told_tuned(text, asked.surface), end="", highlight=False, soft_wrap=True)
    console.print(told_diverged(scene.tracks), end="", highlight=False, soft_wrap=True)
    path = _saved(console, scene, name, out, theme=theme, **times, **look, **given)
    console.print(f"Wrote {path} ({_weight(path.stat().st_size, kind)})", highlight=False, soft_wrap=True)


def _saved(console: Console, *what: Any, **how: Any) -> Path:
    """What `motion.save` wrote, its frames counted on the console."""
    from landscape import motion

    with _progress(console) as bar:
        task = bar.add_task("frames", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description="writing" if done == total else "frames")

        return motion.save(*what, progress=progress, **how)


def _weight(size: int, kind: str) -> str:
    smaller = "; as .mp4 it is smaller" if kind == "gif" and size > HEAVY else ""
    return f"{size / 1e6:.2g} MB{smaller}"


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
