"""Parameters: the signature of a factory is its schema."""

from typing import Annotated

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given

from landscape import Choice, LandscapeError, Level, Range
from landscape.parameters import nearest, parameters_of


def factory(
    *,
    rate: Annotated[float, Range(1e-3, 1.0, log=True), "how fast"] = 0.1,
    size: Annotated[int, Range(2, 10)] = 4,
    law: Annotated[str, Choice("near", "far")] = "near",
    inverse: bool = False,
    level: Annotated[float | None, Level()] = None,
):
    """A factory of nothing."""


def test_signature_gives_names_in_order_with_defaults_and_help():
    found = parameters_of(factory)
    assert list(found) == ["rate", "size", "law", "inverse", "level"]
    assert [parameter.default for parameter in found.values()] == [0.1, 4, "near", False, None]
    assert found["rate"].help == "how fast"
    assert found["size"].help == ""
    assert found["rate"].kind == Range(1e-3, 1.0, log=True)


def test_only_numbers_that_may_vary_are_traced():
    static = {name: parameter.static for name, parameter in parameters_of(factory).items()}
    assert static == {"rate": False, "size": True, "law": True, "inverse": True, "level": False}


def test_positional_arguments_are_no_parameters():
    def prepared(data, *, law: Annotated[str, Choice("a", "b")] = "a"):
        return data, law

    assert list(parameters_of(prepared)) == ["law"]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(allow_nan=True, allow_infinity=True))
def test_range_accepts_exactly_the_legal_finite_numbers(a, b, value):
    assume(a < b)
    kind = Range(a, b, legal=(a, b))
    if np.isfinite(value) and a <= value <= b:
        kind.check(value, "x")
    else:
        with pytest.raises(LandscapeError, match="is outside"):
            kind.check(value, "x")


@pytest.mark.parametrize(
    ("legal", "words"),
    [
        ((-np.inf, np.inf), "the finite numbers"),
        ((0.0, np.inf), "the numbers from 0 on"),
        ((0.0, 0.99999), "0 … 0.99999"),
    ],
)
def test_range_says_what_is_legal(legal, words):
    with pytest.raises(LandscapeError, match=f"x is outside {words}"):
        Range(0.0, 1.0, legal=legal).check(np.nan, "x")


def test_slider_does_not_limit_what_is_legal():
    Range(0.0, 1.0).check(1e9, "x")


@pytest.mark.parametrize("value", [4, 8, 40, np.int64(12)])
def test_multiples_are_legal(value):
    Range(4, 40, legal=(4, 1000), multiple=4).check(value, "x")


@pytest.mark.parametrize("value", [5, 6, 7, 42])
def test_range_refuses_what_is_no_multiple_and_says_what_is(value):
    with pytest.raises(LandscapeError, match=f"x={value} is no multiple of 4; give 4, 8, 12, …"):
        Range(4, 40, legal=(4, 1000), multiple=4).check(value, f"x={value}")


def test_a_slider_holds_its_multiples_and_any_number_between_its_ends_without():
    held = [value for value in range(50) if Range(4, 40, multiple=4).holds(value)]
    assert held == list(range(4, 41, 4))
    assert Range(0.0, 1.0).holds(0.3)
    assert not Range(0.0, 1.0).holds(1.1)


@pytest.mark.parametrize("value", ["1", True, None, 1j, object()])
def test_range_refuses_what_is_no_number(value):
    with pytest.raises(LandscapeError, match="is not a number; give one like 0 or a schedule"):
        Range(0.0, 1.0).check(value, "x")


def test_range_checks_every_element_of_an_array():
    kind = Range(0.0, 1.0, legal=(0.0, 1.0))
    kind.check(np.array([0.0, 0.5, 1.0]), "x")
    with pytest.raises(LandscapeError, match="outside"):
        kind.check(np.array([0.5, 1.5]), "x")


@pytest.mark.parametrize("value", [2.0, True, "3", None])
def test_whole_number_parameter_refuses_others(value):
    with pytest.raises(LandscapeError, match=r"thing\(size=.*is not a whole number; give one in the finite numbers"):
        parameters_of(factory)["size"].check(value, "thing")


def test_choice_lists_its_options():
    with pytest.raises(LandscapeError, match="is not one of the options: near, far"):
        parameters_of(factory)["law"].check("nowhere", "thing")


def test_positive_level_refuses_zero():
    Level().check(0.0, "x")
    with pytest.raises(LandscapeError, match="outside"):
        Level(positive=True).check(0.0, "x")


def test_an_unannotated_parameter_is_a_mistake_of_the_author():
    def careless(*, rate=0.1):
        return rate

    def endless(*, rate: Annotated[float, Range(0.0, 1.0)]):
        return rate

    for wrong in (careless, endless):
        with pytest.raises(TypeError, match="annotate rate with a Range, a Choice or the like and give it a default"):
            parameters_of(wrong)


def test_nearest_suggests_one_or_lists_twelve():
    names = [f"name{i}" for i in range(20)]
    assert nearest("nam3", names) == "Did you mean 'name3'?"
    listed = nearest("xyz", names)
    assert listed.startswith("Known: name0, name1")
    assert listed.count("name") == 12
    assert listed.endswith(", ….")
