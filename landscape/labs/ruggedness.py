"""NK landscapes from smooth to random: what each bit's interactions do to neighbours and to local optima."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.terrain_pictures import gray
from landscape.parameters import LandscapeError, Range
from landscape.problems import nk
from landscape.terrain import ruggedness as rugged
from landscape.terrain.gray_code import GrayMap, height_map
from landscape.terrain.walks import autocorrelation, length_of

STEPS, LAGS = 2000, np.arange(41)
WEINBERGER, LEVIN = "doi:10.1103/PhysRevA.44.6399", "doi:10.1016/S0022-5193(87)80029-2"


@lru_cache(maxsize=64)
def counted(bits: int, k: int, landscapes: int, seed: int) -> rugged.Ruggedness:
    return rugged.ruggedness(bits, k, seeds(landscapes, seed))


@lru_cache(maxsize=16)
def mapped(bits: int, k: int, seed: int) -> GrayMap:
    return height_map(nk(dim=bits, k=k, seed=seed))


def seeds(landscapes: int, seed: int) -> range:
    """Those of the landscapes that are averaged over."""
    return range(seed * 1000, seed * 1000 + landscapes)


def chosen(bits: int, k: int) -> tuple[int, ...]:
    """The values of K that are compared: few, from 0 to all others, `k` among them."""
    return tuple(sorted({each for each in (0, 1, 2, 3, 5, 8, bits - 1, k) if each < bits}))


@lab(
    family="search",
    title="Ruggedness",
    references=(
        "Kauffman and Levin 1987, Towards a general theory of adaptive walks on rugged landscapes, "
        "doi:10.1016/S0022-5193(87)80029-2",
        "Weinberger 1990, Correlated and uncorrelated fitness landscapes and how to tell the difference, "
        "doi:10.1007/BF00202749",
        "Weinberger 1991, Local properties of Kauffman's N-k model, doi:10.1103/PhysRevA.44.6399",
    ),
    question=Question(
        "Each of 12 bits contributes a random number that depends on itself and all 11 others. How many of the 4,096 "
        "strings are local optima?",
        ("1", "about 12", "about 315", "about 2,000"),
        2,
        "All values are then independent, and a string is the best of itself and its 12 neighbours with probability "
        "1/13: 4,096/13 = 315. Without interactions there is one optimum.",
    ),
    slow=True,
    quick={"bits": 8, "landscapes": 12},
    full={"landscapes": 64},
)
def ruggedness(
    *,
    bits: Annotated[int, Range(6, 14, legal=(4, 14)), "N, how many"] = 12,
    k: Annotated[int, Range(0, 11, legal=(0, 13)), "K, how many other bits each contribution depends on"] = 3,
    landscapes: Annotated[int, Range(8, 64, legal=(4, 1000)), "that are averaged over"] = 24,
    seed: Annotated[int, Range(0, 9, legal=(0, 1000)), "of the landscapes and walks"] = 0,
):
    """NK landscapes: one number turns a smooth valley into noise.

    The loss is minus the mean of N random contributions, each of which knows its own bit and the K next ones. A flip
    gives new numbers to K + 1 of the N contributions, so neighbours correlate by 1 − (K + 1)/N, and a random walk
    forgets where it was after about N/(K + 1) steps. The maps show all strings of one such landscape in Gray code
    order, where neighbouring places differ by one bit.
    """
    if k >= bits:
        raise LandscapeError(f"A bit has {bits - 1} others here, not {k}; lower k or raise bits.")
    compared, found = chosen(bits, k), {}
    for done, each in enumerate(compared, start=1):
        found[each] = counted(bits, each, landscapes, seed)
        yield Progress(0.7 * done / len(compared), f"K = {each}")
    walks = rugged.ensemble_walks(bits, k, seeds(2 * landscapes, seed), STEPS)
    yield Progress(0.9, "random walks")
    r = autocorrelation(walks, LAGS)
    data = {
        "k": np.array(compared),  # (m,)
        "r1": np.array([each.r1 for each in found.values()]),
        "lengths": np.array([each.length for each in found.values()]),
        "optima": np.stack([each.optima for each in found.values()]),  # (m, landscapes)
        "lags": LAGS,
        "autocorrelation": r,  # of random walks at this K
        "expected": rugged.ensemble_correlation(bits, k, LAGS),
        "heights": mapped(bits, k, seed).heights,  # (rows, columns)
        "local_optima": mapped(bits, k, seed).optima,
    }
    sheets = {"map": _map(bits, k, seed), "correlation": _correlation(bits, k, data), "optima": _optima(bits, k, data),
              "maps": _maps(bits, seed)}  # fmt: skip
    return Finding(data, sheets, _claims(bits, k, data))


def _map(bits: int, k: int, seed: int) -> Sheet:
    found = mapped(bits, k, seed)
    count = int(found.optima.sum())
    return Sheet(
        panels=[gray.relief(found, "In space"), gray.flat(found, "From above")], columns=2,
        title=f"K = {k}: {count:,} local {'optimum' if count == 1 else 'optima'} among {2**bits:,} strings",
        subtitle=f"one NK landscape of {bits} bits; rows and columns are halves of the string in Gray code order: a "
        "step on the map flips one bit" + (f"; pins: the lowest {gray.PINS}" if count > gray.PINS else ""),
    )  # fmt: skip


def _maps(bits: int, seed: int) -> Sheet:
    shown = sorted({each for each in (0, 1, 3, bits - 1) if each < bits})
    counts = [int(mapped(bits, each, seed).optima.sum()) for each in shown]
    panels = [gray.flat(mapped(bits, each, seed), f"K = {each}: {count:,} {'optimum' if count == 1 else 'optima'}",
                        small=True) for each, count in zip(shown, counts, strict=True)]  # fmt: skip
    return Sheet(panels=panels, columns=len(panels), title="From one valley to noise",
                 subtitle=f"all strings of {bits} bits in Gray code order; dots: local optima")  # fmt: skip


def _correlation(bits: int, k: int, data: dict[str, np.ndarray]) -> Sheet:
    ks = np.arange(bits)
    power = rugged.correlation_of_neighbors(bits, k) ** LAGS
    theory = np.array([length_of(rugged.correlation_of_neighbors(bits, int(each))) for each in ks])
    shown = theory > 0
    panels = [
        Panel(marks=[Line(x=LAGS, y=data["expected"], label="exact"),
                     Line(x=LAGS, y=power, quiet=True, dash=True, label="r(1) to the power s"),
                     Dots(x=LAGS, y=data["autocorrelation"], slot=0, symbol="circle", size=0.8, label="random walks")],
              title=f"K = {k}: values s steps apart", x="steps apart, s", y="correlation"),
        Panel(marks=[Line(x=ks[shown], y=theory[shown], label="−1/ln(1 − (K+1)/N)"),
                     Dots(x=data["k"], y=data["lengths"], slot=0, symbol="circle", label="all neighbours")],
              title="Correlation length of walks", x="K", y="steps"),
    ]  # fmt: skip
    return Sheet(
        panels=panels, columns=2,
        title=f"Neighbours correlate by {written(float(data['autocorrelation'][1]))}; "
        f"1 − (K+1)/N is {written(rugged.correlation_of_neighbors(bits, k))}",
        subtitle=f"NK landscapes of {bits} bits: mean and variance over all of them, {STEPS:,} steps on each",
    )  # fmt: skip


def _optima(bits: int, k: int, data: dict[str, np.ndarray]) -> Sheet:
    mean = data["optima"].mean(axis=1)
    here = data["k"] == k
    limit = rugged.expected_optima(bits)
    marks = [Line(x=[0, bits - 1], y=[limit, limit], quiet=True, dash=True, label="2^N/(N + 1)"),
             Dots(x=np.repeat(data["k"], data["optima"].shape[1]), y=data["optima"].ravel(), quiet=True, size=0.6,
                  symbol="circle", label="one landscape"),
             Line(x=data["k"], y=mean, label="mean"),
             Dots(x=data["k"][here], y=mean[here], slot=0, symbol="circle", label=f"K = {k}")]  # fmt: skip
    return Sheet(
        panels=[Panel(marks=marks, x="K", y="local optima", log_y=True)],
        title=f"From {mean[0]:.0f} local optimum at K = 0 to {mean[-1]:,.0f} at K = {bits - 1}",
        subtitle=f"all {2**bits:,} strings of {data['optima'].shape[1]} landscapes for each K",
    )  # fmt: skip


def _claims(bits: int, k: int, data: dict[str, np.ndarray]) -> tuple[Claim, ...]:
    expected = rugged.correlation_of_neighbors(bits, k)
    mean, counts = data["optima"].mean(axis=1), data["optima"]
    limit, spread = rugged.expected_optima(bits), 2.0**bits * (bits - 1) / (2.0 * (bits + 1) ** 2)
    away = np.abs(data["autocorrelation"] - data["expected"]).max()
    lag = max(bits // max(k + 1, 1), 2)
    power = expected**lag
    claims = [
        near("Neighbours on a random walk correlate by 1 − (K + 1)/N", float(data["autocorrelation"][1]), expected,
             max(0.02, _noise(expected, k, counts.shape[1])), WEINBERGER),
        between("The walks' correlation at all lags: largest distance from the exact curve", float(away), 0.0,
                0.05 + _noise(0.5 ** (k + 1), k, counts.shape[1]), "2^−(K+1) Σ C(K+1, j) (1 − 2j/N)^s"),
        Claim(f"Half right: that r(s) = r(1)^s; bits flip back, so at s = {lag} the correlation is higher",
              written(float(data["autocorrelation"][lag])),
              f"{written(float(data['expected'][lag]))}, not {written(power)}", WEINBERGER,
              None if k + 1 == bits else bool(data["autocorrelation"][lag] > power)),
        Claim("Without interactions there is one optimum", f"{counts[0].min()} … {counts[0].max()}", "1", LEVIN,
              bool(np.all(counts[0] == 1))),
        near(f"With K = N − 1 = {bits - 1} there are 2^N/(N + 1) on average", float(mean[-1]), limit,
             4.0 * float(np.sqrt(spread / counts.shape[1])), LEVIN),
        Claim("The more interactions, the more optima: mean numbers rise with K",
              ", ".join(f"{each:,.0f}" for each in mean), "rising", LEVIN, bool(np.all(np.diff(mean) > 0))),
    ]  # fmt: skip
    return tuple(claims)


def _noise(r: float, k: int, landscapes: int) -> float:
    """Three standard deviations of a correlation r that is measured on few landscapes.

    2^−(K+1) of the variance is between landscapes; of two walks on each of so many it is known to 1/√landscapes.
    """
    return float(3.0 * (1.0 - r) * 0.5 ** (k + 1) / np.sqrt(landscapes))
