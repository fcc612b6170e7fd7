"""Matches: equal evaluations, frames at equal shares, branches, and their texts."""

import json

import numpy as np
import pytest

import landscape as ls
from landscape.match import Match, lanes
from landscape.match.game import best_of
from landscape.parameters import LandscapeError
from landscape.problems import instances

BUDGET, FRAMES = 4_000, 20
TOUR = ls.problems.tsp(instance="random:12", seed=3)
COLD = ls.optimizers.simulated_annealing(temperature=5.0)
LOST = '{"problem": {"name": "tsp"}, "lanes": [{"name": "genetic", "branch": [1]}]}'
METHODS = (COLD, ls.optimizers.genetic(size=8), ls.searches.tabu_search())


@pytest.fixture(scope="module")
def played():
    return Match(TOUR, METHODS, budget=BUDGET, frames=FRAMES, seed=1).play()


def length(x) -> float:
    """A tour's length by its own arithmetic, from the distances alone."""
    order = np.asarray(x, int)
    return float(TOUR.data.distances[order, np.roll(order, -1)].sum())


def test_frames_are_equal_shares_of_the_budget_for_every_method(played):
    for lane, method in zip(played.lanes, METHODS, strict=True):
        assert lane.x.shape == (FRAMES + 1, 12)
        allowed = BUDGET * np.arange(FRAMES + 1) / FRAMES
        first = method.members(12)
        assert (lane.evaluations <= np.maximum(allowed, first)).all()
        # The next step that was kept would have been too much: no frame shows an older one than it may.
        spent = np.asarray(lane.trajectory.evaluations)
        for frame in range(1, FRAMES + 1):
            later = spent[spent > lane.evaluations[frame]]
            assert not later.size or later[0] > allowed[frame]
    assert [lane.evaluations[-1] for lane in played.lanes[:2]] == [BUDGET, BUDGET]
    np.testing.assert_allclose(played.evaluations, BUDGET * np.arange(FRAMES + 1) / FRAMES)


def test_a_lane_tells_the_truth_about_its_points(played):
    for lane in played.lanes:
        assert [length(x) for x in lane.x] == pytest.approx(lane.value)
        assert all(sorted(x) == list(range(12)) for x in lane.x)
        assert (np.diff(lane.best) <= 0).all()
        assert (lane.best <= lane.value).all()
    place, x, value = played.match.best(played)
    assert value == length(x) == min(lane.best[-1] for lane in played.lanes) == played.lanes[place].best[-1]


def test_a_method_that_costs_something_else_in_every_step_spends_its_budget_too():
    """Pattern search looks at up to 2 d points a step, as many as it takes, and a simplex at one or two."""
    match = Match(TOUR, (ls.optimizers.pattern_search(), ls.optimizers.nelder_mead()), budget=BUDGET, frames=FRAMES)
    for lane in match.play().lanes:
        assert BUDGET - 2 * 12 <= lane.evaluations[-1] <= BUDGET


def test_metrics_are_numbers_of_the_moment_or_means_over_a_frame():
    """A schedule is as it stands there; of moves the share that was taken since the frame before."""
    cooling = ls.schedules.linear(start=100.0, end=1.0)
    method = ls.optimizers.simulated_annealing(temperature=cooling)
    lane = Match(TOUR, (method,), budget=BUDGET, frames=FRAMES).play().lanes[0]
    steps = lane.trajectory.thin * lane.rows - 1  # the last one taken
    told = 100.0 - 99.0 * steps[1:-1] / (lane.trajectory.steps - 1)
    np.testing.assert_allclose(lane.metrics["temperature"][1:-1], told)
    taken = np.asarray(lane.trajectory.metrics["accepted"], float)
    assert lane.metrics["accepted"][7] == pytest.approx(taken[lane.rows[6] : lane.rows[7]].mean())
    assert np.isnan(lane.metrics["temperature"][0])


def branched(*rows, methods=METHODS[:1], **more):
    """A match whose lanes after the first leave one before them: (method, slot of the parent, frame)."""
    optimizers = (*methods, *(method for method, *_ in rows))
    branches = {len(methods) + i: (of, frame) for i, (_, of, frame) in enumerate(rows)}
    return Match(TOUR, optimizers, budget=BUDGET, frames=FRAMES, seed=1, branches=tuple(branches.items()), **more)


def test_a_branch_is_its_parent_before_and_differs_after():
    hot = ls.optimizers.simulated_annealing(temperature=500.0)
    match = branched((COLD, 0, 7), (hot, 0, 7), (METHODS[1], 0, 7), (hot, 3, 12))
    parent, same, warm, other, late = match.play().lanes
    for lane in (same, warm, other):
        np.testing.assert_array_equal(lane.x[:8], parent.x[:8])
        np.testing.assert_array_equal(lane.evaluations[:8], parent.evaluations[:8])
        assert lane.since == 7
    np.testing.assert_array_equal(same.x, parent.x)  # nothing was changed
    assert warm.value[8:].mean() > 1.2 * parent.value[8:].mean()  # 500 is hot: it takes nearly every move
    np.testing.assert_array_equal(late.x[:13], other.x[:13])  # a branch of a branch, of another method
    assert (late.x[13:] != other.x[13:]).any()
    for lane in (warm, other, late):
        assert BUDGET - 8 <= lane.evaluations[-1] <= BUDGET
        assert (np.diff(lane.evaluations) >= 0).all()
        assert (np.diff(lane.best) <= 0).all()
        assert [length(x) for x in lane.x] == pytest.approx(lane.value)
    labels = [lane.label for lane in (parent, other)]
    assert labels == ["simulated annealing", "genetic from 35 %"]


def test_the_best_solution_is_found_between_frames_too():
    hot, hotter = (ls.optimizers.simulated_annealing(temperature=each) for each in (800.0, 700.0))
    for lane in branched((hotter, 0, 3), methods=(hot,)).play().lanes:
        x, value = best_of(lane)
        assert value == length(x) == lane.best[-1] < lane.value.min()


def test_a_branch_that_is_not_begun_when_it_is_left_is_passed_by():
    match = branched((COLD, 0, 12), (METHODS[1], 1, 5))
    assert [match.parent(place) for place in range(3)] == [None, 0, 0]


def test_the_seed_is_the_match(played):
    again = Match(TOUR, METHODS[:1], budget=BUDGET, frames=FRAMES, seed=1).play().lanes[0]
    np.testing.assert_array_equal(again.x, played.lanes[0].x)
    other = Match(TOUR, METHODS[:1], budget=BUDGET, frames=FRAMES, seed=2).play().lanes[0]
    assert (other.x != played.lanes[0].x).any()


def test_playing_tells_what_is_next_before_each_lane():
    stages = Match(TOUR, METHODS[:2], budget=BUDGET, frames=FRAMES).playing()
    assert next(stages) == (0.0, "simulated annealing, 1 of 2")
    assert next(stages) == (0.5, "genetic, 2 of 2")
    stages.close()


def test_address_and_json_bring_the_same_match_back():
    match = branched((METHODS[1], 4, 9), slots=(4, 2), frame=11)
    for found in (
        Match.from_query(match.query()),
        Match.from_query(f"/discrete?{match.query()}"),
        Match.from_json(match.json()),
    ):
        assert found == match
    assert "ls.problems.tsp(" in match.python()
    space = {}
    exec(compile(branched((METHODS[2], 0, 3)).python().replace("__main__", "nobody"), "made", "exec"), space)
    assert space["match"] == branched((METHODS[2], 0, 3))


def test_an_instance_of_ones_own_travels_with_json_and_source():
    rows = "\n".join(f"{i + 1} {x} {y}" for i, (x, y) in enumerate([(0, 0), (0, 3), (4, 3), (4, 0)]))
    text = f"NAME: square\nTYPE: TSP\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n{rows}\nEOF\n"
    match = Match(ls.problems.tsp(instance=instances.remember(text)), (COLD,), budget=200, frames=2)
    told, source = match.json(), match.python()
    instances._KNOWN.clear()
    with pytest.raises(LandscapeError, match="loaded elsewhere"):
        Match.from_query(match.query())
    assert Match.from_json(told).play().lanes[0].best[-1] == 14.0  # a square of 3 by 4
    instances._KNOWN.clear()
    exec(source.replace("__main__", "nobody"), {})
    assert Match.from_query(match.query()) == match


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda: Match("tsp"), "needs a bound problem"),
        (lambda: Match(TOUR, ("genetic",)), "bound optimizers"),
        (lambda: Match(TOUR, "tabu_search"), "bound optimizers"),
        (lambda: Match(TOUR, None), "bound optimizers"),
        (lambda: Match(TOUR, (ls.optimizers.adam(),)), "needs slopes"),
        (lambda: Match(TOUR, METHODS[:2] * 5), "10 methods are more than 8"),
        (lambda: Match(TOUR, METHODS[:1], budget=10), "budget=10 is not a whole number in 100"),
        (lambda: Match(TOUR, METHODS[:1], frames=20, frame=21), "frame=21"),
        (lambda: Match(TOUR, METHODS[:2], slots=(1, 1)), "2 different numbers"),
        (lambda: Match(TOUR, METHODS[:1], slots=1), "slots=1 should be 1 different numbers"),
        (lambda: Match(TOUR, METHODS[:1], branches=5), r"branches=5 should be {place: \(slot"),
        (lambda: Match(TOUR, METHODS[:1], branches={0: 3}), r"branches={0: 3} should be {place: \(slot"),
        (lambda: Match(TOUR, METHODS[:1], branches={7: (0, 3)}), "place 7, and there are 1 methods"),
        (lambda: Match(TOUR, METHODS[:2], branches={1: ("a", 3)}), "branch: slot=a"),
        (lambda: Match(TOUR).best(Match(TOUR).play()), "without methods"),
        (lambda: branched((COLD, 7, 3)), "no method with slot 7"),
        (lambda: branched((COLD, 0, FRAMES)), "branch: frame=20"),
        (lambda: Match(TOUR, (ls.optimizers.genetic(size=128),), budget=100, frames=10).play(), "give 128 or more"),
        (lambda: branched((ls.optimizers.genetic(size=512), 0, 19)).play(), "branch earlier"),
        (lambda: Match.from_query("optimizer=genetic"), "names no problem"),
        (lambda: Match.from_query("problem=tps"), "'tps' is no discrete problem. Did you mean 'tsp'"),
        (lambda: Match.from_json('{"problem": {"name": "tps"}}'), "Did you mean 'tsp'"),
        (lambda: Match.from_query("problem=tsp&stepz=3"), "unknown part 'stepz'"),
        (lambda: Match.from_query("problem=tsp&optimizer=genetic&branches=0:x:1"), "place:slot:frame"),
        (lambda: Match.from_query("problem=tsp:instance='/etc/passwd'"), "no instance"),
        (lambda: Match.from_json("{"), "no JSON"),
        (lambda: Match.from_json('{"lanes": []}'), "names no problem"),
        (lambda: Match.from_json('{"problem": {"name": "tsp"}, "lane": []}'), "a part 'lane'"),
        (lambda: Match.from_json(LOST), "`of`"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_sentence(made, told):
    with pytest.raises(LandscapeError, match=told) as error:
        made()
    assert "\n" not in str(error.value)


def test_a_method_alone_and_numbers_of_numpy_are_taken():
    one, two = np.arange(1, 3)
    assert Match(TOUR, COLD) == Match(TOUR, (COLD,))
    match = Match(TOUR, [COLD, COLD], seed=one, frame=two, slots=np.arange(2), branches={one: (one - 1, two)})
    assert Match.from_json(match.json()) == match


def test_a_record_is_kept_within_its_memory_and_as_many_frames_as_were_asked_for():
    plan = lanes.plan(dim=300, members=64, rate=64.0, budget=2_000_000, frames=200)
    rows = plan.steps // plan.thin
    assert 200 <= rows <= 2_000
    assert 8 * 64 * 300 * rows <= lanes.LARGEST
    assert plan.steps * 64.0 >= 2_000_000 - 64
    assert json.loads(Match(TOUR).json())["lanes"] == []
