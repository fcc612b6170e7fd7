"""The vocabulary of surfaces: every decorated factory in these files is an entry."""

from landscape.parameters import collect
from landscape.surface import SurfaceEntry

ENTRIES = collect(__name__, __path__, SurfaceEntry)
globals().update(ENTRIES)
