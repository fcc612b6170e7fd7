"""OR-tools' CP-SAT: constraint programming with learned clauses, for all problems. An extra: landscape[exact]."""

from __future__ import annotations

import queue
import threading
from importlib.util import find_spec

import numpy as np

from landscape.exact.models import MODELS
from landscape.exact.models.writing import Written
from landscape.exact.solver import ROUNDING, End, Found, Work, solver
from landscape.parameters import LandscapeError

OFTEN = 0.1  # seconds between looks at what the solver says
# With few workers CP-SAT's own choice leaves out the searches that use all of the linear relaxation, and with them most
# proofs over weighted sums.
FEW, BOUNDING = 4, ("max_lp", "default_lp")
LARGEST = {"qap": (20, "facilities"), "tsp": (300, "cities"), "n_queens": (200, "queens")}
NEEDED = "needs OR-tools (pip install 'landscape[exact]')"
MOST = 5000  # coordinates of all others
PARTS = 300_000  # of a model, which are written in a few seconds
COUNTS = {
    "coloring": lambda surface: len(surface.data.edges) * surface.values["colors"],
    "max_cut": lambda surface: 4 * len(surface.data.edges),
    "nk": lambda surface: 3 * surface.data.tables.size,
    "qubo": lambda surface: np.count_nonzero(surface.data.matrix) // 2,
}


def refuses(surface) -> str:
    if find_spec("ortools") is None:
        return NEEDED
    most, what = LARGEST.get(surface.name, (MOST, "coordinates"))
    if surface.dim > most:
        return f"takes up to {most:,} {what}"
    parts = COUNTS[surface.name](surface) if surface.name in COUNTS else 0
    return "" if parts <= PARTS else f"takes models of up to {PARTS:,} parts, and here they would be {parts:,}"


@solver(problems=tuple(MODELS), rank=2, refuses=refuses)
def cp_sat(surface, *, limit: float, workers: int) -> Work:
    """A fresh model, solved in a thread of its own; closing the generator stops it.

    Numbers that are not whole are scaled, and bounds lowered by what rounding may hide.
    """
    cp_model = _package()
    model = cp_model.CpModel()
    written = MODELS[surface.name](model, surface)
    if written.objective is not None:
        model.minimize(written.objective)
    run = _Run(cp_model, model, written, surface, limit, workers)
    try:
        yield from run.found()
    finally:
        run.stop()
    return run.end()


def _package():
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        raise LandscapeError(f"The solver cp_sat {NEEDED}.") from None
    return cp_model


class _Run:
    """One call of the solver."""

    def __init__(self, cp_model, model, written: Written, surface, limit: float, workers: int):
        self.names, self.model, self.written, self.surface = cp_model, model, written, surface
        self.solver, self.news, self.status, self.failure = cp_model.CpSolver(), queue.SimpleQueue(), None, None
        self.solver.parameters.max_time_in_seconds = limit
        self.solver.parameters.num_workers = workers
        self.solver.parameters.catch_sigint_signal = False  # Ctrl-C belongs to Python: OR-tools would abort on it
        if workers < FEW:
            self.solver.parameters.subsolvers.extend(BOUNDING[:workers])
        self.solver.best_bound_callback = lambda bound: self.news.put(Found(self._loss(bound) - written.slack))
        self.stopped = self.done = False
        self.thread = threading.Thread(target=self._solve, daemon=True)

    def found(self):
        """What it finds, as it finds it."""
        self.thread.start()
        bound, best = self.written.offset if self.written.objective is None else -np.inf, (np.inf, None)
        if self.written.objective is None:
            yield Found(bound, told="no solution yet")
        while not (self.done and self.news.empty()):
            try:
                new = self.news.get(timeout=OFTEN)
                bound = max(bound, new.bound)
                best = min(best, (new.value, new.x), key=lambda each: each[0])
            except queue.Empty:
                pass
            yield Found(bound, *best, "CP-SAT", self.written.upper, self.written.slack)
        if self.failure:
            raise self.failure
        if self.status == self.names.INFEASIBLE:
            yield Found(self.written.least)
        elif self.status == self.names.OPTIMAL and self.written.objective is not None:
            bound = self._loss(self.solver.best_objective_bound) - self.written.slack
            yield Found(bound, *best, "CP-SAT", self.written.upper, self.written.slack)

    def stop(self) -> None:
        self.stopped = True
        while self.thread.is_alive():  # it may not have begun, and then does not hear it
            self.solver.stop_search()
            self.thread.join(0.05)

    def end(self) -> End:
        if self.status == self.names.INFEASIBLE and self.written.impossible:
            return End("infeasible", f"{self.written.impossible}: proved")
        if self.status == self.names.OPTIMAL:
            vague = self._vague()
            return End("stopped", vague) if vague else End("proved")
        if self.status in (self.names.FEASIBLE, self.names.UNKNOWN):
            return End("stopped")
        raise RuntimeError(f"CP-SAT ended with {self.solver.status_name(self.status)} on {self.surface.label}.")

    def _vague(self) -> str:
        """What is left open where numbers had to be rounded so much that another solution may be the best."""
        slack = self.written.slack
        if not slack or slack <= ROUNDING * (1.0 + abs(self._loss(self.solver.objective_value))):
            return ""
        return f"the best is known to within {2 * slack:.2g}, since CP-SAT rounds numbers with so many digits"

    def _solve(self) -> None:
        news = self._news()
        try:
            self.status = self.solver.solve(self.model, news)
        except Exception as error:  # told where the generator runs
            self.failure = error
        self.done = True
        self.news.put(Found(-np.inf))  # wakes who waits

    def _news(self):
        """The callback that notes each solution."""
        run = self

        class News(self.names.CpSolverSolutionCallback):
            def on_solution_callback(self):
                x = run.written.read(self.value)
                loss = run.written.offset if run.written.objective is None else run._loss(self.objective_value)
                run.news.put(Found(-np.inf, loss, x))
                if run.stopped:
                    self.stop_search()

        return News()

    def _loss(self, objective: float) -> float:
        return objective / self.written.scale + self.written.offset
