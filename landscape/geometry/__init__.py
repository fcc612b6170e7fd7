"""The shape of surfaces: level sets, gradients, curvature, critical points and basins, as NumPy arrays."""

from landscape.geometry.basins import Basins, basins, separatrices
from landscape.geometry.critical import CriticalPoints, critical_points
from landscape.geometry.lens import Lens, angle, lens
from landscape.geometry.levels import LevelSet, level_set, level_sets
from landscape.geometry.quadratic import Quadratic, quadratic_model

__all__ = [
    "Basins", "CriticalPoints", "Lens", "LevelSet", "Quadratic", "angle", "basins", "critical_points", "lens",
    "level_set", "level_sets", "quadratic_model", "separatrices",
]  # fmt: skip
