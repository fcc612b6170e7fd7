"""The command line: `landscape list`, `figure`, `network`, `lab`, `match`, `solve`, `animate` and the others.

Float64 throughout: analytic surfaces are drawn and compared to their last digits.
"""

from __future__ import annotations

import os
import sys

import jax
import typer

from landscape import __version__
from landscape.commands import (
    animate,
    benchmark,
    dashboard,
    figure,
    gallery,
    lab,
    listing,
    match,
    network,
    render,
    solve,
)
from landscape.export import NoBrowser
from landscape.formula import FormulaError, pointed
from landscape.parameters import LandscapeError
from landscape.xla import fast_loops

INTERRUPTED = 130  # the exit code after Ctrl-C

app = typer.Typer(
    help="See optimization: optimizers moving over loss surfaces.",
    epilog="Names with numbers are written name:key=value,key=value; any number may be a schedule: "
    "adam:learning_rate=cosine(peak=0.1).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("list")(listing.command)
app.command("figure")(figure.command)
app.command("network")(network.command)
app.command("lab")(lab.command)
app.command("match")(match.command)
app.command("solve")(solve.command)
app.command("animate")(animate.command)
app.command("render")(render.command)
app.command("dashboard")(dashboard.command)
app.command("gallery")(gallery.command)
app.add_typer(benchmark.app, name="benchmark", help="Compare optimizers over surfaces and seeds at equal budgets.")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"landscape {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
):
    pass


def main() -> None:
    """Run the command; bad input ends in one sentence and exit code 2."""
    jax.config.update("jax_enable_x64", True)
    fast_loops()
    try:
        app()
    except LandscapeError as error:
        print(f"landscape: {error}", file=sys.stderr)
        if isinstance(error, FormulaError):
            print(pointed(error), file=sys.stderr)
        sys.stderr.flush()
        if isinstance(error, NoBrowser):
            os._exit(2)  # Kaleido may leave a thread behind that waits for the browser for ever
        raise SystemExit(2) from None
    except SystemExit as end:
        if end.code == INTERRUPTED:
            # A program may still run in XLA's threads, and crashes when Python's end takes away what it works on.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        raise


if __name__ == "__main__":
    main()
