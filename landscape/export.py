"""Export: figures to PNG, SVG, PDF and self-contained HTML; the numbers of an experiment to CSV."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from html import escape
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from landscape.parameters import LandscapeError, nearest
from landscape.table import csv

__all__ = ["FORMATS", "Browser", "NoBrowser", "check_writable", "csv", "format_of", "html", "image", "images", "save"]
FORMATS = ("png", "svg", "pdf", "html")
BROWSER = (
    "Drawing PNG, SVG and PDF needs Chrome or Chromium, and none was found: install one "
    "(Debian: apt-get install chromium), or write HTML, which needs nothing: {instead}"
)
NO_KALEIDO = "PNG, SVG and PDF need Kaleido: pip install 'landscape[export]', or write HTML."


class NoBrowser(LandscapeError):
    """No browser could be started."""


def format_of(path: str | Path) -> str:
    """The format that a file name asks for."""
    ending = Path(path).suffix.lstrip(".").lower()
    if ending not in FORMATS:
        legal = ", ".join(f".{name}" for name in FORMATS)
        raise LandscapeError(
            f"'{path}' should end in one of {legal}. {nearest(ending, FORMATS) if ending else ''}".strip()
        )
    return ending


def check_writable(path: str | Path) -> Path:
    """The path, if a file can be made there; told before anything is computed."""
    path = Path(path)
    try:
        if path.is_dir():
            raise LandscapeError(f"Cannot write '{path}': it is a folder; give a file name.")
        existed = path.exists()
        with path.open("ab"):
            pass
        if not existed:
            path.unlink()
    except OSError as error:
        raise LandscapeError(f"Cannot write '{path}': {error.strerror or error}; choose another place.") from None
    return path


def save(figure: Any, path: str | Path, *, scale: float = 1.0) -> Path:
    """Write a Plotly figure to `path`, in the format that its ending names; `scale` multiplies pixels of a PNG."""
    kind, path = format_of(path), check_writable(path)
    if kind == "html":
        path.write_text(html(figure), encoding="utf-8")
    else:
        path.write_bytes(image(figure, kind, scale=scale, html=path.with_suffix(".html")))
    return path


def html(figure: Any) -> str:
    """A page that needs no network: Plotly's own script is inside. It is as dark as the figure to its edges."""
    title = next((note.text for note in figure.layout.annotations or () if note.text), "Landscape")
    page = figure.to_html(include_plotlyjs=True, full_html=True, config={"displaylogo": False, "responsive": True})
    head = f'<html lang="en"><head><title>{escape(title.removeprefix("<b>").removesuffix("</b>"))}</title>'
    head += f"<style>body {{margin: 0; background: {figure.layout.paper_bgcolor or 'white'};}}</style>"
    return page.replace("<html>", '<html lang="en">', 1).replace('<html lang="en">\n<head>', head, 1)


def image(figure: Any, kind: str, *, scale: float = 1.0, html: str | Path = "figure.html") -> bytes:
    """The figure as PNG, SVG or PDF bytes, drawn by an installed Chrome or Chromium."""
    return images([figure], kind, scale=scale, html=html)[0]


def images(figures: list[Any], kind: str, *, scale: float = 1.0, html: str | Path = "figure.html") -> list[bytes]:
    """Several figures as PNG, SVG, PDF or WebP bytes, drawn by one browser."""
    with Browser(f"--out {html}") as browser:
        drawn = [browser.draw(figure, kind, scale=scale) for figure in figures]
        return [each.result() for each in drawn]


class Browser:
    """One browser in a thread of its own: it draws while the next figures are computed. It starts when first asked."""

    def __init__(self, instead: str = "--out figure.html"):
        self._instead, self._asked, self._thread = instead, Queue(), None

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind, *_) -> None:
        """Wait for what is being drawn, unless something went wrong."""
        self._asked.put(None)
        if self._thread and kind is None:
            self._thread.join()

    def draw(self, figure: Any, kind: str, *, scale: float = 1.0) -> Future:
        """The bytes to come of a figure as PNG, SVG, PDF or WebP; raises a LandscapeError where asked for them."""
        try:
            import kaleido
        except ImportError:
            raise LandscapeError(NO_KALEIDO) from None
        if self._thread is None:
            # A daemon: a browser that does not start may leave it waiting for ever.
            self._thread = Thread(target=self._run, args=(kaleido,), daemon=True)
            self._thread.start()
        drawing: Future = Future()
        options = _options(figure, kind, scale)
        self._asked.put((_arrows(figure.to_dict(), options["scale"]), options, drawing))
        return drawing

    def _run(self, kaleido: Any) -> None:
        try:
            asyncio.run(self._serve(kaleido))
        except Exception as error:  # it has not started: nothing will be drawn
            while (job := self._asked.get()) is not None:
                job[-1].set_exception(self._said(error))

    async def _serve(self, kaleido: Any) -> None:
        # No MathJax: that would be fetched.
        async with kaleido.Kaleido(n=1, mathjax=False) as browser:
            while (job := await asyncio.to_thread(self._asked.get)) is not None:
                figure, options, drawing = job
                try:
                    drawing.set_result(_scaling(await browser.calc_fig(figure, opts=options), options["format"]))
                except Exception as error:
                    drawing.set_exception(self._said(error))

    def _said(self, error: Exception) -> LandscapeError:
        if any(word in f"{error} {error.__cause__}".lower() for word in ("chrome", "browser")):
            return NoBrowser(BROWSER.format(instead=self._instead))
        return LandscapeError(f"The browser could not draw this figure: {error}.")


def _options(figure: Any, kind: str, scale: float) -> dict[str, Any]:
    size = {"width": figure.layout.width, "height": figure.layout.height}
    # Vectors need no more pixels; what is 3-D in them is a picture of twice the pixels already.
    return {"format": kind, "scale": 1.0 if kind in ("svg", "pdf") else scale} | {
        name: value for name, value in size.items() if value
    }


def _arrows(figure: dict[str, Any], scale: float) -> dict[str, Any]:
    """The figure with arrows as thick as the rest: Plotly draws them with lines that do not scale with the picture."""
    for trace in figure["data"] if scale != 1 else ():
        if trace["type"] == "quiver":
            head = trace.setdefault("marker", {})
            line = head.setdefault("line", {})
            line["width"] = line.get("width", 1.0) * scale
            head["arrowsize"] = max(0.3, head.get("arrowsize", 1.0) / scale)  # of the line's width; least that is legal
    return figure


def _scaling(content: bytes, kind: str) -> bytes:
    """The same of an SVG, which others scale."""
    return content.replace(b"vector-effect: non-scaling-stroke;", b"") if kind == "svg" else content
