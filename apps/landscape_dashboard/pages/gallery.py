"""Gallery: every surface with its picture, every lab with its question, every figure with the one it answers."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from itertools import groupby

import dash_mantine_components as dmc
import numpy as np
from dash import ClientsideFunction, Input, Output, dcc, html

import landscape_dashboard.pages as pages
from landscape.experiment import Entrant, Experiment
from landscape.lab import Lab
from landscape.report.answers import ANSWERS, command
from landscape.surface import Surface
from landscape_dashboard import edits, thumbnails
from landscape_dashboard.address import link
from landscape_dashboard.controls import icon
from landscape_dashboard.lab_page import asked

NAME, PATH, ORDER = "Gallery", "/gallery", 9
FIGURES_AT, LABS_AT = "figures", "labs"  # the names of their sections
SHOWN_ON = {
    "contour": "/", "surface_3d": "/", "convergence": "/", "metrics": "/", "level_sets": "/geometry", "race": "/race",
    "sensitivity": "/tune", "range_test": "/tune", "schedules": "/tune", "curvature": "/geometry",
    "basins": "/geometry", "critical_points": "/geometry", "linear_map": "/geometry", "gradient_field": "/geometry",
    "slice_1d": "/geometry",
}  # fmt: skip
TITLES = {"bbob": "BBOB"}


def layout() -> html.Div:
    """A rail with search and families, and the cards."""
    families = {
        name: list(each) for name, each in groupby(thumbnails.surfaces().items(), lambda pair: _family(pair[1]))
    }
    sections = [_section(name, [_card(key, surface) for key, surface in each]) for name, each in families.items()]
    figures = _section(FIGURES_AT, [_figure(name) for name in ANSWERS], "Figures, and the questions they answer")
    labs = _section(LABS_AT, [_lab(entry) for entry in asked.entries()], "Labs, and what they ask")
    counts = {FIGURES_AT: len(ANSWERS), LABS_AT: len(asked.entries())}
    counts |= {name: len(each) for name, each in families.items()}
    search = dmc.TextInput(id="gallery-search", placeholder="Find by name or property",
                           **{"aria-label": "Find surfaces, labs and figures"})  # fmt: skip
    goto = html.Nav([_goto(name, count) for name, count in counts.items()], className="gallery-families",
                    **{"aria-label": "Families"})  # fmt: skip
    return html.Div(
        [
            html.Aside([search, html.P(id="gallery-count", className="dim", role="status"), goto],
                       className="gallery-rail", **{"aria-label": "Search and families"}),
            html.Main([html.H1(NAME, className="unseen"), *sections, labs, figures,
                       html.P("Nothing here matches.", id="gallery-none", hidden=True)],
                      className="gallery-cards", tabIndex=-1),
        ],
        id="gallery",
    )  # fmt: skip


def register(app) -> None:
    """The route of the pictures, and what happens as the page or the theme appears."""
    thumbnails.register(app)
    app.clientside_callback(
        ClientsideFunction("landscape", "gallery"),
        Output("gallery-count", "title"),
        Input("gallery-search", "id"),
        Input("theme", "data"),
    )


def _section(name: str, cards: list, title: str | None = None) -> html.Section:
    heading = html.H2([title or titled(name), " ", html.Span(str(len(cards)), className="dim")], tabIndex=-1)
    return html.Section([heading, html.Div(cards, className="cards")], id=f"gallery-{name.replace(' ', '-')}",
                        className="gallery-section")  # fmt: skip


def _goto(name: str, count: int) -> html.Button:
    return html.Button([titled(name), html.Span(str(count), className="dim")],
                       **{"data-goto": f"gallery-{name.replace(' ', '-')}"})  # fmt: skip


def titled(name: str) -> str:
    """The name of a family as a heading."""
    return TITLES.get(name, name.capitalize())


def _family(surface: Surface) -> str:
    return surface.entry.family.replace("_", " ")


def _card(key: str, surface: Surface) -> dcc.Link:
    """A surface: its picture, name, facts and summary; all of it leads to Explore."""
    picture = html.Img(className="thumbnail", width=240, height=150, alt="", **{"data-surface": key})
    words = [html.H3(surface.label), html.P(" · ".join(facts(surface)), className="dim"), html.P(surface.entry.summary)]
    return dcc.Link([picture, html.Div(words, className="words")], href=link("/", query(key)), className="gallery-card")


def facts(surface: Surface) -> list[str]:
    """What a card says in a few words: known minima, coordinates, and whether it is smooth."""
    known = len(surface.minima)
    lowest = f"{known} {'minimum' if known == 1 else 'minima'}" if known else "no single minimum"
    if surface.minimum == -np.inf:
        lowest = "falls without end"
    more = [] if surface.dim == 2 else [f"{surface.dim} coordinate{'s' if surface.dim > 1 else ''}"]
    return [lowest, *more, *([] if surface.differentiable else ["not smooth everywhere"])]


@cache
def query(key: str) -> str:
    """The address in Explore: that surface, and the first optimizers at the values tuned to it."""
    surface = thumbnails.surfaces()[key]
    entries = [entrant.optimizer.entry for entrant in edits.FIRST.entrants]
    optimizers = [edits.best_on(surface, entry) for entry in entries]
    able = [each for each in optimizers if surface.has_gradient or not each.needs_gradient]
    return Experiment(surface, tuple(Entrant(each, slot) for slot, each in enumerate(able)), steps=200).to_url()


def _lab(entry: Lab) -> dcc.Link:
    """A lab: its title, family, summary and question; all of it leads to its page."""
    words = [html.H3(entry.title), html.P(entry.family, className="dim"), html.P(entry.summary),
             html.P(entry.question.text, className="gallery-question")]  # fmt: skip
    return dcc.Link(html.Div(words, className="words"), href=link("/labs", f"lab={entry.name}"),
                    className="gallery-lab")  # fmt: skip


def _figure(name: str) -> html.Article:
    """A figure: its question, the page that shows it, and the command that draws it."""
    path, shell = SHOWN_ON.get(name), command(name, out=f"{name}.png")
    there = paths().get(path)
    shown = [dcc.Link(f"On {there} →", href=link(path))] if there else []
    copy = html.Button([icon("copy"), "Copy command"], className="button small",
                       **{"data-action": "gallery-copy", "aria-label": f"Copy the command of {name}"})  # fmt: skip
    return html.Article(
        [
            html.H3(ANSWERS[name].question),
            html.P(name.replace("_", " "), className="dim"),
            html.Pre(html.Code(shell), tabIndex=0, role="group", **{"aria-label": f"Command of {name}"}),
            html.Div([*shown, copy], className="row-foot"),
        ],
        className="gallery-figure",
    )


@cache
def paths() -> dict[str, str]:
    """The names of the pages that there are, by path."""
    found = [importlib.import_module(f"{pages.__name__}.{info.name}") for info in pkgutil.iter_modules(pages.__path__)]
    return {page.PATH: page.NAME for page in found}
