"""The shape of surfaces: level sets, gradients, curvature, critical points and basins, as NumPy arrays."""

from landscape.geometry.lens import Lens, angle, lens
from landscape.geometry.levels import LevelSet, level_set, level_sets

__all__ = ["Lens", "LevelSet", "angle", "lens", "level_set", "level_sets"]
