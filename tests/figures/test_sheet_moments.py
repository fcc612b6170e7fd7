"""Sheets that move: what a browser is sent is what would be drawn."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from landscape.figures.sheet import Arrows, Dots, Heat, Line, Notes, Panel, Relief, Sheet, Trail, drawn
from landscape.figures.sheet.drawing import payload
from landscape.figures.sheet.reel import Reel, reel
from landscape.theme import fit

K = 4


def sheet(times=None) -> Sheet:
    rng, x, axis = np.random.default_rng(0), np.arange(6.0), np.linspace(-1, 1, 5)
    k = np.arange(K, dtype=float)
    y = rng.normal(size=(K, 6))
    first = [
        Line(x=x, y=y, slot=0, label="weights", band=(y - 1, y + 1), moving=("y", "band")),
        Line(x=x, y=x, quiet=True, label="truth"),
        Notes(x=[1.0], y=[2.0], texts=[[f"step {int(i)}"] for i in k], moving=("texts",)),
        Notes(x=k[:, None], y=[1.0], texts=["node"], boxed=True, moving=("x",)),
    ]
    second = [
        Heat(z=10.0 ** rng.normal(size=(K, 3, 4)), log=True, name="loss", numbers=True, moving=("z",)),
        Dots(x=rng.normal(size=(K, 5)), y=rng.normal(size=5), values=rng.normal(size=(K, 5)), moving=("x", "values")),
        Arrows(x=[0.0], y=[0.0], u=k[:, None], v=[1.0], moving=("u",)),
    ]
    relief = [Relief(x=axis, y=axis, z=rng.normal(size=(K, 5, 5)), moving=("z",)),
              Trail(x=axis, y=axis, z=rng.normal(size=(K, 5)), slot=2, label="path", moving=("z",))]  # fmt: skip
    panels = [Panel(marks=first, cursor=k + 1, x="layer"), Panel(marks=second), Panel(marks=relief)]
    return Sheet(title="It moves", panels=panels, times=k * 10 if times is None else times, unit="epoch")


def plain(value):
    """A part of a figure as lists, whichever form it has."""
    if isinstance(value, dict) and "bdata" in value:
        flat = np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"]))
        shape = [int(side) for side in str(value.get("shape", flat.size)).split(",")]
        return plain(flat.reshape(shape))
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def applied(sent: dict, frame: int) -> dict:
    """The figure that a browser shows at a moment."""
    figure = json.loads(json.dumps(sent["figure"]))
    for move in sent["moves"]:
        part = figure["data"][move["trace"]] if "trace" in move else figure["layout"]["annotations"][move["annotation"]]
        *path, last = move["path"].split(".")
        for key in path:
            part = part[key]
        part[last] = move["values"][frame]
    return figure


def test_every_moment_sent_is_the_figure_drawn():
    sent = payload(sheet(), frame=1, width=1920, height=1080, sizes=fit().sizes)
    for frame in range(K):
        figure = drawn(sheet(), frame=frame, headed=False).to_dict()
        now = applied(sent, frame)
        assert len(now["data"]) == len(figure["data"])
        for mine, true in zip(now["data"], figure["data"], strict=True):
            assert plain(mine) == plain(true)
        assert plain(now["layout"]["annotations"]) == plain(figure["layout"]["annotations"])


def test_the_message_says_which_moments_it_has():
    sent = payload(sheet(), width=1100, height=600)
    assert sent["times"] == [0, 10, 20, 30]
    assert sent["unit"] == "epoch"
    assert sent["frame"] == K - 1
    assert {move["path"] for move in sent["moves"]} >= {"y", "x", "z", "text", "marker.color"}
    assert all(len(move["values"]) == K for move in sent["moves"])
    assert "NaN" not in json.dumps(sent)
    assert len(json.dumps(sent)) < 60e3
    still = replace(sheet(), panels=[Panel(marks=[Line(x=[0, 1], y=[0, 1])])], times=None)
    assert payload(still)["moves"] == []
    assert payload(still)["times"] == [0]


def test_axes_and_colours_hold_for_all_moments():
    figures = [drawn(sheet(), frame=frame) for frame in range(K)]
    for axis in ("xaxis", "yaxis", "xaxis2", "yaxis2"):
        assert len({figure.layout[axis].range for figure in figures}) == 1
    heats = [next(trace for trace in figure.data if trace.type == "heatmap") for figure in figures]
    assert len({(heat.zmin, heat.zmax) for heat in heats}) == 1
    seen = np.log10(np.asarray(sheet().panels[1].marks[0].z))
    assert heats[0].zmin == pytest.approx(seen.min())
    assert heats[0].zmax == pytest.approx(seen.max())


def test_the_cursor_is_where_the_panel_says():
    for frame in (0, 2):
        figure = drawn(sheet(), frame=frame)
        (cursor,) = [trace for trace in figure.data if trace.meta["role"] == "cursor"]
        assert list(cursor.x) == [frame + 1, frame + 1]
        assert tuple(cursor.y) == figure.layout.yaxis.range


def test_the_last_moment_is_the_usual_one_and_a_sheet_may_say_another():
    assert drawn(sheet()) == drawn(sheet(), frame=K - 1)
    assert drawn(replace(sheet(), frame=1)) == drawn(sheet(), frame=1) != drawn(sheet())


def test_a_reel_stands_at_the_moments_of_its_sheet():
    told = Reel(sheet())
    assert told.steps == K - 1
    assert told.title == "It moves"
    assert told.at(2).moment(2) == "epoch 20"
    film, still = reel(told.at(2), theme="dark"), drawn(sheet(), frame=2, theme="dark")
    assert len(film.data) == len(still.data)
    assert film.layout.yaxis.domain[0] > still.layout.yaxis.domain[0]  # room for the moment in words
    noted = replace(sheet(), notes=["A note stands there."])
    assert reel(Reel(noted, 2), theme="dark") == drawn(noted, frame=2, theme="dark")
