"""The lab of precision: the table of what few digits do, and what is refused."""

import sys

import ml_dtypes
import numpy as np
import pytest
from lab_contract import Contract

import landscape as ls

pytestmark = pytest.mark.usefixtures("optimized")


@pytest.fixture(scope="module")
def found():
    return ls.labs.precision().run()


@pytest.mark.lab
def test_the_table_of_losses_and_stalls(found):
    full, bf16, fp16, bf16_master, fp16_master, chance = found.data["losses"][:, -1]
    assert 1e-9 < full < 1e-7
    assert 1.0 < bf16 < 10.0
    assert 1e-2 < fp16 < 1.0
    assert bf16_master < 1e-2
    assert fp16_master < 1e-3
    assert chance < 1e-4
    assert found.data["frozen"][1] == 2
    assert found.data["frozen"][2] == pytest.approx(2062, abs=100)
    assert found.data["parted"][1] == pytest.approx(10, abs=3)
    assert found.data["parted"][2] == pytest.approx(33, abs=5)
    assert set(found.data["parted"][3:5]) == {20_001}
    assert all(claim.holds for claim in found.claims)


@pytest.mark.lab
def test_float16_overflows_where_bfloat16_does_not():
    def loss(kind):
        x, y = np.array([-10.0], kind), np.array([10.0], kind)
        with np.errstate(over="ignore"):
            return float(((1 - x) ** 2 + kind(100) * (y - x**2) ** 2)[0])

    lossy = sys.modules["landscape.labs.precision"].lossy
    assert lossy((-10.0, 10.0), "float16") == loss(np.float16) == np.inf
    assert lossy((-10.0, 10.0), "bfloat16") == loss(ml_dtypes.bfloat16) == 811008.0


def test_bfloat16_rounds_the_third_step_away():
    """Two steps move the point, the third does not, by hand."""
    kind = ml_dtypes.bfloat16
    p = np.array([-1.2, 1.0]).astype(kind)
    seen = [p]
    for _ in range(4):
        x, y = p
        slope = np.array([kind(-2) * (kind(1) - x) - kind(400) * x * (y - x * x), kind(200) * (y - x * x)])
        p = p - kind(1e-3) * slope.astype(kind)
        seen.append(p)
    assert not np.array_equal(seen[1], seen[2])
    np.testing.assert_array_equal(seen[3], seen[4])


def test_paths_that_overflow_are_told_and_change_the_answer():
    found = ls.labs.precision(learning_rate=0.01).run()
    assert "beyond all numbers" in found.sheet().title
    assert ls.labs.precision.question.right(found) == 2
    assert not any("stalls" in claim.sentence for claim in found.claims)
    assert found.data["repeated"] == 0.0
    assert ls.labs.precision.question.right(ls.labs.precision().run()) == 1


def test_a_precision_that_an_operation_lacks_is_refused_in_a_sentence():
    with pytest.raises(ls.LandscapeError, match="linear equations are solved in float32") as error:
        ls.labs.precision(operation="solution", number="float16").run()
    assert "take number=float32" in str(error.value)
    module = sys.modules["landscape.labs.precision"]
    assert module.errors("solution", "float32")[1].max() < 1e-4
    sizes, error = module.errors("sum", "bfloat16")
    assert error[sizes == 2048][0] > 0.5  # the sum stops growing: 256 + 1 is 256


class TestContract(Contract):
    lab = "precision"
