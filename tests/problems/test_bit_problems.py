"""Problems over bits, every point of tiny ones: values by plain formulas, and what every move changes."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape.problems import graphs, load
from landscape.problems.instances import remember

P = ls.problems
TINY = """# five items
5 10
6.5 4
3 3
5 5
9 9
1 0
"""
FORMULA = """c with a tautology, a literal twice, a clause of one and one of none
p wcnf 6 8 90
3 1 -2 3 0
2 -1 0  4 4 4 -5 0
90 -4 -6 0
1 2 -2 5 0
5 -3 5 6
0
2 0
7 -5 -6 1 0
"""
EDGES = "5 6\n1 2 3\n2 3 -4\n1 3\n4 5 2.5\n5 4 2.5\n3 4 -1\n"
MATRIX = "4 5\n1 1 -3\n1 2 4\n2 1 1\n3 3 2.5\n4 2 -6\n"


def sack(data, x):
    value, excess = x @ data.values, x @ data.weights - data.capacity
    return np.ceil(data.values.sum() / data.weights.sum()) * excess if excess > 0 else -value


def fails(data, x):
    true = [any(x[abs(lit) - 1] == (lit > 0) for lit in row if lit) for row in data.literals]
    return sum(weight for weight, holds in zip(data.weights, true, strict=True) if not holds)


def cut(data, x):
    return -sum(weight for (i, j), weight in zip(data.edges, data.weights, strict=True) if x[i] != x[j])


def mean(data, x):
    digits = ["".join(str(int(x[bit])) for bit in row[::-1]) for row in data.neighbors]
    return -np.mean([table[int(word, 2)] for table, word in zip(data.tables, digits, strict=True)])


CASES = [
    (P.knapsack(instance=remember(TINY)), sack),
    (P.max_sat(instance=remember(FORMULA)), fails),
    (P.max_sat(instance="random:7:30"), fails),
    (P.max_cut(instance=remember(EDGES)), cut),
    (P.max_cut(instance="random:7:0.6:signs"), cut),
    (P.qubo(instance=remember(MATRIX)), lambda data, x: -3 * x[0] + 5 * x[0] * x[1] + 2.5 * x[2] - 6 * x[1] * x[3]),
    (P.nk(dim=7, k=2), mean),
    (P.nk(dim=6, k=3, neighbors="random", seed=1), mean),
    (P.one_max(dim=6), lambda data, x: 6 - x.sum()),
    (P.leading_ones(dim=6), lambda data, x: 6 - len(list(itertools.takewhile(bool, x)))),
]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0].name}-{case[0].dim}")
def known(request):
    """A problem, all its points (2^n, n), their values, and by neighbourhood what each move does: (index, change)."""
    surface, formula = request.param
    size = surface.dim
    points = np.array(list(itertools.product((0.0, 1.0), repeat=size)))
    domains = {name: surface.domain.using(neighborhood=name) for name in surface.at(0.0, jnp.float64).changes}

    @jax.jit
    def everything(surface, points):
        changes = surface.at(0.0, jnp.float64).changes
        number = 2.0 ** jnp.arange(size)[::-1]
        done = {
            name: jax.vmap(
                lambda x, domain=domain, name=name: jax.vmap(
                    lambda move: (domain.apply(x, move) @ number, changes[name](x, move))
                )(domain.moves())
            )(points)
            for name, domain in domains.items()
        }
        return jax.vmap(surface)(points), done

    values, done = jax.tree.map(np.asarray, everything(surface, points))
    return surface, points, values, done, np.array([formula(surface.data, x) for x in points])


def test_values_follow_the_plain_formula(known):
    surface, _, values, _, expected = known
    np.testing.assert_allclose(values, expected, atol=1e-12)
    if np.isfinite(surface.minimum):
        assert values.min() == surface.minimum
    for x in surface.minima:
        assert float(surface(x)) == values.min()


def test_changes_are_what_recomputing_gives(known):
    surface, _, values, done, _ = known
    assert surface.domain.neighborhood in done
    for leads, changes in done.values():
        np.testing.assert_allclose(changes, values[leads.astype(int)] - values[:, None], atol=1e-12)


def test_solutions_are_told_and_shown(known):
    surface, points, values, _, _ = known
    describe = surface.entry.about["describe"]
    best, worst = (describe(surface.data, points[k], values[k]) for k in (values.argmin(), values.argmax()))
    assert 5 < len(best) < 100
    assert best != worst
    assert surface.start.shape == (surface.dim,)
    for name in ("simulated_annealing", "genetic"):
        entry = ls.optimizers.ENTRIES[name]
        entry(**surface.tuned(entry))


def test_decimal_weights_that_fill_the_sack_fit():
    """In floats, 0.1 + 0.2 is a little more than 0.3."""
    surface = P.knapsack(instance=remember("3 0.3\n1 0.1\n1 0.2\n0.5 0.05\n"))
    assert surface.describe([1, 1, 0]) == "value 2 of weight 0.3 (capacity 0.3)"
    assert float(surface(np.array([1.0, 1.0, 0.0]))) == -2
    assert float(surface(np.ones(3))) > 0
    assert surface.replace(neighborhood="swap").start.tolist() == [1, 0, 1]


def test_decimal_weights_fit_exactly_in_single_precision_too():
    chance = np.random.default_rng(0)
    for _ in range(40):
        tenths, taken = chance.integers(1, 100, 12), chance.integers(0, 2, 12)
        for missing in (0, 1):
            capacity = (tenths @ taken - missing) / 10
            rows = "".join(f"1 {weight / 10:.1f}\n" for weight in tenths)
            surface = P.knapsack(instance=remember(f"12 {capacity:.1f}\n{rows}"))
            loss = float(surface(taken.astype(np.float32)))
            assert (loss > 0) == bool(missing)
            assert missing or loss == -taken.sum()


def test_every_overfull_sack_is_worse_than_the_empty_one():
    surface, _ = CASES[0]
    data = surface.data
    for x in itertools.product((0.0, 1.0), repeat=5):
        heavy = np.dot(x, data.weights) > data.capacity
        assert (float(surface(np.array(x))) > 0) == heavy


@pytest.mark.parametrize(
    ("surface", "x", "value", "words"),
    [
        (P.max_sat(instance=remember("p cnf 2 2\n1 2 0\n-1 0\n")), [0, 1], 0, "all 2 clauses satisfied"),
        (P.max_sat(instance=remember("p cnf 2 2\n1 2 0\n-1 0\n")), [1, 0], 1, "1 of 2 clauses unsatisfied"),
        (
            P.max_sat(instance=remember("p cnf 1 2\n1 0\n0\n")), [1], 1,
            "1 of 2 clauses unsatisfied; 1 of them empty, which nothing satisfies",
        ),
        (
            P.max_sat(instance=remember(FORMULA.replace("\n0\n2 0", "\n0\n2 1 0"))), [1, 1, 0, 1, 0, 1], 27,
            "hard clauses unsatisfied: 1; weight of the soft ones: 2",
        ),
        (P.knapsack(instance=remember(TINY)), [1, 1, 0, 0, 1], -10.5, "value 10.5 of weight 7 (capacity 10)"),
        (P.knapsack(instance=remember(TINY)), [1, 1, 1, 1, 1], 99, "too heavy: weight 21 (capacity 10)"),
        (
            P.max_cut(instance="petersen"), [1] * 5 + [0] * 5, -5,
            "a cut of weight 5 (5 of 15 edges), 58 % below the largest",
        ),
        (
            P.knapsack(instance=remember("2 40000000\n12345678 39999999\n2 1\n")), [1, 1], -12345680,
            "value 12,345,680 of weight 40,000,000 (capacity 40,000,000)",
        ),
        (P.one_max(dim=3), [1, 0, 1], 1, "2 of 3 bits are ones"),
        (P.leading_ones(dim=3), [1, 0, 1], 2, "1 leading one of 3 bits"),
        (P.qubo(instance=remember(MATRIX)), [1, 0, 1, 0], -0.5, "value −0.5 with 2 ones of 4 bits"),
    ],
)  # fmt: skip
def test_what_solutions_are_called(surface, x, value, words):
    assert surface.entry.about["describe"](surface.data, np.array(x, float), value) == words


@pytest.mark.parametrize(
    ("name", "words", "side"),
    [("knapsack", "best", "below"), ("max_cut", "largest", "below"), ("qubo", "least", "above")],
)
def test_solutions_are_told_beside_the_known_optimum(name, words, side):
    surface = P.ENTRIES[name]()
    told = surface.entry.about["describe"]
    x = np.zeros(surface.dim)
    assert told(surface.data, x, surface.minimum).endswith(f", the {words} there is")
    assert told(surface.data, x, 0.75 * surface.minimum).endswith(f", 25 % {side} the {words}")


def test_shown_is_what_pictures_need():
    assert P.max_sat(instance=remember(FORMULA)).shown["clauses"][:3] == [[1, -2, 3], [-1], [4, 4, -5]]
    assert P.max_sat(instance=remember(FORMULA)).shown["weights"][3] == 3 + 2 + 4 + 1 + 5 + 2 + 7 + 1
    assert P.max_cut(instance=remember(EDGES)).shown["weights"] == [3.0, -4.0, 1.0, 2.5, -1.0]
    assert set(P.max_cut(instance="petersen").shown) == {"places", "edges", "colors", "cut"}
    assert P.knapsack(instance=remember(TINY)).shown == {
        "values": [6.5, 3.0, 5.0, 9.0, 1.0],
        "weights": [4.0, 3.0, 5.0, 9.0, 0.0],
        "capacity": 10.0,
    }


def test_items_look_good_to_ants_by_weight_for_value():
    appeal = P.knapsack(instance=remember(TINY)).at(0.0, jnp.float64).appeal
    # In this order the last, the first and the second item fit: 0, 4 and 3 of 10.
    np.testing.assert_allclose(appeal, [[1, 4 / 6.5], [1, 1], [1, 1], [1, 1], [1, 0]])


@pytest.mark.parametrize("name", ["knapPI_1_100_1000_1", "knapPI_3_100_1000_1", "f8_l-d_kp_23_10000"])
def test_published_values_of_knapsacks_are_right(name):
    data = P.knapsack(instance=name).data
    best = np.zeros(int(data.capacity) + 1)
    for value, weight in zip(data.values, data.weights.astype(int), strict=True):
        best[weight:] = np.maximum(best[weight:], best[: len(best) - weight] + value)
    assert data.optimum == -best[-1]


@pytest.mark.parametrize("surface", [P.knapsack(), P.max_sat()], ids=lambda surface: surface.name)
def test_annealing_finds_the_known_optimum(surface):
    entry = ls.optimizers.simulated_annealing
    run = ls.run_many(surface, entry(**surface.tuned(entry)), seeds=4, steps=20_000, record="last")
    assert np.asarray(run.best_value)[:, -1].min() == surface.minimum


def test_shipped_formulas_have_their_sizes_and_the_known_solutions():
    sizes = {name: (P.max_sat(instance=name).dim, len(P.max_sat(instance=name).data.literals))
             for name in ("uf20-01", "uf50-01", "uuf50-01")}  # fmt: skip
    assert sizes == {"uf20-01": (20, 91), "uf50-01": (50, 218), "uuf50-01": (50, 218)}
    left = np.arange(2**20)
    for row in P.max_sat(instance="uf20-01").data.literals:
        left = left[((left[:, None] >> (abs(row) - 1) & 1) == (row > 0)).any(axis=1)]
    assert len(left) == 8  # as many as SATLIB's first formula has


def test_random_instances_are_the_same_for_the_same_seed():
    one, other = (P.max_sat(instance="random:75:320", seed=seed).data.literals for seed in (4, 5))
    np.testing.assert_array_equal(one, P.max_sat(instance="random:75:320", seed=4).data.literals)
    assert (one != other).any()
    assert one.shape == (320, 3)
    assert all(len(set(abs(row))) == 3 for row in one)
    strong = P.knapsack(instance="random:40:strong").data
    np.testing.assert_array_equal(strong.values - strong.weights, 100)
    assert strong.capacity == strong.weights.sum() // 2
    weak = P.knapsack(instance="random:400:weak").data
    assert abs(weak.values - weak.weights).max() <= 100


def test_nk_contributions_read_as_many_bits_as_told():
    for kind in ("adjacent", "random"):
        data = P.nk(dim=12, k=5, neighbors=kind).data
        assert data.neighbors.shape == (12, 6)
        assert all(len(set(row)) == 6 and row[0] == i for i, row in enumerate(data.neighbors))
        for bit, row in enumerate(data.readers):
            assert set(row) - {12} == set(np.flatnonzero((data.neighbors == bit).any(axis=1)))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: P.knapsack(instance="random:10:odd"), "'odd' is no correlation.*give uncorrelated, weak, strong"),
        (lambda: P.knapsack(instance="random"), "write random:ITEMS:CORRELATION"),
        (lambda: P.knapsack(instance="random:ten"), "'ten' is no number of items; give a whole one from 1 to 10,000"),
        (lambda: P.knapsack(instance="knapPI_1"), "no instance 'knapPI_1'.*Did you mean 'knapPI_"),
        (lambda: P.knapsack(instance=remember("2 5\n1 1\n")), "Line 1 says 2 items, but 1 follow"),
        (lambda: P.knapsack(instance=remember("# c\n1 5\n1 -1\n")), "Line 3 is '1 -1'; expected the value and the wei"),
        (lambda: P.knapsack(instance=remember("5\n1 1\n")), "Line 1 is '5'; expected how many items follow"),
        (lambda: P.knapsack(instance=remember("\n")), "The file is empty"),
        (lambda: P.max_sat(instance="random:20"), "write random:VARIABLES:CLAUSES"),
        (lambda: P.max_cut(instance="random:9:0"), "'0' is no density; give a number above 0, at most 1"),
        (lambda: P.max_cut(instance="random:9:1:odd"), "'odd' are no weights of edges; give ones or signs"),
        (lambda: P.max_cut(instance=remember("3 2\n1 2 1\n2 1 5\n")), "Line 3 gives the edge 1 2 the weight 5, but it"),
        (lambda: P.max_cut(instance=remember("3 1\n2 2 1\n")), "Line 2 is '2 2 1'; .*2 is joined to itself"),
        (lambda: P.max_cut(instance=remember("3 1\n2 3 x\n")), "Line 2 is '2 3 x'; expected two vertices and a weight"),
        (lambda: P.max_cut(instance=remember("3 2\n2 3 1\n")), "Line 1 says 2 edges, but 1 follow"),
        (lambda: P.qubo(instance=remember("3 1\n2 4 1\n")), "Line 2 is '2 4 1'; expected two vertices from 1 to 3"),
        (lambda: P.qubo(instance=remember("9999 0\n")), "9,999 rows is too large here; 2,500"),
        (lambda: graphs.made(9000, [(0, i) for i in range(1, 9000)]), "8,999 neighbours are too many here"),
        (lambda: P.nk(dim=4, k=4), "k=4 other bits are more than dim=4 bits have; give 3 or fewer"),
        (lambda: P.nk(dim=1000, k=20), "too large; give fewer bits or a smaller k"),
        (lambda: P.one_max(dim=0), "outside 1 … 10000"),
        (lambda: load("/nowhere/at/all.kp"), "Cannot read"),
        (lambda: load(7), "'7' is no path; give that of a file"),
        (lambda: remember("PK\0\0"), "no text but the bytes of another kind of file"),
        (lambda: P.qubo(instance=remember("\ud800")), "Line 1 is"),
    ],
)
def test_bad_input_gets_a_sentence(make, words):
    with pytest.raises(ls.LandscapeError, match=words):
        make()
