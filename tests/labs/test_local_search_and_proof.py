"""The lab of the gap: chains never fall below the bound, and the claims hold at full size."""

from dataclasses import replace

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.exact import Proof
from landscape.labs.local_search_and_proof import KNOWN
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


@pytest.mark.parametrize("problem", ["knapsack", "colouring", "satisfiability"])
def test_other_problems_of_the_lab_are_proved_as_published(problem):
    found = ls.labs.local_search_and_proof(problem=problem, chains=2, moves=1000).run()
    assert [claim.holds for claim in found.claims] == [True, True, True, None]
    assert len(found.sheet("gap").panels) == 3


def test_what_is_published_is_what_the_problems_know():
    for name, values, least, _ in KNOWN.values():
        assert getattr(ls.problems, name)(**values).minimum == least


def test_what_was_not_known_is_not_drawn():
    """Nothing at all, a bound alone from the third second on, and losses that are no whole numbers."""
    surface, times, none = ls.problems.max_sat(), np.array([0.0, 3.0, 4.0]), np.full(3, np.inf)
    empty = Proof(surface, "cp_sat", "stopped", None, np.inf, -np.inf, times, -none, none, "")
    assert pictures.headline(empty) == "The time was over before anything was known"
    searched = pictures.Searched("annealing", np.arange(3), np.array([[9.0, 5.0, 4.0]]))
    titles = [panel.title for panel in pictures.sheet("a formula", empty, searched).panels]
    assert titles == ["Local search: best so far"]
    half = replace(empty, bound=2.0, bounds=np.array([-np.inf, 1.0, 2.0]))
    assert pictures.headline(half) == "No solution found, none below 2"
    drawn = pictures.over_time(half)
    assert drawn.title == "Exact solver: bound"
    assert 2.5 < drawn.x_range[0] < 3.0
    assert drawn.x_range[1] == 4.0
    assert pictures.whole(half, 0.5, 3.5)[0].tolist() == [1.0, 2.0, 3.0]
    assert pictures.whole(replace(half, bound=1.5), 0.5, 3.5) is None


@pytest.mark.lab
def test_the_best_of_sixteen_chains_is_the_shortest_tour(optimized):
    found = ls.labs.local_search_and_proof().run()
    assert found.data["ends"].min() == 7542
    assert all(claim.holds is not False for claim in found.claims)
    assert len([claim for claim in found.claims if claim.holds]) == 4
