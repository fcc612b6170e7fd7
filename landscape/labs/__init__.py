"""Labs: one experiment a file, each with its parameters, its data, its figure and its claims.

found = ls.labs.initialisation(width=512).run()
found.figure().show()
for claim in found.claims:
    print(claim.sentence, claim.measured, claim.expected, claim.holds)
"""

from __future__ import annotations

from landscape import catalog
from landscape.lab import BoundLab, Claim, Finding, Lab
from landscape.parameters import LandscapeError, collect, nearest

ENTRIES: dict[str, Lab] = collect(__name__, __path__, Lab)
globals().update(ENTRIES)
__all__ = ["ENTRIES", "Claim", "Finding", "find", "parse", *ENTRIES]


def find(name: str) -> Lab:
    """The lab of that name, or an error that suggests the right one."""
    if name not in ENTRIES:
        raise LandscapeError(f"Unknown lab '{name}'. {nearest(str(name), ENTRIES)}")
    return ENTRIES[name]


def parse(text: str) -> BoundLab:
    """The lab that `text` describes: `name`, `name:key=value,…` or `name(key=value, …)`."""
    name, values = catalog.split("lab", text)
    return find(name)(**values)
