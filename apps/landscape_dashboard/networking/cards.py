"""The cards of the runs in the rail of the Networks page."""

from __future__ import annotations

from dataclasses import replace

from dash import html

from landscape import catalog
from landscape.parameters import Parameter
from landscape.theme import Theme
from landscape_dashboard import sessions
from landscape_dashboard.networking import edits
from landscape_dashboard.rows import button, icon, parameter_row

FIRST = 1  # parameters that are shown at once; the others are folded away


def card(content: dict, index: int, theme: Theme) -> html.Div:
    """One run: chip, name, buttons, its learning rate, the rest folded away, and a place for what is told of it."""
    run = content["entrants"][index]
    entry, colour = catalog.find("optimizer", run["name"]), theme.colour(run["slot"])
    place = f"entrants.{index}.parameters"
    rows = [parameter_row(content, f"{place}.{name}", widened(parameter), colour)
            for name, parameter in entry.parameters.items()]  # fmt: skip
    more = rows[FIRST:]
    used = any(run["parameters"][name] != p.default for name, p in list(entry.parameters.items())[FIRST:])
    folded = [html.Details([html.Summary("more"), html.Div(more, className="shared-rows")], open=used,
                           className="shared")] if more else []  # fmt: skip
    return html.Div(
        [
            _header(content, index, theme),
            *_fork(content, index),
            html.Div([*rows[:FIRST], *folded], className="card-body"),
            html.Div(className="entrant-note", **{"data-slot": str(run["slot"]), "data-index": str(index)}),
        ],
        className="card net-run" + (" hidden-entrant" if run["hidden"] else ""),
        style={"--entrant": colour},
        **{"data-slot": str(run["slot"]), "data-path": f"entrants.{index}"},
    )


def _header(content: dict, index: int, theme: Theme) -> html.Div:
    run = content["entrants"][index]
    label = sessions.called(run)
    eye, word = ("eye-off", "Show") if run["hidden"] else ("eye", "Hide")
    fork = html.Button(icon("branch"), className="icon-button", title="Fork at this epoch",
                       **{"data-action": "netFork", "data-value": str(index),
                          "aria-label": f"Fork {label} here"})  # fmt: skip
    return html.Div(
        [
            sessions.chip("net", content["entrants"], index, theme),
            html.H3(html.Button(label, className="net-choose", title="Show this run in the diagram and the map",
                                **{"data-action": "netChoose", "data-value": str(run["slot"])})),
            html.Span(className="push-on"),
            fork,
            _press(eye, f"{word} {label}", "hide", index),
            _press("copy", f"Copy {label}", "duplicate", index),
            _press("trash", f"Remove {label}", "remove", index),
        ],
        className="card-header",
    )  # fmt: skip


def _press(image: str, label: str, do: str, index: int) -> html.Button:
    return button(image, label, {"type": "net-do", "do": do, "at": index})


def _fork(content: dict, index: int) -> list:
    """Of a fork whose run it left, when, and which weights were changed by hand."""
    run, parent = content["entrants"][index], sessions.parent_of(content["entrants"], index)
    if parent is None:
        return []
    told = f"fork of {parent} at epoch {edits.epoch_of(content, run['branch']['frame'])}"
    count = len(run.get("edits") or {})
    changed = f", {count} weight{'s' * (count > 1)} changed" if count else ""
    return [html.P(told + changed, className="net-fork")]


def widened(parameter: Parameter) -> Parameter:
    """A learning rate with a slider as long as the Playground's; other parameters as they are."""
    if parameter.name != "learning_rate":
        return parameter
    return replace(parameter, kind=replace(parameter.kind, low=edits.RATES[0], high=edits.RATES[1], log=True))
