"""The surface in space: true heights, and paths that lie on it instead of cutting through."""

import numpy as np
import pytest
from drawing import HALF, by_role, draw, points, run_of, runaway, staged, words
from helpers import STEPS

import landscape as ls
from landscape.figures.surface_3d import LIFT, MARKERS_3D, MOST_POINTS, TOP, ground_of, lift, place
from landscape.scene import Track, interpolate
from landscape.surfaces import himmelblau, rosenbrock


def lifted(scene, flat) -> np.ndarray:
    """The height at which points (k, 2) should float."""
    ground = ground_of(scene)
    top = ground.scale.top
    return np.minimum(interpolate(ground, flat) + LIFT * top, TOP * top)


def hand_made(path) -> Track:
    count = np.zeros(len(path))
    return Track("a", 0, np.array(path, np.float64), None, count, count, count)


def test_the_surface_is_its_drawn_heights_over_the_domain_alone():
    scene = ls.scene(himmelblau(), resolution=101)
    trace = by_role(draw("surface_3d", scene), "heights")[0]
    ground = ground_of(scene)
    cell = ground.u[1] - ground.u[0]
    for axis in (trace.x, trace.y):
        assert (min(axis), max(axis)) == pytest.approx((-5.0, 5.0), abs=cell)
    np.testing.assert_allclose(trace.z, np.minimum(ground.drawn, TOP * ground.scale.top), rtol=1e-6)
    np.testing.assert_allclose(trace.customdata, ground.height, rtol=1e-6)
    assert trace.cmax == scene.heights.scale.top


@pytest.mark.parametrize("name", ["momentum", "simulated_annealing", "particle_swarm"])
def test_paths_float_just_above_the_surface(name):
    scene = staged(name)
    path = points(by_role(draw("surface_3d", scene), "path")[0])
    inside = np.isfinite(path).all(axis=1)
    assert inside.sum() > STEPS
    np.testing.assert_allclose(path[inside, 2], lifted(scene, path[inside, :2]), rtol=1e-9)


def test_long_steps_are_resampled_and_recorded_points_kept():
    scene = staged("simulated_annealing")
    track, ground = scene.tracks[0], ground_of(scene)
    path, index = lift(track, ground)
    np.testing.assert_allclose(path[index, :2], track.path, atol=1e-12)
    side = ground.u[-1] - ground.u[0]
    assert np.linalg.norm(np.diff(path[:, :2], axis=0), axis=1).max() <= side / 125 * 1.001
    assert np.all(np.diff(index) >= 1)


def test_very_long_walks_stay_drawable():
    rng = np.random.default_rng(0)
    path, index = lift(hand_made(rng.uniform(-4, 4, (1000, 2))), ground_of(staged()))
    assert len(path) <= MOST_POINTS + 1000
    assert (index[0], index[-1], len(index)) == (0, len(path) - 1, 1000)


def test_a_path_is_drawn_up_to_the_frame_and_ends_in_its_marker():
    scene = staged("momentum", frame=HALF)
    figure = draw("surface_3d", scene)
    here = run_of("momentum").positions[HALF, 0]
    end = points(by_role(figure, "end")[0])[0]
    np.testing.assert_allclose(points(by_role(figure, "path")[0])[-1, :2], here)
    np.testing.assert_allclose(end[:2], here)
    assert end[2] == pytest.approx(lifted(scene, here[None])[0])


def test_members_are_the_population_at_the_frame():
    scene = staged("particle_swarm", frame=HALF)
    members = points(by_role(draw("surface_3d", scene), "members")[0])
    there = run_of("particle_swarm").positions[HALF, :, :]
    np.testing.assert_allclose(members[:, :2], there)
    np.testing.assert_allclose(members[:, 2], lifted(scene, there))


def test_paths_outside_the_domain_are_not_drawn_beside_the_surface():
    ground = ground_of(staged())
    path, _ = lift(hand_made([[0.0, 0.0], [40.0, 0.0], [1.0, 1.0]]), ground)
    inside = np.isfinite(path).all(axis=1)
    assert inside[[0, -1]].all()
    assert not inside.all()
    assert np.all(np.abs(path[inside, 0]) <= ground.u[-1] + 1e-9)


def test_points_on_the_edge_of_the_domain_are_on_the_surface():
    ground = ground_of(staged())  # bounds="clip" leaves whole populations there
    corners = np.array([[-4.0, -4.0], [4.0, 4.0], [-4.0, 1.0]])
    assert np.all(np.isfinite(place(corners, ground)))


def test_a_run_that_diverged_is_marked_where_it_was_last_seen():
    step = runaway().diverged
    figure = draw("surface_3d", staged("momentum", extra=[runaway()]))
    assert f"diverged at step {step}" in words(figure)
    end = by_role(figure, "end")[1]
    np.testing.assert_allclose(points(end)[0, :2], runaway().positions[0, 0])
    assert end.marker.symbol == "x"


def test_start_is_a_ring_on_the_surface_and_nothing_without_one():
    scene = staged("momentum")
    start = points(by_role(draw("surface_3d", scene), "start")[0])
    np.testing.assert_allclose(start[0], [*scene.start, lifted(scene, scene.start[None])[0]])
    assert np.all(np.isnan(points(by_role(draw("surface_3d", staged("genetic")), "start")[0])))


def test_markers_are_those_that_webgl_has():
    scene = staged(*["sgd"] * 5)
    ends = by_role(draw("surface_3d", scene), "end")
    assert [end.marker.symbol for end in ends] == [*MARKERS_3D, *MARKERS_3D[:2]]


@pytest.mark.parametrize("surface", [himmelblau(), ls.surfaces.saddle(), rosenbrock(b=1000.0)], ids=lambda s: s.name)
def test_the_vertical_axis_tells_true_heights(surface):
    scene = ls.scene(surface, resolution=61)
    vertical, scale = draw("surface_3d", scene).layout.scene.zaxis, scene.heights.scale
    assert vertical.range[0] == 0.0
    assert vertical.range[1] == pytest.approx(TOP * scale.top)
    for drawn, text in zip(vertical.tickvals, vertical.ticktext, strict=True):
        digits, _, power = text.replace("−", "-").replace(",", "").partition("·10")
        power = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        assert float(digits) * 10.0 ** int(power or 0) == pytest.approx(float(scale.true(drawn)), rel=0.06, abs=0.01)
    assert np.all(np.diff(vertical.tickvals) > 0.05 * scale.top)


def test_a_log_scale_and_the_moment_are_said():
    assert "height in log scale · step 20 of 20" in words(draw("surface_3d", staged(surface=himmelblau())))
    assert "log" not in words(draw("surface_3d", staged(surface=himmelblau(), log=False)))


def test_the_camera_can_be_set_and_stays_perspective():
    camera = {"eye": {"x": 1.0, "y": 1.0, "z": 1.0}}
    space = draw("surface_3d", staged(), camera=camera).layout.scene
    assert (space.camera.eye.x, space.camera.projection.type) == (1.0, "perspective")
    assert space.aspectmode == "manual"
