"""Discrete problems as surfaces: tours, bit strings, colourings, assignments.

>>> ls.run(ls.problems.tsp(instance="berlin52"), ls.optimizers.simulated_annealing(), steps=20_000, thin=100)

They are found by name like the surfaces of the catalog, but stand in no menu of surfaces: nothing about them is plane.
"""

from landscape.parameters import collect
from landscape.problems.entry import DiscreteEntry, DiscreteSurface, problem
from landscape.problems.instances import load

ENTRIES = collect(__name__, __path__, DiscreteEntry)
globals().update(ENTRIES)
__all__ = ["ENTRIES", "DiscreteEntry", "DiscreteSurface", "load", "problem", *ENTRIES]
