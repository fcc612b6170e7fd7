"""Branches: a run that leaves another one at a frame."""

import numpy as np
import pytest

import landscape as ls
from landscape.branch import branched

STEPS, FRAME = 40, 15
SURFACE = ls.surfaces.himmelblau()
START = (0.2, 4.4)


def pair(parent, child, frame=FRAME, **more):
    entrants = (ls.Entrant(parent, 0), ls.Entrant(child, 1, branch=ls.Branch(of=0, frame=frame)))
    return ls.Experiment(SURFACE, entrants, START, steps=STEPS, **more)


def test_the_same_method_goes_on_with_its_memory_and_other_numbers():
    """Heavy ball in NumPy, its rate changed on the way."""
    parent, child = pair(
        ls.optimizers.momentum(learning_rate=0.002, momentum=0.9),
        ls.optimizers.momentum(learning_rate=0.008, momentum=0.5),
    ).run()
    point, velocity, path = np.array(START), np.zeros(2), [np.array(START)]
    for step in range(STEPS):
        rate, share = (0.002, 0.9) if step < FRAME else (0.008, 0.5)
        x, y = point
        slope = np.array([4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7), 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)])
        velocity = share * velocity + slope
        point = point - rate * velocity
        path.append(point)
    np.testing.assert_allclose(child.positions[:, 0], path, rtol=1e-9)
    np.testing.assert_allclose(child.positions[: FRAME + 1], parent.positions[: FRAME + 1], rtol=1e-12)
    assert list(child.evaluations) == list(range(1, STEPS + 2))


def test_another_method_sets_out_from_where_the_parent_stood():
    """Counts include the parent's, and what it has found is not forgotten."""
    parent, child = pair(ls.optimizers.momentum(learning_rate=0.002), ls.optimizers.sgd(learning_rate=0.01)).run()
    alone = ls.run(SURFACE, ls.optimizers.sgd(learning_rate=0.01), np.asarray(parent.positions)[FRAME, 0], steps=STEPS)
    np.testing.assert_array_equal(child.positions[: FRAME + 1], parent.positions[: FRAME + 1])
    np.testing.assert_allclose(child.positions[FRAME:], alone.positions[: STEPS - FRAME + 1], rtol=1e-9)
    assert child.evaluations[-1] == parent.evaluations[FRAME] + 1 + STEPS - FRAME
    assert child.best_value[FRAME] == parent.best_value[FRAME]
    assert (np.diff(child.best_value) <= 0).all()
    assert np.isnan(child.metrics["gradient_norm"]).sum() == 0


def test_a_population_gathers_where_its_parent_stood_and_a_walker_leaves_from_the_best():
    swarm = ls.optimizers.particle_swarm(size=8)
    walker = ls.optimizers.sgd(learning_rate=0.005)
    parent, child = pair(walker, swarm).run()
    assert (np.asarray(child.positions)[:FRAME] == np.asarray(parent.positions)[:FRAME]).all()
    assert (np.asarray(child.positions)[FRAME + 1] != np.asarray(parent.positions)[FRAME + 1]).any()
    parent, child = pair(swarm, walker).run()
    best = np.asarray(parent.positions)[FRAME, np.argmin(parent.values[FRAME])]
    np.testing.assert_array_equal(child.positions[FRAME, 0], best)


def test_a_branch_of_a_branch_and_one_that_leaves_before_its_parent_began():
    slow, fast = (ls.optimizers.momentum(learning_rate=rate) for rate in (0.001, 0.004))
    other = ls.optimizers.adam(learning_rate=0.05)
    again = ls.optimizers.adam(learning_rate=0.2)
    rows = ((slow, None), (other, (0, 10)), (again, (1, 20)), (fast, (1, 5)))
    entrants = tuple(ls.Entrant(each, slot, branch=branch) for slot, (each, branch) in enumerate(rows))
    root, first, second, early = ls.Experiment(SURFACE, entrants, START, steps=STEPS).run()
    np.testing.assert_allclose(second.positions[:21], first.positions[:21], rtol=1e-12)
    assert (second.positions[22] != first.positions[22]).any()
    np.testing.assert_allclose(early.positions[:6], root.positions[:6], rtol=1e-12)
    assert (early.positions[7] != root.positions[7]).any()


def test_a_moved_rate_or_frame_of_a_branch_compiles_nothing():
    from landscape.run import _single

    def walk(rate, frame):
        pair(ls.optimizers.adam(learning_rate=0.1), ls.optimizers.adam(learning_rate=rate), frame).run()
        pair(ls.optimizers.adam(learning_rate=0.1), ls.optimizers.sgd(learning_rate=rate / 100), frame).run()

    walk(0.3, FRAME)
    compiled = _single._cache_size()
    walk(0.05, FRAME + 7)
    assert _single._cache_size() == compiled


def test_links_files_and_source_keep_branches_and_the_camera():
    asked = pair(ls.optimizers.momentum(), ls.optimizers.adam(), camera=(1.0, -1.2, 0.9, 0, 0, -0.2))
    assert ls.Experiment.from_url(asked.to_url()) == asked
    assert ls.Experiment.from_json(asked.to_json()) == asked
    space = {"__name__": "copied"}
    exec(compile(asked.to_python(), "copied.py", "exec"), space)
    assert space["experiment"] == asked
    track = asked.scene().tracks[1]
    assert (track.since, track.label) == (FRAME, "adam from 15")
    assert asked.scene().camera == (1.0, -1.2, 0.9, 0.0, 0.0, -0.2)


def test_a_lesson_link_is_read_as_the_experiment_in_it():
    plain = "surface=himmelblau&optimizer=sgd&steps=30"
    assert ls.Experiment.from_url(
        f"{plain}&veil=1&question=Which+one%3F&lock=surface&hide=run"
    ) == ls.Experiment.from_url(plain)


def test_figures_draw_a_branch_from_its_frame_on():
    scene = pair(ls.optimizers.momentum(learning_rate=0.002), ls.optimizers.sgd(learning_rate=0.01)).scene()
    drawn = {t.meta["role"]: t for t in ls.figures.contour(scene).data if (t.meta or {}).get("slot") == 1}
    assert len(drawn["path"].x) == STEPS - FRAME + 1
    early = {t.meta["role"]: t for t in ls.figures.contour(scene.at(FRAME - 1)).data if (t.meta or {}).get("slot") == 1}
    assert len(early["path"].x) == len(early["end"].x) == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("branches=1:7:3", "no entrant with slot 7"),
        ("branches=0:1:3", "needs its parent before it"),
        ("branches=1:0:x", "should be place:slot:frame"),
        ("branches=5:0:3", "names an optimizer that is not there"),
        ("camera=1,2", "A camera is six numbers"),
    ],
)
def test_bad_branches_get_one_sentence(query, words):
    with pytest.raises(ls.LandscapeError, match=words):
        ls.Experiment.from_url(f"surface=himmelblau&optimizer=sgd&optimizer=adam&{query}")


def test_a_thinned_parent_is_left_at_a_step_that_it_kept():
    """Every fifth step of the branch of the whole record, whether the method stays or another one sets out."""
    kept = {"steps": STEPS, "seed": 3, "budget": STEPS - 4}
    first = ls.optimizers.simulated_annealing(temperature=30.0)
    whole, thin = (ls.run(SURFACE, first, START, **kept, thin=each) for each in (1, 5))
    for method in (ls.optimizers.simulated_annealing(temperature=0.1), ls.optimizers.hill_climbing()):
        one, other = branched(whole, method, FRAME), branched(thin, method, FRAME + 2)
        np.testing.assert_allclose(other.positions, one.positions[::5])
        np.testing.assert_array_equal(other.evaluations, one.evaluations[::5])
        np.testing.assert_allclose(other.best_value, one.best_value[::5])
        assert other.evaluations[-1] == STEPS - 4
