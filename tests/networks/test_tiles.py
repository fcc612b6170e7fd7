"""Tiles: what is computed a few points and some rows at a time is what all of it at once would be."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape import LandscapeError, Plane
from landscape.networks import tiles
from landscape.networks.tiles import Tile, Tiles

RANDOM = np.random.default_rng(1)
INPUTS, LABELS = RANDOM.normal(size=(53, 3)), RANDOM.normal(size=53)
PARAMS = {"w": RANDOM.normal(size=(3, 4)), "out": RANDOM.normal(size=4)}
POINTS = RANDOM.normal(size=(11, 2))


def squared(params, batch):
    return jnp.mean((jnp.tanh(batch[0] @ params["w"]) @ params["out"] - batch[1]) ** 2)


def made(data=(INPUTS, LABELS), dtype=np.float64, tile=None, wants=("loss",), **options) -> Tiles:
    surface = ls.networks.surface(squared, PARAMS, data, **options)
    return Tiles(surface, Plane.random(surface.start, seed=4), wants, dtype, tile)


def known(each: Tiles) -> np.ndarray:
    """The loss at the points by NumPy."""
    plane = Plane.random(each.surface.start, seed=4)
    params = [each.surface.params(x) for x in plane.points(*POINTS.T)]
    return np.array([np.mean((np.tanh(INPUTS @ p["w"]) @ p["out"] - LABELS) ** 2) for p in params])


@pytest.mark.parametrize("tile", [(1, 0), (1, 10), (4, 53), (3, 7), (20, 1), (2000, 1000)])
def test_any_tile_gives_the_same_numbers(tile):
    for dtype, rtol in ((np.float64, 1e-13), (np.float32, 2e-6)):
        each = made(tile=tile, dtype=dtype)
        np.testing.assert_allclose(each.values(POINTS)["loss"], known(each), rtol=rtol)


def test_derivatives_do_not_depend_on_tiles_either():
    wants = ("gradient", "hessian")
    one, other = (made(tile=tile, wants=wants).values(POINTS) for tile in ((1, 0), (3, 10)))
    for name in wants:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-10)


def test_memory_mapped_rows_come_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(tiles, "RESIDENT", 100)
    monkeypatch.setattr(tiles, "PIECE", 20 * 4 * 8)  # 20 of 53 rows
    files = []
    for name, array in (("inputs", INPUTS), ("labels", LABELS)):
        np.save(tmp_path / f"{name}.npy", array)
        files.append(np.load(tmp_path / f"{name}.npy", mmap_mode="r"))
    each = made(data=tuple(files), tile=(2, 6))
    assert each.resident is None
    assert [(len(rows[0]), share) for rows, share in each._pieces()] == [(18, 18 / 53), (18, 18 / 53), (17, 17 / 53)]
    np.testing.assert_allclose(each.values(POINTS)["loss"], known(each), rtol=1e-13)


def test_rows_that_act_on_each_other_stay_together():
    def spread(params, batch):
        return jnp.std(batch[0] @ params["w"])

    surface = ls.networks.surface(spread, PARAMS, (INPUTS, LABELS), separable=False)
    each = Tiles(surface, Plane.random(surface.start), ("loss",), np.float64, (2, 5))
    assert each.tile == Tile(2, 0)
    expected = [np.std(INPUTS @ surface.params(x)["w"]) for x in Plane.random(surface.start).points(*POINTS.T)]
    np.testing.assert_allclose(each.values(POINTS)["loss"], expected, rtol=1e-13)


def test_a_probe_chooses_once_for_a_kind_of_program(monkeypatch):
    monkeypatch.setattr(tiles, "_CHOSEN", {})
    monkeypatch.setattr(tiles, "CANDIDATES", ((1, 30), (2, 20)))
    monkeypatch.setattr(tiles, "PROBED", 40)
    first = made()
    assert first.choose() in (Tile(1, 30), Tile(2, 20))
    assert first.probe() == int(3 * 5 * 40 / 53)
    np.testing.assert_allclose(first.values(POINTS)["loss"], known(first), rtol=1e-13)  # of all rows again
    monkeypatch.setattr(tiles, "CANDIDATES", ((1, 5),))
    assert made(data=(INPUTS + 1.0, LABELS)).choose() == first.tile  # other numbers, the same program
    assert made(dtype=np.float32).choose() == Tile(1, 5)
    assert made(tile=(3, 4)).choose() == Tile(3, 4)


def test_a_probe_is_worth_what_its_programs_take_to_compile(monkeypatch):
    monkeypatch.setattr(tiles, "_COMPILED", {})
    monkeypatch.setattr(tiles, "CANDIDATES", ((1, 30), (2, 20), (3, 10)))
    each = made()
    each.pace.clear()
    each.values(POINTS)
    (took,) = tiles._COMPILED.values()
    each.values(POINTS)
    assert {each.kind: took} == tiles._COMPILED  # the first call's
    assert each.worth(3.001 * took)
    assert not each.worth(2.999 * took)


def test_slow_candidates_are_not_tried_again(monkeypatch):
    each, paces, seen = made(), {Tile(1, 0): 1.0, Tile(2, 0): 1.5, Tile(3, 0): 2.5}, []

    def timed(points):
        seen.append(each.tile)
        each.pace[each.tile] = each.cost[each.tile] = paces[each.tile]

    monkeypatch.setattr(each, "values", timed)
    assert each._fastest(list(paces)) == Tile(1, 0)
    assert [seen.count(tile) for tile in paces] == [5, 5, 3]


def test_rows_divide_their_number_evenly_where_they_can():
    data = (np.zeros((1000, 3)), np.zeros(1000))
    assert made(data=data, tile=(1, 300)).tile == Tile(1, 250)
    assert made(data=data, tile=(1, 990)).tile == Tile(1, 0)
    assert made(tile=(1, 20)).tile == Tile(1, 20)  # 53 is a prime number
    for wrong in (3, (1,), (0, 5), (1, -1), (1.5, 2), ("a", 2)):
        with pytest.raises(LandscapeError, match="tile="):
            made(tile=wrong)


def test_other_points_planes_and_data_compile_nothing():
    made(tile=(1, 10)).values(POINTS)
    run = tiles._compiled(jax.default_backend())
    before = run._cache_size()
    each = made(data=(INPUTS * 2.0, LABELS), tile=(1, 10))
    each.frame = (each.frame[0] + 1.0, each.frame[1] * 2.0)
    each.values(POINTS[:3])
    each.values(np.zeros((700, 2)))
    assert run._cache_size() == before


def test_too_large_a_tile_is_one_sentence(monkeypatch):
    def full(*_):
        def run(*_, **__):
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory")

        return run

    monkeypatch.setattr(tiles, "_compiled", full)
    with pytest.raises(LandscapeError, match=r"4 points × 10 rows of data did not fit in memory; give a smaller tile"):
        made(tile=(4, 10)).values(POINTS)
