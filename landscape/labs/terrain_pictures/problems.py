"""The problems that labs about landscapes choose from, by short names."""

from __future__ import annotations

from landscape import catalog
from landscape.surface import Surface

TOURS = ("berlin52", "kroA100")
STRINGS = {
    "nk_1": "nk:dim=20,k=1,seed=1",
    "nk_4": "nk:dim=20,k=4,seed=1",
    "nk_12": "nk:dim=20,k=12,seed=1",
}
CHOICES = (*TOURS, *STRINGS)


def made(name: str, neighborhood: str = "two_opt") -> Surface:
    """The problem of that name; tours in that neighbourhood."""
    if name in TOURS:
        return catalog.surface(f"tsp:instance={name},neighborhood={neighborhood}")
    return catalog.surface(STRINGS[name])
