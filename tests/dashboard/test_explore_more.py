"""Explore beyond its sliders: linked cursors, branches, zoom, camera, lessons, files. Few visits, many looks."""

import json

import numpy as np
import pytest

import landscape as ls

SMALL = "?surface=quadratic&optimizer=sgd:learning_rate=0.05&optimizer=adam&start=-3,1.5&steps=50"
PLACE = """([name, x, y]) => {
    const gd = landscape.plot(name), b = gd.getBoundingClientRect(), l = gd._fullLayout;
    const up = y === null ? l.yaxis._length / 2 : l.yaxis.d2p(y);
    return [b.left + l.xaxis._offset + l.xaxis.d2p(x), b.top + l.yaxis._offset + up];
}"""


def point_at(page, name: str, x: float, y: float | None = None) -> tuple[float, float]:
    """Where data is on the screen."""
    left, top = page.get(PLACE, [name, x, y])
    page.page.mouse.move(left, top)
    return left, top


def pointed(page, condition: str, name: str, x: float, y: float | None = None) -> tuple[float, float]:
    """Point there again and again until the page has taken notice: it may be drawing just then."""
    for _ in range(200):
        left, top = point_at(page, name, x, y)
        if page.get(condition):
            return left, top
        page.page.mouse.move(left - 1, top)
        page.page.wait_for_timeout(100)
    raise AssertionError(f"pointing at {x}, {y} of {name} never made {condition}")


def ranges(page) -> list:
    names = "['contour', 'overlay']"
    return page.get(
        f"() => {names}.map((n) => landscape.plot(n)._fullLayout).map((l) => [l.xaxis.range, l.yaxis.range])"
    )


def test_cursors_zoom_camera_branches_and_files(visit, tmp_path):
    """Cursors are linked, a zoom is one window, a branch follows its parent, a file brings all back."""
    page = visit(SMALL)
    _cursors(page)
    _zoom(page)
    camera = {"eye": dict.fromkeys("xyz", 1), "center": dict.fromkeys("xyz", 0)}
    page.get("(camera) => Plotly.relayout(landscape.plot('surface'), { 'scene.camera': camera })", camera)
    page.wait("() => location.search.includes('camera=1,1,1,0,0,0')")
    page.page.locator("[data-action=camera]").click()
    page.wait("() => !location.search.includes('camera=')")
    _branch(page)
    _files(page, tmp_path)


def _cursors(page):
    page.get("() => landscape.jump(50)")
    sgd = ls.run(ls.surfaces.quadratic(), ls.optimizers.sgd(learning_rate=0.05), np.array([-3.0, 1.5]), steps=50)
    # A time plot: its step is marked on the contour, and a press goes there.
    tip = "() => document.querySelector('#panel-convergence .tip')?.innerText.startsWith('step 20')"
    left, top = pointed(page, tip, "convergence", 20)
    marks = page.get("() => document.querySelectorAll('#contour-stack .hover-dot').length")
    assert marks == 2
    page.page.mouse.click(left, top)
    assert page.get("() => landscape.frame") == 20
    # A path: the step under the pointer, with the value that the library has there.
    page.get("() => landscape.jump(50)")
    tip = "() => document.querySelector('#contour-stack .tip')?.innerText.includes('step 3')"
    pointed(page, tip, "contour", *sgd.positions[3, 0].tolist())
    shown = page.page.locator("#contour-stack .tip b").first.inner_text()
    assert float(shown) == pytest.approx(float(sgd.values[3, 0]), rel=0.01)
    # Anywhere: value and gradient, read from the grid.
    point = [1.25, -2.0]
    read = page.get("(point) => landscape.read(point)", point)
    surface = ls.surfaces.quadratic()
    assert read["value"] == pytest.approx(float(surface(np.array(point))), rel=1e-3)
    nudged = [float(surface(np.array(point) + e) - surface(np.array(point) - e)) / 2e-4 for e in 1e-4 * np.eye(2)]
    assert read["gradient"] == pytest.approx(nudged, rel=1e-2)


def _zoom(page):
    whole = ranges(page)[0]
    point_at(page, "contour", 1.0, 1.0)
    page.page.mouse.wheel(0, -200)
    page.wait("() => document.body.classList.contains('zoomed')")
    base, overlay = ranges(page)
    assert base == overlay
    assert np.ptp(base[0]) < np.ptp(whole[0])
    assert base[0][0] < 1.0 < base[0][1]
    left, top = point_at(page, "contour", 1.0, 1.0)
    page.after(lambda: page.page.mouse.click(left, top))
    assert page.get("() => landscape.model.start") == pytest.approx([1.0, 1.0], abs=0.02)
    assert ranges(page)[1] == base  # the answer of the server keeps the window
    page.page.locator("[data-action=whole]").click()
    page.wait("() => !document.body.classList.contains('zoomed')")
    assert ranges(page)[0][0] == pytest.approx(whole[0])


def _branch(page):
    page.get("() => landscape.jump(10)")
    page.page.get_by_label("More for adam").click()
    page.after(lambda: page.page.get_by_label("Branch adam here").click())
    rate = page.page.locator(".card").nth(2).locator("input.field").first
    page.after(lambda: (rate.fill("0.4"), rate.press("Enter")))
    page.get("() => landscape.jump(30)")
    branch = page.trace("overlay", "path", 2)
    parent = page.trace("overlay", "path", 1)
    assert [branch["x"][0], branch["y"][0]] == [parent["x"][10], parent["y"][10]]
    assert branch["x"][5] != parent["x"][15]
    assert "branches=2:1:10" in page.query
    page.page.get_by_label("More for sgd").click()
    page.after(lambda: page.page.get_by_label("Colour 5, triangle down").click())
    assert "slots=4,1,2" in page.query


def _files(page, tmp_path):
    kept = page.get("() => landscape.experiment")
    page.after(lambda: page.page.get_by_label("Hide sgd").click())
    for name, text in (("good.json", json.dumps(kept | {"frame": 12})), ("bad.json", '{"surface": 3}')):
        (tmp_path / name).write_text(text)
    with page.page.expect_file_chooser() as chooser:
        page.page.get_by_text("Open a file").click()
    page.after(lambda: chooser.value.set_files(tmp_path / "good.json"))
    assert page.get("() => landscape.experiment.entrants.map((row) => row.hidden)") == [False] * 3
    assert page.get("() => landscape.frame") == 12
    with page.page.expect_file_chooser() as chooser:
        page.page.get_by_text("Open a file").click()
    chooser.value.set_files(tmp_path / "bad.json")
    page.page.locator("#problem").wait_for()
    assert "bad.json is no experiment" in page.page.locator("#problem").inner_text()
    assert page.get("() => landscape.model.tracks.length") == 3


def test_a_lesson_hides_names_takes_a_prediction_and_reveals(visit):
    page = visit(f"{SMALL}&frame=0&veil=1&question=Which+one%3F&lock=surface,start")
    assert page.get("() => landscape.model.tracks.map((t) => t.label)") == ["A", "B"]
    assert page.get("() => !/adam|sgd/.test(document.body.innerText)")
    assert page.page.get_by_role("textbox", name="Surface").is_disabled()
    left, top = point_at(page, "contour", 1.0, 1.0)
    page.page.mouse.click(left, top)
    page.page.locator(".choice").nth(1).click()
    page.page.locator("[data-action=reveal]").click()
    page.wait("() => document.querySelector('.verdict')")
    assert page.get("() => landscape.model.tracks.map((t) => t.label)") == ["sgd", "adam"]
    ends = page.get("() => landscape.model.tracks.map((t) => [t.label, t.best.at(-1)])")
    best = min(ends, key=lambda end: end[1])[0]
    said = page.page.locator("#lesson-strip").inner_text()
    assert f"You predicted adam{':' if best == 'adam' else ';'}" in said
    assert f"{best} is lowest" in said
    assert "start=-3.0,1.5" in page.query  # the start was locked
    page.page.locator("[data-action=lesson]").click()
    page.page.locator("#dialog-lesson [name=veil]").check()
    page.page.get_by_role("button", name="Copy lesson link").click()
    page.wait("() => landscape.copied")
    copied = page.get("() => landscape.copied")
    for part in ("veil=1", "question=Which%20one%3F", "lock=surface%2Cstart", "frame=0"):
        assert part in copied
