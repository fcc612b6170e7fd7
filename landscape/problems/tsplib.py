"""Files of cities: TSPLIB's for the symmetric travelling salesman (Reinelt 1991), and plain lists of points.

Distances are those of TSPLIB to the last digit: whole numbers, rounded as its manual says (Reinelt 1995).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from landscape.parameters import LandscapeError
from landscape.problems.distances import METRICS, between, degrees
from landscape.problems.numbers import number

MOST = 2_000  # cities: the distances of more would not fit beside everything else
KEYS = ("NAME", "TYPE", "COMMENT", "DIMENSION", "EDGE_WEIGHT_TYPE", "EDGE_WEIGHT_FORMAT", "EDGE_DATA_FORMAT",
        "NODE_COORD_TYPE", "DISPLAY_DATA_TYPE", "CAPACITY")  # fmt: skip
SECTIONS = ("NODE_COORD_SECTION", "EDGE_WEIGHT_SECTION", "DISPLAY_DATA_SECTION", "FIXED_EDGES_SECTION", "TOUR_SECTION",
            "EDGE_DATA_SECTION", "DEPOT_SECTION", "DEMAND_SECTION")  # fmt: skip
KINDS = {"ATSP": "asymmetric", "CVRP": "vehicle routing", "HCP": "Hamiltonian cycle", "SOP": "sequential ordering",
         "TOUR": "a tour, not cities"}  # fmt: skip
PLAIN = re.compile(r"[-+.\d]")  # how a line of coordinates begins


class Cities(NamedTuple):
    distances: np.ndarray  # (n, n), symmetric, 0 on the diagonal
    places: np.ndarray | None  # (n, 2) to draw them at; of GEO longitude and latitude in degrees


class Line(NamedTuple):
    number: int
    words: list[str]


class Said(NamedTuple):
    """What a line of the header says."""

    value: str
    line: int


def read(text: str, rounded: bool = True) -> Cities:
    """The cities of a text in TSPLIB's format, or one with two coordinates a line.

    LandscapeError where it is neither, with the number of the line and what was expected there.
    """
    lines = [Line(i + 1, row.split()) for i, row in enumerate(text.lstrip("\ufeff").splitlines()) if row.strip()]
    if not lines:
        raise LandscapeError("There are no cities in this text; give two or more.")
    if any(_keyword(line) for line in lines):
        return _tsplib(lines, rounded)
    named = not PLAIN.match(lines[0].words[0])  # the first line holds the names of columns
    return points(((f"Line {line.number}", " ".join(line.words)) for line in lines[named:]), rounded)


def points(rows: Iterator[tuple[str, str]], rounded: bool = True) -> Cities:
    """Cities at plain points: `rows` are (where it stands, its two coordinates) with a comma or a space between."""
    found = []
    for where, row in rows:
        words = row.replace(",", " ").replace(";", " ").split()
        if len(words) != 2:
            raise LandscapeError(f"{where}: expected two coordinates such as 12.5 40, found '{row[:60]}'.")
        found.append([number(word, where, "a coordinate") for word in words])
        if len(found) > MOST:
            raise LandscapeError(f"{where}: more than {MOST:,} cities do not fit here; give fewer.")
    _count(len(found))
    places = np.array(found)
    if rounded and 0 < np.ptp(places, axis=0).max() < 10:
        raise LandscapeError(
            f"These points lie within {np.ptp(places, axis=0).max():.3g} of one another, and whole-number distances "
            "would make most of them equal; multiply the coordinates by 100, or take rounded=false."
        )
    return Cities(between(places, "EUC_2D", rounded), places)


def _upper(shift: int):
    return lambda count: np.triu_indices(count, shift)


def _lower(shift: int):
    return lambda count: np.tril_indices(count, -shift)


# Which cell each number of an explicit matrix belongs to; by columns it is the other triangle by rows.
CELLS: dict[str, Callable] = {
    "FULL_MATRIX": lambda count: tuple(each.ravel() for each in np.indices((count, count))),
    "UPPER_ROW": _upper(1),
    "LOWER_ROW": _lower(1),
    "UPPER_DIAG_ROW": _upper(0),
    "LOWER_DIAG_ROW": _lower(0),
    "UPPER_COL": _lower(1),
    "LOWER_COL": _upper(1),
    "UPPER_DIAG_COL": _lower(0),
    "LOWER_DIAG_COL": _upper(0),
}


def _tsplib(lines: list[Line], rounded: bool) -> Cities:
    header, sections = _split(lines)
    _check_kind(*header.get("TYPE", Said("TSP", 0)))
    if "FIXED_EDGES_SECTION" in sections:
        raise LandscapeError("FIXED_EDGES_SECTION is not known here: every road is free; give a file without it.")
    count = _dimension(header)
    metric = _known(header, "EDGE_WEIGHT_TYPE", ("EXPLICIT", *METRICS))
    if metric != "EXPLICIT":
        places = _places(sections, "NODE_COORD_SECTION", count, f"EDGE_WEIGHT_TYPE {metric}")
        shown = degrees(places)[:, ::-1] if metric == "GEO" else places
        return Cities(between(places, metric, rounded), shown)
    distances = _matrix(sections, _known(header, "EDGE_WEIGHT_FORMAT", tuple(CELLS)), count)
    drawn = next((name for name in ("DISPLAY_DATA_SECTION", "NODE_COORD_SECTION") if name in sections), None)
    return Cities(distances, _places(sections, drawn, count) if drawn else None)


def _check_kind(kind: str, line: int) -> None:
    """Raise unless a file is of TYPE TSP; words behind that say no more."""
    kind = (kind.split() or [""])[0].upper()
    if kind != "TSP":
        what = f" ({KINDS[kind]})" if kind in KINDS else ""
        why = "distances there and back differ; " if kind == "ATSP" else ""
        raise LandscapeError(
            f"Line {line}: this file is of TYPE '{kind[:20]}'{what}: {why}give a file of TYPE TSP, which is symmetric."
        )


def _known(header: dict[str, Said], key: str, known: tuple[str, ...]) -> str:
    """One of the words that a line of the header may say."""
    if key not in header:
        raise LandscapeError(f"{key} is missing; known are {', '.join(known)}.")
    value, line = header[key]
    if value.upper() not in known:
        raise LandscapeError(f"Line {line}: {key} '{value[:20]}' is not known here; known are {', '.join(known)}.")
    return value.upper()


def _keyword(line: Line) -> str:
    """The word of TSPLIB that a line begins with, or nothing."""
    word = line.words[0].split(":")[0].upper()
    return word if word in KEYS or word in SECTIONS or word == "EOF" else ""


def _split(lines: list[Line]) -> tuple[dict[str, Said], dict[str, list[Line]]]:
    """The header by its words, and the lines of each section."""
    header: dict[str, Said] = {}
    sections: dict[str, list[Line]] = {}
    current: list[Line] | None = None
    for line in lines:
        word = _keyword(line)
        if word == "EOF":
            break
        if word in SECTIONS:
            current = sections.setdefault(word, [])
        elif word:
            _, _, value = " ".join(line.words).partition(":")
            header[word], current = Said(value.strip() or " ".join(line.words[1:]), line.number), None
        elif current is None:
            raise LandscapeError(
                f"Line {line.number}: expected a word of TSPLIB such as DIMENSION: 52 or NODE_COORD_SECTION, found "
                f"'{' '.join(line.words)[:60]}'."
            )
        else:
            current.append(line)
    return header, sections


def _dimension(header: dict[str, Said]) -> int:
    if "DIMENSION" not in header:
        raise LandscapeError("DIMENSION is missing; give the number of cities, as in DIMENSION: 52.")
    given, line = header["DIMENSION"]
    if not given.isdecimal() or len(given) > 9:
        raise LandscapeError(
            f"Line {line}: DIMENSION is '{given[:20]}'; give the number of cities, as in DIMENSION: 52."
        )
    _count(int(given))
    return int(given)


def _count(count: int) -> None:
    if count < 2:
        raise LandscapeError(f"{'One city needs' if count else 'No cities need'} no tour; give two cities or more.")
    if count > MOST:
        raise LandscapeError(f"{count:,} cities are more than fit here; give {MOST:,} or fewer.")


def _places(sections: dict[str, list[Line]], name: str, count: int, why: str = "") -> np.ndarray:
    """The coordinates (n, 2) of a section, in the order of the numbers 1 … n that its lines begin with."""
    if name not in sections:
        raise LandscapeError(f"There is no {name}, which {why} needs; add it, one line 'number x y' for each city.")
    rows = sections[name]
    places, seen = np.full((count, 2), np.nan), {}
    for line in rows:
        where = f"Line {line.number}"
        if len(line.words) != 3:
            raise LandscapeError(f"{where}: expected 'number x y' of a city, found '{' '.join(line.words)[:60]}'.")
        city = number(line.words[0], where, "the number of a city")
        if not 1 <= city <= count or city % 1:
            raise LandscapeError(f"{where}: city {line.words[0][:20]} is none of 1 … {count} (DIMENSION).")
        if city in seen:
            raise LandscapeError(f"{where}: city {city:.0f} stands on line {seen[city]} already.")
        seen[city] = line.number
        places[int(city) - 1] = [number(word, where, "a coordinate") for word in line.words[1:]]
    if len(rows) != count:
        last = f", the last on line {rows[-1].number}" if rows else ""
        raise LandscapeError(f"{name} has {len(rows)} cities{last}, and DIMENSION says {count}; make them agree.")
    return places


def _matrix(sections: dict[str, list[Line]], form: str, count: int) -> np.ndarray:
    """The distances (n, n) of an explicit matrix in this form."""
    if "EDGE_WEIGHT_SECTION" not in sections:
        raise LandscapeError("There is no EDGE_WEIGHT_SECTION, which EXPLICIT distances need; add their matrix.")
    cells = np.array(CELLS[form](count))
    words = [(word, line.number) for line in sections["EDGE_WEIGHT_SECTION"] for word in line.words]
    if len(words) != cells.shape[1]:
        last = f", the last on line {words[-1][1]}" if words else ""
        raise LandscapeError(
            f"EDGE_WEIGHT_SECTION has {len(words):,} numbers{last}, and {form} of {count} cities needs "
            f"{cells.shape[1]:,}; check DIMENSION and EDGE_WEIGHT_FORMAT."
        )
    i, j = cells[:, cells[0] != cells[1]]  # what stands on the diagonal means nothing
    off = np.flatnonzero(cells[0] != cells[1])
    numbers = [_distance(*words[k]) for k in off]
    distances = np.zeros((count, count))
    distances[i, j] = numbers
    if form != "FULL_MATRIX":
        return distances + distances.T
    _check_symmetric(distances)
    return distances


def _check_symmetric(distances: np.ndarray) -> None:
    differ = np.argwhere(distances != distances.T)
    if len(differ):
        i, j = differ[0]
        raise LandscapeError(
            f"The matrix is asymmetric: from city {i + 1} to {j + 1} it is {distances[i, j]:g}, and back "
            f"{distances[j, i]:g}; give one distance for both."
        )


def _distance(word: str, line: int) -> float:
    if word.lower().lstrip("+") in ("inf", "infinity", "nan"):
        raise LandscapeError(
            f"Line {line}: '{word[:20]}' is no distance; where there is no road write a number longer than any tour."
        )
    apart = number(word, f"Line {line}", "a distance")
    if apart < 0:
        raise LandscapeError(f"Line {line}: the distance {word[:20]} is negative; give 0 or more.")
    return apart
