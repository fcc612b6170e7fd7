"""Panels of solutions: what is drawn is what the solution is, counted here in another way."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from landscape.figures.sheet import Heat, Line, Notes, Panel, Sheet, drawn
from landscape.figures.sheet.drawing import payload
from landscape.figures.sheet.reel import Reel
from landscape.figures.solutions import PICTURES, panel, sheet, words
from landscape.figures.solutions.schedule import decoded
from landscape.parameters import LandscapeError
from landscape.theme import DARK, KINDS, LIGHT, PANEL, onto, slide

SQUARE = [[0, 0], [3, 0], [3, 4], [0, 4]]
RING = {"places": SQUARE, "edges": [[0, 1], [1, 2], [2, 3], [3, 0], [0, 2]], "colors": 3}
SHOP = {"machines": [[0, 1], [1, 0], [0, 1]], "times": [[3, 2], [2, 4], [1, 1]]}
SACK = {"values": [6, 10, 12], "weights": [1, 2, 3], "capacity": 4}
FLOWS = [[0, 2, 0], [2, 0, 3], [0, 3, 0]]
APART = [[0, 1, 4], [1, 0, 2], [4, 2, 0]]
CLAUSES = {"clauses": [[1, -2], [2, 3], [-1, -3], [-2]]}
EXAMPLES = {
    "tour": ({"places": SQUARE}, [0, 2, 1, 3], [0, 1, 2, 3]),
    "graph": (RING, [0, 1, 1, 2], [0, 1, 2, 1]),
    "bits": (SACK, [1, 1, 0], [0, 1, 1]),
    "matrix": ({"flows": FLOWS, "distances": APART, "places": None}, [2, 0, 1], [0, 1, 2]),
    "board": ({"queens": 4}, [0, 1, 3, 2], [1, 3, 0, 2]),
    "schedule": (SHOP, [0, 1, 2, 3, 4, 5], [2, 3, 0, 4, 5, 1]),
    "clauses": (CLAUSES, [1, 1, 1], [1, 0, 0]),
}  # fmt: skip


def shapes(mark, frame=None) -> int:
    """How many lines or closed shapes a mark holds, which gaps part."""
    x = np.asarray(mark.x) if frame is None else np.asarray(mark.x)[frame]
    there = np.isfinite(x)
    return int(there[0]) + int((np.diff(there.astype(int)) == 1).sum())


def alarm(found):
    return next(mark for mark in found.marks if getattr(mark, "alarm", False))


def test_a_tour_is_closed_and_goes_through_the_places_in_order():
    places, x = np.array(SQUARE, float), [0, 2, 1, 3]
    way, cities = panel("tour", {"places": SQUARE}, x, slot=2).marks
    assert way.slot == 2
    np.testing.assert_array_equal(np.column_stack([way.x, way.y]), places[[0, 2, 1, 3, 0]])
    np.testing.assert_array_equal(np.column_stack([cities.x, cities.y]), places)
    assert words("tour", {"places": SQUARE}, x) == "tour through 4 cities, 18 long as drawn"  # 5 + 4 + 5 + 4
    without = panel("tour", {"places": None}, x).marks[1]  # on a circle
    np.testing.assert_allclose(np.hypot(without.x, without.y), 1)


def test_conflicts_of_a_colouring_and_edges_of_a_cut_are_marked():
    found = panel("graph", RING, [0, 1, 1, 0])  # 1-2 and 3-0 have one colour at both ends
    assert shapes(alarm(found)) == 2
    assert [shapes(mark) for mark in found.marks if isinstance(mark, Line) and mark.kind is not None] == [2, 2]
    assert [mark.texts[0] for mark in found.marks if isinstance(mark, Notes)] == ["1", "2"]
    assert words("graph", RING, [0, 1, 1, 0]) == "2 conflicting edges of 5, 2 colours used"
    cut = panel("graph", RING | {"cut": True}, [1, 0, 0, 1], slot=0)  # 0-1, 2-3, 0-2 go from side to side
    assert shapes(cut.marks[1]) == 3
    assert words("graph", RING | {"cut": True}, [1, 0, 0, 1]) == "3 of 5 edges cut"


def test_edges_of_a_cut_are_as_wide_as_they_are_heavy_and_dashed_where_they_cost():
    weighted = RING | {"cut": True, "weights": [4, 1, 3, 1, -1]}
    lines = panel("graph", weighted, [1, 0, 0, 1], slot=0).marks[1:-2]  # 0-1 weighs 4, 2-3 3, 0-2 -1
    assert [(mark.width / lines[-1].width, mark.dash, shapes(mark)) for mark in lines] == [
        (0.5, False, 0), (0.5, True, 1), (0.75, False, 1), (1.0, False, 1)]  # fmt: skip
    np.testing.assert_array_equal(np.column_stack([lines[-1].x, lines[-1].y])[:2], [SQUARE[0], SQUARE[1]])
    assert words("graph", weighted, [1, 0, 0, 1]) == "3 of 5 edges cut of weight 6"
    assert words("graph", weighted | {"weights": [0, 0, 0, 0, -1.5]}, [1, 0, 0, 1]).endswith("weight −1.5")


@pytest.mark.parametrize("slot", [0, 4])  # a printed page dashes the curves of later entrants
def test_only_what_costs_is_dashed_on_a_board(slot):
    board = panel("graph", RING | {"cut": True, "weights": [4, 1, 3, 1, -1]}, [1, 0, 0, 1], slot=slot)
    lines = drawn(Sheet(panels=[board], title="A cut"), theme="print").data[1:5]
    assert [line.line.dash == "solid" for line in lines] == [True, False, True, True]


def test_clauses_are_as_large_as_they_are_heavy():
    weighted = CLAUSES | {"weights": [4, 1, 0.01, 3.24], "hard": [False] * 4}
    grid = panel("clauses", weighted, [1, 1, 1]).marks[2]
    wide = np.ptp(np.reshape(grid.x, (4, 6))[:, :5], axis=1)
    np.testing.assert_allclose(wide / wide[0], [1, 0.5, 0.4, 0.9])  # by area, down to what can be seen
    must = {"weights": [4, 1, 2, 1000], "hard": [False, False, False, True]}
    hard = panel("clauses", CLAUSES | must, [1, 1, 1]).marks[2]
    wide = np.ptp(np.reshape(hard.x, (4, 6))[:, :5], axis=1)
    np.testing.assert_allclose(wide / wide[0], [1, 0.5, 0.5**0.5, 1])


def test_an_edge_through_another_node_is_a_bow_around_it():
    row = {"places": [[0, 0], [1, 0], [2, 0], [1, 2]], "edges": [[0, 2], [0, 1]], "colors": 2}
    bow = alarm(panel("graph", row, [0, 1, 0, 1]))  # 0-2 is one conflict, and 1 has no part in it
    assert shapes(bow) == 1
    assert np.nanmax(bow.y) > 0.4  # towards the middle of the picture
    flat = alarm(panel("graph", row, [0, 0, 1, 1]))
    np.testing.assert_array_equal(flat.y[:2], 0)


def test_a_sack_shows_what_is_chosen_and_what_is_too_much():
    full = panel("bits", SACK, [1, 1, 0], slot=1)
    items, chosen, filled = full.marks[:3]
    assert [shapes(mark) for mark in (items, chosen, filled)] == [3, 2, 2]
    assert np.nanmax(filled.x) == 3  # weight 1 + 2
    assert np.nanmax(items.x) == 6
    assert not np.isfinite(alarm(full).x).all()
    over = alarm(panel("bits", SACK, [0, 1, 1]))
    assert (np.nanmin(over.x), np.nanmax(over.x)) == (4, 5)
    assert words("bits", SACK, [0, 1, 1]) == "2 of 3 items, overfull, weight 5 of 4, value 22"


def test_strings_keep_their_past_below_them():
    frames = np.array([[0, 0, 1], [0, 1, 1], [1, 1, 1]])
    present, past = panel("bits", {}, frames, slot=3).marks
    np.testing.assert_array_equal(present.z[:, 0], frames)
    np.testing.assert_allclose(past.z[2, :2] > 0, frames[[1, 0]] > 0)  # the latest on top
    assert np.isnan(past.z[0]).all()
    still = panel("bits", {}, frames[1]).marks[0]
    assert np.nansum(still.z) == 2
    assert np.isfinite(still.z).sum() == 3
    assert shapes(panel("bits", {}, frames[1]).marks[1]) == 3  # each with an edge
    assert len(panel("bits", {}, np.zeros(900)).marks) == 1


def test_an_assignment_costs_what_its_cells_add_up_to():
    x = np.array([2, 0, 1])  # facility 0 at location 2, …
    by_hand = sum(FLOWS[i][j] * APART[x[i]][x[j]] for i in range(3) for j in range(3))
    found = panel("matrix", {"flows": FLOWS, "distances": APART, "places": None}, x, slot=0)
    heat = next(mark for mark in found.marks if isinstance(mark, Heat))
    assert np.square(heat.z).sum() == pytest.approx(by_hand)
    places = {"flows": FLOWS, "distances": APART, "places": [[0, 0], [1, 0], [0, 2]]}
    drawn_at = panel("matrix", places, x).marks[-1]
    np.testing.assert_array_equal(np.column_stack([drawn_at.x, drawn_at.y]), [[0, 2], [0, 0], [1, 0]])
    assert words("matrix", places, x) == f"3 facilities at 3 locations, cost {by_hand}"


def test_queens_that_attack_each_other_are_joined():
    lines = alarm(panel("board", {"queens": 4}, [0, 1, 3, 2]))  # 0-1, 2-3 and 0-… none else: 1-2 is a knight's move
    assert shapes(lines) == 2
    assert words("board", {"queens": 4}, [0, 1, 3, 2]) == "4 queens, 2 pairs attacking"
    assert words("board", {"queens": 4}, [1, 3, 0, 2]) == "4 queens, none attacked"
    assert words("board", {"queens": 4}, [0, 0, 0, 0]) == "4 queens, 6 pairs attacking"


def test_a_schedule_starts_everything_as_soon_as_job_and_machine_are_free():
    # Turns of jobs 0 1 2 0 1 2: by hand machine 0 has 0: 0-3, 2: 3-4, 1: 4-8; machine 1 has 1: 0-2, 0: 3-5, 2: 5-6.
    starts, ends = decoded(**SHOP, x=[0, 2, 4, 1, 3, 5])
    np.testing.assert_array_equal(starts, [[0, 3], [0, 4], [3, 5]])
    np.testing.assert_array_equal(ends, [[3, 5], [2, 8], [4, 6]])
    found = panel("schedule", SHOP, [0, 2, 4, 1, 3, 5], slot=0)
    assert words("schedule", SHOP, [0, 2, 4, 1, 3, 5]) == "schedule of 3 jobs on 2 machines, makespan 8"
    bars = [mark for mark in found.marks if isinstance(mark, Line) and mark.kind is not None]
    assert [(np.nanmin(bar.x), np.nanmax(bar.x)) for bar in bars] == [(0, 5), (0, 8), (3, 6)]
    assert set(found.marks[-2].x) == {8}
    assert found.marks[-1].texts == ["makespan 8"]


def test_clauses_that_do_not_hold_are_marked():
    found = panel("clauses", CLAUSES, [1, 1, 1], slot=0)
    assert shapes(alarm(found)) == 2  # not 1 or not 3; not 2
    assert words("clauses", CLAUSES, [1, 1, 1]) == "2 of 4 clauses not satisfied"
    assert words("clauses", CLAUSES, [1, 0, 1]) == "1 of 4 clauses not satisfied"
    assert words("clauses", {"clauses": [[1, -2]]}, [0, 0]) == "all 1 clauses satisfied"


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_moves_and_each_moment_is_the_still_one(picture):
    shown, *frames = EXAMPLES[picture]
    moving = panel(picture, shown, np.array(frames, float), slot=0, written=["one", "two"])
    page = Sheet(panels=[moving], title="Moving", times=[0, 1], unit="evaluations")
    both = [drawn(page, frame=frame, theme=theme).to_dict() for frame, theme in ((0, "light"), (1, "dark"))]
    assert both[0]["data"] != both[1]["data"]
    still = drawn(Sheet(panels=[panel(picture, shown, frames[1], slot=0)], title="Still"))
    moved = [trace for trace in drawn(page, frame=1).data if trace.meta["role"] == "line"]
    again = [trace for trace in still.data if trace.meta["role"] == "line"]
    counts = [[int(np.isfinite(np.asarray(trace.x, float)).sum()) for trace in each] for each in (moved, again)]
    assert [count for count in counts[0] if count] == [count for count in counts[1] if count]


def test_an_unknown_picture_is_named():
    with pytest.raises(LandscapeError, match="Unknown picture 'tuor'"):
        panel("tuor", {}, [0, 1])


def lane(label, slot, **metrics):
    x = np.array([[0, 2, 1, 3], [0, 1, 2, 3], [0, 1, 2, 3]])
    return SimpleNamespace(label=label, slot=slot, x=x, value=np.array([18.0, 14, 14]), best=np.array([18.0, 14, 14]),
                           evaluations=np.array([0, 50, 100]), metrics=metrics)  # fmt: skip


def test_methods_stand_side_by_side_above_their_curves():
    lanes = [lane("annealing", 0, temperature=np.array([np.nan, 2, 1])), lane("descent", 1)]
    found = sheet("tour", {"places": SQUARE}, lanes, title="Two", minimum=14.0, bound=13.0)
    assert found.columns == (2, 2)
    assert [each.title for each in found.panels] == ["annealing", "descent", "Best value so far", "Temperature"]
    assert [mark.label for mark in found.panels[2].marks] == ["annealing", "descent", "optimum 14", "bound 13"]
    assert [mark.slot for mark in found.panels[3].marks] == [0]
    reel = Reel(found)
    assert (reel.steps, reel.moment(2)) == (2, "evaluations 100")
    figure = drawn(found, frame=1)
    heights = [figure.layout[f"yaxis{number}"].domain for number in ("", "2", "3", "4")]
    assert min(low for low, _ in heights[:2]) > max(high for _, high in heights[2:])  # boards above curves
    said = [text for trace in figure.data if trace.meta["role"] == "notes" for text in trace.text]
    assert said == ["14", "14"]
    assert len(sheet("tour", {"places": SQUARE}, lanes, title="Two", every=2).times) == 2


def test_what_comes_after_the_first_leap_is_no_flat_line():
    best = np.r_[np.linspace(290, 4, 13), np.full(44, 4), np.full(44, 1.0)]
    runs = [SimpleNamespace(label="tabu", slot=0, x=np.zeros((101, 4)), value=best, best=best,
                            evaluations=np.arange(101) * 20_000.0, metrics={})]  # fmt: skip
    found = sheet("graph", RING, runs, title="One", minimum=0.0)
    low, high = next(each for each in found.panels if each.title == "Best value so far").y_range
    assert min(4 - 1, 1 - 0, 0 - low) > 0.1 * (high - low)  # steps, the optimum and the axis stand apart
    assert high > 4
    assert Reel(found).moment(62) == "evaluations 1,240,000"


def test_schedules_side_by_side_have_one_axis_of_time():
    orders = {"fast": [0, 2, 4, 1, 3, 5], "slow": [0, 1, 2, 3, 4, 5]}
    lanes = [SimpleNamespace(**vars(lane(name, k)) | {"x": np.array([order] * 3)})
             for k, (name, order) in enumerate(orders.items())]  # fmt: skip
    found = sheet("schedule", SHOP, lanes, title="Two").panels[:2]
    assert found[0].x_range == found[1].x_range
    assert found[0].x_range[1] >= max(decoded(**SHOP, x=each.x[0])[1].max() for each in lanes)


def test_many_methods_fit_in_a_column_without_plots_that_overlap():
    lanes = [lane(f"a method, the {k}th", k, temperature=np.ones(3), acceptance=np.ones(3)) for k in range(6)]
    for brief, count in ((False, 9), (True, 7)):
        page = sheet("tour", {"places": SQUARE}, lanes, title="Six of them", brief=brief)
        figure = drawn(page, size="column")
        assert len(page.panels) == count
        rows = {tuple(figure.layout[f"yaxis{number or ''}"].domain) for number in (0, *range(2, count + 1))}
        rows = sorted(rows, reverse=True)
        assert all(low < high for low, high in rows)
        assert all(low > high for (low, _), (_, high) in pairwise(rows))


def test_strings_say_what_lies_below_them():
    strings = [SimpleNamespace(label="annealing", slot=0, x=np.eye(3), value=np.ones(3), best=np.ones(3),
                               evaluations=np.arange(3), metrics={})]  # fmt: skip
    assert "latest on top" in sheet("bits", {}, strings, title="Bits").notes[0]
    sack = {"values": [3, 2, 1], "weights": [1, 1, 1], "capacity": 2}
    assert not sheet("bits", sack, strings, title="A sack").notes


def test_kinds_alarms_and_letters_look_the_same_in_every_panel():
    shape = {"x": [0, 4, 4, 0], "y": [0, 0, 2, 2], "filled": True}
    marks = [Line(**shape, kind=14, inside="solid"), Line(**shape, alarm=True), Line(**shape, inside="ground"),
             Notes(x=[2], y=[1], texts=["3"], kind=2, tall=0.5), Notes(x=[2], y=[1], texts=["3"]),
             Heat(z=[[0.0, 2.0]], slot=3, limits=(0, 2))]  # fmt: skip
    page = Sheet(panels=[Panel(marks=marks, square=True, bare=True)], title="Marks")
    for look in (LIGHT, DARK):
        kind, alarmed, hollow, small, usual, heat = drawn(page, theme=look).data
        assert kind.fillcolor == kind.line.color == KINDS[2]  # twelve, and again from the first
        assert alarmed.line.color == look.error
        assert hollow.fillcolor == look.panel
        assert small.textfont.color == onto(KINDS[2])
        assert small.textfont.size <= usual.textfont.size
        assert heat.colorscale[-1][1] == look.colour(3)
    tiny = drawn(Sheet(panels=[Panel(marks=[*marks[:1], replace(marks[3], tall=0.01)], bare=True)], title="Tiny"))
    assert tiny.data[1].textfont.size < usual.textfont.size / 2


def test_rows_of_panels_are_as_long_as_asked_where_there_is_room():
    curve = Line(x=[0, 1], y=[0, 1])
    page = Sheet(panels=[Panel(marks=[curve]) for _ in range(7)], title="Rows", columns=(4, 3))
    for width, height, rows in ((1920, 1080, (4, 3)), (960, 1080, (2, 2, 2, 1)), (390, None, (1,) * 7)):
        sizes = PANEL if height is None else slide(width)
        layout = payload(page, width=width, height=height, sizes=sizes)["figure"]["layout"]
        tops = [layout[f"yaxis{number or ''}"]["domain"][1] for number in (0, *range(2, 8))]
        assert tuple(np.unique(np.round(tops, 6), return_counts=True)[1][::-1]) == rows
