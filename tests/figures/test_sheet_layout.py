"""Where things are on a sheet: panels, axes, keys and words."""

import re

import numpy as np
import pytest

from landscape.figures.sheet import Bars, Dots, Heat, Line, Panel, Relief, Sheet, drawn
from landscape.figures.sheet.drawing import payload
from landscape.figures.sheet.words import long, number, ticks
from landscape.theme import fit

X = np.linspace(0, 10, 50)
NAMES = ("He, 2/n", "Xavier, 1/n", "LeCun, 1/n", "unscaled")


def curves(count=3, names=NAMES, **more):
    return [Line(x=X, y=np.exp(-X / (k + 1)), slot=k, label=names[k], **more) for k in range(count)]


def sheet(*panels, **more):
    return Sheet(
        title="A finding with a number, 0.0312, and more words", subtitle="how it was found", panels=panels, **more
    )


def several(count):
    kinds = (
        Panel(marks=curves(), title="Curves of a kind", x="layer", y="second moment", log_y=True),
        Panel(marks=[Heat(z=np.eye(4), name="share")], title="A matrix", square=True, x="to", y="from"),
        Panel(marks=[Bars(x=["sigmoid", "tanh"], y=[1, 2], slot=5, label="slope")], title="Bars", y="slope"),
        Panel(marks=[Dots(x=X, y=X, slot=6, label="rules")], title="Dots", x="entropy (bits)", y="accuracy"),
        Panel(marks=[Relief(x=X, y=X, z=np.add.outer(X, X))], title="Relief"),
        Panel(marks=[Heat(z=np.eye(9), scale="binary")], title="Automaton", bare=True, downwards=True),
    )
    return sheet(*kinds[:count])


def boxes(figure):
    """Plots as (left, bottom, right, top), shares of the page."""
    layout, found = figure.layout.to_plotly_json(), []
    for key, part in layout.items():
        if key.startswith("scene"):
            found.append((*part["domain"]["x"], *part["domain"]["y"]))
        elif key.startswith("xaxis"):
            found.append((*part["domain"], *layout[key.replace("x", "y", 1)]["domain"]))
    return [(x0, y0, x1, y1) for x0, x1, y0, y1 in found]


def written(figure):
    """Each annotation's (left, top, right, bottom) in pixels, top less than bottom."""
    wide, tall, found = figure.layout.width, figure.layout.height, []
    for note in figure.layout.annotations:
        if note.textangle or note.xref != "paper":
            continue
        lines = note.text.count("<br>") + 1
        across, high = long(note.text, note.font.size, "<b>" in note.text), 1.25 * note.font.size * lines
        left = note.x * wide - {"left": 0, "center": 0.5, "right": 1}[note.xanchor] * across
        top = (1 - note.y) * tall - {"top": 0, "middle": 0.5, "bottom": 1}[note.yanchor] * high
        found.append((left, top, left + across, top + high, note.text))
    return found


def apart(one, other, room=1.0):
    return (one[2] <= other[0] + room or other[2] <= one[0] + room
            or one[3] <= other[1] + room or other[3] <= one[1] + room)  # fmt: skip


@pytest.mark.parametrize("count", range(1, 7))
@pytest.mark.parametrize(
    "look", [{}, {"size": "half"}, {"size": "column"}, {"size": "wide"}, {"width": 800, "height": 1700}]
)
def test_nothing_overlaps_and_nothing_leaves_the_page(count, look):
    figure = drawn(several(count), **look)
    plots, words = boxes(figure), written(figure)
    assert len(plots) == count
    for i, one in enumerate(plots):
        assert 0 <= one[0] < one[2] <= 1
        assert 0 <= one[1] < one[3] <= 1
        assert all(apart(one, other, 0) for other in plots[:i])
    for i, one in enumerate(words):
        assert one[0] >= 0
        assert one[1] >= 0
        assert one[3] <= figure.layout.height + 1
        assert one[2] <= figure.layout.width + 1, one
        assert all(apart(one, other) for other in words[:i]), one


@pytest.mark.parametrize("columns", [3, 4])
def test_small_panels_have_the_type_of_slides(columns):
    figure = drawn(sheet(*several(4).panels[:columns], columns=columns))
    assert all(note.font.size >= 26 for note in figure.layout.annotations)
    assert figure.layout.xaxis.tickfont.size >= 26
    assert figure.layout.xaxis.title.font.size >= 26
    tops = {round(box[3], 6) for box in boxes(figure)}
    assert len(tops) == 1  # plots of a row begin on one level
    assert all(box[2] - box[0] > 0.1 for box in boxes(figure))


def test_a_narrow_page_has_one_column_and_may_be_as_high_as_it_likes():
    sent = payload(several(4), width=390)
    layout = sent["figure"]["layout"]
    lefts = [layout[f"xaxis{n}"]["domain"][0] for n in ("", "3", "4")]
    bottoms = [layout[f"yaxis{n}"]["domain"][0] for n in ("", "2", "3", "4")]
    assert max(lefts) < 0.3
    assert bottoms == sorted(bottoms, reverse=True)
    assert 800 < layout["height"] < 1600
    wide = payload(several(4), width=1200)["figure"]["layout"]
    assert wide["xaxis2"]["domain"][0] > 0.5
    assert wide["height"] < 1200
    assert not any("finding" in note["text"] for note in layout["annotations"])  # pages have their own headline


def test_square_panels_have_one_scale():
    figure = drawn(sheet(Panel(marks=[Dots(x=[0, 30], y=[0, 10])], square=True)))
    (left, bottom, right, top), layout = boxes(figure)[0], figure.layout
    across = (right - left) * 1920 / np.ptp(layout.xaxis.range)
    assert across == pytest.approx((top - bottom) * 1080 / np.ptp(layout.yaxis.range))


def test_weights_are_widths():
    figure = drawn(sheet(Panel(marks=curves(), keyed=False, weight=3), Panel(marks=curves(), keyed=False)))
    (l0, _, r0, _), (l1, _, r1, _) = boxes(figure)
    assert 2.5 < (r0 - l0) / (r1 - l1) < 4


def test_axes_have_names_ranges_and_ticks_of_powers():
    panel = Panel(
        marks=[Line(x=[1, 1e6], y=[1e-9, 1])], x="step", y="loss", log_x=True, log_y=True, y_range=(1e-12, 10)
    )
    layout = drawn(sheet(panel)).layout
    assert layout.xaxis.type == layout.yaxis.type == "log"
    assert layout.yaxis.range == pytest.approx((-12, 1))
    assert layout.xaxis.range == pytest.approx((0, 6))
    assert layout.yaxis.title.text == "loss"
    assert "10<sup>−9</sup>" in layout.yaxis.ticktext
    assert np.log10(layout.xaxis.tickvals) == pytest.approx(np.round(np.log10(layout.xaxis.tickvals)))
    down = drawn(sheet(Panel(marks=curves(), downwards=True))).layout.yaxis.range
    assert down[0] > down[1]
    bare = drawn(sheet(Panel(marks=curves(), bare=True))).layout
    assert bare.xaxis.visible is False
    assert bare.yaxis.visible is False


def test_ticks_are_round_and_few():
    assert ticks(0, 1, False, 5) == (
        [0, 0.2, 0.4, pytest.approx(0.6), 0.8, 1.0],
        ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"],
    )
    assert ticks(-3, 3, False, 3)[1] == ["−2", "0", "2"]
    assert ticks(0, 4000, False, 4)[1] == ["0", "1,000", "2,000", "3,000", "4,000"]
    assert number(-0.0, 0.5) == "0.0"
    assert number(2e6, 1e6) == "2.0·10⁶"
    assert ticks(1.0, 1e5, True, 6)[1][-1] == "10<sup>5</sup>"


def test_a_low_axis_has_two_numbers_where_two_fit():
    low = drawn(sheet(Panel(marks=curves(1), y_range=(-9_700, 500))), width=960, height=230)
    assert low.layout.yaxis.ticktext == ("−5,000", "0")


def test_names_stand_at_line_ends_and_are_pushed_apart():
    close = [Line(x=X, y=X + 0.01 * k, slot=k, label=NAMES[k]) for k in range(4)]
    figure = drawn(sheet(Panel(marks=close)))
    ends = [note for note in figure.layout.annotations if note.name == "end"]
    assert [re.sub("<.*?>", "", note.text) for note in sorted(ends, key=lambda note: note.y)] == list(NAMES)
    heights = sorted(note.y * 1080 for note in ends)
    assert np.diff(heights).min() >= 1.15 * ends[0].font.size
    assert min(note.x for note in ends) >= boxes(figure)[0][2]  # beside the plot, not in it


def test_what_does_not_end_at_the_right_has_a_row_above():
    short = [Line(x=X[:20], y=X[:20], slot=0, label="stopped"), Line(x=X, y=X, slot=1, label="went on")]
    for marks in (
        short,
        [Dots(x=X, y=X, slot=0, label="a")],
        curves(2, names=("a name that is far too long for an end",) * 2),
    ):
        figure = drawn(sheet(Panel(marks=marks), Panel(marks=[Line(x=X, y=X)])))
        names = [note.name for note in figure.layout.annotations]
        assert "key" in names
        assert "end" not in names
        assert sum(note.text.count("■") + note.text.count("●") for note in figure.layout.annotations) >= 1


def test_what_panels_share_is_listed_once():
    figure = drawn(sheet(Panel(marks=curves()), Panel(marks=[*curves(), Line(x=X, y=X, label="truth")])))
    texts = [re.sub("<.*?>", "", note.text) for note in figure.layout.annotations]
    for name in NAMES[:3]:
        assert sum(text.replace("\N{NO-BREAK SPACE}", " ").count(name) for text in texts) == 1
    assert "truth" in texts  # its own, at the end of its line
    assert drawn(sheet(Panel(marks=curves(), keyed=False))).layout.annotations[-1].text == "how it was found"


def test_names_below_bars_never_touch():
    names = ["gradient descent", "particle swarm", "CMA-ES", "random search"]
    for size, angle in (((1920, 1080), 0), ((600, 500), -35)):
        panel = Panel(marks=[Bars(x=names, y=[1, 2, 3, 4])])
        axis = drawn(sheet(panel), width=size[0], height=size[1], sizes=fit().sizes).layout.xaxis
        assert axis.tickangle == angle
        assert [text.replace("<br>", " ") for text in axis.ticktext] == names
    many = Panel(marks=[Bars(x=np.arange(40), y=np.ones(40))], x_ticks=(np.arange(40), [str(k) for k in range(40)]))
    assert len(drawn(sheet(many, many)).layout.xaxis.ticktext) < 25


BAD = {
    "not finite": [Line(x=X, y=np.full(50, np.nan), slot=0, label="a"), Dots(x=[np.inf], y=[1])],
    "empty": [Line(x=[], y=[], slot=0, label="a"), Dots(x=[], y=[]), Heat(z=np.zeros((2, 2)) * np.nan, name="n")],
    "huge": [Line(x=X, y=X * 1e300, slot=0, label="a"), Dots(x=[1], y=[1e308])],
    "tiny": [Line(x=X, y=X * 1e-310), Heat(z=np.full((2, 2), 1e-320), name="n", log=True)],
    "constant": [Line(x=X, y=np.full(50, 3.0), label="a", band=(np.full(50, np.nan),) * 2)],
    "one": [Line(x=[1], y=[1], slot=0, label="a"), Bars(x=["a"], y=[np.nan], error=[np.inf], written=["–"])],
}


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("bad", BAD)
def test_bad_numbers_break_no_figure(bad, log):
    for marks in (BAD[bad], *([mark] for mark in BAD[bad])):
        figure = drawn(sheet(Panel(marks=marks, log_x=log, log_y=log, cursor=[np.nan]), Panel(marks=curves())))
        for axis in (figure.layout.xaxis, figure.layout.yaxis):
            assert np.all(np.isfinite(axis.range))
            assert axis.range[0] != axis.range[1]


def test_a_panel_without_a_finite_value_says_so():
    said = [note.text for note in drawn(sheet(Panel(marks=BAD["not finite"][:1]))).layout.annotations]
    assert "no finite values here" in said
    below = Panel(marks=[Line(x=X, y=-X)], log_y=True)  # a logarithm of nothing positive
    assert "no finite values here" in [note.text for note in drawn(sheet(below)).layout.annotations]
    assert "no finite values here" not in [note.text for note in drawn(sheet(Panel(marks=curves()))).layout.annotations]
