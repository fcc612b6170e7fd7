"""The rail of the Discrete page: problem, methods, the match, the exact solver.

Sliders carry the path of their number in the page's state and are written there in the browser, as on Explore;
everything else goes through `edits`.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from landscape import catalog
from landscape.parameters import Range, Text
from landscape.problems import instances
from landscape.theme import Theme
from landscape_dashboard import sessions
from landscape_dashboard.discrete import cards, known
from landscape_dashboard.discrete.asked import MOST_METHODS
from landscape_dashboard.rows import icon, parameter_row, typed
from landscape_dashboard.sessions import row

BUDGETS = (10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000)
SOLVERS = {"cuts": "integer program with cuts (HiGHS)", "dynamic_programming": "dynamic programming",
           "cp_sat": "constraint programming (CP-SAT)"}  # fmt: skip


def rail(content: dict, theme: Theme) -> list:
    """Everything in the rail."""
    entrants = content["entrants"]
    empty = html.Div([html.P("Add a method to see it search.")], className="empty")
    title = html.H2(["Methods ", html.Span(str(len(entrants)), className="dim")])
    return [
        _problem(content),
        html.Div([title, _add(content)], className="section", **{"data-path": "entrants"}),
        *([cards.card(content, index, theme) for index in range(len(entrants))] or [empty]),
        _run(content),
        _exact(content),
    ]


def _problem(content: dict) -> html.Section:
    row = content["surface"]
    entry, values = catalog.find("surface", row["name"]), row["parameters"]
    made = str(values.get("instance", ""))
    drawn = not made or (":" in made and not made.startswith(known.MADE_BY_HAND))  # by chance, so by a seed
    rest = [name for name in entry.parameters if name != "instance" and (name != "seed" or drawn)]
    return html.Section(
        [
            html.H2("Problem"),
            menu("problem", "Problem", known.problems(), entry.name),
            *(_instance(entry.name, made) if "instance" in entry.parameters else []),
            *[_parameter(content, f"surface.parameters.{name}", entry.parameters[name]) for name in rest],
            html.P(entry.summary, className="note-text"),
        ],
        className="disc-part", **{"data-path": "surface"},
    )  # fmt: skip


def _instance(name: str, now: str) -> list:
    """Which instance, and a file of one's own."""
    opening = html.Button([icon("folder"), "Open a file"], className="button small",
                          title=f"An instance of your own ({known.accepted()})",
                          **{"data-action": "discOpen"})  # fmt: skip
    own = "A link to your file works as long as this server remembers it; copied as JSON or Python it is inside."
    note = [html.P(own, className="note-text")] if now.startswith(instances.PREFIX) else []
    choice = menu("instance", "Instance", known.instances_of(name, now), now)
    return [choice, html.Div([opening], className="disc-buttons"), *note]


def _parameter(content: dict, path: str, parameter: Any) -> Any:
    """A row for a parameter: whole numbers of a long range are typed, all else is as on other pages."""
    if parameter.static and isinstance(parameter.kind, Range):
        value = content
        for word in path.split("."):
            value = value[word]
        field = typed({"type": "disc-typed", "at": path}, str(value), parameter.label)
        return row(parameter.label, field, parameter.help)
    return html.Span() if isinstance(parameter.kind, Text) else parameter_row(content, path, parameter, "neutral")


def _add(content: dict) -> Any:
    alone = [row for row in content["entrants"] if not row.get("branch")]
    return dmc.Select(id={"type": "disc", "at": "add"}, data=known.methods(), placeholder="Add …", searchable=True,
                      size="xs", className="add-menu", maxDropdownHeight=420, nothingFoundMessage="No such method",
                      disabled=len(alone) >= MOST_METHODS, comboboxProps={"width": 240, "position": "bottom-end"},
                      **{"aria-label": "Add a method"})  # fmt: skip


def _run(content: dict) -> html.Section:
    """What all lanes share: evaluations and seed."""
    budgets = sorted({*BUDGETS, content["budget"]})
    data = [{"value": str(n), "label": f"{n:,}"} for n in budgets]
    seed = html.Span(sessions.seed("disc", "seed", "seed", content["seed"]), className="net-seed")
    budget = menu("budget", "evaluations of each method", data, str(content["budget"]), small=True)
    rows = [row("evaluations each", budget), row("seed", seed)]
    return html.Section([html.H2("Match"), *rows], className="disc-part")


def _exact(content: dict) -> html.Section:
    """The exact solver: on or off, and which."""
    offered, now = known.solvers(catalog.bind("surface", content["surface"])), content["exact"]
    pressed = html.Button("on" if now else "off", className="toggle disc-exact", n_clicks=0,
                          id={"type": "disc-do", "do": "exact", "at": "exact"}, title="Solve it exactly beside",
                          **{"aria-label": "Exact solver", "aria-pressed": str(bool(now)).lower()})  # fmt: skip
    data = [{"value": name, "label": SOLVERS.get(name, name.replace("_", " "))} for name in offered]
    told = "It proves a bound that no solution is below. Where best solution and bound meet, that is the optimum."
    missing = "None that is installed solves this problem; pip install 'landscape[exact]' brings CP-SAT."
    choice = [menu("exact", "Exact solver", data, now)] if now and len(offered) > 1 else []
    head = html.Div([html.H2("Exact solver"), *([pressed] if offered else [])], className="section")
    return html.Section(
        [head, *choice, html.P(told if offered else missing, className="note-text")], className="disc-part"
    )


def menu(at: str, label: str, data: list, value: str | None, small: bool = False) -> dmc.Select:
    """A menu that sets what is at that place."""
    return sessions.menu("disc", at, label, data, value, **sessions.SMALL if small else {})
