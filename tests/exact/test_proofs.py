"""Exact solvers against each other, against looking at all points, and against published optima."""

import itertools
import sys

import numpy as np
import pytest

import landscape as ls
from landscape import exact
from landscape.exact import ENTRIES, Found, Solver
from landscape.exact.solver import End
from landscape.exact.tours.relaxation import Cut, Relaxation, Stuck
from landscape.exact.tours.separation import NONE
from landscape.parameters import LandscapeError

SMALL = {  # problems small enough to look at every point
    "knapsack:instance='random:12:strong',seed=3": ("dynamic_programming", "cp_sat"),
    "max_sat:instance='random:10:60',seed=1": ("cp_sat",),
    "max_cut:instance='random:10:0.6:signs',seed=2": ("cp_sat",),
    "qubo:instance='random:10:0.5',seed=1": ("cp_sat",),
    "nk:dim=10,k=3,neighbors=random,seed=4": ("cp_sat",),
    "one_max:dim=8": ("cp_sat",),
    "leading_ones:dim=8": ("cp_sat",),
    "n_queens:dim=6": ("cp_sat",),
    "coloring:instance='random:7:0.5',colors=4,seed=1": ("cp_sat",),
    "tsp:instance='random:7',seed=5": ("cuts", "dynamic_programming", "cp_sat"),
}


@pytest.mark.parametrize("text", SMALL)
def test_solvers_prove_what_looking_at_every_point_finds(text):
    surface = ls.catalog.surface(text)
    seen = exact.solve(surface, solver="enumeration")
    assert seen.status == "proved"
    for name in SMALL[text]:
        proof = exact.solve(surface, solver=name)
        assert (proof.status, proof.gap) == ("proved", 0.0)
        assert proof.value == pytest.approx(seen.value, rel=1e-9, abs=1e-12)
        assert float(surface(proof.x)) == pytest.approx(proof.value, rel=1e-6)
        assert np.all(proof.bounds[1:] >= proof.bounds[:-1])
        assert np.all(proof.incumbents[1:] <= proof.incumbents[:-1])
        assert proof.bounds.max() <= seen.value + 1e-9 * (1 + abs(seen.value))


def test_small_assignments_and_shops_are_proved(tmp_path):
    chance = np.random.default_rng(0)
    matrices = chance.integers(0, 9, (2, 5, 5))
    (tmp_path / "five.dat").write_text("5\n" + "\n".join(" ".join(map(str, row)) for row in matrices.reshape(10, 5)))
    proof = exact.solve(ls.problems.qap(instance=ls.problems.load(tmp_path / "five.dat")), solver="cp_sat")
    distances, flows = matrices
    least = min((flows * distances[np.ix_(order, order)]).sum() for order in itertools.permutations(range(5)))
    assert (proof.status, proof.value) == ("proved", least)
    shop = exact.solve(ls.problems.job_shop(instance="ft06"))
    assert (shop.status, shop.value) == ("proved", 55)  # Fisher & Thompson's 6 × 6


@pytest.mark.parametrize(
    ("rows", "longest"), [("2 1 0 0 3 0 1 0\n2 0 1 2 3 0 0 0", 2), ("2 2 1 2 3 0 0 0\n3 2 2 0 1 0 0 1", 4)]
)
def test_what_takes_no_time_waits_for_nobody(rows, longest):
    """Both jobs can go at once; what takes no time needs its machine at a moment when another operation begins."""
    shop = ls.problems.job_shop(instance=ls.problems.instances.remember(f"2 4\n{rows}\n"))
    proof = exact.solve(shop, solver="cp_sat")
    assert (proof.status, proof.value) == ("proved", longest)


def test_decimal_weights_that_add_up_to_the_capacity_fit():
    sack = ls.problems.knapsack(instance=ls.problems.instances.remember("3 0.3\n3 0.1\n5 0.2\n1 0.05\n"))
    assert {exact.solve(sack, solver=name).value for name in ("cp_sat", "enumeration")} == {-8.0}


def test_numbers_that_cp_sat_has_to_round_are_not_proved():
    """Weights of 1e9 with seven decimals are too long for it, and beside them the best cut, of weight 0, is small."""
    text = "3 3\n1 2 -1000000000.1234567\n1 3 -1000000000.7654321\n2 3 -0.3333333\n"
    cut = ls.problems.max_cut(instance=ls.problems.instances.remember(text))
    proof = exact.solve(cut, solver="cp_sat")
    assert (proof.status, proof.value) == ("stopped", 0.0)
    assert -1e-3 < proof.bound < 0.0
    assert "CP-SAT rounds" in proof.told
    assert exact.solve(cut, solver="enumeration").proved


@pytest.mark.parametrize(("instance", "best"), [("berlin52", 7542), ("kroA100", 21_282)])
def test_cuts_prove_tours_of_tsplib(instance, best):
    surface = ls.problems.tsp(instance=instance)
    assert exact.solvers(surface)[0] == "cuts"
    proof = exact.solve(surface, limit=300)
    assert (proof.status, proof.value, proof.bound) == ("proved", best, best)
    assert sorted(proof.x) == list(range(surface.dim))
    assert len(proof.seconds) >= 3
    assert np.all(proof.bounds[:-1] <= best)
    assert "7,542" in proof.told or "21,282" in proof.told


@pytest.mark.parametrize("kind", ["many ties", "real"])
def test_cuts_agree_with_tables_on_odd_distances(kind):
    from landscape.exact.tours.tree import Tree

    chance = np.random.default_rng(7)
    for _ in range(12):
        size = int(chance.integers(4, 9))
        upper = np.triu(chance.integers(0, 3, (size, size)) if kind == "many ties" else chance.random((size, size)), 1)
        distances = (upper + upper.T).astype(float)
        tree = Tree(distances)
        list(tree.search())
        orders = ((0, *rest) for rest in itertools.permutations(range(1, size)))
        least = min(distances[order, np.roll(order, -1)].sum() for order in orders)
        assert tree.value == pytest.approx(least, abs=1e-12)
        assert tree.bound == tree.value


def test_what_a_linear_program_calls_impossible_is_checked():
    """Three edges at one city cannot be in a tour; where all may be left out, there are tours."""
    edges = np.argwhere(np.triu(np.ones((8, 8)), 1))
    relaxation = Relaxation(np.asarray(ls.problems.tsp(instance="random:8").data.distances), edges)
    relaxation.every = False
    relaxation.add([Cut(np.arange(8) < 3, NONE)])
    none, every = np.zeros(len(edges)), np.ones(len(edges))
    forced = ((edges[:, 0] == 0) & (edges[:, 1] < 4)).astype(float)
    assert relaxation.solve(forced, every) is None
    assert relaxation.solve(none, every).bound > 0
    with pytest.raises(Stuck, match="cannot be checked"):
        relaxation._check_impossible(none, every)


def test_a_linear_program_that_takes_too_long_ends_with_what_is_known(monkeypatch):
    monkeypatch.setattr("landscape.exact.tours.relaxation.SLICE", 0.0)
    proof = exact.solve(ls.problems.tsp(instance="random:60"))
    assert proof.status == "stopped"
    assert proof.told == "stopped: a relaxation of 60 cities takes over 0 s"
    assert sorted(proof.x) == list(range(60))


@pytest.mark.parametrize("instance", ["points:0,0 30,40", "points:0,0 30,40 60,0", "points:0,0 0,0 50,0 50,0 50,0"])
def test_few_cities_and_cities_on_one_place(instance):
    proof = exact.solve(ls.problems.tsp(instance=instance), solver="cuts")
    assert (proof.status, proof.value) == ("proved", {2: 100, 3: 160, 5: 100}[len(proof.x)])


def test_what_has_no_solution_is_proved_to_have_none():
    proof = exact.solve(ls.problems.coloring(instance="myciel4", colors=4))
    assert proof.status == "infeasible"
    assert proof.x is None
    assert proof.proved
    assert proof.told == "myciel4 cannot be coloured with 4 colours: proved"
    assert proof.bound == 1.0  # a conflict at least
    assert exact.solve(ls.problems.coloring(instance="myciel4", colors=5)).value == 0.0
    assert exact.solve(ls.problems.n_queens(dim=3), solver="cp_sat").status == "infeasible"
    assert exact.solve(ls.problems.max_sat(instance="uuf50-01")).value >= 1.0


def test_published_optima_of_strings():
    for surface in (ls.problems.knapsack(), ls.problems.qubo(), ls.problems.max_cut(), ls.problems.max_sat()):
        proof = exact.solve(surface)
        assert (proof.status, proof.value) == ("proved", surface.minimum)


def test_a_limit_stops_with_a_bound_that_holds():
    proof = exact.solve(ls.problems.qap(instance="nug12"), solver="cp_sat", limit=0.5)
    assert proof.status == "stopped"
    assert proof.bound <= 578 <= proof.value
    assert proof.gap > 0
    assert not proof.proved


def test_closing_the_generator_ends_the_work():
    import threading

    before = threading.active_count()
    work = exact.solving(ls.problems.qap(instance="nug12"), solver="cp_sat", limit=600)
    step = next(work)
    assert step.bound <= 578
    work.close()
    assert threading.active_count() == before


def liar(value: float, bound: float, status: str) -> Solver:
    def lying(surface, *, limit, workers):
        yield Found(bound, value, surface.start)
        return End(status)

    return Solver(lying, ("one_max",), -1, None)


@pytest.mark.parametrize(
    ("value", "bound", "status"), [(1.0, 0.0, "stopped"), (8.0, 0.0, "proved"), (8.0, 9.0, "stopped")]
)
def test_a_solver_that_errs_is_not_believed(monkeypatch, value, bound, status):
    monkeypatch.setitem(ENTRIES, "lying", liar(value, bound, status))
    with pytest.raises(RuntimeError, match="A solver said"):
        exact.solve(ls.problems.one_max(dim=8), solver="lying")


def test_a_missing_package_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools", None)
    for asked in ({}, {"solver": "cp_sat"}):
        with pytest.raises(LandscapeError, match=r"needs OR-tools \(pip install 'landscape\[exact\]'\)"):
            exact.solving(ls.problems.max_sat(), **asked)
    with pytest.raises(LandscapeError, match="needs OR-tools"):
        next(ls.labs.local_search_and_proof.factory(problem="colouring"))  # before it anneals
    assert exact.solve(ls.problems.tsp(instance="circle:12")).proved  # needs nothing else
    small = ls.problems.qubo(instance="random:8:0.5")
    assert exact.solvers(small) == ("enumeration",)
    assert exact.solve(small).proved


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"solver": "cut"}, "Did you mean 'cuts'"),
        ({"solver": ["cuts"]}, "Unknown solver"),
        ({"solver": "cuts"}, "cuts does not take this coloring: it takes tsp only. Take cp_sat."),
        ({"limit": 0.0}, "limit=0.0 is no number of seconds"),
        ({"workers": 0}, "workers=0 is not a whole number from 1 to 64"),
    ],
)
def test_wrong_input_is_refused_at_once(asked, said):
    with pytest.raises(LandscapeError, match=said):
        exact.solving(ls.problems.coloring(), **asked)


OWN = ls.Surface.from_function(lambda x: x.sum(), domain=ls.Bits(length=4))


@pytest.mark.parametrize("given", ["tsp", ls.problems.tsp, ls.surfaces.himmelblau(), OWN])
@pytest.mark.parametrize("asked", [exact.solvers, exact.solving])
def test_only_problems_of_the_vocabulary_are_taken(asked, given):
    with pytest.raises(LandscapeError, match=r"take bound problems of ls\.problems, such as"):
        asked(given)


def test_ctrl_c_is_left_to_python(monkeypatch):
    """OR-tools' own handler ends the process where the solver runs in a thread."""
    cp_model = pytest.importorskip("ortools.sat.python.cp_model")
    asked, real = [], cp_model.CpSolver.solve

    def solve(solver, *given):
        asked.append(solver.parameters.catch_sigint_signal)
        return real(solver, *given)

    monkeypatch.setattr(cp_model.CpSolver, "solve", solve)
    assert ls.exact.solve(ls.problems.one_max(dim=3), solver="cp_sat").proved
    assert asked == [False]
