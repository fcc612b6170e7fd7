"""`landscape figure`: one picture, from names to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from landscape import catalog, deck, saved
from landscape.commands.terminal import alone
from landscape.deck import SCALES
from landscape.experiment import Experiment
from landscape.parameters import LandscapeError
from landscape.surface import Surface

NUMBERS = (".csv", ".json")
HELD = ("surface", "optimizer", "start", "steps", "seed", "defaults")  # what --experiment holds already
DEFAULT_OPTIMIZERS = deck.USUAL


Name = Annotated[
    str,
    typer.Argument(
        help="of runs: contour, surface_3d, convergence, metrics, schedules, population, step_anatomy; of many runs: "
        "sensitivity, range_test, race, no_free_lunch; of the surface alone: level_sets, gradient_field, curvature, "
        "critical_points, basins, slice_1d, linear_map"
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
Theme = Annotated[str, typer.Option(help="light, dark, print, transparent-light or transparent-dark")]
Size = Annotated[str, typer.Option(help="slide, half (of one), column (of a paper), wide (both columns) or poster")]
Side = Annotated[int | None, typer.Option(help="pixels, instead of the size's own")]
Font = Annotated[float, typer.Option(help="multiplies the size of type: 1.2 for a large room")]
Scale = Annotated[float | None, typer.Option(help="pixels of a PNG for each pixel of the figure")]
Out = Annotated[Path, typer.Option(help="file to write: .png, .svg, .pdf, .html; numbers: .csv, or .json to run again")]
Defaults = Annotated[str, typer.Option(help="of optimizers given by name alone: tuned to the surface, or common")]


def command(
    context: typer.Context,
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
    theme: Theme = "light",
    size: Size = "slide",
    width: Side = None,
    height: Side = None,
    font: Font = 1.0,
    scale: Scale = None,
    title: Annotated[str, typer.Option(help="the finding, as a headline")] = "",
    out: Out = Path("landscape.png"),
) -> None:
    """Draw a figure for a slide or a paper and write it to a file; or write the numbers of its runs.

    Examples:

        landscape figure contour --surface rosenbrock --optimizer adam:learning_rate=0.1 --out slide.pdf

        landscape figure convergence --surface rastrigin:dim=10 --by evaluations --theme dark --out race.png

        landscape figure contour --size column --theme print --out paper.pdf

        landscape figure convergence --optimizer adam --out run.csv
    """
    from landscape import export, figures
    from landscape import theme as themes

    draw = figures.named(name)
    if out.suffix.lower() not in NUMBERS:
        export.format_of(out)
    export.check_writable(out)
    check_size(width, height, scale)
    fitted = themes.fit(size, width, height, font)
    look = {"size": size, "width": width, "height": height, "font": font}
    options, aspect = {"theme": themes.named(theme).name} | look, figures.aspect(**look)
    given = own_options(name, draw, option or [])
    for_layers = {key: given.pop(key) for key in figures.asks(name) if key in given}
    options |= counting(name, draw, by) | given
    console = Console(stderr=True)
    ground = catalog.surface(surface)
    names = optimizer or deck.usual(name, ground)
    asked = experiment_in(context, experiment, frame) or described(ground, names, start, steps, seed, frame, defaults)
    if experiment is None and defaults == "tuned":
        for text in names:
            console.print(told_tuned(text, asked.surface), end="", highlight=False, soft_wrap=True)
    if out.suffix.lower() in NUMBERS:
        content = export.csv(asked) if out.suffix.lower() == ".csv" else asked.to_json() + "\n"
        out.write_text(content, encoding="utf-8")
    else:
        looks = {"layers": figures.layers(name), "at": place(at, "--at"), "asked": for_layers}
        scene = asked.scene(title=title, record=figures.record(name), aspect=aspect, **looks)
        console.print(told_diverged(scene.tracks), end="", highlight=False, soft_wrap=True)
        export.save(draw(scene, **options), out, scale=fitted.scale if scale is None else scale)
    console.print(f"Wrote {out}", highlight=False, soft_wrap=True)


def check_size(width: int | None, height: int | None, scale: float | None) -> None:
    from landscape.theme import PIXELS

    for label, value in (("width", width), ("height", height)):
        if value is not None and not PIXELS[0] <= value <= PIXELS[1]:
            raise LandscapeError(f"--{label} {value} is not in {PIXELS[0]} … {PIXELS[1]} pixels.")
    if scale is not None and not SCALES[0] <= scale <= SCALES[1]:
        raise LandscapeError(f"--scale {scale} is not in {SCALES[0]:g} … {SCALES[1]:g}.")


def told_diverged(tracks) -> str:
    """A line for every path that ends early."""
    return "".join(
        f"{track.label} diverged at step {track.diverged}; its path is drawn to step {track.diverged - 1}.\n"
        for track in tracks
        if track.diverged is not None
    )


def counting(name: str, draw: Callable, by: str | None) -> dict[str, str]:
    """The option `by`, checked before anything runs."""
    if by is None:
        return {}
    try:
        deck.check_by(name, by)
    except LandscapeError as error:
        raise LandscapeError(f"--{error}") from None
    return {"by": by}


def experiment_in(context: typer.Context, text: str | None, frame: int | None = None) -> Experiment | None:
    """The experiment in a file or an address, if one was given; at that step if one is asked for."""
    if text is None:
        return None
    alone(context, "experiment", HELD)
    asked = saved.experiment(text)
    return asked if frame is None else asked.replace(frame=frame)


def own_options(name: str, draw: Callable, pairs: list[str]) -> dict[str, str]:
    """The options that this figure alone has, as given: key=value."""
    found = {}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark:
            raise LandscapeError(f"--option {pair} should be key=value, as in quantity=condition.")
        found[key] = {"true": True, "false": False}.get(value.lower(), value)
    deck.check_options(name, found)
    return found


def described(ground: Surface, optimizers, start, steps, seed, frame, defaults) -> Experiment:
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
    return deck.bind(text, ground, defaults)


def told_tuned(text: str, ground: Surface) -> str:
    """A line that says which tuned values an optimizer given by name alone has; nothing where it has none."""
    name, values = catalog.split("optimizer", text)
    entry = catalog.find("optimizer", name)
    tuned = ground.tuned(entry)
    used = catalog.text(entry(**tuned)).partition(":")[2]
    return f"{name}: tuned to {ground.name}: {used}\n" if tuned and not values else ""
