"""`landscape figure`: one picture, from names to a file."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from landscape import catalog
from landscape.experiment import Experiment
from landscape.parameters import LandscapeError, nearest
from landscape.surface import Surface

SIZES = (200, 8000)  # pixels
COMMON = ("theme", "width", "height", "sizes", "camera")
DEFAULT_OPTIMIZERS = ("momentum", "adam", "simulated_annealing", "particle_swarm")


Name = Annotated[
    str,
    typer.Argument(
        help="of runs: contour, surface_3d, convergence, metrics, schedules, population, step_anatomy; of many runs: "
        "sensitivity, range_test, race; of the surface alone: level_sets, gradient_field, curvature, critical_points, "
        "basins, slice_1d, linear_map"
    ),
]
Optimizers = Annotated[
    list[str] | None,
    typer.Option(help="as in adam:learning_rate=0.1 or momentum:learning_rate=cosine(peak=0.02); give several"),
]
Given = Annotated[
    str | None, typer.Option(help="an address of the dashboard or a .json file, instead of the options above")
]
At = Annotated[
    str | None, typer.Option(help="as in 1.0,2.0: the point that level_sets and slice_1d look at; else the start")
]
Options = Annotated[
    list[str] | None, typer.Option(help="of one figure, as in quantity=condition for curvature; give several")
]
Defaults = Annotated[str, typer.Option(help="of optimizers given by name alone: tuned to the surface, or common")]


def command(
    name: Name,
    surface: Annotated[str, typer.Option(help="as in himmelblau or quadratic:condition=50")] = "himmelblau",
    optimizer: Optimizers = None,
    start: Annotated[str | None, typer.Option(help="as in 0.2,4.4; by default the surface's own")] = None,
    steps: Annotated[int, typer.Option(help="steps to run")] = 200,
    seed: Annotated[int, typer.Option(help="of everything random")] = 0,
    frame: Annotated[int | None, typer.Option(help="the step shown; by default the last")] = None,
    experiment: Given = None,
    at: At = None,
    option: Options = None,
    by: Annotated[str | None, typer.Option(help="convergence and race: steps, evaluations or gradients")] = None,
    defaults: Defaults = "tuned",
    theme: Annotated[str, typer.Option(help="light or dark")] = "light",
    width: Annotated[int, typer.Option(help="pixels")] = 1920,
    height: Annotated[int, typer.Option(help="pixels")] = 1080,
    scale: Annotated[float, typer.Option(help="pixels of a PNG for each pixel of the figure: 2 for print")] = 1.0,
    title: Annotated[str, typer.Option(help="the finding, as a headline")] = "",
    out: Annotated[Path, typer.Option(help="file to write: .png, .svg, .pdf or .html")] = Path("landscape.png"),
) -> None:
    """Draw a figure for a slide or a paper and write it to a file.

    Examples:

        landscape figure contour --surface rosenbrock --optimizer adam:learning_rate=0.1 --out slide.pdf

        landscape figure convergence --surface rastrigin:dim=10 --by evaluations --theme dark --out race.png
    """
    from landscape import export, figures
    from landscape import theme as themes

    draw = figures.named(name)
    export.format_of(out)
    export.check_writable(out)
    _check_size(width, height, scale)
    themes.named(theme)
    options = {"theme": theme, "width": width, "height": height}
    given = _options(name, draw, option or [])
    for_layers = {key: given.pop(key) for key in figures.asks(name) if key in given}
    options |= _counted_by(name, draw, by) | given
    console = Console(stderr=True)
    ground = catalog.surface(surface)
    # Figures of the surface itself show runs only if asked, and those of runs the usual four.
    usual = DEFAULT_OPTIMIZERS if ground.dim == 1 or not figures.layers(name) else ()
    names = optimizer or figures.usual(name) or usual
    asked = _asked(experiment) or _described(ground, names, start, steps, seed, frame, defaults)
    looks = {"layers": figures.layers(name), "at": place(at, "--at"), "asked": for_layers}
    scene = asked.scene(title=title, record=figures.record(name), aspect=figures.aspect(width, height), **looks)
    if experiment is None and defaults == "tuned":
        for text in names:
            console.print(_tuned(text, asked.surface), end="", highlight=False, soft_wrap=True)
    console.print(_diverged(scene.tracks), end="", highlight=False, soft_wrap=True)
    path = export.save(draw(scene, **options), out, scale=scale)
    console.print(f"Wrote {path}", highlight=False, soft_wrap=True)


def _check_size(width: int, height: int, scale: float) -> None:
    for label, value in (("width", width), ("height", height)):
        if not SIZES[0] <= value <= SIZES[1]:
            raise LandscapeError(f"--{label} {value} is not in {SIZES[0]} … {SIZES[1]} pixels.")
    if not 0.1 <= scale <= 8:
        raise LandscapeError(f"--scale {scale} is not in 0.1 … 8.")


def _diverged(tracks) -> str:
    """A line for every path that ends early."""
    return "".join(
        f"{track.label} diverged at step {track.diverged}; its path is drawn to step {track.diverged - 1}.\n"
        for track in tracks
        if track.diverged is not None
    )


def _counted_by(name: str, draw: Callable, by: str | None) -> dict[str, str]:
    """The option `by`, checked before anything runs."""
    from landscape.figures.convergence import COUNTS

    if by is None:
        return {}
    if "by" not in inspect.signature(draw).parameters:
        raise LandscapeError(f"--by belongs to convergence and race; {name} has no such option.")
    if by not in COUNTS:
        raise LandscapeError(f"--by {by} is not one of {', '.join(COUNTS)}. {nearest(by, COUNTS)}")
    return {"by": by}


def _asked(text: str | None) -> Experiment | None:
    """The experiment in a file or an address, if one was given."""
    if text is None:
        return None
    if text.endswith(".json"):
        try:
            return Experiment.from_json(Path(text).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise LandscapeError(f"Cannot read '{text}': {getattr(error, 'strerror', None) or error}.") from None
    return Experiment.from_url(text)


def _options(name: str, draw: Callable, pairs: list[str]) -> dict[str, str]:
    """The options that this figure alone has, as given: key=value."""
    from landscape import figures

    own = [key for key in inspect.signature(draw).parameters if key not in (*COMMON, "scene", "by")]
    own += figures.asks(name)
    found = {}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark or key not in own:
            known = f"{name} has {', '.join(own)}" if own else f"{name} has none"
            raise LandscapeError(f"--option {pair} should be key=value with an option of this figure; {known}.")
        found[key] = {"true": True, "false": False}.get(value.lower(), value)
    return found


def _described(ground: Surface, optimizers, start, steps, seed, frame, defaults) -> Experiment:
    entrants = tuple(bind(text, ground, defaults) for text in optimizers)
    return Experiment(ground, entrants, place(start), seed=seed, steps=steps, frame=frame)


def place(text: str | None, option: str = "--start") -> tuple[float, ...] | None:
    """Numbers with commas between."""
    if text is None:
        return None
    try:
        return tuple(float(word) for word in text.split(","))
    except ValueError:
        raise LandscapeError(f"{option} {text} should be numbers with commas between, as in 0.2,4.4.") from None


def bind(text: str, ground: Surface, defaults: str):
    """The optimizer that `text` describes; given by name alone, with the values tuned to this surface if wanted."""
    if defaults not in ("tuned", "common"):
        raise LandscapeError(f"--defaults {defaults} is neither tuned nor common.")
    name, values = catalog.split("optimizer", text)
    entry = catalog.find("optimizer", name)
    tuned = ground.tuned(entry) if defaults == "tuned" and not values else {}
    return entry(**(tuned | values))


def _tuned(text: str, ground: Surface) -> str:
    """A line that says which tuned values an optimizer given by name alone has; nothing where it has none."""
    name, values = catalog.split("optimizer", text)
    entry = catalog.find("optimizer", name)
    tuned = ground.tuned(entry)
    used = catalog.text(entry(**tuned)).partition(":")[2]
    return f"{name}: tuned to {ground.name}: {used}\n" if tuned and not values else ""
