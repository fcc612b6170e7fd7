"""All strings of a few bits as a map in Gray code order, with a search that walks over it."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape import problems
from landscape.figures.sheet import Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, lab, written
from landscape.labs.terrain_pictures import gray
from landscape.optimizers import hill_climbing, simulated_annealing
from landscape.parameters import Choice, LandscapeError, Range
from landscape.run import run
from landscape.schedules import exponential
from landscape.surface import Surface
from landscape.terrain.gray_code import GrayMap, height_map, position
from landscape.terrain.ruggedness import expected_optima

STEPS, EVERY, TAIL, SLOT = 240, 4, 6, 0
SEARCHES = ("simulated_annealing", "hill_climbing")
PROBLEMS = {
    "one_max": lambda bits, k, seed: problems.one_max(dim=bits),
    "leading_ones": lambda bits, k, seed: problems.leading_ones(dim=bits),
    "nk": lambda bits, k, seed: problems.nk(dim=bits, k=k, seed=seed),
    "knapsack": lambda bits, k, seed: problems.knapsack(instance=f"random:{bits}", seed=seed, neighborhood="flip"),
    "max_cut": lambda bits, k, seed: problems.max_cut(instance=f"random:{bits}:0.5", seed=seed),
}
SINGLE = ("one_max", "leading_ones")  # with one optimum
GRAY = "Gray 1953, US patent 2632058"


@lru_cache(maxsize=32)
def made(problem: str, bits: int, k: int, seed: int) -> tuple[Surface, GrayMap]:
    """The problem with so many bits, and its map."""
    surface = PROBLEMS[problem](bits, k, seed)
    return surface, height_map(surface)


@lru_cache(maxsize=32)
def walked(problem: str, bits: int, k: int, search: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (STEPS + 1, d) of a search and their losses (STEPS + 1,)."""
    surface, found = made(problem, bits, k, seed)
    warm = float(found.heights.std())
    method = hill_climbing(target=0.0)
    if search == "simulated_annealing":
        method = simulated_annealing(temperature=exponential(start=warm, end=0.02 * warm))
    start = np.random.default_rng(seed).integers(0, 2, bits).astype(float)
    record = run(surface, method, start, steps=STEPS, seed=seed)
    return np.asarray(record.positions)[:, 0], np.asarray(record.values)[:, 0]


@lab(
    family="search",
    title="A map in Gray code",
    references=(
        "Gray 1953, Pulse code communication, US patent 2632058",
        "Caruana and Schaffer 1988, Representation and hidden bias: Gray vs. binary coding for genetic algorithms, "
        "Proc. 5th Int. Conf. on Machine Learning, 153–161",
        "Kauffman and Levin 1987, Towards a general theory of adaptive walks on rugged landscapes, "
        "doi:10.1016/S0022-5193(87)80029-2",
    ),
    question=Question(
        "All strings of 12 bits stand on a map of 64 × 64 places. How many of the 12 strings that differ from one by a "
        "single bit can stand next to it?",
        ("all 12", "4", "none"),
        1,
        "A place has four sides, so four of the neighbours are beside a string and the others elsewhere. In Gray code "
        "order these four are always neighbours; in the order of counting some of them differ in many bits.",
    ),
    slow=True,
    quick={"bits": 8},
)
def gray_code(
    *,
    problem: Annotated[str, Choice(*PROBLEMS), "whose strings are mapped"] = "nk",
    bits: Annotated[int, Range(6, 14, legal=(4, 16)), "of a string; 2 to that power places"] = 12,
    k: Annotated[int, Range(0, 11, legal=(0, 15)), "interactions of each bit, of nk"] = 2,
    search: Annotated[str, Choice(*SEARCHES), "that walks over it"] = "simulated_annealing",
    seed: Annotated[int, Range(0, 9, legal=(0, 2**32 - 1)), "of the problem and the search"] = 0,
):
    """Every string of a few bits as a place on a map, and a search on its way.

    The first half of the bits says the row, the second the column, both in Gray code order: one step on the map flips
    one bit, also across its edges. A flip of another bit is a jump, so what looks like a basin need not be one, and
    local optima are marked by asking all neighbours. On the map one sees how rugged a problem is, and how a search
    roams at first and then stays.
    """
    if problem == "nk" and k >= bits:
        raise LandscapeError(f"A bit has {bits - 1} others here, not {k}; lower k or raise bits.")
    _, found = made(problem, bits, k, seed)
    yield Progress(0.5, "map")
    points, losses = walked(problem, bits, k, search, seed)
    data = {
        "heights": found.heights,  # (rows, columns)
        "local_optima": found.optima,
        "row_codes": found.rows,  # the numbers whose bits are the first half
        "column_codes": found.columns,
        "path": points,  # (t, n)
        "losses": losses,
    }
    sheets = {"map": _map(problem, search, found, points[::EVERY], losses[::EVERY]), "orders": _orders(problem, found),
              "search": _search(problem, search, found, losses)}  # fmt: skip
    return Finding(data, sheets, _claims(problem, bits, k, found, losses))


def _map(problem: str, search: str, found: GrayMap, points: np.ndarray, losses: np.ndarray) -> Sheet:
    times = EVERY * np.arange(len(points))
    above, space = gray.walk(found, points, TAIL, SLOT)
    count, lowest = int(found.optima.sum()), float(found.heights.min())
    ends = "at the lowest string" if losses[-1] <= lowest + 1e-9 * max(abs(lowest), 1.0) else "above the lowest string"
    return Sheet(
        panels=[gray.relief(found, "In space", space), gray.flat(found, "From above", above)], columns=2,
        title=f"{count:,} local {'optimum' if count == 1 else 'optima'}; the search ends {ends}",
        subtitle=f"{problem}, all {found.heights.size:,} strings in Gray code order; {search.replace('_', ' ')}, its "
        f"last {TAIL * EVERY} steps; pins: the lowest local optima",
        times=times, unit="step", frame=len(times) // 4,
    )  # fmt: skip


def _search(problem: str, search: str, found: GrayMap, losses: np.ndarray) -> Sheet:
    lowest = float(found.heights.min())
    marks = [Line(x=[0, STEPS], y=[lowest, lowest], quiet=True, dash=True, label="lowest string"),
             Line(x=np.arange(STEPS + 1), y=losses, slot=SLOT, label="search")]  # fmt: skip
    times = EVERY * np.arange(STEPS // EVERY + 1)
    return Sheet(
        panels=[Panel(marks=marks, x="step", y="loss", cursor=times)],
        title=f"{search.replace('_', ' ').capitalize()} ends at {written(float(losses[-1]))}; the lowest string has "
        f"{written(lowest)}",
        subtitle=f"{problem}, {STEPS} steps of one flip each", times=times, unit="step",
    )  # fmt: skip


def counting(found: GrayMap) -> np.ndarray:
    """The heights with both halves in the order of counting (rows, columns)."""
    return found.heights[np.argsort(found.rows)][:, np.argsort(found.columns)]


def bits_between(found: GrayMap, counted: bool) -> np.ndarray:
    """In how many bits neighbours on the map differ, along the rows and along the columns, around the edges too."""
    sides = (np.sort(codes) if counted else codes for codes in (found.rows, found.columns))
    return np.concatenate([[int(each).bit_count() for each in codes ^ np.roll(codes, -1)] for codes in sides])


def beside(found: GrayMap) -> float:
    """How many of a string's neighbours by one flip stand next to it, on average, around the edges too."""
    each = []
    for codes in (found.rows, found.columns):
        at = np.arange(len(codes))
        flips = [position(codes ^ (1 << bit)) for bit in range(len(codes).bit_length() - 1)]
        each.append(np.sum([np.isin((to - at) % len(codes), (1, len(codes) - 1)) for to in flips], axis=0).mean())
    return float(sum(each))


def roughness(heights: np.ndarray) -> float:
    """The mean change of height from one place to the next, in standard deviations of all heights."""
    steps = [np.abs(np.diff(heights, axis=axis)).mean() for axis in (0, 1)]
    return float(np.mean(steps) / heights.std())


def _orders(problem: str, found: GrayMap) -> Sheet:
    panels = [Panel(marks=[Heat(z=heights, scale="shades", limits=gray.contrast(heights))], title=title, square=True,
                    bare=True) for title, heights in (("Gray code order: 1 bit a step", found.heights),
                                     (f"Order of counting: {bits_between(found, True).mean():.2f} bits a step",
                                      counting(found)))]  # fmt: skip
    return Sheet(
        panels=panels, columns=2,
        title=f"A step changes the height by {written(roughness(found.heights))} standard deviations; in the order of "
        f"counting by {written(roughness(counting(found)))}",
        subtitle=f"{problem}: the same {found.heights.size:,} strings",
    )  # fmt: skip


def _claims(problem: str, bits: int, k: int, found: GrayMap, losses: np.ndarray) -> tuple[Claim, ...]:
    count = int(found.optima.sum())
    gray_steps, counted = bits_between(found, False), bits_between(found, True)
    single = problem in SINGLE or (problem == "nk" and k == 0)
    loose = problem == "nk" and k == bits - 1
    told = "1" if single else f"{expected_optima(bits):,.0f} on average" if loose else "no number is known"
    lowest = float(found.heights.min())
    halves = [2 ** (bits // 2), 2 ** (bits - bits // 2)]
    carries = sum(2 * (half - 1) for half in halves) / sum(halves)  # bit b turns over half / 2^b times
    return (
        Claim("Neighbours on the map differ by one bit, around the edges too",
              f"{gray_steps.min()} … {gray_steps.max()}", "1", GRAY, bool(np.all(gray_steps == 1))),
        Claim("In the order of counting they differ in almost two on average, and at most in half of the string",
              f"{counted.mean():.3f}, {counted.max()}", f"{carries:.3f}, {-(-bits // 2)}",
              "2 (m − 1) turns of a bit in m places, for both halves",
              bool(counted.max() == -(-bits // 2) and abs(counted.mean() - carries) < 1e-9)),
        Claim(f"Half right: that neighbours stand side by side; of {bits} flips, so many are a step on the map",
              written(beside(found)), "4", "a place has four sides", beside(found) == 4.0),
        Claim("Whether the map is smoother so: mean change of height in Gray code order ÷ in the order of counting",
              written(roughness(found.heights) / roughness(counting(found))), "below 1 if so", "measured", None),
        Claim("Local optima, of all strings", f"{count:,}", told,
              "doi:10.1016/S0022-5193(87)80029-2" if problem == "nk" else "all neighbours asked",
              count == 1 if single else None),
        Claim("Where the search ended, above the lowest string in standard deviations of all",
              written((float(losses[-1]) - lowest) / float(found.heights.std())), "0 is the lowest", "measured", None),
    )  # fmt: skip
