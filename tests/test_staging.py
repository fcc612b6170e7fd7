"""Staging: the view, the heights and arrows of a surface, and the tracks of runs on it."""

import jax
import numpy as np
import pytest
from helpers import STEPS, bowl, ramp, small, walk

import landscape as ls
from landscape import LandscapeError, Plane
from landscape.schedules import linear
from landscape.staging import MARGIN, plane_of, stage
from landscape.surfaces import himmelblau, quadratic, relu_unit, rosenbrock, saddle, styblinski_tang

HARDENING = quadratic(condition=linear(start=1.0, end=20.0))


def staged(surface, *trajectories, **options) -> ls.scene:
    return ls.scene(surface, *trajectories, **({"resolution": 31} | options))


def heights_at(surface, scene) -> np.ndarray:
    """What `surface` really is on the scene's grid, in a plane."""
    points = np.stack(np.meshgrid(scene.heights.u, scene.heights.v), axis=-1)
    return np.asarray(jax.vmap(jax.vmap(surface))(points))


@pytest.mark.parametrize("aspect", [0.3, 1.0, 1390 / 820, 5.0])
@pytest.mark.parametrize("surface", [himmelblau(), rosenbrock(), styblinski_tang(dim=3)], ids=lambda s: s.name)
def test_view_has_the_asked_aspect_and_just_holds_the_domain(surface, aspect):
    scene = staged(surface, aspect=aspect)
    size = scene.view[1] - scene.view[0]
    assert size[0] / size[1] == pytest.approx(aspect)
    np.testing.assert_allclose(scene.view.mean(axis=0), scene.domain.mean(axis=0))
    assert np.max((scene.domain[1] - scene.domain[0]) / size) == pytest.approx(1 / MARGIN)


def test_grid_cells_are_square():
    u, v = staged(himmelblau(), resolution=101).heights[:2]
    assert u[1] - u[0] == pytest.approx(v[1] - v[0], rel=0.02)
    assert len(u) == 101


@pytest.mark.parametrize("aspect", [0.0, -1.0, 0.01, 50.0, np.nan, np.inf])
def test_an_aspect_that_no_frame_has_is_refused(aspect):
    with pytest.raises(LandscapeError, match="give width ÷ height"):
        staged(himmelblau(), aspect=aspect)


def test_heights_are_those_of_the_surface():
    scene = staged(himmelblau())
    np.testing.assert_allclose(scene.heights.height, heights_at(himmelblau(), scene), rtol=1e-12)
    assert scene.heights.scale.base == 0.0
    assert scene.heights.scale.log


def test_the_unit_is_the_domain_s_and_colours_reach_to_the_edge_of_the_view():
    square, wide = (staged(himmelblau(), aspect=aspect, resolution=round(61 * aspect)) for aspect in (1.0, 3.0))
    assert wide.heights.scale.unit == square.heights.scale.unit
    for scene in (square, wide):
        assert np.mean(scene.heights.drawn <= scene.heights.scale.top) == pytest.approx(0.995, abs=0.001)


@pytest.mark.parametrize("surface", [himmelblau(), quadratic(dim=5, condition=40.0)], ids=lambda s: s.name)
def test_arrows_are_minus_the_gradient_by_finite_differences(surface):
    feet, slopes, cell = staged(surface).arrows
    plane, loss = plane_of(surface), jax.vmap(surface)
    for axis, step in enumerate(1e-5 * np.eye(2)):
        rise = loss(plane.points(*(feet + step).T)) - loss(plane.points(*(feet - step).T))
        np.testing.assert_allclose(slopes[:, axis], -rise / 2e-5, rtol=1e-5, atol=1e-4)
    assert np.min(np.linalg.norm(feet[1:] - feet[0], axis=1)) == pytest.approx(cell)


def test_arrows_stand_in_the_middle_of_square_cells_inside_the_view():
    scene = staged(himmelblau())
    feet, _, cell = scene.arrows
    columns, rows = (np.unique(feet[:, axis].round(9)) for axis in (0, 1))
    np.testing.assert_allclose(np.diff(columns), cell)
    np.testing.assert_allclose(np.diff(rows), cell)
    gaps = np.array([columns[0], rows[0]]) - scene.view[0]
    assert np.all((gaps > 0.2 * cell) & (gaps < 0.8 * cell))


@pytest.mark.parametrize("name", ["genetic", "particle_swarm"])
def test_a_population_s_path_is_its_running_minimum(name):
    trajectory = walk(small(name))
    track = staged(quadratic(), trajectory).tracks[0]
    values = jax.vmap(quadratic())(track.path)
    np.testing.assert_allclose(values, np.minimum.accumulate(trajectory.values.min(axis=1)), rtol=1e-9)
    np.testing.assert_array_equal(track.members, trajectory.positions)


def test_a_population_s_path_on_a_changing_surface_is_its_best_of_the_moment():
    trajectory = walk(small("particle_swarm"), HARDENING, steps=STEPS)
    path = staged(HARDENING, trajectory).tracks[0].path
    best = trajectory.positions[np.arange(STEPS + 1), np.argmin(trajectory.values, axis=1)]
    np.testing.assert_array_equal(path, best)


def test_a_walker_s_path_is_where_it_walked():
    trajectory = walk(small("simulated_annealing"))
    track = staged(quadratic(), trajectory).tracks[0]
    np.testing.assert_array_equal(track.path, trajectory.positions[:, 0])
    assert track.members is None
    np.testing.assert_array_equal(track.evaluations, trajectory.evaluations)


def test_what_diverged_ends_in_nan():
    trajectory = walk(ls.optimizers.sgd(learning_rate=50.0), rosenbrock())
    track = staged(rosenbrock(), trajectory).tracks[0]
    assert track.diverged == trajectory.diverged
    assert 1 < track.diverged < STEPS
    np.testing.assert_array_equal(track.path[: track.diverged], trajectory.positions[: track.diverged, 0])
    assert np.all(np.isnan(track.path[track.diverged :]))


def test_projected_paths_say_how_far_they_are_from_the_plane():
    surface = quadratic(dim=5)
    trajectory = walk(ls.optimizers.adam(), surface)
    scene = staged(surface, trajectory)
    far = np.linalg.norm(trajectory.positions[:, 0, 2:], axis=1).max()  # the plane goes through the minimum at 0
    assert scene.tracks[0].distance == pytest.approx(far)
    assert scene.notes == (f"2 of 5 coordinates; paths are projected, at most {far:.3g} from this plane",)
    assert scene.names == ("x1", "x2")
    assert staged(quadratic()).notes == ()


def test_a_plane_may_run_against_the_coordinates():
    flipped = Plane(np.zeros(2), -np.eye(2))
    plain, mirrored = staged(himmelblau()), staged(himmelblau(), plane=flipped)
    np.testing.assert_allclose(mirrored.heights.scale, plain.heights.scale)
    np.testing.assert_allclose(mirrored.heights.height, plain.heights.height[::-1, ::-1], rtol=1e-9)
    np.testing.assert_allclose(mirrored.domain, plain.domain)


def test_labels_are_numbered_where_a_name_occurs_twice():
    entrants = [ls.optimizers.sgd(), ls.optimizers.sgd(learning_rate=0.02), small("simulated_annealing")]
    walks = [walk(entrant) for entrant in entrants]
    labels = [track.label for track in staged(quadratic(), *walks).tracks]
    assert labels == ["sgd 1", "sgd 2", "simulated annealing"]
    named = staged(quadratic(), *walks, labels=["a", "b", "c"], slots=[4, 2, 0], hidden=[1])
    assert [(t.label, t.slot, t.hidden) for t in named.tracks] == [("a", 4, False), ("b", 2, True), ("c", 0, False)]


@pytest.mark.parametrize(("frame", "condition"), [(0, 1.0), (STEPS // 2, None), (STEPS, 20.0)])
def test_a_scheduled_surface_is_drawn_as_it_stands_at_the_frame(frame, condition):
    progress = min(1.0, frame / (STEPS - 1))
    condition = 1.0 + 19.0 * progress if condition is None else condition
    scene = staged(HARDENING, walk(small("sgd"), HARDENING), frame=frame)
    np.testing.assert_allclose(scene.heights.height, heights_at(quadratic(condition=condition), scene), rtol=1e-9)


def test_minima_of_a_scheduled_surface_are_those_of_the_moment():
    wandering = rosenbrock(a=linear(start=0.0, end=1.5))
    trajectory = walk(small("sgd"), wandering)
    for frame, a in ((0, 0.0), (STEPS, 1.5)):
        np.testing.assert_allclose(staged(wandering, trajectory, frame=frame).minima, [[a, a**2]])


def test_a_ground_staged_once_serves_every_frame():
    surface, trajectory = himmelblau(), walk(small("sgd"), himmelblau())
    ground = stage(surface, plane_of(surface), resolution=21)
    scenes = [ls.scene(surface, trajectory, ground=ground, frame=frame) for frame in (0, 5)]
    assert all(scene.heights is ground.heights and scene.arrows is ground.arrows for scene in scenes)


@pytest.mark.parametrize(
    ("surface", "minimum"),
    [(saddle(), -np.inf), (ramp(), -np.inf), (relu_unit(), 0.0), (rosenbrock(a=0.5, dim=3), np.nan)],
)
def test_surfaces_without_marked_minima_can_be_staged(surface, minimum):
    scene = staged(surface, walk(small("sgd"), surface))
    assert scene.minima.shape == (0, 2)
    np.testing.assert_equal(scene.minimum, minimum)
    assert np.all(np.isfinite(scene.heights.scale))
    assert (scene.gap(scene.tracks[0]) is None) == (not np.isfinite(minimum))


def test_a_surface_alone_is_a_scene():
    scene = staged(bowl())
    assert (scene.tracks, scene.start, scene.frame) == ((), None, scene.steps)
    assert staged(bowl(), steps=40).steps == 40
    assert scene.title == "Bowl"
    np.testing.assert_array_equal(scene.minima, [[0.0, 0.0]])


def test_start_is_that_of_the_walkers_and_not_that_of_a_sampled_population():
    swarm = walk(small("particle_swarm"))
    assert staged(quadratic(), swarm).start is None
    np.testing.assert_array_equal(staged(quadratic(), swarm, walk(small("sgd"))).start, quadratic().start)


def test_metrics_carry_learning_rates_that_do_not_change_too():
    both = [walk(ls.optimizers.sgd(learning_rate=rate)) for rate in (0.02, linear(start=0.1, end=0.0))]
    constant, falling = (track.metrics["learning_rate"] for track in staged(quadratic(), *both).tracks)
    np.testing.assert_array_equal(constant, np.full(STEPS, 0.02))
    np.testing.assert_allclose(falling, np.linspace(0.1, 0.0, STEPS), atol=1e-12)


def test_words_say_numbers_steps_and_spacing():
    scene = staged(rosenbrock(b=50.0), walk(small("sgd"), rosenbrock(b=50.0)))
    assert scene.title == "Rosenbrock"
    assert scene.subtitle == f"a = 1, b = 50, dim = 2 · {STEPS} steps · level sets evenly spaced in log height"
    assert staged(bowl(), title="A finding", subtitle="how").title == "A finding"
    assert "level sets evenly spaced" in staged(ramp(), log=False).subtitle


def test_a_surface_with_holes_says_so():
    @ls.surface(domain=ls.Box.square(2.0), start=(1.0, 1.0), source="a hole")
    def hollow():
        """Undefined on the left."""
        return lambda x: jax.numpy.sqrt(x[0])

    scene = staged(hollow())
    assert "blank where the surface has no finite value" in scene.notes
    assert np.isfinite(scene.heights.scale.top)
