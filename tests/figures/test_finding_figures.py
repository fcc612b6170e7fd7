"""Maps of settings, range tests and races: what is drawn is what was found, and says what it means."""

from functools import cache

import numpy as np
import pytest
from drawing import by_role, words
from test_every_figure import sane

import landscape as ls
from landscape import LandscapeError
from landscape.contest import race
from landscape.figures.findings import edges
from landscape.figures.race import race as draw_race
from landscape.figures.range_test import range_test as draw_range_test
from landscape.figures.sensitivity import QUANTITIES
from landscape.figures.sensitivity import sensitivity as draw
from landscape.optimizers import adam, momentum, sgd, simulated_annealing
from landscape.range_test import range_test
from landscape.sensitivity import sensitivity
from landscape.surfaces import quadratic, saddle
from landscape.theme import DARK, LIGHT

RATES, SHARES = np.geomspace(1e-3, 1.0, 12), np.linspace(0.0, 0.9, 7)


@cache
def square():
    axes = {"x": ("learning_rate", RATES), "y": ("momentum", SHARES)}
    return sensitivity(quadratic(condition=10.0), momentum(), **axes, steps=60, target=1.0)


@cache
def curve(surface: str = "quadratic:condition=10"):
    return sensitivity(ls.catalog.surface(surface), sgd(), x=("learning_rate", RATES), steps=60)


@cache
def ranged():
    return range_test(quadratic(condition=10.0), sgd(), steps=60)


@cache
def raced():
    return race(quadratic(), [sgd(), simulated_annealing()], seeds=5, budget=41)


def shown(trace) -> np.ndarray:
    return np.asarray(trace.z, np.float64)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_quantity_of_a_map_and_of_a_curve_is_drawn(quantity, theme):
    for found in (square(), curve(), curve("saddle"), curve("himmelblau")):
        figure = draw(found, theme=theme.name, quantity=quantity)
        sane(figure)
        assert f"<b>{found.surface.label.capitalize()}</b>" in words(figure)
        assert figure.layout.paper_bgcolor == theme.panel


def test_cells_have_the_logarithm_of_the_gap_and_diverged_ones_the_ground():
    found, figure = square(), draw(square())
    cells, lost = by_role(figure, "cells")[0], by_role(figure, "diverged")[0]
    np.testing.assert_allclose(shown(cells), np.log10(np.maximum(found.gap, 1e-16)), rtol=1e-6)
    np.testing.assert_array_equal(shown(lost), found.diverged)
    assert np.isnan(shown(cells)[found.diverged]).all()
    np.testing.assert_allclose(np.log(cells.x[1:] / cells.x[:-1]), np.log(RATES[1] / RATES[0]), rtol=1e-9)
    np.testing.assert_allclose(edges(SHARES, log=False)[[0, -1]], [-0.075, 0.975])
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", None)


def test_the_border_is_the_closed_form_and_the_best_cell_is_marked_with_its_numbers():
    figure = draw(square())
    border, best = by_role(figure, "border")[0], by_role(figure, "best")[0]
    np.testing.assert_allclose(border.x, 2 * (1 + SHARES) / 10.0, rtol=1e-6)
    np.testing.assert_array_equal(border.y, SHARES)
    i, j = square().best_cell
    assert (best.x[0], best.y[0]) == (RATES[i], SHARES[j])
    assert "2 (1 + β)/L" in words(figure)
    assert "diverged" in words(figure)


def test_steps_and_minima_are_drawn_as_they_are():
    found = square()
    steps = shown(by_role(draw(found, quantity="steps"), "cells")[0])
    np.testing.assert_array_equal(steps, np.where(found.diverged, np.nan, found.reached))
    minima = shown(by_role(draw(found, quantity="minimum"), "cells")[0])
    np.testing.assert_array_equal(minima, np.where(found.minimum < 0, np.nan, found.minimum))
    gone = shown(by_role(draw(found, quantity="diverged"), "cells")[0])
    np.testing.assert_allclose(gone, np.log10(found.diverged_at), rtol=1e-6)


def test_one_number_is_a_curve_with_a_band_where_runs_diverge():
    figure = draw(curve())
    line = by_role(figure, "cells")[0]
    np.testing.assert_allclose(line.y, np.maximum(curve().gap[0], 1e-16))
    bands = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    first = np.flatnonzero(curve().diverged[0])[0]
    assert len(bands) == 1
    assert RATES[first - 1] < bands[0].x0 < RATES[first]
    upright = next(shape for shape in figure.layout.shapes if shape.type == "line")
    np.testing.assert_allclose(upright.x0, 2.0 / 10.0, rtol=1e-6)


def test_an_unknown_quantity_suggests_the_right_one():
    with pytest.raises(LandscapeError, match="Did you mean 'minimum'"):
        draw(curve(), quantity="minimun")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_range_test_marks_its_three_rates(theme):
    figure = draw_range_test(ranged(), theme=theme)
    sane(figure)
    at = [shape.x0 for shape in figure.layout.shapes]
    np.testing.assert_allclose(at, [ranged().suggested, ranged().divergence, 0.2])
    assert all(word in words(figure) for word in ("suggested", "diverges", "largest stable rate"))
    np.testing.assert_array_equal(by_role(figure, "smoothed")[0].x, ranged().rates)
    sane(draw_range_test(range_test(saddle(), adam(), steps=20), theme=theme))


@pytest.mark.parametrize("by", ["steps", "evaluations", "gradients"])
def test_a_race_has_a_median_in_the_middle_of_its_band(by):
    figure = draw_race(raced(), by=by)
    sane(figure)
    for lane, median in zip(raced().lanes, by_role(figure, "median"), strict=True):
        band = lane.band(by)
        np.testing.assert_array_equal(median.x, band.amount)
        np.testing.assert_allclose(median.y, np.maximum(band.median, 1e-16))
        assert lane.label in words(figure)
    assert figure.layout.xaxis.title.text == by
    with pytest.raises(LandscapeError, match="Did you mean 'steps'"):
        draw_race(raced(), by="step")


def test_a_scene_gives_its_title_and_colours():
    entrants = [ls.run(quadratic(), lane.optimizer, steps=5) for lane in raced().lanes]
    scene = ls.scene(quadratic(), *entrants, title="Who wins", slots=[4, 1], resolution=21)
    scene.layers.update(race=raced(), sensitivity=square(), range_test=ranged())
    figure = draw_race(scene, theme="dark")
    assert [trace.line.color for trace in by_role(figure, "median")] == [DARK.colour(4), DARK.colour(1)]
    for each in (figure, draw(scene), draw_range_test(scene)):
        assert "<b>Who wins</b>" in words(each)
