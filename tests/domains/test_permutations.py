"""Permutations: every move, child and kick is one; moves are all there are; distances know what a tour is."""

from functools import cache, partial
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape.domains import Permutations
from landscape.parameters import LandscapeError

NEIGHBORHOODS, CROSSOVERS = Permutations.neighborhoods, Permutations.recombinations
LENGTHS = (2, 3, 4, 9)


@st.composite
def orders(draw, *lengths):
    count = draw(st.sampled_from(lengths or LENGTHS))
    return np.array(draw(st.permutations(range(count))), float)


def bonds(tour) -> set:
    return set(row_of_bonds(tour))


def row_of_bonds(tour) -> list:
    return [frozenset(pair) for pair in zip(tour, np.roll(tour, -1), strict=True)]


@cache
def program(method: str, length: int, cyclic: bool, recombination: str = "order", **more):
    """A domain, and a compiled method of it."""
    domain = Permutations(length=length, cyclic=cyclic, recombination=recombination)
    return domain, jax.jit(partial(getattr(domain, method), **more))


def is_permutation(x, count: int) -> bool:
    return sorted(np.asarray(x).tolist()) == list(range(count))


def all_neighbors(domain, x):
    """Everything one move away from `x` (d,): (m, d)."""
    return np.asarray(jax.jit(jax.vmap(domain.apply, (None, 0)))(x, domain.moves()))


@pytest.mark.parametrize("cyclic", [True, False])
@pytest.mark.parametrize("neighborhood", NEIGHBORHOODS)
def test_moves_are_proposed_as_often_and_lead_to_other_permutations(neighborhood, cyclic):
    for count in (3, 8):
        domain = Permutations(length=count, neighborhood=neighborhood, cyclic=cyclic)
        x = np.random.default_rng(count).permutation(count).astype(float)
        reached = all_neighbors(domain, x)
        assert all(is_permutation(each, count) for each in reached)
        if count > 3 or not cyclic:
            tours = {tuple(each) for each in domain.canonical(reached)}
            assert tuple(domain.canonical(x)) not in tours
            if neighborhood != "or_opt":  # where a few short stretches have two ways to the same
                assert len(tours) == len(reached)
        known = {tuple(move): k for k, move in enumerate(domain.moves().tolist())}
        uniform = jax.random.uniform(jax.random.key(7), (100 * len(known), domain.draws))
        proposed = np.asarray(jax.jit(jax.vmap(lambda u: domain.propose(u, None)))(uniform))  # noqa: B023
        seen = np.bincount([known[tuple(move)] for move in proposed.tolist()], minlength=len(known))
        chi_square, free = float(((seen - 100) ** 2 / 100).sum()), len(known) - 1
        assert chi_square <= free + 4 * np.sqrt(2 * free)  # four standard deviations of its law


# What reaches it from 0 1 2 … by hand: all pairs of bonds, of places, of a number and another gap.
@pytest.mark.parametrize(
    ("neighborhood", "cyclic", "count", "many"),
    [
        ("two_opt", True, 9, 27), ("two_opt", False, 9, 36), ("swap", True, 9, 36), ("swap", False, 9, 36),
        ("insert", True, 9, 54), ("insert", False, 9, 64), ("two_opt", True, 4, 2), ("insert", True, 4, 4),
        ("two_opt", True, 3, 1), ("insert", True, 2, 1), ("or_opt", True, 3, 1), ("insert", False, 2, 1),
    ],
)  # fmt: skip
def test_how_many_moves_there_are(neighborhood, cyclic, count, many):
    assert len(Permutations(length=count, neighborhood=neighborhood, cyclic=cyclic).moves()) == many


def test_or_opt_reaches_exactly_the_tours_that_moving_a_stretch_makes():
    count = 8
    domain = Permutations(length=count, neighborhood="or_opt", cyclic=True)
    x = np.arange(count, dtype=float)
    reached = domain.canonical(all_neighbors(domain, x))
    by_hand = set()
    for start in range(count):
        for length in (1, 2, 3):
            turned = np.roll(x, -start)
            stretch, rest = turned[:length], turned[length:]
            for gap in range(1, len(rest)):
                for way in (stretch, stretch[::-1]):
                    by_hand.add(tuple(domain.canonical(np.concatenate([rest[:gap], way, rest[gap:]]))))
    assert {tuple(each) for each in reached} == by_hand - {tuple(domain.canonical(x))}


def test_moves_do_what_their_names_say():
    x = np.arange(6.0)
    move = {"two_opt": (1, 4), "swap": (1, 4), "insert": (1, 4), "or_opt": (1, 2, 2, 1)}
    row = {"two_opt": [0, 4, 3, 2, 1, 5], "swap": [0, 4, 2, 3, 1, 5], "insert": [0, 2, 3, 4, 1, 5]}
    for name in NEIGHBORHOODS:
        reached = Permutations(length=6, neighborhood=name, cyclic=True).apply(x, np.array(move[name]))
        assert np.asarray(reached).tolist() == row.get(name, [0, 3, 4, 2, 1, 5])
    back = Permutations(length=6, neighborhood="insert").apply(x, np.array([4, 1]))
    assert np.asarray(back).tolist() == [0, 4, 1, 2, 3, 5]
    in_a_row = Permutations(length=6, neighborhood="or_opt")
    assert np.asarray(in_a_row.apply(x, np.array([3, 3, 0, 1]))).tolist() == [5, 4, 3, 0, 1, 2]


@given(orders(2, 9), st.booleans(), st.integers(0, 2**30), st.sampled_from([1, 9]))
def test_kicks_are_permutations(x, cyclic, seed, strength):
    domain, kick = program("kick", len(x), cyclic, strength=strength)
    kicked = kick(jax.random.uniform(jax.random.key(seed), (domain.kick_draws,)), x)
    assert is_permutation(kicked, len(x))


def test_a_double_bridge_breaks_four_bonds_anywhere():
    domain = Permutations(length=40, cyclic=True)
    x = np.random.default_rng(0).permutation(40).astype(float)
    uniform = jax.random.uniform(jax.random.key(0), (300, domain.kick_draws))
    once, thrice = (np.asarray(jax.jit(jax.vmap(lambda u, s=s: domain.kick(u, x, s)))(uniform)) for s in (1, 3))
    apart = [len(bonds(x) - bonds(each)) for each in once]
    assert max(apart) == 4
    assert np.mean(apart) > 3.9  # fewer where two pieces side by side are single numbers
    assert not any(np.array_equal(each, x) for each in once)
    more = [len(bonds(x) - bonds(each)) for each in thrice]
    assert max(more) == 12
    assert np.mean(more) > 10
    cut = np.mean([[bond not in bonds(each) for bond in row_of_bonds(x)] for each in once], axis=0)
    assert np.abs(cut - 0.1).max() < 0.07  # every bond as often as another: 4 of 40, within four standard deviations
    in_a_row = Permutations(length=40)
    uniform = jax.random.uniform(jax.random.key(1), (in_a_row.kick_draws,))
    assert [int((np.asarray(in_a_row.kick(uniform, x, s)) != x).sum()) for s in (1, 2, 9, 99)] == [3, 4, 11, 40]


@given(st.data(), st.sampled_from(CROSSOVERS), st.sampled_from([0.0, 0.4, 1.0]), st.integers(0, 2**30))
def test_children_are_permutations(data, name, rate, seed):
    a = data.draw(orders(2, 9))
    b = np.array(data.draw(st.permutations(range(len(a)))), float)
    domain, mix = program("recombine", len(a), True, name)
    child = np.asarray(mix(jax.random.uniform(jax.random.key(seed), (domain.mixing_draws,)), a, b, rate))
    assert is_permutation(child, len(a))
    if name != "edge" and rate in (0.0, 1.0):
        assert np.array_equal(child, b if rate else a)


def mixed(name: str, count: int, rate: float, many: int = 200):
    """Parents and their children (many, n) each."""
    domain = Permutations(length=count, recombination=name)
    a, b = (domain.sample(jax.random.key(k), many, jnp.float64) for k in (1, 2))
    uniform = jax.random.uniform(jax.random.key(3), (many, domain.mixing_draws))
    child = jax.jit(jax.vmap(domain.recombine, (0, 0, 0, None)))(uniform, a, b, rate)
    return np.asarray(a), np.asarray(b), np.asarray(child)


def test_order_keeps_a_stretch_and_the_order_of_the_rest():
    for a, b, child in zip(*mixed("order", 12, 0.5), strict=True):
        place = np.argsort(b)  # where each number stands in b
        kept = next(
            start for start in range(12) if all(child[(start + k) % 12] == a[(start + k) % 12] for k in range(6))
            and _ascends(place[np.roll(child, -start)[6:].astype(int)])
        )  # fmt: skip
        assert 0 <= kept < 12


def _ascends(places) -> bool:
    """Whether they go up, but for one way round the end."""
    return int((np.diff(np.append(places, places[0])) < 0).sum()) <= 1


def test_position_keeps_places_and_the_order_of_the_rest():
    for a, b, child in zip(*mixed("position", 10, 0.4), strict=True):
        others = child[child != a]
        assert (np.diff(np.argsort(b)[others.astype(int)]) > 0).all()


def test_edge_makes_hardly_any_bonds_of_its_own():
    """Even of parents that have nothing in common, one or two in thirty; of one parent twice, none."""
    a, b, child = mixed("edge", 30, 0.5)
    fresh = [len(bonds(c) - bonds(x) - bonds(y)) for x, y, c in zip(a, b, child, strict=True)]
    assert np.mean(fresh) < 2
    domain = Permutations(length=30, recombination="edge")
    uniform = jax.random.uniform(jax.random.key(5), (len(a), 30))
    same = jax.jit(jax.vmap(domain.recombine, (0, 0, 0, None)))(uniform, a, np.roll(a[:, ::-1], 7, axis=1), 0.5)
    assert all(bonds(np.asarray(each)) == bonds(x) for each, x in zip(same, a, strict=True))


def test_edge_goes_on_to_a_neighbour_with_the_fewest_left():
    for a, b, child in zip(*mixed("edge", 9, 0.0, 40), strict=True):
        left = {i: {j for bond in bonds(a) | bonds(b) if i in bond for j in bond} - {i} for i in a}
        assert child[0] == a[0]
        for now, after in pairwise(child):
            left = {i: near - {now} for i, near in left.items()}
            fewest = min((len(left[i]) for i in left[now]), default=None)
            assert not left[now] or (after in left[now] and len(left[after]) == fewest)


@given(orders(), st.integers(0, 8), st.booleans(), st.data())
def test_distance_is_zero_for_the_same_tour_alone(x, turn, back, data):
    count = len(x)
    same = np.roll(x[::-1] if back else x, turn)
    other = np.array(data.draw(st.permutations(range(count))), float)
    third = np.array(data.draw(st.permutations(range(count))), float)
    for cyclic in (True, False):
        domain, distance = program("distance", count, cyclic)
        traits = program("traits", count, cyclic)[1]
        apart = float(distance(x, other))
        equal = bonds(x) == bonds(other) if cyclic else np.array_equal(x, other)
        assert (apart == 0) == equal
        assert apart == float(distance(other, x))
        assert apart <= float(distance(x, third)) + float(distance(third, other))
        assert apart == (len(bonds(x) - bonds(other)) if cyclic else (x != other).sum())
        if cyclic:
            assert float(distance(x, same)) == 0.0
            assert np.array_equal(domain.canonical(x), domain.canonical(same))
            assert np.array_equal(program("canonical", count, cyclic)[1](same), domain.canonical(x))
            shared = set(traits(x).tolist()) & set(traits(other).tolist())
            assert len(shared) == len(bonds(x) & bonds(other))
        else:
            assert np.array_equal(domain.canonical(x), x)


def test_confine_reads_any_numbers_as_an_order():
    domain = Permutations(length=4, cyclic=True)
    assert np.asarray(domain.confine(jnp.array([0.5, -3.0, 9.0, 0.7]))).tolist() == [1, 0, 3, 2]
    assert np.asarray(domain.confine(jnp.array([[3.0, 1, 0, 2]]))).tolist() == [[3, 1, 0, 2]]
    assert is_permutation(domain.confine(jnp.array([np.nan, 2.0, np.inf, 2.0])), 4)
    assert all(is_permutation(each, 4) for each in domain.sample(jax.random.key(0), 9, jnp.float64))


def test_words_that_are_unknown_are_told():
    with pytest.raises(LandscapeError, match="Permutations have no neighborhood 'flip'"):
        Permutations(length=4, neighborhood="flip")
    with pytest.raises(LandscapeError, match=r"Permutations have no recombination 'oder'. Did you mean 'order'\?"):
        Permutations(length=4, recombination="oder")
    with pytest.raises(LandscapeError, match="1 number has no other order; give two or more"):
        Permutations(length=1)
    assert Permutations(length=4, cyclic=True).structure != Permutations(length=4).structure
