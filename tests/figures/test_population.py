"""Populations: velocities and pulls, lineage, the ellipse that is sampled, and what annealing would accept."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from drawing import by_role, draw, points, words
from helpers import STEPS, walk

import landscape as ls
from landscape.figures.population import DETAILED
from landscape.surfaces import quadratic

SIZE, AT = 12, 4
GROUND = quadratic(condition=4.0)


@cache
def run(name: str, **values) -> ls.Trajectory:
    return walk(ls.catalog.find("optimizer", name)(**values), GROUND, record="evaluated")


def told(trajectory: ls.Trajectory, **arrays) -> ls.Trajectory:
    """The same run, with these arrays among what it recorded."""
    return replace(trajectory, recorded=trajectory.recorded | {"metrics": trajectory.metrics | arrays})


def staged(*runs, **options):
    return ls.scene(runs[0].surface, *runs, layers=["population"], resolution=41, **options)


def swarm() -> ls.Trajectory:
    """A swarm whose velocities are its moves, half of each carried on, and three tenths towards its own best."""
    trajectory = run("particle_swarm", size=SIZE)
    velocity = np.diff(np.asarray(trajectory.positions), axis=0)
    shares = {"velocity": 1.0, "momentum_pull": 0.5, "cognitive_pull": 0.3, "social_pull": 0.2}
    return told(trajectory, **{name: share * velocity for name, share in shares.items()})


def family() -> ls.Trajectory:
    """A genetic algorithm that tells the parents of every child: the k-th are members k and k + 1."""
    trajectory = run("genetic", size=SIZE)
    count = np.asarray(trajectory.metrics["evaluated"].kind).shape[1]
    parents = (np.arange(count)[:, None] + np.arange(2)) % SIZE
    metrics = {name: value for name, value in trajectory.metrics.items() if name != "origin"}
    bare = replace(trajectory, recorded=trajectory.recorded | {"metrics": metrics})
    return told(bare, parents=np.broadcast_to(parents, (STEPS, count, 2)))


def lines(trace) -> np.ndarray:
    """The ends of separate segments: (k, 2, 2)."""
    return points(trace).reshape(-1, 3, 2)[:, :2]


def test_velocities_are_arrows_from_where_particles_are_to_where_they_go():
    trajectory = swarm()
    arrows = by_role(draw("population", staged(trajectory), step=AT), "velocity")[0]
    np.testing.assert_allclose(points(arrows), trajectory.positions[AT, :], atol=1e-12)
    moves = np.asarray(trajectory.positions[AT + 1] - trajectory.positions[AT])
    np.testing.assert_allclose(np.column_stack([arrows.u, arrows.v]), moves, atol=1e-12)
    assert (arrows.arrowref, arrows.lengthmode, arrows.anchor) == ("data", "raw", "tail")


def test_pulls_are_laid_end_to_end_from_the_particle_to_the_head_of_its_velocity():
    trajectory = swarm()
    figure = draw("population", staged(trajectory), step=AT)
    momentum, own, common = (lines(by_role(figure, f"{name}_pull")[0]) for name in ("momentum", "cognitive", "social"))
    assert len(momentum) == DETAILED
    np.testing.assert_array_equal(momentum[:, 1], own[:, 0])
    np.testing.assert_array_equal(own[:, 1], common[:, 0])
    moves = np.asarray(trajectory.positions[AT + 1] - trajectory.positions[AT])
    fastest = np.argsort(-np.linalg.norm(moves, axis=1))[:DETAILED]
    np.testing.assert_allclose(momentum[:, 0], trajectory.positions[AT, fastest], atol=1e-12)
    np.testing.assert_allclose(common[:, 1], trajectory.positions[AT + 1, fastest], atol=1e-12)
    dashes = {by_role(figure, f"{name}_pull")[0].line.dash for name in ("momentum", "cognitive", "social")}
    assert len(dashes) == 3
    assert all(f"<b>{name}</b>" in words(figure) for name in ("velocity", "momentum", "cognitive", "social"))


def test_lines_go_from_both_parents_to_the_child_and_are_bold_where_it_stays():
    trajectory = family()
    figure = draw("population", staged(trajectory), step=AT)
    lineage = {trace.meta["stays"]: trace for trace in by_role(figure, "lineage")}
    children, before = np.asarray(trajectory.metrics["evaluated"].points)[AT], np.asarray(trajectory.positions[AT])
    stays = (children[:, None] == np.asarray(trajectory.positions[AT + 1])[None]).all(axis=-1).any(axis=-1)
    for keep in (False, True):
        chosen = np.flatnonzero(stays == keep)
        feet = before[np.stack([chosen, (chosen + 1) % SIZE], axis=1).ravel()]
        expected = np.stack([feet, np.repeat(children[chosen], 2, axis=0)], axis=1)
        np.testing.assert_array_equal(lines(lineage[keep]), expected)
    assert lineage[True].line.width > 2 * lineage[False].line.width
    assert f"{stays.sum()} of {len(stays)} stay" in words(figure)


def test_origin_tells_which_children_stay():
    trajectory = family()
    count = np.asarray(trajectory.metrics["evaluated"].kind).shape[1]
    origin = np.broadcast_to(np.r_[SIZE + 2, SIZE + 5, np.arange(SIZE - 2)], (STEPS, SIZE))
    figure = draw("population", staged(told(trajectory, origin=origin)), step=AT)
    bold = next(trace for trace in by_role(figure, "lineage") if trace.meta["stays"])
    np.testing.assert_array_equal(lines(bold)[::2, 1], np.asarray(trajectory.metrics["evaluated"].points)[AT, [2, 5]])
    assert f"2 of {count} stay" in words(figure)


def test_the_ellipse_is_one_and_two_standard_deviations():
    covariance, mean = np.array([[0.5, 0.3], [0.3, 0.4]]), np.array([0.2, -0.1])
    trajectory = told(run("genetic", size=SIZE), mean=np.tile(mean, (STEPS, 1)),
                      covariance=np.tile(covariance, (STEPS, 1, 1)))  # fmt: skip
    metrics = {name: value for name, value in trajectory.metrics.items() if name not in ("parents", "origin")}
    trajectory = replace(trajectory, recorded=trajectory.recorded | {"metrics": metrics})
    figure = draw("population", staged(trajectory), step=AT)
    for reach, ellipse in zip((1.0, 2.0), by_role(figure, "ellipse"), strict=True):
        away = points(ellipse) - mean
        np.testing.assert_allclose(np.einsum("ki,ij,kj->k", away, np.linalg.inv(covariance), away), reach**2)
    tried = np.asarray(trajectory.metrics["evaluated"].points)[AT]
    np.testing.assert_array_equal(points(by_role(figure, "tried")[0]), tried)


def test_in_more_dimensions_everything_is_projected_on_the_plane():
    ground = quadratic(dim=3)
    trajectory = walk(ls.optimizers.particle_swarm(size=SIZE), ground, record="evaluated")
    random = np.random.default_rng(0)
    root, velocity = random.normal(size=(3, 3)), random.normal(size=(STEPS, SIZE, 3))
    told_all = told(trajectory, velocity=velocity, covariance=np.tile(root @ root.T, (STEPS, 1, 1)))
    members = staged(told_all).layers["population"][0]
    np.testing.assert_allclose(members.arrows["velocity"], velocity[..., :2])
    np.testing.assert_allclose(members.covariance[0], (root @ root.T)[:2, :2])
    assert members.points.shape[-1] == 2


def test_annealing_shades_every_place_by_the_probability_of_being_accepted():
    trajectory = run("simulated_annealing")
    scene = staged(trajectory)
    figure = draw("population", scene, step=AT)
    shade, level = by_role(figure, "acceptance")[0], by_role(figure, "level")[0]
    value, warmth = float(trajectory.values[AT, 0]), float(trajectory.metrics["temperature"][AT])
    heights = np.array([[float(GROUND(np.array([x, y]))) for x in shade.x[::10]] for y in shade.y[::10]])
    expected = np.minimum(1.0, np.exp(-(heights - value) / warmth))
    np.testing.assert_allclose(np.asarray(shade.z)[::10, ::10], expected, atol=1e-6)
    assert (shade.zmin, shade.zmax) == (0.0, 1.0)
    assert level.contours.start == level.contours.end == value
    assert ls.theme.written(warmth) in words(figure)


def test_rejected_candidates_are_hollow_dots_and_taken_ones_are_the_path():
    trajectory = run("simulated_annealing")
    figure = draw("population", staged(trajectory), step=AT)
    tried = trajectory.metrics["evaluated"]
    refused = np.asarray(tried.points)[: AT + 1][np.asarray(tried.kind)[: AT + 1] == 0]
    dots = by_role(figure, "rejected")
    np.testing.assert_array_equal(np.concatenate([points(each) for each in dots]) if dots else refused[:0], refused)
    np.testing.assert_array_equal(points(by_role(figure, "path")[0]), trajectory.positions[: AT + 1, 0])


@pytest.mark.parametrize("record", ["all", "last"])
def test_what_was_not_recorded_is_not_drawn(record):
    walkers = (ls.optimizers.particle_swarm(size=SIZE), ls.optimizers.simulated_annealing())
    figure = draw("population", staged(*(walk(optimizer, GROUND, record=record) for optimizer in walkers)))
    roles = {trace.meta["role"] for trace in figure.data}
    assert not roles & {"velocity", "lineage", "rejected", "tried"}
    assert "particle swarm" in words(figure)


def test_at_the_end_of_a_run_a_step_on_the_way_is_drawn_and_said():
    scene = staged(swarm())
    assert f"step {AT} of {STEPS}" in words(draw("population", scene.at(AT)))
    text = words(draw("population", scene))
    at = int(text.split("step ")[1].split(" of")[0])
    assert 0 <= at < STEPS - 1
    assert text == words(draw("population", scene, step=str(at)))


@pytest.mark.parametrize("step", [-1, STEPS, "many"])
def test_a_step_that_is_none_is_refused(step):
    with pytest.raises(ls.LandscapeError, match=f"step={step} is not a whole number in 0 … {STEPS - 1}"):
        draw("population", staged(swarm()), step=step)


def test_hidden_runs_are_not_drawn():
    figure = draw("population", staged(swarm(), run("simulated_annealing"), hidden=[0]), step=AT)
    assert not by_role(figure, "velocity")
    assert "particle swarm" not in words(figure)
    assert by_role(figure, "acceptance")
