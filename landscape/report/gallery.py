"""The gallery: one page with every surface, its picture, formula, facts, source, and the code that draws it.

The page is one file that needs no network: pictures are inside, formulas are MathML, which browsers draw themselves.
"""

from __future__ import annotations

import base64
import shlex
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from string import Template

import numpy as np

from landscape import catalog, export
from landscape.figures import parts
from landscape.figures.contour import axes, base, domain, overlay
from landscape.figures.slice_1d import axes as curve_axes
from landscape.figures.slice_1d import line
from landscape.parameters import Choice, LandscapeError
from landscape.scene import Scene
from landscape.staging import plane_of, scene, stage
from landscape.surface import Surface
from landscape.theme import PANEL, Theme, named, written

WIDTH, HEIGHT, SCALE = 520, 360, 1.5  # of a picture, pixels
MARGIN = {"l": 40, "r": 14, "t": 4, "b": 26, "pad": 0}
RESOLUTION, ARROWS = 141, 16  # points and arrows along the longer side
MOST_MINIMA = 4  # written out; of more, how many there are
PLACE = Path(__file__).parent


def gallery(
    out: str | Path = "gallery.html",
    *,
    names: Iterable[str] | None = None,
    theme: str = "light",
    progress: Callable[[str, int, int], None] = lambda name, done, all_: None,
) -> Path:
    """Write the page to `out` (.html). `names` are surfaces, by default all; `progress(name, done, all)` is called."""
    if Path(out).suffix.lower() != ".html":
        raise LandscapeError(f"'{out}' should end in .html.")
    path, colours = export.check_writable(out), named(theme)
    surfaces = list(shown(names))
    drawn = []
    for i, surface in enumerate(surfaces):
        progress(surface.label, i, len(surfaces))
        drawn.append(picture(_scene(surface), colours))
    progress("pictures", len(surfaces), len(surfaces))
    images = export.images(drawn, "webp", scale=SCALE)
    path.write_text(page(surfaces, images, colours), encoding="utf-8")
    return path


def shown(names: Iterable[str] | None = None) -> Iterator[Surface]:
    """Every surface at its defaults; of an entry that holds numbered functions, each of them."""
    for name in catalog.surfaces() if names is None else names:
        entry = catalog.find("surface", name)
        function = entry.parameters.get("function")
        if function is None or isinstance(function.kind, Choice):
            yield entry()
        else:
            yield from (entry(function=i) for i in range(int(function.kind.low), int(function.kind.high) + 1))


def _scene(surface: Surface) -> Scene:
    aspect = (WIDTH - MARGIN["l"] - MARGIN["r"]) / (HEIGHT - MARGIN["t"] - MARGIN["b"])
    plane = plane_of(surface) if surface.dim > 1 else None
    return scene(surface, ground=stage(surface, plane, aspect, RESOLUTION, arrows=ARROWS))


def picture(drawn: Scene, theme: Theme):
    """A small contour, or curve, without words."""
    layout = parts.page(theme, PANEL, WIDTH, HEIGHT, MARGIN)
    if drawn.profile is not None:
        traces, frame = [line(drawn.profile, theme, PANEL)], curve_axes(drawn.profile._replace(name=""), theme, PANEL)
    else:
        traces, frame = base(drawn, theme, PANEL), axes(drawn, theme, PANEL)
    marks = [trace for trace in overlay(drawn, theme, PANEL) if trace["meta"]["role"] == "minima"]
    return parts.finish(traces + marks, layout | frame | {"shapes": [domain(drawn, theme)]})


def page(surfaces: list[Surface], images: list[bytes], theme: Theme) -> str:
    """The whole page."""
    families: dict[str, list[str]] = {}
    for surface, image in zip(surfaces, images, strict=True):
        families.setdefault(surface.entry.family.replace("_", " "), []).append(_card(surface, image))
    sections = [f"<section><h2>{escape(name.capitalize())} <small>{len(cards)}</small></h2><div class=cards>"
                f"{''.join(cards)}</div></section>" for name, cards in families.items()]  # fmt: skip
    colours = {name: value for name, value in vars(theme).items() if isinstance(value, str)}
    style = Template((PLACE / "gallery.css").read_text("utf-8")).substitute(colours)
    whole = Template((PLACE / "gallery.html").read_text("utf-8"))
    return whole.substitute(style=style, sections="".join(sections), count=len(surfaces))


def _card(surface: Surface, image: bytes) -> str:
    """One surface."""
    packed = base64.b64encode(image).decode()
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts(surface))
    name = escape(surface.label)
    note = f"<p class=note>{escape(surface.note)}</p>" if surface.note else ""
    return (
        f'<article id="{escape(catalog.text(surface)[:80])}"><h3>{name}</h3>'
        f'<img width={WIDTH} height={HEIGHT} loading=lazy alt="Picture of {name}" '
        f'src="data:image/webp;base64,{packed}">'
        f"<p>{escape(surface.entry.summary)}</p><div class=formula>{_formula(surface.formula)}</div>"
        f"<dl>{rows}</dl>{note}{_code(surface)}</article>"
    )


def facts(surface: Surface) -> Iterator[tuple[str, str]]:
    """Names and values (HTML) of what is known of a surface."""
    yield "domain", _box(surface)
    numbers = ", ".join(f"{n} = {v:g}" for n, v in surface.values.items() if isinstance(v, (int, float)))
    if numbers:
        yield "parameters", escape(numbers)
    yield "minima", _minima(surface)
    if np.isfinite(surface.minimum):
        yield "lowest value", escape(f"{surface.minimum:.12g}".replace("-", "−"))
    yield "differentiable", "yes" if surface.differentiable else "not everywhere"
    yield "source", _source(surface.entry.source)


def _box(surface: Surface) -> str:
    """The domain, a coordinate's range written once where all have the same."""
    ranges = [f"[{_number(a)}, {_number(b)}]" for a, b in zip(surface.domain.lower, surface.domain.upper, strict=True)]
    if len(ranges) > 1 and len(set(ranges)) == 1:
        return f"{ranges[0]}<sup>{surface.dim}</sup>"
    return " × ".join(ranges)


def _minima(surface: Surface) -> str:
    known = surface.minima
    if not len(known):
        return {-np.inf: "falls without end"}.get(surface.minimum, "no single points known")
    points = [f"({', '.join(_number(x) for x in point)})" for point in known[:MOST_MINIMA]]
    return escape(", ".join(points)) + (f" and {len(known) - MOST_MINIMA} more" if len(known) > MOST_MINIMA else "")


def _number(value: float) -> str:
    return "0" if abs(value) < 1e-15 else f"{value:.6g}".replace("-", "−") if abs(value) < 1e6 else written(value)


def _source(source: str) -> str:
    """A link where the source is an address, a DOI or an arXiv number."""
    for kind, place in (("doi:", "https://doi.org/"), ("arXiv:", "https://arxiv.org/abs/"), ("https:", "https:")):
        if source.startswith(kind):
            return f'<a href="{place}{escape(source.removeprefix(kind))}">{escape(source)}</a>'
    return escape(source)


def _formula(latex: str) -> str:
    """MathML of the formula; its LaTeX source where that cannot be converted."""
    try:
        from latex2mathml.converter import convert
    except ImportError:
        raise LandscapeError("The gallery needs more packages: pip install 'landscape[export]'.") from None
    try:
        return convert(latex, display="block") if latex else ""
    except Exception:  # the converter raises whatever it stumbles over; a page without one formula is still a page
        return f"<code>{escape(latex)}</code>"


def _code(surface: Surface) -> str:
    """Code that draws it, for Python and the shell."""
    inside = ", ".join(f"{n}={v!r}" for n, v in surface.values.items() if isinstance(v, (int, float, str, bool)))
    figure = "contour" if surface.dim > 1 else "slice_1d"
    call = f"ls.surfaces.{surface.name}({inside})"
    shell = shlex.join(["landscape", "figure", figure, "--surface", catalog.text(surface)])
    python = f"import landscape as ls\n\nsurface = {call}\nls.figures.{figure}(ls.scene(surface)).show()"
    return f"<details><summary>Code</summary><pre>{escape(python)}</pre><pre>{escape(shell)}</pre></details>"
