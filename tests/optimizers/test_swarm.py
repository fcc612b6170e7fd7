"""The particle swarm: one step by hand for each rule at the edge, and what its memory keeps."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, small, walk

from landscape.draws import coarse, draw_words
from landscape.optimizer import Problem
from landscape.optimizers import particle_swarm
from landscape.optimizers.swarm import neighbours
from landscape.surfaces import rastrigin

PLACES = np.array([[3.0, -2.0], [-3.8, 3.9], [0.5, 1.0]])
SPEEDS = np.array([[6.0, -3.0], [-1.5, 7.0], [0.0, -0.2]])
BESTS = np.array([[2.0, -1.0], [-3.0, 3.0], [0.5, 1.0]])
WORDS = np.array([[0x12A0F3C4, 0x99CC0102], [0x7F80FFE1, 0x00334455]], np.uint32)  # two for three particles
INERTIA, COGNITIVE, SOCIAL = 0.7, 1.2, 1.6


def heights(x) -> np.ndarray:
    return (np.asarray(x) ** 2).sum(axis=-1)


def at_the_edge(bounds: str, flown, speeds):
    """Where the box [−4, 4]² puts particles that flew to `flown`, and their velocities: by hand."""
    out = np.abs(flown) > 4
    if bounds == "clip":
        return np.clip(flown, -4, 4), np.where(out, 0.0, speeds)
    if bounds == "reflect":
        return np.where(out, np.sign(flown) * 8 - flown, flown), np.where(out, -speeds, speeds)
    if bounds == "periodic":
        return np.where(out, flown - np.sign(flown) * 8, flown), speeds
    return flown, speeds


@pytest.mark.parametrize("bounds", ["reflect", "clip", "periodic", "none"])
def test_one_step_by_hand(bounds):
    optimizer = particle_swarm(size=3, inertia=INERTIA, cognitive=COGNITIVE, social=SOCIAL, bounds=bounds)
    loss, domain = bowl().at(0.0, jnp.float64).loss, bowl().domain
    method, problem = optimizer.at(0.0, jnp.float64), Problem(loss, loss, domain)
    population = method.init(problem, jnp.asarray(PLACES), jax.random.key(0))
    memory = tuple(map(jnp.asarray, (SPEEDS, BESTS, heights(BESTS))))
    step = jax.jit(partial(method.step, problem))
    moved, metrics = step(population._replace(memory=memory), jnp.asarray(WORDS))

    leader = BESTS[np.argmin(heights(BESTS))]
    chance = [(np.concatenate([WORDS >> s & 255, WORDS >> (s + 8) & 255])[:3] + 0.5) / 256 for s in (0, 16)]
    parts = [INERTIA * SPEEDS, COGNITIVE * chance[0] * (BESTS - PLACES), SOCIAL * chance[1] * (leader - PLACES)]
    speeds = sum(parts)
    for name, part in zip(
        ("momentum_pull", "cognitive_pull", "social_pull", "velocity"), (*parts, speeds), strict=True
    ):
        np.testing.assert_allclose(metrics[name], part, rtol=1e-12)
    assert (np.abs(PLACES + speeds) > 4).any()  # so that the rule at the edge matters
    places, speeds = at_the_edge(bounds, PLACES + speeds, speeds)
    better = heights(places) < heights(BESTS)
    assert 0 < better.sum() < 3
    np.testing.assert_allclose(moved.positions, places, rtol=1e-12)
    np.testing.assert_allclose(moved.values, heights(places), rtol=1e-12)
    np.testing.assert_allclose(moved.memory[0], speeds, rtol=1e-12)
    np.testing.assert_allclose(moved.memory[1], np.where(better[:, None], places, BESTS), rtol=1e-12)
    np.testing.assert_allclose(moved.memory[2], np.where(better, heights(places), heights(BESTS)), rtol=1e-12)
    np.testing.assert_array_equal(metrics["evaluated"].kind, better)
    assert int(moved.cost.evaluations) == 6


def test_first_velocities_lead_half_way_to_places_in_the_box():
    method = particle_swarm(size=50).at(0.0, jnp.float64)
    loss = bowl().at(0.0, jnp.float64).loss
    population = method.init(Problem(loss, loss, bowl().domain), jnp.zeros((0, 2)), jax.random.key(5))
    aims = np.asarray(population.positions + 2 * population.memory[0])
    assert np.abs(aims).max() <= 4.0
    assert np.abs(aims).max() > 3.5
    np.testing.assert_array_equal(population.memory[1], population.positions)


def test_a_refresh_evaluates_places_and_remembered_places():
    method = particle_swarm(size=3).at(0.0, jnp.float64)
    loss, steep = (bowl(depth=depth).at(0.0, jnp.float64).loss for depth in (1.0, 3.0))
    population = method.init(Problem(loss, loss, bowl().domain), jnp.asarray(PLACES), jax.random.key(0))
    fresh = method.refresh(Problem(steep, steep, bowl().domain), population)
    np.testing.assert_allclose(fresh.values, 3 * heights(PLACES), rtol=1e-12)
    np.testing.assert_allclose(fresh.memory[2], 3 * heights(PLACES), rtol=1e-12)
    assert int(fresh.cost.evaluations) == 3 + 6


def test_without_pulls_and_inertia_the_swarm_stands_still():
    swarm = walk(small("particle_swarm", inertia=0.0, cognitive=0.0, social=0.0), bowl())
    np.testing.assert_array_equal(swarm.positions[-1], swarm.positions[0])


@pytest.mark.parametrize("bounds", ["reflect", "clip", "periodic"])
def test_particles_stay_in_the_box(bounds):
    swarm = walk(small("particle_swarm", inertia=1.0, social=4.0, bounds=bounds), rastrigin())
    assert np.abs(swarm.positions).max() <= 5.12


def test_swarm_finds_the_bottom_of_a_bowl():
    swarm = walk(particle_swarm(size=8), bowl(), steps=200)
    assert float(swarm.best_value[-1]) < 1e-6
    assert np.all(np.diff(swarm.best_value) <= 0)


def test_a_particle_without_a_value_does_not_lead():
    method = particle_swarm(size=2, inertia=0.0, cognitive=0.0, social=1.0, chance="particle").at(0.0, jnp.float64)
    loss = lambda x: jnp.where(x[0] > 2, jnp.nan, jnp.sum(x**2))  # noqa: E731
    problem = Problem(loss, loss, bowl().domain)
    population = method.init(problem, jnp.array([[3.0, 0.0], [1.0, 1.0]]), jax.random.key(0))
    moved, _ = method.step(problem, population, jnp.ones(4))
    np.testing.assert_allclose(moved.positions, [[1.0, 1.0], [1.0, 1.0]])
    np.testing.assert_allclose(moved.memory[2], [2.0, 2.0])


def test_each_member_of_a_ring_knows_two_others_and_of_a_grid_four():
    np.testing.assert_array_equal(neighbours("ring", 5)[0], [0, 4, 1])
    np.testing.assert_array_equal(np.sort(neighbours("von_neumann", 12)[5]), [2, 3, 4, 5, 8])
    for topology in ("ring", "von_neumann"):  # whoever I know knows me
        known = neighbours(topology, 12)
        assert all(i in known[j] for i, row in enumerate(known) for j in row)


def test_in_a_ring_leaders_are_the_best_of_three():
    method = particle_swarm(size=6, topology="ring").at(0.0, jnp.float64)
    loss = bowl().at(0.0, jnp.float64).loss
    problem = Problem(loss, loss, bowl().domain)
    population = jax.jit(lambda key: method.init(problem, jnp.zeros((0, 2)), key))(jax.random.key(0))
    draws = method.draw(problem, jax.random.key(1), jnp.float64)
    _, metrics = jax.jit(partial(method.step, problem))(population, draws)
    values = np.asarray(population.values)
    expected = [min(((i + k) % 6 for k in (-1, 0, 1)), key=lambda j: values[j]) for i in range(6)]
    np.testing.assert_array_equal(metrics["leaders"], expected)


def test_coarse_numbers_have_256_levels_equally_likely():
    words = draw_words(jax.random.key(0), 1000, 100)
    counts = np.bincount((np.asarray(coarse(words, (0, 1, 2, 3), 4000, jnp.float64)) * 256).astype(int).ravel())
    assert counts.size == 256
    surplus = ((counts - counts.mean()) ** 2 / counts.mean()).sum()  # chi-squared: mean 255, deviation 22.6
    assert 160 < surplus < 370
