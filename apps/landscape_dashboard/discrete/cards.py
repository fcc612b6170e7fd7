"""The cards of the lanes in the rail of the Discrete page."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from landscape import catalog
from landscape.theme import MARKERS, Theme, marker
from landscape_dashboard.discrete import known
from landscape_dashboard.discrete.asked import FRAMES
from landscape_dashboard.rows import button, icon, parameter_row

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


def name_of(row: dict) -> str:
    """What a lane is called in the rail."""
    return row["name"].replace("_", " ")


def _header(content: dict, index: int, theme: Theme) -> html.Div:
    label = name_of(content["entrants"][index])
    branch = html.Button(icon("branch"), className="icon-button", title="Branch at this frame",
                         **{"data-action": "discBranch", "data-value": str(index),
                            "aria-label": f"Branch {label} here"})  # fmt: skip
    remove = button("trash", f"Remove {label}", {"type": "disc-do", "do": "remove", "at": index})
    fold = html.Button(icon("chevron"), className="icon-button chevron", title="Fold",
                       **{"aria-label": f"Fold {label}", "data-action": "discFold",
                          "data-value": str(content["entrants"][index]["slot"])})  # fmt: skip
    name = [html.H3(label), html.Span(className="push-on")]
    return html.Div([_colours(content, index, theme), *name, branch, remove, fold], className="card-header")


def _method(row: dict, index: int) -> dmc.Select:
    """The menu of methods for this lane."""
    return dmc.Select(id={"type": "disc", "at": f"method.{index}"}, data=known.methods(), value=row["name"], size="xs",
                      allowDeselect=False, maxDropdownHeight=420,
                      **{"aria-label": f"Method of lane {index + 1}"})  # fmt: skip


def _colours(content: dict, index: int, theme: Theme) -> dmc.Menu:
    """The chip: a menu of the colours and markers that a lane may have."""
    row = content["entrants"][index]
    chip = html.Span(className=f"chip {marker(row['slot'])}")
    target = html.Button(chip, className="net-chip", title="Another colour",
                         **{"aria-label": f"Colour of {name_of(row)}"})  # fmt: skip
    swatches = [
        dmc.MenuItem(html.Span(className=f"chip {marker(slot)}"), className="swatch", n_clicks=0,
                     id={"type": "disc-do", "do": "recolour", "at": f"{index}:{slot}"},
                     style={"--entrant": theme.colour(slot)},
                     **{"aria-label": f"Colour {slot + 1}, {marker(slot).replace('-', ' ')}"})
        for slot in range(len(MARKERS))
    ]  # fmt: skip
    dropdown = dmc.MenuDropdown(html.Div(swatches, className="swatches"))
    return dmc.Menu([dmc.MenuTarget(target), dropdown], position="bottom-start", shadow="md", width=190)


def _followed(content: dict, index: int) -> list:
    """Of a branch whom it follows, and how far."""
    branch = content["entrants"][index].get("branch")
    if not branch:
        return []
    parent = next((row for row in content["entrants"] if row["slot"] == branch["of"]), None)
    share = f"{100 * branch['frame'] / FRAMES:.3g} % of its evaluations"
    return [html.P(f"follows {name_of(parent) if parent else 'a lane'} up to {share}", className="disc-follows")]
