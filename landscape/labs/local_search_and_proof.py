"""Local search and proof: chains of annealing beside a bound that tells how near the best they are."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np

from landscape import problems
from landscape.exact import Proof, Step, solving
from landscape.exact.proof import gap
from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near
from landscape.labs.proofs import pictures
from landscape.labs.proofs.pictures import Searched
from landscape.optimizers import simulated_annealing
from landscape.parameters import Choice, Range
from landscape.run import run_many

KEPT = 200  # moments of each chain
LIMIT = 60.0  # seconds of a proof
KNOWN: dict[str, tuple[str, dict[str, Any], float, str]] = {  # problem, its numbers, the least loss, who says so
    "berlin52": ("tsp", {"instance": "berlin52"}, 7542, "TSPLIB, doi:10.1287/ijoc.3.4.376"),
    "kroA100": ("tsp", {"instance": "kroA100"}, 21_282, "TSPLIB, doi:10.1287/ijoc.3.4.376"),
    "knapsack": ("knapsack", {"instance": "knapPI_1_100_1000_1"}, -9147, "doi:10.1016/j.cor.2004.03.002"),
    "colouring": ("coloring", {"instance": "queen6_6", "colors": 7}, 0, "chromatic number 7, doi:10.1090/dimacs/026"),
    "satisfiability": ("max_sat", {"instance": "uf50-01"}, 0, "SATLIB, satisfiable"),
}  # fmt: skip


def proved(work: Generator[Step, None, Proof]) -> Generator[Progress, None, Proof]:
    """The steps of a solver as progress; returns the proof."""
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            return end.value
        words = f"bound {pictures.told(step.bound)}, best {pictures.told(step.incumbent)}"
        yield Progress(0.5 + 0.45 * min(step.seconds / LIMIT, 1.0), words)


def annealed(surface, chains: int, moves: int, seed: int) -> Searched:
    """The best so far of chains with other random numbers each, cooled as suits the problem."""
    method = simulated_annealing(**surface.tuned(simulated_annealing))
    thin = max(1, moves // KEPT)
    steps = moves - moves % thin
    found = run_many(surface, method, seeds=np.arange(chains) + chains * seed, steps=steps, record="last", thin=thin)
    return Searched("annealing", thin * np.arange(steps // thin + 1), np.asarray(found.best_value, np.float64))


@lab(
    family="search",
    title="Local search and proof",
    references=(
        "Dantzig, Fulkerson & Johnson 1954, Solution of a large-scale traveling-salesman problem, "
        "doi:10.1287/opre.2.4.393",
        "Kirkpatrick, Gelatt & Vecchi 1983, Optimization by simulated annealing, doi:10.1126/science.220.4598.671",
        "Padberg & Rinaldi 1991, A branch-and-cut algorithm for symmetric traveling salesman problems, "
        "doi:10.1137/1033004",
    ),
    question=Question(
        "Chains of annealing search the same problem, each with other random numbers. How many end at the best one?",
        ("none of them", "some of them", "all of them"),
        lambda found: int(found.data["share"] > 0) + int(found.data["share"] == 1),
        "A chain cannot know that it is at the best: it goes on just as it did. That nothing better is left is what a "
        "bound tells, and the bound comes from below, out of problems that are easier than the real one.",
    ),
    slow=True,
    quick={"chains": 2, "moves": 2000},
    full={"chains": 64},
)
def local_search_and_proof(
    *,
    problem: Annotated[str, Choice(*KNOWN), "what is solved"] = "berlin52",
    chains: Annotated[int, Range(1, 64, legal=(1, 1000)), "of simulated annealing"] = 16,
    moves: Annotated[int, Range(1000, 200_000, log=True, legal=(100, 10_000_000)), "of each chain"] = 200_000,
    seed: Annotated[int, Range(0, 9, legal=(0, 100_000)), "of the chains"] = 0,
):
    """Annealing finds, an exact solver proves: the same problem from above and from below.

    Local search lowers its best value and never knows how much is left. An exact solver has a bound as well, the value
    of an easier problem whose solutions include all real ones, and cuts away what is not real until bound and best
    solution meet. Between the two lies the gap; only a gap of zero is a proof, and it often comes long after the best
    solution was found.
    """
    name, values, least, source = KNOWN[problem]
    surface = getattr(problems, name)(**values)
    work = solving(surface, limit=LIMIT)  # refused before anything is run
    yield Progress(0.05, "annealing")
    found = annealed(surface, chains, moves, seed)
    yield Progress(0.5, "proving")
    proof = yield from proved(work)
    ends = found.best[:, -1]
    reached = found.best <= proof.bound + 1e-9 * (1.0 + abs(proof.bound))
    data = {
        "evaluations": found.evaluations,  # (k,) moves
        "best": found.best,  # (chains, k) best so far
        "ends": ends,  # (chains,)
        "share": np.array(reached[:, -1].mean()),  # of chains that end at the bound
        "bound": np.array(proof.bound), "value": np.array(proof.value),
        "seconds": proof.seconds, "bounds": proof.bounds, "incumbents": proof.incumbents,
    }  # fmt: skip
    sheets = {"gap": _gap(problem, proof, found, data), "chains": _chains(proof, data)}
    return Finding(data, sheets, _claims(problem, proof, data, least, source, found))


def _gap(problem: str, proof: Proof, found: Searched, data) -> Sheet:
    hits, chains = round(float(data["share"]) * len(data["ends"])), len(data["ends"])
    title = f"{hits} of {chains} chains end at a loss of {pictures.told(proof.bound)}, proved to be the least"
    if proof.status != "proved":
        title = pictures.headline(proof)
    panels = [pictures.solution(proof), pictures.over_time(proof), pictures.searches(found, proof)]
    told = f"{problem}: annealing from above, {int(found.evaluations[-1]):,} moves each"
    return Sheet(panels=[each for each in panels if each], title=title, columns=3,
                 subtitle=f"{told}; {pictures.named(proof.solver)} from both sides")  # fmt: skip


def _chains(proof: Proof, data) -> Sheet:
    """Where each chain ends, the best first, and how many are at the bound by when."""
    ends = np.sort(data["ends"])
    ranks = np.arange(1, len(ends) + 1)
    share = (data["best"] <= proof.bound + 1e-9 * (1.0 + abs(proof.bound))).mean(axis=0)
    room = 0.08 * max(ends[-1] - proof.bound, 1e-3 * abs(proof.bound), 1e-9)
    panels = [
        Panel(marks=[Line(x=[0.5, len(ends) + 0.5], y=[proof.bound] * 2, quiet=True, dash=True,
                          label=f"bound {pictures.told(proof.bound)}"),
                     Dots(x=ranks, y=ends, slot=pictures.SEARCH, label="end of a chain")],
              title="Where the chains end", x="chain, the best first", y="loss", x_range=(0.5, len(ends) + 0.5),
              y_range=(float(proof.bound - room), float(ends[-1] + room)),
              y_ticks=pictures.whole(proof, float(proof.bound), float(ends[-1]))),
        Panel(marks=[Line(x=data["evaluations"], y=share, slot=pictures.SEARCH)],
              title="Chains at the bound", x="moves", y="share of chains", y_range=(-0.02, 1.02),
              x_ticks=pictures.counts(float(data["evaluations"][-1]))),
    ]  # fmt: skip
    middle = pictures.told(float(ends[(len(ends) - 1) // 2]))
    bound = pictures.told(proof.bound)
    return Sheet(panels=panels, title=f"The middle chain ends at {middle}; nothing lies below {bound}", columns=2,
                 subtitle="a chain ends where it happens to be cold; best so far of each")  # fmt: skip


def _claims(problem: str, proof: Proof, data, least: float, source: str, found: Searched) -> tuple[Claim, ...]:
    ends, moves = data["ends"], int(found.evaluations[-1])
    kinds = {"proved": "yes", "stopped": "no, the time was over"}
    lowest = f"lowest {pictures.told(ends.min())}, bound {pictures.told(proof.bound)}"
    claims = [
        Claim("The solver proves that nothing is better", kinds[proof.status], "yes", source, proof.status == "proved"),
        near("The loss of the best solution", round(proof.value) if proof.x is not None else np.nan, round(least), 0,
             source),
        Claim("No chain falls below the bound",
              lowest, "never", "what a bound is", bool((data["best"] >= proof.bound - 1e-6).all())),
    ]  # fmt: skip
    if len(ends) >= 16 and moves >= 200_000:
        above = 100.0 * gap(float(ends.min()), float(proof.bound))
        most = 1.0 if problem == "kroA100" else 0.0
        claims.append(between(f"The best of {len(ends)} chains is above the bound by so many percent", above, 0.0, most,
                              "doi:10.1126/science.220.4598.671, with the bound here"))  # fmt: skip
    first = float(proof.seconds[(proof.incumbents <= proof.value).argmax()])
    share = 100.0 * first / max(float(proof.seconds[-1]), 1e-9)
    claims.append(Claim("The solver had its best solution after this share of its time; the rest went into the proof",
                        f"{share:.0f} %", "–", "measured here", None))  # fmt: skip
    return tuple(claims)
