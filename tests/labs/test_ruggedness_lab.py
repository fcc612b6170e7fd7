"""The lab of NK landscapes."""

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls


class TestContract(Contract):
    lab = "ruggedness"

    @pytest.mark.lab
    def test_published_values(self, finding):
        data = finding.data
        assert np.all(data["optima"][0] == 1)
        assert data["optima"][-1].mean() == pytest.approx(2**8 / 9, rel=0.15)
        assert data["autocorrelation"][1] == pytest.approx(1 - 4 / 8, abs=0.02)
        assert all(claim.holds for claim in finding.claims)

    def test_the_map_is_the_first_landscape(self, finding):
        surface = ls.problems.nk(dim=8, k=3, seed=0)
        assert finding.data["heights"][0, 0] == pytest.approx(float(surface(np.zeros(8))))
        assert finding.data["local_optima"].sum() == finding.data["optima"][list(finding.data["k"]).index(3)][0]


def test_more_interactions_than_bits_are_refused():
    with pytest.raises(ls.LandscapeError, match="A bit has 7 others here, not 9"):
        ls.labs.ruggedness(bits=8, k=9).run()
