"""The lab of the big valley."""

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls


class TestContract(Contract):
    lab = "big_valley"

    @pytest.mark.lab
    def test_shorter_tours_are_nearer_to_the_best(self, finding):
        data = finding.data
        assert data["correlation"] > 0.6
        assert np.corrcoef(data["to_best"][1:], data["loss"][1:])[0, 1] == pytest.approx(float(data["correlation"]))
        assert data["between_optima"].mean() < 0.5 * data["between_random"].mean()
        assert -1 / np.log(data["autocorrelation"][1]) == pytest.approx(52 / 2, rel=0.15)
        assert data["to_best"][0] == 0
        assert data["loss"][0] == data["loss"].min()

    def test_its_optima_have_no_shorter_neighbour(self, finding):
        between = ls.problems.tsp().data.distances
        tour = finding.data["optima"][3].astype(int)

        def length(order):
            return between[order, np.roll(order, -1)].sum()

        assert length(tour) == finding.data["loss"][3]
        turned = [
            np.concatenate([tour[:i], tour[i : j + 1][::-1], tour[j + 1 :]]) for i in range(52) for j in range(i, 52)
        ]
        assert min(map(length, turned)) == length(tour)
