"""The boards of discrete solutions and their curves, on an empty page without a server: numbers, places, edits."""

import numpy as np
import pytest
from empty_page import ASSETS, empty_page

from landscape import theme
from landscape.figures.solutions import bits, board, clauses, graph, matrix, schedule

SHARED = ("0_landscape.js", "1b_pen.js", "2a_keys.js", "9e_network_math.js", "9ea_network_paint.js")
SCRIPTS = [*(ASSETS / name for name in SHARED), *sorted(ASSETS.glob("9i_discrete_boards*.js"))]
BEGIN = """() => {
  document.documentElement.dataset.theme = 'light';
  document.body.replaceChildren();
  window.heard = [];
  window.host = (wide, high) => {
    const made = landscape.made('div', {});
    Object.assign(made.style, { width: `${wide}px`, height: `${high}px` });
    document.body.append(made);
    return made;
  };
  window.board = (problem, options) => (window.made = landscape.boards.make(host(400, 400), problem, options));
  window.at = (x, y) => {
    const pen = made.canvas.getContext('2d');
    const [r, g, b, opaque] = pen.getImageData(Math.round(x), Math.round(y), 1, 1).data;
    return [r, g, b].map((value) => 255 - ((255 - value) * opaque) / 255); // on white
  };
}"""
SQUARE = [[0, 0], [300, 0], [300, 400], [0, 400]]


@pytest.fixture(scope="module")
def opened(browser):
    """An empty page with the scripts."""
    with empty_page(browser, ("theme.css", "discrete_boards.css"), SCRIPTS, {"width": 800, "height": 900}) as page:
        yield page


@pytest.fixture
def page(opened):
    opened.evaluate(BEGIN)
    return opened


def problem(picture, shown, dim):
    return {"name": picture, "picture": picture, "shown": shown, "dim": dim}


def rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def close(pixel, colour, within=40) -> bool:
    return max(abs(a - b) for a, b in zip(pixel, rgb(colour), strict=True)) <= within


def cases():
    """(problem, solutions, the name of a number, what Python says it is of each)."""
    random = np.random.default_rng(5)
    places = random.random((9, 2)).tolist()
    edges = [[i, j] for i in range(9) for j in range(i) if random.random() < 0.5]
    net = {"places": places, "edges": edges, "colors": 3}
    colours, sides = random.integers(0, 3, (6, 9)), random.integers(0, 2, (6, 9))
    yield problem("graph", net, 9), colours, "conflicts", [graph.marked(net, x).sum() for x in colours]
    cut = net | {"colors": 2, "cut": True}
    yield problem("graph", cut, 9), sides, "cut", [graph.marked(cut, x).sum() for x in sides]
    pulls = random.integers(1, 20, len(edges)) * random.choice([-1, 1], len(edges))
    pulled = cut | {"weights": pulls.tolist()}
    yield problem("graph", pulled, 9), sides, "weight", [pulls[graph.marked(cut, x)].sum() for x in sides]
    sack = {"values": [4, 9, 3, 7, 5, 6], "weights": [2, 5, 4, 6, 3, 9], "capacity": 13}
    chosen = random.integers(0, 2, (6, 6))
    yield problem("bits", sack, 6), chosen, "weight", [bits.sacked(sack, x)[0] for x in chosen]
    yield problem("bits", sack, 6), chosen, "value", [bits.sacked(sack, x)[1] for x in chosen]
    yield problem("bits", {}, 9), sides, "ones", sides.sum(axis=1).tolist()
    flows, apart = random.integers(0, 9, (2, 7, 7))
    at = np.array([random.permutation(7) for _ in range(6)])
    for where in (None, random.random((7, 2)).tolist()):
        qap = {"flows": flows.tolist(), "distances": apart.tolist(), "places": where}
        yield problem("matrix", qap, 7), at, "cost", [matrix.costs(qap, x).sum() for x in at]
    queens = np.vstack([[random.permutation(12) for _ in range(3)], random.integers(0, 12, (3, 12))])
    yield problem("board", {"queens": 12}, 12), queens, "attacks", [len(board.attacks(x)) for x in queens]
    shop = {"machines": [random.permutation(4).tolist() for _ in range(5)],
            "times": random.integers(1, 20, (5, 4)).tolist()}  # fmt: skip
    turns = np.array([random.permutation(20) for _ in range(6)])
    spans = [schedule.decoded(**shop, x=x)[1].max() for x in turns]
    yield problem("schedule", shop, 20), turns, "makespan", spans
    sat = {"clauses": (random.integers(1, 10, (30, 3)) * random.choice([-1, 1], (30, 3))).tolist()}
    open_ = [int((~clauses.holds(sat, x)).sum()) for x in sides]
    yield problem("clauses", sat, 9), sides, "unsatisfied", open_
    weighted = sat | {"weights": [*range(1, 30), 999], "hard": [False] * 29 + [True]}
    yield problem("clauses", weighted, 9), sides, "unsatisfied", open_


def test_every_kind_counts_as_python_does_and_draws_each_state_differently(page):
    for told, xs, name, expected in cases():
        expected = [int(each) for each in expected]
        found = page.evaluate(
            """([problem, xs, name]) => {
                board(problem, { slot: 2, label: 'method' });
                const seen = xs.map((x) => (made.show(x), [made.told[name], made.canvas.toDataURL()]));
                made.say();
                const words = [made.canvas.getAttribute('aria-label'), made.told.words];
                made.show(null);
                return { seen, words, empty: made.canvas.toDataURL() };
            }""",
            [told, xs.tolist(), name],
        )
        assert [number for number, _ in found["seen"]] == pytest.approx(expected), (told["picture"], name)
        pictures = {picture for _, picture in found["seen"]}
        assert len(pictures) == len(np.unique(xs, axis=0)), told["picture"]
        assert found["empty"] not in pictures
        assert found["words"][0] == f"method: {found['words'][1]}"
        assert not expected[-1] or f"{expected[-1]:,}".replace("-", "−") in found["words"][1]


def test_a_schedule_is_decoded_as_in_python(page):
    random = np.random.default_rng(2)
    shop = {"machines": [[0, 1, 2], [2, 1, 0], [1, 1, 0]], "times": [[3, 2, 2], [2, 1, 4], [4, 3, 1]]}
    for _ in range(10):
        x = random.permutation(9)
        found = page.evaluate("([shop, x]) => landscape.boards.decoded(shop, x)", [shop, x.tolist()])
        starts, ends = schedule.decoded(**shop, x=x)
        np.testing.assert_array_equal(found["starts"], starts)
        np.testing.assert_array_equal(found["ends"], ends)


def test_colours_are_those_of_files_and_follow_the_theme(page):
    for name, look in (("light", theme.LIGHT), ("dark", theme.DARK)):
        page.evaluate("(name) => (document.documentElement.dataset.theme = name)", name)
        inks = page.evaluate("() => landscape.boards.inks()")
        assert [each.upper() for each in inks["slots"]] == list(look.entrants)
        assert [each.upper() for each in inks["kinds"]] == list(theme.KINDS)
        assert inks["error"] == look.error
    assert [page.evaluate("(c) => landscape.boards.onto(c)", each) for each in theme.KINDS] == list(
        map(theme.onto, theme.KINDS)
    )


def test_a_tour_goes_along_its_legs_in_the_colour_of_its_method(page):
    page.evaluate("(problem) => board(problem, { slot: 1 })", problem("tour", {"places": SQUARE}, 4))
    middles = """() => made.x && [0, 1, 2, 3].map((i) => {
        const [a, b] = [made.spots[made.x[i]], made.spots[made.x[(i + 1) % 4]]];
        return at(0.6 * a[0] + 0.4 * b[0], 0.6 * a[1] + 0.4 * b[1]);
    })"""
    page.evaluate("() => made.show([0, 1, 2, 3], { value: 1400 })")
    assert all(close(pixel, theme.LIGHT.colour(1)) for pixel in page.evaluate(middles))
    spots = np.array(page.evaluate("() => made.spots"))
    np.testing.assert_allclose(np.ptp(spots, axis=0)[1] / np.ptp(spots, axis=0)[0], 4 / 3)  # one scale for both axes
    assert spots[2, 1] < spots[1, 1]  # y upwards
    assert page.evaluate("() => made.told.words") == "tour of length 1,400 through 4 cities"
    page.evaluate("() => made.show([0, 1, 2, 3], { neutral: true })")
    assert not any(close(pixel, theme.LIGHT.colour(1)) for pixel in page.evaluate(middles))
    page.evaluate("() => made.show([0, 2, 1, 3])")  # crosses itself: sides 1-2 and 3-0 stay, diagonals are new
    plain = page.evaluate("() => made.canvas.toDataURL()")
    page.evaluate("() => made.show([0, 2, 1, 3], { best: [0, 1, 2, 3] })")
    assert page.evaluate("() => made.canvas.toDataURL()") != plain
    page.evaluate("() => made.show([0, 2, 1, 3], { best: [3, 1, 2, 0] })")  # the same tour the other way round
    assert page.evaluate("() => made.canvas.toDataURL()") == plain
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; made.show([0, 1, 2, 3]); }")
    assert all(close(pixel, theme.DARK.colour(1)) for pixel in page.evaluate(middles))


def test_conflicting_edges_are_drawn_in_the_colour_of_errors(page):
    shown = {"places": SQUARE, "edges": [[0, 1], [1, 2], [2, 3], [3, 0]], "colors": 3}
    page.evaluate("(problem) => board(problem, { slot: 0 })", problem("graph", shown, 4))
    page.evaluate("() => made.show([0, 0, 1, 2])")
    pixels = page.evaluate("""() => made.fixed.edges.map(({ a, b }) => at((made.spots[a][0] + made.spots[b][0]) / 2,
                                                                        (made.spots[a][1] + made.spots[b][1]) / 2))""")
    assert [close(pixel, theme.LIGHT.error) for pixel in pixels] == [True, False, False, False]
    nodes = page.evaluate("() => made.spots.map(([x, y]) => at(x + 8, y))")
    assert [close(pixel, theme.KINDS[kind], 8) for pixel, kind in zip(nodes, (0, 0, 1, 2), strict=True)] == [True] * 4


def test_strings_show_their_past_as_the_page_gives_it(page):
    page.evaluate("(problem) => board(problem, { slot: 0 })", problem("bits", {}, 4))
    frames = [[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]]
    page.evaluate("(frames) => made.show(frames[3], { frames, frame: 3 })", frames)
    alone = page.evaluate("() => made.canvas.toDataURL()")
    page.evaluate("(frames) => made.show(frames[0], { frames, frame: 0 })", frames)
    page.evaluate("(frames) => made.show(frames[3], { frames, frame: 3 })", frames)
    assert page.evaluate("() => made.canvas.toDataURL()") == alone  # going back and forth adds nothing
    row = [page.evaluate("([x, y]) => at(x, y)", [12 + 94 * (i + 0.5), 24]) for i in range(4)]
    assert [close(pixel, theme.LIGHT.colour(0)) for pixel in row] == [True, True, True, False]


def test_cities_are_added_moved_and_removed_by_pointer_and_keys(page):
    page.evaluate("""(problem) => {
        board(problem, { slot: 0, onedit: (places) => heard.push(places) });
        made.show([0, 1, 2, 3]);
        made.edit(true);
    }""", problem("tour", {"places": SQUARE}, 4))  # fmt: skip

    def spot(city):
        return page.evaluate("""(i) => { const box = made.canvas.getBoundingClientRect();
            return [box.left + made.spots[i][0], box.top + made.spots[i][1]]; }""", city)  # fmt: skip

    def last():
        return page.evaluate("() => heard.at(-1)")

    (left, top), (right, bottom) = spot(3), spot(1)
    page.mouse.click((left + right) / 2, (top + bottom) / 2)
    np.testing.assert_allclose(last()[4], [150, 200], atol=1.5)
    assert page.evaluate("() => made.x") is None  # the tour was one of other cities
    x, y = spot(4)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y - 30, steps=3)
    page.mouse.up()
    scale = 300 / (right - left)
    np.testing.assert_allclose(last()[4], [150 + 20 * scale, 200 + 30 * scale], atol=3)
    page.mouse.click(*spot(0), button="right")
    assert last()[:3] == SQUARE[1:]
    count = page.evaluate("() => heard.length")
    page.mouse.click(*spot(1))  # of a city: chosen, nothing changes
    assert page.evaluate("() => [heard.length, made.city]") == [count, 1]
    assert page.evaluate("() => document.activeElement === made.canvas")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")  # the westernmost
    page.keyboard.press("Delete")
    assert [place for place in SQUARE[1:] if place in last()] == SQUARE[1:3]
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowUp")
    assert len(last()) == 4
    for _ in range(3):
        page.keyboard.press("Delete")
    assert len(last()) == 3  # a tour needs three
    assert page.evaluate("() => made.canvas.getAttribute('role')") == "application"
    page.evaluate("() => made.edit(false)")
    assert page.evaluate("() => made.canvas.getAttribute('role')") == "img"
    assert not page.evaluate("() => made.canvas.hasAttribute('tabindex')")


LANES = """[0, 1].map((slot) => {
  const evaluations = Array.from({ length: 101 }, (_, k) => 10 * k);
  const best = evaluations.map((e) => 100 - e / (20 + 20 * slot));
  const cooled = slot ? {} : { temperature: evaluations.map((e) => Math.exp(-e / 200)) };
  const value = best.map((v) => v + 1);
  return { label: ['annealing', 'descent'][slot], slot, evaluations, value, best, metrics: cooled };
})"""


def test_curves_say_the_gap_and_go_to_a_frame(page):
    page.evaluate(f"""() => {{
        const seek = (frame) => {{ heard.push(frame); made.at(frame); }};
        window.made = landscape.boards.curves(host(700, 360), {{ seek }});
        made.data({LANES}, {{ bound: 40, minimum: 40, incumbent: null }});
        made.at(100);
    }}""")
    assert page.evaluate("() => made.places.map(({ row }) => row.name)") == ["value", "temperature"]  # nobody accepts
    assert page.evaluate("() => made.marks") == [["bound", 40]]  # one line, not two
    said = page.evaluate("() => made.canvas.getAttribute('aria-valuetext')")
    assert said == "1,000 evaluations; annealing: 50; descent: 75; best 50, 25 % above the bound"
    box = page.locator("canvas").bounding_box()
    area = page.evaluate("() => made.places[0].area")
    page.mouse.click(box["x"] + area["left"] + 0.3 * area["wide"], box["y"] + 60)
    assert page.evaluate("() => heard") == [30]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert page.evaluate("() => heard") == [30, 31, 100]
    page.evaluate("() => made.at(50)")
    pixels = page.evaluate("""() => [0.25, 0.75].map((share) => {
        const { x, y } = made.places[0];
        return at(x(1000 * share), y(100 - (1000 * share) / 20));
    })""")
    assert close(pixels[0], theme.LIGHT.colour(0), 60)
    assert not close(pixels[1], theme.LIGHT.colour(0), 60)  # pale after the cursor
    assert sum(pixels[1]) > sum(pixels[0])
    page.evaluate("() => { made.lanes[0].hidden = true; made.data(made.lanes, null); }")
    assert page.evaluate("() => made.places.length") == 1
    assert "annealing" not in page.evaluate("() => made.canvas.getAttribute('aria-valuetext')")


def test_a_board_that_is_given_another_problem_forgets_the_first(page):
    """As the page does while settings change, so that boards do not flicker."""
    pair = [{"places": SQUARE, "edges": [[0, 2]], "colors": 3}, {"places": SQUARE, "edges": [[1, 3]], "colors": 3}]
    page.evaluate("(problem) => board(problem, { slot: 0 })", problem("graph", pair[0], 4))
    renew = """(problem) => {
        Object.assign(made, { problem, fixed: made.kind.prepare(problem) });
        made.show([0, 1, 2, 0]);
        return [made.told.conflicts, made.canvas.toDataURL()];
    }"""
    first, second, again = (page.evaluate(renew, problem("graph", shown, 4)) for shown in (*pair, pair[0]))
    assert first[0] == second[0] == 0
    assert second[1] != first[1] == again[1]
