"""Methods for discrete domains only, written on the contract of all optimizers.

They are found by name like the optimizers of the catalog, but stand in no menu of optimizers.
"""

from landscape.optimizer import OptimizerEntry
from landscape.parameters import collect

ENTRIES = collect(__name__, __path__, OptimizerEntry)
globals().update(ENTRIES)
