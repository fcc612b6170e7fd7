"""Bits and whole numbers: what moves lead to, by hand and by their laws."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls

COUNTS = (2, 4, 1, 3)
DOMAINS = [
    *(ls.Bits(length=6, neighborhood=name) for name in ls.Bits.neighborhoods),
    *(ls.Integers(length=4, count=3, neighborhood=name) for name in ls.Integers.neighborhoods),
    ls.Integers(length=4, count=COUNTS),
]


def name(domain) -> str:
    return f"{type(domain).__name__}-{domain.neighborhood}-{np.shape(getattr(domain, 'count', 0))}"


def every(keep=lambda domain: True):
    """The test is run for all domains that `keep` takes."""
    return pytest.mark.parametrize("domain", [each for each in DOMAINS if keep(each)], ids=name)


@cache
def walked(domain) -> dict:
    """400 points of the domain, and one move, one mutation, one kick and one child of two each, NumPy."""

    @jax.jit
    def walk(key):
        keys = iter(jax.random.split(key, 8))
        x, y = (domain.sample(next(keys), 400, jnp.float64) for _ in range(2))
        drawn = lambda count: jax.random.uniform(next(keys), (400, count))  # noqa: E731
        moves = jax.vmap(domain.propose)(drawn(domain.draws), x)
        single = domain.using(recombination="one_point")
        return {
            "x": x,
            "y": y,
            "moves": moves,
            "moved": jax.vmap(domain.apply)(x, moves),
            "mutated": jax.vmap(domain.mutate, (0, 0, None, None))(drawn(domain.mutation_draws), x, 0.1, 0.3),
            "kicked": jax.vmap(lambda u, x: domain.kick(u, x, 2))(drawn(domain.kick_draws), x),
            "mixed": jax.vmap(domain.recombine, (0, 0, 0, None))(drawn(domain.mixing_draws), x, y, 0.25),
            "halved": jax.vmap(single.recombine, (0, 0, 0, None))(drawn(2), x, y, 0.8),
        }

    return {key: np.asarray(each) for key, each in walk(jax.random.key(5)).items()}


@every()
def test_everything_leads_to_points_of_the_domain(domain):
    seen = walked(domain)
    for points in (each for key, each in seen.items() if key != "moves"):
        assert np.all((points >= 0) & (points <= domain.upper) & (points == np.round(points)))


@every()
def test_moves_are_those_of_the_list_and_change_what_they_say(domain):
    seen = walked(domain)
    listed = {tuple(move) for move in domain.moves().tolist()}
    differ = (seen["moved"] != seen["x"]).sum(axis=1)
    mixed = np.ptp(seen["x"], axis=1) > 0
    for move, changed, both in zip(seen["moves"].tolist(), differ, mixed, strict=True):
        if domain.neighborhood == "swap" and isinstance(domain, ls.Bits) and not both:
            assert (move, changed) == ([0, 0], 0)  # all ones, or all zeros
        elif tuple(move) not in listed:
            assert domain.upper[move[0]] == 0  # a place with one value keeps it
            assert changed == 0
        else:
            at_most = 1 if domain.neighborhood in ("flip", "assign") or move[0] == move[-1] else 2
            assert changed == at_most or (isinstance(domain, ls.Integers) and domain.neighborhood == "swap")
    assert {tuple(move) for move in seen["moves"].tolist()} >= listed  # 400 draws meet all of these few


def test_a_move_from_the_list_is_applied_by_hand():
    flip, swap, either = (ls.Bits(length=4, neighborhood=name) for name in ls.Bits.neighborhoods)
    x = jnp.array([1.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(flip.apply(x, np.array([2])), [1, 0, 1, 1])
    np.testing.assert_array_equal(swap.apply(x, np.array([0, 1])), [0, 1, 0, 1])
    np.testing.assert_array_equal(either.apply(x, np.array([3, 3])), [1, 0, 0, 0])
    np.testing.assert_array_equal(either.apply(x, np.array([1, 3])), [1, 1, 0, 0])
    numbers = ls.Integers(length=3, count=(2, 5, 3))
    np.testing.assert_array_equal(numbers.apply(jnp.array([1.0, 4.0, 0.0]), np.array([1, 3])), [1, 2, 0])
    assert len(either.moves()) == 4 + 6
    assert len(numbers.moves()) == 1 + 4 + 2


@every(lambda domain: domain.neighborhood == "swap")
def test_swaps_keep_what_there_is(domain):
    seen = walked(domain)
    for what in ("moved", "mutated", "kicked"):
        np.testing.assert_array_equal(np.sort(seen[what], axis=1), np.sort(seen["x"], axis=1))
    assert (seen["kicked"] != seen["x"]).any(axis=1).mean() > 0.5


@every(lambda domain: domain.neighborhood != "swap")  # which may exchange numbers for equal ones
def test_kicks_have_the_strength_asked_for(domain):
    seen = walked(domain)
    assert set((seen["kicked"] != seen["x"]).sum(axis=1)) <= ({3} if np.all(domain.upper) else {2, 3})


@every(lambda domain: domain.neighborhood != "swap")  # where places move together
def test_mutation_changes_each_place_as_often_as_told(domain):
    seen = walked(domain)
    shares = (seen["mutated"] != seen["x"]).mean(axis=0)
    np.testing.assert_allclose(shares, np.where(domain.upper > 0, 0.3, 0.0), atol=5 * np.sqrt(0.21 / 400))


@every()
def test_children_take_their_places_from_their_parents(domain):
    seen = walked(domain)
    x, y = seen["x"], seen["y"]
    for what in ("mixed", "halved"):
        assert np.all((seen[what] == x) | (seen[what] == y))
    apart = x != y
    share = (seen["mixed"] == y)[apart].mean()
    assert share == pytest.approx(0.25, abs=5 * np.sqrt(0.1875 / apart.sum()))
    # One cut: from the first place that comes from the other parent on, all do.
    from_other = np.where(apart, seen["halved"] == y, False)
    tail = np.cumsum(from_other, axis=1) > 0
    assert np.all(from_other == (tail & apart))


@every()
def test_distance_is_hammings(domain):
    seen = walked(domain)
    apart = jax.vmap(domain.distance)(seen["x"], seen["y"])
    np.testing.assert_array_equal(apart, (seen["x"] != seen["y"]).sum(axis=1))


def test_confine_makes_points_of_any_numbers():
    odd = np.array([-3.0, 1.4, np.inf, np.nan])
    np.testing.assert_array_equal(ls.Integers(length=4, count=3).confine(odd), [0, 1, 2, 0])
    np.testing.assert_array_equal(ls.Bits(length=4).confine(odd), [0, 1, 1, 0])


def test_samples_are_even():
    points = np.asarray(ls.Integers(length=4, count=COUNTS).sample(jax.random.key(2), 4000, jnp.float64))
    for column, count in zip(points.T, COUNTS, strict=True):
        shares = np.bincount(column.astype(int), minlength=count) / 4000
        np.testing.assert_allclose(shares, 1 / count, atol=5 * np.sqrt(0.25 / 4000))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ls.Bits(length=0), "give one bit or more"),
        (lambda: ls.Bits(length=1, neighborhood="swap"), "two bits or more, or flip"),
        (lambda: ls.Bits(neighborhood="two_opt"), "Bits have no neighborhood 'two_opt'.*Known: flip, swap, flip_swap"),
        (lambda: ls.Bits(length=2.5), "The number of bits is '2.5'; give a whole number"),
        (lambda: ls.Permutations(length="four"), "is 'four'; give a whole number"),
        (lambda: ls.Integers(length=2, count=(2, None)), "count of values is 'None'; give a whole number"),
        (lambda: ls.Integers(count=0), "give one or more of each"),
        (
            lambda: ls.Permutations(9),
            "^9 is no name of a neighborhood; Permutations takes its values by name: .*len",
        ),
        (lambda: ls.Bits(0), "^0 is no name of a neighborhood"),
        (lambda: ls.Integers(count=()), "give one or more of each"),
        (lambda: ls.Integers(length=3, count=(2, 3)), "2 counts of values do not fit 3 numbers"),
        (lambda: ls.Integers(length=2, count=(2, 3), neighborhood="swap"), "cannot be swapped; take assign"),
        (lambda: ls.Integers(length=1, neighborhood="swap"), "take two or more, or assign"),
    ],
)
def test_what_is_no_domain_is_refused(make, words):
    with pytest.raises(ls.LandscapeError, match=words):
        make()


def test_lists_and_numbers_of_numpy_make_the_same_domains():
    assert hash(ls.Integers(length=np.int64(2), count=[2, 3])) == hash(ls.Integers(length=2, count=(2, 3)))
    assert ls.Mixed(reals=np.array([[0, 1]]), categories=[3]) == ls.Mixed(reals=((0.0, 1.0),), categories=(3,))


def test_neighborhoods_that_a_domain_lacks_are_left_out():
    assert ls.Bits(length=1).walkable == ("flip", "flip_swap")
    assert ls.Bits(length=2, neighborhood="swap").walkable == ("swap", "flip", "flip_swap")
    assert ls.Integers(length=2, count=(2, 3)).walkable == ("assign",)
