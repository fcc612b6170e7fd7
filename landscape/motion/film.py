"""A figure at many moments, taken apart into what stays and what moves.

The parts are found by comparing the figures themselves, so any figure that looks at `scene.frame` moves without code of
its own.  What stays is drawn once; each moment is drawn over it, as the dashboard does.
"""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape import figures
from landscape.figures import parts
from landscape.figures.sheet.reel import Reel, reel
from landscape.parameters import LandscapeError
from landscape.scene import Scene
from landscape.theme import Fitted, Theme, fit, named

CLEAR = "rgba(0,0,0,0)"
MOST = 300e6  # characters of all frames
SPACINGS = ("even", "log")
PAINTED = ("linecolor", "tickcolor", "gridcolor", "zerolinecolor")  # of an axis
HEAVY = ("surface", "scatter3d", "heatmap", "contour")  # pixels in a vector picture too, or large as lines
DEPTH = {"image": 0, "heatmap": 1, "quiver": 2, "contour": 3}  # Plotly draws these in order, all others above


@dataclass(frozen=True)
class Film:
    """The figures of one scene at several moments, as Plotly's JSON."""

    width: int
    height: int
    ground: str  # colour behind everything
    title: str
    still: dict[str, Any]  # a figure: what no moment changes; without traces where all may change
    pool: list[dict]  # different traces that move
    layout: dict[str, Any]  # what the moments' layouts have in common
    frames: list[dict[str, Any]]  # each {"traces": indices into the pool, "layout": its own part}
    steps: list[int]  # the step that each frame shows
    last: int  # the step at which the run ends
    words: list[str]  # what each frame shows, for those who do not see it

    @property
    def vector(self) -> bool:
        """Whether frames are few lines and text alone."""
        return not any(trace["type"] in HEAVY for trace in self.pool)


def moments(last: int, frames: int, spacing: str = "even") -> list[int]:
    """Steps from 0 to `last`, as many as `frames` or, in a shorter run, each of them once.

    "log" spends as many frames on steps 1 to 10 as on 10 to 100: most happens early.
    """
    frames = min(frames, last + 1)
    if spacing == "even":
        return [round(step) for step in np.linspace(0, last, frames)] if frames > 1 else [last]
    steps = [0] if frames > 1 else [last]
    for left in range(frames - 1, 0, -1):
        # At least one further, and never so far that the rest could not follow one by one.
        next_ = round((steps[-1] + 1) * ((last + 1) / (steps[-1] + 1)) ** (1 / left) - 1)
        steps.append(min(max(next_, steps[-1] + 1), last - left + 1))
    return steps


def film(
    scene: Scene | Reel,
    name: str,
    *,
    frames: int,
    spacing: str,
    theme: str = "light",
    size: str = "slide",
    width: int | None = None,
    height: int | None = None,
    font: float = 1.0,
    marked: bool = True,
    **options: Any,
) -> Film:
    """The figure of that name at moments of this scene; `marked` writes the step into each."""
    draw = reel if isinstance(scene, Reel) else figures.named(name)
    colours, fitted = named(theme), fit(size, width, height, font)
    # Figures of one step have none to show at the end of the run.
    last = scene.steps - 1 if "step" in inspect.signature(draw).parameters else scene.steps
    steps = moments(last, frames, spacing)
    look = {"theme": theme, "size": size, "width": width, "height": height, "font": font} | options
    end = _plain(draw(scene.at(steps[-1]), **look).to_dict())
    _check_room(scene, len(steps), end)
    drawn = [*(_plain(draw(scene.at(step), **look).to_dict()) for step in steps[:-1]), end]
    if len(drawn) > 1 and all(figure == drawn[0] for figure in drawn):
        raise LandscapeError(f"Nothing moves in {name}: its picture is the same at every step; use landscape figure.")
    for step, figure in zip(steps, drawn, strict=True):
        if marked:
            _mark(figure["layout"], scene, step, last, colours, fitted)
    still, layout, own, keep = _taken_apart(drawn)
    pool: dict[str, int] = {}
    chosen = [[pool.setdefault(text, len(pool)) for text in figure["data"][keep:]] for figure in drawn]
    return Film(
        width=fitted.width,
        height=fitted.height,
        ground=colours.panel,
        title=scene.title or f"{name.replace('_', ' ')} of a run".capitalize(),
        still=still,
        pool=[json.loads(text) for text in pool],
        layout=layout,
        frames=[{"traces": traces, "layout": part} for traces, part in zip(chosen, own, strict=True)],
        steps=steps,
        last=last,
        words=[narrated(scene.at(step)) for step in steps],
    )


def _check_room(scene: Scene, frames: int, end: dict[str, Any]) -> None:
    """Refuse what would not fit into the browser: paths grow to those of the last figure."""
    size = sum(len(text) for text in end["data"]) * frames / 2
    if size > MOST:
        raise LandscapeError(
            f"{frames} frames of {scene.steps:,} steps would take {size / 1e6:,.0f} MB in the browser, more than "
            f"{MOST / 1e6:,.0f}; take fewer frames or steps."
        )


def narrated(scene: Scene | Reel) -> str:
    """A moment in words."""
    if isinstance(scene, Reel):
        return scene.moment(scene.frame)
    results = "; ".join(f"{track.label} {parts.result(scene, track)}" for track in scene.shown)
    return f"step {scene.frame} of {scene.steps}: {results}"


def _mark(layout: dict, scene: Scene | Reel, step: int, last: int, theme: Theme, fitted: Fitted) -> None:
    """Write the step into the lower right corner, and draw how far the run has come along the lower edge."""
    left, right, top, bottom = (layout["margin"][side] for side in "lrtb")
    wide, tall, unit = fitted.width - left - right, fitted.height - top - bottom, fitted.sizes.unit
    x0, x1, floor = -left / wide, 1 + right / wide, -bottom / tall
    edge = {"type": "rect", "xref": "paper", "yref": "paper", "x0": x0, "y0": floor, "y1": floor + 7 * unit / tall,
            "line": {"width": 0}, "layer": "above"}  # fmt: skip
    now = x0 + (x1 - x0) * step / max(last, 1)
    bar = [edge | {"x1": x1, "fillcolor": theme.border}, edge | {"x1": now, "fillcolor": theme.dim}]
    layout["shapes"] = [*layout.get("shapes", ()), *bar]
    notes = layout.setdefault("annotations", [])
    if any(f"step {step} of" in note.get("text", "") for note in notes):
        return  # it says so already
    said = scene.moment(step) if isinstance(scene, Reel) else f"step {step:,} / {last:,}"
    notes.append({"text": said, "x": x1, "y": floor, "xref": "paper", "yref": "paper",
                  "xanchor": "right", "yanchor": "bottom", "xshift": -40 * unit, "yshift": 20 * unit,
                  "showarrow": False, "font": {"size": fitted.sizes.subtitle, "color": theme.dim}})  # fmt: skip


def _taken_apart(drawn: list[dict]) -> tuple[dict, dict, list[dict], int]:
    """The still figure, the layout that moments share, each one's own part, and how many traces are still."""
    layouts = [figure["layout"] for figure in drawn]
    shared = {key: value for key, value in layouts[0].items() if all(part.get(key) == value for part in layouts)}
    own = [{key: value for key, value in layout.items() if key not in shared} for layout in layouts]
    # Where axes move or follow the data, or what is in front hides what is behind, all is drawn each time.
    axes = [axis for key, axis in shared.items() if key.startswith(("xaxis", "yaxis"))]
    free = {key for part in own for key in part} <= {"annotations", "shapes"}
    if not free or "scene" in shared or not all("range" in axis for axis in axes):
        return {"data": [], "layout": _bare(shared)}, shared, own, 0
    keep = _still(drawn)
    words = [part.get("annotations", shared.get("annotations", [])) for part in own]
    fixed = _alike(words)
    still = shared | {"annotations": [words[0][i] for i in fixed], "shapes": []}
    for part, said in zip(own, words, strict=True):
        part["annotations"] = [note for i, note in enumerate(said) if i not in fixed]
    resting = [json.loads(text) for text in drawn[0]["data"][:keep]]
    return {"data": [*resting, *_frames(drawn)], "layout": still}, _unseen(shared), own, keep


def _frames(drawn: list[dict]) -> list[dict]:
    """A trace without points for each pair of axes: Plotly draws none of which there is no trace."""
    traces = [json.loads(text) for text in {text for figure in drawn for text in figure["data"]}]
    pairs = sorted({(trace.get("xaxis", "x"), trace.get("yaxis", "y")) for trace in traces})
    return [{"type": "scatter", "x": [None], "y": [None], "xaxis": x, "yaxis": y} for x, y in pairs]


def _still(drawn: list[dict]) -> int:
    """How many traces, from the lowest on, are the same at all moments and lie below all that move."""
    count = 0
    for row in zip(*(figure["data"] for figure in drawn), strict=False):
        if any(text != row[0] for text in row):
            break
        count += 1
    while count and _lowest(drawn, count) < _depth(drawn[0]["data"][count - 1]):
        count -= 1
    return count


def _lowest(drawn: list[dict], count: int) -> tuple[float, int]:
    """How deep the lowest of those traces lies that are not among the first `count`."""
    texts = {text for figure in drawn for text in figure["data"][count:]}
    return min(map(_depth, texts), default=(np.inf, 0))


def _depth(text: str) -> tuple[float, int]:
    trace = json.loads(text)
    return trace.get("zorder", 0), DEPTH.get(trace["type"], len(DEPTH))


def _alike(lists: list[list[dict]]) -> set[int]:
    """The indices at which all lists agree on words beside the plot; none where their lengths differ."""
    if len({len(each) for each in lists}) > 1:
        return set()
    rows = enumerate(zip(*lists, strict=True))
    return {i for i, row in rows if all(note == row[0] for note in row) and row[0].get("xref") == "paper"}


def _unseen(layout: dict[str, Any]) -> dict[str, Any]:
    """The same layout with nothing to see: axes keep their places, so that what moves lies on what stays."""
    axes = {key: _painted(axis) for key, axis in layout.items() if key.startswith(("xaxis", "yaxis"))}
    rest = {key: value for key, value in layout.items() if key not in ("annotations",)}
    return rest | axes | {"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR}


def _painted(axis: dict[str, Any], colour: str = CLEAR) -> dict[str, Any]:
    title = axis.get("title", {})
    fonts = {
        "tickfont": axis.get("tickfont", {}) | {"color": colour},
        "title": title | {"font": title.get("font", {}) | {"color": colour}},
    }
    return axis | fonts | dict.fromkeys(PAINTED, colour)


def _bare(layout: dict[str, Any]) -> dict[str, Any]:
    """A blank page of the same size."""
    hidden = {"visible": False}
    kept = {key: layout[key] for key in ("width", "height", "paper_bgcolor", "margin") if key in layout}
    return kept | {"plot_bgcolor": CLEAR, "xaxis": hidden, "yaxis": hidden}


def _plain(figure: dict[str, Any]) -> dict[str, Any]:
    """A figure whose traces are JSON texts, which are quick to compare, and whose layout holds no arrays."""
    layout = json.loads(json.dumps(figure["layout"], default=_listed))
    return {"data": [json.dumps(trace, default=_listed) for trace in figure["data"]], "layout": layout}


def _listed(value: Any) -> Any:
    return np.asarray(value).tolist()
