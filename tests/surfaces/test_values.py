"""The classic functions: values on which several packages agree, their domains, and every global minimum there is."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest

import landscape as ls

RECORDS = json.loads((Path(__file__).parent.parent / "data" / "classic.json").read_text())["records"]
# Where the sources' domain is too wide for anything to be seen, the surface says so in its note.
NARROWER = {"ackley", "rosenbrock"}
# How many global minima the sources count; all others have one.  For dixon_price, perm and perm_0 sources name one,
# but see the tests below.
COUNTS = {"branin": 3, "himmelblau": 4, "cross_in_tray": 4, "holder_table": 4, "shubert": 18, "schaffer_4": 4,
          "six_hump_camel": 2, "dixon_price": 2, "perm": 2, "perm_0": 2}  # fmt: skip
# Half the width of the square around the origin that is searched where ripples are finer than a grid over the domain;
# they ride on a bowl or fade outwards, so nothing outside is lower.
WINDOWS = {"griewank": 20.0, "schaffer_2": 5.0, "schaffer_4": 2.0}
CREASED = {"bukin_6"}  # a sum of two terms, zero at once in one point only; no grid follows its crease
FLAT = dict.fromkeys(record["surface"] for record in RECORDS if record["dim"] == 2)
SIDE, ROUNDS, ZOOM = 256, 24, 32  # a grid of SIDE², then as many points around its lowest ones, closer and closer


def bound(record) -> ls.Surface:
    entry = ls.catalog.find("surface", record["surface"])
    return entry(dim=record["dim"]) if "dim" in entry.parameters else entry()


@jax.jit
def heights(surface, x):
    """Values (n,) at points (n, d)."""
    return jax.vmap(surface)(x)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record['surface']}-{record['dim']}")
def test_surface_has_the_published_values(record):
    points, values = (np.array([*record[key], *record[f"{key}_near_opt"]]) for key in "xf")
    found = heights(bound(record), points)
    assert np.max(np.abs(found - values) / np.maximum(1.0, np.abs(values))) < 1e-9


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record['surface']}-{record['dim']}")
def test_domain_is_that_of_the_sources_or_the_note_says_so(record):
    surface = bound(record)
    if record["surface"] in NARROWER:
        assert "Sources use domains" in surface.entry.facts.note
        assert np.all((surface.domain.lower >= record["lower"]) & (surface.domain.upper <= record["upper"]))
    else:
        np.testing.assert_allclose(surface.domain.lower, record["lower"], rtol=1e-15)
        np.testing.assert_allclose(surface.domain.upper, record["upper"], rtol=1e-15)


def lowest(surface, box: ls.Box) -> np.ndarray:
    """Where a surface of two coordinates is lowest in a box, found without its facts: (k, 2).

    The lowest local minima of a grid, each refined by grids around it that shrink; then those that are as low as any.
    """
    lower, width = box.lower, box.width
    share = np.linspace(0.0, 1.0, SIDE)
    grid = lower + width * np.stack(np.meshgrid(share, share, indexing="ij"), axis=-1)
    height = np.pad(np.asarray(heights(surface, grid.reshape(-1, 2))).reshape(SIDE, SIDE), 1, constant_values=np.inf)
    around = [height[1 + i : SIDE + 1 + i, 1 + j : SIDE + 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    is_pit = around[4] <= np.min(around, axis=0)
    pits = grid[is_pit][np.argsort(around[4][is_pit])]
    count = SIDE**2 // ZOOM**2  # as many points in every round as in the grid: one compiled program
    pits = np.resize(pits[:count], (count, 2))
    side = np.linspace(-1.0, 1.0, ZOOM + 1)[:ZOOM]  # holds zero, so that no refinement is worse than before
    near = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)
    for step in range(ROUNDS):
        reach = width / SIDE * 1.5 * 0.5**step
        trial = np.clip(pits[:, None] + reach * near, lower, lower + width)
        found = np.asarray(heights(surface, trial.reshape(-1, 2))).reshape(len(pits), -1)
        pits = trial[np.arange(len(pits)), found.argmin(axis=1)]
    bottom = found.min(axis=1)
    pits = pits[bottom <= bottom.min() + 1e-8 * max(1.0, abs(bottom.min()))]
    apart = np.abs(pits[:, None] - pits[None]).max(axis=-1) > 1e-3 * width.max()
    return pits[[apart[i, :i].all() for i in range(len(pits))]]


@pytest.mark.parametrize("name", [name for name in FLAT if name not in CREASED])
def test_the_listed_minima_are_all_there_are(name):
    surface = ls.catalog.find("surface", name)()
    box = ls.Box.square(WINDOWS[name]) if name in WINDOWS else surface.domain
    found = lowest(surface, box)
    assert len(surface.minima) == len(found) == COUNTS.get(name, 1)
    distance = np.abs(surface.minima[:, None] - found[None]).max(axis=-1)
    assert distance.min(axis=1).max() < 1e-3 * box.width.max()


@pytest.mark.parametrize("beta", [0.0, 0.5, 3.0])
def test_perm_and_perm_0_have_a_second_minimum_in_the_plane_only(beta):
    for entry in (ls.surfaces.perm, ls.surfaces.perm_0):
        surface = entry(beta=beta)
        np.testing.assert_allclose([surface(x) for x in surface.minima], 0.0, atol=1e-25)
        assert np.abs(np.diff(surface.minima, axis=0)).max() > 0.1
        assert len(entry(beta=beta, dim=4).minima) == 1


def test_michalewicz_is_lowest_where_each_coordinate_is():
    surface = ls.surfaces.michalewicz(m=3.0, dim=12)
    x = np.linspace(0.0, np.pi, 200_001)
    own = [np.max(np.sin(x) * np.sin(i * x**2 / np.pi) ** 6) for i in range(1, 13)]
    assert surface.minimum == pytest.approx(-np.sum(own), abs=1e-7)
    assert float(surface(surface.minima[0])) == pytest.approx(surface.minimum, abs=1e-12)


@pytest.mark.parametrize(
    ("dim", "value"), [(2, -1.8013034101), (5, -4.6876581791), (10, -9.6601517156)], ids=["2", "5", "10"]
)
def test_michalewicz_has_the_published_minimum(dim, value):
    assert ls.surfaces.michalewicz(dim=dim).minimum == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize("dim", [2, 3])
def test_shubert_has_d_times_3_to_the_d_minima(dim):
    minima = ls.surfaces.shubert(dim=dim).minima
    assert len(np.unique(minima.round(6), axis=0)) == dim * 3**dim


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ls.surfaces.powell(dim=6), "powell(dim=6) is no multiple of 4; give 4, 8, 12, …"),
        (lambda: ls.surfaces.powell(dim=2), "powell(dim=2) is outside 4 … 10000"),
        (lambda: ls.surfaces.branin(dim=3), "branin has no parameter 'dim'. It always has 2 coordinates."),
        (lambda: ls.surfaces.colville(dim=2), "colville has no parameter 'dim'. It always has 4 coordinates."),
        (lambda: ls.surfaces.hartmann_6(dim=3), "hartmann_6 has no parameter 'dim'. It always has 6 coordinates."),
        (lambda: ls.surfaces.perm(dim=27), "perm(dim=27) is outside 2 … 26"),
        (lambda: ls.surfaces.sphere(dim=2.0), "sphere(dim=2.0) is not a whole number"),
    ],
)
def test_a_dimension_that_the_function_does_not_allow_is_refused(call, words):
    with pytest.raises(ls.LandscapeError) as refusal:
        call()
    assert str(refusal.value).startswith(words)
