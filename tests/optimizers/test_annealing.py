"""Annealing: Metropolis' rule, move by move and in the long run; Boltzmann's distribution, and Hajek's theorem."""

import math
from statistics import NormalDist

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, ramp, walk
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import landscape as ls
from landscape.optimizer import Problem
from landscape.optimizers import simulated_annealing
from landscape.optimizers.annealing import PROPOSALS, acceptance, numbers
from landscape.schedules import linear
from landscape.surfaces import mixed_ellipsoid, rastrigin

STEPS = 4000


@given(st.floats(-50, 50), st.floats(1e-3, 1e3))
def test_acceptance_is_exp_of_minus_rise_over_temperature(rise, temperature):
    expected = 1.0 if rise <= 0 else math.exp(-rise / temperature)
    assert float(acceptance(rise, temperature)) == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(("rise", "expected"), [(-1.0, 1.0), (0.0, 1.0), (1e-9, 0.0), (math.inf, 0.0)])
def test_at_zero_temperature_only_downhill_moves_are_taken(rise, expected):
    assert float(acceptance(rise, 0.0)) == expected


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_move_to_a_point_without_a_value_is_not_accepted(temperature):
    assert not float(acceptance(math.nan, temperature)) > 0.0
    assert float(acceptance(math.inf, temperature)) == 0.0


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_long_run_acceptance_on_a_ramp_has_its_closed_form(temperature):
    # Rises are normal with deviation σ: E min(1, e^(−rise/T)) = ½ + e^(σ²/2T²) Φ(−σ/T).
    sigma = 0.1 * 8.0
    optimizer = simulated_annealing(temperature=temperature, reach=0.1, proposal="gaussian", bounds="none")
    share = float(np.mean(walk(optimizer, ramp(), steps=STEPS).metrics["accepted"]))
    expected = 0.5 + math.exp(0.5 * (sigma / temperature) ** 2) * NormalDist().cdf(-sigma / temperature)
    assert share == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / STEPS))


@pytest.fixture(scope="module")
def warm():
    """A walk over ripples with every candidate recorded, cooling from 20 to 1."""
    optimizer = simulated_annealing(temperature=linear(start=20.0, end=1.0), reach=0.1, proposal="gaussian")
    return walk(optimizer, rastrigin(), steps=300, record="evaluated")


def test_probability_of_each_move_follows_from_its_rise(warm):
    rise = np.asarray(warm.metrics["evaluated"].values[:, 0] - warm.values[:-1, 0])
    expected = np.exp(-np.maximum(rise, 0.0) / warm.metrics["temperature"])
    np.testing.assert_allclose(warm.metrics["acceptance"], expected, rtol=1e-9)
    np.testing.assert_allclose(warm.metrics["temperature"], np.linspace(20.0, 1.0, 300), rtol=1e-9)


def test_an_accepted_candidate_is_the_next_position_and_a_rejected_one_is_not(warm):
    candidates, heights, kind = (np.asarray(part[:, 0]) for part in warm.metrics["evaluated"])
    accepted = np.asarray(warm.metrics["accepted"])
    np.testing.assert_array_equal(accepted, kind == 1)
    assert 0 < accepted.sum() < 300
    here, there = np.asarray(warm.positions[:-1, 0]), np.asarray(warm.positions[1:, 0])
    np.testing.assert_array_equal(there, np.where(accepted[:, None], candidates, here))
    np.testing.assert_array_equal(warm.values[1:, 0], np.where(accepted, heights, warm.values[:-1, 0]))


def test_some_uphill_moves_are_taken_and_all_downhill_ones(warm):
    rise = np.asarray(warm.metrics["evaluated"].values[:, 0] - warm.values[:-1, 0])
    accepted = np.asarray(warm.metrics["accepted"])
    assert accepted[rise <= 0].all()
    assert 0 < accepted[rise > 0].mean() < 1


def test_cold_walk_never_climbs():
    values = walk(simulated_annealing(temperature=0.0, reach=0.1), rastrigin(), steps=300).values[:, 0]
    assert np.all(np.diff(values) <= 0)
    assert values[-1] < values[0]


@pytest.mark.parametrize("bounds", ["reflect", "clip", "periodic"])
def test_walk_stays_in_the_box(bounds):
    optimizer = simulated_annealing(temperature=100.0, reach=0.5, bounds=bounds)
    assert np.abs(walk(optimizer, ramp(), steps=300).positions).max() <= 4.0


def test_unbounded_walk_leaves_the_box():
    optimizer = simulated_annealing(temperature=100.0, reach=0.5, bounds="none")
    assert np.abs(walk(optimizer, ramp(), steps=300).positions).max() > 4.0


def steps(proposal: str, count: int = 4000) -> np.ndarray:
    """Proposed steps (count, 3), at reach 1 in a box of width 1."""
    problem = Problem(None, None, ls.Box.cube(0.5, 3))
    drawn = jax.vmap(lambda key: numbers(problem, proposal, key, jnp.float64))(
        jax.random.split(jax.random.key(5), count)
    )
    return np.asarray(drawn["move"])


@pytest.mark.parametrize(
    ("proposal", "marginal"),
    [("gaussian", stats.norm), ("cauchy", stats.cauchy), ("spherical_cauchy", stats.cauchy),
     ("ball", stats.beta(2, 2, loc=-1, scale=2))],
)  # fmt: skip
def test_each_coordinate_of_a_proposal_has_its_law(proposal, marginal):
    # One coordinate of an even ball in three dimensions has density (1 - x²) 3/4: a beta distribution.
    for coordinate in steps(proposal).T:
        assert stats.kstest(coordinate, marginal.cdf).pvalue > 1e-3


@pytest.mark.parametrize(("proposal", "law"), [("one_gaussian", stats.norm), ("one_cauchy", stats.cauchy)])
def test_a_proposal_along_one_coordinate_moves_each_as_often(proposal, law):
    made = steps(proposal)
    assert np.all((made != 0).sum(axis=1) == 1)
    assert stats.chisquare((made != 0).sum(axis=0)).pvalue > 1e-3
    assert stats.kstest(made[made != 0], law.cdf).pvalue > 1e-3


def test_round_proposals_prefer_no_direction():
    # The share of the first coordinate in the length squared is beta(1/2, 1) distributed on a sphere.
    for proposal in ("spherical_cauchy", "ball", "gaussian"):
        made = steps(proposal)
        assert stats.kstest(made[:, 0] ** 2 / np.sum(made**2, axis=1), stats.beta(0.5, 1.0).cdf).pvalue > 1e-3


@ls.surface(domain=ls.Box.square(2.0), start=(0.0, 0.0), source="two wells that are not along an axis")
def wells():
    """Two wells of different depth."""
    return lambda x: (x[0] ** 2 - 1.0) ** 2 + 0.3 * x[0] + (x[1] - 0.5 * x[0]) ** 2


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_at_a_fixed_temperature_it_samples_the_boltzmann_distribution(proposal):
    temperature, bins = 0.5, np.linspace(-2.0, 2.0, 11)
    annealing = simulated_annealing(temperature=temperature, reach=0.3, proposal=proposal)
    places = np.asarray(ls.run_many(wells(), annealing, seeds=64, steps=3000).positions[:, 500:, 0])
    seen = np.histogram2d(*places.reshape(-1, 2).T, bins=(bins, bins))[0]
    fine = np.linspace(-1.99, 1.99, 200)  # twenty points a bin
    heights = jax.vmap(jax.vmap(wells()))(np.stack(np.meshgrid(fine, fine, indexing="ij"), axis=-1))
    density = np.exp(-np.asarray(heights) / temperature)
    exact = density.reshape(10, 20, 10, 20).sum((1, 3))
    assert 0.5 * np.abs(seen / seen.sum() - exact / exact.sum()).sum() < 0.05


ENERGIES = np.array([1.0, 0.5, 1.0, 1.5, 0.75, 0.0, 1.0])  # the false well at 1 is 1 deep: Hajek's d*


def chain(energies, temperature):
    """The transition matrix (7, 7) of annealing on a line where both neighbours are proposed alike."""
    place = np.arange(len(energies))
    rise = energies[None, :] - energies[:, None]
    moves = jnp.where(np.abs(place[:, None] - place) == 1, 0.5 * acceptance(rise, temperature), 0.0)
    return moves + jnp.diag(1.0 - moves.sum(axis=1))


class Line:
    """The whole numbers 0 … 6 on a line."""

    dim, draws, neighborhood = 1, 1, "aside"

    def sample(self, key, size, dtype):
        return jax.random.randint(key, (size, 1), 0, 7).astype(dtype)

    def propose(self, uniform, x, reach):
        return jnp.where(uniform < 0.5, 1.0, -1.0)

    def apply(self, x, move):
        moved = x + move
        return jnp.where((moved < 0) | (moved > 6), x, moved)

    def confine(self, x, bounds="reflect"):
        return x


@ls.surface(domain=Line(), start=(1.0,), minimum=0.0, source="seven places")
def line():
    """Seven heights."""
    return lambda x: jnp.asarray(ENERGIES, x.dtype)[x[0].astype(int)]


def test_annealing_on_a_line_has_the_distribution_of_its_markov_chain():
    runs, temperature = 4000, 0.6
    last = ls.run_many(line(), simulated_annealing(temperature=temperature), seeds=runs, steps=20, record="last")
    seen = np.bincount(np.asarray(last.positions[:, -1, 0, 0]).astype(int), minlength=7)
    expected = np.linalg.matrix_power(np.asarray(chain(ENERGIES, temperature)), 20)[1]
    assert stats.chisquare(seen, runs * expected).pvalue > 1e-3


def astray(strength: float) -> np.ndarray:
    """The probability not to be in the global minimum after 1 … 10^5 steps at T = c / log(1 + t), without sampling."""

    def step(share, t):
        share = share @ chain(ENERGIES, strength / jnp.log(1.0 + t))
        return share, 1.0 - share[5]

    return np.asarray(jax.lax.scan(step, jnp.eye(7)[1], jnp.arange(1.0, 100_001.0))[1])


def test_logarithmic_cooling_converges_exactly_from_the_depth_of_the_deepest_false_well_on():
    # Hajek 1988, doi:10.1287/moor.13.2.311: the probability to be elsewhere goes to zero if and only if c ≥ d* = 1.
    never, slowly, surely = (astray(strength)[[999, 9_999, 99_999]] for strength in (0.5, 1.0, 1.5))
    assert never[0] > 0.5
    assert never[-1] > 0.99 * never[0]
    assert np.all(slowly[:-1] > 1.3 * slowly[1:])
    assert np.all(surely[:-1] > 2.0 * surely[1:])


def test_cauchy_proposals_have_longer_tails():
    def longest(proposal):
        optimizer = simulated_annealing(temperature=1e9, reach=0.01, proposal=proposal, bounds="none")
        return float(walk(optimizer, ramp(slope=0.0), steps=300).metrics["step_length"].max())

    assert longest("gaussian") < 5 * 0.01 * 8 * math.sqrt(2)
    assert longest("cauchy") > 20 * 0.01 * 8


@pytest.mark.parametrize("steered", ["temperature", "reach"])
def test_steering_brings_the_share_of_accepted_moves_to_its_target(steered):
    optimizer = simulated_annealing(temperature=1.0, reach=0.3, proposal="gaussian", target=0.3, steered=steered)
    metrics = walk(optimizer, bowl(depth=3.0), steps=STEPS).metrics
    assert np.mean(metrics["accepted"][500:]) == pytest.approx(0.3, abs=0.03)
    if steered == "temperature":
        np.testing.assert_allclose(metrics["temperature"], metrics["factor"], rtol=1e-9)


def test_steered_towards_a_falling_share_it_cools_down_by_itself():
    # No temperature is given here but a far too high first one: adaptive cooling in the manner of Lam and Delosme.
    optimizer = simulated_annealing(
        temperature=1e4, target=linear(start=0.44, end=0.0), steered="temperature", reach=0.05
    )
    trajectory = walk(optimizer, bowl(), steps=STEPS)
    assert trajectory.metrics["temperature"][-1] < 1e-4 * trajectory.metrics["temperature"][0]
    assert trajectory.best_value[-1] < 1e-2


def test_after_its_patience_it_goes_back_to_the_best_point():
    optimizer = simulated_annealing(temperature=50.0, reach=0.05, patience=10)
    trajectory = walk(optimizer, rastrigin(), steps=300)
    values, best = np.asarray(trajectory.values[:, 0]), np.asarray(trajectory.best_value)
    since, returns = 0, 0
    for t in range(1, 301):
        since = 0 if best[t] < best[t - 1] else since + 1
        if since == 10:
            since, returns = 0, returns + 1
            assert values[t] == best[t]
    assert returns > 5


def test_moves_of_whole_numbers_are_whole_and_unbiased():
    optimizer = simulated_annealing(temperature=1e9, reach=0.03, proposal="gaussian", bounds="none")
    surface = mixed_ellipsoid()
    walked = walk(optimizer, surface, steps=STEPS)
    strides = np.diff(np.asarray(walked.positions[:, 0, 1]))
    assert np.array_equal(strides, np.round(strides))
    assert 0.05 < np.mean(strides != 0) < 0.95
    assert abs(strides.mean()) < 4 * strides.std() / math.sqrt(len(strides))


def test_walk_escapes_from_a_start_without_a_value_and_never_returns():
    @ls.surface(domain=ls.Box.square(4.0), start=(-1.0, 0.0), source="half a ramp")
    def half():
        """No value left of zero."""
        return lambda x: jnp.where(x[0] < 0, jnp.nan, x[0])

    values = np.asarray(walk(simulated_annealing(temperature=1.0, reach=0.2), half(), steps=300).values[:, 0])
    assert np.isnan(values[0])
    first = int(np.argmax(np.isfinite(values)))
    assert np.all(np.isfinite(values[first:]))
    assert np.isfinite(values[-1])
