"""TSPLIB's files: every format gives the same distances, and whatever is wrong is said in one sentence."""

import numpy as np
import pytest

from landscape.parameters import LandscapeError
from landscape.problems import tsplib
from landscape.problems.distances import between, degrees, laid_out

MATRIX = np.array([[0, 3, 7, 4], [3, 0, 2, 9], [7, 2, 0, 5], [4, 9, 5, 0]], float)
FORMATS = {
    "FULL_MATRIX": "0 3 7 4 3 0 2 9 7 2 0 5 4 9 5 0",
    "UPPER_ROW": "3 7 4\n2 9\n5",
    "LOWER_ROW": "3\n7 2\n4 9 5",
    "UPPER_DIAG_ROW": "0 3 7 4\n0 2 9\n0 5\n0",
    "LOWER_DIAG_ROW": "0\n3 0\n7 2 0\n4 9 5 0",
    "UPPER_COL": "3\n7 2\n4 9 5",
    "LOWER_COL": "3 7 4\n2 9\n5",
    "UPPER_DIAG_COL": "0\n3 0\n7 2 0\n4 9 5 0",
    "LOWER_DIAG_COL": "0 3 7 4\n0 2 9\n0 5\n0",
}


def explicit(form: str, numbers: str, count: int = 4, more: str = "") -> str:
    return (
        f"NAME: own\nTYPE: TSP\nDIMENSION: {count}\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: {form}\n"
        f"EDGE_WEIGHT_SECTION\n{numbers}\n{more}EOF\n"
    )


def placed(rows: str, kind: str = "EUC_2D", count: int | str = 3, head: str = "TYPE : TSP") -> str:
    return f"{head}\nDIMENSION : {count}\nEDGE_WEIGHT_TYPE : {kind}\nNODE_COORD_SECTION\n{rows}\nEOF\n"


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_a_matrix(form):
    broken = FORMATS[form].replace(" ", "\n", 1)  # lines may be broken anywhere
    for numbers in (FORMATS[form], broken):
        found = tsplib.read(explicit(form, numbers))
        assert np.array_equal(found.distances, MATRIX)
        assert found.places is None


def test_a_diagonal_means_nothing_and_places_to_draw_are_kept():
    text = explicit("FULL_MATRIX", FORMATS["FULL_MATRIX"].replace("0 ", "9999 ", 1),
                    more="DISPLAY_DATA_SECTION\n2 5 6\n1 1 2\n3 7 8\n4 9 9\n")  # fmt: skip
    found = tsplib.read(text)
    assert np.array_equal(found.distances, MATRIX)
    assert found.places.tolist() == [[1, 2], [5, 6], [7, 8], [9, 9]]


# By hand: sides 3 and 4 make 5; 1 and 1 make 1.41; √(25 / 10) = 1.58, rounded 2; √(2 / 10) = 0.447, rounded 0, which
# is less, so 1.
@pytest.mark.parametrize(
    ("kind", "three_four", "one_one"),
    [("EUC_2D", 5, 1), ("CEIL_2D", 5, 2), ("MAN_2D", 7, 2), ("MAX_2D", 4, 1), ("ATT", 2, 1)],
)
def test_distances_are_rounded_as_the_manual_says(kind, three_four, one_one):
    found = tsplib.read(placed("1 0 0\n2 3.0e0 4\n3 1 1", kind)).distances
    assert found[0].tolist() == [0, three_four, one_one]
    assert np.array_equal(found, found.T)


def test_halves_are_rounded_up():
    places = np.array([[0.0, 0.0], [2.5, 0.0], [0.0, 1.5]])
    assert between(places, "EUC_2D")[0].tolist() == [0, 3, 2]
    assert between(places, "MAX_2D")[0].tolist() == [0, 3, 2]
    assert between(places, "EUC_2D", rounded=False)[0].tolist() == [0, 2.5, 1.5]


def test_geographical_places_are_degrees_and_minutes_cut_off_towards_zero():
    assert np.allclose(degrees(np.array([38.24, -5.21])), [38 + 24 / 60, -5 - 21 / 60])
    found = tsplib.read(placed("1 0.00 0.00\n2 0.00 90.00\n3 -45.30 0.00", "GEO"))
    quarter = 6378.388 * 3.141592 / 2
    assert found.distances[0].tolist() == [0, int(quarter + 1), int(quarter * 45.5 / 90 + 1)]
    assert np.allclose(found.places, [[0, 0], [90, 0], [0, -45.5]])  # longitude to the right


def test_plain_lists_of_points():
    for text in ("0 0\n30 40\n60 0\n", "0,0\n30,40\n60,0", "x,y\n0, 0\n\n30, 40\n60; 0\n"):
        assert tsplib.read(text).distances.tolist() == [[0, 50, 60], [50, 0, 50], [60, 50, 0]]


def test_order_and_spelling_of_lines_do_not_matter():
    text = "\ufeffname : a\ndimension:3\nEDGE_WEIGHT_TYPE:EUC_2D\nNODE_COORD_SECTION:\n 3 6 0\n1 0 0\n 2 3 4\n"
    assert tsplib.read(text).distances[0].tolist() == [0, 5, 6]


def test_things_with_distances_alone_are_laid_out():
    places = np.random.default_rng(0).normal(size=(9, 2))
    apart = between(places, "EUC_2D", rounded=False)
    assert np.allclose(between(laid_out(apart), "EUC_2D", rounded=False), apart)
    assert laid_out(np.array([[0.0, 2.0], [2.0, 0.0]])).shape == (2, 2)


BAD = {
    "": "There are no cities in this text; give two or more.",
    "0 0\n": "One city needs no tour; give two cities or more.",
    "Ulm 1 2\nBonn 3 4\n": "Line 2: expected two coordinates such as 12.5 40, found 'Bonn 3 4'.",
    "0 0\n1_000 0\n": "Line 2: expected a coordinate up to ±1e12, found '1_000'.",
    "0 0\n1 2 3\n": "Line 2: expected two coordinates such as 12.5 40, found '1 2 3'.",
    "0 0\n" * 2_003: "Line 2001: more than 2,000 cities do not fit here; give fewer.",
    "0 0\n\n1 inf\n": "Line 3: expected a coordinate up to ±1e12, found 'inf'.",
    "0 0\n1 1\n2 .5": (
        "These points lie within 2 of one another, and whole-number distances would make most of them equal; "
        "multiply the coordinates by 100, or take rounded=false."
    ),
    placed("1 0 0\n2 3 4\n3 1 x"): "Line 7: expected a coordinate up to ±1e12, found 'x'.",
    placed("1 0 0\n2 3\n3 1 1"): "Line 6: expected 'number x y' of a city, found '2 3'.",
    placed("1 0 0\n2 3 4\n2 1 1"): "Line 7: city 2 stands on line 6 already.",
    placed("1 0 0\n2 3 4\n4 1 1"): "Line 7: city 4 is none of 1 … 3 (DIMENSION).",
    placed("1 0 0\n2 3 4"): (
        "NODE_COORD_SECTION has 2 cities, the last on line 6, and DIMENSION says 3; make them agree."
    ),
    placed("1 0 0", count=1): "One city needs no tour; give two cities or more.",
    placed("", count=0): "No cities need no tour; give two cities or more.",
    placed("", count=99999): "99,999 cities are more than fit here; give 2,000 or fewer.",
    placed("", count="many"): "Line 2: DIMENSION is 'many'; give the number of cities, as in DIMENSION: 52.",
    "TYPE: TSP\nEDGE_WEIGHT_TYPE: GEO": "DIMENSION is missing; give the number of cities, as in DIMENSION: 52.",
    "TYPE: TSP\nDIMENSION: 3": (
        "EDGE_WEIGHT_TYPE is missing; known are EXPLICIT, EUC_2D, CEIL_2D, MAN_2D, MAX_2D, ATT, GEO."
    ),
    placed("", "XRAY1"): (
        "Line 3: EDGE_WEIGHT_TYPE 'XRAY1' is not known here; known are EXPLICIT, EUC_2D, CEIL_2D, MAN_2D, MAX_2D, "
        "ATT, GEO."
    ),
    "DIMENSION: 3\nEDGE_WEIGHT_TYPE: ATT": (
        "There is no NODE_COORD_SECTION, which EDGE_WEIGHT_TYPE ATT needs; add it, one line 'number x y' for each city."
    ),
    "DIMENSION: 3\n12 13\n": (
        "Line 2: expected a word of TSPLIB such as DIMENSION: 52 or NODE_COORD_SECTION, found '12 13'."
    ),
    placed("", head="TYPE: ATSP"): (
        "Line 1: this file is of TYPE 'ATSP' (asymmetric): distances there and back differ; give a file of TYPE TSP, "
        "which is symmetric."
    ),
    placed("", head="TYPE:"): ("Line 1: this file is of TYPE '': give a file of TYPE TSP, which is symmetric."),
    placed("", head="TYPE: CVRP"): (
        "Line 1: this file is of TYPE 'CVRP' (vehicle routing): give a file of TYPE TSP, which is symmetric."
    ),
    "TYPE: TOUR\nDIMENSION: 3\nTOUR_SECTION\n1\n2\n3\n": (
        "Line 1: this file is of TYPE 'TOUR' (a tour, not cities): give a file of TYPE TSP, which is symmetric."
    ),
    placed("1 0 0\n2 3 4\n3 1 1\nFIXED_EDGES_SECTION\n1 2\n-1"): (
        "FIXED_EDGES_SECTION is not known here: every road is free; give a file without it."
    ),
    explicit("UPPER_ROW", "3 7 4 2 9"): (
        "EDGE_WEIGHT_SECTION has 5 numbers, the last on line 7, and UPPER_ROW of 4 cities needs 6; check "
        "DIMENSION and EDGE_WEIGHT_FORMAT."
    ),
    explicit("FUNCTION", "1"): (
        "Line 5: EDGE_WEIGHT_FORMAT 'FUNCTION' is not known here; known are FULL_MATRIX, UPPER_ROW, LOWER_ROW, "
        "UPPER_DIAG_ROW, LOWER_DIAG_ROW, UPPER_COL, LOWER_COL, UPPER_DIAG_COL, LOWER_DIAG_COL."
    ),
    explicit("UPPER_ROW", "3 7 inf\n2 9\n5"): (
        "Line 7: 'inf' is no distance; where there is no road write a number longer than any tour."
    ),
    explicit("UPPER_ROW", "3 7 4\n2 -9\n5"): "Line 8: the distance -9 is negative; give 0 or more.",
    explicit("UPPER_ROW", "3 7 4\n2 9\nfive"): "Line 9: expected a distance up to ±1e12, found 'five'.",
    explicit("FULL_MATRIX", FORMATS["FULL_MATRIX"].replace("9", "8", 1)): (
        "The matrix is asymmetric: from city 2 to 4 it is 8, and back 9; give one distance for both."
    ),
    "DIMENSION: 2\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW": (
        "There is no EDGE_WEIGHT_SECTION, which EXPLICIT distances need; add their matrix."
    ),
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_wrong_is_said_in_one_sentence(text):
    with pytest.raises(LandscapeError) as told:
        tsplib.read(text)
    assert str(told.value) == BAD[text]
