"""`python -m benchmarks.labs [name …]`: run labs at their full size, and keep measured beside expected in LABS.md."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from time import perf_counter

import jax
from rich.console import Console
from rich.progress import Progress as Bars

from benchmarks import report
from landscape import labs
from landscape.lab import Claim, Finding, Lab
from landscape.parameters import LandscapeError
from landscape.xla import fast_loops

PAGE = Path(__file__).with_name("LABS.md")
HEAD = """# Labs

`make labs` writes this page: every lab at its full size, what it claims, what was measured here and what is expected.
A claim that does not hold says so. Seconds include compilation, on a shared machine.
"""
COLUMNS = ("claim", "measured", "expected", "source", "holds")


def main(names: list[str]) -> int:
    """Run the labs named, or all; 2 when a name is not known. Claims that do not hold are findings, and listed."""
    jax.config.update("jax_enable_x64", True)
    fast_loops()
    console = Console() if sys.stdout.isatty() else Console(width=140)
    try:
        chosen = [labs.find(name) for name in names] or list(labs.ENTRIES.values())
    except LandscapeError as error:
        print(error, file=sys.stderr)
        return 2
    failed = []
    for lab in chosen:
        found, text = measured(lab, console)
        wrong = [claim for claim in found.claims if claim.holds is False]
        failed += [f"{lab.name}: {claim.sentence} ({claim.measured}, expected {claim.expected})" for claim in wrong]
        console.print(f"{lab.name}: {len(found.claims)} claims, {len(wrong)} of them do not hold", highlight=False)
        PAGE.write_text(page(PAGE.read_text() if PAGE.exists() else "", lab.name, text))
    for line in failed:
        console.print(line, style="red", markup=False)
    console.print(f"Wrote {PAGE.name}.")
    return 0


def measured(lab: Lab, console: Console) -> tuple[Finding, str]:
    """What a lab found at its full size, and its section of the page."""
    bound = lab(**lab.full)
    began = perf_counter()
    with Bars(console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(lab.name, total=1.0)
        found = bound.run(lambda now: bars.update(task, completed=now.done, description=now.said or lab.name))
    options = "".join(f" -p {name}={value}" for name, value in lab.full.items())
    run = f"`landscape lab {lab.name}{options}` · {perf_counter() - began:.1f} s · {report.about()}"
    lines = [lab.title, "", run, "",
             f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}", *map(row, found.claims)]  # fmt: skip
    return found, "\n".join(lines)


def row(claim: Claim) -> str:
    holds = {True: "yes", False: "**no**", None: "–"}[claim.holds]
    cells = (claim.sentence, claim.measured, claim.expected, claim.source, holds)
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"


def page(old: str, name: str, text: str) -> str:
    """The page with the section of one lab replaced; sections of labs that are no more are left out."""
    kept = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", old, re.DOTALL | re.MULTILINE)) | {name: text}
    return HEAD + "".join(f"\n## {each}\n\n{kept[each].strip()}\n" for each in labs.ENTRIES if each in kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
