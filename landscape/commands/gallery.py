"""`landscape gallery`: every surface on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress


def command(
    names: Annotated[list[str] | None, typer.Argument(help="surfaces; by default all")] = None,
    out: Annotated[Path, typer.Option(help="page to write: .html")] = Path("gallery.html"),
    theme: Annotated[str, typer.Option(help="light or dark")] = "light",
) -> None:
    """Write one page with every surface: picture, formula, domain, minima, source, and the code that draws it.

    Example:  landscape gallery --out surfaces.html
    """
    from landscape.report.gallery import gallery

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("surfaces", total=None)

        def progress(name: str, done: int, all_: int) -> None:
            bar.update(task, description=name, completed=done, total=all_ + 1)

        path = gallery(out, names=names or None, theme=theme, progress=progress)
    console.print(f"Wrote {path}", highlight=False, soft_wrap=True)
