"""Metrics: what a run measured of itself, scheduled numbers among it."""

from dataclasses import replace

import numpy as np
import pytest
from drawing import HALF, draw, run_of, runaway, staged, words
from helpers import STEPS, walk

import landscape as ls
from landscape.figures.metrics import chosen
from landscape.scene import Track
from landscape.schedules import cosine, linear
from landscape.surfaces import quadratic

FALLING = walk(ls.optimizers.sgd(learning_rate=cosine(peak=0.1)))


def curves(figure, metric: str, role: str = "now") -> dict[int, object]:
    """The curves of a metric by slot."""
    return {t.meta["slot"]: t for t in figure.data if t.meta["metric"] == metric and t.meta["role"] == role}


def axis(figure, trace, letter: str):
    return figure.layout[f"{letter}axis{getattr(trace, f'{letter}axis')[1:]}"]


def test_curves_are_what_was_recorded_at_each_step():
    figure = draw("metrics", staged("momentum", "adam"))
    for slot, name in enumerate(("momentum", "adam")):
        curve = curves(figure, "gradient_norm")[slot]
        np.testing.assert_array_equal(curve.y, run_of(name).metrics["gradient_norm"])
        np.testing.assert_array_equal(curve.x, np.arange(STEPS))


def test_a_scheduled_learning_rate_is_shown_beside_a_constant_one():
    figure = draw("metrics", staged("momentum", extra=[FALLING]))
    constant, falling = curves(figure, "learning_rate").values()
    np.testing.assert_array_equal(constant.y, np.full(STEPS, run_of("momentum").optimizer.values["learning_rate"]))
    np.testing.assert_allclose(falling.y, cosine(peak=0.1)(np.linspace(0.0, 1.0, STEPS)), atol=1e-12)


def test_a_scheduled_number_of_the_surface_is_shown_too():
    surface = quadratic(condition=linear(start=1.0, end=20.0))
    scene = ls.scene(surface, walk(ls.optimizers.sgd(), surface), resolution=21)
    condition = curves(draw("metrics", scene), "condition")[0]
    np.testing.assert_allclose(condition.y, np.linspace(1.0, 20.0, STEPS))


def test_the_most_telling_metrics_come_first_and_only_as_many_as_fit():
    scene = staged("particle_swarm", "momentum", "simulated_annealing")
    assert chosen(scene) == ["gradient_norm", "learning_rate", "temperature", "spread"]
    assert chosen(staged("momentum"), most=2) == ["gradient_norm", "learning_rate"]
    assert chosen(scene, most=2) == ["gradient_norm", "spread"]  # of as many entrants as possible
    assert not {"accepted", "survival"} & set(chosen(staged("genetic", "simulated_annealing"), most=20))
    figure = draw("metrics", scene, most=2)
    assert {trace.meta["metric"] for trace in figure.data} == {"gradient_norm", "spread"}


def a_scene(*metrics: dict) -> ls.scene:
    """A scene whose tracks have recorded these."""
    zeros = np.zeros(STEPS + 1)
    tracks = [Track(f"run {i}", i, np.zeros((STEPS + 1, 2)), None, zeros, zeros, zeros, metrics=each)
              for i, each in enumerate(metrics)]  # fmt: skip
    return replace(ls.scene(quadratic(), resolution=21, steps=STEPS), tracks=tuple(tracks))


def test_any_recorded_scalar_can_be_asked_for_by_name():
    scene = a_scene({"survival": np.ones(STEPS), "sigma": np.ones(STEPS)}, {"radius": np.ones(STEPS)})
    for asked in ("survival,radius", "survival, radius", ["survival", "radius"]):
        figure = draw("metrics", scene, quantity=asked)
        assert [trace.meta["metric"] for trace in figure.data] == ["survival", "radius"]
    with pytest.raises(ls.LandscapeError, match=r"No run here has recorded 'sgima'\. Did you mean 'sigma'\?"):
        draw("metrics", scene, quantity="sgima")


def test_more_quantities_than_fit_are_refused():
    many = {f"number_{i}": np.ones(STEPS) for i in range(10)}
    assert len(draw("metrics", a_scene(many), quantity=list(many)[:9]).data) == 9
    with pytest.raises(ls.LandscapeError, match="10 quantities are more than the 9 that fit"):
        draw("metrics", a_scene(many), quantity=",".join(many))


def test_nobody_is_left_out_because_others_record_more():
    rich = dict.fromkeys(("gradient_norm", "learning_rate", "temperature", "spread", "acceptance"), np.ones(STEPS))
    assert chosen(a_scene(rich, {"sigma": np.ones(STEPS)})) == [
        "gradient_norm",
        "learning_rate",
        "temperature",
        "sigma",
    ]


def test_what_is_not_finite_is_a_gap():
    values = np.where(np.arange(STEPS) == 3, np.inf, np.arange(STEPS, dtype=float))
    curve = draw("metrics", a_scene({"radius": values})).data[0]
    assert np.flatnonzero(~np.isfinite(curve.y)).tolist() == [3]
    assert curve.connectgaps is not True


def test_arrays_of_single_members_are_no_curves():
    scene = a_scene({"velocity": np.zeros((STEPS, 8, 2)), "spread": np.ones(STEPS)})
    assert chosen(scene) == ["spread"]
    assert len(draw("metrics", scene).data) == 1


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5])
def test_every_metric_has_its_own_axes_and_its_name_above(most):
    figure = draw("metrics", staged(), most=most)
    panels = {trace.meta["metric"]: (trace.xaxis, trace.yaxis) for trace in figure.data}
    assert len(panels) == len(set(panels.values())) == most
    areas = []
    for name in panels:
        trace = next(trace for trace in figure.data if trace.meta["metric"] == name)
        across, up = axis(figure, trace, "x").domain, axis(figure, trace, "y").domain
        title = next(note for note in figure.layout.annotations if note.text == name.replace("_", " "))
        assert (title.x, title.y) == (across[0], up[1])
        areas.append((*across, *up))
    for i, (left, right, low, high) in enumerate(areas):
        assert 0.0 <= left < right <= 1.0
        assert 0.0 <= low < high <= 1.0 + 1e-9
        assert all(right <= a or b <= left or high <= c or d <= low for a, b, c, d in areas[i + 1 :])


def test_curves_are_strong_up_to_the_frame_and_pale_beyond():
    figure = draw("metrics", staged("momentum", frame=HALF))
    now, whole = (curves(figure, "gradient_norm", role)[0] for role in ("now", "whole"))
    assert (len(now.x), len(whole.x)) == (HALF + 1, STEPS)
    assert whole.opacity < 0.5
    assert not curves(draw("metrics", staged("momentum")), "gradient_norm", "whole")


def test_what_spans_decades_has_a_log_axis_that_holds_it():
    figure = draw("metrics", staged("simulated_annealing"))
    temperature = curves(figure, "temperature")[0]
    vertical = axis(figure, temperature, "y")
    assert vertical.type == "log"
    low, high = vertical.range
    assert np.all((np.log10(temperature.y) >= low) & (np.log10(temperature.y) <= high))
    assert len(vertical.tickvals) >= 2


def test_what_does_not_has_a_plain_axis_from_zero():
    figure = draw("metrics", staged("momentum"))
    rate = curves(figure, "learning_rate")[0]
    vertical = axis(figure, rate, "y")
    assert vertical.type != "log"
    assert vertical.range[0] == 0.0
    assert vertical.range[1] > rate.y[0]


def test_a_run_that_diverges_ends_and_leaves_the_axis_to_the_others():
    figure = draw("metrics", staged("momentum", extra=[runaway()]))
    kept, gone = (curves(figure, "gradient_norm")[slot] for slot in (0, 1))
    assert len(gone.x) <= runaway().diverged
    vertical = axis(figure, kept, "y")
    top = 10.0 ** vertical.range[1] if vertical.type == "log" else vertical.range[1]
    assert top < 100 * np.max(kept.y)
    assert f"diverged at step {runaway().diverged}" in words(figure)


def test_nothing_recorded_is_an_empty_figure_with_its_words():
    scene = ls.scene(quadratic(), resolution=21, title="Nothing yet")
    figure = draw("metrics", scene)
    assert len(figure.data) == 0
    assert "Nothing yet" in words(figure)
