"""`landscape solve`: a bound, the best solution, and whether it is proved; a local search beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from landscape.checks import check_whole
from landscape.commands.figure import Font, Scale, Side, Size, Theme, bind, check_size
from landscape.commands.own_files import problem as described
from landscape.commands.terminal import ending, say
from landscape.exact import Proof, Step, solving
from landscape.exact.proof import gap
from landscape.labs.proofs.pictures import Searched, share, sheet, told
from landscape.match.game import LIMITS
from landscape.parameters import LandscapeError

MOMENTS = 200  # of a local search that are kept

Problem = Annotated[
    str, typer.Argument(help="as in tsp, tsp:instance=kroA100 or coloring:colors=5; an instance may be a file")
]
Solver = Annotated[
    str | None,
    typer.Option(help="by default the first that takes the problem: cuts, dynamic_programming, cp_sat, enumeration"),
]
With = Annotated[
    str | None, typer.Option("--with", help="a local search beside it: simulated_annealing, tabu_search:…")
]
Out = Annotated[Path | None, typer.Option(help="picture to write: .png, .svg, .pdf, .html")]


def command(
    problem: Problem,
    solver: Solver = None,
    limit: Annotated[float, typer.Option(help="seconds")] = 30.0,
    workers: Annotated[int, typer.Option(help="threads, of solvers that have several")] = 2,
    beside: With = None,
    budget: Annotated[int, typer.Option(help="evaluations of the local search")] = 200_000,
    seed: Annotated[int, typer.Option(help="of the local search")] = 0,
    written: Annotated[Path | None, typer.Option("--json", help="file for the proof and its curves")] = None,
    theme: Theme = "light",
    size: Size = "slide",
    width: Side = None,
    height: Side = None,
    font: Font = 1.0,
    scale: Scale = None,
    out: Out = None,
) -> None:
    """Solve a discrete problem exactly, or bound how far from the best its solution can be.

    Examples:

        landscape solve tsp:instance=kroA100 --out tour.png

        landscape solve coloring:instance=myciel4,colors=4

        landscape solve knapsack --solver cp_sat --json proof.json

        landscape solve tsp --with simulated_annealing --budget 200000 --out gap.png
    """
    from landscape import theme as themes

    check_files(out, written)
    check_size(width, height, scale)
    fitted = themes.fit(size, width, height, font)
    look = {"theme": themes.named(theme).name, "size": size, "width": width, "height": height, "font": font}
    surface = described(problem)
    check_whole("budget", budget, *LIMITS["budget"])
    method = bind(beside, surface, "tuned") if beside else None
    work = solving(surface, solver=solver, limit=limit, workers=workers)
    found = searched(surface, method, budget, seed) if method else None
    proof = _watched(work)
    _tell(problem, proof, found)
    if written is not None:
        written.write_text(as_json(problem, proof, found) + "\n", encoding="utf-8")
        say(f"Wrote {written}")
    if out is not None:
        _draw(problem, proof, found, out, look, fitted.scale if scale is None else scale)


def check_files(out: Path | None, written: Path | None) -> None:
    """Whether the files can be written, told before anything is solved."""
    from landscape import export

    ending(out)
    if written is not None and written.suffix.lower() != ".json":
        raise LandscapeError(f"'{written}' should end in .json.")
    if written is not None:
        export.check_writable(written)


def searched(surface, method, budget: int, seed: int) -> Searched:
    """One local search: its best value so far at up to `MOMENTS` moments."""
    from landscape.run import run

    trajectory = run(surface, method, budget=budget, seed=seed, record="last")
    best, spent = np.asarray(trajectory.best_value), np.asarray(trajectory.evaluations)
    kept = np.unique(np.linspace(0, len(best) - 1, min(MOMENTS, len(best))).round().astype(int))
    return Searched(method.label, spent[kept].astype(float), best[None, kept])


def _watched(work) -> Proof:
    """The proof, with a line where someone looks on."""
    console = Console(stderr=True)
    with console.status("") as status:
        while True:
            try:
                step = next(work)
            except StopIteration as end:
                return end.value
            status.update(_line(step))


def _line(step: Step) -> str:
    near = share(gap(step.incumbent, step.bound))
    return f"{step.seconds:.1f} s  bound {told(step.bound)}  best {told(step.incumbent)}  gap {near}  {step.told}"


def _tell(problem: str, proof: Proof, found: Searched | None) -> None:
    """What is known, a line each."""
    rows = [("solver", f"{proof.solver}, {proof.seconds[-1]:.2f} s"), ("value", _value(proof)),
            ("bound", told(proof.bound)), ("gap", "none" if proof.status == "infeasible" else share(proof.gap)),
            ("status", f"not proved: {proof.told}" if proof.status == "stopped" else proof.told)]  # fmt: skip
    if found:
        above = share(gap(found.value, proof.bound))
        words = f"{told(found.value)} after {found.evaluations[-1]:,.0f} evaluations, {above} above the bound"
        rows.append((found.label, words))
    console, wide = Console(soft_wrap=True), max(len(name) for name, _ in rows)
    console.print(problem, markup=False, highlight=False)
    for name, words in rows:
        console.print(f"  {name:{wide}}  {words}", markup=False, highlight=False)


def _value(proof: Proof) -> str:
    if proof.x is None:
        return "no solution" if proof.status == "infeasible" else "no solution found"
    return f"{told(proof.value)}, {proof.surface.describe(proof.x)}"


def as_json(text: str, proof: Proof, found: Searched | None) -> str:
    """The proof as JSON; what is not known or not finite is null."""

    def plain(value: Any) -> Any:
        if isinstance(value, (list, np.ndarray)):
            return [plain(each) for each in value]
        return value if not isinstance(value, float) or np.isfinite(value) else None

    rows = {"problem": text, "solver": proof.solver, "status": proof.status, "told": proof.told,
            "value": plain(float(proof.value)), "bound": plain(float(proof.bound)), "gap": plain(proof.gap),
            "x": None if proof.x is None else proof.x.tolist()}  # fmt: skip
    rows |= {name: plain(getattr(proof, name).tolist()) for name in ("seconds", "bounds", "incumbents")}
    if found:
        rows["search"] = {"label": found.label, "value": found.value, "evaluations": found.evaluations.tolist(),
                          "best": found.best[0].tolist(), "gap": plain(gap(found.value, proof.bound))}  # fmt: skip
    return json.dumps(rows)


def _draw(problem: str, proof: Proof, found: Searched | None, out: Path, look: dict, scale) -> None:
    from landscape import export
    from landscape.figures.sheet import drawn

    export.save(drawn(sheet(problem, proof, found), **look), out, scale=scale)
    say(f"Wrote {out}")
