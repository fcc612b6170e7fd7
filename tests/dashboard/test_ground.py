"""The surface itself on the Explore page: typed formulas, curves, surfaces inside others, and the lens."""

import numpy as np
import pytest

import landscape as ls

FORMULA = "?surface=formula:text='x^2 %2B 3*y^2'&optimizer=sgd&steps=50"


def typed(page, text):
    page.page.locator("#formula-text").fill(text)
    return page


def test_a_typed_formula_becomes_the_surface(visit):
    page = visit(FORMULA)
    page.after(lambda: typed(page, "(1-u)**2 + 100*(v-u**2)**2"))
    assert "formula:text='(1-u)**2+++100*(v-u**2)**2'" in page.query.replace(" ", "+")
    assert page.page.locator("#formula-ranges label").all_inner_texts() == ["u", "v"]
    start = np.array(page.get("() => landscape.model.whole"))
    drawn = page.trace("overlay", "path", 0)
    slope = [-2 * (1 - start[0]) - 400 * start[0] * (start[1] - start[0] ** 2), 200 * (start[1] - start[0] ** 2)]
    assert [drawn["x"][0], drawn["y"][0]] == pytest.approx(start)
    rate = ls.optimizers.sgd().values["learning_rate"]
    expected = start - rate * np.array(slope)
    if np.abs(expected).max() < 100:
        assert [drawn["x"][1], drawn["y"][1]] == pytest.approx(expected, rel=1e-4)
    assert page.page.locator("#typeset mjx-container").count() == 2  # the formula and its gradient


def test_what_cannot_be_read_is_marked_and_keeps_the_picture_and_ranges_are_the_domain(visit):
    page = visit(FORMULA)
    before = page.trace("overlay", "path", 0)
    typed(page, "x^2 + sinn(y)")
    page.page.locator("#formula-note .told").wait_for()
    assert "Did you mean 'sin'" in page.page.locator("#formula-note .told").inner_text()
    assert page.page.locator("#formula-note .caret").inner_text().rstrip("▲") == " " * len("x^2 + ")
    page.wait("() => document.body.classList.contains('stale')")
    assert page.trace("overlay", "path", 0) == before
    page.page.locator("#formula-note button").click()
    page.page.locator("#formula-note .told").wait_for(state="detached")
    assert page.page.locator("#formula-text").input_value() == "x^2 + 3*y^2"
    page.wait("() => !document.body.classList.contains('stale')")

    # The range of a variable is the domain.
    field = page.page.get_by_label("Range of x")
    page.after(lambda: (field.fill("-1 … 7"), field.press("Enter")))
    assert "x=(-1.0,7.0)" in page.query
    field.fill("7, -1")
    field.press("Enter")
    page.page.locator("#problem").wait_for()
    assert "lower" in page.page.locator("#problem").inner_text()


def test_a_curve_is_one_wide_panel_and_a_click_places_its_start(visit):
    page = visit("?surface=tilted_well&optimizer=adam:learning_rate=0.1&steps=50")
    assert page.page.locator("#panel-surface").is_hidden()
    assert page.page.locator("#panel-contour h2").inner_text() == "Curve"
    box = page.page.locator("#contour").bounding_box()
    page.after(lambda: page.page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"]))
    start = ls.Experiment.from_url(page.query).start
    assert len(start) == 1
    drawn = page.trace("overlay", "path", 0)
    np.testing.assert_allclose(drawn["x"][0], start[0], rtol=1e-5)
    x = np.array(drawn["x"])
    np.testing.assert_allclose(drawn["y"], x**4 - 2 * x**2 + 0.5 * x, atol=1e-4)


def test_another_surface_can_be_put_inside_a_transform(visit):
    page = visit("?surface=rotate:angle=0.5&optimizer=sgd&steps=50")
    page.page.locator(".surface").get_by_role("textbox", name="surface", exact=True).click()
    page.after(lambda: page.page.get_by_role("option", name="matyas").click())
    assert ls.Experiment.from_url(page.query).surface == ls.surfaces.rotate(ls.surfaces.matyas(), angle=0.5)


def words_of_lens(page) -> str:
    return page.page.locator("#lens-words").inner_text()


def test_the_lens_shows_gradient_level_set_and_angle_at_the_pointer(visit):
    page = visit("?surface=himmelblau&optimizer=sgd&steps=50&start=3.0,2.0")
    page.wait("() => location.search.includes('seed=')")  # the whole experiment
    before = page.query
    page.page.locator("[data-action=lens]").click()
    page.wait("() => document.getElementById('lens-words')?.textContent.includes('gradient zero')")
    box = page.page.locator("#contour").bounding_box()
    page.page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.wait("() => document.getElementById('lens-words').textContent.includes('° to the level set')")
    assert "90.00°" in words_of_lens(page)
    roles = page.get("() => document.querySelector('.plot-lens').data.map((trace) => trace.meta.role)")
    assert roles == ["level", "tangent", "right_angle", "gradient", "point"]
    page.page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    held = words_of_lens(page)
    page.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.2 * box["height"])
    assert words_of_lens(page) == held
    assert page.query == before  # a click with the lens holds it and places no start
    page.page.locator("[data-action=lens]").click()
    assert page.page.locator(".plot-lens").count() == 0


def test_the_lens_draws_no_gradient_on_a_crease(visit):
    page = visit("?surface=relu_unit:angle=0.0,slope=1.0,offset=0.0&optimizer=sgd&steps=50&start=0.0,0.5")
    page.page.locator("[data-action=lens]").click()
    page.wait("() => document.getElementById('lens-words')?.textContent.includes('not differentiable here')")
    assert "gradient" not in page.get("() => document.querySelector('.plot-lens').data.map((t) => t.meta.role)")
