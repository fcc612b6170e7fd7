"""Decks: many figures described in one file, checked before the first is run; `landscape.render` draws them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landscape import catalog, export, figures, saved, theme
from landscape.experiment import Experiment
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError, nearest
from landscape.run import STEPS
from landscape.scene import Scene
from landscape.surface import Surface

USUAL = ("momentum", "adam", "simulated_annealing", "particle_swarm")  # of runs, where none are asked for
COMMON = ("scene", "theme", "size", "font", "width", "height", "sizes", "camera", "by")  # of every figure
OF_RUNS = ("surface", "optimizers", "start", "steps", "seed", "defaults")  # what an experiment holds already
SCALES = (0.1, 8.0)
KEYS = {  # what may be said of a figure: the types of its value, and in words
    "name": ((str,), "a text"),
    "figure": ((str,), "the name of a figure"),
    "title": ((str,), "a text"),
    "surface": ((str,), "a text, as in 'quadratic:condition=50'"),
    "optimizers": ((list,), "a list of texts, as in ['adam', 'momentum:learning_rate=0.01']"),
    "start": ((list,), "a list of numbers"),
    "steps": ((int,), "a whole number"),
    "seed": ((int,), "a whole number"),
    "frame": ((int,), "a whole number"),
    "defaults": ((str,), "'tuned' or 'common'"),
    "experiment": ((str,), "a .json file or an address of the dashboard"),
    "session": ((str,), "a .json file or an address of the Networks page"),
    "plane": ((str,), "a text, as in 'random:seed=1'"),
    "at": ((list,), "a list of numbers"),
    "by": ((str,), "'steps', 'evaluations' or 'gradients'"),
    "options": ((dict,), "a table, as in {quantity = 'condition'}"),
    "theme": ((str,), "a text"),
    "size": ((str,), "a text"),
    "width": ((int,), "a whole number"),
    "height": ((int,), "a whole number"),
    "font": ((int, float), "a number"),
    "scale": ((int, float), "a number"),
    "format": ((str, list), "a format or a list of them"),
}


@dataclass(frozen=True)
class Picture:
    """One figure of a deck, checked and not yet computed."""

    name: str  # of its files
    figure: str
    experiment: Experiment
    title: str = ""
    at: tuple[float, ...] | None = None
    asked: dict[str, Any] | None = None  # of its layers
    options: dict[str, Any] | None = None  # of the figure
    theme: str = "light"
    size: dict[str, Any] | None = None  # size, width, height, font
    formats: tuple[str, ...] = ("png",)
    scale: float | None = None  # None: that of the size

    def scene(self) -> Scene:
        """Run what is to be run."""
        return self.experiment.scene(
            title=self.title, record=figures.record(self.figure), aspect=figures.aspect(**(self.size or {})),
            layers=figures.layers(self.figure), at=self.at, asked=self.asked,
        )  # fmt: skip

    def draw(self):
        """The Plotly figure."""
        draw = figures.named(self.figure)
        return draw(self.scene(), theme=self.theme, **(self.size or {}), **(self.options or {}))

    @property
    def pixels(self) -> float:
        """Pixels of a PNG for each pixel of the figure."""
        return self.scale or theme.fit(**(self.size or {})).scale


@dataclass(frozen=True)
class OfNetworks(Picture):
    """One figure of a session of networks, which stands in the experiment's place."""

    experiment: Any

    def draw(self):
        """The Plotly figure."""
        from landscape import session_figures

        look = {"theme": self.theme} | (self.size or {})
        return session_figures.draw(self.experiment, self.figure, title=self.title, options=self.options, **look)


def read(path: str | Path) -> tuple[Picture, ...]:
    """Every figure that a .toml file describes: a table [defaults] and a [[figures]] for each.

    Raises one LandscapeError with a line for everything that is wrong. Experiments are found from the file's folder.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LandscapeError(f"Cannot read '{path}': {getattr(error, 'strerror', None) or error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise LandscapeError(f"'{path}' is no TOML: {error}.") from None
    return pictures(content, path.parent)


def pictures(content: dict[str, Any], folder: Path = Path()) -> tuple[Picture, ...]:
    """The figures of a deck given as dictionaries."""
    for key in content:
        if key not in ("defaults", "figures"):
            raise LandscapeError(f"A deck has no part '{key}'. {nearest(key, ('defaults', 'figures'))}")
    defaults, entries = content.get("defaults", {}), content.get("figures", [])
    if not isinstance(defaults, dict) or not isinstance(entries, list) or not entries:
        raise LandscapeError("A deck should have a [[figures]] for each figure, and may have one table [defaults].")
    found: dict[str, Picture] = {}
    problems = [f"defaults: {problem}" for problem in _problems(defaults, [k for k in KEYS if k != "name"])]
    for place, entry in enumerate(() if problems else entries, 1):
        label = f"figure {place}"
        try:
            if not isinstance(entry, dict):
                raise LandscapeError("it is no table.")
            label += f" '{entry.get('name') or entry.get('figure') or ''}'"
            picture = _picture(entry, defaults, folder)
            if picture.name in found:
                raise LandscapeError(f"another figure is called '{picture.name}' too; give it a name of its own.")
            found[picture.name] = picture
        except LandscapeError as error:
            problems.append(f"{label}: {error}")
    if problems:
        raise LandscapeError("\n".join(problems))
    return tuple(found.values())


def _problems(entry: dict[str, Any], keys: Sequence[str]) -> Iterable[str]:
    """What is wrong about the names and types of an entry."""
    for key, value in entry.items():
        if key not in keys:
            yield f"there is no '{key}' here. {nearest(key, keys)}"
        else:
            kinds, words = KEYS[key]
            if not isinstance(value, kinds) or isinstance(value, bool):
                yield f"{key} = {str(value)[:40]!r} should be {words}."


def _picture(entry: dict[str, Any], defaults: dict[str, Any], folder: Path) -> Picture:
    for problem in _problems(entry, list(KEYS)):
        raise LandscapeError(problem)
    if "experiment" in entry:
        for key in OF_RUNS:
            if key in entry:
                raise LandscapeError(f"the experiment has its {key} already; give either.")
    told = defaults | entry
    if "figure" not in told:
        raise LandscapeError(f"it names no figure. {nearest('', figures.FIGURES)}")
    if "session" in entry or ("session" in told and not {"experiment", *OF_RUNS} & set(entry)):
        return _of_networks(told, entry, folder)
    if "plane" in entry:
        raise LandscapeError("plane belongs to figures of networks; name their session.")
    name = told["figure"]
    draw, options = figures.named(name), dict(told.get("options", {}))
    check_options(name, options)
    if "by" in entry or ("by" in told and "by" in figures.own(name)):
        check_by(name, told["by"])
        options["by"] = told["by"]
    asked = {key: str(options.pop(key)) for key in figures.asks(name) if key in options}
    return Picture(
        name=_file(told.get("name", draw.__name__)),
        experiment=_experiment(told, "experiment" in entry or not set(OF_RUNS) & set(entry), folder),
        at=_numbers(told, "at"),
        asked=asked,
        options=options,
        **_look(told),
    )


def _look(told: dict[str, Any]) -> dict[str, Any]:
    """What figures of experiments and of networks have in common."""
    size = {key: told[key] for key in ("size", "width", "height", "font") if key in told}
    figures.aspect(**size)
    return {"figure": told["figure"], "title": told.get("title", ""), "size": size,
            "theme": theme.named(told.get("theme", "light")).name, "formats": _formats(told.get("format", "png")),
            "scale": _scale(told.get("scale"))}  # fmt: skip


def _of_networks(told: dict[str, Any], entry: dict[str, Any], folder: Path) -> OfNetworks:
    from landscape import session_figures
    from landscape.networks import planes

    for key in (*OF_RUNS, "experiment", "at", "by"):
        if key in entry:
            raise LandscapeError(f"a figure of networks has no {key}; its session says what is trained.")
    options = session_figures.check(told["figure"], told.get("options", {}))
    asked = saved.session(told["session"], folder)
    asked = asked.replace(frame=told.get("frame", asked.frame), plane=told.get("plane", asked.plane))
    planes.check(asked.plane)
    return OfNetworks(name=_file(told.get("name", told["figure"])), experiment=asked, options=options, **_look(told))


def _experiment(told: dict[str, Any], given: bool, folder: Path) -> Experiment:
    """What runs: the experiment that is named, or one made of surface, optimizers, …"""
    if "experiment" in told and given:
        asked = saved.experiment(told["experiment"], folder)
        return asked if "frame" not in told else asked.replace(frame=told["frame"])
    ground = catalog.surface(told.get("surface", "himmelblau"))
    listed = told.get("optimizers")
    if listed is not None and not all(isinstance(text, str) for text in listed):
        raise LandscapeError(f"optimizers should be {KEYS['optimizers'][1]}.")
    names = usual(told["figure"], ground) if listed is None else listed
    entrants = tuple(bind(text, ground, told.get("defaults", "tuned")) for text in names)
    counts = {"steps": told.get("steps", STEPS), "seed": told.get("seed", 0), "frame": told.get("frame")}
    return Experiment(ground, entrants, _numbers(told, "start"), **counts)


def usual(name: str, ground: Surface) -> tuple[str, ...]:
    """The optimizers of a figure where none are asked for: figures of the surface itself show runs only if asked."""
    return figures.usual(name) or (USUAL if ground.dim == 1 or not figures.layers(name) else ())


def bind(text: str, ground: Surface, defaults: str) -> Optimizer:
    """The optimizer that `text` describes; given by name alone, with the values tuned to this surface if wanted."""
    if defaults not in ("tuned", "common"):
        raise LandscapeError(f"defaults {defaults} is neither tuned nor common.")
    name, values = catalog.split("optimizer", text)
    entry = catalog.find("optimizer", name)
    tuned = ground.tuned(entry) if defaults == "tuned" and not values else {}
    return entry(**(tuned | values))


def check_options(name: str, options: dict[str, Any]) -> None:
    """Raise for an option that the figure of that name does not have, or a value that it does not know."""
    own = [*(key for key in figures.own(name) if key not in COMMON), *figures.asks(name)]
    for key, value in options.items():
        if key not in own:
            known = f"{name} has {', '.join(own)}" if own else f"{name} has none"
            raise LandscapeError(f"option {key} is none of this figure; {known}.")
        choices = figures.choices(name, key)
        if choices and value not in choices:
            raise LandscapeError(f"{key}='{value}' is not one of {', '.join(choices)}. {nearest(str(value), choices)}")


def check_by(name: str, by: str) -> None:
    """Raise where a figure does not count, or not that."""
    if "by" not in figures.own(name):
        raise LandscapeError(f"by belongs to convergence and race; {name} has no such option.")
    choices = figures.choices(name, "by")
    if by not in choices:
        raise LandscapeError(f"by {by} is not one of {', '.join(choices)}. {nearest(by, choices)}")


def _file(name: str) -> str:
    if not re.fullmatch(r"[\w-][\w .+-]{0,99}", name):
        raise LandscapeError(f"the name '{name[:40]}' is none for a file; use letters, digits, - and _.")
    return name


def _formats(given: str | list) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given
    for each in listed:
        if each not in export.FORMATS:
            known = ", ".join(export.FORMATS)
            raise LandscapeError(f"format {each!r} is not one of {known}. {nearest(str(each), export.FORMATS)}")
    if not listed:
        raise LandscapeError("format is an empty list; give one of " + ", ".join(export.FORMATS) + ".")
    return tuple(dict.fromkeys(listed))


def _numbers(told: dict[str, Any], key: str) -> tuple[float, ...] | None:
    given = told.get(key)
    if given is None:
        return None
    if not all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in given):
        raise LandscapeError(f"{key} should be a list of numbers, as in [0.2, 4.4].")
    return tuple(float(x) for x in given)


def _scale(given: float | None) -> float | None:
    if given is not None and not SCALES[0] <= given <= SCALES[1]:
        raise LandscapeError(f"scale {given} is not in {SCALES[0]:g} … {SCALES[1]:g}.")
    return given
