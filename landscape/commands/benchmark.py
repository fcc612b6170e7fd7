"""`landscape benchmark`: optimizers × surfaces × seeds at equal budgets, as tables and files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from landscape import catalog
from landscape.commands.figure import bind

OPTIMIZERS = (
    "sgd", "momentum", "adam", "lbfgs", "simulated_annealing", "particle_swarm", "genetic", "differential_evolution",
    "cma_es", "nelder_mead", "random_search",
)  # fmt: skip
SURFACES = ("quadratic", "rosenbrock", "rastrigin", "steps")  # a bowl, a valley, many minima, no gradient
WIDTH = 100  # columns of what goes to a pipe or a file

HELP = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", context_settings=HELP)


@app.callback()
def _group() -> None:
    """Compare optimizers over surfaces and seeds at equal budgets."""


@app.command("run")
def run(
    surface: Annotated[
        list[str] | None,
        typer.Option(help=f"as in rosenbrock or rastrigin:dim=10; give several. By default {', '.join(SURFACES)}"),
    ] = None,
    optimizer: Annotated[
        list[str] | None,
        typer.Option(
            help="as in adam or adam:learning_rate=0.1; give several. By default eleven, one or two of each kind; "
            "those of other packages as scipy:method=dual_annealing"
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(help="runs of each pair, with seeds 0, 1, 2, …")] = 11,
    budget: Annotated[int, typer.Option(help="evaluations after which every run stops")] = 2000,
    target: Annotated[float, typer.Option(help="a run succeeds this near to the known minimum")] = 1e-8,
    starts: Annotated[
        str, typer.Option(help="random: a point for each seed, the same for every optimizer; surface: its own")
    ] = "random",
    defaults: Annotated[
        str, typer.Option(help="of optimizers given by name alone: common, or tuned to each surface")
    ] = "common",
    out: Annotated[list[Path] | None, typer.Option(help="file to write, .csv or .json; give several")] = None,
) -> None:
    r"""Race optimizers over surfaces and seeds, and print a table for each surface.

    Every run stops at the same number of evaluations, and for one seed every optimizer sets out from the same point.
    Files hold every single run (.csv), or also the summaries, versions and settings (.json).

    Examples:

    landscape benchmark run

    landscape benchmark run --surface rosenbrock --surface rastrigin:dim=10 \
        --optimizer adam:learning_rate=0.1 --optimizer particle_swarm --out results.csv

    landscape benchmark run --surface ackley --defaults tuned --target 1e-4 --out a.csv --out a.json
    """
    from landscape.benchmark import Study, files, table
    from landscape.export import check_writable

    for path in out or ():
        files.ending(path)
        check_writable(path)
    problems = [catalog.surface(text) for text in surface or SURFACES]
    names = optimizer or OPTIMIZERS
    study = Study(problems, lambda ground: [bind(name, ground, defaults) for name in names], seeds, budget, target)
    with _progress() as progress:
        results = study.run(progress, starts)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    used = "tuned defaults where there are any" if defaults == "tuned" else "common defaults"
    for each in table.tables(results, console.width, f"{starts} starts · {used}"):
        console.print(each, "")
    console.print(table.rules(results), style="dim")
    for path in out or ():
        (results.to_csv if files.ending(path) == ".csv" else results.to_json)(path)
        Console(stderr=True).print(f"Wrote {path}", highlight=False, soft_wrap=True)


@contextmanager
def _progress() -> Iterator:
    """A bar on stderr, gone when all is done; where there is no terminal, nothing."""
    columns = (BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, label: bar.update(task, completed=done, total=total, description=label, refresh=True)
