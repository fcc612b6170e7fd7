"""A sheet as what moving files are made of: something that has steps, and stands at one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landscape.figures.sheet.drawing import drawn
from landscape.figures.sheet.marks import Sheet

FOOT = "\u2007"  # a line that shows nothing


@dataclass(frozen=True)
class Reel:
    """A sheet at a moment, with the names that a scene has for it."""

    sheet: Sheet
    frame: int = 0
    shown: tuple = ()

    @property
    def title(self) -> str:
        return self.sheet.title

    @property
    def steps(self) -> int:
        """The number of the last moment."""
        return self.sheet.moments - 1

    def at(self, frame: int) -> Reel:
        return replace(self, frame=frame)

    def moment(self, frame: int) -> str:
        """A moment in words: "epoch 40", "evaluations 31,961"."""
        times = np.arange(self.sheet.moments) if self.sheet.times is None else np.asarray(self.sheet.times)
        time = float(times[frame])
        return f"{self.sheet.unit} {time:,.0f}" if time.is_integer() else f"{self.sheet.unit} {time:g}"


def reel(scene: Reel, **look: Any):
    """The figure of a sheet at the moment of its reel, with a line of room at its foot, where films say the moment."""
    return drawn(replace(scene.sheet, notes=scene.sheet.notes or (FOOT,)), frame=scene.frame, **look)
