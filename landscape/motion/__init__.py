"""Motion: any recorded run as GIF, MP4, WebM or a page that plays it, drawn by the figures that stand still.

ls.motion.save(experiment, "contour", "run.gif")
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landscape.figures.sheet.reel import Reel
from landscape.parameters import LandscapeError, nearest
from landscape.scene import Scene

if TYPE_CHECKING:
    from landscape.experiment import Experiment

FORMATS = ("gif", "mp4", "webm", "html")
WIDTHS = {"gif": 800, "mp4": 1280, "webm": 1280, "html": 1280}  # pixels, unless told
FRAMES, FPS = 60, 20
TYPE = {"gif": 1.15}  # of the usual size of type: a GIF is small
HOLD = 1.2  # seconds that the last frame stays
MOST_FRAMES = 1000
FASTEST = {"gif": 50, "mp4": 60, "webm": 60, "html": 60}  # a GIF counts hundredths of a second, and players ignore one


def save(
    what: Scene | Experiment | Reel,
    name: str,
    path: str | Path,
    *,
    frames: int | None = None,
    fps: float | None = None,
    seconds: float | None = None,
    spacing: str = "even",
    progress: Callable[[int, int], None] | None = None,
    **look: Any,
) -> Path:
    """Write the figure of that name as it moves through a run, in the format that the ending of `path` names.

    Args:
        what: a scene; an experiment, which is run; or the reel of a sheet, of which `name` says nothing.
        frames: pictures, 60 unless told; a shorter run shows each of its steps once.
        fps: pictures a second, 20 unless told.
        seconds: how long it plays: more frames, or where `frames` is given too, another speed.
        spacing: of the steps shown, "even" or "log", which dwells on the beginning.
        progress: called with the number of frames drawn and of all.
        look: theme, size, width, height, font and the figure's own options, as of `landscape.figures`.
    """
    from landscape.export import check_writable

    kind, path = format_of(path), check_writable(path)
    times = {"frames": frames, "fps": fps, "seconds": seconds, "spacing": spacing}
    made = content(what, name, kind, progress=progress, **times, **look)
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.write_bytes(made)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def content(
    what: Scene | Experiment | Reel,
    name: str,
    kind: str,
    *,
    frames: int | None = None,
    fps: float | None = None,
    seconds: float | None = None,
    spacing: str = "even",
    progress: Callable[[int, int], None] | None = None,
    **look: Any,
) -> bytes:
    """What `save` writes into a file of that kind: gif, mp4, webm or html."""
    from landscape.motion import camera, encode, player
    from landscape.motion.film import film

    times = {"frames": frames, "fps": fps, "seconds": seconds, "spacing": spacing}
    frames, fps = check(kind, **times, **_given(look, "theme", "size", "width", "height", "font"))
    look |= frame(kind, **_given(look, "size", "width", "height", "font"))
    scene = _scene(what, name, look)
    shot = film(scene, name, frames=frames, spacing=spacing, marked=kind != "html", **look)
    if seconds is not None:  # a short run has fewer frames, which stay longer
        fps = len(shot.frames) / seconds
    if kind != "html":
        return encode.encoded(camera.pictures(shot, "png", progress), kind, fps=fps, hold=HOLD)
    parts = camera.drawings(shot, progress) if shot.vector else (None, camera.pictures(shot, "webp", progress))
    return player.page(shot, *parts, theme=look.get("theme", "light"), fps=fps, hold=HOLD).encode()


def format_of(path: str | Path) -> str:
    """The format that a file name asks for."""
    ending = Path(path).suffix.lstrip(".").lower()
    if ending not in FORMATS:
        legal = ", ".join(f".{name}" for name in FORMATS)
        hint = nearest(ending, FORMATS) if ending else ""
        raise LandscapeError(f"'{path}' should end in one of {legal}. {hint}".strip())
    return ending


def check(
    kind: str,
    *,
    frames: int | None = None,
    fps: float | None = None,
    seconds: float | None = None,
    spacing: str = "even",
    theme: str = "light",
    size: str = "slide",
    width: int | None = None,
    height: int | None = None,
    font: float | None = None,
) -> tuple[int, float]:
    """How many frames, and how many a second; raises what is wrong with any of these before anything is run."""
    from landscape.motion import encode, film
    from landscape.theme import named

    if kind not in FORMATS:
        raise LandscapeError(f"Unknown format '{kind}'. {nearest(str(kind), FORMATS)}")
    if spacing not in film.SPACINGS:
        raise LandscapeError(f"Unknown spacing '{spacing}'. {nearest(str(spacing), film.SPACINGS)}")
    if named(theme).clear:
        raise LandscapeError(f"The theme {theme} has no ground to move on; choose light, dark or print.")
    frame(kind, size, width, height, font)
    timed = timing(kind, frames, fps, seconds)
    if kind != "html":
        encode.ffmpeg()
    return timed


def timing(kind: str, frames: int | None, fps: float | None, seconds: float | None) -> tuple[int, float]:
    """How many frames, and how many a second: two of the three decide the third."""
    if None not in (frames, fps, seconds):
        raise LandscapeError("Give two of frames, fps and seconds: they decide the third.")
    if seconds is not None and not 0.1 <= seconds <= 600:
        raise LandscapeError(f"seconds={seconds:g} is not in 0.1 … 600.")
    for_all = FASTEST[kind]
    if fps is not None and not 0.2 <= fps <= for_all:
        raise LandscapeError(f"fps={fps:g} is not in 0.2 … {for_all}, which a .{kind} can play.")
    if frames is None:
        frames = FRAMES if seconds is None else max(2, round(seconds * (fps or FPS)))
    if not isinstance(frames, int) or not 2 <= frames <= MOST_FRAMES:
        raise LandscapeError(f"frames={frames} is not a whole number in 2 … {MOST_FRAMES}.")
    fps = float(fps or (FPS if seconds is None else frames / seconds))
    if not 0.2 <= fps <= for_all:
        raise LandscapeError(f"{frames} frames in {seconds:g} seconds are {fps:.3g} a second, not in 0.2 … {for_all}.")
    return frames, fps


def frame(
    kind: str, size: str = "slide", width: int | None = None, height: int | None = None, font: float | None = None
) -> dict[str, Any]:
    """Size, width, height and font of a moving figure of that kind; even numbers of pixels, as videos need them."""
    from landscape.theme import fit

    named = fit(size)
    if width is None and height is None:
        width = min(named.width, WIDTHS[kind])
    share = named.height / named.width
    wide = width or round(height / share)
    font = TYPE.get(kind, 1.0) if font is None else font
    fitted = fit(size, wide, height or round(wide * share), font)
    return {"size": size, "width": fitted.width // 2 * 2, "height": fitted.height // 2 * 2, "font": font}


def _given(look: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: look[name] for name in names if look.get(name) is not None}


def _scene(what: Any, name: str, look: dict[str, Any]) -> Scene | Reel:
    """The scene of an experiment, with what that figure draws."""
    from landscape import figures

    if isinstance(what, (Scene, Reel)):
        return what
    if not hasattr(what, "scene"):
        raise LandscapeError("A moving figure needs a scene or an experiment: ls.Experiment(surface, [optimizer]).")
    aspect = figures.aspect(**_given(look, "size", "width", "height", "font"))
    return what.scene(layers=figures.layers(name), record=figures.record(name), aspect=aspect)
