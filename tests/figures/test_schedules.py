"""Schedules: every number that follows one, and what comes of it, on one time axis."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from drawing import by_role, draw, words
from helpers import STEPS, walk

import landscape as ls
from landscape.figures.schedules import behind, drawn, rows
from landscape.scene import Track
from landscape.schedules import cosine, exponential, linear, one_cycle
from landscape.surfaces import quadratic
from landscape.theme import LIGHT

WALKS = [
    walk(ls.optimizers.momentum(learning_rate=one_cycle(peak=0.05), momentum=linear(start=0.5, end=0.9))),
    walk(ls.optimizers.sgd(learning_rate=0.02)),
    walk(ls.optimizers.simulated_annealing(temperature=exponential(start=5.0, end=0.001), reach=0.05)),
]


def staged(*walks, **options):
    """A scene of these runs; its tracks know which of their numbers are scheduled."""
    scene = ls.scene(quadratic(), *walks, resolution=21, **options)
    driven = [(*each.optimizer.scheduled, *each.surface.scheduled) for each in walks]
    tracks = [replace(track, scheduled=names) for track, names in zip(scene.tracks, driven, strict=True)]
    return replace(scene, tracks=tuple(tracks))


def curves(figure, metric: str, role: str = "now") -> dict[int, object]:
    return {trace.meta["slot"]: trace for trace in by_role(figure, role) if trace.meta["metric"] == metric}


def a_track(**metrics) -> Track:
    count = len(next(iter(metrics.values())))
    zeros = np.zeros(count + 1)
    return Track("one", 0, np.zeros((count + 1, 2)), None, zeros, zeros, zeros, metrics=metrics)


def test_causes_stand_above_effects():
    assert rows(staged(*WALKS)) == ["learning_rate", "temperature", "momentum", "step_length", "acceptance"]
    assert rows(staged(WALKS[1])) == ["learning_rate", "step_length"]


def test_a_scheduled_number_of_the_surface_has_a_row():
    surface = quadratic(condition=linear(start=1.0, end=20.0))
    figure = draw("schedules", staged(walk(ls.optimizers.sgd(), surface)))
    np.testing.assert_allclose(curves(figure, "condition")[0].y, np.linspace(1.0, 20.0, STEPS))
    assert "<b>condition</b>" in words(figure)


def test_rows_hold_what_was_scheduled_beside_what_is_constant():
    figure = draw("schedules", staged(*WALKS))
    progress = np.linspace(0.0, 1.0, STEPS)
    rates = curves(figure, "learning_rate")
    np.testing.assert_allclose(rates[0].y, one_cycle(peak=0.05)(progress), rtol=1e-9)
    np.testing.assert_array_equal(rates[1].y, np.full(STEPS, 0.02))
    np.testing.assert_allclose(curves(figure, "momentum")[0].y, 0.5 + 0.4 * progress, rtol=1e-9)
    assert set(curves(figure, "temperature")) == {2}


def test_all_rows_share_one_time_axis_and_none_overlaps_another():
    figure = draw("schedules", staged(*WALKS))
    assert {trace.xaxis for trace in figure.data} == {"x"}
    bands = [figure.layout[f"yaxis{'' if i == 0 else i + 1}"].domain for i in range(5)]
    assert all(low > top for (low, _), (_, top) in pairwise(bands))
    assert all(trace.cliponaxis is False for trace in by_role(figure, "end"))


def test_effects_are_means_of_the_last_steps():
    track = a_track(acceptance=np.array([1.0, 0.0, 1.0, np.nan, 0.0, 0.0]))
    np.testing.assert_allclose(drawn(track, "acceptance", 3), [1.0, 0.5, 2 / 3, np.nan, 0.5, 0.0])
    np.testing.assert_array_equal(drawn(track, "acceptance", 1), track.metrics["acceptance"])
    assert drawn(track, "temperature", 3) is None


def test_the_window_of_means_is_told():
    scene = replace(staged(*WALKS), steps=400)
    assert behind(scene) == 12
    assert "mean of 12 steps" in words(draw("schedules", scene))


def test_shares_go_from_zero_to_one_and_decays_have_a_log_axis():
    layout = draw("schedules", staged(*WALKS)).layout
    assert tuple(layout.yaxis5.range) == (0.0, 1.05)
    assert layout.yaxis2.type == "log"
    low, high = layout.yaxis3.range  # momentum from 0.5 to 0.9: seen closely, and wholly
    assert 0.3 < low < 0.5 < 0.9 < high < 1.0


def test_zeros_of_a_log_row_are_gaps():
    scene = staged(walk(ls.optimizers.sgd(learning_rate=cosine(peak=1.0))))
    values = np.geomspace(1.0, 1e-6, STEPS)
    values[5] = 0.0
    track = replace(scene.tracks[0], metrics={"learning_rate": values})
    curve = curves(draw("schedules", replace(scene, tracks=(track,))), "learning_rate")[0]
    assert np.flatnonzero(np.isnan(curve.y)).tolist() == [5]


@pytest.mark.parametrize("frame", [0, 7])
def test_a_cursor_stands_at_the_moment_and_markers_on_it(frame):
    figure = draw("schedules", staged(*WALKS, frame=frame))
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (frame, frame)
    assert all(trace.x == (frame,) for trace in by_role(figure, "end"))
    assert len(draw("schedules", staged(*WALKS)).layout.shapes) == 0


def test_rows_are_labelled_in_place():
    text = words(draw("schedules", staged(*WALKS)))
    assert all(f"<b>{row}</b>" in text for row in ("learning rate", "temperature", "step length", "acceptance"))
    assert "scheduled" in text
    assert LIGHT.colour(2) in text  # the key above


def test_arrays_of_single_members_are_no_rows():
    scene = staged(WALKS[1])
    track = replace(scene.tracks[0], metrics={"velocity": np.zeros((STEPS, 3, 2))}, scheduled=("velocity",))
    assert rows(replace(scene, tracks=(track,))) == []
    assert len(draw("schedules", replace(scene, tracks=(track,))).data) == 0
