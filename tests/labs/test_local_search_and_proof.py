"""The lab of the gap: chains never fall below the bound, and the claims hold at full size."""

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.labs.local_search_and_proof import KNOWN
from landscape.exact import Proof
from landscape.labs.proofs import pictures


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


@pytest.mark.parametrize("problem", ["knapsack", "colouring", "satisfiability"])
def test_other_problems_of_the_lab_are_proved_as_published(problem):
    found = ls.labs.local_search_and_proof(problem=problem, chains=2, moves=1000).run()
    assert [claim.holds for claim in found.claims] == [True, True, True, None]
    assert len(found.sheet("gap").panels) == 3


def test_what_is_published_is_what_the_problems_know():
    for name, values, least, _ in KNOWN.values():
        assert getattr(ls.problems, name)(**values).minimum == least
