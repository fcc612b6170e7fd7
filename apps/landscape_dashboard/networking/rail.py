"""The rail of the Networks page: data, features, network, regularization, runs, training and the plane.

Sliders carry the path of their number in the page's state and are written there in the browser, as on Explore;
everything else goes through `edits`.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import dash_mantine_components as dmc
import numpy as np
from dash import html

from landscape import catalog
from landscape.mlp import datasets
from landscape.parameters import Parameter
from landscape.theme import Theme
from landscape_dashboard import menus, sessions
from landscape_dashboard.networking import cards, edits
from landscape_dashboard.networking.asked import PLANES, plane_of
from landscape_dashboard.rows import STEPS, button, icon, typed
from landscape_dashboard.sessions import row

BATCHES = (1, 2, 5, 10, 15, 20, 25, 30, 50, 100, 0)
EPOCHS = (10, 20, 50, 100, 200, 300, 500, 1000, 2000, 5000)
PATIENCE = (0, 5, 10, 20, 50, 100)
SIGNS = {"x": "x₁", "y": "x₂", "x2": "x₁²", "y2": "x₂²", "xy": "x₁x₂", "sinx": "sin x₁", "siny": "sin x₂",
         "cosx": "cos x₁", "cosy": "cos x₂"}  # fmt: skip
WORDS = {"cross_entropy": "cross-entropy", "squared": "squared loss", "none": "no", "kaiming": "Kaiming",
         "xavier": "Xavier", "lecun": "LeCun", "playground": "Playground", "relu": "ReLU", "gelu": "GELU",
         "leaky_relu": "leaky ReLU", "l1": "L1", "l2": "L2", "layer": "per layer", "filter": "per filter",
         "xor": "XOR", "multi-gauss": "multi-Gauss", "gauss": "Gauss"}  # fmt: skip


def rail(content: dict, theme: Theme) -> list:
    """Everything in the rail."""
    entrants, values = content["entrants"], content["surface"]["parameters"]
    empty = html.Div([html.P("Add an optimizer to see it learn.")], className="empty")
    title = html.H2(["Runs ", html.Span(str(len(entrants)), className="dim")])
    own = values["data"].startswith("own-")
    return [
        _section("Data", None if own else _seed(content, "surface.parameters.data_seed", "data"), *_data(content)),
        _section("Features", None, _features(content)),
        _section("Network", _seed(content, "surface.parameters.seed", "first weights"), *_network(content)),
        html.Div([title, _add()], className="section"),
        *([cards.card(content, index, theme) for index in range(len(entrants))] or [empty]),
        _section("Training", _seed(content, "seed", "random numbers of the runs"), *_training(content)),
        _section("Plane", None, *_plane(content)),
        html.Section(
            [html.Button([icon("folder"), "Open a file"], className="button small", title="Open a session (JSON)",
                         **{"data-action": "netOpen"})], className="files"),
    ]  # fmt: skip


def _section(title: str, beside: Any, *rows: Any) -> html.Section:
    head = html.Div([html.H2(title), beside], className="section") if beside else html.H2(title)
    return html.Section([head, *rows], className="net-part")


def words(name: str) -> str:
    """A name as people read it."""
    return WORDS.get(name, name.replace("_", " ").replace("-", " "))


def _data(content: dict) -> list:
    values = content["surface"]["parameters"]
    own = values["data"].startswith("own-")
    about = "Your own data." if own else datasets.NOISE.get(values["data"], "")
    batch = menu("surface.parameters.batch", "rows of one update", _batches(values["batch"]), str(values["batch"]))
    return [
        html.Div([menu("surface.parameters.data", "Data set", _sets(values["data"]), values["data"]),
                  option(content, "loss")], className="net-pair"),
        *([] if own else [number(content, "noise", "noise")]),
        html.P(about, className="note-text", id="net-data-told"),
        number(content, "share", "share for training", step=0.1),
        row("batch", html.Div(batch, className="menu net-narrow"), "rows that one update sees"),
        html.Div([_do("netUpload", "Open CSV"), _do("netPaste", "Paste"), _do("netDraw", "Draw points")],
                 className="net-buttons"),
    ]  # fmt: skip


def _do(action: str, words: str) -> html.Button:
    pressed = {"aria-pressed": "false"} if action == "netDraw" else {}
    return html.Button(words, className="button small", **{"data-action": action, **pressed})


@cache
def _kinds() -> dict[str, str]:
    """Every built-in data set, and what is to be learnt of it."""
    return {name: "regression" if datasets.made(name).classes == 0 else "classification" for name in datasets.NAMES}


def _sets(now: str) -> list[dict]:
    groups: dict[str, list] = {"classification": [], "regression": []}
    for name, kind in _kinds().items():
        groups[kind].append({"value": name, "label": words(name)})
    if now.startswith("own-"):
        groups["yours"] = [{"value": now, "label": "own data"}]
    return [{"group": name, "items": items} for name, items in groups.items() if items]


def _batches(now: int) -> list[dict]:
    offered = [*BATCHES[:-1], *([now] if now not in BATCHES else [])]
    return [{"value": str(n), "label": f"{n} rows"} for n in sorted(offered)] + [{"value": "0", "label": "all rows"}]


def _features(content: dict) -> html.Div:
    """A chip for each feature, which shows its map and takes it in or leaves it out."""
    now = edits.features(content)
    offered = edits.PLAYGROUND if all(name in edits.PLAYGROUND for name in now) else now
    chips = [
        html.Button([html.Canvas(width=18, height=18, **{"data-feature": name, "aria-hidden": "true"}),
                     SIGNS.get(name, f"column {name}")], className="net-feature",
                    id={"type": "net-do", "do": "feature", "at": name}, n_clicks=0,
                    **{"aria-pressed": str(name in now).lower()})
        for name in offered
    ]  # fmt: skip
    return html.Div(chips, className="net-features", role="group", **{"aria-label": "Features"})


def _network(content: dict) -> list:
    widths = edits.widths(content)
    told = " – ".join(map(str, widths)) or "none"
    return [
        html.Div([option(content, "activation"), option(content, "initializer")], className="net-pair"),
        stepper(f"hidden layers: {told}", len(widths), "layers", 0),
        number(content, "decay", "weight decay"),
        html.Details([html.Summary("scale, penalty, dropout, clip …"),
                      html.Div(_more(content), className="shared-rows")], open=_used(content), className="shared"),
    ]  # fmt: skip


def stepper(label: str, count: int, do: str, at: int) -> html.Div:
    """A count with a button for one less and one more."""

    def step(name: str, word: str) -> html.Button:
        return button(name, f"{word}: {label}", {"type": "net-do", "do": f"{do}-{name}", "at": at})

    control = html.Span([step("minus", "One less"), html.Strong(str(count)), step("plus", "One more")],
                        className="stepper", role="group", **{"aria-label": label})  # fmt: skip
    return html.Div([html.Span(label, className="net-label"), control], className="row-head")


def _used(content: dict) -> bool:
    values, entry = content["surface"]["parameters"], catalog.find("surface", "network")
    names = ("scale", "penalty", "clip", "dropout", "normalization")
    return any(values[name] != entry.parameters[name].default for name in names)


def _more(content: dict) -> list:
    penalty = content["surface"]["parameters"]["penalty"]
    return [
        number(content, "scale", "scale of the first weights"),
        row("penalty", option(content, "penalty", small=True)),
        *([number(content, "rate", "rate of the penalty")] if penalty != "none" else []),
        number(content, "dropout", "dropout"),
        number(content, "clip", "clip gradients at"),
        row("normalization", option(content, "normalization", small=True)),
        row("order of the rows", option(content, "order", small=True)),
    ]


def _training(content: dict) -> list:
    epochs = [str(n) for n in sorted({*EPOCHS, content["epochs"]})]
    off = {"0": "off"}
    patience = [{"value": str(n), "label": off.get(str(n), f"after {n} epochs")}
                for n in sorted({*PATIENCE, content["patience"]})]  # fmt: skip
    return [
        row("epochs", menu("epochs", "epochs", epochs, str(content["epochs"]), small=True)),
        row("early stopping", menu("patience", "early stopping", patience, str(content["patience"]), small=True),
            "stop when the test loss has not fallen for so many epochs, and go back to the best one"),
    ]  # fmt: skip


def _plane(content: dict) -> list:
    kind, settings = plane_of(content["plane"])
    kinds = [{"value": name, "label": label} for name, label in PLANES.items()]
    rows = [menu("plane.kind", "Plane", kinds, kind)]
    if kind == "random":
        norms = [{"value": name, "label": words(name)} for name in ("filter", "layer", "none")]
        rows += [row("normalization", menu("plane.normalization", "normalization of the plane", norms,
                                           settings["normalization"], small=True)),
                 row("seed", _seeded("plane.seed", "seed of the plane", settings["seed"]))]  # fmt: skip
    return [*rows, html.P(className="note-text", id="net-plane-told")]


def _add() -> dmc.Select:
    return dmc.Select(id={"type": "net", "at": "add"}, data=menus.optimizers(), placeholder="Add …", searchable=True,
                      size="xs", className="add-menu", maxDropdownHeight=420, nothingFoundMessage="No such optimizer",
                      comboboxProps={"width": 240, "position": "bottom-end"},
                      **{"aria-label": "Add an optimizer"})  # fmt: skip


def menu(at: str, label: str, data: list, value: str, small: bool = False) -> dmc.Select:
    """A menu that sets what is at that place."""
    return sessions.menu("net", at, label, data, value, **sessions.SMALL if small else {})


def option(content: dict, name: str, small: bool = False) -> dmc.Select:
    """A menu of the network's options of that name."""
    parameter = catalog.find("surface", "network").parameters[name]
    data = [{"value": str(each), "label": words(str(each))} for each in parameter.kind.options]
    return menu(f"surface.parameters.{name}", parameter.label, data, str(content["surface"]["parameters"][name]), small)


def _seed(content: dict, path: str, of: str) -> html.Span:
    """The seed at a place."""
    value = content
    for word in path.split("."):
        value = value[word]
    return _seeded(path, f"seed of the {of}", value)


def _seeded(path: str, label: str, value: int) -> html.Span:
    """A seed to type, and another one to draw."""
    words = html.Span("seed", className="dim", title=label)
    return html.Span([words, *sessions.seed("net", path, label, value)], className="net-seed")


def number(content: dict, name: str, label: str, step: float | None = None) -> html.Div:
    """A number of the network: its slider and its field."""
    parameter = catalog.find("surface", "network").parameters[name]
    return slider(f"surface.parameters.{name}", parameter, content["surface"]["parameters"][name], label, step)


def slider(path: str, parameter: Parameter, value: float, label: str, step: float | None = None) -> html.Div:
    """A slider whose positions are the number, or its logarithm; its ids are those of Explore's sliders."""
    extent = parameter.kind
    low, high = (math.log10(extent.low), math.log10(extent.high)) if extent.log else (extent.low, extent.high)
    at = value if not extent.log else math.log10(value) if value > 0 else low
    field = typed({"type": "field", "at": path}, f"{value:.6g}", f"{label} value")
    line = dmc.Slider(id={"type": "slider", "at": path, "scale": f"{int(extent.log)}:{low!r}:{high!r}"},
                      min=low, max=high, step=step or (high - low) / STEPS, value=float(np.clip(at, low, high)),
                      updatemode="drag", label=None, size=4, thumbSize=15, color="gray", className="neutral",
                      thumbLabel=f"{label} slider")  # fmt: skip
    head = html.Div([html.Label(label, title=parameter.help), field], className="row-head")
    return html.Div([head, line], className="row", title=parameter.help, **{"data-path": path})
