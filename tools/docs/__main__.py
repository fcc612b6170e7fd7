"""Build the documentation: `python -m tools.docs` writes build/docs/site, with every example run on the way."""

from __future__ import annotations

import logging
import re
import shutil
import time
from pathlib import Path

import jax
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from landscape.figures import FIGURES
from landscape.report.answers import ANSWERS
from landscape.xla import fast_loops
from tools.docs import commands, python, reference
from tools.docs.examples import Runner, images

ROOT = Path(__file__).absolute().parents[2]
HERE, WRITTEN, BUILT = Path(__file__).parent, ROOT / "docs" / "site", ROOT / "build" / "docs"
PAGES, SITE = BUILT / "pages", BUILT / "site"
FONTS = ROOT / "apps" / "landscape_dashboard" / "assets"
OUTSIDE = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//[^"'\s>]+""")
ABOUT = {  # pages that are read elsewhere in the checkout too, and where their links lead here
    "explanation/design.md": ("docs/design.md", {}),
    "explanation/own.md": (
        "CONTRIBUTING.md",
        {"docs/design.md": "design.md", "docs/site/guides/labs.md": "../guides/labs.md"},
    ),
    "explanation/new.md": ("CHANGELOG.md", {"benchmarks/LABS.md": "labs.md"}),
    "explanation/labs.md": ("benchmarks/LABS.md", {}),
}


def main() -> None:
    """Write the pages, draw their pictures, build the site, and make sure that it asks nothing of other hosts."""
    began = time.perf_counter()
    jax.config.update("jax_enable_x64", True)
    fast_loops()
    shutil.rmtree(BUILT, ignore_errors=True)
    PAGES.mkdir(parents=True)
    runner = Runner()
    _step("examples", lambda: _write(runner))
    navigation = _step("reference", _generate)
    _step("pictures", lambda: runner.draw(PAGES))
    _step("site", lambda: _build(navigation))
    _check()
    print(f"Wrote {SITE / 'index.html'} in {time.perf_counter() - began:.0f} s")


def _step(name: str, work):
    began, used = time.perf_counter(), time.process_time()
    done = work()
    took = time.perf_counter() - began
    print(f"{name:10} {took:5.1f} s, of this process {time.process_time() - used:5.1f} s", flush=True)
    return done


def _write(runner: Runner) -> None:
    """The written pages, their examples run."""
    for path in sorted(WRITTEN.rglob("*.md")):
        name, text = path.relative_to(WRITTEN), path.read_text(encoding="utf-8")
        if name.parent.name == "figures" and path.stem in FIGURES:
            text = runner.figure_page(path.stem, text) + reference.figure_options(path.stem)
        else:
            text = runner.page(str(name), text.replace("{{ figures }}", figure_table()), up=len(name.parts) - 1)
        _save(name, text)


def figure_table() -> str:
    """Which figure answers which question, each with its picture."""
    rows = []
    for name, (question, _) in ANSWERS.items():
        picture = images(name, question, 1, "small").strip()
        rows.append(f"| [{picture}]({name}.md) | **[{name}]({name}.md)**<br>{question} |")
    return "\n".join(["| | question |", "|---|---|", *rows]) + "\n"


def _generate() -> list:
    """The generated pages and the assets; the navigation of all."""
    entries = reference.write(PAGES)
    _save("reference/commands.md", commands.page())
    for name, (source, links) in ABOUT.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        for old, new in links.items():
            text = text.replace(f"]({old})", f"]({new})")
        _save(name, text)
    for asset in ("site.css", "iframe-worker.js"):
        shutil.copy(HERE / asset, PAGES)
    for font in FONTS.glob("inter-*"):
        shutil.copy(font, PAGES)
    shutil.copytree(ROOT / "docs" / "images", PAGES / "images")
    return [
        {"Start": [{"Landscape": "index.md"}, {"Install": "install.md"}]},
        {"Guides": [{"Use the dashboard": "guides/dashboard.md"}, {"Make figures for slides": "guides/figures.md"},
                    {"Networks as landscapes": "guides/networks.md"},
                    {"Discrete problems": "guides/discrete.md"},
                    {"Labs: claims, measured": "guides/labs.md"},
                    {"Benchmark from Python": "guides/benchmark.md"},
                    {"Run a study on many machines": "guides/cluster.md"}]},
        {"Figures": [{"Which figure answers what": "figures/index.md"}, {"Of a study": "figures/study.md"},
                     {"Of networks": "figures/networks.md"},
                     *(f"figures/{name}.md" for name in ANSWERS)]},
        {"Reference": [
            {"Surfaces": entries["surfaces"]}, {"Optimizers": entries["optimizers"]},
            {"Discrete problems": "reference/discrete.md"}, {"Searches": "reference/searches.md"},
            {"Labs": entries["labs"]},
            {"Schedules": "reference/schedules.md"},
            {"Other packages": "reference/bridges.md"}, {"Command line": "reference/commands.md"},
            {"Python": python.write(PAGES)}]},
        {"Explanation": [{"Glossary": "explanation/glossary.md"}, {"Design": "explanation/design.md"},
                         {"Labs, measured": "explanation/labs.md"},
                         {"Own surfaces and optimizers": "explanation/own.md"}, {"What is new": "explanation/new.md"}]},
    ]  # fmt: skip


def _save(name: str | Path, text: str) -> None:
    (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
    (PAGES / name).write_text(text, encoding="utf-8")


def _build(navigation: list) -> None:
    """Make HTML of the pages; any warning ends the build."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    config = load_config(str(HERE / "mkdocs.yml"), nav=navigation, strict=True)
    try:
        build(config)
    except Abort as error:
        raise SystemExit(f"The site is not built: {error}") from None


def _check() -> None:
    """Raise where a page would load something from another host."""
    found = [f"{path.relative_to(SITE)}: {OUTSIDE.search(text)[0]}" for path in SITE.rglob("*.html")
             if OUTSIDE.search(text := path.read_text(encoding="utf-8"))]  # fmt: skip
    if found:
        raise SystemExit("These pages ask other hosts:\n" + "\n".join(found[:20]))


if __name__ == "__main__":
    main()
