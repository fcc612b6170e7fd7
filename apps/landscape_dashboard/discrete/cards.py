"""The cards of the lanes in the rail of the Discrete page."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from landscape import catalog
from landscape.theme import Theme
from landscape_dashboard.discrete import known
from landscape_dashboard.discrete.asked import FRAMES
from landscape_dashboard.rows import button, icon, parameter_row
from landscape_dashboard.sessions import called, chip, menu, parent_of

# Numbers that only move points of a box: tours and bits have no widths.
FOLDED = ("reach", "proposal", "bounds", "crossover_index", "contraction")


def card(content: dict, index: int, theme: Theme) -> html.Div:
    """One lane: chip, method, buttons, its parameters."""
    row = content["entrants"][index]
    entry, colour = catalog.find("optimizer", row["name"]), theme.colour(row["slot"])
    place = f"entrants.{index}.parameters"
    rows = {name: parameter_row(content, f"{place}.{name}", parameter, colour)
            for name, parameter in entry.parameters.items()}  # fmt: skip
    more = [rows.pop(name) for name in FOLDED if name in rows and len(rows) > 1]
    folded = html.Details([html.Summary("for boxes"), html.Div(more, className="shared-rows")], className="shared")
    return html.Div(
        [
            _header(content, index, theme),
            *_followed(content, index),
            html.Div([_method(row, index), *rows.values(), *([folded] if more else [])], className="card-body"),
        ],
        className="card disc-card",
        style={"--entrant": colour},
        **{"data-slot": str(row["slot"]), "data-path": f"entrants.{index}"},
    )


def _header(content: dict, index: int, theme: Theme) -> html.Div:
    label = called(content["entrants"][index])
    branch = html.Button(icon("branch"), className="icon-button", title="Branch at this frame",
                         **{"data-action": "discBranch", "data-value": str(index),
                            "aria-label": f"Branch {label} here"})  # fmt: skip
    remove = button("trash", f"Remove {label}", {"type": "disc-do", "do": "remove", "at": index})
    fold = html.Button(icon("chevron"), className="icon-button chevron", title="Fold",
                       **{"aria-label": f"Fold {label}", "data-action": "discFold",
                          "data-value": str(content["entrants"][index]["slot"])})  # fmt: skip
    name = [chip("disc", content["entrants"], index, theme), html.H3(label), html.Span(className="push-on")]
    return html.Div([*name, branch, remove, fold], className="card-header")


def _method(row: dict, index: int) -> dmc.Select:
    """The menu of methods for this lane."""
    return menu("disc", f"method.{index}", f"Method of lane {index + 1}", known.methods(), row["name"], size="xs")


def _followed(content: dict, index: int) -> list:
    """Of a branch whom it follows, and how far."""
    parent = parent_of(content["entrants"], index)
    if parent is None:
        return []
    share = f"{100 * content['entrants'][index]['branch']['frame'] / FRAMES:.3g} % of its evaluations"
    return [html.P(f"follows {parent} up to {share}", className="disc-follows")]
