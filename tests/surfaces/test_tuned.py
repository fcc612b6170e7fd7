"""Tuned values: each is legal, stays in the picture, and serves its surface no worse than the common defaults."""

from functools import cache

import numpy as np
import pytest

import landscape as ls

STEPS, SEEDS = 200, 5
BOTTOMLESS = ("saddle", "monkey_saddle")


def own(surface) -> dict:
    """The tuned values that a surface states itself; transforms pass on those of what they wrap."""
    tuned = surface.facts.tuned
    return {} if "as inside" in tuned else tuned


PAIRS = [
    (surface, optimizer)
    for surface in ls.catalog.surfaces().values()
    for optimizer in ls.catalog.optimizers().values()
    if optimizer.name in own(surface)
]


def name(pair):
    return getattr(pair, "name", None)


@cache
def runs(surface, optimizer, tuned: bool) -> ls.Trajectory:
    """Runs of a picture's worth of steps: one along gradients, else one a seed."""
    ground = surface()
    bound = optimizer(**(ground.tuned(optimizer) if tuned else {}))
    return ls.run_many(ground, bound, seeds=1 if optimizer.family == "gradient" else SEEDS, steps=STEPS)


def inside(surface, walks) -> np.ndarray:
    """The share of steps at which a walker is in the domain, one a seed."""
    path, domain = np.asarray(walks.positions)[:, :, 0], surface().domain
    return np.all((path >= domain.lower) & (path <= domain.upper), axis=-1).mean(axis=-1)


def finals(surface, optimizer, tuned: bool) -> np.ndarray:
    """Best values in the end, one a seed; inf for a run that diverged, or followed gradients out of the picture."""
    walks = runs(surface, optimizer, tuned)
    lost = ~np.isfinite(np.asarray(walks.values)[:, -1]).any(axis=-1)
    lost |= (optimizer.family == "gradient") & (inside(surface, walks) < 0.99)
    return np.where(lost, np.inf, np.asarray(walks.best_value)[:, -1])


def test_every_surface_names_optimizers_and_legal_values_of_theirs():
    for surface in ls.catalog.surfaces().values():
        for optimizer, values in own(surface).items():
            ls.catalog.find("optimizer", optimizer)(**values)


@pytest.mark.parametrize(("surface", "optimizer"), PAIRS, ids=name)
def test_tuned_paths_stay_in_the_picture_and_end_no_higher_than_common_ones(surface, optimizer):
    if optimizer.family == "gradient":
        walks = runs(surface, optimizer, True)
        assert np.isfinite(np.asarray(walks.positions)).all()
        assert inside(surface, walks) > (0.6 if surface.name in BOTTOMLESS else 0.99)
    if surface.name not in BOTTOMLESS:
        tuned, common = (finals(surface, optimizer, which) for which in (True, False))
        solved, rounding = surface().minimum + 1e-6, 1e-9 * abs(np.median(common))
        assert np.median(tuned) <= max(np.median(common) + rounding, solved)
