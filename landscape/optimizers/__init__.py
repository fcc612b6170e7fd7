"""The vocabulary of optimizers: one file a family, every decorated factory is an entry."""

from landscape.optimizer import OptimizerEntry
from landscape.parameters import collect

ENTRIES = collect(__name__, __path__, OptimizerEntry)
globals().update(ENTRIES)
