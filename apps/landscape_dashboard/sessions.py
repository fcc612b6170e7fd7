"""What Networks and Discrete share: a page of one state, as names and numbers, in a rail beside its panels.

The state lives in the store `<short>-asked`.  Sliders and their fields write into it in the browser
(assets/3_explore.js); menus, buttons and what is done on pictures ask the server for another state and another rail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, ctx, html, no_update

from landscape.parameters import LandscapeError
from landscape.theme import MARKERS, Theme, marker, named
from landscape_dashboard import edits, panels
from landscape_dashboard.address import within
from landscape_dashboard.rows import button, typed

MENU = 420  # pixels of a menu's list


class Answers(NamedTuple):
    """What such a page does with its state; all of them raise LandscapeError with a sentence for people.

    `opened(search)` is the state in an address, of an empty one the first; `checked(state)` the same state written in
    full. `done`, `pressed`, `optioned` and `chosen` give the state after something done on a picture, a button, an
    option of a parameter, and a menu or field of the page's own; None where nothing changes.
    """

    opened: Callable[[str | None], dict]
    checked: Callable[[dict], dict]
    rail: Callable[[dict, Theme], list]
    done: Callable[[dict, dict], dict | None]
    pressed: Callable[[dict, str, Any], dict | None]
    optioned: Callable[[dict, str, str], dict | None]
    chosen: Callable[[dict, str, str], dict | None]


def layout(title: str, short: str, views: Sequence[tuple[str, str]], shown: list, **rail: str) -> html.Div:
    """The page with the stores of its state."""
    return panels.page(title, short, ("asked", "edit", "none"), views, shown, **rail)


def register(app, short: str, path: str, answers: Answers) -> None:
    """The callbacks that keep the state of the page at that path."""
    app.callback(
        Output(f"{short}-asked", "data"),
        Output(f"{short}-rail", "children"),
        Output(f"{short}-told", "children"),
        Input("address", "search"),
        Input({"type": short, "at": ALL}, "value"),
        Input({"type": f"{short}-typed", "at": ALL}, "value"),
        Input({"type": f"{short}-do", "do": ALL, "at": ALL}, "n_clicks"),
        Input({"type": "option", "at": ALL}, "value"),
        Input({"type": "switch", "at": ALL}, "checked"),
        Input({"type": "schedule", "at": ALL}, "value"),
        Input(f"{short}-edit", "data"),
        Input("theme", "data"),
        State("address", "pathname"),
        State(f"{short}-asked", "data"),
    )(_asking(short, path, answers))
    app.clientside_callback(
        ClientsideFunction("landscape", "slide"),
        Output(f"{short}-asked", "data", allow_duplicate=True),
        Input({"type": "slider", "at": ALL, "scale": ALL}, "value"),
        Input({"type": "field", "at": ALL}, "value"),
        Input(f"{short}-none", "data"),
        State(f"{short}-asked", "data"),
        prevent_initial_call=True,
    )


def _asking(short: str, path: str, answers: Answers) -> Callable:
    def asked(search, _values, _typed, _clicks, _options, _switches, _schedules, edit, theme, where, before):
        """The state, the rail and what is wrong, after the address, a control or an edit of the browser's.

        What was typed and makes no sense stays in its field.
        """
        if within(where) != path:
            return (no_update,) * 3
        cause, look = ctx.triggered_id, named(theme or "light")
        if before is None or cause == "address":
            content, problem = _opened(answers, search)
            return content, answers.rail(content, look), _told(problem)
        if cause == "theme":
            return no_update, answers.rail(before, look), no_update
        drawn = cause == f"{short}-edit"
        try:
            new = _drawn(answers, before, edit) if drawn else _edited(short, answers, before, cause)
            if new is None or (new == before and not drawn):
                return (no_update,) * 3
            content = answers.checked(new)
        except LandscapeError as error:
            menu = isinstance(cause, dict) and cause["type"] == short  # it shows what was refused
            return no_update, answers.rail(before, look) if menu else no_update, _told(str(error))
        except LookupError:  # a click on a row that was removed a moment ago
            return no_update, answers.rail(before, look), None
        return content, answers.rail(content, look), None

    return asked


def _opened(answers: Answers, search: str | None) -> tuple[dict, str | None]:
    """The state of the address; of a broken one the first, and what is wrong with it."""
    try:
        return answers.opened(search), None
    except LandscapeError as error:
        return answers.opened(None), str(error)


def _drawn(answers: Answers, content: dict, edit: Any) -> dict | None:
    """The state after something done on a picture; a whole state replaces it."""
    if not isinstance(edit, dict):
        return None
    return edit["content"] if edit.get("do") == "set" else answers.done(content, edit)


def _edited(short: str, answers: Answers, content: dict, cause: dict) -> dict | None:
    """The state after one menu, field or button; None where a control merely appeared."""
    kind, at, value = cause["type"], cause["at"], ctx.triggered[0]["value"]
    if kind == f"{short}-do":
        return answers.pressed(content, cause["do"], at) if value else None
    if value in (None, ""):
        return None
    if kind == "switch":
        return edits.switch_schedule(content, at, value)
    if kind == "schedule":
        return None if edits.get(content, at)["name"] == value else edits.choose_schedule(content, at, value)
    return (answers.optioned if kind == "option" else answers.chosen)(content, at, value)


def _told(problem: str | None) -> html.Div | None:
    return html.Div(problem, className="told") if problem else None


# --- what their rails are made of ---


def row(label: str, control: Any, title: str = "") -> html.Div:
    """A label and a control in a line."""
    return html.Div(html.Div([html.Label(label, title=title), control], className="row-head"), className="row")


SMALL = {"size": "xs", "className": "menu"}  # a menu at the end of a row


def menu(short: str, at: str, label: str, data: list, value: str | None, **look: str) -> dmc.Select:
    """A menu that sets what is at that place of the page's state."""
    return dmc.Select(id={"type": short, "at": at}, data=data, value=value, allowDeselect=False, maxDropdownHeight=MENU,
                      **{"size": "sm"} | look, **{"aria-label": label})  # fmt: skip


def seed(short: str, at: str, label: str, value: int) -> list:
    """A button that draws another seed, and a field to type one."""
    again = button("dice", f"Another {label}", {"type": f"{short}-do", "do": "reseed", "at": at})
    return [again, typed({"type": f"{short}-typed", "at": at}, str(value), label)]


def called(lane: dict) -> str:
    """What a run or a lane is called in the rail."""
    return lane["name"].replace("_", " ")


def chip(short: str, lanes: list[dict], index: int, theme: Theme) -> dmc.Menu:
    """The chip of a lane: a menu of the colours and markers that it may have."""
    slot = lanes[index]["slot"]
    target = html.Button(html.Span(className=f"chip {marker(slot)}"), className="net-chip", title="Another colour",
                         **{"aria-label": f"Colour of {called(lanes[index])}"})  # fmt: skip
    swatches = [
        dmc.MenuItem(html.Span(className=f"chip {marker(each)}"), n_clicks=0,
                     id={"type": f"{short}-do", "do": "recolour", "at": f"{index}:{each}"},
                     className="swatch current" if each == slot else "swatch", style={"--entrant": theme.colour(each)},
                     **{"aria-label": f"Colour {each + 1}, {marker(each).replace('-', ' ')}"})
        for each in range(len(MARKERS))
    ]  # fmt: skip
    dropdown = dmc.MenuDropdown(html.Div(swatches, className="swatches"))
    return dmc.Menu([dmc.MenuTarget(target), dropdown], position="bottom-start", shadow="md", width=190)


def parent_of(lanes: list[dict], index: int) -> str | None:
    """What the lane is called that this one left; None of one from the start."""
    branch = lanes[index].get("branch")
    if not branch:
        return None
    return next((called(lane) for lane in lanes if lane["slot"] == branch["of"]), "another one")
