"""The Discrete page: one visit of a small match, whose numbers are computed in Python too."""

import json
import shlex
from itertools import permutations

import numpy as np
import pytest
from landscape_dashboard.discrete import asked, edits, known, shown, taken
from landscape_dashboard.pages import discrete as page
from landscape_dashboard.routes import name_of

from landscape import catalog, saved
from landscape.match import Match
from landscape.parameters import LandscapeError

CITIES = 9
ADDRESS = (
    f"problem=tsp:instance='random:{CITIES}',seed=5&optimizer=simulated_annealing:temperature=50"
    "&optimizer=hill_climbing&budget=2000&frame=120"
)
SQUARE = """NAME: square
TYPE: TSP
DIMENSION: 4
EDGE_WEIGHT_TYPE: EUC_2D
NODE_COORD_SECTION
1 0 0
2 0 3
3 4 3
4 4 0
EOF
"""
READY = """() => window.landscape?.discrete?.found && !landscape.discrete.found.partly && landscape.jobs.size === 0
    && !document.body.classList.contains('busy')"""
LANES = """() => landscape.discrete.found.lanes.map((lane) => ({ label: lane.label, x: Array.from(lane.x),
    value: Array.from(lane.value), best: Array.from(lane.best), spent: Array.from(lane.evaluations) }))"""


@pytest.fixture
def visit(blank):
    made = blank(color_scheme="light")
    made.page.goto(f"{made.address}/discrete?{ADDRESS}")
    made.wait(READY)
    return made


def answered(visit, action):
    """Do something, and wait for the next picture and for the address to hold it."""
    before = visit.get("() => landscape.answered")
    action()
    visit.wait("(before) => landscape.answered > before && landscape.kept > landscape.answered", before)
    visit.wait(READY)


def played_in_python(visit) -> tuple[Match, list]:
    """The match of the address, played here; its lanes must be those of the page."""
    match = Match.from_query(visit.query.replace("&exact=cuts", ""))
    played = match.play()
    for lane, seen in zip(played.lanes, visit.get(LANES), strict=True):
        assert seen["label"] == lane.label
        np.testing.assert_array_equal(np.reshape(seen["x"], lane.x.shape), lane.x)
        for name, values in (("value", lane.value), ("best", lane.best), ("spent", lane.evaluations)):
            np.testing.assert_allclose(seen[name], values, rtol=1e-6)
    return match, list(played.lanes)


def shortest(distances) -> float:
    """By trying all tours."""
    orders = np.array([(0, *rest) for rest in permutations(range(1, CITIES)) if rest[0] < rest[-1]])
    return float(distances[orders, np.roll(orders, -1, axis=1)].sum(axis=1).min())


def test_a_match_with_branch_and_proof_and_cities_and_a_file(visit):
    moments_and_branches(visit)
    proved(visit)
    cities_and_files(visit)
    taken_away(visit)
    stopped_and_refused(visit)


def moments_and_branches(visit) -> None:
    """Every number of every frame; curves and keys go through time; a branch follows, then goes its own way."""
    screen = visit.page
    _, lanes = played_in_python(visit)
    boards = screen.locator(".disc-board")
    assert boards.count() == 2
    assert boards.first.locator(".disc-value").inner_text() == f"{lanes[0].value[120]:,.0f}"
    assert f"best {lanes[0].best[120]:,.0f}" in boards.first.locator(".disc-line").inner_text()
    assert screen.locator("#time-bar .counter").inner_text() == "1,200 / 2,000"
    assert f"length {lanes[0].value[120]:,.0f}" in boards.first.locator("canvas").get_attribute("aria-label")
    requests = []
    screen.on("request", lambda request: requests.append(request.url))
    box = screen.locator("#disc-curves canvas").bounding_box()
    screen.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 60)
    frame = visit.get("() => landscape.frame")
    assert 0 < frame < 120
    assert boards.first.locator(".disc-value").inner_text() == f"{lanes[0].value[frame]:,.0f}"
    visit.get("() => document.activeElement.blur()")
    screen.keyboard.press("Home")
    assert boards.nth(1).locator(".disc-value").inner_text() == f"{lanes[1].value[0]:,.0f}"
    visit.get("() => landscape.jump(60)")
    visit.wait("() => location.search.endsWith('frame=60')")
    assert requests == []  # time asks nobody
    answered(visit, lambda: boards.first.get_by_role("button", name="Branch here").click())
    field = screen.locator(".disc-card").nth(2).get_by_label("temperature value")
    field.fill("2000")
    answered(visit, lambda: field.press("Enter"))
    match, lanes = played_in_python(visit)
    assert match.branches == ((2, (0, 60)),)
    np.testing.assert_array_equal(lanes[2].x[:61], lanes[0].x[:61])
    assert lanes[2].value[61:].mean() > lanes[0].value[61:].mean()
    assert "from 30 %" in boards.nth(2).locator("h3").inner_text()
    assert "still simulated annealing" in boards.nth(2).locator(".disc-line").inner_text()
    screen.locator(".disc-card").first.get_by_role("button", name="Remove simulated annealing").click()
    screen.locator("#disc-told", has_text="Other lanes branch off this one").wait_for()
    answered(visit, lambda: boards.nth(2).get_by_role("button", name="Drop this lane").click())
    answered(visit, lambda: screen.get_by_role("button", name="Remove hill climbing").click())
    assert boards.count() == 1


def proved(visit) -> None:
    """The exact solver's tour is the shortest of all, and is called proved then."""
    screen = visit.page
    answered(visit, lambda: screen.get_by_role("button", name="Exact solver", exact=True).click())
    screen.locator(".disc-proof.proved").wait_for()
    least = shortest(catalog.surface(f"tsp:instance='random:{CITIES}',seed=5").data.distances)
    assert f"no solution is below {least:,.0f}" in screen.locator(".disc-proof").inner_text()
    assert screen.locator(".disc-board", has_text="exact solver").locator(".disc-value").inner_text() == f"{least:,.0f}"
    assert visit.query.split("&")[-2:] == ["exact=cuts", "frame=60"]
    answered(visit, lambda: screen.get_by_role("button", name="Exact solver", exact=True).click())
    assert screen.locator("#panel-exact").is_hidden()


def cities_and_files(visit) -> None:
    """A click adds a city, undo takes it back; a bad file names its line and changes nothing, a good one is shown."""
    screen = visit.page
    screen.get_by_role("button", name="Edit cities").click()
    box = screen.locator(".disc-board canvas").first.bounding_box()
    places = "() => landscape.discrete.found.problem.instance"
    for across in (12, 60, 108):  # before the answer to the first of them
        screen.mouse.click(box["x"] + across, box["y"] + 12)
    visit.wait("(dim) => landscape.discrete.found.problem.dim === dim", CITIES + 3)
    visit.wait(READY)
    word = visit.get(places)
    assert word.startswith("points:")
    assert len(word.removeprefix("points:").split()) == CITIES + 3
    visit.wait("() => landscape.kept > landscape.answered")
    assert f"instance='{word}'" in visit.query.replace("+", " ")
    for _ in range(3):
        screen.get_by_role("button", name="Undo").click()
    visit.wait("(dim) => landscape.discrete.found.problem.dim === dim", CITIES)
    assert visit.get(places) == f"random:{CITIES}"
    assert screen.get_by_role("button", name="Undo").is_hidden()
    screen.get_by_role("button", name="Done").click()
    for text in (SQUARE.replace("0 3", "0 x"), SQUARE):
        with screen.expect_file_chooser() as chooser:
            screen.get_by_role("button", name="Open a file").click()
        file = {"name": "square.tsp", "mimeType": "text/plain", "buffer": text.encode()}
        if "x" in text.split("SECTION")[1]:
            chooser.value.set_files([file])
            assert "ine 7" in screen.locator("#problem").inner_text()
            assert visit.get("() => landscape.discrete.found.problem.dim") == CITIES
        else:
            answered(visit, lambda chosen=chooser.value, given=file: chosen.set_files([given]))
    assert visit.get("() => landscape.discrete.found.lanes[0].best.at(-1)") == 14  # a square of 3 by 4
    assert "own-" in visit.query


def taken_away(visit) -> None:
    """The best solution as a file, the code, and a link that brings the picture back to whoever has the file."""
    screen = visit.page
    with screen.expect_download() as file:
        screen.get_by_role("button", name="Best solution").click()
    found = json.loads(file.value.path().read_text())
    assert found["value"] == 14
    assert sorted(found["solution"]) == [0, 1, 2, 3]
    link = visit.get("() => location.href")
    page.answers.instances._KNOWN.clear()  # the server forgets
    held = []
    screen.route("**/discrete-own", lambda route: held.append(route))
    screen.goto(link)
    visit.wait("() => window.landscape?.discrete?.found?.partly === false")  # the first view came before the file
    held[0].continue_()
    visit.wait("() => window.landscape?.discrete?.found?.problem.dim === 4")
    visit.wait("(link) => location.href === link", link)
    assert screen.locator("#disc-told").inner_text() == ""


def stopped_and_refused(visit) -> None:
    """What was cancelled goes on; what was typed stays; of a first view that is refused a button leads away."""
    screen = visit.page
    seed = screen.get_by_role("textbox", name="seed", exact=True)
    seed.fill("seven")
    seed.press("Enter")
    screen.locator("#disc-told", has_text="seed=seven is not a whole number").wait_for()
    assert seed.input_value() == "seven"
    jobs = "**/job/discrete"
    screen.route(jobs, lambda route: None)  # a server that takes long
    seed.fill("8")
    seed.press("Enter")
    screen.get_by_role("button", name="Cancel").click()
    screen.unroute(jobs)
    answered(visit, lambda: screen.get_by_role("button", name="Go on").click())
    assert "seed=8" in visit.query
    assert screen.get_by_role("button", name="Go on").is_hidden()
    screen.route(jobs, lambda route: route.fulfill(body=json.dumps({"problem": "This is too small."}) + "\n"))
    screen.goto(f"{visit.address}/discrete?{ADDRESS}")
    screen.get_by_role("button", name="Show the first match").click()
    visit.wait("() => landscape.discrete.state.surface.parameters.instance === 'berlin52'")
    screen.set_viewport_size({"width": 360, "height": 740})
    wide, room = screen.locator("#navigation").evaluate("(names) => [names.scrollWidth, names.clientWidth]")
    assert wide <= room
    assert screen.get_by_role("heading", level=1).inner_text() == "Discrete"


def test_code_and_table_of_an_address():
    content = asked.from_query(ADDRESS)
    match = asked.match_of(content)
    query = asked.to_query(match, "cuts")
    first, second = taken.code("shell", query).splitlines()
    words = shlex.split(first)
    assert words[:2] == ["landscape", "match"]
    assert catalog.surface(words[2]) == match.surface
    assert shlex.split(second)[-2:] == ["--solver", "cuts"]
    assert Match.from_json(taken.code("json", query)) == match.replace(frame=None)
    branched = asked.match_of(edits.branched(content, 0, 30))
    words = shlex.split(taken.code("shell", branched.query()))
    assert words[:3] == ["landscape", "match", "--match"]
    assert saved.match(words[3]) == branched.replace(frame=None)
    assert name_of(page) == "discrete"


def test_methods_are_tuned_to_a_problem_until_somebody_moves_them():
    content = asked.first()
    before, after = content, edits.instance(content, "random:20")
    start = ("parameters", "temperature", "parameters", "start")
    read = lambda state: edits.edits.get(state, f"entrants.0.{'.'.join(start)}")  # noqa: E731
    assert read(before) != read(after)
    moved = edits.edits.put(before, f"entrants.0.{'.'.join(start)}", 12.5)
    assert read(edits.instance(moved, "random:20")) == 12.5
    assert edits.instance(content, "berlin52") == content


def test_a_lane_takes_another_method_and_stays_where_it_is():
    content = edits.branched(asked.first(), 0, 50)
    changed = edits.method(content, 2, "tabu_search")
    match = asked.match_of(changed)
    assert [each.name for each in match.optimizers] == [*asked.METHODS, "tabu_search"]
    assert match.slots == (0, 1, 2)
    assert match.branches == ((2, (0, 50)),)
    assert changed["entrants"][:2] == content["entrants"][:2]
    assert edits.method(content, 2, "simulated_annealing") == content


def test_a_small_graph_is_opened_with_as_many_colours_as_it_has_vertices():
    answer = page.answers.owned({"text": "p edge 3 2\ne 1 2\ne 2 3\n", "name": "path.col", "now": "tsp"})
    assert (answer["name"], answer["dim"]) == ("coloring", 3)
    opened = edits.instance(asked.first(), answer["word"], answer["name"])
    assert opened["surface"]["parameters"]["colors"] == 3
    fewer = edits.counted(opened, "surface.parameters.colors", "2")
    assert edits.instance(fewer, answer["word"])["surface"]["parameters"]["colors"] == 2


@pytest.mark.parametrize(("frames", "left"), [(100, 198), (1000, 199)])
def test_a_match_of_other_frames_is_opened_at_the_same_shares(frames, left):
    methods = "problem=tsp:instance='random:9'&budget=2000&optimizer=hill_climbing&optimizer=tabu_search"
    match = Match.from_query(f"{methods}&frames={frames}&frame={frames // 4}&branches=1:0:{frames - 1}")
    same = match.replace(frames=200, frame=50, branches=((1, (0, left)),))
    answer = page.answers.owned({"text": match.json(), "name": "match.json", "now": "tsp"})
    assert asked.match_of(answer["content"]) == asked.match_of(asked.from_query(match.query())) == same


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda: asked.from_query("problem=tsp:instance='/etc/passwd'"), "no instance"),
        (lambda: asked.from_query("problem=himmelblau"), "no discrete problem"),
        (lambda: asked.from_query("problem=tsp&budget=4000000"), "2,000,000"),
        (lambda: asked.from_query("problem=tsp&" + "&".join(["optimizer=genetic"] * 5)), "5 methods"),
        (lambda: asked.from_query("problem=tsp&exact=magic"), "no exact solver 'magic'"),
        (lambda: asked.match_of({"surface": {"name": "tsp"}, "more": 1}), "a part 'more'"),
        (lambda: asked.match_of([]), "names no problem"),
        (lambda: edits.whole(asked.first(), "seed", "x"), "no.* whole number|not a whole number"),
        (lambda: known.problem_of("a.txt", "one_max"), "takes no file"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(made, told):
    with pytest.raises(LandscapeError, match=told):
        made()


def test_points_travel_in_as_few_bytes_as_hold_them():
    kinds = [shown.small(np.array([[0.0, top]])).dtype.name for top in (255, 256, 70_000, 0.5)]
    assert kinds == ["uint8", "uint16", "int32", "float32"]
