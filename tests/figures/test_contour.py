"""The contour: a gradient perpendicular to its level sets, and everything that moves where it really was."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from drawing import HALF, TRIO, by_role, draw, points, run_of, runaway, staged, words

import landscape as ls
from landscape import figures
from landscape.figures.contour import quiver
from landscape.scene import Arrows
from landscape.surfaces import himmelblau, quadratic, rosenbrock
from landscape.theme import LIGHT, PANEL

SMOOTH = ("himmelblau", "beale", "rastrigin", "ackley", "rosenbrock", "quadratic", "saddle", "relu_unit")
AT_MOST = 3.0  # degrees between an arrow and the way down


def read(trace, values, feet) -> np.ndarray:
    """Values on the grid of `trace`, bilinear at `feet`: (k,)."""
    places = [(feet[:, i] - grid[0]) / (grid[1] - grid[0]) for i, grid in ((1, trace.y), (0, trace.x))]
    return np.asarray(jax.scipy.ndimage.map_coordinates(np.asarray(values, np.float64), places, order=1))


@pytest.mark.parametrize("name", SMOOTH)
def test_arrows_are_perpendicular_to_the_level_sets_and_point_downhill(name):
    figure = draw("contour", ls.scene(ls.catalog.surface(name), resolution=501))
    heights, arrows = by_role(figure, "heights")[0], by_role(figure, "arrows")[0]
    feet, shafts = points(arrows), np.column_stack([arrows.u, arrows.v])
    along_y, along_x = np.gradient(np.asarray(heights.z, np.float64), heights.y, heights.x)
    slopes = np.column_stack([read(heights, along, feet) for along in (along_x, along_y)])
    steep = np.linalg.norm(slopes, axis=1)
    # Near critical points, and where heights below the scale are cut, differences of heights point anywhere.
    clear = (steep > 0.2 * np.median(steep[steep > 0])) & (read(heights, heights.z, feet) > heights.contours.size)
    assert clear.sum() > 100
    cosine = -np.sum(shafts * slopes, axis=1)[clear] / (np.linalg.norm(shafts, axis=1) * steep)[clear]
    assert np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))).max() < AT_MOST


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (960, 540), (800, 1200)])
def test_both_axes_have_one_scale(width, height):
    scene = staged(aspect=figures.aspect(width, height))
    layout = draw("contour", scene, width=width, height=height).layout
    assert layout.yaxis.scaleanchor == "x"
    assert layout.yaxis.scaleratio in (None, 1)
    margin = layout.margin
    frame = (width - margin.l - margin.r, height - margin.t - margin.b)
    extent = np.diff([layout.xaxis.range, layout.yaxis.range], axis=1).ravel()
    assert extent[0] / frame[0] == pytest.approx(extent[1] / frame[1])


def test_a_figure_without_room_for_the_plot_is_refused():
    with pytest.raises(ls.LandscapeError, match="make it higher"):
        figures.aspect(1920, 250)


def test_arrows_are_true_lengths_in_data_units():
    scene = staged()
    arrows = by_role(draw("contour", scene), "arrows")[0]
    assert (arrows.arrowref, arrows.lengthmode, arrows.anchor) == ("data", "raw", "center")
    lengths = np.hypot(arrows.u, arrows.v) / scene.arrows.cell
    assert lengths.min() >= 0.28
    assert lengths.max() == pytest.approx(0.70)


def test_flat_ground_and_blanks_have_no_arrows():
    assert len(quiver(ls.scene(ls.surfaces.steps(), resolution=41), LIGHT, PANEL)["x"]) == 0
    slopes = np.array([[0.0, 0.0], [np.nan, 1.0], [np.inf, 0.0], [0.0, 2.0]])
    some = Arrows(np.arange(8.0).reshape(4, 2), slopes, cell=1.0)
    np.testing.assert_array_equal(quiver(replace(staged(), arrows=some), LIGHT, PANEL)["x"], [6.0])


def test_heights_are_drawn_on_their_scale_and_told_truly():
    scene = staged(surface=himmelblau())
    trace = by_role(draw("contour", scene), "heights")[0]
    np.testing.assert_allclose(trace.z, scene.heights.drawn, rtol=1e-6)
    np.testing.assert_allclose(trace.customdata, scene.heights.height, rtol=1e-6)
    assert (trace.zmin, trace.zmax) == (0.0, scene.heights.scale.top)
    assert trace.contours.coloring == "fill"
    assert trace.contours.size == scene.heights.scale.step


@pytest.mark.parametrize("frame", [0, 1, HALF, None])
def test_paths_are_the_positions_up_to_the_frame(frame):
    scene = staged("momentum", "simulated_annealing", frame=frame)
    figure = draw("contour", scene)
    for name, path, end in zip(TRIO, by_role(figure, "path"), by_role(figure, "end"), strict=False):
        walked = run_of(name).positions[: scene.frame + 1, 0]
        np.testing.assert_array_equal(points(path), walked)
        np.testing.assert_array_equal(points(end), walked[-1:])


def test_members_are_the_population_at_the_frame():
    figure = draw("contour", staged("genetic", "momentum", "particle_swarm", frame=HALF))
    members = {trace.meta["slot"]: points(trace) for trace in by_role(figure, "members")}
    assert set(members) == {0, 2}
    np.testing.assert_array_equal(members[0], run_of("genetic").positions[HALF])
    np.testing.assert_array_equal(members[2], run_of("particle_swarm").positions[HALF])


def test_things_are_drawn_one_above_the_other():
    figure = draw("contour", staged("particle_swarm", "momentum"))
    roles = [trace.meta["role"] for trace in figure.data]
    order = ["heights", "arrows", "halo", "path", "path", "minima", "members", "end", "end", "start"]
    assert roles == order
    assert figure.data[0].zorder == -1
    assert not any(trace.zorder for trace in figure.data if trace.type == "scatter")


def test_one_halo_lies_under_all_paths_with_gaps_between():
    figure = draw("contour", staged("momentum", "simulated_annealing"))
    halo, paths = points(by_role(figure, "halo")[0]), by_role(figure, "path")
    gap = np.full((1, 2), np.nan)
    np.testing.assert_array_equal(halo, np.concatenate([part for path in paths for part in (points(path), gap)]))
    assert by_role(figure, "halo")[0].line.width > paths[0].line.width
    assert by_role(figure, "halo")[0].connectgaps is False


def test_start_minima_and_domain_are_marked_where_they_are():
    scene = staged(surface=himmelblau())
    figure = draw("contour", scene)
    np.testing.assert_array_equal(points(by_role(figure, "minima")[0]), himmelblau().minima)
    np.testing.assert_array_equal(points(by_role(figure, "start")[0]), [quadratic().start])  # where the runs began
    box = figure.layout.shapes[0]
    assert (box.x0, box.y0, box.x1, box.y1) == (-5.0, -5.0, 5.0, 5.0)
    assert box.line.dash == "2px,4px"


def test_a_run_that_diverged_ends_at_its_last_finite_point_and_says_so():
    step = runaway().diverged
    assert step > 2
    figure = draw("contour", staged("momentum", extra=[runaway()]))
    path, end = by_role(figure, "path")[1], by_role(figure, "end")[1]
    assert len(path.x) == step
    np.testing.assert_array_equal(points(path)[0], quadratic().start)
    assert np.isfinite(points(path)[1]).all()  # where its segment leaves the vicinity of the view
    assert end.marker.symbol == "x"
    assert end.marker.color == LIGHT.colour(1)
    np.testing.assert_array_equal(points(end), [quadratic().start])  # the last point in view
    assert f"diverged at step {step}" in words(figure)


def test_before_it_diverges_a_run_is_drawn_like_any_other():
    step = runaway().diverged
    figure = draw("contour", staged("momentum", extra=[runaway()], frame=step - 1))
    assert by_role(figure, "end")[1].marker.symbol == "square"
    assert "diverged" not in words(figure)


def test_arrows_can_be_left_out():
    scene = staged()
    assert not by_role(draw("contour", scene, arrows=False), "arrows")
    assert "arrows point downhill" in words(draw("contour", scene))
    assert "arrows" not in words(draw("contour", scene, arrows=False))


def test_the_key_names_every_entrant_with_its_best_value_at_the_frame():
    text = words(draw("contour", staged("momentum", "genetic", frame=HALF)))
    best = float(run_of("momentum").best_value[HALF])
    assert "<b>momentum</b>" in text
    assert "<b>genetic</b>" in text
    assert f"best {ls.theme.written(best)}" in text


def test_notes_stand_below_the_plot():
    scene = ls.scene(rosenbrock(dim=4), resolution=21)
    assert scene.notes[0] in words(draw("contour", scene))
