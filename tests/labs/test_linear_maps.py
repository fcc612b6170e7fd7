"""Maps of the plane: what is linear, determinants, and pictures of one's own."""

import importlib

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from lab_contract import Contract

from landscape import labs
from landscape.labs.functions import images
from landscape.parameters import LandscapeError

module = importlib.import_module("landscape.labs.linear_maps")
NUMBERS = st.floats(-3, 3)


@pytest.mark.lab
@settings(max_examples=40, deadline=None)
@given(map=st.sampled_from(module.MAPS), angle=st.floats(-180, 180), amount=NUMBERS, across=NUMBERS)
def test_each_kind_is_what_its_name_says(map, angle, amount, across):
    matrix, shift = module.made(map, angle, amount, across)
    square, det = matrix.T @ matrix, np.linalg.det(matrix)
    if map in ("rotation", "reflection"):
        np.testing.assert_allclose(square, np.eye(2), atol=1e-12)
        assert det == pytest.approx(1.0 if map == "rotation" else -1.0)
    elif map == "scaling":
        assert det == pytest.approx(amount * across, abs=1e-12)
    elif map in ("shear", "translation"):
        assert det == pytest.approx(1.0)
    tested = module._tested(matrix, shift)
    if map == "translation":
        assert tested["additivity"] == pytest.approx(abs(amount), abs=1e-12)
        np.testing.assert_allclose(np.hypot(*shift), abs(amount))
    else:
        assert max(tested["additivity"], tested["scaling"]) < 1e-10
        assert not shift.any()
    assert max(tested["space"], tested["same"]) < 1e-10  # three coordinates mend it


@pytest.mark.lab
@pytest.mark.parametrize("map", module.MAPS)
def test_its_claims_hold_at_other_numbers(map):
    found = labs.linear_maps(map=map, angle=45.0, amount=-1.7, across=0.0, picture="house").run()
    assert all(claim.holds for claim in found.claims)
    np.testing.assert_allclose(
        found.data["moved"], found.data["corners"] @ found.data["matrix"].T + found.data["shift"], atol=1e-12
    )


def test_homogeneous_matrices_multiply_as_maps_follow_each_other():
    one, two = module.made("translation", 20.0, 1.5, 0.0), module.made("rotation", 75.0, 0.0, 0.0)
    both = module.homogeneous(*two) @ module.homogeneous(*one)
    at = np.array([0.3, -0.8])
    after = two[0] @ (one[0] @ at + one[1]) + two[1]
    np.testing.assert_allclose(both @ [*at, 1.0], [*after, 1.0], atol=1e-12)


def test_the_way_there_starts_at_the_identity():
    for map in module.MAPS:
        matrix, shift = module.made(map, 60.0, 1.4, 0.5, share=0.0)
        np.testing.assert_allclose(matrix, np.eye(2), atol=1e-15)
        assert not shift.any()


def test_pixels_are_carried_and_cover_what_was_drawn():
    rows = [["f"] * 24 for _ in range(24)]
    rows[0][0] = rows[0][1] = "0"
    rows[23][23] = "7"
    text = "pixels:" + "".join("".join(row) for row in rows)
    found = labs.linear_maps(picture=text, map="rotation", angle=0.0).run()
    corners = found.data["corners"]
    assert corners.shape == (2, 4, 2)
    assert corners[0].min(axis=0) == pytest.approx([-1.0, 1.0 - 1 / 12])
    assert np.ptp(corners[0], axis=0) == pytest.approx([2 / 12, 1 / 12])
    for name in images.DRAWN:
        x, y = (np.roll(images.shapes(name)[..., k], -1, axis=1) for k in (0, 1))
        here = images.shapes(name)
        area = 0.5 * np.sum(here[..., 0] * y - x * here[..., 1])  # the shoelace formula
        assert area * 144 == pytest.approx(np.sum(images.greys(name) < images.DARK))


@pytest.mark.parametrize(
    ("picture", "told"),
    [("cat", "There is no picture 'cat'"), ("pixels:", "has 0 digits"), ("pixels:" + "f" * 576, "is empty"),
     ("pixels:" + "g" * 576, "digit 'g'")],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_a_sentence(picture, told):
    with pytest.raises(LandscapeError, match=told):
        labs.linear_maps(picture=picture).run()


class TestContract(Contract):
    lab = "linear_maps"
