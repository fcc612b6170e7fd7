"""The Labs page: with labs of its own in a browser, and its questions and answers without one."""

import json
import shlex
import threading
from itertools import pairwise
from typing import Annotated

import numpy as np
import pytest
from landscape_dashboard import jobs
from landscape_dashboard.lab_page import answers, asked, found, known, pictures
from landscape_dashboard.pages import labs as page

import landscape as ls
from landscape import labs
from landscape.commands.lab import described
from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Curve, Finding, Passage, Picture, Progress, Question, lab, near
from landscape.parameters import Choice, LandscapeError, Range

go = threading.Event()  # lets the slow lab end
left = threading.Event()  # it was closed before


def read_curve(text: str):
    if not text:
        raise LandscapeError("This function is empty; draw one.")
    if text == "ramp":
        return lambda x: x
    try:
        numbers = [float(word) for word in text.split()]
    except ValueError:
        raise LandscapeError(f"'{text}' is no function.") from None
    return lambda x: np.interp(x, np.linspace(0, 1, len(numbers)), numbers)


def read_picture(text: str) -> np.ndarray:
    if text == "paper":
        return np.ones((24, 24))
    return np.array([int(digit, 16) / 15 for digit in text.removeprefix("pixels:")]).reshape(24, 24)


@lab(
    family="search",
    title="A page's own",
    references=("Nobody 2026, A made-up paper, doi:10.1000/182", "Another 2025, arXiv:1502.01852"),
    question=Question("Is the width above ten?", ("yes", "no"), lambda found: int(found.data["width"] <= 10), "It is."),
)
def page_stub(
    *,
    width: Annotated[int, Range(1, 64, legal=(1, 99)), "units"] = 8,
    rate: Annotated[float, Range(1e-4, 1.0, log=True)] = 0.01,
    kind: Annotated[str, Choice("plain", "bent")] = "plain",
    noisy: bool = False,
    target: Annotated[str, Curve(names=("ramp",), reader=read_curve)] = "ramp",
    image: Annotated[str, Picture(names=("paper",), reader=read_picture)] = "paper",
):
    """For tests of the page.

    One sentence. Another sentence. A third sentence.
    """
    if kind == "bent" and width > 50:
        raise LandscapeError("A bent one is at most 50 wide; take fewer.")
    times = np.arange(21)
    moving = np.outer(times, np.ones(5)) * width
    dots = Dots(x=[1.0, 2.0, 3.0], y=[2.0, 2.0, np.nan], sets="width", keys=[11, 12, 13], size=2.0)
    curve = Panel(marks=(Line(x=np.arange(5.0), y=moving, slot=0, moving=("y",)),), title="grows")
    claims = (
        near("Width is what it is", width, 8, 0, "closed form"),
        Claim("The area under the target", f"{np.trapezoid(Curve(reader=read_curve).values(target), dx=0.01):.3f}", "",
              "doi:10.1000/182", None),
        Claim("Ink in the picture", str(int((read_picture(image) < 0.5).sum())), "0", "closed form", None),
    )  # fmt: skip
    sheets = {
        "growth": Sheet(panels=(curve, Panel(marks=(dots,))), title=f"Width {width}", times=times, unit="epoch"),
        "map": Sheet(panels=(Panel(marks=(Heat(z=np.full((2, 2), np.nan)),)),), title="Nothing", notes=("Empty.",)),
    }
    passages = (Passage("latex", "The formula", r"x^2"), Passage("code", "The code", "x = 1"))
    return Finding({"width": np.array(width), "odd": np.array([np.nan, np.inf])}, sheets, claims, passages)


@lab(family="search", title="A slow one", slow=True, question=Question("Is it slow?", ("yes", "no"), 0, "It waits."))
def page_slow(*, seed: Annotated[int, Range(0, 9)] = 0):
    """For tests of jobs.

    One sentence. Another sentence. A third sentence.
    """
    finished = False
    line = Line(x=np.arange(3.0), y=np.arange(3.0))

    def made(done: bool) -> Finding:
        return Finding({}, {"one": Sheet(panels=(Panel(marks=(line,)),), title=f"Seed {seed}, {done}")}, done=done)

    try:
        for piece in range(4_000):
            yield Progress(piece / 4_000, f"piece {piece}", made(False))
            if go.wait(0.05):
                break
        finished = True
    finally:
        if not finished:
            left.set()
    return made(True)


@pytest.fixture(autouse=True, scope="module")
def with_labs():
    """The two labs above are in the catalog for as long as this module is tested."""
    mine = {entry.name: entry for entry in (page_stub, page_slow)}
    labs.ENTRIES.update(mine)
    known.known.cache_clear()
    yield
    for name in mine:
        del labs.ENTRIES[name]
    known.known.cache_clear()


def ended(job) -> tuple[list, dict]:
    """The shares of a job, and its result."""
    shares = []
    while True:
        try:
            shares.append(next(job))
        except StopIteration as end:
            return shares, end.value


def test_what_an_address_asks_for_and_what_makes_no_sense_in_it():
    asked_for = asked.from_query("lab=page_stub:width=16,kind=bent&sheet=map&frame=3")
    assert (asked_for.lab.values["width"], asked_for.sheet, asked_for.frame) == (16, "map", 3)
    assert asked.written(asked_for.lab) == "lab=page_stub:width=16,kind=bent"  # what differs from the defaults
    assert asked.written(page_stub()) == "lab=page_stub"
    assert asked.from_query(None).lab.name == asked.FIRST
    drawn = page_stub(target="0 0.5 -1")
    assert asked.from_query(asked.written(drawn)).lab == drawn
    opened = asked.opened("lab=page_stub:width=0,rate=0.5&frame=4")
    assert opened["values"] == {"rate": 0.5}
    assert (opened["typed"], opened["at"], opened["frame"]) == ({"width": "0"}, "width", 4)
    assert "1 … 99" in opened["problem"]
    for broken, told in (("lab=page_stubb", "page_stub"), ("lab=page_stub:", "expected"), ("what=1", "unknown part")):
        opened = asked.opened(broken)
        assert opened["name"] == asked.FIRST
        assert told in opened["problem"]
    assert asked.opened("lab=page_stub:hight=3")["at"] is None


def test_answers_are_legal_json_hold_every_moment_and_are_remembered(monkeypatch):
    runs = []
    usual = type(page_stub()).work
    monkeypatch.setattr(type(page_stub()), "work", lambda lab: runs.append(1) or usual(lab))
    monkeypatch.setattr(found, "FOUND", found.Shelf(1e6, found.size))
    question = {"name": "page_stub", "values": {"width": 3}, "theme": "dark", "width": 366}
    for _ in range(2):
        _, answer = ended(answers.work(question))
    assert runs == [1]
    json.loads(jobs._line(result=answer))
    assert (answer["url"], answer["sheets"], answer["right"]) == ("lab=page_stub:width=3", ["growth", "map"], 1)
    moves = [each for each in answer["picture"]["moves"] if each["path"] == "y"]
    assert {len(each["values"]) for each in moves} == {21}
    assert answer["times"][-1] == "20"
    assert answer["picture"]["figure"]["layout"]["width"] == 366
    assert answer["curves"]["target"][::30] == [0.0, 0.5, 1.0]
    _, other = ended(answers.work(question | {"sheet": "map", "width": "wide"}))
    assert (other["sheet"], other["title"], other["times"]) == ("map", "Nothing", None)
    assert runs == [1]
    # While a slider moves one moment is enough.
    _, moving = ended(answers.work(question | {"moment": 5}))
    assert (moving["picture"]["moves"], moving["picture"]["frame"]) == ([], 5)
    # ... the one that is seen, or the one that the sheet is about where a parameter has moved that.
    for own, frame in ((20, 5), (3, 20)):
        _, moving = ended(answers.work(question | {"moment": 5, "own": own}))
        assert moving["picture"]["frame"] == frame
    # What is not legal is told with its parameter; what the lab itself refuses without.
    assert ended(answers.work(question | {"values": {"width": 256}}))[1]["at"] == "width"
    refused = ended(answers.work(question | {"values": {"width": 60, "kind": "bent"}}))[1]
    assert (refused["at"], "at most 50" in refused["problem"]) == (None, True)
    with pytest.raises(LandscapeError, match="dictionary"):
        next(answers.work(question | {"values": [1]}))
    with pytest.raises(LandscapeError, match="Unknown lab"):
        next(answers.work({"name": "nothing"}))
    assert pictures.look_of({"theme": "pink", "sheet": 3}) == pictures.Look()
    # A figure that likes more height than is seen at once gets less, but not too little; another what it likes.
    sheet = page_stub().run().sheet()
    likes = pictures.drawn(sheet, pictures.Look())["figure"]["layout"]["height"]
    monkeypatch.setattr(pictures, "LEAST", 0.8)
    for room, high in ((likes + 50, likes), (likes - 20, likes - 20), (240, round(0.8 * likes))):
        given = pictures.drawn(sheet, pictures.Look(height=room))["figure"]["layout"]["height"]
        assert given == high


def test_slow_work_comes_in_parts_and_keeps_the_rest_to_itself(monkeypatch):
    monkeypatch.setattr(found, "OFTEN", 0.0)
    monkeypatch.setattr(found, "FOUND", found.Shelf(1e6, found.size))
    go.set()
    shares, answer = ended(answers.work({"name": "page_slow", "values": {}}))
    assert shares[0].said == "piece 0"
    part = shares[0].part
    assert (part["done"], part["right"], part["title"]) == (False, None, "Seed 0, False")
    assert (answer["done"], answer["right"]) == (True, 0)
    go.clear()


def test_code_commands_and_files_make_the_same_lab():
    query = "lab=page_stub:width=16,noisy=true,target='0 1 0'&sheet=map"
    lab = asked.from_query(query).lab
    words = shlex.split(page.code("shell", query))
    assert words[:3] == ["landscape", "lab", "page_stub"]
    pairs = [after for word, after in pairwise(words) if word == "--parameter"]
    assert described(words[2], pairs) == lab
    assert words[-4:] == ["--sheet", "map", "--out", "page_stub.png"]
    program = page.code("python", query)
    assert "page_stub(width=16, noisy=True, target='0 1 0')" in program
    compile(program, "program", "exec")
    assert program.splitlines()[2] == "found = ls.labs.page_stub(width=16, noisy=True, target='0 1 0').run()"
    held = json.loads(page.code("json", query))
    assert held["claims"][0]["measured"] == "16"
    assert held["data"]["odd"] == [None, None]
    assert page.drawn("sheet", query, "dark").layout.width == 1920
    assert [page.stem(name, query) for name in ("sheet", "data")] == ["page_stub-map", "page_stub"]
    assert page.stem("sheet", "lab=page_stub") == "page_stub-growth"
    with pytest.raises(ls.LandscapeError, match="python, shell, json"):
        page.code("cobol", query)
    with pytest.raises(ls.LandscapeError, match="it has sheet"):
        page.drawn("pie", query, "light")
    with pytest.raises(ls.LandscapeError, match="mean 'map'"):
        page.drawn("sheet", query.replace("map", "mop"), "light")


def test_what_a_browser_knows_of_every_lab():
    told = {each["name"]: each for each in known.known()}
    assert set(told) == set(labs.ENTRIES)
    kinds = {each["name"]: each for each in told["page_stub"]["parameters"]}
    assert [each["kind"] for each in kinds.values()] == ["range", "range", "choice", "switch", "curve", "picture"]
    assert (kinds["width"]["whole"], kinds["rate"]["whole"], kinds["rate"]["log"]) == (True, False, True)
    assert kinds["target"]["drawn"]["ramp"][::30] == [0.0, 0.5, 1.0]
    assert kinds["image"]["drawn"]["paper"] == [1.0] * 576
    assert len(jobs._line(result=known.known())) < 120_000
    listed = [item["value"] for group in known.menu() for item in group["items"]]
    assert sorted(listed) == sorted(told)


MEASURED = """() => [...document.querySelectorAll('#labs-claims td[data-name^=measured]')].map((e) => e.textContent)"""
LINE = "() => landscape.plot('labs-plot')._fullData.find((trace) => trace.meta?.role === 'line').y[0]"


def answered(visit, action) -> None:
    """Do something and wait for the lab's answer, drawn."""
    before = visit.get("() => landscape.answered ?? 0")
    action()
    visit.wait("(before) => landscape.answered > before && !landscape.jobs.size", before)


def test_a_lab_in_the_browser(blank):
    visit = blank(permissions=["clipboard-read", "clipboard-write"])
    screen = visit.page
    answered_first = "() => window.landscape?.answered && !landscape.jobs.size"
    screen.goto(f"{visit.address}/labs?lab=page_stub:width=0,rate=0.5")
    visit.wait(answered_first)
    # What makes no sense stands at its control, with what was typed; the rest of the address holds.
    width = screen.get_by_label("width", exact=True)
    assert width.input_value() == "0"
    assert "outside 1 … 99" in screen.locator("[data-name=width] .told").inner_text()
    assert screen.get_by_label("rate", exact=True).input_value() == "0.5"
    predicted(visit)
    moved(visit)
    timed(visit)
    clicked(visit)
    refused(visit)
    boards(visit)
    tabs_and_history(visit)


def predicted(visit) -> None:
    """First the question: neither figure nor claims tell the answer; then what was measured."""
    screen = visit.page
    assert screen.locator("#labs-veil h3").inner_text() == "Is the width above ten?"
    assert screen.locator("#labs-claims").is_hidden()
    assert screen.locator("#labs-under").evaluate("(plot) => plot.inert && getComputedStyle(plot).filter !== 'none'")
    screen.get_by_role("button", name="yes").click()
    verdict = screen.locator("#labs-verdict strong")
    assert verdict.inner_text() == "You predicted “yes”; measured at these numbers: “no”."
    assert screen.evaluate("() => document.activeElement.closest('#labs-verdict') !== null")
    assert screen.locator("#labs-headline").inner_text() == "Width 8"
    assert visit.get(MEASURED) == ["8", "0.500", "0"]
    signs = screen.locator("#labs-claims .labs-holds").all_inner_texts()
    assert [sign.split(maxsplit=1)[1] for sign in signs] == ["holds", "measured only", "measured only"]
    links = [each.get_attribute("href") for each in screen.locator("#labs-main a").all()]
    assert {"https://doi.org/10.1000/182", "https://arxiv.org/abs/1502.01852"} <= set(links)
    screen.locator("#labs-passages mjx-container").wait_for()
    screen.get_by_role("button", name="Copy The code").click()
    visit.wait("() => landscape.copied === 'x = 1'")


def moved(visit) -> None:
    """A slider changes the claims, and whether the prediction is right."""
    screen = visit.page
    slider = screen.get_by_label("width slider")
    slider.focus()
    for _ in range(3):
        answered(visit, lambda: slider.press("ArrowRight"))
    assert visit.get(MEASURED)[0] == screen.get_by_label("width", exact=True).input_value() == "11"
    assert screen.locator("#labs-verdict strong").inner_text() == "You predicted “yes”: right at these numbers."
    assert "does not hold" in screen.locator("#labs-claims .no").inner_text()
    assert visit.query == "?lab=page_stub:width=11,rate=0.5"


def timed(visit) -> None:
    """Time moves without the server."""
    screen = visit.page
    assert visit.get(LINE) == 220
    screen.get_by_label("width slider").evaluate("(range) => range.blur()")
    screen.keyboard.press("Home")
    visit.wait(f"() => ({LINE})() === 0")
    screen.keyboard.press("n")
    visit.wait(f"() => landscape.frame === 10 && ({LINE})() === 110")
    assert screen.locator(".counter").inner_text().replace("\n", "") == "epoch 10 / 20"
    visit.wait("() => location.search.endsWith('&frame=10')")


def clicked(visit) -> None:
    """A dot sets the parameter that it stands for."""
    place = visit.get("""() => {
        const gd = landscape.plot('labs-plot'), trace = gd._fullData.find((each) => each.meta?.sets);
        const [x, y] = ['xaxis', 'yaxis'].map((name) => gd._fullLayout[name + trace[name].slice(1)]);
        document.getElementById('labs-canvas').scrollIntoView();
        const at = gd.getBoundingClientRect();
        return [at.left + x._offset + x.d2p(2), at.top + y._offset + y.d2p(2)]; }""")
    answered(visit, lambda: visit.page.mouse.click(*place))
    assert visit.get(MEASURED)[0] == "12"
    assert visit.get("() => landscape.frame") == 10  # the moment stays


def refused(visit) -> None:
    """What the lab refuses is told in place, and the former figure stays; a move mends it."""
    screen = visit.page
    width = screen.get_by_label("width", exact=True)
    answered(visit, lambda: screen.get_by_role("button", name="kind: bent").click())
    width.fill("60")
    width.press("Enter")
    screen.locator("[data-name=width] .told", has_text="at most 50").wait_for()
    assert (width.input_value(), screen.locator("#labs-headline").inner_text()) == ("60", "Width 12")
    width.fill("256")
    width.press("Enter")
    screen.locator("[data-name=width] .told", has_text="outside 1 … 99").wait_for()
    assert (width.input_value(), visit.get("() => landscape.labs.values.width")) == ("256", 12)
    width.fill("many")
    width.press("Enter")
    screen.locator("[data-name=width] .told", has_text="'many' is not a number").wait_for()
    answered(visit, lambda: screen.get_by_label("Reset width").click())
    assert screen.locator(".labs-row .told:visible").count() == 0


def boards(visit) -> None:
    """A drawn function and a painted picture."""
    screen = visit.page
    board = screen.locator(".labs-curve")
    box = board.bounding_box()
    screen.mouse.move(box["x"] + 1, box["y"] + 6)
    screen.mouse.down()
    screen.mouse.move(box["x"] + box["width"] - 1, box["y"] + 6)
    answered(visit, screen.mouse.up)
    assert float(visit.get(MEASURED)[1]) == pytest.approx(1.0, abs=0.02)  # a line at the top
    assert len(visit.get("() => landscape.labs.values.target").split()) == 41
    screen.get_by_role("button", name="Clear target").click()
    screen.locator("[data-name=target] .told", has_text="empty").wait_for()
    assert float(visit.get(MEASURED)[1]) == pytest.approx(1.0, abs=0.02)
    formula = screen.get_by_label("target", exact=True)
    formula.fill("0 0.5")
    answered(visit, lambda: formula.press("Enter"))
    assert visit.get(MEASURED)[1] == "0.250"
    box = screen.locator(".labs-picture").bounding_box()
    answered(visit, lambda: screen.mouse.click(box["x"] + box["width"] / 48, box["y"] + box["height"] / 48))
    assert visit.get(MEASURED)[2] == "1"
    assert visit.get("() => landscape.labs.values.image").startswith("pixels:0ff")
    # An image file becomes 24 × 24 greys here, in the browser: the left half of this one is black.
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='48' height='48'><rect width='24' height='48'/></svg>"
    send = """async (drawing) => {
        const image = Object.assign(new Image(), { src: 'data:image/svg+xml,' + encodeURIComponent(drawing) });
        await image.decode();
        const board = Object.assign(document.createElement('canvas'), { width: 48, height: 48 });
        board.getContext('2d').drawImage(image, 0, 0);
        const blob = await new Promise((made) => board.toBlob(made));
        const carried = new DataTransfer(); carried.items.add(new File([blob], 'half.png', { type: 'image/png' }));
        const field = document.querySelector('.labs-tools input[type=file]');
        field.files = carried.files; field.dispatchEvent(new Event('change')); }"""
    answered(visit, lambda: visit.get(send, drawing))
    assert visit.get(MEASURED)[2] == str(12 * 24)


def tabs_and_history(visit) -> None:
    """Sheets, the copied command, another lab and back, what is revealed, cancel."""
    screen = visit.page
    answered(visit, lambda: screen.get_by_role("button", name="Reset all").click())
    answered(visit, lambda: screen.get_by_role("button", name="map", exact=True).click())
    assert visit.query == "?lab=page_stub&sheet=map"
    assert screen.locator("#time-bar").is_hidden()
    assert screen.locator("#labs-notes").inner_text() == "Empty."
    screen.get_by_role("button", name="Copy as code").click()
    screen.get_by_text("Copy as shell command").click()
    visit.wait("() => landscape.copied.startsWith('landscape lab page_stub --sheet map --out')")
    screen.get_by_role("button", name="Export").click()
    with screen.expect_download() as file:
        screen.get_by_text("Everything as JSON").click()
    assert file.value.suggested_filename == "page_stub.json"
    # Another lab, which is slow: it is veiled, told as it grows, and cancelled; the way back is instant.
    go.clear()
    left.clear()
    before = visit.get("() => landscape.answered")
    screen.locator("#labs-menu").click()
    screen.get_by_role("option", name="A slow one").click()
    screen.get_by_role("button", name="Just show me").click()
    visit.wait("(before) => landscape.answered > before", before)
    assert screen.locator("#labs-headline").inner_text() == "Seed 0, False"
    assert "being measured" in screen.locator("#labs-verdict").inner_text()
    screen.get_by_role("button", name="Cancel").click()
    assert left.wait(30)
    screen.locator("#labs-stale", has_text="Cancelled.").wait_for()
    go.set()
    answered(visit, lambda: screen.get_by_role("button", name="Run it").click())
    assert screen.locator("#labs-headline").inner_text() == "Seed 0, True"
    answered(visit, screen.go_back)
    assert visit.query == "?lab=page_stub&sheet=map"
    assert screen.locator("#labs-title").inner_text() == "A page's own"
    assert screen.locator("#labs-veil").is_hidden()  # it stays revealed in this tab
    screen.get_by_role("button", name="Ask me again").click()
    assert screen.evaluate("() => document.activeElement.textContent") == "yes"
    assert screen.locator("#labs-claims").is_hidden()
    # An address that makes no sense is told beside the lab that is shown instead.
    lost = "(search) => { history.pushState({}, '', search); dispatchEvent(new PopStateEvent('popstate')); }"
    for search, told in (("?lab=nonsense", "'nonsense'"), ("?lab=page_stub&sheet=mop", "no figure 'mop'")):
        answered(visit, lambda search=search: visit.get(lost, search))
        assert told in screen.locator("#labs-told").inner_text()
    # The gallery has a card for every lab.
    screen.locator("#navigation a", has_text="Gallery").click()
    screen.locator(".gallery-lab", has_text="A page's own").wait_for()
    assert screen.locator(".gallery-lab").count() == len(labs.ENTRIES)
    answered(visit, lambda: screen.locator(".gallery-lab", has_text="Is the width above ten?").click())
    assert visit.query == "?lab=page_stub"
