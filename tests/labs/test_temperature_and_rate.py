"""The lab that walks a tour and a point in step: what it says of them, from the walks themselves."""

from itertools import pairwise

import jax
import numpy as np
import pytest
from helpers import bonds
from lab_contract import Contract

import landscape as ls
from landscape.labs.rates import cooling, tours
from landscape.labs.temperature_and_rate import told


class TestContract(Contract):
    lab = "temperature_and_rate"

    def test_both_cool_by_one_law_on_one_clock(self, finding):
        data = finding.data
        mean = ls.problems.tsp().data.distances[np.triu_indices(52, 1)].mean()
        for name, first in (("temperature", 0.3 * mean), ("learning_rate", 0.02)):
            at = np.linspace(0, 1, len(data[name]))
            np.testing.assert_allclose(data[name], first * 0.01**at, rtol=2e-3)
        assert len(data["share"]) == len(data["tours"]) == len(data["points"]) == finding.sheet("walks").moments

    def test_bonds_changed_are_those_that_two_tours_do_not_share(self, finding):
        tours, loss = finding.data["tours"].astype(int), ls.problems.tsp()
        counted = [len(bonds(b) - bonds(a)) for a, b in pairwise(tours)]
        np.testing.assert_array_equal(finding.data["bonds"], counted)
        assert float(loss(tours[-1].astype(float))) == finding.data["lengths"][-1]

    @pytest.mark.lab
    def test_big_steps_first_small_steps_later(self, finding):
        for name in ("bonds", "distance", "step_norm"):
            tenth = len(finding.data[name]) // 10
            assert finding.data[name][-tenth:].mean() < 0.2 * finding.data[name][:tenth].mean()
        assert all(claim.holds for claim in finding.claims)
        assert finding.data["lengths"][-1] < 1.1 * 7542 < finding.data["held_tour"][-1]


def test_walks_begin_on_the_map_that_is_drawn_under_them():
    for name, start in cooling.SURFACES.items():
        place = getattr(ls.surfaces, name)().domain
        assert np.all((place.lower < start) & (start < place.upper)), name


def test_noise_makes_a_temperature_of_the_rate():
    rates, rest = tours.resting()
    np.testing.assert_allclose(rest, rates / (4 * (1 - rates)), rtol=0.06)  # x ← x − η (2x + ξ): ηE(ξ²) / (4 (1 − η))


def test_without_cooling_nothing_is_said_of_settling():
    with jax.enable_x64(True):
        tour = tours.annealed("berlin52", "exponential", 0.3, 0)
        walk = tours.descended("rastrigin", "exponential", 0.02, 0)
    assert len(told(tour, walk)) == 5
    assert told(tour._replace(knob=np.full_like(tour.knob, 3.0)), walk) == ()
    assert told(tour, walk._replace(length=np.full_like(walk.length, np.nan))) == ()
