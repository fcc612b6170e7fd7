"""Tuned values: each is legal, stays in the picture, and serves its surface no worse than the common defaults."""

import numpy as np
import pytest

import landscape as ls

STEPS, SEEDS = 200, 5
PAIRS = [
    (surface, optimizer)
    for surface in ls.catalog.surfaces().values()
    for optimizer in ls.catalog.optimizers().values()
    if surface().tuned(optimizer)
]
BOTTOMLESS = ("saddle", "monkey_saddle")


def name(pair):
    return getattr(pair, "name", None)


def finals(surface, optimizer) -> np.ndarray:
    """Best values after a picture's worth of steps, one a seed; inf for a run that diverged."""
    runs = ls.run_many(surface, optimizer, seeds=SEEDS, steps=STEPS)
    lost = ~np.isfinite(np.asarray(runs.values)[:, -1]).any(axis=-1)
    return np.where(lost, np.inf, np.asarray(runs.best_value)[:, -1])


def test_every_surface_but_the_flat_one_says_what_suits_it():
    assert {surface.name for surface, _ in PAIRS} == set(ls.catalog.surfaces())


@pytest.mark.parametrize(("surface", "optimizer"), PAIRS, ids=name)
def test_tuned_gradient_paths_stay_in_the_picture(surface, optimizer):
    if optimizer.family != "gradient":
        pytest.skip("populations are held by their bounds")
    ground = surface()
    path = np.asarray(ls.run(ground, optimizer(**ground.tuned(optimizer)), steps=STEPS).positions)[:, 0]
    inside = np.all((path >= ground.domain.lower) & (path <= ground.domain.upper), axis=1)
    assert np.isfinite(path).all()
    assert inside.mean() > (0.6 if surface.name in BOTTOMLESS else 0.99)


@pytest.mark.parametrize(("surface", "optimizer"), [p for p in PAIRS if p[0].name not in BOTTOMLESS], ids=name)
def test_tuned_values_end_no_higher_than_common_ones(surface, optimizer):
    ground = surface()
    tuned, common = finals(ground, optimizer(**ground.tuned(optimizer))), finals(ground, optimizer())
    solved, rounding = ground.minimum + 1e-6, 1e-9 * abs(np.median(common))
    assert np.median(tuned) <= max(np.median(common) + rounding, solved)
