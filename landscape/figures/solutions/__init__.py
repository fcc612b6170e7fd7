"""Solutions of discrete problems as panels of sheets: one file for each kind of picture.

`panel` draws one solution, or the solutions of successive moments; `sheet` several methods side by side with their
curves. They take the problem's `shown` and arrays, so they know no problem.
"""

from landscape.figures.solutions.panels import PICTURES, panel, words
from landscape.figures.solutions.sheets import sheet

__all__ = ["PICTURES", "panel", "sheet", "words"]
