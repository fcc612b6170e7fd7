"""Exact solvers beside local search: a lower bound, an incumbent, and "proved" only when it is.

>>> proof = ls.exact.solve(ls.problems.tsp(instance="kroA100"))
>>> proof.status, proof.value, proof.bound
('proved', 21282.0, 21282.0)

A solver is one file here; which problems it takes it says itself.
"""

from landscape.exact.proof import Proof, Step, solve, solvers, solving
from landscape.exact.solver import ENTRIES, Found, Solver, solver
from landscape.parameters import collect

ENTRIES.update(collect(__name__, __path__, Solver))
__all__ = ["ENTRIES", "Found", "Proof", "Solver", "Step", "solve", "solver", "solvers", "solving"]
