"""`python -m benchmarks [part ...]` measures the parts named, or all, prints a table and keeps it in RESULTS.md.

A part is a module of this folder with a function `measure() -> list[Row]`; nothing else needs to know of it.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import jax
from rich.console import Console

import benchmarks
from benchmarks import report
from landscape.xla import fast_loops


def parts() -> dict[str, str]:
    """The parts by name, with the first line of their module's docstring; found by reading, not by importing."""
    found = {}
    for module in pkgutil.iter_modules(benchmarks.__path__):
        text = Path(benchmarks.__path__[0], f"{module.name}.py").read_text()
        if "\ndef measure(" in text:
            found[module.name] = text.split('"""')[1].split("\n")[0]
    return found


def main(names: list[str]) -> int:
    """Measure, print, write; 2 when a part is not known."""
    known, console = parts(), Console() if sys.stdout.isatty() else Console(width=120)
    unknown = [name for name in names if name not in known]
    if unknown:
        listed = "\n".join(f"  {name:14s}{line}" for name, line in known.items())
        print(f"Unknown part '{unknown[0]}'. The parts are:\n{listed}", file=sys.stderr)
        return 2
    jax.config.update("jax_enable_x64", True)
    fast_loops()
    results = {}
    for name in names or known:
        with console.status(f"measuring {name}"):
            results[name] = import_module(f"benchmarks.{name}").measure()
    console.print(report.table(results))
    missed = [row.case for rows in results.values() for row in rows if row.holds is False]
    console.print(f"Missed: {', '.join(missed)}." if missed else "Every target holds.")
    path = Path(__file__).with_name("RESULTS.md")
    path.write_text(report.page(path.read_text() if path.exists() else "", results, known))
    console.print(f"Wrote {path.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
