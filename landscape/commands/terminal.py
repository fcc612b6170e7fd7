"""What commands share: a bar where someone looks on, lines beside the output, and files that hold a page of plots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from landscape.parameters import LandscapeError

MOVING = (".gif", ".mp4", ".webm")


def say(line: str) -> None:
    """A line on the error stream, where it stands in nobody's way."""
    Console(stderr=True).print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def bar(label: str) -> Iterator[Callable[[float, str], None]]:
    """A bar where someone looks on; what it gives takes the share done and what is done now."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(label, total=1.0)
        yield lambda done, said: bars.update(task, completed=done, description=said or label)


def ending(out: Path | None, more: tuple[str, ...] = ()) -> str:
    """The ending of the file to write, "" for none: of a picture, or one of `more`. Told before anything is run.

    LandscapeError where it is another one, or the file cannot be made.
    """
    from landscape import export

    if out is None:
        return ""
    legal = (*(f".{each}" for each in export.FORMATS), *more)
    if out.suffix.lower() not in legal:
        raise LandscapeError(f"'{out}' should end in one of {', '.join(legal)}.")
    export.check_writable(out)
    return out.suffix.lower()


def alone(context: typer.Context, option: str, names: Iterable[str]) -> None:
    """Raise where something of these names was typed beside an option that holds it already."""
    for name in names:
        if context.get_parameter_source(name).name != "DEFAULT":
            raise LandscapeError(f"--{option} has its {name} already; leave {name} out, or --{option}.")


def film(sheet, out: Path, seconds: float, look: dict) -> None:
    """The moments of a page as a GIF or a video; LandscapeError where it has one only."""
    from landscape import motion
    from landscape.figures.sheet.reel import Reel

    reel = Reel(sheet)
    if not reel.steps:
        raise LandscapeError(f"'{out}' would not move: this picture has one moment; write a .png, .svg, .pdf or .html.")
    given = {key: value for key, value in look.items() if value is not None and (key, value) != ("font", 1.0)}
    motion.save(reel, "sheet", out, seconds=seconds, frames=reel.steps + 1, **given)
