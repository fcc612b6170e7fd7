"""Every page for everyone: by axe in both themes and on a phone, by keyboard, by link, and back and forth."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from landscape_dashboard.app import pages
from landscape_dashboard.routes import name_of

PAGES = pages()
LEVELS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
COLOURS = ["color-contrast"]
# The rules that are broken, and the first elements that break them; what passes is not even listed.
AXE = """async (rules) => {
    const { violations } = await axe.run({ runOnly: rules, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map((node) => node.html.slice(0, 160))}`);
}"""
WIDE, PHONE = {"width": 1280, "height": 760}, {"width": 390, "height": 844}
TABS = 60  # presses of the key: enough for header, rail and the first panel
# Shown, and at rest: nothing is asked of the server and every picture is there.
READY = """(name) => document.body.dataset.page === name && !document.body.classList.contains('busy')
    && document.querySelector('#page main') && document.querySelector('#navigation .current')
    && [...document.querySelectorAll('#page .js-plotly-plot')].every((plot) => plot._fullLayout)"""
# The element with focus; and of the one before, whether it or what is beside it looked otherwise while it had it.
FOCUS = """() => {
    document.getAnimations().forEach((each) => each.effect.getComputedTiming().endTime < Infinity && each.finish());
    const look = (e) => e.map((each) => {
        const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(each);
        return [outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor].join();
    }).join();
    const before = window.focused;
    const done = before && { what: before.what, seen: before.look !== look(before.near.filter((e) => e.isConnected)) };
    const at = document.activeElement, next = at.nextElementSibling;
    const near = [at, at.parentElement, next, next?.nextElementSibling, at.labels?.[0]].filter(Boolean);
    window.focused = at === document.body ? null : { what: at.outerHTML.slice(0, 160), near, look: look(near) };
    return done;
}"""


@pytest.fixture(scope="module")
def opened(usual):
    """One page load for all of them."""
    made = usual()
    made.page.goto(f"{made.address}/?surface=quadratic&optimizer=sgd&steps=50")
    made.wait(READY, name_of(PAGES[0]))
    yield made
    made.leave()


@pytest.fixture
def visit(opened):
    """That page; fails at the end if console or network had something to complain of."""
    opened.problems.clear()
    yield opened
    assert opened.problems == []


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.NAME)
def page(request):
    """One page after the other, each with all its tests: it is turned to once."""
    return request.param


def turned(visit, page):
    """That page, by its link in the navigation."""
    if visit.get("() => document.body.dataset.page") != name_of(page):
        visit.page.locator("#navigation a", has_text=page.NAME).click()
    visit.wait(READY, name_of(page))
    visit.page.wait_for_load_state("networkidle")
    return visit


def themed(visit, name: str):
    if visit.get("() => document.documentElement.dataset.theme") != name:
        visit.page.locator("#theme-button").click()
    visit.wait("(name) => document.documentElement.dataset.theme === name", name)
    visit.page.wait_for_load_state("networkidle")
    visit.wait("() => document.getAnimations().every((each) => each.playState !== 'running')")  # colours on their way


def violations(visit, rules) -> list[str]:
    """What axe finds."""
    if visit.get("() => !window.axe"):
        visit.get(AXE_SCRIPT)
    return visit.get(AXE, rules)


def test_axe_finds_nothing_in_any_theme_or_width(visit, page):
    turned(visit, page)
    assert visit.page.locator("h1").count() == 1
    found = {}
    for width, theme, rules in ((WIDE, "light", LEVELS), (WIDE, "dark", COLOURS),
                                (PHONE, "dark", LEVELS), (PHONE, "light", COLOURS)):  # fmt: skip
        visit.page.set_viewport_size(width)
        themed(visit, theme)
        if said := violations(visit, rules):
            found[width["width"], theme] = said
        assert visit.get("() => document.documentElement.scrollWidth <= innerWidth"), width
    visit.page.set_viewport_size(WIDE)
    assert found == {}


def test_the_keyboard_reaches_the_controls_and_is_seen_there(visit, page):
    turned(visit, page)
    visit.get("() => { document.activeElement.blur(); window.focused = null; }")
    stops = []
    for _ in range(TABS):
        visit.page.keyboard.press("Tab")
        stops += filter(None, [visit.get(FOCUS)])
    assert [stop["what"] for stop in stops if not stop["seen"]] == []
    assert len({stop["what"] for stop in stops}) > 12
    assert visit.get("() => document.querySelector('#page :focus, #header :focus') !== null")


def test_a_shared_link_is_the_address_and_opens_it_again(visit, page):
    turned(visit, page)
    if hasattr(page, "code"):  # it has a state, which the address holds
        visit.wait("() => location.search")
    visit.page.locator("#actions [data-action=share]").click()
    visit.wait("() => landscape.copied")
    copied = visit.get("() => landscape.copied")
    visit.page.goto(copied)
    visit.wait(READY, name_of(page))
    visit.page.wait_for_load_state("networkidle")
    assert visit.get("() => location.href") == copied


def test_back_and_forward_turn_the_pages(visit):
    for page in PAGES:
        turned(visit, page)
    for page in reversed(PAGES[:-1]):
        visit.page.go_back()
        visit.wait(READY, name_of(page))
        assert visit.page.locator("#navigation .current").inner_text() == page.NAME
    visit.page.go_forward()
    visit.wait(READY, name_of(PAGES[1]))


LONG_JOB = """() => {
    const told = { progress: 0.5, left: 80, said: "nelder mead · a problem with a long name · 20-D · 119 of 120" };
    const kept = window.fetch;
    window.fetch = async (_, { signal }) => new Response(new ReadableStream({ start: (stream) => {
        stream.enqueue(new TextEncoder().encode(JSON.stringify(told) + "\\n"));
        signal.addEventListener("abort", () => stream.error(signal.reason));
    } }));
    landscape.job("race", {});
    window.fetch = kept;
}"""


def test_a_phone_can_cancel_whatever_is_told_of_a_job(visit):
    turned(visit, PAGES[0])
    visit.page.set_viewport_size(PHONE)
    visit.get(LONG_JOB)
    told = visit.page.locator(".job", has_text="119 of 120 · 50 %")
    cancel = told.get_by_role("button", name="Cancel")
    cancel.wait_for()
    row, box = told.bounding_box(), cancel.bounding_box()
    assert row["x"] >= 0
    assert box["x"] + box["width"] <= row["x"] + row["width"] <= PHONE["width"]
    cancel.click()
    told.wait_for(state="detached")
    visit.page.set_viewport_size(WIDE)
