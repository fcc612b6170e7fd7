"""The look: colours that can be read and told apart, stable markers, and how numbers are written."""

import re
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from landscape import LandscapeError
from landscape.theme import (
    DARK,
    FORMATS,
    LIGHT,
    MARKERS,
    PANEL,
    PRINT,
    THEMES,
    dash,
    fit,
    log_ticks,
    marker,
    named,
    power,
    ramp,
    slide,
    written,
)

CSS = Path(__file__).parent.parent / "apps" / "landscape_dashboard" / "assets" / "theme.css"
BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, as WCAG 2 defines it."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    darker, lighter = sorted([luminance(a), luminance(b)])
    return (lighter + 0.05) / (darker + 0.05)


def variables(name: str) -> dict[str, str]:
    """The custom properties of a theme in the dashboard's style sheet."""
    selector = ":root {" if name == "light" else f':root[data-theme="{name}"] {{'
    block = CSS.read_text(encoding="utf-8").partition(selector)[2].partition("}")[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


def test_contrast_is_that_of_the_standard():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@BOTH
@pytest.mark.parametrize("role", ["ink", "dim", "warning", "error"])
@pytest.mark.parametrize("ground", ["panel", "page", "soft"])
def test_text_is_legible(theme, role, ground):
    assert contrast(getattr(theme, role), getattr(theme, ground)) >= 4.5


@BOTH
def test_entrants_stand_out_from_the_panel_and_from_the_heights_above_valleys(theme):
    assert min(contrast(colour, theme.panel) for colour in theme.entrants) >= 3.0
    highest = theme.heights[-1][1]
    assert min(contrast(colour, highest) for colour in theme.entrants) >= 3.0


@BOTH
def test_entrants_keep_colour_and_marker_whoever_else_runs(theme):
    assert len(set(theme.entrants)) == len(theme.entrants) == len(MARKERS) == len(set(MARKERS))
    assert [theme.colour(slot) for slot in range(8)] == list(theme.entrants)
    assert [marker(slot) for slot in range(8)] == list(MARKERS)


@BOTH
def test_beyond_eight_entrants_colours_return_dashed(theme):
    assert theme.colour(9) == theme.colour(1)
    assert marker(9) == marker(1)
    assert (dash(1), dash(7), dash(8), dash(9)) == ("solid", "solid", "dash", "dash")


@BOTH
def test_heights_run_from_deep_to_pale(theme):
    places, colours = zip(*ramp(theme), strict=True)
    assert (places[0], places[-1]) == (0.0, 1.0)
    assert list(places) == sorted(places)
    assert np.all(np.diff([luminance(colour) for colour in colours]) > 0)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_dashboard_s_style_sheet_has_the_same_colours(theme):
    css = variables(theme.name)
    shared = [name for name in vars(theme) if name in css]
    assert {"page", "panel", "border", "ink", "dim", "soft", "warning", "error"} <= set(shared)
    assert {name: css[name] for name in shared} == {name: getattr(theme, name) for name in shared}
    assert re.findall(r"#\w{6}", css["ramp"]) == [colour for _, colour in theme.heights]
    between = [float(share) / 100 for share in re.findall(r"([\d.]+)%", css["ramp"])]
    assert between == [place for place, _ in theme.heights[1:-1]]


def test_themes_are_found_by_name_and_near_misses_suggested():
    assert named("dark").name == "dark"
    assert named(named("light")) is named("light")
    with pytest.raises(LandscapeError, match=r"Unknown theme 'drak'\. Did you mean 'dark'\?"):
        named("drak")
    with pytest.raises(LandscapeError, match="Known: light, dark, print, transparent-light, transparent-dark"):
        named("sepia?")


def test_sizes_scale_with_the_width_of_a_slide():
    whole, half = slide(1920), slide(960)
    assert {name: value / 2 for name, value in vars(whole).items() if name != "tick_3d"} == {
        name: value for name, value in vars(half).items() if name != "tick_3d"
    }
    assert (half.tick_3d / whole.tick_3d) ** 2 == pytest.approx(0.5)  # WebGL draws text as large as the square says
    assert min(whole.tick, whole.label, whole.subtitle, whole.headline) >= 26
    assert PANEL.tick >= 11


@pytest.mark.parametrize("size", FORMATS)
def test_sizes_by_name_scale_and_are_overridden(size):
    named_, wider, large = fit(size), fit(size, 2 * FORMATS[size].width), fit(size, font=1.5)
    assert (named_.width, named_.height) == FORMATS[size][:2]
    assert (wider.width, wider.height) == (2 * FORMATS[size].width, FORMATS[size].height)
    linear = {name: value for name, value in vars(named_.sizes).items() if name not in ("narrow", "tick_3d")}
    assert all(getattr(wider.sizes, name) == 2 * value for name, value in linear.items())
    grown = {name for name, value in vars(large.sizes).items() if value > getattr(named_.sizes, name)}
    assert grown == {"tick", "axis_title", "label", "headline", "subtitle", "tick_3d", "unit"}


def test_half_a_slide_is_three_quarters_as_large_and_a_column_can_be_read_on_paper():
    assert fit("half").sizes.label == 0.75 * fit("slide").sizes.label
    column = fit("column")
    assert column.width / 96 == pytest.approx(3.3, abs=0.01)  # inches
    assert min(column.sizes.tick, column.sizes.subtitle) * 72 / 96 >= 7.0  # points


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"size": "hlaf"}, "Unknown size 'hlaf'. Did you mean 'half'?"),
        ({"width": 199}, "width 199 is not in 200 … 8000 pixels"),
        ({"height": 8001}, "height 8001 is not in 200 … 8000 pixels"),
        ({"width": "1000"}, "width 1000 is not in"),
        ({"width": True}, "width True is not in"),
        ({"font": 0.5}, "font 0.5 is not in 0.8 … 2.0"),
        ({"font": float("nan")}, "font nan is not in 0.8 … 2.0"),
    ],
)
def test_sizes_that_are_none_are_refused(asked, sentence):
    with pytest.raises(LandscapeError, match=re.escape(sentence)):
        fit(**asked)


def test_in_black_and_white_the_first_four_entrants_differ_and_the_next_are_dashed():
    def lightness(colour):  # L* of CIELAB
        return 116 * luminance(colour) ** (1 / 3) - 16

    first, next_ = PRINT.entrants[:4], PRINT.entrants[4:]
    for four in (first, next_, PRINT.basins):
        assert np.diff(sorted(map(lightness, four))).min() > 6
    assert [PRINT.dash(slot) for slot in (0, 3, 4, 7, 8, 99)] == ["solid", "solid", "dash", "dash", "dot", "dashdot"]
    assert (LIGHT.dash(7), LIGHT.dash(8), LIGHT.dash(99)) == ("solid", "dash", "dash")


def test_transparent_themes_are_their_own_but_for_the_ground():
    for plain in (LIGHT, DARK):
        clear = named(f"transparent-{plain.name}")
        assert {name for name, value in vars(clear).items() if value != getattr(plain, name)} == {"name", "clear"}
        assert (plain.ground, clear.ground) == (plain.panel, "rgba(0,0,0,0)")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-3.25, "−3.25"),
        (0.0012345, "0.00123"),
        (181.616, "182"),
        (999.4, "999"),
        (999.6, "1000"),
        (1234.5, "1234"),
        (9999.4, "9999"),
        (1e4, "1.0·10⁴"),
        (-123456.0, "−1.2·10⁵"),
        (7.8e-6, "7.8·10⁻⁶"),
        (-9.96e-12, "−1.0·10⁻¹¹"),
        (np.nan, "–"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert written(value) == text
    assert written(np.float64(value)) == text


@given(st.floats(-1e12, 1e12))
def test_written_numbers_never_use_computer_notation(value):
    assert not set(written(value)) & set("e+-")
    assert len(written(value).lstrip("−")) <= len("1.0·10⁻³⁰⁸")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.02, "0.02"),
        (0.5, "0.5"),
        (500.0, "500"),
        (5000.0, "5,000"),
        (1e4, "10<sup>4</sup>"),
        (2e5, "2·10<sup>5</sup>"),
        (1e-5, "10<sup>−5</sup>"),
        (5e-7, "5·10<sup>−7</sup>"),
        (1e-16, "10<sup>−16</sup>"),
    ],
)
def test_powers_are_written_as_on_an_axis(value, text):
    assert power(value) == text


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (-2, 2, 6, [0.01, 0.1, 1, 10, 100]),
        (-16, 2, 6, [1e-14, 1e-10, 1e-6, 1e-2, 100]),
        (0, 1, 6, [1, 2, 5, 10]),
        (-0.5, 0.5, 6, [0.5, 1, 2]),
        (-2.1, 2.1, 3, [0.01, 1, 100]),
    ],
)
def test_log_ticks_by_example(low, high, most, ticks):
    assert log_ticks(low, high, most) == pytest.approx(ticks)


@given(st.floats(-300, 300), st.floats(1.0, 300.0), st.integers(3, 8))
def test_log_ticks_are_few_round_and_within(low, wide, most):
    ticks = np.array(log_ticks(low, min(low + wide, 305.0), most))
    assert 1 <= len(ticks) <= most + 1
    assert np.all((np.log10(ticks) >= low - 1e-6) & (np.log10(ticks) <= low + wide + 1e-6))
    assert np.all(np.diff(ticks) > 0)
    assert all(f"{tick:.6e}"[0] in "125" for tick in ticks)
