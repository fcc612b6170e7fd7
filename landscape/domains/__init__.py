"""Discrete domains: bits, whole numbers, permutations, and several kinds of coordinates side by side.

Points are arrays (d,) of numbers like everywhere else, so that the same loop walks them. A domain has one
neighbourhood and one way to recombine at a time, both by name; `using` gives the same domain with another one.
"""

from landscape.domains.base import Discrete
from landscape.domains.bits import Bits
from landscape.domains.colorings import Colorings
from landscape.domains.integers import Integers
from landscape.domains.mixed import Mixed
from landscape.domains.permutations import Permutations

__all__ = ["Bits", "Colorings", "Discrete", "Integers", "Mixed", "Permutations"]
