"""Bridges: optimizers of other packages on our surfaces, with the same record, so that a study can include them.

>>> ls.run(surface, ls.bridges.scipy("dual_annealing", no_local_search=True), budget=2000, seed=3)

A bridge is an entry with one parameter more than most, the method, and takes every option of that method by name as
long as it is a number, a word or a row of numbers.  The package loads when it runs.  Every evaluation is counted and
recorded, the budget is a hard stop, and the domain is passed on as bounds to whatever takes any.
"""

from landscape.bridges.peer import PeerEntry
from landscape.parameters import collect

ENTRIES = collect(__name__, __path__, PeerEntry)
globals().update(ENTRIES)
