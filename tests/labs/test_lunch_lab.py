"""The lab of no free lunch: exact rationals, counted anew here."""

import sys
from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls
from landscape.benchmark.no_free_lunch import SEARCHES
from landscape.labs import no_free_lunch as lab  # the entry
from landscape.parameters import LandscapeError

MODULE = sys.modules["landscape.labs.no_free_lunch"]


def walked(search, values):
    """The values that a search sees, one function at a time."""
    seen, left = [], list(range(len(values)))
    while left:
        x = search(tuple(seen), tuple(left))
        left.remove(x)
        seen.append((x, values[x]))
    return tuple(y for _, y in seen)


@pytest.mark.lab
def test_243_functions_give_every_search_the_same_sequences():
    runs = {name: [walked(SEARCHES[name], f) for f in product(range(3), repeat=5)] for name in MODULE.NAMES}
    for m in (1, 2, 3):
        counts = [Counter(values[:m] for values in each) for each in runs.values()]
        assert all(each == counts[0] for each in counts)
        assert set(counts[0].values()) == {3 ** (5 - m)}
        found = ls.labs.no_free_lunch(points=5, seen=m).run().data["sequence_counts"]
        np.testing.assert_array_equal(found, np.full((4, 3**m), 3 ** (5 - m)))


@pytest.mark.lab
def test_means_over_5040_orders_and_over_v_shaped_functions():
    rows = MODULE.means(7)
    assert set(rows[-1]) == {Fraction(4)}
    assert rows[0][:3] == (Fraction(22, 7), Fraction(34, 7), Fraction(4))
    finding = lab(points=7, valleys=0).run()
    assert all(claim.holds for claim in finding.claims)


def test_classes_are_nested_and_the_slider_ends_at_all():
    sets = MODULE.classes(6)[1]
    assert [len(each) for each in sets] == sorted(len(each) for each in sets)
    assert len(sets[1]) == 2**5  # one valley: choose what stands left of the lowest
    assert len(sets[-1]) == 720
    most = lab(points=6, valleys=8).run()
    assert set(most.data["mean_evaluations"]) == {3.5}
    with pytest.raises(LandscapeError, match="outside 3"):
        lab(points=12)


class TestContract(Contract):
    lab = "no_free_lunch"
