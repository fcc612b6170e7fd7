"""What a network answers everywhere, with the data it was trained on and tested on."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.networks import maps
from landscape.figures.study.picture import Plot
from landscape.theme import SIGNED, Sizes, Theme, mixed, written

LEFT, RIGHT = 150, 420  # margins of a slide
PALE = 0.6  # opacity of the map: the points stand out


def decision_map(
    picture: Any, theme: Theme, sizes: Sizes, *, test: bool = True, page: tuple[float, float] = (1920, 1080)
) -> Plot:
    """The answers of `landscape.networks.pictures.picture`; filled points are for training, rings for testing."""
    edge, answers = picture.edge, maps.answers(picture)
    if picture.classes > 2:
        ground = maps.classes(theme, picture.classes, ground=True)
        scale = {"colorscale": maps.stepped(ground), "zmin": -0.5, "zmax": picture.classes - 0.5, "zmid": None}
        traces = [maps.signed(answers, (-edge, edge), (-edge, edge), opacity=PALE, **scale)]
    else:
        most = 1.0 if picture.classes else maps.reach(answers)
        shown = {"showscale": True, "colorbar": maps.bar("answer", theme, sizes, page, LEFT, RIGHT)}
        shown |= {"opacity": PALE, "zmin": -most, "zmax": most}
        traces = [maps.signed(answers, (-edge, edge), (-edge, edge), **shown)]
        traces += [_border(answers, edge, theme, sizes)] if picture.classes else []
    train = np.arange(len(picture.y)) < picture.train
    traces += [_points(picture, train, theme, sizes, ring=False)]
    traces += [_points(picture, ~train, theme, sizes, ring=True)] if test and not train.all() else []
    quiet = parts.axis(theme, sizes, showgrid=False, ticks="outside", nticks=7, automargin=False)
    axes = {
        "xaxis": quiet | maps.LEFTMOST | {"range": [-edge, edge], "title": _named("x₁", theme, sizes)},
        "yaxis": quiet | {"range": [-edge, edge], "scaleanchor": "x", "title": _named("x₂", theme, sizes)},
    }
    return Plot(
        title=f"{picture.label.capitalize()}, epoch {picture.epoch:g}",
        subtitle=f"{told(picture)} · ● training  ○ test",
        words=_key(picture, theme, sizes, page) if picture.classes > 2 else [],
        traces=traces,
        axes=axes,
        left=LEFT,
        right=RIGHT,
    )


def told(picture: Any) -> str:
    """Losses and accuracy in words."""
    said = [f"loss {written(picture.loss)} in training"]
    said += [f"{written(picture.test_loss)} in the test"] if np.isfinite(picture.test_loss) else []
    said += [f"{picture.accuracy:.0%} of the test right"] if np.isfinite(picture.accuracy) else []
    return ", ".join(said)


def _key(picture: Any, theme: Theme, sizes: Sizes, page: tuple[float, float]) -> list[dict]:
    """What the colours of several classes mean, beside the map."""
    hues = maps.classes(theme, picture.classes, ground=False)
    entries = [("●", hue, str(name), "") for hue, name in zip(hues, picture.labels, strict=False)]
    width = int(page[0] * sizes.unit)
    return parts.rows(entries, theme, sizes, width, x=maps.beside(page, LEFT, RIGHT))


def _named(name: str, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    return {"text": name, "font": {"size": sizes.axis_title, "color": theme.ink}}


def _border(answers: np.ndarray, edge: float, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    """Where the answer changes its sign."""
    ends = np.linspace(-edge, edge, len(answers))
    level = {"start": 0, "end": 0, "size": 1, "coloring": "none", "showlines": True}
    return {"type": "contour", "x": ends, "y": ends, "z": answers.astype(np.float32), "contours": level,
            "showscale": False, "line": {"color": theme.ink, "width": sizes.curve * 0.6}, "hoverinfo": "skip",
            "meta": {"role": "border"}}  # fmt: skip


def _points(picture: Any, chosen: np.ndarray, theme: Theme, sizes: Sizes, *, ring: bool) -> dict[str, Any]:
    hues = _hues(picture, theme)[chosen]
    outline = (
        {"color": list(hues), "width": sizes.member / 4} if ring else {"color": theme.panel, "width": sizes.member / 8}
    )
    look = {"symbol": "circle-open" if ring else "circle", "size": sizes.member, "color": list(hues), "line": outline}
    x = picture.x[chosen]
    return {"type": "scatter", "mode": "markers", "x": x[:, 0], "y": x[:, 1], "marker": look, "cliponaxis": True,
            "hoverinfo": "skip", "meta": {"role": "test" if ring else "train"}}  # fmt: skip


def _hues(picture: Any, theme: Theme) -> np.ndarray:
    """The colour of each point (n,): its class, or its number, darker than the map below."""
    if picture.classes > 2:
        return np.array(maps.classes(theme, picture.classes, ground=False))[picture.y.astype(int)]
    most = 1.0 if picture.classes else max(1e-12, float(np.abs(picture.y).max()))
    low, middle, high = (mixed(colour, "#000000", 0.25) for _, colour in SIGNED)
    share = np.clip(picture.y / most, -1, 1)
    return np.array([mixed(middle, high if s > 0 else low, abs(s)) for s in share])
