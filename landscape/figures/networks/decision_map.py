"""What a network answers everywhere, with the data it was trained on and tested on."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.networks import maps
from landscape.figures.study.picture import Plot
from landscape.theme import LIGHT, SIGNED, Sizes, Theme, mixed, percent, written

BAR = 200  # pixels of a slide, of the colour bar beside the map
PALE = 0.35  # share of the middle in the colours of the map: the points stand out


def decision_map(
    picture: Any, theme: Theme, sizes: Sizes, *, test: bool = True, page: tuple[float, float] = (1920, 1080)
) -> Plot:
    """What a network answers everywhere; filled points are for training, rings for testing.

    Takes what `landscape.networks.pictures.picture` gives.
    """
    edge, answers = picture.edge, maps.answers(picture)
    most = 1.0 if picture.classes else maps.reach(answers)
    half = edge / (len(answers) - 1)  # of the cell around a point: the outermost ones lie on the edge
    ends, told = (-edge - half, edge + half), {"meta": {"role": "map"}}
    if picture.classes > 2:
        ground = maps.classes(theme, picture.classes, ground=True)
        scale = {"colorscale": maps.stepped(ground), "zmin": -0.5, "zmax": picture.classes - 0.5, "zmid": None}
        traces = [maps.signed(answers, ends, ends, **told, **scale)]
    else:
        texts = [written(most * share) for share in maps.TICKS]
        bar = maps.bar("output", theme, sizes, page, maps.beside(page), ticktext=texts)
        traces = [maps.signed(answers / most, ends, ends, colorscale=_pale(), showscale=True, colorbar=bar, **told)]
        traces += [_border(answers, edge, sizes)] if picture.classes else []
    train = np.arange(len(picture.y)) < picture.train
    test = test and not train.all()
    hues = _hues(picture, most, theme)
    traces += [_points(picture, ~train, hues, theme, sizes, ring=True)] if test else []
    traces += [_points(picture, train, hues, theme, sizes, ring=False)]
    quiet = parts.axis(theme, sizes, showgrid=False, ticks="outside", nticks=7, automargin=False)
    axes = {
        "xaxis": quiet | maps.LEFTMOST | {"range": [-edge, edge], "title": maps.named("x", theme, sizes)},
        "yaxis": quiet | {"range": [-edge, edge], "scaleanchor": "x", "title": maps.named("y", theme, sizes)},
    }
    return Plot(
        title=maps.title(picture),
        subtitle=f"trained by {picture.label}"
        + (" · black: where the output changes its sign" * (picture.classes == 2)),
        words=_key(picture, test, theme, sizes, page),
        traces=traces,
        axes=axes,
        left=maps.LEFT,
        right=maps.right(sizes),
        bottom=maps.bottom(sizes),
    )


def _key(picture: Any, test: bool, theme: Theme, sizes: Sizes, page: tuple[float, float]) -> list[dict]:
    """What points and the colours of several classes mean, and how well they are answered: beside the map."""
    right = f", {percent(picture.accuracy)} right" if np.isfinite(picture.accuracy) else ""
    entries = [("●", theme.dim, "training", f"loss {written(picture.loss)}")]
    entries += [("○", theme.dim, "test", f"loss {written(picture.test_loss)}{right}")] if test else []
    if picture.classes > 2:
        hues = maps.classes(theme, picture.classes, ground=False)
        entries += [("■", hue, str(name), "") for hue, name in zip(hues, picture.labels, strict=False)]
    across = page[0] - maps.LEFT - maps.RIGHT
    x = maps.beside(page) + (0 if picture.classes > 2 else BAR / across)
    return parts.rows(entries, theme, sizes, int(page[0] * sizes.unit), x=x)


def _pale() -> list[list]:
    """The colours of signed values, washed out; in dark themes too, so that points are darker than the map."""
    middle = SIGNED[1][1]
    return [[at, mixed(colour, middle, PALE)] for at, colour in SIGNED]


def _border(answers: np.ndarray, edge: float, sizes: Sizes) -> dict[str, Any]:
    """Where the answer changes its sign."""
    ends = np.linspace(-edge, edge, len(answers))
    level = {"start": 0, "end": 0, "size": 1, "coloring": "none", "showlines": True}
    return {"type": "contour", "x": ends, "y": ends, "z": answers.astype(np.float32), "contours": level,
            "showscale": False, "line": {"color": LIGHT.ink, "width": sizes.curve * 0.6}, "hoverinfo": "skip",
            "meta": {"role": "border"}}  # fmt: skip


def _points(picture: Any, chosen: np.ndarray, hues: np.ndarray, theme: Theme, sizes: Sizes, *, ring: bool) -> dict:
    hues, rim = hues[chosen], theme.panel if picture.classes > 2 else LIGHT.panel
    outline = {"color": list(hues), "width": sizes.member / 4} if ring else {"color": rim, "width": sizes.member / 8}
    look = {"symbol": "circle-open" if ring else "circle", "size": sizes.member, "color": list(hues), "line": outline}
    x = picture.x[chosen]
    return {"type": "scatter", "mode": "markers", "x": x[:, 0], "y": x[:, 1], "marker": look, "cliponaxis": True,
            "hoverinfo": "skip", "meta": {"role": "test" if ring else "train"}}  # fmt: skip


def _hues(picture: Any, most: float, theme: Theme) -> np.ndarray:
    """The colour of each point (n,): its class, or its number as the map has it, darker than the map below."""
    if picture.classes > 2:
        return np.array(maps.classes(theme, picture.classes, ground=False))[picture.y.astype(int)]
    low, middle, high = (mixed(colour, "#000000", 0.25) for _, colour in SIGNED)
    share = np.clip(picture.y / most, -1, 1)
    return np.array([mixed(middle, high if s > 0 else low, abs(s)) for s in share])
