"""Landscape: see optimization.

import landscape as ls

trajectory = ls.run(ls.surfaces.himmelblau(), ls.optimizers.adam(learning_rate=0.1), steps=200)
ls.figures.contour(ls.scene(trajectory.surface, trajectory)).show()
"""

import importlib
import sys

from landscape import bridges, catalog, optimizers, problems, schedules, searches, surfaces
from landscape.branch import Branch
from landscape.contest import race
from landscape.domain import Box
from landscape.domains import Bits, Discrete, Integers, Mixed, Permutations
from landscape.experiment import Entrant, Experiment
from landscape.grid import Grid, grid
from landscape.optimizer import Cost, Method, Optimizer, Population, Problem, descend, optimizer
from landscape.parameters import Choice, LandscapeError, Level, Range
from landscape.plane import Plane
from landscape.range_test import range_test
from landscape.run import run, run_many, sweep
from landscape.schedule import Schedule, schedule
from landscape.sensitivity import sensitivity
from landscape.staging import scene
from landscape.surface import Minibatch, Surface, surface
from landscape.trajectory import Trajectory
from landscape.xla import fast_loops

__version__ = "0.1.0"
__all__ = [
    "Bits", "Box", "Branch", "Choice", "Cost", "Discrete", "Entrant", "Experiment", "Grid", "Integers",
    "LandscapeError", "Level", "Method", "Minibatch", "Mixed", "Optimizer", "Permutations", "Plane", "Population",
    "Problem", "Range", "Schedule", "Surface", "Trajectory", "bridges", "catalog", "descend", "fast_loops", "grid",
    "optimizer", "optimizers", "problems", "race", "range_test", "run", "run_many", "scene", "schedule", "schedules",
    "searches", "sensitivity", "surface", "surfaces", "sweep",
]  # fmt: skip

# Loaded on use: pictures, files and benchmarks cost nothing to those who only run optimizers.
_LATER = {"figures": "landscape.figures", "export": "landscape.export", "theme": "landscape.theme",
          "benchmark": "landscape.benchmark", "geometry": "landscape.geometry",
          "motion": "landscape.motion", "deck": "landscape.deck", "networks": "landscape.networks",
          "labs": "landscape.labs", "exact": "landscape.exact", "terrain": "landscape.terrain"}  # fmt: skip


def __getattr__(name: str):
    if name == "Match":
        return importlib.import_module("landscape.match").Match
    if name in _LATER:
        return importlib.import_module(_LATER[name])
    raise AttributeError(f"module 'landscape' has no attribute '{name}'")


if "IPython" in sys.modules:  # in a notebook objects show themselves
    importlib.import_module("landscape.report.notebook").register()
