"""The Tune page in a browser: a map, the run of a cell, a window, an address; and its numbers without one."""

import re

import numpy as np
import pytest
from landscape_dashboard import tuning
from landscape_dashboard.tuning import Asked

import landscape as ls
from landscape.theme import written

SMALL = "tune?surface=quadratic&optimizer=momentum&steps=100"
DRAWN = "() => document.querySelector('#tune-map .js-plotly-plot')?._fullData?.length > 1"


@pytest.fixture
def tune(blank):
    """The page, opened; what went wrong on it fails the test."""
    page = blank()

    def opened(query: str):
        page.page.goto(f"{page.address}/{query}")
        page.page.wait_for_function(DRAWN)
        page.page.wait_for_function("() => document.getElementById('tune-run-subtitle').innerText")
        return page

    return opened


def words(page) -> str:
    return page.page.locator("#tune-run-subtitle").inner_text()


def corner(page, across: float, down: float) -> tuple[float, float]:
    box = page.page.locator("#tune-map .nsewdrag").bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def click(page, across: float, down: float) -> None:
    page.page.wait_for_timeout(500)  # two clicks in a moment are one double click
    page.page.mouse.click(*corner(page, across, down))


def test_a_cell_gives_its_run_and_explore_takes_it_over(tune):
    page = tune(SMALL)
    before = words(page)
    click(page, 0.3, 0.6)
    page.page.wait_for_function(f"() => document.getElementById('tune-run-subtitle').innerText !== {before!r}")
    rate = float(re.search(r"learning rate ([\d.]+)", words(page))[1])
    click(page, 0.97, 0.5)  # a cell that diverges has a run as well
    page.page.wait_for_function("() => document.getElementById('tune-run-subtitle').innerText.includes('diverged')")
    click(page, 0.3, 0.6)
    page.page.wait_for_function("() => !document.getElementById('tune-run-subtitle').innerText.includes('diverged')")
    page.page.get_by_role("link", name="open in Explore").click()
    page.wait("() => document.body.dataset.page === 'explore' && landscape.model?.tracks.length === 4")
    taken = ls.Experiment.from_url(page.query).entrants[0].optimizer.values["learning_rate"]
    assert taken == pytest.approx(rate, rel=1e-2)


def test_a_window_is_kept_in_the_address_and_another_optimizer_offers_its_own_numbers(tune):
    page = tune(SMALL)
    page.page.mouse.move(*corner(page, 0.5, 0.3))
    page.page.mouse.down()
    page.page.mouse.move(*corner(page, 0.8, 0.7), steps=4)
    page.page.mouse.up()
    page.page.wait_for_function("() => location.search.includes('window=')")
    low, high = (float(n) for n in re.search(r"window=([\d.e-]+),([\d.e-]+)", page.page.url).groups())
    # Half of four decades from 1e-4, and 0.3 of them wide.
    assert (np.log10(low), np.log10(high)) == pytest.approx((-2.0, -0.8), abs=0.1)
    page.page.get_by_role("button", name="Zoom out").click()
    page.page.wait_for_function("() => !location.search.includes('window=')")

    page.page.get_by_label("Optimizer", exact=True).first.click()
    page.page.get_by_role("option", name="adam", exact=True).click()
    page.page.wait_for_function("() => location.search.includes('optimizer=adam') && location.search.includes('y=b1')")
    page.page.get_by_label("Up", exact=True).first.click()
    page.page.get_by_role("option", name="none", exact=True).click()
    page.page.wait_for_function("() => location.search.includes('y=none')")


def test_a_broken_address_is_told_and_shows_the_first_map(tune):
    page = tune("tune?surface=quadratik")
    assert "Did you mean 'quadratic'?" in page.page.locator("#tune-rail [role=alert]").inner_text()


def test_the_chosen_run_is_that_of_the_setting():
    asked = Asked("quadratic", "sgd", y="surface.condition", steps=100, at=(0.02, 30.0)).settled()
    place = tuning.chosen(asked)
    experiment = tuning.settings(asked)
    assert experiment.surface.values["condition"] == place[1]
    assert experiment.entrants[0].optimizer.values["learning_rate"] == place[0]
    final = float(experiment.run()[0].best_value[-1])
    assert float(tuning.words_of(asked).rpartition("best ")[2]) == pytest.approx(final, rel=0.01)


def test_beside_the_run_stand_schedules_from_the_same_rate():
    experiment = tuning.settings(Asked("quadratic", "sgd", y="none", steps=100, at=(0.02,)).settled())
    rates = [run.metrics["learning_rate"] for run in experiment.run()[1:]]
    rate = experiment.entrants[0].optimizer.values["learning_rate"]
    # The peak of a cycle lies between two steps.
    assert [float(np.max(each)) for each in rates] == pytest.approx([rate] * 3, rel=1e-3)
    assert [track.label for track in experiment.scene().tracks] == [
        "sgd", "sgd cosine", "sgd exponential", "sgd one cycle"]  # fmt: skip
    assert tuning.scheduled(ls.optimizers.nelder_mead()) == []


def test_a_range_test_says_what_its_marks_mean():
    asked = Asked("quadratic", "sgd", view="range").settled()
    test = ls.range_test(ls.surfaces.quadratic(), ls.optimizers.sgd())
    assert f"is unstable above {written(test.limit)}" in tuning.range_words(asked)
    assert any(trace.get("type") == "scatter" for trace in tuning.range_picture(asked, "dark")["data"])


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ({"surfaces": "x"}, "unknown part 'surfaces'"),
        ({"steps": "7"}, "not one of 100, 300, 1000"),
        ({"steps": "x"}, "should be numbers"),
        ({"view": "ranges"}, "Did you mean 'range'"),
        ({"at": "1,b"}, "should be numbers"),
        ({"quantity": "finale"}, "Did you mean 'final'"),
        ({"optimizer": "adamm"}, "Did you mean 'adam'"),
    ],
)
def test_what_an_address_may_not_say(pairs, told):
    with pytest.raises(ls.LandscapeError, match=told):
        Asked.from_query(pairs)


def test_a_number_that_is_not_there_gives_way_to_one_that_is():
    assert Asked("quadratic", "adam", x="momentum", y="momentum").settled()[2:4] == ("learning_rate", "b1")
    assert Asked("quadratic", "sgd", window=(0.1, 0.2)).settled().window == ()
