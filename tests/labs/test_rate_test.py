"""The lab of the range test: its suggestion against a search, its border against 2/L."""

import sys

import pytest
from lab_contract import Contract

import landscape as ls


@pytest.mark.lab
def test_on_a_noisy_bowl_it_diverges_within_a_factor_of_two_of_two_over_l():
    finding = ls.labs.rate_test(problem="quadratic", others=False).run()
    suggested, _, best, border, limit, _ = finding.data["suggestions"][0]
    assert limit == pytest.approx(0.2)
    assert 0.5 <= border / limit <= 2.0
    assert best == finding.data["tried"][finding.data["ends"].argmin()]
    assert finding.done
    answer = ls.labs.rate_test.question.right(finding)
    assert (answer == 0) == (1 / 3 <= suggested / best <= 3)


@pytest.mark.lab
def test_on_three_networks_a_third_of_the_border_is_within_a_factor_of_three(monkeypatch):
    """With every other one of the constant rates."""
    lab = sys.modules["landscape.labs.rate_test"]
    monkeypatch.setattr(lab, "CELLS", 13)
    for problem in ("circle", "xor", "spiral"):
        found = lab.tried.__wrapped__(problem, 10.0, 1.0, 0.8)
        assert 1 / 3 <= found.diverges / 3.0 / found.best <= 3.0
        assert found.steepest < found.lowest < found.diverges


def test_what_is_not_legal_is_refused():
    with pytest.raises(ls.LandscapeError, match="outside 0"):
        ls.labs.rate_test(smoothing=1.5)
    with pytest.raises(ls.LandscapeError, match="outside"):
        ls.labs.rate_test(noise=0.0)


class TestContract(Contract):
    lab = "rate_test"
