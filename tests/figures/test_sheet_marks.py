"""What each mark of a sheet becomes."""

import numpy as np
import plotly.graph_objects as go
import pytest

from landscape.figures.sheet import Arrows, Bars, Dots, Heat, Line, Notes, Panel, Relief, Sheet, Spots, Trail
from landscape.figures.sheet.drawing import arranged, plain
from landscape.figures.study.picture import scaled
from landscape.parameters import LandscapeError
from landscape.theme import DARK, LIGHT, PANEL, SIGNED, THEMES, fit


def page(*marks, theme=LIGHT, size=(1920, 1080), sizes=None, frame=0, times=None, **panel):
    """The traces by role, and the layout, of a sheet with one panel."""
    sheet = Sheet(title="A finding", subtitle="how", panels=[Panel(marks=marks, **panel)], times=times)
    traces, layout = plain(arranged(sheet, theme, scaled(sizes or fit().sizes), size, True), frame)
    go.Figure({"data": traces, "layout": layout})  # Plotly accepts it
    return {trace["meta"]["role"]: trace for trace in traces}, layout


def notes(layout, name):
    return [note for note in layout["annotations"] if note.get("name") == name]


def test_a_line_has_its_slots_colour_its_band_and_its_gaps():
    x, y = np.arange(5.0), np.array([1.0, 2.0, np.nan, 4.0, np.inf])
    found, layout = page(Line(x=x, y=y, slot=1, label="he", band=(y - 1, y + 1)))
    line, band = found["line"], found["band"]
    assert line["line"]["color"] == LIGHT.colour(1)
    assert line["mode"] == "lines"
    np.testing.assert_array_equal(line["y"], [1, 2, np.nan, 4, np.nan])
    assert band["fill"] == "toself"
    assert np.isnan(band["x"]).sum() == 2
    np.testing.assert_array_equal(band["y"][:4], [0, 1, 3, 2])
    assert found["end"]["x"] == [3]
    assert found["end"]["marker"]["symbol"] == "square"
    assert layout["xaxis"]["range"] == [0, 4]  # curves touch the sides
    low, high = layout["yaxis"]["range"]
    assert low < 0
    assert high > 5


def test_reference_lines_are_muted_and_thin():
    found, layout = page(Line(x=[0, 1], y=[2, 2], quiet=True, dash=True, label="chance"), theme=DARK)
    assert found["line"]["line"]["color"] == DARK.dim
    assert found["line"]["line"]["dash"] == "dash"
    assert found["line"]["line"]["width"] < fit().sizes.curve
    assert [note["text"] for note in notes(layout, "end")] == ["<b>chance</b>"]


def test_an_upright_line_has_its_name_at_its_upper_end():
    curve = Line(x=[0, 10], y=[0, 1], slot=0, label="loss")
    _, layout = page(curve, Line(x=[4, 4], y=[0, 1], quiet=True, label="2/L"))
    (name,), (x0, x1) = notes(layout, "upright"), layout["xaxis"]["domain"]
    assert name["text"] == "2/L"
    assert name["x"] == pytest.approx(x0 + 0.4 * (x1 - x0), abs=0.01)
    assert [note["text"] for note in notes(layout, "end")] == ["<b>loss</b>"]


def test_dots_are_coloured_by_slot_by_kind_or_by_value():
    x = np.arange(4.0)
    kinds, layout = page(Dots(x=x, y=x, slots=[0, 2, 2, 0], kinds=["a", "b", "c"]))
    assert kinds["dots"]["marker"]["color"] == [LIGHT.colour(k) for k in (0, 2, 2, 0)]
    assert kinds["dots"]["marker"]["symbol"] == ["circle", "diamond", "diamond", "circle"]
    (key,) = notes(layout, "key")
    assert ">a<" in key["text"]
    assert ">c<" in key["text"]
    assert ">b<" not in key["text"]
    values, layout = page(Dots(x=x, y=x, values=[1, 10, 100, 1000], log=True, name="entropy", error=[0.5] * 4))
    shape = values["dots"]["marker"]
    np.testing.assert_allclose(shape["color"], [0, 1, 2, 3], atol=1e-6)
    assert (shape["cmin"], shape["cmax"]) == (0, 3)
    assert shape["showscale"]
    assert [note["text"] for note in notes(layout, "bar")] == ["entropy"]
    assert layout["yaxis"]["range"][0] < -0.5
    assert values["dots"]["error_y"]["array"][0] == 0.5


def test_clicked_marks_carry_what_they_set():
    x = np.arange(3.0)
    found, _ = page(
        Dots(x=x, y=x, sets="rule", keys=[30, 90, 110]), Heat(z=np.eye(2), sets="seed", keys=[[1, 2], [3, 4]])
    )
    assert found["dots"]["meta"]["sets"] == "rule"
    assert found["dots"]["customdata"] == [30, 90, 110]
    assert found["heat"]["meta"]["sets"] == "seed"
    assert found["heat"]["customdata"] == [[1, 2], [3, 4]]


def test_bars_stand_at_their_names_side_by_side():
    one = Bars(x=["relu", "tanh"], y=[1.0, 0.5], slot=0, label="train", written=["1", "½"], error=[0.1, 0.1])
    sheet_of = page(one, Bars(x=["relu", "tanh"], y=[0.8, 0.4], slot=1, label="test"))
    found, layout = sheet_of
    assert layout["xaxis"]["ticktext"] == ["relu", "tanh"]
    assert layout["xaxis"]["tickvals"] == [0, 1]
    assert layout["yaxis"]["range"][0] == 0  # bars stand on the axis
    test = found["bars"]  # the second of the two
    assert test["offset"] == pytest.approx(0.0)
    assert 0.3 < test["width"] < 0.5
    np.testing.assert_allclose(found["written"]["y"], [1.1, 0.6])  # beyond the errors
    np.testing.assert_allclose(found["written"]["x"], [-test["width"] / 2, 1 - test["width"] / 2], atol=1e-6)


def test_bars_that_lie_are_read_from_above():
    found, layout = page(
        Bars(x=["climb", "jump"], y=[3.0, 5.0], across=True, slots=[0, 3], written=["3", "5"]), x="steps"
    )
    bars = found["bars"]
    assert bars["orientation"] == "h"
    assert list(bars["x"]) == [3, 5]
    assert list(bars["y"]) == [0, 1]
    assert bars["marker"]["color"] == [LIGHT.colour(0), LIGHT.colour(3)]
    assert layout["yaxis"]["ticktext"] == ["climb", "jump"]
    assert layout["yaxis"]["range"][0] > layout["yaxis"]["range"][1]
    assert layout["xaxis"]["range"][0] == 0


def test_histograms_touch():
    found, layout = page(Bars(x=[0.5, 1.5, 2.5], y=[1, 2, 3]))
    assert found["bars"]["width"] > 0.9
    assert layout["xaxis"]["range"] == [0, 3]


@pytest.mark.parametrize("scale", ["heights", "shades", "signed", "binary"])
def test_maps_have_the_colours_of_their_scale(scale):
    z = np.array([[-1.0, 0.5], [3.0, np.nan]])
    found, layout = page(Heat(z=z, x=[10, 20], y=[1, 2], scale=scale, name="weight", levels=3))
    heat = found["heat"]
    ends = {"signed": (-3, 3), "binary": (0, 1)}.get(scale, (-1, 3))
    assert (heat["zmin"], heat["zmax"]) == ends
    assert list(heat["x"]) == [5, 15, 25]
    assert list(heat["y"]) == [0.5, 1.5, 2.5]
    assert layout["xaxis"]["range"] == [5, 25]
    assert heat["colorbar"]["ticktext"]
    assert [note["text"] for note in notes(layout, "bar")] == ["weight"]
    assert found["levels"]["contours"]["coloring"] == "none"
    if scale == "signed":
        assert heat["colorscale"] == [list(pair) for pair in SIGNED]


def test_maps_of_logarithms_and_with_numbers():
    found, _ = page(Heat(z=[[1.0, 100.0], [0.0, -5.0]], log=True, name="loss"))
    np.testing.assert_array_equal(found["heat"]["z"], [[0, 2], [np.nan, np.nan]])
    assert found["heat"]["colorbar"]["ticktext"] == ["1", "2", "5", "10", "20", "50", "100"] or (
        found["heat"]["colorbar"]["tickvals"][0] == 0 and found["heat"]["colorbar"]["tickvals"][-1] == 2
    )
    found, layout = page(Heat(z=[[0.5, -0.001], [np.nan, 2.25]], numbers=True), downwards=True)
    assert found["heat"]["text"] == [["0.50", "0.00"], ["–", "2.25"]]
    assert layout["yaxis"]["range"] == [1.5, -0.5]  # the first row above


def test_arrows_go_from_their_feet_to_their_tips():
    mark = Arrows(x=[0, 1], y=[0, np.nan], u=[3, 1], v=[4, 1], slot=0, label="gradient", hover=["a", "b"])
    found, layout = page(mark, square=True)
    arrows = found["arrows"]
    x, y = (np.reshape(arrows[side], (2, 8)) for side in "xy")
    np.testing.assert_allclose([x[0, 0], y[0, 0], x[0, 4], y[0, 4]], [0, 0, 3, 4], atol=1e-6)
    left, right = (np.array([x[0, k] - 3, y[0, k] - 4]) for k in (3, 5))
    assert np.linalg.norm(left) == pytest.approx(np.linalg.norm(right), rel=1e-4)  # a head with two like sides
    assert np.sign(3 * left[1] - 4 * left[0]) == -np.sign(3 * right[1] - 4 * right[0])  # one to each side
    assert np.isnan(x[1]).all()
    assert arrows["customdata"] == ["a"] * 8 + ["b"] * 8
    assert layout["yaxis"]["range"][1] > 4  # heads are inside


def test_arrows_between_boxes_end_at_their_edges():
    nodes = Notes(x=[0, 10], y=[0, 0], texts=["w", "a long name"], boxed=True)
    found, layout = page(Arrows(x=[0], y=[0], u=[10], v=[0]), nodes, bare=True, x_range=(-2, 12), y_range=(-1, 1))
    foot, tip = found["arrows"]["x"][0], found["arrows"]["x"][4]
    assert 0 < foot < 10 - tip < 4  # the larger box takes more of it
    assert [note["text"] for note in notes(layout, "box")] == ["w", "a long name"]
    aside, _ = page(Arrows(x=[0], y=[0.9], u=[10], v=[0]), nodes, bare=True, x_range=(-2, 12), y_range=(-1, 1))
    np.testing.assert_allclose([aside["arrows"]["x"][0], aside["arrows"]["x"][4]], [0, 10], atol=1e-6)


def test_arrows_on_logarithmic_axes_go_to_the_sum():
    found, _ = page(Arrows(x=[1.0], y=[10.0], u=[99.0], v=[990.0]), log_x=True, log_y=True)
    np.testing.assert_allclose([found["arrows"]["x"][4], found["arrows"]["y"][4]], [100, 1000], rtol=1e-5)


def test_notes_stand_where_their_anchor_says():
    words = Notes(x=[1, 2], y=[3, 4], texts=["a", "b"], anchor="top left")
    boxes = Notes(x=[1.5], y=[3.5], texts=["C(G(w))"], boxed=True, anchor="middle right", slot=2)
    found, layout = page(words, boxes)
    assert found["notes"]["textposition"] == "bottom right"  # its upper left corner is at the point
    (box,) = notes(layout, "box")
    assert (box["xanchor"], box["yanchor"], box["bordercolor"]) == ("right", "middle", LIGHT.colour(2))
    assert (box["x"], box["y"], box["xref"]) == (1.5, 3.5, "x")


def test_boxes_on_logarithmic_axes_stand_at_the_logarithm():
    boxes = Notes(x=[100.0, -1.0], y=[1, 1], texts=["here", "nowhere"], boxed=True)
    _, layout = page(Line(x=[1, 1e4], y=[0, 2]), boxes, log_x=True)
    here, nowhere = notes(layout, "box")
    assert here["x"] == 2
    assert here["visible"]
    assert not nowhere["visible"]


def test_reliefs_have_the_look_of_surfaces_and_paths_float_on_them():
    axis = np.linspace(-2, 2, 9)
    z = axis[:, None] ** 2 + axis**2
    marks = (Relief(x=axis, y=axis, z=z), Trail(x=[0, 1], y=[0, 1], z=[0.0, 2.0], slot=1, label="path"))
    found, layout = page(*marks, x="w₁")
    assert found["heights"]["type"] == "surface"
    assert found["heights"]["scene"] == "scene"
    trail = found["trail"]
    assert 0 < trail["z"][0] < 1
    assert trail["z"][1] > 2
    assert trail["line"]["color"] == LIGHT.colour(1)
    assert layout["scene"]["xaxis"]["title"]["text"] == "w₁"
    assert layout["scene"]["aspectmode"] == "manual"
    assert ">path<" in notes(layout, "key")[0]["text"]
    night = [int(colour[1:3], 16) for _, colour in page(*marks, theme=DARK)[0]["heights"]["colorscale"]]
    assert night == sorted(night)
    assert night[0] > int(DARK.panel[1:3], 16)  # the lowest ground still stands out from the page


def test_points_in_space_have_sizes_colours_and_quiet_links():
    """Without a relief the axes end a little beyond the points, and nothing is lifted."""
    spots = Spots(x=[-1, 3], y=[0, 2], z=[10, 30], slot=2, size=[1.0, 2.0], label="funnel", hover=["a", "b"])
    rest = Spots(x=[5.0], y=[1.0], z=[20.0], quiet=True)
    links = Trail(x=[-1.0, 3.0, np.nan], y=[0.0, 2.0, np.nan], z=[10.0, 30.0, np.nan], quiet=True)
    found, layout = page(links, spots, theme=DARK)
    assert set(found) == {"links", "spots"}  # links have no marker at their end
    assert found["spots"]["marker"]["color"] == DARK.colour(2)
    assert found["spots"]["marker"]["size"][1] == 2 * found["spots"]["marker"]["size"][0]
    assert found["spots"]["hovertext"] == ["a", "b"]
    assert found["links"]["line"]["color"] == DARK.dim
    np.testing.assert_array_equal(found["links"]["z"], [0.0, 20.0, np.nan])
    np.testing.assert_array_equal(found["spots"]["z"], [0.0, 20.0])
    assert ">funnel<" in notes(layout, "key")[0]["text"]
    low, high = page(links, spots, rest)[1]["scene"]["xaxis"]["range"]
    assert -2 < low < -1
    assert 5 < high < 6
    assert layout["scene"]["xaxis"]["showticklabels"]
    assert not page(spots, bare=True)[1]["scene"]["yaxis"]["showticklabels"]
    one = page(Spots(x=[1.0], y=[1.0], z=[1.0]))[1]["scene"]["yaxis"]["range"]
    assert one[0] < 1 < one[1]
    high = np.append(np.linspace(0, 1, 400), 9.0)
    found, layout = page(Spots(x=high, y=high, z=high, slot=1))
    assert found["spots"]["z"].max() == 9.0 < layout["scene"]["zaxis"]["range"][1]  # however far from the others
    assert found["spots"]["marker"]["symbol"] == "square"  # as in the key


def test_dots_may_have_a_size_each():
    found, _ = page(Dots(x=[0, 1, 2], y=[0, 1, 2], size=[1.0, 2.0, 0.5]))
    sizes = found["dots"]["marker"]["size"]
    np.testing.assert_allclose(sizes / sizes[0], [1.0, 2.0, 0.5])


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_and_the_sizes_of_the_dashboard(theme):
    marks = Line(x=[0, 1], y=[1, 2], slot=0, label="a"), Heat(z=np.eye(3), name="n"), Dots(x=[1], y=[1], quiet=True)
    for sizes in (None, PANEL):
        _, layout = page(*marks, theme=THEMES[theme], sizes=sizes, size=(600, 400) if sizes else (1920, 1080))
        assert layout["paper_bgcolor"] == THEMES[theme].ground


def test_a_moment_that_does_not_exist_is_refused():
    from landscape.figures.sheet import drawn

    sheet = Sheet(title="t", panels=[Panel(marks=[Line(x=[0, 1], y=[[0, 1], [1, 2]], moving=("y",))])], times=[0, 5])
    with pytest.raises(LandscapeError, match="frame=2 is not one of the 2 moments"):
        drawn(sheet, frame=2)
