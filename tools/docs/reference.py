"""Reference pages, written from the catalog: the signature is the schema, and here it is read once more."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from landscape import bridges, catalog, figures, problems, searches, source
from landscape.commands.listing import _default, _range
from landscape.entry import Entry
from landscape.lab import Lab
from landscape.optimizers import sgd
from landscape.report import gallery
from landscape.report.thumbnail import key, thumbnail
from landscape.surface import Surface
from tools.docs import labs
from tools.docs.examples import PICTURES, THEMES, images, tabs
from tools.docs.python import about

SAMPLES = 121  # points of a schedule's curve
COMMON = ("theme", "width", "height", "sizes")  # options that every figure has


def write(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Write every generated page below `folder`; the lists of the navigation."""
    surfaces = grouped(gallery.shown(), lambda surface: surface.entry.family)
    optimizers = grouped(catalog.optimizers().values(), lambda entry: entry.group)
    for name, each in surfaces.items():
        _save(folder, f"reference/surfaces/{_slug(name)}.md", _page(name, map(surface_section, each)))
    for name, each in optimizers.items():
        _save(folder, f"reference/optimizers/{_slug(name)}.md", _page(name, map(optimizer_section, each)))
    for surface in (surface for each in surfaces.values() for surface in each):
        _thumbnails(folder, surface)
    listed = {name: [surface.entry for surface in each] for name, each in surfaces.items()}
    _save(folder, "reference/surfaces/index.md", _index("Surfaces", "surfaces", listed))
    _save(folder, "reference/optimizers/index.md", _index("Optimizers", "optimizers", optimizers))
    experiments = labs.families()
    for name, each in experiments.items():
        _save(folder, f"reference/labs/{_slug(name)}.md", _page(name, map(lab_section, each)))
    _save(folder, "reference/labs/index.md", labs.index(experiments.items(), _slug, titled))
    entries = catalog.schedules().values()
    _save(folder, "reference/schedules.md", _page("schedules", map(schedule_section, entries), SCHEDULES))
    entries = catalog.problems().values()
    _save(folder, "reference/discrete.md", _page("discrete problems", map(problem_section, entries), about(problems)))
    entries = catalog.searches().values()
    _save(folder, "reference/searches.md", _page("searches", map(search_section, entries), about(searches)))
    entries = catalog.bridges().values()
    _save(folder, "reference/bridges.md", _page("bridges", map(bridge_section, entries), about(bridges)))
    return {
        kind: [{"Overview": f"reference/{kind}/index.md"}]
        + [{titled(name): f"reference/{kind}/{_slug(name)}.md"} for name in groups]
        for kind, groups in (("surfaces", surfaces), ("optimizers", optimizers), ("labs", experiments))
    }


SCHEDULES = """
Any number of an optimizer or a surface may follow one of these; progress runs from 0 at the first step to 1 at
the last. Levels left out come from what is driven: the first level is the parameter's own default.

```python
import landscape as ls

ls.optimizers.adam(learning_rate=ls.schedules.cosine(peak=0.1, warmup=0.1))
```

On the command line, in addresses and in files the same is written `adam:learning_rate=cosine(peak=0.1,warmup=0.1)`.
"""


def grouped(things: Iterable[Any], key: Callable[[Any], str]) -> dict[str, list]:
    """Things by a name that neighbours share, in their order."""
    return {name.replace("_", " "): list(each) for name, each in groupby(things, key)}


def _save(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def titled(name: str) -> str:
    """The name of a group as a heading."""
    return {"bbob": "BBOB"}.get(name, name.capitalize())


def _slug(name: str) -> str:
    return name.replace(" ", "-")


def _page(name: str, sections: Iterable[str], words: str = "") -> str:
    return f"# {titled(name)}\n\n{words}\n\n" + "\n\n".join(sections) + "\n"


def _index(title: str, kind: str, groups: dict[str, list[Entry]]) -> str:
    """A table of all entries, with links to their sections."""
    lines = [f"# {title}\n"]
    for name, entries in groups.items():
        place = f"{_slug(name)}.md"
        lines += [f"\n## [{titled(name)}]({place})\n", "| name | what it is |", "|---|---|"]
        lines += [f"| [{e.name}]({place}#{e.name}) | {_cell(e.summary)} |" for e in dict.fromkeys(entries)]
    return "\n".join(lines) + "\n"


def surface_section(surface: Surface) -> str:
    """Picture, formula, facts, parameters and code of one surface."""
    entry, label = surface.entry, key(surface)
    figure = "contour" if surface.dim > 1 else "slice_1d"
    draw = f"ls.figures.{figure}(ls.scene(surface)).show()"
    python = f"import landscape as ls\n\nsurface = {source.python(surface)}\n{draw}"
    shell = f"landscape figure {figure} --surface {_quoted(catalog.text(surface))} --out {label}.png"
    formula = f'<div class="formula">{gallery._formula(surface.formula)}</div>\n' if surface.formula else ""
    facts = "".join(
        f"<dt>{name}</dt><dd>{value}</dd>" for name, value in gallery.facts(surface) if name != "parameters"
    )
    return "\n".join([
        _heading(surface.label, label, entry.name),
        entry.summary + "\n",
        images(f"surfaces/{label}", f"Level sets of {surface.label}", 2, "thumbnail", "png"),
        formula,
        f'<dl class="facts">{facts}</dl>\n',
        surface.note + "\n",
        _parameters(entry),
        tabs(python, shell),
    ])  # fmt: skip


def optimizer_section(entry: Entry) -> str:
    """Parameters, source and code of one optimizer."""
    bound = entry()
    call = source.python(bound)
    python = f"import landscape as ls\n\noptimizer = {call}\ntrajectory = ls.run(ls.surfaces.rosenbrock(), optimizer)"
    described = _quoted(catalog.text(bound))
    shell = f"landscape figure contour --surface rosenbrock --optimizer {described} --out {entry.name}.png"
    uses = {"gradient": "uses gradients", "second-order": "uses gradients and curvature"}
    facts = [("family", uses.get(entry.family, "uses values alone")), ("source", gallery._source(entry.source))]
    return "\n".join([
        _heading(bound.label, entry.name, entry.name),
        _words(entry) + "\n",
        _facts(facts),
        _parameters(entry),
        tabs(python, shell),
    ])  # fmt: skip


def problem_section(entry: Entry) -> str:
    """Formula, facts, parameters and code of one discrete problem."""
    bound, choice = entry(), entry.parameters.get("neighborhood")
    walk = "found = ls.run(problem, ls.searches.tabu_search(), budget=10_000)\nprint(problem.describe(found.best[0]))"
    python = f"import landscape as ls\n\nproblem = {source.python(bound)}\n{walk}"
    neighborhoods = choice.kind.options if choice else (bound.domain.neighborhood,)
    facts = [("kind", entry.family), ("neighbourhoods", ", ".join(neighborhoods)),
             ("source", gallery._source(entry.source))]  # fmt: skip
    shell = f"landscape match {entry.name} --out {entry.name}.png\nlandscape solve {entry.name}"
    return "\n".join([
        _heading(bound.label, entry.name, entry.name),
        _words(entry) + "\n",
        f'<div class="formula">{gallery._formula(bound.formula)}</div>\n' if bound.formula else "",
        _facts(facts),
        bound.note + "\n",
        _parameters(entry),
        tabs(python, shell),
    ])  # fmt: skip


def search_section(entry: Entry) -> str:
    """Parameters, source and code of one method for discrete domains."""
    bound = entry()
    python = f"import landscape as ls\n\nls.run(ls.problems.tsp(), {source.python(bound)}, budget=50_000)"
    shell = f"landscape match tsp --optimizer {entry.name} --out {entry.name}.png"
    return "\n".join([
        _heading(bound.label, entry.name, entry.name),
        _words(entry) + "\n",
        _facts([("source", gallery._source(entry.source))]),
        _parameters(entry),
        tabs(python, shell),
    ])  # fmt: skip


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return '<dl class="facts">' + "".join(f"<dt>{n}</dt><dd>{v or 'folklore'}</dd>" for n, v in facts) + "</dl>\n"


def schedule_section(entry: Entry) -> str:
    """Curve, parameters and source of one schedule."""
    where = f'<dl class="facts"><dt>source</dt><dd>{gallery._source(entry.source)}</dd></dl>\n' if entry.source else ""
    return "\n".join([_heading(entry.name, entry.name, entry.name), _words(entry) + "\n", curve(entry), where,
                      _parameters(entry)])  # fmt: skip


def bridge_section(entry: Entry) -> str:
    """One other package."""
    return "\n".join([_heading(entry.name, entry.name, entry.name), _words(entry) + "\n", _parameters(entry)])


def lab_section(lab: Lab) -> str:
    """One experiment."""
    return labs.section(lab, _heading(lab.title, lab.name, lab.name), _parameters(lab))


def figure_options(name: str) -> str:
    """What a figure takes beside what all take."""
    draw = figures.named(name)
    own = [p for p in inspect.signature(draw).parameters.values() if p.name not in (*COMMON, "scene")]
    rows = [f"| `{p.name}` | `{p.default}` |" for p in own]
    table = "\n".join(["| option | default |", "|---|---|", *rows]) + "\n" if rows else ""
    return f"\n## Reference\n\n{inspect.cleandoc(draw.__doc__ or '')}\n\n{table}"


def curve(entry: Entry) -> str:
    """A schedule's course as a small drawing in the colour of the text; what it drives goes from 0 to 1."""
    import jax

    driven = sgd(learning_rate=entry())
    progress = np.linspace(0.0, 1.0, SAMPLES)
    values = np.asarray(jax.vmap(lambda p: driven.driven("learning_rate", p, progress.dtype))(progress))
    top = values.max() or 1.0
    points = " ".join(f"{4 + 232 * p:.1f},{66 - 60 * v / top:.1f}" for p, v in zip(progress, values, strict=True))
    return (
        f'<svg class="curve" viewBox="0 0 240 72" role="img" aria-label="Course of {entry.name}">'
        f'<path d="M4 66H236" class="base"/><polyline points="{points}"/></svg>\n'
    )


def _parameters(entry: Entry) -> str:
    """A table of the parameters, those that many entries share in a fold."""
    own = [p for p in entry.parameters.values() if p.name not in entry.shared]
    table = _table(own)
    if not entry.shared:
        return table
    shared = "".join(f"    {line}\n" for line in _table(entry.shared.values()).splitlines())
    return f'{table}\n??? note "Parameters that it shares with others"\n\n{shared}'


def _table(parameters: Iterable[Any]) -> str:
    rows = [
        f"| `{p.name}` | {_cell(_default(p)) or 'empty'} | {_cell(_range(p))} | {_cell(p.help)} |" for p in parameters
    ]
    return (
        "\n".join(["| parameter | default | range | what it is |", "|---|---|---|---|", *rows]) + "\n" if rows else ""
    )


def _words(entry: Entry) -> str:
    return inspect.cleandoc(entry.__doc__ or "")


def _heading(label: str, anchor: str, name: str) -> str:
    code = f" <code>{name}</code>" if name != label else ""
    return f"## {label}{code} {{ #{anchor} data-toc-label='{label}' }}\n"


def _quoted(text: str) -> str:
    return f'"{text}"' if set(text) & set("'() *^<>&|;") else text


def _cell(text: str) -> str:
    return escape(str(text), quote=False).replace("|", "\\|")


def _thumbnails(folder: Path, surface: Surface) -> None:
    (folder / PICTURES / "surfaces").mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        (folder / PICTURES / "surfaces" / f"{key(surface)}-{theme}.png").write_bytes(thumbnail(surface, theme))
