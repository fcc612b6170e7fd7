"""The lay of the land of discrete problems, as numbers: walks, descents, optima, networks, maps of bit strings.

>>> ls.terrain.walks.correlation_length(ls.terrain.walks.random_walk(ls.problems.tsp(), 100_000))  # about n / 2
"""

from landscape.terrain import (
    basins,
    descent,
    embedding,
    fitness_distance,
    gray_code,
    networks,
    optima,
    ruggedness,
    walks,
)

__all__ = [
    "basins", "descent", "embedding", "fitness_distance", "gray_code", "networks", "optima", "ruggedness", "walks",
]  # fmt: skip
