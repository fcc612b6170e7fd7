"""The vocabulary of optimizers: one file a group, every decorated factory is an entry."""

from landscape.optimizer import FAMILIES, OptimizerEntry
from landscape.parameters import collect


def _rank(entry: OptimizerEntry) -> tuple[int, bool]:
    """First what uses slopes, and there plain descent first; the files in the order of their names."""
    return FAMILIES.index(entry.family), entry.group != "gradient"


_FOUND = collect(__name__, __path__, OptimizerEntry)
ENTRIES = dict(sorted(_FOUND.items(), key=lambda item: _rank(item[1])))
globals().update(ENTRIES)
