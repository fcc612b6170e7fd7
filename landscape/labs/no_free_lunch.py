"""No Free Lunch: averages over all functions, then over fewer and fewer, counted exactly."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape.benchmark.no_free_lunch import (
    SEARCHES,
    functions,
    is_closed,
    mean_evaluations,
    permutations,
    sequences,
    ties,
    v_shaped,
)
from landscape.figures.sheet import Bars, Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Question, lab
from landscape.parameters import Range

NAMES = ("climb", "anti-climb", "sweep", "jump")  # the four that are compared, in their slots' order
SOURCE = "doi:10.1109/4235.585893"
CLOSED = "doi:10.1016/S0020-0190(03)00222-9"


def bottoms(of: np.ndarray) -> np.ndarray:
    """How many local minima each function (n, points) of distinct values has: (n,)."""
    sides = np.pad(of, ((0, 0), (1, 1)), constant_values=np.iinfo(np.int64).max)
    return np.sum((of < sides[:, :-2]) & (of < sides[:, 2:]), axis=1)


@lru_cache(maxsize=8)
def classes(points: int) -> tuple[tuple[str, ...], tuple[np.ndarray, ...]]:
    """Sets of functions, each within the last but the V-shaped ones, which are even fewer; and what they are called."""
    every = permutations(points)
    counts = bottoms(every)
    most = int(counts.max())
    names = ["V-shaped", "one valley", *(f"≤ {count} valleys" for count in range(2, most)), "all orders"]
    return tuple(names), (v_shaped(points), *(every[counts <= count] for count in range(1, most + 1)))


@lru_cache(maxsize=8)
def means(points: int) -> tuple[tuple[Fraction, ...], ...]:
    """Mean evaluations until the lowest value: a row for each class, an entry for each search."""
    return tuple(tuple(mean_evaluations(SEARCHES[name], of) for name in NAMES) for of in classes(points)[1])


@lru_cache(maxsize=32)
def counted(points: int, values: int, seen: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """How often each search sees each sequence of `seen` values over all functions (searches, sequences), and those."""
    found = [sequences(SEARCHES[name], functions(points, values), seen) for name in NAMES]
    every = sorted(set().union(*found))
    return np.array([[each[key] for key in every] for each in found]), tuple("".join(map(str, k)) for k in every)


def _answer(finding: Finding) -> int:
    best = finding.data["mean_evaluations"]
    return 2 if np.ptp(best) == 0 else int(best[0] > best[1])


@lab(
    family="search",
    title="No free lunch",
    references=(
        "Wolpert and Macready 1997, No free lunch theorems for optimization, doi:10.1109/4235.585893",
        "Igel and Toussaint 2003, On classes of functions for which no free lunch results hold, "
        "doi:10.1016/S0020-0190(03)00222-9",
    ),
    question=Question(
        "Which search needs fewer evaluations on average to see the lowest value?",
        ("the one that goes on next to the lowest value so far", "the one that goes on next to the highest", "neither"),
        _answer,
        "Over a set that holds every reordering of its functions nothing seen says anything about what is not seen, so "
        "all tie. Where neighbours resemble each other, going on next to what was low finds the lowest sooner.",
    ),
    quick={"points": 5},
)
def no_free_lunch(
    *,
    points: Annotated[int, Range(5, 7, legal=(3, 8)), "of the functions whose class is restricted"] = 7,
    valleys: Annotated[int, Range(0, 4, legal=(0, 8)), "most there may be; 0: V-shaped functions alone"] = 4,
    values: Annotated[int, Range(2, 3, legal=(2, 4)), "of the functions on five points that are all counted"] = 3,
    seen: Annotated[int, Range(1, 4, legal=(1, 5)), "values of each sequence that is counted"] = 3,
):
    """Every search ties over all functions; on fewer functions some are better than others.

    A search chooses the next point from the values it has seen, and over every function there is all searches see each
    sequence of values equally often, so they cannot differ in anything. This is a statement about a uniform prior over
    functions; that it "sort of restates Bayes" is only a gloss. Restrict the functions to those with few valleys and
    the tie ends: then it pays to look next to what was low, while who comes last depends on the class.
    """
    names, sets = classes(points)
    rows = means(points)
    at = min(valleys, len(names) - 1)
    counts, keys = counted(5, values, seen)
    data = {
        "mean_evaluations": np.array([float(mean) for mean in rows[at]]),
        "by_class": np.array([[float(mean) for mean in row] for row in rows]),  # (classes, searches)
        "class_sizes": np.array([len(each) for each in sets]),
        "sequence_counts": counts,  # (searches, sequences)
    }
    sheet = Sheet(
        panels=[
            Panel(
                marks=[Bars(x=list(NAMES), y=data["mean_evaluations"], slots=np.arange(len(NAMES)), across=True,
                            written=[written(mean) for mean in rows[at]])],
                title=f"{len(sets[at]):,} functions: {names[at]}", x="mean evaluations until the lowest value",
                x_range=(0.0, 1.45 * float(max(max(row) for row in rows))),
            ),
            Panel(
                marks=_lines(data["by_class"]),
                title="The tie ends as the class gets smaller", x="most valleys a function may have",
                y="mean evaluations", x_range=(-0.3, len(names) - 0.7), cursor=np.array([at]),
                x_ticks=(np.arange(len(names)), ["V", *map(str, range(1, len(names) - 1)), "all"]),
            ),
        ],
        title=_title(points, names[at], rows[at], len(sets[at])),
        subtitle=f"exact means over every function of the class on {points} points · climb goes on next to the lowest "
        "value so far, anti-climb to the highest",
        columns=2,
    )  # fmt: skip
    return Finding(data, {"means": sheet, "sequences": _counts(counts, keys, values, seen)},
                   _claims(points, at, values, seen, counts))  # fmt: skip


def _title(points: int, name: str, row: tuple[Fraction, ...], count: int) -> str:
    """What the means of a class say."""
    every, best = written(row[0]), min(range(len(NAMES)), key=lambda i: row[i])
    if name == "all orders":
        return f"Over all {count:,} orders of {points} values every search needs {every} evaluations"
    if len(set(row)) == 1:
        return f"Every search needs {every} evaluations {_on(name)}"
    told = f"{NAMES[best].capitalize()} needs {written(row[best])} evaluations {_on(name)}"
    return f"{told}, anti-climb {written(row[1])}"


def _counts(counts: np.ndarray, keys: tuple[str, ...], values: int, seen: int) -> Sheet:
    """How often each search sees each sequence, search by search."""
    ticks = np.unique(np.linspace(0, len(keys) - 1, min(len(keys), 9)).round().astype(int))
    top = 1.25 * counts.max()
    equal = bool((counts == counts[0]).all())
    said = "sees each sequence of values equally often" if equal else "sees other sequences"
    return Sheet(
        panels=[
            Panel(marks=[Bars(x=np.arange(len(keys)), y=row, slot=i, hover=[f"{key}: {n}" for key, n in
                                                                           zip(keys, row, strict=True)])],
                  title=name, x="values seen, in order", y="functions", y_range=(0.0, top),
                  x_ticks=(ticks, [keys[i] for i in ticks]))
            for i, (name, row) in enumerate(zip(NAMES, counts, strict=True))
        ],
        title=f"Over all {values**5:,} functions every search {said}",
        subtitle=f"functions from 5 points to {values} values; the first {seen} values that a search sees, counted",
        columns=2,
    )  # fmt: skip


def _claims(points: int, at: int, values: int, seen: int, counts: np.ndarray) -> tuple[Claim, ...]:
    names, sets = classes(points)
    rows = means(points)
    all_of = [sequences(SEARCHES[name], functions(5, values), m) for m in range(1, 6) for name in NAMES]
    alike = all(all_of[i] == all_of[i - i % len(NAMES)] for i in range(len(all_of)))
    told = [written(mean) for mean in rows[-1]]
    mean = Fraction(points + 1, 2)
    claims = [
        Claim(f"Over all {values**5:,} functions {len(NAMES)} searches see the same sequences, of 1 … 5 values",
              "identical" if alike else "different", "identical", SOURCE, alike),
        Claim(f"Over all {len(sets[-1]):,} orders of {points} values every search has the same mean",
              " = ".join(told), f"{written(mean)} each, exactly", "closed form (n + 1)/2", set(rows[-1]) == {mean}),
    ]  # fmt: skip
    climb, anti, sweep, _ = rows[0]
    claims.append(
        Claim("On V-shaped functions climbing beats sweeping, and sweeping beats anti-climbing",
              f"{written(climb)} < {written(sweep)} < {written(anti)}", "climb < sweep < anti-climb",
              "counted exactly", climb < sweep < anti)
    )  # fmt: skip
    closed = is_closed(sets[at])
    tie = ties([SEARCHES[name] for name in NAMES], sets[at])
    claims.append(
        Claim(f"Searches tie exactly where the class holds every reordering of its functions: {names[at]}",
              f"{'closed' if closed else 'not closed'}, {'a tie' if tie else 'no tie'}", "both or neither", CLOSED,
              closed == tie)
    )  # fmt: skip
    if not closed:
        low, high = min(rows[at]), max(rows[at])
        claims.append(
            Claim(f"Wrong: that no search is better than any other whatever the functions ({names[at]} here)",
                  f"{written(low)} to {written(high)} evaluations", "different means", "counted exactly", low < high)
        )  # fmt: skip
    return tuple(claims)


def _lines(means: np.ndarray) -> list:
    """Means by class (classes, searches); V-shaped functions stand apart, their values are no orders."""
    x = np.arange(1, len(means))
    lines = [Line(x=x, y=means[1:, i], label=name, slot=i) for i, name in enumerate(NAMES)]
    return lines + [Dots(x=[0], y=means[:1, i], slot=i) for i in range(len(NAMES))]


def _on(name: str) -> str:
    return f"on {name} functions" if name == "V-shaped" else f"on functions with {name}"


def written(mean: Fraction) -> str:
    """A fraction and what it is in decimals."""
    return str(mean) if mean.denominator == 1 else f"{mean.numerator}/{mean.denominator} ≈ {float(mean):.2f}"
