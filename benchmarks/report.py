"""The results as a table for the terminal and as a page, RESULTS.md, a section a part."""

from __future__ import annotations

import math
import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import jax
from rich.table import Table

import landscape
from benchmarks.timing import Row, Times

COLUMNS = ("case", "time median (quartiles)", "bound median", "ratio or value", "target", "holds")
HEAD = """# Results

`python -m benchmarks` writes this page; each section is replaced when its part runs. Times are medians of interleaved
runs on a shared machine: trust the ratios of one section, not a comparison of absolute times between sections.
"""


def table(results: dict[str, list[Row]]) -> Table:
    """One table, a block a part."""
    made = Table(*COLUMNS, title=about())
    for rows in results.values():
        for row in rows:
            made.add_row(*cells(row), style="red" if row.holds is False else None)
        made.add_section()
    return made


def page(old: str, results: dict[str, list[Row]], known: dict[str, str]) -> str:
    """The page with the sections of `results` replaced and the others of `known` parts as they were."""
    kept = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", old, re.DOTALL | re.MULTILINE))
    written = kept | {name: section(rows, known[name]) for name, rows in results.items()}
    return HEAD + "".join(f"\n## {name}\n\n{written[name].strip()}\n" for name in known if name in written)


def section(rows: list[Row], idea: str) -> str:
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(cells(row) for row in rows)]
    return f"{idea}\n\n{about()}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cells(row: Row) -> tuple[str, ...]:
    """A row as text, a cell a column."""
    target = "–" if row.limit is None else f"≤ {amount(row.limit, row.unit)}"
    holds = {None: "–", True: "yes", False: "no"}[row.holds]
    bound = "–" if row.bound is None else duration(row.bound.median)
    same = row.time is not None and row.score == row.time.median  # the time itself is what counts
    return row.case, spread(row.time), bound, "–" if same else amount(row.score, row.unit), target, holds


def amount(value: float, unit: str) -> str:
    """A score or a limit with its unit."""
    if unit == "s":
        return duration(value)
    return f"{value:.2f} ×" if unit == "×" else f"{value:.4g} {unit}"


def spread(times: Times | None) -> str:
    """Median and quartiles in one unit; a dash where nothing was timed."""
    if times is None:
        return "–"
    scale, unit = scaled(times.median)
    median, *quartiles = (digits(seconds / scale) for seconds in (times.median, times.lower, times.upper))
    return f"{median} {unit}" + (f" ({'–'.join(quartiles)})" if times.lower < times.upper else "")


def duration(seconds: float) -> str:
    """Three digits and a unit that suits them: 1.23 s, 4.56 ms, 78.9 µs."""
    scale, unit = scaled(seconds)
    return f"{digits(seconds / scale)} {unit}"


def scaled(seconds: float) -> tuple[float, str]:
    """The unit that suits a time, in seconds and by name."""
    units = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
    return next((each for each in units if abs(seconds) >= each[0]), units[-1])


def digits(value: float) -> str:
    """Three of them at least before any is dropped: 1.23, 45.6, 789, 1234."""
    size = math.floor(math.log10(max(abs(value), 1e-3)))
    return f"{value:.{min(max(2 - size, 0), 2)}f}".replace("-", "−")


def about() -> str:
    """When, with what, and on what kind of machine; nothing that says whose."""
    versions = [f"{name} {_version(name)}" for name in ("jax", "optax", "numpy")]
    flags = [flag for flag in os.environ.get("XLA_FLAGS", "").split() if "/" not in flag]
    return " · ".join([
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", f"Python {platform.python_version()}", *versions,
        f"landscape {landscape.__version__}", f"{_processor()}, {os.cpu_count()} cores",
        "float64" if jax.config.jax_enable_x64 else "float32", *flags])  # fmt: skip


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text()) if info.exists() else []
    return names[0] if names else platform.processor() or platform.machine()
