"""What every search owes, on every kind of domain: true values, valid points, honest counts, the same bits again."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from grounds import BITS, GROUNDS, SEARCHES, WALKERS, growing, quadratic_of, small, valid
from helpers import bonds, driven_all, moving

import landscape as ls
from landscape.optimizer import NONE
from landscape.run import _single
from landscape.schedules import linear

STEPS, SEEDS = 24, [3, 8]
MORE = [  # test_quality sees the others on tours
    ("variable_neighborhood_search", "tour"),
    ("tabu_search", "order"),
    ("ant_colony", "order"),
    ("ant_colony", "numbers"),
    ("late_acceptance", "numbers"),
]
CALLS = []


def counted(x):
    """BITS, which notes every call."""
    jax.debug.callback(lambda _: CALLS.append(1), x[0])
    return quadratic_of(x)


COUNTED = ls.Surface.from_function(counted, domain=BITS.domain, minimum=np.nan)
MIXED = ls.Mixed(reals=((0.0, 1.0),), categories=(3,))
UNLISTED = ls.Surface.from_function(lambda x: -jnp.sum(x), domain=MIXED, minimum=-3.0)


def strides(domain, x, y):
    """By hand, from points x to points y (…, d): numbers that differ, or bonds that are not shared."""
    if not getattr(domain, "cyclic", False):
        return (x != y).sum(axis=-1)
    return np.array([[len(bonds(b) - bonds(a)) for a, b in zip(*rows, strict=True)] for rows in zip(x, y, strict=True)])


def check(many, surface, height, name):
    """Values, points and counts of many runs against what they should be."""
    points, values = np.asarray(many.positions), np.asarray(many.values)
    assert valid(surface.domain, points)
    np.testing.assert_allclose(values, height(points), rtol=1e-9, atol=1e-9)
    assert not np.array_equal(points[0], points[1])
    each = {"ant_colony": 6, "late_acceptance": 1}.get(name, 5)
    kicks = np.asarray(many.metrics.get("kicked", 0.0))
    np.testing.assert_array_equal(np.diff(np.asarray(many.evaluations), axis=-1), each + kicks)
    seen = many.metrics["evaluated"]
    used = np.asarray(seen.kind) != NONE
    np.testing.assert_allclose(np.asarray(seen.values)[used], height(np.asarray(seen.points)[used]), atol=1e-9)
    scalars = [np.asarray(each, float) for metric, each in many.metrics.items() if metric != "evaluated"]
    assert all(np.isfinite(each).all() for each in scalars if each.ndim == 2)
    if name in WALKERS:
        expected = strides(surface.domain, points[:, :-1, 0], points[:, 1:, 0])
        np.testing.assert_array_equal(many.metrics["step_length"], expected)


@pytest.mark.parametrize("name", SEARCHES)
def test_values_points_and_counts_are_true_in_many_runs_and_in_one(name):
    """As many evaluations are counted as there are calls; and chance is the same, however many runs there are."""
    many = ls.run_many(BITS, small(name), seeds=SEEDS, steps=STEPS, record="evaluated")
    check(many, BITS, quadratic_of, name)
    CALLS.clear()
    one, again = (ls.run(COUNTED, small(name), seed=SEEDS[1], steps=STEPS, record="evaluated") for _ in range(2))
    jax.effects_barrier()
    assert len(CALLS) == 2 * int(one.evaluations[-1])
    for alone, twice, batch in zip(*(jax.tree.leaves(each.recorded) for each in (one, again, many)), strict=True):
        np.testing.assert_array_equal(np.asarray(alone), np.asarray(twice))
        np.testing.assert_allclose(np.asarray(batch)[1], np.asarray(alone), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "ground"), MORE)
def test_values_points_and_counts_are_true_on_other_domains(name, ground):
    surface, height = GROUNDS[ground]
    check(ls.run_many(surface, small(name), seeds=SEEDS, steps=STEPS, record="evaluated"), surface, height, name)


@pytest.mark.parametrize("name", SEARCHES)
def test_schedules_drive_every_number_on_a_surface_that_changes(name):
    surface = growing(scale=linear(start=1.0, end=3.0))
    entry, static = (
        ls.searches.ENTRIES[name],
        {n: small(name).values[n] for n in ("size", "sample") if n in small(name).values},
    )
    moments = 1.0 + 2.0 * np.concatenate([[0.0], np.linspace(0.0, 1.0, STEPS)])
    programs = None
    for parameter in [None, *moving(entry)]:
        optimizer = driven_all(entry, "linear", parameter, **static)
        trajectory = ls.run(surface, optimizer, steps=STEPS, seed=1)
        true = quadratic_of(np.asarray(trajectory.positions)) * moments[:, None]
        np.testing.assert_allclose(trajectory.values, true, rtol=1e-9, atol=1e-9)
        programs = programs or _single._cache_size()
        if parameter:
            expected = optimizer.values[parameter](np.linspace(0.0, 1.0, STEPS))
            np.testing.assert_allclose(trajectory.metrics[parameter], expected, rtol=1e-9)
    assert _single._cache_size() == programs


@pytest.mark.parametrize("name", SEARCHES)
def test_boxes_are_refused_in_one_sentence(name):
    with pytest.raises(ls.LandscapeError, match=f"{name} walks bits, permutations and other discrete domains; take"):
        ls.run(ls.surfaces.himmelblau(), small(name))


@pytest.mark.parametrize("name", [name for name in SEARCHES if name != "late_acceptance"])
def test_domains_without_a_list_of_moves_are_refused_in_one_sentence(name):
    with pytest.raises(ls.LandscapeError, match=r"Mixed coordinates|mixed coordinates"):
        ls.run(UNLISTED, small(name))


def test_late_acceptance_needs_no_list_of_moves():
    trajectory = ls.run(UNLISTED, small("late_acceptance"), steps=STEPS)
    points = np.asarray(trajectory.positions)
    assert valid(MIXED, points)
    assert len(np.unique(points[:, 0, 0])) > 3
    np.testing.assert_allclose(trajectory.values, -points.sum(axis=-1), rtol=1e-12)


@pytest.mark.parametrize("name", SEARCHES)
def test_they_are_found_by_name_and_stand_in_no_menu(name):
    assert ls.catalog.optimizer(name) == ls.searches.ENTRIES[name]()
    assert name not in ls.catalog.optimizers()
    assert not small(name).needs_gradient
    assert small(name).entry.family == "discrete"
    assert small(name).entry.source.startswith("doi:")
