"""The Explore page in a real browser: what a visitor does, and what comes of it."""

import math

import numpy as np
import pytest
from landscape_dashboard import edits
from landscape_dashboard.pages import explore

import landscape as ls
from landscape.experiment import from_dict

SMALL = "?surface=quadratic&optimizer=sgd:learning_rate=0.05&optimizer=adam&start=-3,1.5&steps=50"


def test_first_visit_draws_every_plot_names_every_entrant_and_plays_to_the_end(visit):
    """With WebGL, which takes long to begin: the only page here that draws the surface."""
    page = visit(webgl=True)
    assert page.get("() => landscape.model.tracks.map((t) => t.label)") == [
        "momentum", "adam", "simulated annealing", "particle swarm",
    ]  # fmt: skip
    assert page.get("() => landscape.frame") == 44
    page.wait("() => document.querySelectorAll('#legend .legend-value').length === 4")
    colours = """async () => {
        const url = await Plotly.toImage(landscape.plot('surface'), { format: 'png', width: 300, height: 240 });
        const image = Object.assign(new Image(), { src: url });
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: 300, height: 240 });
        const pen = canvas.getContext('2d');
        pen.drawImage(image, 0, 0);
        const data = pen.getImageData(0, 0, 300, 240).data;
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
        return seen.size;
    }"""
    assert page.get(colours) > 300  # WebGL drew a lit surface, not an empty box
    page.after(lambda: page.page.locator("#theme-button").click())
    assert page.get("() => document.documentElement.dataset.theme") == "dark"

    end = page.get("() => landscape.model.steps")
    page.get("(end) => landscape.jump(end - 2)", end)
    page.get("() => landscape.play()")
    page.wait("(end) => landscape.frame === end && !document.body.classList.contains('playing')", end)
    page.page.locator("[data-action=loop]").click()
    page.get("(end) => landscape.jump(end - 3)", end)
    page.get("() => landscape.play()")
    page.wait("(end) => landscape.frame < end - 3 && landscape.frame > 0", end)
    page.get("() => landscape.pause()")


def test_numbers_move_slider_path_and_address_and_bad_ones_lose_nothing(visit):
    page = visit(SMALL)
    page.page.keyboard.press("End")
    start = np.array([-3.0, 1.5])
    trajectory = ls.run(ls.surfaces.quadratic(), ls.optimizers.sgd(learning_rate=0.05), start, steps=50)
    before = page.trace("overlay", "path", 0)
    points = np.column_stack([before["x"], before["y"]])
    np.testing.assert_allclose(points, trajectory.positions[:, 0], rtol=1e-5, atol=1e-6)

    card = page.page.locator(".card").first
    thumb, field = card.locator("[role=slider]").first, card.locator("input.field").first
    thumb.focus()
    page.after(lambda: page.page.keyboard.press("ArrowRight"))
    shown = float(field.input_value())
    assert shown > 0.05
    page.wait("(rate) => decodeURIComponent(location.search).includes(`sgd:learning_rate=${rate}`)", shown)
    after = page.trace("overlay", "path", 0)
    assert after["x"][0] == before["x"][0]
    assert after["x"][3] != before["x"][3]

    page.after(lambda: (field.fill("0.01"), field.press("Enter")))
    assert "sgd:learning_rate=0.01&" in page.query
    at = "() => Number(document.querySelector('.card [role=slider]').getAttribute('aria-valuenow'))"
    page.wait(f"(wanted) => Math.abs(({at})() - wanted) < 0.02", math.log10(0.01))

    drawn = page.trace("overlay", "path", 0)
    for typed, said in (("-3", "outside"), ("fast", "not a number"), ("nan", "")):
        field.fill(typed)
        field.press("Enter")
        page.page.locator("#problem").wait_for()
        assert said in page.page.locator("#problem").inner_text()
        assert page.trace("overlay", "path", 0) == drawn
        page.page.locator("#problem button").click()
        page.page.locator("#problem").wait_for(state="detached")
        page.wait("() => document.querySelector('.card input.field').value === '0.01'")
    # Two fields: the sentence about each stays until its own words are mended, or its slider is moved.
    problem, other = page.page.locator("#problem"), page.page.locator(".card").nth(1).locator("input.field").first
    kept = other.input_value()
    for box, typed, said in ((field, "fast", "'fast' is"), (other, "", "Give a number"), (other, kept, "'fast' is")):
        box.fill(typed)
        box.press("Enter")
        problem.filter(has_text=said).wait_for()
    thumb.focus()
    page.after(lambda: page.page.keyboard.press("ArrowRight"))
    problem.wait_for(state="detached")
    # What another page has taken away is not told, or Dash would throw.
    for gone in ("nowhere", {"type": "field", "at": "nowhere"}, {"kind": "nowhere"}):
        page.get("(id) => landscape.setProps(id, { value: 1 })", gone)


def test_time_plays_pauses_steps_and_scrubs_and_a_click_on_the_contour_places_the_start(visit):
    page = visit(SMALL.replace("steps=50", "steps=2000"))
    page.page.keyboard.press("Home")
    assert page.get("() => landscape.frame") == 0
    page.page.keyboard.press("ArrowRight")
    page.page.locator("[data-action=forward]").click()
    assert page.get("() => landscape.frame") == 2
    assert len(page.trace("overlay", "path", 0)["x"]) == 3
    page.page.locator("#play").click()
    page.wait("() => landscape.frame > 5")
    page.page.locator("#play").click()
    stopped = page.get("() => landscape.frame")
    page.wait("(frame) => location.search.includes(`frame=${frame}`)", stopped)
    page.page.locator("#scrub input").fill("310")
    assert page.get("() => landscape.frame") == 310
    assert page.page.locator("#frame-number").inner_text() == "310"

    box = page.page.locator("#contour").bounding_box()
    x, y = box["x"] + 0.4 * box["width"], box["y"] + 0.3 * box["height"]
    wanted = page.get(
        """([x, y]) => {
            const gd = landscape.plot('contour'), l = gd._fullLayout, b = gd.getBoundingClientRect();
            return [l.xaxis.p2d(x - b.left - l.xaxis._offset), l.yaxis.p2d(y - b.top - l.yaxis._offset)];
        }""",
        [x, y],
    )
    page.after(lambda: page.page.mouse.click(x, y))
    start = page.trace("overlay", "start")
    assert [start["x"][0], start["y"][0]] == pytest.approx(wanted, abs=1e-3)
    path = page.trace("overlay", "path", 1)
    assert [path["x"][0], path["y"][0]] == pytest.approx(wanted, abs=1e-3)
    assert "start=" in page.query


def test_entrants_are_added_duplicated_hidden_and_removed_keeping_their_colours(visit):
    page = visit(SMALL)
    page.page.get_by_label("Add an optimizer").first.click()
    page.after(lambda: page.page.get_by_role("option", name="particle swarm", exact=True).click())
    page.page.get_by_label("More for adam").click()
    page.after(lambda: page.page.get_by_label("Duplicate adam").click())
    assert page.get("() => landscape.model.tracks.map((t) => t.label)") == ["sgd", "adam 1", "particle swarm", "adam 2"]
    colours = page.get("() => landscape.model.tracks.map((t) => t.colour)")
    page.page.get_by_label("More for sgd").click()
    page.after(lambda: page.page.get_by_label("Remove sgd").click())
    assert page.get("() => landscape.model.tracks.map((t) => t.colour)") == colours[1:]
    page.after(lambda: page.page.get_by_label("Hide adam").first.click())
    page.wait("() => !landscape.plot('overlay').data.some((t) => t.meta?.slot === 1)")
    assert "slots=1,2,3" in page.query
    assert "hidden=0" in page.query


def test_the_last_entrant_can_go_and_come_back(visit):
    page = visit("?surface=quadratic&optimizer=sgd&steps=50")
    page.page.get_by_label("More for sgd").click()
    page.after(lambda: page.page.get_by_label("Remove sgd").click())
    assert page.page.locator(".empty").inner_text() == "Add an optimizer to see it walk."
    page.page.get_by_label("Add an optimizer").first.click()
    page.after(lambda: page.page.get_by_role("option", name="sgd", exact=True).click())
    page.wait("() => landscape.plot('overlay').data.some((t) => t.meta?.role === 'path')")


def test_any_slider_can_follow_a_schedule_and_another_surface_brings_its_own(visit):
    page = visit(SMALL)
    card = page.page.locator(".card").first
    page.after(lambda: card.locator("input[role=switch]").first.click(force=True))
    assert "sgd:learning_rate=cosine(peak=0.05,end=0" in page.query
    page.page.get_by_role("textbox", name="learning rate: kind of schedule").click()
    page.after(lambda: page.page.get_by_role("option", name="one cycle").click())
    assert "learning_rate=one_cycle(peak=0.05,low=0.002" in page.query
    page.after(lambda: card.locator("input[role=switch]").first.click(force=True))
    assert "sgd:learning_rate=0.05&" in page.query

    page.page.get_by_role("textbox", name="Surface").click()
    page.after(lambda: page.page.get_by_role("option", name="rosenbrock").click())
    labels = page.page.locator(".surface .row-head > label").all_inner_texts()
    assert labels == list(ls.catalog.surfaces()["rosenbrock"].parameters)
    start = page.trace("overlay", "start")
    assert [start["x"][0], start["y"][0]] == pytest.approx(ls.surfaces.rosenbrock().start)


def test_a_scheduled_surface_is_drawn_as_it_stands_at_each_moment(visit):
    page = visit("?surface=quadratic:condition=exponential(start=1,end=100)&optimizer=sgd&steps=50")
    heights = "() => { const z = landscape.plot('contour')._fullData[0].z; return z[0][0] / z[z.length - 1][0]; }"
    page.get("() => landscape.jump(50)")
    page.wait("() => landscape.model.scheduled")
    late = page.get(heights)
    page.after(lambda: page.get("() => landscape.jump(0)"))
    page.wait("(late) => { const z = landscape.plot('contour')._fullData[0].z;"
              " return Math.abs(z[0][0] / z[z.length - 1][0] - late) > 1e-3; }", late)  # fmt: skip


def test_every_card_is_built_from_the_signature_and_evaluations_are_an_axis_too(visit):
    page = visit("?surface=relu_unit&optimizer=genetic&optimizer=nesterov&steps=50")
    for index, optimizer in enumerate(("genetic", "nesterov")):
        labels = page.page.locator(".card").nth(index).locator(".row-head > label").all_text_contents()
        expected = [p.replace("_", " ") for p in ls.catalog.optimizers()[optimizer].parameters]
        assert labels == expected
    page.after(lambda: page.page.locator("#by label", has_text="evaluations").click())
    page.wait("(most) => landscape.plot('convergence').layout.xaxis.range[1] === most", 32 * 51)  # genetic


def test_an_address_restores_everything(visit):
    query = (
        "?surface=rosenbrock:a=1.0,b=20.0,dim=2&optimizer=nesterov:learning_rate=0.001,momentum=0.8"
        "&optimizer=adam:learning_rate=one_cycle(peak=0.3),b1=0.9,b2=0.99&start=-1.0,0.5&seed=7&steps=100&frame=33&slots=3,5"
    )
    page = visit(query)
    page.wait("() => location.search.includes('frame=33')")
    restored = ls.Experiment.from_url(page.query)
    assert restored == ls.Experiment.from_url(query)
    assert page.get("() => landscape.frame") == 33
    assert page.get("() => landscape.model.tracks.map((t) => t.slot)") == [3, 5]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?surface=rosenbrok", "Did you mean 'rosenbrock'?"),
        ("?utm_source=letter", "unknown part 'utm_source'"),
        ("?surface=ackley&optimizer=adam:b1=2", "outside"),
        ("?surface=ackley&steps=-4", "steps=-4"),
        ("?surface=himmelblau&start=nan,1", "start"),
    ],
)
def test_a_broken_address_is_answered_with_what_is_wrong_and_an_experiment(query, said):
    content, _, problem = explore.from_address(query)
    assert said in problem
    assert from_dict(content) == edits.FIRST


def test_a_broken_address_says_what_is_wrong_and_shows_something(visit):
    page = visit("?surface=rosenbrok")
    assert "Did you mean 'rosenbrock'?" in page.page.locator("#problem").inner_text()
    assert page.get("() => landscape.model.name") == edits.FIRST.surface.label


def test_divergence_is_named_and_mended(visit):
    page = visit("?surface=himmelblau&optimizer=momentum:learning_rate=0.0225&start=0.2,4.4&steps=100")
    note = page.page.locator(".entrant-note")
    trajectory = ls.run(
        ls.surfaces.himmelblau(), ls.optimizers.momentum(learning_rate=0.0225), np.array([0.2, 4.4]), steps=100
    )
    assert f"out of range from step {trajectory.diverged}" in note.inner_text()
    assert f"diverges at {trajectory.diverged}" in page.page.locator("#contour-subtitle").inner_text()
    assert page.trace("overlay", "end", 0)["symbol"] in ("x", ["x"])
    page.after(lambda: note.locator("button").click())
    assert "learning_rate=0.01125" in page.query
