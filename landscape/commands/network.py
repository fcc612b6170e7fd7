"""`landscape network`: train a network and draw it, its curves, or the landscape of its loss."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from landscape.commands.figure import Size, Theme, check_size
from landscape.parameters import LandscapeError

USUAL = ("adam:learning_rate=0.01", "sgd:learning_rate=0.03")
DATA = (".csv", ".json", ".npz", ".vtp")

Name = Annotated[
    str,
    typer.Argument(
        help="the loss over a plane: contour, surface_3d, curvature_map; the network: decision_map, network_diagram; "
        "its training: learning_curves, fidelity; at its end: spectrum, interpolation"
    ),
]
Network = Annotated[str, typer.Option(help="as in \"data=spiral,features='x+y+sinx',hidden='8-4',activation=relu\"")]
Optimizers = Annotated[list[str] | None, typer.Option(help="as in adam:learning_rate=0.01; give several")]
Data = Annotated[Path | None, typer.Option(help="own rows, a .csv file whose last column is the label")]
Given = Annotated[str | None, typer.Option(help="an address of the Networks page, its query, or a .json file of it")]
Plane = Annotated[str | None, typer.Option(help="principal, random:seed=1,normalization=layer, hessian, gradient, …")]
Stored = Annotated[Path | None, typer.Option(help="file (.npz) of the computed plane: stopped work goes on there")]
Options = Annotated[list[str] | None, typer.Option(help="of one figure, as in measure=accuracy; give several")]
Out = Annotated[
    Path, typer.Option(help="file to write: .png, .svg, .pdf, .html; .csv (curves), .json, .npz and .vtp (the plane)")
]


def command(
    name: Name = "contour",
    network: Network = "",
    optimizer: Optimizers = None,
    data: Data = None,
    epochs: Annotated[int, typer.Option(help="times through the rows for training")] = 100,
    seed: Annotated[int, typer.Option(help="of minibatches and everything else random in training")] = 0,
    frame: Annotated[int | None, typer.Option(help="the recorded moment shown; by default the last")] = None,
    session: Given = None,
    plane: Plane = None,
    resolution: Annotated[int, typer.Option(help="points along each side of the plane")] = 51,
    stored: Stored = None,
    option: Options = None,
    theme: Theme = "light",
    size: Size = "slide",
    width: Annotated[int | None, typer.Option(help="pixels, instead of the size's own")] = None,
    height: Annotated[int | None, typer.Option(help="pixels, instead of the size's own")] = None,
    font: Annotated[float, typer.Option(help="multiplies the size of type: 1.2 for a large room")] = 1.0,
    scale: Annotated[float | None, typer.Option(help="pixels of a PNG for each pixel of the figure")] = None,
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
    from landscape import export, session_figures
    from landscape import theme as themes

    session_figures.check(name)
    kind = out.suffix.lower()
    if kind not in DATA:
        export.format_of(out)
    export.check_writable(out)
    check_size(width, height, scale)
    fitted = themes.fit(size, width, height, font)
    look = {"theme": themes.named(theme).name, "size": size, "width": width, "height": height, "font": font}
    asked = given(session) or described(network, data, optimizer or USUAL, epochs, seed)
    asked = asked.replace(plane=plane or asked.plane, frame=asked.frame if frame is None else frame)
    options = _options(option or [])
    if kind == ".json":
        return _written(out, asked.json() + "\n")
    console = Console(stderr=True)
    trained = asked.run()
    for each in trained:
        if each.diverged is not None:
            console.print(f"{each.optimizer.label}: {each.diverged.told}", highlight=False, soft_wrap=True)
    if kind == ".csv":
        return _written(out, session_figures.table(asked, trained))
    made = None
    if name in session_figures.SLICED or kind in (".npz", ".vtp"):
        path = stored or (out if kind == ".npz" else None)
        aspect = session_figures.aspect_of(name, look)
        made = _sliced(asked, trained, _wants(name, options), aspect, resolution, path)
        for warning in made.about["warnings"]:
            console.print(warning, highlight=False, soft_wrap=True)
    if kind == ".vtp":
        made.to_vtp(out)
    elif kind != ".npz":
        figure = session_figures.draw(asked, name, trained, slice=made, title=title, options=options, **look)
        export.save(figure, out, scale=fitted.scale if scale is None else scale)
    console.print(f"Wrote {out}", highlight=False, soft_wrap=True)
    return None


def given(text: str | None):
    """The session in a file or an address, if one was given."""
    from landscape.networks.session import Session

    if text is None:
        return None
    if not text.lower().endswith(".json"):
        return Session.from_query(text)
    try:
        return Session.from_json(Path(text).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LandscapeError(f"Cannot read '{text}': {getattr(error, 'strerror', None) or error}.") from None


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
        rows = own.from_csv(data)
        if rows.told:
            Console(stderr=True).print(f"{data}: {rows.told}", highlight=False, soft_wrap=True)
        values["data"] = own.remember(rows)
    bound = catalog.networks()["network"](**values)
    return Session(bound, tuple(catalog.optimizer(each) for each in optimizers), epochs=epochs, seed=seed)


def _options(pairs: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark:
            raise LandscapeError(f"--option {pair} should be key=value, as in measure=accuracy.")
        found[key] = {"true": True, "false": False}.get(value.lower(), value)
    return found


def _wants(name: str, options: dict[str, Any]) -> list[str]:
    extra = {"curvature_map": options.get("quantity", "max_eigenvalue")}.get(name, options.get("measure", "loss"))
    return list(dict.fromkeys(["loss", extra]))


def _sliced(session, trained, wants, aspect: float, resolution: int, path: Path | None):
    """The plane, with a bar of its rows where someone looks on."""
    from landscape import session_figures

    runs = [trained[i] for i, run in enumerate(session.runs) if not run.hidden] or trained
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
    Console(stderr=True).print(f"Wrote {out}", highlight=False, soft_wrap=True)
