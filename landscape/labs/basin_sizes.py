"""Basin sizes: how many starts lead down to each local optimum, and whether better ones have larger basins."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape.domains import Bits
from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.terrain_pictures.grounds import GROUNDS, ground, number, told, unit
from landscape.parameters import Choice, Range
from landscape.terrain import basins
from landscape.terrain.basins import Basins
from landscape.terrain.descent import Descents, descend
from landscape.terrain.optima import drawn

PIECES = 4  # of the descents
SIZES = "doi:10.1103/PhysRevE.78.066114"
RANDOM = "doi:10.1016/S0022-5193(87)80029-2"
SPREAD = 3.0  # standard deviations
COUNTED = 2000  # descents on berlin52 of which the share of different ends is known


@lab(
    family="search",
    title="Sizes of basins",
    references=(
        "Tomassini, Vérel and Ochoa 2008, Complex-network analysis of combinatorial spaces: the NK landscape case, "
        f"{SIZES}",
        f"Kauffman and Levin 1987, Towards a general theory of adaptive walks on rugged landscapes, {RANDOM}",
    ),
    question=Question(
        "How large is the basin of the best optimum, compared with the mean basin?",
        ("smaller than the mean", "up to three times as large", "more than three times as large"),
        lambda found: int(np.digitize(float(found.data["best_share"]) * len(found.data["sizes"]), [1.0, 3.0])),
        "Lower optima tend to have larger basins, so a random descent ends better than at a random optimum; but the "
        "best one is only one of many, and the more there are the smaller its share.",
    ),
    slow=True,
    quick={"size": 9, "k": 3},
)
def basin_sizes(
    *,
    problem: Annotated[str, Choice(*GROUNDS), "what is searched"] = "NK",
    size: Annotated[int, Range(6, 16, legal=(5, 30)), "bits of NK, or random cities"] = 14,
    k: Annotated[int, Range(0, 15, legal=(0, 15)), "of NK: how many other bits each bit's part depends on"] = 4,
    starts: Annotated[
        int, Range(200, 5000, log=True, legal=(50, 50_000)), "descents where there are too many points"
    ] = 2000,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """Every start leads down to one local optimum, and the starts that lead to it are its basin.

    Of up to 16 bits all strings are followed, so sizes are exact; elsewhere they are counts among random starts, and
    of a problem such as berlin52, where nearly every descent ends somewhere else, they say little but that. Sizes
    spread over decades, and lower optima tend to have the larger ones, so a random start ends lower than a random
    optimum lies. With K the number of optima grows from one to about 2ᴺ ÷ (N + 1), where the landscape is random, and
    the share that leads to the best one shrinks.
    """
    # data: values and sizes (k,) of the optima, the best first; best_share of all starts.
    surface = ground(problem, size, k, seed)
    whole = isinstance(surface.domain, Bits) and surface.dim <= basins.MOST
    if not whole:
        for share, found in _sampled(surface, starts, seed):
            if share < 1.0:
                yield Progress(share, f"{found.sizes.sum():,} of {starts:,} descents",
                               _finding(surface, told(problem, size, k), found, (), False))  # fmt: skip
    else:
        yield Progress(0.0, f"{2**surface.dim:,} strings", None)
        found = basins.exact(surface)
    return _finding(surface, told(problem, size, k), found, _claims(found, problem, surface.dim, k), True)


def _sampled(surface, starts: int, seed: int):
    """Basins by more and more descents, with the share that is done."""
    places = np.array_split(drawn(surface, starts, seed), PIECES)
    most = max(map(len, places))
    parts = []
    for i, piece in enumerate(places):
        full = np.concatenate([piece, places[0][: most - len(piece)]])  # one shape, one program
        parts.append([each[: len(piece)] for each in descend(surface, full)])
        made = Descents(*(np.concatenate(each) for each in zip(*parts, strict=True)))
        yield (i + 1) / PIECES, basins.counted(surface, made)


def _finding(surface, saying: str, found: Basins, claims: tuple[Claim, ...], done: bool) -> Finding:
    best = found.sizes[0] / found.sizes.sum()
    data = {"values": found.values, "sizes": found.sizes, "best_share": np.array(best)}
    return Finding(data, {"basins": _sheet(surface, saying, found, best)}, claims, done=done)


def _claims(found: Basins, problem: str, bits: int, k: int) -> tuple[Claim, ...]:
    count, total = len(found.values), int(found.sizes.sum())
    claims, alike = [_number(count, bits, k) if found.exact else _repeats(problem, count, total)], found.correlation
    if count > 1:
        less = float(np.average(found.values, weights=found.sizes) - found.values.mean())
        claims.append(between("Mean loss where random starts end, less that of all optima", less, -np.inf, 0.0, SIZES))
    if np.isfinite(alike):
        claims.append(between("Correlation of loss and the logarithm of basin size", alike, -1.0, 0.0, SIZES))
    return tuple(claims)


def _number(count: int, bits: int, k: int) -> Claim:
    """How many optima an NK landscape has: known for the smoothest, and on average for the most rugged ones."""
    expected, spread = 2**bits / (bits + 1), np.sqrt(2**bits * (bits - 1) / 2) / (bits + 1)
    if k == 0:
        return near("Local optima for K = 0", count, 1, 0, RANDOM)
    if k < bits - 1:
        return between("Local optima: 1 at K = 0, on average 2ᴺ ÷ (N + 1) at K = N − 1", count, 1, expected, RANDOM)
    return near(f"Local optima for K = N − 1: 2ᴺ ÷ (N + 1), give or take {SPREAD:.0f} standard deviations",
                count, expected, SPREAD * spread, RANDOM)  # fmt: skip


def _repeats(problem: str, count: int, total: int) -> Claim:
    """How many descents met an optimum of their own; the more there are, the more meet."""
    told = f"Different optima in {total:,} descents"
    if problem == "berlin52" and total <= COUNTED:
        return between(f"{told}, as a share", count / total, 0.85, 1.0, f"measured elsewhere: 1,857 of {COUNTED:,}")
    return Claim(told, written(count), "", "measured here", None)


def _sheet(surface, saying: str, found: Basins, best: float) -> Sheet:
    total, loss = int(found.sizes.sum()), unit(surface)
    shares = found.sizes / total
    hover = [
        f"{loss} {number(value)}<br>{size:,} starts" for value, size in zip(found.values, found.sizes, strict=True)
    ]
    clouds = [Dots(x=found.values[1:], y=shares[1:], quiet=True, hover=hover[1:]),
              Dots(x=found.values[:1], y=shares[:1], slot=0, size=1.8, label="best optimum",
                   hover=hover[:1])]  # fmt: skip
    ranked = np.sort(shares)[::-1]
    steps = np.arange(1, len(ranked) + 1)
    low, several = np.repeat(found.values, 2), len(steps) > 1
    even, weighed = (np.append(0.0, np.repeat(each, 2)[:-1]) for each in (steps / len(steps), np.cumsum(shares)))
    curves = [Line(x=low, y=even, quiet=True, label="a random optimum" * several),
              Line(x=low, y=weighed, slot=0, label="end of a random start" * several)]  # fmt: skip
    whole, met = None if several else (0.0, 1.05), "" if found.exact else " met"
    panels = (
        Panel(marks=clouds, title=f"Basins of all optima{met}", x=loss, y="share of starts", log_y=several,
              y_range=whole),
        Panel(marks=[Line(x=steps, y=ranked)] if several else [Dots(x=steps, y=ranked)],
              title="Sizes by rank", x="rank", y="share of starts", log_x=several, log_y=several, y_range=whole),
        Panel(marks=curves, title="How low", x=loss, y="share as low as this", y_range=(0.0, 1.05)),
    )  # fmt: skip
    how = f"all {total:,} strings" if found.exact else f"{total:,} random starts, so sizes are counts"
    notes = () if found.exact else ("A basin that was met once may have any small size; those never met are missing.",)
    lowest = "the best" if found.exact else "the best of them"
    title = f"{len(steps):,} local optima{met}: {written(100 * best)}% of the starts lead to {lowest}"
    return Sheet(panels=panels, title=title if several else "All starts lead to one local optimum", columns=3,
                 subtitle=f"{saying} · {how} · best improvement", notes=notes)  # fmt: skip
