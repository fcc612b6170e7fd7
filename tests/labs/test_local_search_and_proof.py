"""The lab of the gap: chains never fall below the bound, and the claims hold at full size."""

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls


class TestContract(Contract):
    lab = "local_search_and_proof"

    def test_chains_come_from_above_and_the_bound_from_below(self, finding):
        data = finding.data
        assert data["bound"] == data["value"] == 7542
        assert np.all(np.diff(data["best"], axis=1) <= 0)
        assert np.all(data["best"] >= 7542)
        assert np.all(data["bounds"] <= 7542)
        assert np.all(data["incumbents"] >= 7542)
        assert data["share"] == np.mean(data["ends"] == 7542)

    @pytest.mark.lab
    def test_the_best_of_sixteen_chains_is_the_shortest_tour(self):
        found = ls.labs.local_search_and_proof().run()
        assert found.data["ends"].min() == 7542
        assert all(claim.holds is not False for claim in found.claims)
        assert len([claim for claim in found.claims if claim.holds]) == 4


@pytest.mark.lab
@pytest.mark.parametrize("problem", ["kroA100", "knapsack", "colouring", "satisfiability"])
def test_every_problem_of_the_lab_is_proved_as_published(problem):
    found = ls.labs.local_search_and_proof(problem=problem, chains=16, moves=20_000).run()
    assert all(claim.holds is not False for claim in found.claims)
