"""DIMACS files: what they say, and the line of what they should not."""

import numpy as np
import pytest

from landscape import LandscapeError
from landscape.problems import dimacs


def test_a_formula_over_several_lines_with_comments():
    read = dimacs.formula("c one\np cnf 3 4\nc two\n1 -2 0 3\n-1\n0\n\n0 -3 0\n%\n0\n")
    assert read == (3, [(1, -2), (3, -1), (), (-3,)], [1.0] * 4, [False] * 4)


def test_weights_of_the_old_style_and_of_the_new_one():
    old = dimacs.formula("p wcnf 2 3 10\n10 1 0\n3 -1 2 0\n2.5 -2 0\n")
    new = dimacs.formula("c new\nh 1 0\n3 -1 2 0\n2.5 -2 0\n")
    assert old == new == (2, [(1,), (-1, 2), (-2,)], [1.0, 3.0, 2.5], [True, False, False])
    assert dimacs.formula("p wcnf 1 1\n7 1 0\n") == (1, [(1,)], [7.0], [False])
    large = 2**64 - 1  # no float is this number
    assert dimacs.formula(f"p wcnf 1 2 {large}\n{large} 1 0\n5 -1 0\n").hard == [True, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Line 1 is ''; expected the line 'p cnf VARIABLES CLAUSES'"),
        ("c a\n1 2 0\n", "Line 2 is '1 2 0'; expected the line 'p cnf VARIABLES CLAUSES' .* before any clause"),
        ("1 0\np cnf 1 1\n", "Line 1 is '1 0'; expected the line 'p cnf"),
        ("p cnf 2\n", "Line 1 is 'p cnf 2'; expected 'p cnf VARIABLES CLAUSES'"),
        ("p dnf 2 1\n1 0\n", "Line 1 is 'p dnf 2 1'"),
        ("p cnf x 1\n1 0\n", "Line 1 is 'p cnf x 1'"),
        ("p cnf -1 1\n1 0\n", "Line 1 is 'p cnf -1 1'"),
        ("p cnf 9999999 1\n1 0\n", "at most 100,000 variables"),
        ("p cnf 2 1\np cnf 2 1\n1 0\n", "Line 2 is .*one line p only, as there is one in line 1"),
        ("p cnf 2 1\n1 x 0\n", "Line 2 is '1 x 0'; expected whole numbers from -2 to 2"),
        ("p cnf 2 1\n\n1 -3 0\n", "Line 3 is '1 -3 0'; expected whole numbers from -2 to 2"),
        ("p cnf 2 1\n1 2\n", "The clause that begins in line 2 has no 0 at its end"),
        ("p cnf 2 3\n1 0\n2 0\n", "Line 1 says 3 clauses, but 2 follow"),
        ("p cnf 2 0\n", "no clauses"),
        ("p wcnf 2 1 5\n-1 2 0\n", "Line 2 is '-1 2 0'; expected a clause that begins with its weight"),
        ("p wcnf 2 1 x\n1 2 0\n", "Line 1 is .*the weight of hard clauses"),
        ("p wcnf 2 1\nh 2 0\n", "Line 2 is 'h 2 0'; expected a clause that begins with its weight, a number above 0"),
        ("h 1 0\nh 2 -100001 0\n", "Line 2 is 'h 2 -100001 0'; expected at most 100,000 variables"),
        ("h 1 0\n0 2 0\n", "Line 2 is '0 2 0'; expected a clause .* or h where it is hard"),
    ],
)
def test_what_is_no_formula_is_refused_with_its_line(text, words):
    with pytest.raises(LandscapeError, match=words):
        dimacs.formula(text)


@pytest.mark.parametrize("said", [2, 3, 4])  # edges, lines, both directions of each
def test_edges_that_stand_twice_count_once(said):
    size, edges = dimacs.graph(f"c g\np col 4 {said}\nn 1 5\ne 1 2\ne 2 1\ne 4 2\n")
    assert size == 4
    np.testing.assert_array_equal(edges, [[0, 1], [1, 3]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("c only\n", "There is no line 'p edge VERTICES EDGES'"),
        ("e 1 2\n", "Line 1 is 'e 1 2'; expected the line 'p edge VERTICES EDGES' before any edge"),
        ("p edge 3\n", "Line 1 is 'p edge 3'; expected one line 'p edge VERTICES EDGES'"),
        ("p edge 0 0\n", "Line 1 is 'p edge 0 0'"),
        ("p edge 99999 0\n", "at most 20,000 vertices"),
        ("p edge 3 1\np edge 3 1\ne 1 2\n", "Line 2 is 'p edge 3 1'; expected one line"),
        ("p edge 3 1\ne 1 4\n", "Line 2 is 'e 1 4'; expected two vertices from 1 to 3"),
        ("p edge 3 1\ne 0 2\n", "Line 2 is 'e 0 2'; expected two vertices from 1 to 3"),
        ("p edge 3 1\ne 1 2 3\n", "Line 2 is 'e 1 2 3'; expected two vertices"),
        ("p edge 3 1\ne 2 2\n", "Line 2 is 'e 2 2'; expected two different vertices: 2 is joined to itself"),
        ("p edge 3 1\n1 2\n", "Line 2 is '1 2'; expected an edge 'e VERTEX VERTEX'"),
        ("p edge 3 5\ne 1 2\n", "Line 1 says 5 edges, but 1 follow"),
    ],
)
def test_what_is_no_graph_is_refused_with_its_line(text, words):
    with pytest.raises(LandscapeError, match=words):
        dimacs.graph(text)
