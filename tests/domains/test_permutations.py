"""Permutations: every move, child and kick is one; moves are all there are; distances know what a tour is."""

from functools import cache, partial
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bonds

from landscape.domains import Permutations
from landscape.parameters import LandscapeError

NEIGHBORHOODS, CROSSOVERS = Permutations.neighborhoods, Permutations.recombinations
LENGTHS = (2, 3, 4, 9)
SIZES = {"order": 12, "position": 12, "edge": 30}  # one program for each recombination


def orders(many: int, count: int, seed: int) -> np.ndarray:
    """Random permutations (many, count)."""
    return np.random.default_rng(seed).permuted(np.tile(np.arange(float(count)), (many, 1)), axis=1)


def are_permutations(points, count: int) -> bool:
    return bool((np.sort(points, axis=-1) == np.arange(count)).all())


@partial(jax.jit, static_argnums=0)
def walked(domain, x, moves, uniform):
    """Where each of the moves leads from `x` (d,), and which moves are proposed by rows of uniform numbers."""
    return jax.vmap(domain.apply, (None, 0))(x, moves), jax.vmap(domain.propose, (0, None))(uniform, x)


@pytest.mark.parametrize("cyclic", [True, False])
@pytest.mark.parametrize("neighborhood", NEIGHBORHOODS)
def test_moves_are_proposed_as_often_and_lead_to_other_permutations(neighborhood, cyclic):
    for count in (3, 8):
        domain = Permutations(length=count, neighborhood=neighborhood, cyclic=cyclic)
        x = np.random.default_rng(count).permutation(count).astype(float)
        moves = domain.moves()
        uniform = np.random.default_rng(7).random((100 * len(moves), domain.draws))
        reached, proposed = map(np.asarray, walked(domain, x, moves, uniform))
        assert are_permutations(reached, count)
        if count > 3 or not cyclic:
            tours = {tuple(each) for each in domain.canonical(reached)}
            assert tuple(domain.canonical(x)) not in tours
            if neighborhood != "or_opt":  # where a few short stretches have two ways to the same
                assert len(tours) == len(reached)
        known = {tuple(move): k for k, move in enumerate(moves.tolist())}
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
    moves = domain.moves()
    reached = domain.canonical(np.asarray(walked(domain, x, moves, np.zeros((100 * len(moves), domain.draws)))[0]))
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
    circle = [
        ("two_opt", (1, 4), [0, 4, 3, 2, 1, 5]),
        ("swap", (1, 4), [0, 4, 2, 3, 1, 5]),
        ("insert", (1, 4), [0, 2, 3, 4, 1, 5]),
        ("or_opt", (1, 2, 2, 1), [0, 3, 4, 2, 1, 5]),
    ]
    row = [("insert", (4, 1), [0, 4, 1, 2, 3, 5]), ("or_opt", (3, 3, 0, 1), [5, 4, 3, 0, 1, 2])]
    cases = [(True, *each) for each in circle] + [(False, *each) for each in row]
    domains = [Permutations(length=6, neighborhood=name, cyclic=cyclic) for cyclic, name, *_ in cases]
    moves = [np.array(move) for *_, move, _ in cases]
    reached = jax.jit(lambda moves: [each.apply(np.arange(6.0), m) for each, m in zip(domains, moves, strict=True)])
    assert np.array(reached(moves)).tolist() == [expected for *_, expected in cases]


def test_kicks_are_permutations():
    """Double bridges where there is room for their pieces, else trades; more of them than there are random numbers."""
    cases = [(9, True, 1), (9, True, 9), (9, False, 1), (9, False, 9), (2, True, 9), (2, False, 1)]
    domains = [Permutations(length=count, cyclic=cyclic) for count, cyclic, _ in cases]
    chance = np.random.default_rng(1)
    points = [orders(60, count, count) for count, *_ in cases]
    uniform = [chance.random((60, domain.kick_draws)) for domain in domains]

    @jax.jit
    def kicked(uniform, points):
        rows = zip(domains, cases, uniform, points, strict=True)
        return [jax.vmap(lambda u, x: each.kick(u, x, strength))(u, x)  # noqa: B023
                for each, (*_, strength), u, x in rows]  # fmt: skip

    for (count, *_), x, found in zip(cases, points, kicked(uniform, points), strict=True):
        assert are_permutations(found, count)
        assert (np.asarray(found) != x).any()


def test_a_double_bridge_breaks_four_bonds_anywhere():
    domain = Permutations(length=40, cyclic=True)
    x = np.random.default_rng(0).permutation(40).astype(float)
    uniform = np.random.default_rng(1).random((300, domain.kick_draws))
    once, thrice = (np.asarray(jax.jit(jax.vmap(lambda u, s=s: domain.kick(u, x, s)))(uniform)) for s in (1, 3))
    apart = [len(bonds(x) - bonds(each)) for each in once]
    assert max(apart) == 4
    assert np.mean(apart) > 3.9  # fewer where two pieces side by side are single numbers
    assert not any(np.array_equal(each, x) for each in once)
    more = [len(bonds(x) - bonds(each)) for each in thrice]
    assert max(more) == 12
    assert np.mean(more) > 10
    cut = np.mean(
        [[{a, b} not in bonds(each) for a, b in zip(x, np.roll(x, -1), strict=True)] for each in once], axis=0
    )
    assert np.abs(cut - 0.1).max() < 0.07  # every bond as often as another: 4 of 40, within four standard deviations
    in_a_row = Permutations(length=40)
    trades = jax.jit(lambda uniform: [in_a_row.kick(uniform, x, strength) for strength in (1, 2, 9, 99)])
    changed = np.array(trades(np.random.default_rng(2).random(40))) != x
    assert changed.sum(axis=1).tolist() == [3, 4, 11, 40]


@cache
def crossing(name: str, count: int):
    domain = Permutations(length=count, recombination=name)
    return domain, jax.jit(jax.vmap(domain.recombine, (0, 0, 0, None)))


def mixed(name: str, count: int, rate: float, same: bool = False):
    """Parents and their children (200, n) each; with `same` the second parent is the first one as a circle."""
    domain, mix = crossing(name, count)
    a = orders(200, count, 1)
    b = np.roll(a[:, ::-1], 7, axis=1) if same else orders(200, count, 2)
    return a, b, np.asarray(mix(np.random.default_rng(3).random((200, domain.mixing_draws)), a, b, rate))


@pytest.mark.parametrize("name", CROSSOVERS)
def test_children_are_permutations(name):
    for count in (2, SIZES[name]):
        for rate in (0.0, 0.4, 1.0):
            a, b, child = mixed(name, count, rate)
            assert are_permutations(child, count)
            if name != "edge" and rate in (0.0, 1.0):
                np.testing.assert_array_equal(child, b if rate else a)


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
    for a, b, child in zip(*mixed("position", 12, 0.4), strict=True):
        others = child[child != a]
        assert (np.diff(np.argsort(b)[others.astype(int)]) > 0).all()


def test_edge_makes_hardly_any_bonds_of_its_own():
    """Even of parents that have nothing in common, one or two in thirty; of one parent twice, none."""
    a, b, child = mixed("edge", 30, 0.5)
    fresh = [len(bonds(c) - bonds(x) - bonds(y)) for x, y, c in zip(a, b, child, strict=True)]
    assert np.mean(fresh) < 2
    a, _, again = mixed("edge", 30, 0.5, same=True)
    assert all(bonds(each) == bonds(x) for each, x in zip(again, a, strict=True))


def test_edge_goes_on_to_a_neighbour_with_the_fewest_left():
    for a, b, child in zip(*mixed("edge", 30, 0.0), strict=True):
        left = {i: {j for bond in bonds(a) | bonds(b) if i in bond for j in bond} - {i} for i in a}
        assert child[0] == a[0]
        for now, after in pairwise(child):
            left = {i: near - {now} for i, near in left.items()}
            fewest = min((len(left[i]) for i in left[now]), default=None)
            assert not left[now] or (after in left[now] and len(left[after]) == fewest)


@partial(jax.jit, static_argnums=0)
def compared(domain, pairs, same):
    """Distances of pairs (2, m, d), and of the first of them what they have in common, and the usual writing of it."""
    return jax.vmap(domain.distance)(*pairs), jax.vmap(domain.traits)(pairs[0]), jax.vmap(domain.canonical)(same)


@pytest.mark.parametrize("cyclic", [True, False])
def test_distance_is_zero_for_the_same_tour_alone(cyclic):
    for count in LENGTHS:
        domain = Permutations(length=count, cyclic=cyclic)
        x, other, third = (orders(40, count, seed) for seed in range(3))
        same = np.stack([np.roll(row[:: 1 - 2 * (k % 2)], k % count) for k, row in enumerate(x)])
        pairs = np.stack([np.concatenate([x, other, x, third, x]), np.concatenate([other, x, third, other, same])])
        apart, traits, usual = map(np.asarray, compared(domain, pairs, same))
        there, back, one, two, none = apart.reshape(5, 40)
        by_hand = [len(bonds(a) - bonds(b)) if cyclic else (a != b).sum() for a, b in zip(x, other, strict=True)]
        np.testing.assert_array_equal(there, by_hand)
        np.testing.assert_array_equal(there, back)
        assert (there <= one + two).all()
        np.testing.assert_array_equal(usual, domain.canonical(same))
        if not cyclic:
            np.testing.assert_array_equal(usual, same)
            continue
        assert (none == 0).all()
        np.testing.assert_array_equal(usual, domain.canonical(x))
        for a, b, mine, yours in zip(x, other, traits[:40], traits[40:80], strict=True):
            assert len(set(mine.tolist()) & set(yours.tolist())) == len(bonds(a) & bonds(b))


def test_confine_reads_any_numbers_as_an_order():
    domain = Permutations(length=4, cyclic=True)
    rows = np.array([[0.5, -3.0, 9.0, 0.7], [3.0, 1, 0, 2], [np.nan, 2.0, np.inf, 2.0]])
    order, point, odd = np.asarray(jax.jit(domain.confine)(rows))
    assert order.tolist() == [1, 0, 3, 2]
    assert point.tolist() == [3, 1, 0, 2]
    assert are_permutations(odd, 4)
    assert are_permutations(jax.jit(lambda key: domain.sample(key, 9, jnp.float64))(jax.random.key(0)), 4)


def test_words_that_are_unknown_are_told():
    with pytest.raises(LandscapeError, match="Permutations have no neighborhood 'flip'"):
        Permutations(length=4, neighborhood="flip")
    with pytest.raises(LandscapeError, match=r"Permutations have no recombination 'oder'. Did you mean 'order'\?"):
        Permutations(length=4, recombination="oder")
    with pytest.raises(LandscapeError, match="1 number has no other order; give two or more"):
        Permutations(length=1)
    assert Permutations(length=4, cyclic=True).structure != Permutations(length=4).structure
