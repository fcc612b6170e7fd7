"""Tours: lengths of published tours, what moves change, and instances that are made or typed."""

import itertools
import pickle
from functools import partial

import jax
import numpy as np
import pytest

import landscape as ls
from landscape.domains import Permutations
from landscape.parameters import LandscapeError
from landscape.problems import instances

# Optimum tours that TSPLIB publishes (att48, bayg29, berlin52, gr17, kroA100, ulysses22), and their lengths.
TOURS = {
    "att48": (
        10628,
        "1 8 38 31 44 18 7 28 6 37 19 27 17 43 30 36 46 33 20 47 21 32 39 48 5 42 24 10 45 35 4 26 2 29 34 41 "
        "16 22 3 23 14 25 13 11 12 15 40 9",
    ),
    "bayg29": (
        1610,
        "1 28 6 12 9 26 3 29 5 21 2 20 10 4 15 18 14 17 22 11 19 25 7 23 8 27 16 13 24",
    ),
    "berlin52": (
        7542,
        "1 49 32 45 19 41 8 9 10 43 33 51 11 52 14 13 47 26 27 28 12 25 4 6 15 5 24 48 38 37 40 39 36 35 34 "
        "44 46 16 29 50 20 23 30 2 7 42 21 17 3 18 31 22",
    ),
    "gr17": (
        2085,
        "1 16 12 9 5 2 10 11 3 15 14 17 6 8 7 13 4",
    ),
    "kroA100": (
        21282,
        "94 22 70 66 26 65 4 97 56 80 31 89 42 8 92 75 19 90 49 6 63 1 47 93 28 67 58 61 51 87 25 81 69 64 40 "
        "54 2 44 50 73 68 85 82 95 13 76 33 37 5 52 78 96 39 30 48 100 41 71 14 3 43 46 29 34 83 55 7 9 57 20 "
        "12 27 86 35 62 60 77 23 98 91 45 32 11 15 17 59 74 21 72 10 84 36 99 38 24 18 79 53 88 16",
    ),
    "ulysses22": (
        7013,
        "1 14 13 12 7 6 15 5 11 9 10 19 20 21 16 3 2 17 22 4 18 8",
    ),
}


def tour(name: str) -> np.ndarray:
    return np.array(TOURS[name][1].split(), float) - 1


@pytest.mark.parametrize("name", TOURS)
def test_published_tours_have_their_published_lengths(name):
    surface = ls.problems.tsp(instance=name)
    assert sorted(tour(name)) == list(range(surface.dim))
    assert float(surface(tour(name))) == TOURS[name][0] == surface.minimum
    assert surface.describe(tour(name)) == f"tour of length {TOURS[name][0]:,}, the shortest there is"
    assert "% above the shortest" in surface.describe(surface.start)
    shown = surface.shown
    assert np.asarray(shown["places"]).shape == (surface.dim, 2)
    assert ("drawn" in shown) == (name == "gr17")  # the one with distances alone


def test_a_start_that_is_no_tour_is_refused_and_so_is_a_grid():
    surface, annealing = ls.problems.tsp(), ls.optimizers.simulated_annealing()
    nearly = np.arange(52) * (1 - 1e-6)  # cut off behind the point, this would visit city 0 twice
    with pytest.raises(LandscapeError, match="is no point of tsp, which walks permutations; round it"):
        ls.run(surface, annealing, nearly, steps=1)
    with pytest.raises(LandscapeError, match="tsp is a discrete problem, and has no contour or relief"):
        ls.grid(surface)


def test_what_is_no_tour_is_not_described():
    surface = ls.problems.tsp()
    for x in (np.zeros(52), [1, 2], "a tour"):
        with pytest.raises(LandscapeError, match=r"The solution .*tsp"):
            surface.describe(x)


def test_problems_go_to_other_processes_with_their_instance(tmp_path):
    path = tmp_path / "own.tsp"
    path.write_text("0 0\n300 0\n300 400\n")
    surface = ls.problems.tsp(instance=ls.problems.load(path))
    sent = pickle.dumps(surface)
    instances._KNOWN.pop(surface.values["instance"])  # another process has never loaded it
    assert float(pickle.loads(sent)(np.arange(3.0))) == 1200


def test_without_rounding_the_length_is_another_one():
    """The classic mistake: berlin52 is 7542 by TSPLIB's distances, and 7544.37 by Euclid's."""
    surface = ls.problems.tsp(rounded=False)
    assert float(surface(tour("berlin52"))) == pytest.approx(7544.3659, abs=1e-4)
    assert np.isnan(surface.minimum)
    assert surface.describe(tour("berlin52")) == "tour of length 7,544.37"


def length(distances, x) -> float:
    order = np.asarray(x, int)
    return sum(distances[i, j] for i, j in itertools.pairwise([*order, order[0]]))


@partial(jax.jit, static_argnames="domains")
def changed(surface, x, moves, *, domains):
    """The loss at a tour, and by neighbourhood what each of the moves changes and where it leads."""
    at = surface.at(1.0, x.dtype)
    each = {
        name: jax.vmap(lambda move: (at.changes[name](x, move), domain.apply(x, move)))(moves[name])  # noqa: B023
        for name, domain in domains
    }
    return at.loss(x), each


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_changes_are_what_recomputing_gives(count):
    """Of every move there is, and of reversals and swaps around the end, which are none of the list."""
    domains = {name: Permutations(length=count, neighborhood=name, cyclic=True) for name in Permutations.neighborhoods}
    around = {"two_opt": [[0, count - 1]], "swap": [[0, count - 1]], "insert": [[0, count - 1], [count - 1, 0]]}
    moves = {
        name: np.array([*domain.moves().tolist(), *around.get(name, [])], np.int32) for name, domain in domains.items()
    }
    for seed in range(4):
        surface = ls.problems.tsp(instance=f"random:{count}", seed=seed)
        x = np.random.default_rng(seed).permutation(count).astype(float)
        here, found = changed(surface, x, moves, domains=tuple(domains.items()))
        assert float(here) == length(surface.data.distances, x)
        for changes, reached in found.values():
            expected = [length(surface.data.distances, each) - float(here) for each in np.asarray(reached)]
            np.testing.assert_array_equal(changes, expected)


def test_appeal_is_distance_and_every_neighbourhood_knows_its_changes():
    surface = ls.problems.tsp(instance="gr17")
    at = surface.at(1.0, np.float64)
    assert set(at.changes) == set(Permutations.neighborhoods)
    assert np.array_equal(at.appeal, surface.data.distances)
    assert np.array_equal(surface.data.distances, surface.data.distances.T)


def test_cities_on_a_circle_are_visited_around_it():
    for count in (3, 7, 12):
        surface = ls.problems.tsp(instance=f"circle:{count}")
        best = (
            min(length(surface.data.distances, x) for x in itertools.permutations(range(count))) if count < 8 else None
        )
        assert float(surface(surface.start)) == surface.minimum == (best or surface.minimum)
    chord = 2 * 500 * np.sin(np.pi / 7)
    assert ls.problems.tsp(instance="circle:7", rounded=False).minimum == pytest.approx(7 * chord)
    surface = ls.problems.tsp(instance="circle:7", rounded=False)
    assert surface.describe(surface.start).endswith("the shortest there is")


def test_random_cities_follow_their_seed():
    one, same, other = (ls.problems.tsp(instance="random:50", seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(one.data.places, same.data.places)
    assert not np.array_equal(one.data.places, other.data.places)
    assert one.data.places.min() >= 0
    assert one.data.places.max() <= 1000
    assert np.isnan(one.minimum)
    assert ls.catalog.surface(ls.catalog.text(one)) == one
    assert ls.catalog.surface("tsp:instance=random50,seed=3").describe(one.start) == one.describe(one.start)


def test_clicked_points_are_cities():
    surface = ls.problems.tsp(instance="points:0,0 300,0;300,400 0,400")
    assert surface.shown == {"places": [[0, 0], [300, 0], [300, 400], [0, 400]]}
    assert float(surface(surface.start)) == 1400
    assert ls.catalog.surface(ls.catalog.text(surface)) == surface
    for points, which in (("1,2 3 4,5", 2), ("one,two 3,4", 1)):
        with pytest.raises(LandscapeError, match=f"Point {which}: expected"):
            ls.problems.tsp(instance=f"points:{points}")
    with pytest.raises(LandscapeError, match="5,000 are the most"):
        ls.problems.tsp(instance="points:" + "10,10 " * 900)


def test_cities_in_one_place_are_said_and_walked():
    surface = ls.problems.tsp(instance="points:0,0 0,0 300,400 300,400 0,0")
    assert float(surface(surface.start)) == 1000
    assert surface.describe(surface.start) == "tour of length 1,000; 3 cities stand where another one does"
    annealing = ls.optimizers.simulated_annealing(**surface.tuned(ls.optimizers.simulated_annealing))
    assert sorted(ls.run(surface, annealing, steps=30).best[0]) == list(range(5))
    all_one = ls.problems.tsp(instance="points:5,5 5,5 5,5")
    assert all_one.describe(all_one.start) == "tour of length 0; 2 cities stand where another one does"
    assert all(np.isfinite(v.values["start"]) for v in all_one.tuned(ls.optimizers.simulated_annealing).values())


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "own.tsp"
    path.write_text(
        "DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\nEDGE_WEIGHT_SECTION\n1 2\n9\n"
    )
    surface = ls.problems.tsp(instance=ls.problems.load(path))
    assert float(surface(surface.start)) == 12
    assert np.allclose(np.asarray(surface.shown["places"]).mean(axis=0), 0, atol=1e-6)
    with pytest.raises(LandscapeError, match=r"a file of your own goes through ls\.problems\.load\(path\)"):
        ls.problems.tsp(instance=path)
    path.write_text("DIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 oops 3\n3 1 1\n")
    with pytest.raises(LandscapeError, match="Line 5: expected a coordinate"):
        ls.problems.tsp(instance=ls.problems.load(path))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"instance": 52}, "tsp(instance=52) is no text."),
        ({"instance": "berlin53"}, "Did you mean 'berlin52'?"),
        ({"instance": "random:1"}, "'random:1' asks for 1; give a number of cities from 2 to 2,000."),
        ({"instance": "circle:99999"}, "'circle:99999' asks for 99,999; give a number of cities from 2 to 2,000."),
        ({"instance": "points:"}, "No cities need no tour; give two cities or more."),
        ({"neighborhood": "flip"}, "is not one of the options: two_opt, swap, insert, or_opt."),
        ({"recombination": "uniform"}, "is not one of the options: order, edge, position."),
    ],
)
def test_what_is_wrong_is_said(given, told):
    with pytest.raises(LandscapeError) as error:
        ls.problems.tsp(**given)
    assert str(error.value).endswith(told)
