"""The Networks page in a browser, and its numbers without one."""

import csv
import io
import json
import logging
from itertools import pairwise

import jax
import numpy as np
import pytest
from landscape_dashboard import jobs, sessions
from landscape_dashboard.compute import encoded
from landscape_dashboard.networking import ahead, answers, asked, edits, found, rail
from landscape_dashboard.networking.asked import content_of, session_of
from landscape_dashboard.pages import networks as page

import landscape as ls
from landscape.mlp import own
from landscape.theme import LIGHT

POINTS = [[0.1 * i, (-1) ** i, "even" if i % 2 else "odd"] for i in range(24)]


def first() -> dict:
    """The state of an address that says nothing."""
    return content_of(asked.from_query(""))


def rated(content: dict, index: int, rate: float) -> dict:
    content = json.loads(json.dumps(content))
    content["entrants"][index]["parameters"]["learning_rate"] = rate
    return content


@pytest.fixture(scope="module")
def shown():
    """The first session with a fork, and what a browser gets of it."""
    content = rated(edits.forked(first(), 0, 40), 1, 0.2)
    return content, found.at_once(session_of(content), found.View())


def loss(weights: np.ndarray, points: dict) -> float:
    """Half the mean squared error of a 2-4-2-1 network of tanh, on the rows for training."""
    values, at = np.stack([points["x"], points["y"]], axis=1)[: points["train"]], 0
    for fan_in, width in ((2, 4), (4, 2), (2, 1)):
        matrix = weights[at : at + fan_in * width].reshape(fan_in, width)
        at += fan_in * width
        values = np.tanh(values @ matrix + weights[at : at + width])
        at += width
    return 0.5 * np.mean((values[:, 0] - points["label"][: points["train"]]) ** 2)


def test_the_browser_gets_weights_losses_and_a_plane_that_fit_together(shown):
    _, sent = shown
    parent, fork = sent["runs"]
    assert sent["network"]["widths"] == [2, 4, 2, 1]
    assert sent["epochs"].tolist() == list(range(101))
    assert (fork["of"], fork["frame"], fork["label"]) == (0, 40, "sgd from 40")
    np.testing.assert_array_equal(fork["weights"][:41], parent["weights"][:41])
    assert np.abs(fork["weights"][41] - parent["weights"][41]).max() > 0
    for run in (parent, fork):
        for frame in (0, 41, 100):
            assert run["loss"][frame] == pytest.approx(loss(run["weights"][frame], sent["points"]), rel=1e-4)
    # The path ends where the plane begins: its height there is the run's own loss.
    plane = sent["plane"]
    heights = plane["heights"].reshape(len(plane["v"]), len(plane["u"]))
    at = parent["path"][100]
    assert parent["off"][100] == pytest.approx(0.0, abs=1e-5)
    assert parent["on_plane"][100] == pytest.approx(parent["loss"][100], rel=1e-3)
    near = heights[np.abs(plane["v"] - at[1]).argmin(), np.abs(plane["u"] - at[0]).argmin()]
    assert near == pytest.approx(parent["loss"][100], rel=0.3)
    paths = np.concatenate([run["path"] for run in sent["runs"]])
    assert plane["u"][0] < paths[:, 0].min() < paths[:, 0].max() < plane["u"][-1]
    assert plane["v"][0] < paths[:, 1].min() < paths[:, 1].max() < plane["v"][-1]
    assert jobs._line(result=encoded(sent))  # without NaN


def test_a_moved_slider_trains_its_own_run_and_compiles_nothing(shown, monkeypatch, caplog):
    content, _ = shown
    trained, usual = [], found.train_one
    monkeypatch.setattr(found, "train_one", lambda s, place, known: trained.append(place) or usual(s, place, known))
    jax.config.update("jax_log_compiles", True)
    try:
        with caplog.at_level(logging.WARNING):
            answers.moved({"content": rated(content, 1, 0.21)})
            moved = rated(content, 0, 0.031)
            moved["surface"]["parameters"] |= {"noise": 0.1, "scale": 1.1}
            answers.moved({"content": moved})
    finally:
        jax.config.update("jax_log_compiles", False)
    assert trained == [1, 0, 1]
    copies = edits.forked(edits.duplicate(content, 0), 0, 60)
    assert found.structure(session_of(copies)) == found.structure(session_of(content))
    # While a slider moves the plane is coarser; what is known to be finer is not drawn coarser again.
    quick = rated(content, 0, 0.033)
    sizes = [len(found.at_once(session_of(quick), answers._view({"moving": moving}))["plane"]["u"])
             for moving in (True, False, True)]  # fmt: skip
    assert sizes == [found.QUICK, found.FINE, found.FINE]
    # A hidden run keeps its place: what is shown of others is their own.
    hidden = json.loads(json.dumps(moved))
    hidden["entrants"][1]["hidden"] = True
    alone = json.loads(json.dumps(hidden)) | {"entrants": hidden["entrants"][:1]}
    both, one = (found.at_once(session_of(each), found.View()) for each in (hidden, alone))
    np.testing.assert_array_equal(both["runs"][0]["path"], one["runs"][0]["path"])
    assert [record.message[:80] for record in caplog.records if "Compiling" in record.message] == []


def test_what_takes_long_is_a_job_with_a_coarse_picture_first(monkeypatch):
    monkeypatch.setattr(found, "TRAINED", found.Shelf(1e6, lambda training: training.weights.nbytes))
    monkeypatch.setattr(found, "DRAWN", found.Shelf(4, lambda _: 1))
    monkeypatch.setattr(found, "AT_ONCE", 0.0)
    question = {"content": rated(first(), 0, 0.0123), "theme": "dark"}
    assert answers.moved(question)["long"] >= 0
    shares, pieces = [], answers.work(question)
    while True:
        try:
            shares.append(next(pieces))
        except StopIteration as end:
            result = end.value
            break
    assert [share.said for share in shares][:2] == ["training sgd, 1 of 1", "loss landscape, 13 × 13"]
    early = [(len(share.part["runs"]), share.part["plane"], share.part["partly"]) for share in shares[:2]]
    assert early == [(0, None, True), (1, None, False)]  # the network, then its training, then the plane
    parts = [share.part["plane"]["about"] for share in shares[2:]]
    assert parts[0].startswith("height · 13 × 13, refining 0%")
    assert result["plane"]["about"].startswith("height · 51 × 51")
    assert result["runs"][0]["color"] == "#3F93FF"


def test_a_state_an_address_and_a_file_hold_the_same_session(shown):
    content, _ = shown
    content = edits.edited(content, 1, 40, 3, 2.5)  # one weight more of the fork that begins there
    assert len(content["entrants"]) == 2
    content = edits.planed(edits.planed(content, "kind", "random"), "seed", "7") | {"patience": 5, "frame": 60}
    session = session_of(content)
    assert session.runs[1].edits == ((3, 2.5),)
    assert asked.plane_of(session.plane) == ("random", {"seed": 7, "normalization": "filter"})
    assert content_of(asked.from_query(session.query())) == content_of(session)
    assert answers.opened({"text": page.code("json", session.query())})["content"] == content_of(session)
    rows = list(csv.DictReader(io.StringIO(page.table(asked.from_query("").query()))))
    assert [row["epoch"] for row in rows] == [str(epoch) for epoch in range(101)]
    figure = page.drawn("learning_curves", asked.from_query("").query(), "dark")
    assert len(figure.data) > 1
    with pytest.raises(ls.LandscapeError, match="it has network_diagram"):
        page.drawn("pie", session.query(), "light")
    with pytest.raises(ls.LandscapeError, match="python, shell, json"):
        page.code("cobol", session.query())


def test_edits_of_the_network(shown):
    content = first()
    assert edits.widths(edits.layered(content, 1)) == [4, 2, 2]
    assert edits.widths(edits.layered(content, -1)) == [4]
    assert edits.widths(edits.resized(content, 2, -1)) == [4, 1]
    assert edits.widths(edits.resized(edits.resized(content, 2, -1), 2, -1)) == [4]  # its last neuron was the layer
    more = edits.switched(content, "xy")
    assert edits.features(more) == ["x", "y", "xy"]
    assert edits.features(edits.switched(more, "x")) == ["y", "xy"]
    alone = edits.switched(content, "x")
    with pytest.raises(ls.LandscapeError, match="one feature at least"):
        edits.switched(alone, "y")
    # The loss follows the data.
    assert edits.chosen(content, "surface.parameters.data", "four-blobs")["surface"]["parameters"]["loss"] == (
        "cross_entropy"
    )
    crossed = edits.put(content, "loss", "cross_entropy")
    assert edits.chosen(crossed, "surface.parameters.data", "plane")["surface"]["parameters"]["loss"] == "squared"
    assert edits.added(content, "adam")["entrants"][1]["slot"] == 1
    full = content
    for _ in range(7):
        full = edits.added(full, "sgd")
    with pytest.raises(ls.LandscapeError, match="8 runs already"):
        edits.added(full, "sgd")
    # A run that others fork from is hidden first; then it says why it stays.
    hidden = edits.removed(shown[0], 0)
    assert [row["hidden"] for row in hidden["entrants"]] == [True, False]
    with pytest.raises(ls.LandscapeError, match="remove its forks first"):
        edits.removed(hidden, 0)
    assert edits.removed(edits.removed(hidden, 1), 0)["entrants"] == []
    # Every state has a rail, and what is next to it is computed ahead.
    assert len(rail.rail(shown[0], LIGHT)) > len(rail.rail(content, LIGHT))
    assert len({found.structure(each) for each in ahead.neighbours(session_of(content))}) == 5


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"epochs": 30_000}, "30,000 epochs are more than this page's 20,000"),
        ({"plane": "spiral"}, "There is no plane 'spiral'"),
        ({"plane": "random:seed=x"}, "seed=x of a plane is not a whole number"),
        ({"plane": "random:normalization=no"}, "not one of filter, layer, none"),
        ({"plane": "principal:seed=1"}, "has no 'seed'"),
        ({"surface": {"name": "saddle", "parameters": {}}}, "open other surfaces on Explore"),
        ({"what": 1}, "it has a part 'what'"),
        ({"entrants": [{"name": "sgd", "parameters": {}, "edits": {"a": 1}}]}, "Run 1 of this session cannot be read"),
    ],
)
def test_what_a_state_may_not_say(change, told):
    with pytest.raises(ls.LandscapeError, match=told):
        session_of(first() | change)


def test_own_data_are_told_apart_from_paths_and_asked_for_again(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b,c\n1,2,3\n" * 9)
    with pytest.raises(ls.LandscapeError, match="no table here"):
        answers.owned({"text": str(secret)})
    kept = answers.owned({"points": POINTS})
    assert (kept["rows"], kept["columns"], kept["classes"]) == (24, 2, 2)
    content = edits.fed(first(), kept["word"])
    assert session_of(content).network.data.labels == ("even", "odd")
    own._KNOWN.pop(kept["word"])
    answer = answers.moved({"content": content})
    assert (answer["missing"], "not known here" in answer["problem"]) == (kept["word"], True)
    wide = edits.fed(first(), "own-x", columns=3, classes=0)
    assert edits.features(wide) == ["1", "2", "3"]


def test_a_run_that_diverges_is_told_in_a_sentence_and_shown_until_then():
    sent = found.at_once(session_of(rated(first(), 0, 1e9)), found.View())
    run = sent["runs"][0]
    assert run["gone"] == 1
    assert run["told"].startswith("Diverged in epoch ")
    assert "layer" in run["told"]
    assert np.isfinite(sent["plane"]["heights"]).mean() > 0.5
    assert jobs._line(result=encoded(sent))
    assert sessions.called({"name": "simulated_annealing"}) == "simulated annealing"


@pytest.fixture
def opened(blank):
    """The page, opened; what goes wrong on it fails the test."""
    visit = blank()

    def at(query: str = ""):
        visit.page.goto(f"{visit.address}/networks{query}")
        visit.wait("() => window.landscape?.answered && !landscape.jobs.size")
        return visit

    return at


def settled(visit, action) -> None:
    """Do something that asks for another state, and wait until that one is shown: a finer plane comes late, too."""
    visit.get("() => { window.before = landscape.networks.state; }")
    action()
    visit.wait("""() => {
        const { state, good } = landscape.networks;
        return state !== window.before && good === state && landscape.kept > landscape.answered && !landscape.jobs.size;
    }""")


INK = """() => [...document.querySelectorAll('#net-decision canvas')].map((canvas) => canvas.toDataURL()).join()"""


def test_time_forks_and_weights_in_the_browser(opened):
    visit = opened()
    screen = visit.page
    end = visit.get(INK)
    screen.keyboard.press("Home")
    visit.wait("(end) => landscape.frame === 0 && (" + INK + ")() !== end", end)  # without the server
    assert screen.locator(".counter").inner_text().replace("\n", "") == "epoch 0 / 100"
    visit.get("() => landscape.jump(40)")
    settled(visit, lambda: screen.get_by_label("Fork sgd here").click())
    assert "forks=1:0:40" in visit.query
    assert screen.locator(".net-fork").inner_text() == "fork of sgd at epoch 40"
    assert visit.get("() => landscape.frame") == 40
    assert screen.locator("#legend .legend-item").count() == 2
    # The fork's rate moves it alone, and the parent stays where it was.
    before = visit.get("() => landscape.networks.found.runs.map((run) => run.loss[100])")
    field = screen.get_by_label("learning rate value").nth(1)
    field.fill("0.3")
    screen.route("**/networks-move", lambda route: route.abort(), times=1)  # a lost connection is tried again
    settled(visit, lambda: field.press("Enter"))
    visit.problems[:] = [problem for problem in visit.problems if "ERR_FAILED" not in problem]
    visit.wait("() => landscape.networks.found.plane.u.length === 51")  # coarse at first, then fine
    after = visit.get("() => landscape.networks.found.runs.map((run) => run.loss[100])")
    assert after[0] == before[0]
    assert after[1] < before[1]
    # A weight changed by hand is a fork too.
    visit.get("() => landscape.jump(60)")
    weighed = "() => landscape.networks.edit({ do: 'weight', at: 0, frame: 60, weight: 2, value: -1.5 })"
    settled(visit, lambda: visit.get(weighed))
    assert "edits=2:2:-1.5" in visit.query
    assert visit.get("() => landscape.networks.found.runs[2].weights[60 * 25 + 2]") == -1.5
    screen.get_by_label("Show which class test rows are taken for").click()
    counts = [int(text) for text in screen.locator("#net-matrix td:not(:empty)").all_inner_texts()]
    assert sum(counts) == 250
    share = visit.get("() => landscape.networks.chosen().test_accuracy[60]")
    assert (counts[0] + counts[3]) / 250 == pytest.approx(share, abs=1e-6)
    kept = visit.query
    screen.reload()
    visit.wait("() => window.landscape?.answered && !landscape.jobs.size")
    assert visit.query == kept
    assert visit.get("() => landscape.frame") == 60
    # Eight runs: their numbers stand beside each other.
    visit.get("""() => {
        const { found, words } = landscape.networks;
        found.runs = Array(8).fill(found.runs[0]);
        words.legend();
        words.values();
    }""")
    boxes = [each.bounding_box() for each in screen.locator("#legend .legend-value").all()]
    assert len(boxes) == 8
    assert all(a["x"] + a["width"] <= b["x"] for a, b in pairwise(boxes))


COUNT = "() => landscape.networks.found.points.x.length"
ADD = "() => { landscape.networks.drawing = { index: 1, erase: false }; landscape.networks.clicked(1, 1); }"
ERASE = "() => { const { x, y } = landscape.networks.found.points; landscape.networks.clicked(x[0], y[0]); }"
# A file that is dropped on the page.
DROP = """(text) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], 'lesson.json'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true }));
}"""


def told(words: str) -> str:
    """Whether the page says that these are no number."""
    return f"() => document.getElementById('problem')?.innerText.includes(\"'{words}' is not a number\")"


def typed(visit, words: str) -> None:
    """In the field of the learning rate."""
    field = visit.page.get_by_label("learning rate value")
    field.fill(words)
    field.press("Enter")


def test_own_data_and_bad_input_in_the_browser(opened):
    visit = opened("?network=network:data=circel&epochs=100")
    assert "circle" in visit.page.locator("#net-told").inner_text()
    _pasted_rows_are_read_and_sent_again(visit)
    _mistyped_words_stand_until_they_are_mended(visit)
    _drawn_points_outlive_late_answers(visit)
    _drawn_points_end_with_refusals_other_data_and_pages(visit)


def _pasted_rows_are_read_and_sent_again(visit):
    screen = visit.page
    screen.get_by_role("button", name="Paste", exact=True).click()
    text = screen.get_by_label("Rows of numbers, the label last")
    text.fill("a,b,c\n1,2,x\n")
    screen.get_by_role("button", name="Use these rows").click()
    visit.wait("() => document.querySelector('.net-wrong').innerText.includes('1 usable row')")
    assert text.input_value() == "a,b,c\n1,2,x\n"  # nothing typed is lost
    text.fill("a,b,c\nnan,1,odd\n" + "\n".join(",".join(map(str, point)) for point in POINTS))
    settled(visit, lambda: screen.get_by_role("button", name="Use these rows").click())
    assert "own-" in visit.query
    assert "1 row left out" in screen.locator("#net-data-told").inner_text()
    own._KNOWN.clear()  # the server forgets them: the browser has them still
    settled(visit, lambda: typed(visit, "0.05"))
    assert visit.get(COUNT) == 24
    settled(visit, lambda: visit.get(DROP, page.code("json", visit.query.removeprefix("?").replace("0.05", "0.07"))))
    assert visit.get("() => landscape.networks.state.entrants[0].parameters.learning_rate") == 0.07


def _mistyped_words_stand_until_they_are_mended(visit):
    screen = visit.page
    field = screen.get_by_label("learning rate value")
    typed(visit, "fast")
    visit.wait(told("fast"))
    assert field.input_value() == "fast"
    # An answer to what was asked before does not take the sentence away.
    before = visit.get("() => landscape.answered")
    with visit.held("**/networks-move"):
        with screen.expect_request("**/networks-move"):
            typed(visit, "0.06")
        visit.wait("() => !document.getElementById('problem')")
        typed(visit, "slow")
        visit.wait(told("slow"))
    visit.wait("(before) => landscape.answered > before", before)
    assert visit.get(told("slow"))
    assert field.input_value() == "slow"
    screen.get_by_role("slider", name="learning rate slider").focus()  # which writes another number there
    settled(visit, lambda: screen.keyboard.press("ArrowRight"))
    visit.wait("() => !document.getElementById('problem')")


def _drawn_points_outlive_late_answers(visit):
    screen = visit.page
    screen.get_by_role("button", name="Draw points").click()
    screen.get_by_label("Add points of class odd").click()
    box = screen.locator("#net-decision canvas").first.bounding_box()
    before, answered = visit.get("() => [landscape.networks.good.surface.parameters.data, landscape.answered]")
    with screen.expect_request("**/networks-own") as sent:
        with visit.held("**/networks-move"):
            with screen.expect_request("**/networks-move"):
                typed(visit, "0.08")
            screen.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
            assert visit.get(COUNT) == 25
        visit.wait("(before) => landscape.answered > before", answered)
        assert visit.get(COUNT) == 25
    assert [row[2] for row in sent.value.post_data_json["points"]].count("odd") == 13
    visit.wait("(before) => landscape.networks.good.surface.parameters.data !== before", before)
    # What is drawn with stays pressed in a rail drawn anew.
    visit.wait("() => document.querySelector('[data-action=netDraw]').getAttribute('aria-pressed') === 'true'")


def _drawn_points_end_with_refusals_other_data_and_pages(visit):
    screen = visit.page
    settled(visit, lambda: screen.get_by_label("Take all points away but two of each class").click())
    assert visit.get(COUNT) == 4
    screen.get_by_label("Click takes the nearest point away").click()
    visit.get(ERASE)
    screen.locator("#problem", has_text="3 usable rows").wait_for()
    assert visit.get(COUNT) == 3
    settled(visit, lambda: screen.locator("#problem button").click())
    assert visit.get(COUNT) == 4
    # Another page.
    visit.get(ERASE)
    screen.get_by_role("link", name="Gallery").click()
    visit.wait("() => document.body.dataset.page === 'gallery' && document.querySelector('#page main')")
    answered = visit.get("() => landscape.answered")
    screen.go_back()
    visit.wait("(before) => landscape.answered > before && document.body.dataset.page === 'networks'", answered)
    assert visit.get(COUNT) == 4
    # Other data, while the server still reads the points.
    other = page._opened("network=network:data=xor&optimizer=sgd&epochs=20")
    with screen.expect_response("**/networks-own"), visit.held("**/networks-own"):
        with screen.expect_request("**/networks-own"):
            visit.get(ADD)
        settled(visit, lambda: visit.get("(content) => landscape.networks.edit({ do: 'set', content })", other))
        visit.get("() => { const { networks } = landscape; networks.edit = (what) => (window.edited = what); }")
    screen.wait_for_timeout(200)  # milliseconds in which it would be made the data set
    assert visit.get("() => window.edited") is None
