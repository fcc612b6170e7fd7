"""The lab that maps all strings of a few bits."""

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.labs.gray_code import PROBLEMS


class TestContract(Contract):
    lab = "gray_code"

    def test_the_path_is_a_walk_of_single_flips_whose_losses_are_on_the_map(self, finding):
        path, losses = finding.data["path"], finding.data["losses"]
        assert np.abs(np.diff(path, axis=0)).sum(axis=1).max() == 1
        rows = [list(finding.data["row_codes"]).index(int(each)) for each in path[:, :4] @ [8, 4, 2, 1]]
        columns = [list(finding.data["column_codes"]).index(int(each)) for each in path[:, 4:] @ [8, 4, 2, 1]]
        np.testing.assert_allclose(finding.data["heights"][rows, columns], losses, atol=1e-9)

    def test_counting_order_differs_in_almost_two_bits(self, finding):
        said = next(claim for claim in finding.claims if "order of counting they" in claim.sentence)
        assert said.measured == f"{2 - 2 ** (1 - 8 / 2):.3f}, 4"
        assert said.holds
        assert next(claim for claim in finding.claims if "side by side" in claim.sentence).measured == "4"


@pytest.mark.lab
def test_problems_with_one_optimum():
    for name in ("one_max", "leading_ones"):
        found = ls.labs.gray_code(problem=name, bits=8).run()
        assert found.data["local_optima"].sum() == 1
        assert found.data["heights"][found.data["local_optima"]] == 0


def test_searches_and_optima_know_the_same_moves():
    """Local optima are those of single flips, so whatever walks over the map has to flip one bit."""
    for name, make in PROBLEMS.items():
        assert make(6, 2, 0).domain.neighborhood == "flip", name


def test_more_interactions_than_bits_are_refused():
    with pytest.raises(ls.LandscapeError, match="A bit has 5 others here, not 9"):
        ls.labs.gray_code(problem="nk", bits=6, k=9).run()
