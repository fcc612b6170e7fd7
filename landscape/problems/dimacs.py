"""Readers of the DIMACS formats: formulas (cnf; wcnf of both styles) and graphs (col).

Whatever is malformed is refused with the number of its line and what is expected there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

import numpy as np

from landscape.parameters import LandscapeError
from landscape.problems.numbers import HIGHEST, parsed

MOST_VARIABLES = 100_000
MOST_VERTICES = 20_000
FORMULA = "'p cnf VARIABLES CLAUSES' or 'p wcnf VARIABLES CLAUSES TOP'"


class Formula(NamedTuple):
    """Clauses of literals: 3 is the third variable, −3 its opposite."""

    variables: int
    clauses: list[tuple[int, ...]]
    weights: list[float]  # of each clause; 1 where there are none, and of hard clauses
    hard: list[bool]  # which clauses must hold


class Head(NamedTuple):
    """What the line p says, or what stands for it in new wcnf files, which have none."""

    line: int
    weighted: bool
    variables: int
    clauses: int
    top: float  # a clause of this weight or more is hard; often too large a whole number for a float


def lines(text: str, comments: str) -> Iterator[tuple[int, list[str]]]:
    """The number and the words of each line that is neither empty nor begins with one of these characters."""
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        words = line.split()
        if words and words[0][0] not in comments:
            yield number, words


def refuse(number: int, words: list[str], expected: str) -> NoReturn:
    """Raise the sentence about a line."""
    told = " ".join(words)
    raise LandscapeError(f"Line {number} is '{told[:60]}{'…' * (len(told) > 60)}'; expected {expected}.")


def whole(word: str) -> int | None:
    """A whole number, or None; of 20 digits at most, as the weights of hard clauses have."""
    return int(word) if re.fullmatch(r"[+-]?[0-9]{1,20}", word) else None


def formula(text: str) -> Formula:
    """The formula in a cnf or wcnf file; without a line p and with hard clauses it is one of the new style.

    A line of % ends the formula, as in the files of SATLIB. Raises LandscapeError.
    """
    read = []
    for number, words in lines(text, "c"):
        if words[0] == "%":
            break
        read.append((number, words))
    head = _head(read, any(words[0] == "h" for _, words in read))
    made = _clauses(read, head)
    if head.line and len(made.clauses) != head.clauses:
        raise LandscapeError(f"Line {head.line} says {head.clauses:,} clauses, but {len(made.clauses):,} follow.")
    if not made.clauses or not made.variables:
        raise LandscapeError("The formula has no clauses of any variable: there is nothing to satisfy.")
    return made


def _head(read: list[tuple[int, list[str]]], weighted: bool) -> Head:
    found = [(line, words) for line, words in read if words[0] == "p"]
    if not found:
        if not weighted:
            refuse(*(read[0] if read else (1, [])), f"the line {FORMULA} before any clause")
        return Head(0, True, _highest(read), len(read), math.inf)
    line, words = found[0]
    sizes = [whole(word) for word in words[2:4]]
    kinds = {"cnf": (4,), "wcnf": (4, 5)}.get(words[1] if len(words) > 1 else "", ())
    if len(words) not in kinds or None in sizes or min(sizes) < 0:
        refuse(line, words, FORMULA)
    if sizes[0] > MOST_VARIABLES:
        refuse(line, words, f"at most {MOST_VARIABLES:,} variables")
    if len(found) > 1:
        refuse(*found[1], f"one line p only, as there is one in line {line}")
    if read[0][0] != line:
        refuse(*read[0], f"the line {FORMULA} before any clause")
    top = (whole(words[4]) or 0) if len(words) == 5 else math.inf
    if top <= 0:
        refuse(line, words, "a whole number above 0 as the weight of hard clauses")
    return Head(line, words[1] == "wcnf", *sizes, top)


def _highest(read: list[tuple[int, list[str]]]) -> int:
    """The highest variable of a formula whose lines are a clause each, behind its weight."""
    highest = 0
    for number, words in read:
        highest = max(highest, *(abs(whole(word) or 0) for word in words[1:]), 0)
        if highest > MOST_VARIABLES:
            refuse(number, words, f"at most {MOST_VARIABLES:,} variables")
    return highest


def _clauses(read: list[tuple[int, list[str]]], head: Head) -> Formula:
    """All clauses: a clause goes up to its 0, over as many lines as it takes."""
    made = Formula(head.variables, [], [], [])
    literals: list[int] | None = None
    first = 0
    for number, words in read:
        for word in [] if number == head.line else words:
            if literals is None:
                literals, first = [], number
                weight = _weight(number, words, word, head) if head.weighted else 1.0
                made.hard.append(weight is None)
                made.weights.append(1.0 if weight is None else weight)
                if head.weighted:
                    continue
            literal = whole(word)
            if literal is None or abs(literal) > head.variables:
                refuse(number, words, f"whole numbers from -{head.variables} to {head.variables}, and 0 at the end")
            if literal == 0:
                made.clauses.append(tuple(literals))
                literals = None
            else:
                literals.append(literal)
    if literals is not None:
        raise LandscapeError(f"The clause that begins in line {first} has no 0 at its end; write one.")
    return made


def _weight(line: int, words: list[str], word: str, head: Head) -> float | None:
    """The weight that a clause begins with; None of a hard one."""
    if not head.line and word == "h":
        return None
    if (whole(word) or 0) >= head.top:
        return None
    weight = parsed(word)
    if not weight > 0:
        also = "" if head.line else ", or h where it is hard"
        refuse(line, words, f"a clause that begins with its weight, a number above 0, at most {HIGHEST:g}{also}")
    return None if weight >= head.top else weight


def graph(text: str) -> tuple[int, np.ndarray]:
    """How many vertices the graph in a col file has, and its edges (m, 2) from 0 on, each once, the lower end first.

    The line p may count edges once, or both directions where both are listed. Raises LandscapeError.
    """
    head: tuple[int, list[str]] | None = None
    edges: set[tuple[int, int]] = set()
    vertices = count = listed = 0
    for number, words in lines(text, "c"):
        if words[0] == "p":
            sizes = [whole(word) for word in words[2:]]
            known = len(words) == 4 and words[1] in ("edge", "edges", "col")
            if not known or None in sizes or sizes[0] < 1 or sizes[1] < 0 or head:
                refuse(number, words, "one line 'p edge VERTICES EDGES'")
            head, (vertices, count) = (number, words), sizes
            if vertices > MOST_VERTICES:
                refuse(number, words, f"at most {MOST_VERTICES:,} vertices")
        elif not head:
            refuse(number, words, "the line 'p edge VERTICES EDGES' before any edge")
        elif words[0] == "e":
            edges.add(edge(number, words, words[1:], vertices))
            listed += 1
        elif words[0] != "n":
            refuse(number, words, "an edge 'e VERTEX VERTEX'")
    if not head:
        raise LandscapeError("There is no line 'p edge VERTICES EDGES'; a graph begins with it.")
    if count not in (listed, len(edges), 2 * len(edges)):
        raise LandscapeError(f"Line {head[0]} says {count:,} edges, but {listed:,} follow.")
    return vertices, np.array(sorted(edges), np.int32).reshape(-1, 2)


def edge(number: int, words: list[str], ends: list[str], vertices: int, loops: bool = False) -> tuple[int, int]:
    """Two vertices from 0 on, the lower first, of an edge as it is written."""
    both = [whole(end) for end in ends]
    if len(both) != 2 or None in both or not 1 <= min(both) <= max(both) <= vertices:
        refuse(number, words, f"two vertices from 1 to {vertices}")
    if both[0] == both[1] and not loops:
        refuse(number, words, f"two different vertices: {both[0]} is joined to itself")
    return min(both) - 1, max(both) - 1
