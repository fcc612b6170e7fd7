"""Early stopping, decided on a record: when it would have stopped, and which frame was the best by then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.parameters import LandscapeError

PATIENCE = 10  # epochs


class Stopped(NamedTuple):
    """Where training stops, and the best frame up to there."""

    epoch: int  # the last one, where patience did not run out
    best_epoch: int
    best_loss: float  # on the rows for testing; where there are none, on those for training
    frame: int  # the places of both epochs in the record
    best_frame: int
    early: bool  # whether patience ran out


def stopped(epochs: np.ndarray, loss: np.ndarray, *, patience: int = PATIENCE, min_delta: float = 0.0) -> Stopped:
    """The first frame that is `patience` epochs or more after the best one.

    `loss` (t+1,) is better only by more than `min_delta`; NaN and infinity are never better.
    """
    if isinstance(patience, bool) or not isinstance(patience, (int, np.integer)) or patience < 1:
        raise LandscapeError(f"patience={patience} is no number of epochs; give a whole number from 1 on.")
    if not isinstance(min_delta, (int, float, np.number)) or not 0.0 <= min_delta < np.inf:
        raise LandscapeError(f"min_delta={min_delta} is no improvement of a loss; give 0 or more.")
    best, at, frame = np.inf, 0, 0
    for frame, value in enumerate(loss):
        if value < best - min_delta or (frame == 0 and np.isfinite(value)):
            best, at = float(value), frame
        elif epochs[frame] - epochs[at] >= patience:
            return Stopped(int(epochs[frame]), int(epochs[at]), best, frame, at, True)
    return Stopped(int(epochs[frame]), int(epochs[at]), best, frame, at, False)
