"""pymoo's single-objective algorithms (Blank and Deb 2020)."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import numpy as np

from landscape.bridges.ledger import Ledger
from landscape.bridges.peer import bridge, load
from landscape.optimizers.evolution import default_size
from landscape.parameters import Choice, LandscapeError, Range

# Where pymoo keeps them; how many points a generation has unless told otherwise, None where there are no generations.
METHODS = {
    "GA": ("ga", lambda dim: 100),
    "DE": ("de", lambda dim: 100),
    "PSO": ("pso", lambda dim: 25),
    "CMAES": ("cmaes", default_size),
    "NelderMead": ("nelder", None),
    "PatternSearch": ("pattern", None),
}


def points(dim: int, values: dict) -> int:
    usual = METHODS[values["method"]][1]
    if usual is None and values["size"]:
        raise LandscapeError(f"pymoo's {values['method']} holds one point; leave out size={values['size']}.")
    return values["size"] or (usual(dim) if usual else 1)


@bridge(package="pymoo", source="doi:10.1109/ACCESS.2020.2990567", size=points)
def pymoo(
    ledger: Ledger,
    *,
    method: Annotated[str, Choice(*METHODS), "as pymoo names it"] = "GA",
    size: Annotated[int, Range(8, 128, log=True, legal=(2, 1_000_000), off=0), "points; 0: pymoo's own number"] = 0,
    **options,
):
    """pymoo: genetic algorithm, differential evolution, particle swarm, CMA-ES, Nelder-Mead and pattern search."""
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    class Surface(Problem):
        def _evaluate(self, x, out, *args, **kwargs):
            out["F"] = ledger.values(x)[:, None]

    home = load(f"pymoo.algorithms.soo.nonconvex.{METHODS[method][0]}")
    count = points(ledger.dim, {"method": method, "size": size})
    if method in ("GA", "DE", "PSO"):
        options = {"pop_size": count} | ({"sampling": ledger.filled(count)} if len(ledger.start) else {}) | options
    else:
        options = {"x0": ledger.origin} | ({"pop_size": count} if method == "CMAES" else {}) | options
    problem = Surface(n_var=ledger.dim, n_obj=1, xl=ledger.lower, xu=ledger.upper)
    with _seeded(home, ledger.seed):
        return minimize(problem, getattr(home, method)(**options), ("n_eval", ledger.limit), seed=ledger.seed)


@contextmanager
def _seeded(home, seed: int) -> Iterator[None]:
    """pymoo 0.6 shuffles the coordinates of its pattern search by a generator without a seed; here it gets one."""
    explore = getattr(home, "exploration_move", None)
    if explore is None:
        yield
        return
    home.exploration_move = partial(explore, random_state=np.random.default_rng(seed))
    try:
        yield
    finally:
        home.exploration_move = explore
