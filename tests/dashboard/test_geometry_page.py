"""The Geometry page: what it measures against closed forms, its address, code and numbers; and visits in a browser."""

import csv
import io
import json
import shlex
from urllib.parse import quote

import jax
import numpy as np
import pytest
from landscape_dashboard.geometric import bends, edits, levels, maps, shown, slices, watersheds
from landscape_dashboard.geometric.asked import Asked
from landscape_dashboard.geometric.look import Look, Table
from landscape_dashboard.pages import geometry
from typer.testing import CliRunner

import landscape as ls
from landscape.__main__ import app
from landscape.theme import written

BOWL = "surface=quadratic:condition=50.0,rotation=0.4"


def look(query: str, theme: str = "light") -> Look:
    return shown.of_query(query, theme)


def hessian(surface) -> np.ndarray:
    """Of a quadratic, everywhere."""
    return np.asarray(jax.jit(jax.hessian(surface))(np.zeros(2)))


# What is measured


def test_on_a_sphere_the_level_set_is_a_circle_through_the_point():
    seen = look("surface=sphere&at=3,-4")
    lens = seen.staged("lens").layers["lens"]
    assert lens.angle == pytest.approx(90.0, abs=1e-6)
    assert levels.radius(lens, seen.model()) == pytest.approx(5.0)
    assert "radius 5 " in levels.show(seen).words


def test_on_a_crease_there_is_no_angle_but_a_picture():
    found = levels.show(look("surface=relu_unit:angle=0.0,slope=1.0,offset=0.0&at=0,0.5"))
    assert "a crease" in found.words
    assert "angle " not in found.words.replace("right angle", "")
    assert "gradient" not in [trace["meta"]["role"] for trace in found.over]


def test_the_numbers_of_a_bowl_are_those_of_its_hessian():
    seen = look(f"{BOWL}&view=curvature&at=1,1")
    values = np.linalg.eigvalsh(hessian(seen.surface))
    numbers = {name: value for name, value, _ in bends.numbers(seen.model())}
    assert [numbers["λ min"], numbers["λ max"]] == pytest.approx(values)
    assert numbers["condition number"] == pytest.approx(50.0)
    assert numbers["determinant"] == pytest.approx(values.prod())
    assert numbers["2 / λ max"] == pytest.approx(2 / values[1])


def test_descent_on_f_of_ax_is_preconditioned_descent_on_f():
    seen = look(f"{BOWL}&view=map&matrix=1.5,0.4,-0.2,0.7&at=2,-1&steps=100&rate=0.2")
    matrix, curved = seen.asked.square, hessian(seen.surface)
    walk = maps.Walk(seen, maps.mapped(seen), seen.plane.points(*maps.pulled(seen, seen.spot)))
    x, expected = np.array([2.0, -1.0]), []
    for _ in range(8):
        expected.append(x)
        x = x - walk.rate * matrix @ matrix.T @ curved @ x
    np.testing.assert_allclose(maps.pushed(seen, walk.path)[:8], expected, rtol=1e-9, atol=1e-12)
    assert walk.limit == pytest.approx(2 / np.linalg.eigvalsh(matrix.T @ curved @ matrix)[-1])


def test_the_bowl_made_round_has_condition_number_one_and_points_at_its_minimum():
    content = edits.done(Asked.from_query(f"{BOWL}&view=map&at=2,-1&rate=0.5").to_store(), "round")
    seen = Look(Asked.from_store(content))
    assert np.linalg.det(seen.asked.square) == pytest.approx(1.0, rel=1e-4)
    words = maps.show(seen).words
    assert "50 → 1 " in words
    assert "by 0.0° on f(Ax)" in words
    assert "needs 1 steps on f(Ax)" in words  # half the limit goes to the bottom of a round bowl at once


def test_on_a_parabola_each_step_leaves_the_share_of_the_distance_that_is_told():
    walk = slices.Descent(look("surface=sphere&view=slices&direction=30&rate=0.3&at=2,1"))
    way = np.array([np.cos(np.pi / 6), 0.5])
    bottom = -way @ [2.0, 1.0]
    left = walk.steps[:, 0] - bottom
    np.testing.assert_allclose(left[1:6] / left[:5], 0.4, rtol=1e-6)
    assert walk.curve.steepness == pytest.approx(2 * way @ [2.0, 1.0])


def test_two_wells_share_the_starts_evenly():
    seen = look("surface=formula:text='(x^2-1)^2%2By^2',x=(-2.0,2.0),y=(-2.0,2.0)&view=basins&steps=300"
                "&optimizer=sgd:learning_rate=0.01")  # fmt: skip
    assert watersheds.lacks(seen)
    question = {"asked": seen.asked.to_store(), "frame": {"aspect": seen.aspect, "small": False}}
    shares = [share.done for share in geometry.work(json.loads(json.dumps(question)))]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert not watersheds.lacks(seen)
    found = watersheds.found(seen)
    left = found.minima[:, 0] < 0
    sides = np.broadcast_to(found.u < -1e-9, found.labels.shape)
    arrived = found.labels >= 0
    np.testing.assert_array_equal(left[found.labels[arrived]], sides[arrived])
    np.testing.assert_allclose(found.shares, 0.5, atol=0.02)


# Address, code, numbers


@pytest.mark.parametrize("view", shown.VIEWS)
def test_a_state_survives_address_and_browser(view):
    asked = Asked("rosenbrock", view, (1.5, -0.25), "condition", "off", "adam:learning_rate=0.1", 100,
                  (1.0, 0.5, 0.0, 2.0), -30.0, 0.7)  # fmt: skip
    stored = Asked.from_store(json.loads(json.dumps(asked.to_store())))
    assert Asked.from_query(stored.to_query()) == stored
    assert stored._replace(surface="rosenbrock", optimizer=asked.optimizer) == asked


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("surface=himmelblauu", "Did you mean 'himmelblau'"),
        ("view=curves", "'curves' is no view"),
        ("at=1", "needs 2 numbers"),
        ("at=1,inf", "finite"),
        ("at=a,b", "numbers with commas"),
        ("matrix=1,1,1,1", "determinant 0"),
        ("matrix=1,0,0", "four finite numbers"),
        ("rate=9", "rate=9 is not in"),
        ("steps=7", "not one of"),
        ("nothing=1", "unknown part 'nothing'"),
        ("surface=sphere:dim=900", "more than the 50"),
        ("optimizer=particle_swarm&view=basins", "holds many points"),
    ],
)
def test_what_an_address_may_not_say(query, told):
    with pytest.raises(ls.LandscapeError, match=told.replace("(", r"\(")):
        shown.check(look(query))


def test_a_curve_has_slices_alone_and_whole_numbers_have_no_slopes():
    content, said = geometry.settled(Asked.from_query("surface=tilted_well&view=basins").to_store())
    assert content["view"] == "slices"
    assert "one coordinate" in said.children
    with pytest.raises(ls.LandscapeError, match="two"):
        shown.check(look("surface=tilted_well&view=basins"))
    with pytest.raises(ls.LandscapeError, match="whole numbers"):
        shown.check(look("surface=mixed_ellipsoid"))
    assert "moment 0.3" in shown.check(look("surface=moving_minimum&moment=0.3"))
    assert look("surface=moving_minimum&moment=0.5").surface.values["phase"] == pytest.approx(3.14, abs=0.01)


def test_copied_code_draws_the_same_figure(tmp_path):
    query = f"{BOWL}&view=slices&direction=35&at=1.0,2.0"
    space = {"__name__": "copied"}
    exec(compile(shown.code("python", query), "copied.py", "exec"), space)
    mine = shown.drawn("slice_1d", query, "light")
    np.testing.assert_array_equal(space["figure"].data[0].y, mine.data[0].y)
    words = shlex.split(shown.code("shell", query))
    out = tmp_path / "cut.html"
    done = CliRunner().invoke(app, [*words[1:-1], str(out)])
    assert done.exit_code == 0, done.output
    assert "distance along the line" in out.read_text(encoding="utf-8")


def test_the_table_of_critical_points_holds_points_without_a_slope():
    rows = list(csv.DictReader(io.StringIO(shown.table("surface=himmelblau&view=critical"))))
    assert sorted(row["kind"] for row in rows) == ["maximum", *["minimum"] * 4, *["saddle"] * 4]
    slope = jax.grad(ls.surfaces.himmelblau())
    for row in rows:
        assert np.abs(slope(np.array([float(row["x"]), float(row["y"])]))).max() < 1e-4


@pytest.mark.parametrize("view", shown.VIEWS)
def test_every_view_shows_a_picture_words_and_two_panels_in_the_dark_too(view):
    seen = look(f"{BOWL}&view={view}&at=1,2&steps=100", "dark")
    found = shown.VIEWS[view].show(seen)
    json.dumps([shown.picture(seen), shown.over(seen, found), shown.encoded(found.bottom)])
    assert found.words
    assert all(found.titles)
    assert isinstance(found.top, Table) or found.top["data"]
    assert shown.VIEWS[view].table(seen).rows


# In a browser


def words(page) -> str:
    return page.page.locator("#geo-words").inner_text()


def told(page, text: str) -> str:
    page.wait("(text) => document.getElementById('geo-words')?.innerText.includes(text)", text)
    return words(page)


def middle(page, across: float, down: float) -> tuple[float, float]:
    box = page.page.locator("#geo-map .nsewdrag").bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def test_a_visit(blank):
    page = blank()
    page.page.goto(f"{page.address}/geometry?surface=sphere&view=levels&at=3,-4")
    assert "angle 90.0°" in told(page, "radius 5 ")
    page.page.mouse.move(*middle(page, 0.4, 0.4))  # a hover looks, and keeps nothing
    page.wait("() => !document.getElementById('geo-words').innerText.includes('radius 5 ')")
    assert "at=3,-4" in page.query
    page.page.mouse.click(*middle(page, 0.5, 0.25))
    page.wait("() => !location.search.includes('at=3')")
    x, y = (float(n) for n in page.query.split("at=")[1].split("&")[0].split(","))
    assert (abs(x), y > 0) == (pytest.approx(0.0, abs=0.2), True)
    told(page, f"f = {written(x * x + y * y)} ")
    page.page.locator("#geo-stack").focus()
    page.page.keyboard.press("ArrowRight")
    page.wait("(x) => Number(location.search.split('at=')[1].split(',')[0]) > x + 0.1", x)

    page.page.get_by_role("button", name="Critical points").click()
    told(page, "1 minimum")
    page.page.locator("#geo-table [data-point]").first.click()
    page.wait("() => /at=-?0(\\.0+)?,/.test(decodeURIComponent(location.search)) || location.search.includes('e-')")
    page.page.get_by_role("link", name="Ill-conditioned valley").click()
    told(page, "50 → 1 ")
    slider = page.page.get_by_role("slider", name="condition slider")
    slider.focus()
    page.page.keyboard.press("End")
    told(page, "1000 → ")
    field = page.page.get_by_label("A xy value")
    field.fill("none")
    field.press("Enter")
    page.wait("() => document.getElementById('problem')?.innerText.includes(\"'none' is not a number\")")
    assert field.input_value() == "none"
    page.page.get_by_role("link", name="Ill-conditioned valley").click()  # whose rail has no such words
    told(page, "50 → 1 ")
    assert page.page.locator("#problem").count() == 0
    field.fill("0")
    field.press("Enter")
    page.wait("() => decodeURIComponent(location.search).split('matrix=')[1].split(',')[1] === '0'")
    assert page.page.locator("#problem").count() == 0
    unnamed = """() => [...document.querySelectorAll('#geometry button, #geometry input, #geometry [role=slider]')]
        .filter((e) => !(e.getAttribute('aria-label') || e.innerText?.trim() || e.labels?.length
            || e.type === 'hidden'))
        .map((e) => e.outerHTML.slice(0, 120))"""
    assert page.get(unnamed) == []
    page.page.set_viewport_size({"width": 390, "height": 844})
    assert page.get("() => document.documentElement.scrollWidth <= innerWidth")
    page.page.get_by_role("link", name="open in Explore").click()
    page.wait("() => window.landscape?.model && document.getElementById('explore')")
    start = ls.Experiment.from_url(page.page.url)
    assert start.surface.name == "matrix"


def test_a_broken_address_is_told_and_shows_the_first_view(blank):
    page = blank()
    page.page.goto(f"{page.address}/geometry?surface={quote('himmelblua')}&view=basins")
    page.page.locator("#geo-told [role=alert]").wait_for()
    assert "Did you mean 'himmelblau'?" in page.page.locator("#geo-told").inner_text()
    assert page.page.locator("[aria-pressed=true]").inner_text() == "Level sets"
