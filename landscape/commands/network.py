"""`landscape network`: train a network and draw it, its curves, or the landscape of its loss."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from landscape.commands.figure import Font, Scale, Side, Size, Theme, check_size
from landscape.commands.terminal import alone
from landscape.parameters import LandscapeError

HELD = ("network", "optimizer", "data", "epochs", "seed")  # what --session holds already
USUAL = ("adam:learning_rate=0.01", "sgd:learning_rate=0.03")
PLANES = (".npz", ".vtp")  # files of a slice
DATA = (".csv", ".json", *PLANES)
RESOLUTIONS = (2, 2001)

Name = Annotated[
    str,
    typer.Argument(
        help="the loss over a plane: contour, surface_3d, curvature_map; the network: decision_map, network_diagram; "
        "its training: learning_curves, fidelity; at its end: spectrum, interpolation"
    ),
]
Network = Annotated[
    str | None, typer.Option(help="as in \"data=spiral,features='x+y+sinx',hidden='8-4',activation=relu\"")
]
Optimizers = Annotated[list[str] | None, typer.Option(help="as in adam:learning_rate=0.01; give several")]
Data = Annotated[Path | None, typer.Option(help="own rows, a .csv file whose last column is the label")]
Given = Annotated[str | None, typer.Option(help="an address of the Networks page, its query, or a .json file of it")]
Plane = Annotated[str | None, typer.Option(help="principal, random:seed=1,normalization=layer, hessian, gradient, …")]
Stored = Annotated[Path | None, typer.Option(help="file (.npz) of the computed plane: stopped work goes on there")]
Options = Annotated[
    list[str] | None,
    typer.Option(
        help="of one figure: measure=accuracy, log=true, run=2 (whose map, diagram or spectrum), test=false, "
        "quantity=min_eigenvalue; give several"
    ),
]
Out = Annotated[
    Path, typer.Option(help="file to write: .png, .svg, .pdf, .html; .csv (curves), .json, .npz and .vtp (the plane)")
]


def command(
    context: typer.Context,
    name: Name = "contour",
    network: Network = None,
    optimizer: Optimizers = None,
    data: Data = None,
    epochs: Annotated[int, typer.Option(help="times through the rows for training")] = 100,
    seed: Annotated[int, typer.Option(help="of minibatches and all else that is random in training")] = 0,
    frame: Annotated[int | None, typer.Option(help="the recorded moment shown; by default the last")] = None,
    session: Given = None,
    plane: Plane = None,
    resolution: Annotated[int, typer.Option(help="points along each side of the plane")] = 51,
    stored: Stored = None,
    option: Options = None,
    theme: Theme = "light",
    size: Size = "slide",
    width: Side = None,
    height: Side = None,
    font: Font = 1.0,
    scale: Scale = None,
    title: Annotated[str, typer.Option(help="the finding, as a headline")] = "",
    out: Out = Path("network.png"),
) -> None:
    """Train a network and draw it for a slide or a paper; or write its curves, its plane or its session.

    Examples:

        landscape network decision_map --network "data=spiral,features='x+y+sinx',hidden='8-4'" --out map.png

        landscape network contour --optimizer adam:learning_rate=0.01 --optimizer sgd:learning_rate=0.1 --out loss.pdf

        landscape network surface_3d --plane random:seed=1 --stored plane.npz --out loss.png

        landscape network learning_curves --session 'network=network:data=xor&optimizer=adam' --out curves.csv
    """
    from landscape import export, saved, session_figures
    from landscape import theme as themes
    from landscape.networks import planes

    options = session_figures.check(name, _options(option or []))
    kind = out.suffix.lower()
    if kind not in (*DATA, *(f".{each}" for each in export.FORMATS)):
        known = ", ".join((*(f".{each}" for each in export.FORMATS), *DATA))
        raise LandscapeError(f"'{out}' should end in one of {known}.")
    export.check_writable(out)
    _check_plane(name, out, resolution, stored)
    check_size(width, height, scale)
    fitted = themes.fit(size, width, height, font)
    look = {"theme": themes.named(theme).name, "size": size, "width": width, "height": height, "font": font}
    usual = USUAL[:1] if name in session_figures.SINGLE else USUAL
    if session is not None:
        alone(context, "session", HELD)
        asked = saved.session(session)
    else:
        asked = described(network or "", data, optimizer or usual, epochs, seed)
    asked = asked.replace(plane=plane or asked.plane, frame=asked.frame if frame is None else frame)
    planes.check(asked.plane)
    if kind == ".json":
        return _written(out, asked.json() + "\n")
    aspect = session_figures.aspect_of(name, look)
    if kind != ".csv":
        session_figures.shown(asked, asked.runs)
    trained = asked.run()
    _warn(asked, trained)
    if kind == ".csv":
        return _written(out, session_figures.table(asked, trained))
    made = None
    if name in session_figures.SLICED or kind in PLANES:
        path = stored or (out if kind == ".npz" else None)
        made = _sliced(asked, trained, session_figures.wants(name, options), aspect, resolution, path)
        _say(made.about.get("warnings", ()))
    if kind == ".vtp":
        made.to_vtp(out, _paths(asked, trained, made.plane))
    elif kind == ".npz":
        made.save(out)
    else:
        figure = session_figures.draw(asked, name, trained, slice=made, title=title, options=options, **look)
        export.save(figure, out, scale=fitted.scale if scale is None else scale)
    return _say([f"Wrote {out}"])


def _check_plane(name: str, out: Path, resolution: int, stored: Path | None) -> None:
    """What can be wrong about a slice, told before anything is trained."""
    from landscape import export, session_figures
    from landscape.networks.slices import Slice

    kind = out.suffix.lower()
    if not RESOLUTIONS[0] <= resolution <= RESOLUTIONS[1]:
        raise LandscapeError(f"--resolution {resolution} is not in {RESOLUTIONS[0]} … {RESOLUTIONS[1]} points.")
    if stored and name not in session_figures.SLICED and kind not in PLANES:
        known = ", ".join(session_figures.SLICED)
        raise LandscapeError(f"--stored belongs to {known} and to {' and '.join(PLANES)} files; {name} has no plane.")
    for path in {stored, out if kind == ".npz" else None} - {None}:
        export.check_writable(path)
        if path.exists():
            Slice.load(path)


def _warn(session, trained) -> None:
    """What went wrong with a run, a line each."""
    for run, each in zip(session.runs, trained, strict=True):
        broken = each.diverged
        if broken is not None:
            _say([f"{run.label} diverged in epoch {broken.epoch}, at update {broken.step}. {broken.why}"])
        _say(f"{run.label}: {line}" for line in each.told)


def _say(lines) -> None:
    for line in lines:
        Console(stderr=True).print(line, markup=False, highlight=False, soft_wrap=True)


def _paths(session, trained, plane) -> dict[str, tuple]:
    """Coordinates and losses of the runs shown, by name, before they diverged."""
    from landscape import session_figures
    from landscape.networks.divergence import lost

    found = {}
    for run in session_figures.shown(session, trained):
        good = ~lost(run.trained.weights)
        found[run.label] = (plane.project(run.trained.weights[good]), run.trained.loss[good])
    return found


def described(network: str, data: Path | None, optimizers, epochs: int, seed: int):
    """A session of names and numbers."""
    from landscape import catalog
    from landscape.mlp import own
    from landscape.networks.session import Session

    text = network if network.partition(":")[0] == "network" else f"network:{network}" if network else "network"
    _, values = catalog.split("surface", text)
    if data is not None:
        if "data" in values:
            raise LandscapeError(f"--data {data} and data={values['data']} are two data sets; give one of them.")
        if not data.is_file():
            raise LandscapeError(f"Cannot read '{data}': there is no such file; check the path.")
        rows = own.from_csv(data)
        if rows.told:
            _say([f"{data}: {rows.told}"])
        values["data"] = own.remember(rows)
    bound = catalog.networks()["network"](**values)
    chosen = tuple(catalog.optimizer(each) for each in optimizers)
    return Session(bound, chosen, epochs=epochs, seed=seed)


def _options(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark:
            raise LandscapeError(f"--option {pair} should be key=value, as in measure=accuracy.")
        found[key] = value
    return found


def _sliced(session, trained, wants, aspect: float, resolution: int, path: Path | None):
    """The plane, with a bar of its rows where someone looks on."""
    from landscape import session_figures

    runs = [run.trained for run in session_figures.shown(session, trained)]
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("rows of the plane", total=resolution)

        def progress(now) -> None:
            bar.update(task, completed=now.done, total=now.rows)

        return session_figures.sliced(
            session,
            runs,
            wants,
            aspect,
            resolution=resolution,
            path=None if path is None else os.fspath(path),
            progress=progress,
        )


def _written(out: Path, content: str) -> None:
    out.write_text(content, encoding="utf-8")
    _say([f"Wrote {out}"])
