"""The frame around the pages: themes, narrow screens, code and files to take away, and what a bad request gets."""

import json
import urllib.error
import urllib.request
from urllib.parse import quote

import numpy as np
import pytest

import landscape as ls
from landscape.run import _single

QUERY = "surface=quadratic&optimizer=sgd:learning_rate=0.05&optimizer=genetic&start=-3,1.5&steps=50"


BODIES = [b"", b"{}", b"[1, 2]", b"\xff\xfe", json.dumps({"output": "x.y", "inputs": 3}).encode()]


def fetch(address: str, body: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_theme_follows_the_system_and_the_button_and_stays(blank):
    page = blank()
    page.page.emulate_media(color_scheme="dark")
    page.open(f"?{QUERY}")
    assert page.get("() => getComputedStyle(document.body).backgroundColor") == "rgb(13, 16, 20)"
    assert page.get("() => landscape.plot('convergence')._fullLayout.font.color").lower() == "#a2abb8"
    page.after(lambda: page.page.locator("#theme-button").click())
    page.wait("() => landscape.plot('convergence')._fullLayout.font.color.toLowerCase() === '#59626f'")
    page.open(f"?{QUERY}")
    assert page.get("() => document.documentElement.dataset.theme") == "light"


def test_a_phone_gets_one_view_at_a_time_and_no_sideways_scrolling(visit):
    page = visit(f"?{QUERY}", viewport={"width": 390, "height": 844}, has_touch=True)
    seen = "() => [...document.querySelectorAll('.panel')].filter((p) => p.offsetParent).map((p) => p.id)"
    assert page.get(seen) == ["panel-contour"]
    page.page.locator(".view[data-value=convergence]").click()
    assert page.get(seen) == ["panel-convergence"]
    assert page.get("() => document.documentElement.scrollWidth <= innerWidth")
    page.page.locator(".phone-line .button").click()
    page.page.locator("#rail .card").first.wait_for(state="visible")
    small = """() => [...document.querySelectorAll('button')]
        .filter((b) => b.offsetParent && b.getBoundingClientRect().height < 24).length"""
    assert page.get(small) == 0


def test_a_wide_page_fits_names_controls_enlarges_panels_shares_its_link_and_compiles_nothing(visit):
    page = visit(f"?{QUERY}")
    assert page.get("() => document.documentElement.scrollHeight <= innerHeight")
    assert page.get("() => document.documentElement.scrollWidth <= innerWidth")

    unnamed = """() => [...document.querySelectorAll('button, input, [role=slider]')].filter((e) =>
        !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.innerText?.trim() || e.labels?.length
          || e.type === 'hidden')).map((e) => e.outerHTML.slice(0, 120))"""
    assert page.get(unnamed) == []
    assert page.get("() => document.documentElement.lang") == "en"

    narrow = page.page.locator("#panel-convergence").bounding_box()["width"]
    page.page.locator("[data-action=expand][data-value=convergence]").click()
    assert page.page.locator("#panel-convergence").bounding_box()["width"] > 1.8 * narrow
    page.page.locator("[data-action=expand][data-value=convergence]").click()
    assert page.page.locator("#panel-convergence").bounding_box()["width"] == narrow

    page.page.locator("[data-action=share]").click()
    page.wait("() => landscape.copied")
    shared = ls.Experiment.from_url(page.get("() => landscape.copied"))
    assert shared.surface.name == "quadratic"
    assert [entrant.optimizer.name for entrant in shared.entrants] == ["sgd", "genetic"]
    _moved_a_hundred_times(page)


def _moved_a_hundred_times(page):
    """Sliders compile nothing."""
    thumb = page.page.locator(".card").first.locator("[role=slider]").first
    thumb.focus()
    page.after(lambda: page.page.keyboard.press("ArrowRight"))
    compiled = _single._cache_size()
    for _ in range(100):
        page.page.keyboard.press("ArrowRight")
    page.wait(
        """() => {
            const rate = document.querySelector('.card input.field').value;
            return Number(rate) > 0.4 && decodeURIComponent(location.search).includes(`sgd:learning_rate=${rate}&`);
        }"""
    )
    assert _single._cache_size() == compiled


def test_copied_python_gives_the_same_numbers_bit_for_bit(address):
    status, source = fetch(f"{address}/code/explore/python?{quote(QUERY, safe='=&:,.')}")
    assert status == 200
    space: dict = {"__name__": "copied"}
    exec(compile(source, "copied.py", "exec"), space)
    for copied, own in zip(space["trajectories"], ls.Experiment.from_url(QUERY).run(), strict=True):
        np.testing.assert_array_equal(copied.positions, own.positions)


def test_files_are_drawn_for_download(address):
    status, content = fetch(f"{address}/export/explore/convergence.svg?{QUERY}&theme=dark")
    assert status == 200
    assert content.startswith(b"<svg")
    assert fetch(f"{address}/export/explore/contour.html?{QUERY}")[1].count(b"Plotly") > 0


@pytest.mark.parametrize(
    "path",
    [
        "/export/explore/contour.xyz",
        "/export/explore/contuor.svg",
        "/export/explroe/contour.svg",
        "/code/explore/cobol",
        "/code/explore/python?surface=nowhere",
        "/export/explore/contour.svg?x=1",
        "/export/tune/data.csv?steps=7",
    ],
)
def test_a_bad_request_gets_one_sentence(address, path):
    status, content = fetch(f"{address}{path}{'' if '?' in path else '?' + QUERY}")
    assert status == 400
    assert b"Traceback" not in content
    assert content.count(b"\n") == 0


@pytest.mark.parametrize("body", BODIES)
def test_malformed_callbacks_show_no_traceback_and_leave_the_server_alive(address, body, caplog):
    caplog.set_level("CRITICAL")
    status, content = fetch(f"{address}/_dash-update-component", body)
    assert status >= 400
    assert b"Traceback" not in content
    assert fetch(f"{address}/")[0] == 200
