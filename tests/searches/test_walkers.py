"""Late acceptance, kicks and shakes against their rules, told once more in plain Python."""

import jax
import numpy as np
from grounds import BITS, quadratic_of

import landscape as ls


def test_late_acceptance_compares_with_a_while_ago():
    trajectory = ls.run(BITS, ls.searches.late_acceptance(history=5), steps=300, record="evaluated")
    seen = np.asarray(trajectory.metrics["evaluated"].values)[:, 0]
    here = float(trajectory.values[0, 0])
    past, values, rises = [here] * 5, [here], 0
    for number, candidate in enumerate(seen):
        if candidate <= here or candidate < past[number % 5]:
            rises += candidate > here
            here = candidate
        past[number % 5] = min(past[number % 5], here)
        values.append(here)
    assert rises > 0
    np.testing.assert_allclose(np.asarray(trajectory.values)[:, 0], values, atol=1e-9)


def test_a_history_of_one_never_rises():
    trajectory = ls.run(BITS, ls.searches.late_acceptance(history=1), steps=200)
    assert np.all(np.diff(np.asarray(trajectory.values)[:, 0]) <= 0)


def lowest_neighbors(domain, points) -> np.ndarray:
    """The lowest value in the neighbourhood of each of the points (m, d)."""
    around = jax.jit(jax.vmap(jax.vmap(domain.apply, (None, 0)), (0, None)))
    return quadratic_of(np.asarray(around(points, domain.moves()))).min(axis=1)


def visited(search, steps: int = 400):
    """Points, values, and the steps that ended in a kick."""
    trajectory = ls.run(BITS, search, steps=steps, seed=2)
    points, values = np.asarray(trajectory.positions)[:, 0], np.asarray(trajectory.values)[:, 0]
    kicks = np.flatnonzero(trajectory.metrics["kicked"])
    assert len(kicks) > 10
    return trajectory, points, values, kicks


def test_iterated_local_search_kicks_the_lower_of_the_last_two_optima():
    _, points, values, kicks = visited(ls.searches.iterated_local_search(sample=4))
    assert np.all(values[kicks] <= lowest_neighbors(BITS.domain, points[kicks]) + 1e-9)
    home, level = None, np.inf
    for step in kicks:
        if values[step] <= level:
            home, level = points[step], values[step]
        assert np.abs(points[step + 1] - home).sum() == 2  # a kick of strength 1 flips two bits
    moves = np.setdiff1d(np.arange(len(points) - 1), kicks)
    assert np.all(np.diff(values)[moves] <= 0)


def test_a_warm_iterated_local_search_leaves_from_worse_optima_too():
    cold, warm = (ls.searches.iterated_local_search(sample=4, temperature=each) for each in (0.0, 1e6))
    _, points, _, kicks = visited(warm)
    assert all(np.abs(points[step + 1] - points[step]).sum() == 2 for step in kicks)
    _, points, _, kicks = visited(cold)
    assert any(np.abs(points[step + 1] - points[step]).sum() != 2 for step in kicks)


def test_variable_neighborhood_search_shakes_farther_each_time_in_vain():
    search = ls.searches.variable_neighborhood_search(sample=4, share=1.0, nearest=2, farthest=4)
    trajectory, points, values, kicks = visited(search)
    for name in BITS.domain.neighborhoods:
        domain = BITS.domain.using(neighborhood=name)
        assert np.all(values[kicks] <= lowest_neighbors(domain, points[kicks]) + 1e-9)
    level, moves = np.inf, 2
    for step in kicks:
        better = values[step] < level - 1e-9
        moves = 2 if better or moves == 4 else moves + 1
        level = min(level, values[step])
        assert trajectory.metrics["moves"][step] == moves
