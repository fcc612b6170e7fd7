"""One step of a population seen from above: what moves its members, who descends from whom, what may be accepted.

A swarm shows the velocity of every particle and the three pulls that make it up, laid end to end; a genetic algorithm
lines from parents to children, bold to those that stay; evolution strategies the ellipse that they sample; annealing
shades every place by the probability of being accepted from where it stands.  What a run has not recorded is not
drawn: run with `record="evaluated"`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.contour import base, framed, overlay
from landscape.parameters import LandscapeError
from landscape.scene import Scene, Track
from landscape.theme import Sizes, Theme, marker, mixed, written

LAYERS = ("population",)
RECORD = "evaluated"
USUAL = ("particle_swarm",)  # where none are asked for
PULLS = {  # dash, glyph in the key, what it is
    "momentum_pull": ("solid", "━", "momentum", "carries on"),
    "cognitive_pull": ("dash", "╍", "cognitive", "to its own best"),
    "social_pull": ("dot", "┈", "social", "to the swarm's best"),
}
DETAILED = 5  # particles whose pulls are drawn: those of the longest velocities seen whole
RECENT = 200  # steps of which rejected candidates are drawn
CONTRACTED = (0.7, 0.4)  # of its first spread, with velocities: the moment of a population that says most
SHADES = (0.0, 0.5)  # how strongly certain refusal and certain acceptance are coloured
REJECTED = 0


def population(
    scene: Scene,
    *,
    theme: str = "light",
    width: int = parts.WIDTH,
    height: int = parts.HEIGHT,
    sizes: Sizes | None = None,
    step: int | str | None = None,
):
    """One step of every population: velocities and pulls, lineage, sampled ellipse, what annealing would accept."""
    scene.flat("population")
    colours, sizes = parts.look(theme, width, sizes)
    found = dict(zip(scene.tracks, scene.layer("population", "population"), strict=False))
    shown = [(track, found[track]) for track in scene.shown if track in found]
    at = moment(scene, [members for _, members in shown], step)
    ground, above, entries = [], [], []
    for track, members in shown:
        part = Part(scene, track, members, min(at * _rows(members) // scene.steps, _rows(members) - 1), colours, sizes)
        below, over, said = part.drawn()
        ground, above, entries = ground + below, above + over, entries + said
    walkers = replace(scene, tracks=tuple(track for track in scene.tracks if track.members is None), frame=at)
    seen = [trace for trace in overlay(walkers, colours, sizes) if trace["meta"]["role"] != "members"]
    named = [(parts.GLYPHS[marker(t.slot)], colours.colour(t.slot), t.label, parts.result(scene.at(at), t))
             for t in scene.shown]  # fmt: skip
    subtitle = f"step {at} of {scene.steps}: from the members it has to the points that it tries"
    notes = parts.rows([*named, *entries], colours, sizes, width)
    traces = [*base(scene, colours, sizes, arrows=False), *ground, *seen, *above]
    return framed(scene, traces, colours, sizes, (width, height), subtitle + parts.losses(scene.at(at)), notes)


def moment(scene: Scene, runs: list, step: int | str | None) -> int:
    """The step that is drawn: the one asked for, the one shown; at the end of a run, one on the way."""
    if step is not None:
        try:
            asked = int(step)
        except ValueError:
            asked = -1
        if not 0 <= asked < scene.steps:
            raise LandscapeError(f"step={step} is not a whole number in 0 … {scene.steps - 1}.")
        return asked
    if scene.frame < scene.steps:
        return scene.frame
    for members in runs:
        away = members.positions - members.positions.mean(axis=1, keepdims=True)
        spread = np.sqrt((away**2).sum(axis=-1).mean(axis=-1))
        near = np.flatnonzero(spread < CONTRACTED[bool(members.arrows)] * spread[0])
        if near.size and near[0] < _rows(members):
            return int(near[0]) * scene.steps // _rows(members)
    return scene.steps // 4


def _rows(members: Any) -> int:
    """How many steps a run has recorded."""
    return max(1, len(members.positions) - 1)


class Part:
    """What is drawn of one entrant at one step: traces on the ground, traces above, and rows of the key."""

    def __init__(self, scene: Scene, track: Track, members: Any, k: int, theme: Theme, sizes: Sizes):
        self.scene, self.track, self.members, self.k, self.theme, self.sizes = scene, track, members, k, theme, sizes
        self.colour = theme.colour(track.slot)
        self.here = members.positions[min(k, len(members.positions) - 1)]

    def drawn(self) -> tuple[list[dict], list[dict], list[tuple]]:
        members, ground, above, rows = self.members, [], [], []
        alone = self.track.members is None
        if alone and members.temperature is not None:
            ground, rows = self.reachable()
        if alone and members.kind is not None:
            traces, said = self.rejected()
            return ground + traces, above, rows + said
        if members.arrows:
            traces, said = self.pulled()
            above, rows = above + traces, rows + said
        elif members.parents is not None and members.points is not None:
            traces, said = self.lineage()
            above, rows = above + traces, rows + said
        elif members.covariance is not None:
            traces, said = self.sampled()
            above, rows = above + traces, rows + said
        elif members.points is not None and not alone:
            above.append(self.dots(self.tried, 0.6, "tried", open=True))
            rows.append(("○", self.colour, "tried", "in this step"))
        return ground, above if alone else [*above, self.dots(self.here, 1.0, "members")], rows

    @property
    def tried(self) -> np.ndarray:
        """The points that this step evaluated (m, 2)."""
        used = self.members.kind[self.k] >= 0
        return self.members.points[self.k][used]

    def reachable(self) -> tuple[list[dict], list[tuple]]:
        """Every place shaded by exp(−rise / temperature), and the level set within which all is accepted."""
        heights, value = self.scene.heights, float(self.members.values[self.k, 0])
        warmth = float(self.members.temperature[self.k])
        if not np.isfinite(value + warmth):
            return [], []
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            rise = np.maximum(heights.height - value, 0.0)
            chance = np.where(rise > 0, np.exp(-rise / max(warmth, 1e-300)), 1.0)
        grid = {"x": heights.u, "y": heights.v, "hoverinfo": "skip", "showscale": False}
        scale = [[share, _faded(self.colour, SHADES[0] + (SHADES[1] - SHADES[0]) * share)] for share in (0.0, 1.0)]
        shade = grid | {"type": "heatmap", "z": np.where(np.isfinite(chance), chance, 0.0).astype(np.float32),
                        "colorscale": scale, "zmin": 0.0, "zmax": 1.0, "zsmooth": "best",
                        "meta": {"role": "acceptance", "entrant": self.track.slot}}  # fmt: skip
        level = grid | {"type": "contour", "z": np.where(np.isfinite(heights.height), heights.height, np.inf),
                        "contours": {"coloring": "none", "start": value, "end": value, "size": 1.0},
                        "autocontour": False, "line": {"color": self.colour, "width": self.sizes.level * 1.6},
                        "meta": {"role": "level", "entrant": self.track.slot}}  # fmt: skip
        always, perhaps = (mixed(self.colour, self.theme.panel, share) for share in (0.2, 0.5))
        rows = [("▓", always, "accepted", "always, within the line"),
                ("▒", perhaps, "perhaps", f"exp(−rise / {written(warmth)})")]  # fmt: skip
        return [shade, level], rows

    def rejected(self) -> tuple[list[dict], list[tuple]]:
        """Candidates of the last steps that were not taken."""
        past = slice(max(0, self.k - RECENT), self.k + 1)
        refused = self.members.points[past][self.members.kind[past] == REJECTED]
        if not len(refused):
            return [], []
        return [self.dots(refused, 0.75, "rejected", open=True)], [("○", self.colour, "rejected", "tried and left")]

    def pulled(self) -> tuple[list[dict], list[tuple]]:
        """Velocities as arrows; for some fast particles the three pulls, end to end from particle to arrow head."""
        arrows = {name: values[self.k] for name, values in self.members.arrows.items()}
        whole = arrows.get("velocity", sum(arrows.values()))
        traces, rows = [], []
        fast = self.clearest(arrows, whole)
        foot = self.here[fast]
        for name, (dash, glyph, label, said) in PULLS.items():
            if name not in arrows:
                continue
            tip = foot + arrows[name][fast]
            line = {"color": self.theme.ink, "width": self.sizes.arrow * 1.6, "dash": dash}
            traces.append(_segments(foot, tip, line, {"role": name}))
            rows.append((glyph, self.theme.ink, label, said))
            foot = tip
        head = {"color": self.colour, "arrowsize": 0.9, "line": {"width": self.sizes.arrow * 1.8}}
        quiver = {"type": "quiver", "x": self.here[:, 0], "y": self.here[:, 1], "u": whole[:, 0], "v": whole[:, 1],
                  "anchor": "tail", "arrowref": "data", "lengthmode": "raw", "marker": head, "hoverinfo": "skip",
                  "meta": {"role": "velocity", "entrant": self.track.slot}}  # fmt: skip
        return [*traces, quiver], [("→", self.colour, "velocity", "the sum of the pulls"), *rows]

    def clearest(self, arrows: dict[str, np.ndarray], whole: np.ndarray) -> np.ndarray:
        """The fastest particles (k,), those first whose pulls lie within the view."""
        chain = np.cumsum(np.stack([self.here, *(arrows[name] for name in PULLS if name in arrows)]), axis=0)
        lower, upper = self.scene.view
        inside = ((chain >= lower) & (chain <= upper)).all(axis=(0, 2))
        return np.lexsort([-np.linalg.norm(whole, axis=1), ~inside])[:DETAILED]

    def lineage(self) -> tuple[list[dict], list[tuple]]:
        """Lines from parents to the children that they made; bold to those that stay."""
        members, k = self.members, self.k
        children, stays = members.points[k], self.stays()
        traces = []
        for keep, wide, strength in ((False, 0.55, 0.35), (True, 1.2, 1.0)):
            chosen = np.flatnonzero((stays == keep) & (members.kind[k] >= 0))
            ends = np.repeat(children[chosen], members.parents.shape[-1], axis=0)
            line = {"color": self.colour, "width": self.sizes.arrow * wide}
            meta = {"role": "lineage", "entrant": self.track.slot, "stays": keep}
            traces.append(_segments(self.here[members.parents[k][chosen].ravel()], ends, line, meta, opacity=strength))
            traces.append(self.dots(children[chosen], 0.7 if keep else 0.5, "children", open=True))
        said = f"{int(stays.sum())} of {int((members.kind[k] >= 0).sum())} stay: bold"
        return traces, [("╱", self.colour, "to children", said), ("●", self.colour, "parents", "where lines begin")]

    def stays(self) -> np.ndarray:
        """Which of the children (m,) are among the next members."""
        members, k, count = self.members, self.k, len(self.here)
        if members.origin is None:
            following = members.positions[min(k + 1, len(members.positions) - 1)]
            return (members.points[k][:, None] == following[None]).all(axis=-1).any(axis=1)
        return np.isin(np.arange(members.points.shape[1]) + count, members.origin[k])

    def sampled(self) -> tuple[list[dict], list[tuple]]:
        """The ellipses of one and two standard deviations, and the points drawn from them."""
        members, k = self.members, self.k
        turn = np.linspace(0.0, 2.0 * np.pi, 121)
        squares, axes = np.linalg.eigh(members.covariance[k])
        circle = np.column_stack([np.cos(turn), np.sin(turn)]) * np.sqrt(np.maximum(squares, 0.0)) @ axes.T
        middle = members.positions[k].mean(axis=0) if members.mean is None else members.mean[k]
        traces = [
            _line(middle + reach * circle, {"color": self.colour, "width": self.sizes.arrow * wide, "dash": dash},
                  {"role": "ellipse", "entrant": self.track.slot})
            for reach, wide, dash in ((1.0, 1.8, "solid"), (2.0, 1.4, "dash"))
        ]  # fmt: skip
        rows = [("◯", self.colour, "sampled from", "one and two deviations")]
        if members.points is not None:
            traces.append(self.dots(self.tried, 0.8, "tried", open=True))
            rows.append(("○", self.colour, "next members", "drawn from it"))
        return traces, rows

    def dots(self, points: np.ndarray, large: float, role: str, *, open: bool = False) -> dict[str, Any]:
        size = self.sizes.member * large
        rim = {"color": self.colour if open else self.theme.panel, "width": size / 6}
        look = {"symbol": "circle", "size": size, "color": self.theme.panel if open else self.colour, "line": rim}
        points = np.where(np.isfinite(points), points, np.nan).reshape(-1, 2)
        return {"type": "scatter", "mode": "markers", "x": points[:, 0], "y": points[:, 1], "marker": look,
                "hoverinfo": "skip", "meta": {"role": role, "slot": self.track.slot}}  # fmt: skip


def _segments(feet: np.ndarray, tips: np.ndarray, line: dict, meta: dict, **more: Any) -> dict[str, Any]:
    """Straight lines from feet to tips (k, 2)."""
    gaps = np.full_like(feet, np.nan)
    return _line(np.stack([feet, tips, gaps], axis=1).reshape(-1, 2), line, meta) | more


def _line(points: np.ndarray, line: dict, meta: dict) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": points[:, 0], "y": points[:, 1], "line": line,
            "connectgaps": False, "hoverinfo": "skip", "meta": meta}  # fmt: skip


def _faded(colour: str, share: float) -> str:
    """A colour (#RRGGBB) that lets the ground through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:.3f})"
