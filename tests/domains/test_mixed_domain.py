"""Real numbers, whole numbers and categories side by side, and own functions over them."""

import hypothesis.extra.numpy as hnp
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls

DOMAIN = ls.Mixed(reals=((-2.0, 3.0), (0.0, 1.0)), integers=((-4, 4),), categories=(2, 5))
uniform = st.floats(0, 1, exclude_max=True, width=32)
POINTS = np.asarray(DOMAIN.sample(jax.random.key(3), 4000, jnp.float64))
propose, mutate, apply = (jax.jit(each) for each in (DOMAIN.propose, DOMAIN.mutate, DOMAIN.apply))


def legal(points) -> None:
    points = np.atleast_2d(points)
    assert np.all((points >= DOMAIN.lower) & (points <= DOMAIN.upper))
    np.testing.assert_array_equal(points[:, DOMAIN.whole], np.round(points[:, DOMAIN.whole]))


def test_samples_are_even_in_every_coordinate():
    legal(POINTS)
    for column, values in ((2, np.arange(-4, 5)), (3, np.arange(2)), (4, np.arange(5))):
        kinds, counts = np.unique(POINTS[:, column], return_counts=True)
        np.testing.assert_array_equal(kinds, values)
        share = 1 / len(values)
        assert np.abs(counts / 4000 - share).max() < 5 * np.sqrt(share / 4000)
    assert POINTS[:, 0].mean() == pytest.approx(0.5, abs=5 * 5 / np.sqrt(12 * 4000))


@given(st.sampled_from(POINTS[:100].tolist()), hnp.arrays(np.float64, 2, elements=uniform), st.floats(1e-3, 0.5))
def test_a_move_changes_one_coordinate_and_stays_inside(x, drawn, reach):
    x = np.array(x)
    move = propose(drawn, x, reach)
    moved = np.asarray(apply(x, move))
    legal(moved)
    changed = np.flatnonzero(moved != x)
    assert set(changed) <= {int(move[0])}
    if DOMAIN.categorical[int(move[0])]:
        assert len(changed) == 1


@given(st.sampled_from(POINTS[:50].tolist()), hnp.arrays(np.float64, 10, elements=uniform))
def test_mutation_touches_the_places_it_is_told_to(x, drawn):
    moved = np.asarray(mutate(drawn, np.array(x), 0.1, 0.4))
    legal(moved)
    assert set(np.flatnonzero(moved != x)) <= set(np.flatnonzero(drawn[:5] < 0.4))


def test_whole_numbers_step_by_one_at_least_and_categories_take_every_other_value():
    x = jnp.asarray([0.0, 0.5, 0.0, 1.0, 2.0])
    shares = (np.arange(400) + 0.5) / 400
    places = lambda k: jnp.full(400, (k + 0.5) / 5)  # noqa: E731
    steps, kinds = (np.asarray(jax.vmap(lambda p, u: propose(jnp.stack([p, u]), x, 1e-3)[1])(places(k), shares))
                    for k in (2, 4))  # fmt: skip
    assert set(np.unique(steps)) == {-1.0, 1.0}
    assert set(np.unique(kinds)) == {0.0, 1.0, 3.0, 4.0}


def test_one_point_takes_the_tail_of_the_other_parent():
    domain = DOMAIN.using(recombination="one_point")
    a, b = DOMAIN.lower, DOMAIN.upper
    child = np.asarray(domain.recombine(jnp.array([0.0, 0.5]), jnp.asarray(a), jnp.asarray(b), 0.9))
    np.testing.assert_array_equal(child, [*a[:3], *b[3:]])
    np.testing.assert_array_equal(domain.recombine(jnp.array([0.95, 0.5]), jnp.asarray(a), jnp.asarray(b), 0.9), a)


def test_distance_by_hand():
    a, b = jnp.array([0.0, 0.5, -4.0, 0.0, 1.0]), jnp.array([1.0, 0.5, 0.0, 1.0, 4.0])
    assert float(DOMAIN.distance(a, b)) == pytest.approx(1 / 5 + 4 / 8 + 1 + 1)
    assert float(DOMAIN.distance(a, a)) == 0


def test_confine_rounds_what_is_no_point():
    x = jnp.array([9.0, -0.25, 3.6, 0.7, 7.0])
    np.testing.assert_allclose(DOMAIN.confine(x, "clip"), [3.0, 0.0, 4.0, 1.0, 4.0])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "need one at least"),
        ({"categories": (1,)}, "two or more"),
        ({"reals": (0.0, 1.0)}, "reals should be pairs of two ends"),
        ({"categories": (2.5,)}, "'2.5'; give a whole number"),
        ({"reals": ((1.0, 0.0),)}, "finite lower < upper"),
        ({"integers": ((0, 3),), "neighborhood": "flip"}, "have no neighborhood 'flip'. Known: assign"),
    ],
)
def test_what_makes_no_sense_is_refused(given, words):
    with pytest.raises(ls.LandscapeError, match=words):
        ls.Mixed(**given)


def test_its_moves_have_no_list():
    with pytest.raises(ls.LandscapeError, match="no list of moves"):
        DOMAIN.moves()


def misfit(x):
    """Lowest, 0, at (1, 0.25, −2, category 1, category 3)."""
    return (x[0] - 1) ** 2 + 4 * (x[1] - 0.25) ** 2 + 0.1 * (x[2] + 2) ** 2 + 2.0 * (x[3] != 1) + 3.0 * (x[4] != 3)


@pytest.mark.parametrize("name", ["simulated_annealing", "genetic", "hill_climbing", "differential_evolution"])
def test_methods_of_the_catalog_find_the_minimum_of_an_own_function(name):
    surface = ls.Surface.from_function(misfit, domain=DOMAIN, minimum=0.0)
    found = [float(ls.run(surface, ls.catalog.optimizer(name), budget=6000, seed=seed).best[1]) for seed in range(3)]
    assert min(found) < 0.02


def test_own_functions_over_permutations_and_plain_python():
    target = np.array([3, 1, 4, 0, 2])
    plain = ls.Surface.from_callable(lambda x: float(np.sum(x != target)), domain=ls.Permutations(length=5))
    np.testing.assert_array_equal(plain.start, np.arange(5))
    assert ls.run(plain, ls.optimizers.simulated_annealing(temperature=0.5), steps=400).best[1] == 0.0
    with pytest.raises(ls.LandscapeError, match="needs slopes"):
        ls.run(plain, ls.optimizers.adam())


def test_starts_that_are_no_points_are_refused():
    for start in ([0, 0, 1], [0.4, 1, 2], [[3, 2, 1]]):
        with pytest.raises(ls.LandscapeError, match="is no point of misfit, which walks permutations"):
            ls.Surface.from_function(misfit, domain=ls.Permutations(length=3), start=np.ravel(start))
    surface = ls.Surface.from_function(misfit, domain=DOMAIN)
    with pytest.raises(ls.LandscapeError, match="which walks mixed coordinates"):
        ls.run(surface, ls.optimizers.simulated_annealing(), DOMAIN.upper + 1, steps=2)
