"""The Python reference: which objects stand on which page; mkdocstrings reads their signatures and docstrings."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from textwrap import indent
from types import ModuleType

import landscape as ls

LATER = tuple(ls._LATER)  # loaded on use, so not in __all__
# Entries have pages of their own.
ELSEWHERE = ("surfaces", "optimizers", "schedules", "bridges", "figures", "labs", "problems", "searches")

MEASURES = ("measures", "anytime", "bootstrap", "profiles", "statistics")  # of studies, on one page

WEIGHTS = ("planes", "slices", "honesty", "interpolation", "connectivity", "hessian", "lanczos", "spectrum",
           "sharpness", "resnet")  # what is done with networks, on one page

PROBLEMS = ["DiscreteSurface", "load", "problem"]  # what has no page as an entry

EXAMPLE = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)  # with what it prints
ROW = re.compile(r"^(?P<name>\w+(?:, \w+)*) {2,}(?P<words>\S.*)$")


def pages() -> dict[str, str]:
    """Markdown by title: a page for each part of the library that has public names."""
    parts: dict[str, list[str]] = {}
    for name in ls.__all__:
        thing = getattr(ls, name)
        if not isinstance(thing, ModuleType):
            part = thing.__module__.removeprefix("landscape.")
            parts.setdefault("domains" if part.startswith("domains.") else part, []).append(name)
    made = {_title(part): _page(part, names) for part, names in sorted(parts.items())}
    for name in (*LATER, *(n for n in ls.__all__ if isinstance(getattr(ls, n), ModuleType))):
        if name not in ELSEWHERE:
            made[_title(name)] = _page(name, _public(importlib.import_module(f"landscape.{name}")))
    made["Measures of studies"] = "# Measures of studies\n\n" + "\n".join(_section(f"benchmark.{n}") for n in MEASURES)
    made["Match"], made["Problems"] = _page("match", ["Match", "Played", "Lane"]), _page("problems", PROBLEMS)
    made["Terrain"] += "\n".join(_section(f"terrain.{n}") for n in ls.terrain.__all__)
    made["Planes and curvature"] = "# Planes and curvature\n\n" + "\n".join(_section(f"networks.{n}") for n in WEIGHTS)
    made["Labs and sheets"] = "# Labs and sheets\n\n" + "\n".join(_section(name) for name in ("lab", "figures.sheet"))
    return dict(sorted(made.items()))


def write(folder: Path) -> list[dict[str, str]]:
    """Write the pages below `folder`; their list for the navigation."""
    place = folder / "reference" / "python"
    place.mkdir(parents=True, exist_ok=True)
    navigation = [{"Overview": "reference/python/index.md"}]
    rows = []
    for title, text in pages().items():
        slug = title.lower().replace(" ", "-")
        (place / f"{slug}.md").write_text(text, encoding="utf-8")
        navigation.append({title: f"reference/python/{slug}.md"})
        rows.append(f"| [{title}]({slug}.md) | {', '.join(f'`{name}`' for name in _named(text))} |")
    (place / "index.md").write_text("\n".join([INTRO, *rows]) + "\n", encoding="utf-8")
    return navigation


INTRO = """# Python

Everything public is reached from `import landscape as ls`. Entries of the catalog have pages of their own:
[surfaces](../surfaces/index.md), [optimizers](../optimizers/index.md), [schedules](../schedules.md),
[bridges to other packages](../bridges.md), [labs](../labs/index.md) and [figures](../../figures/index.md).

| part | names |
|---|---|"""


def _named(text: str) -> list[str]:
    return [line.rpartition(".")[2] for line in text.splitlines() if line.startswith("::: ")]


def _title(part: str) -> str:
    return part.replace("_", " ").capitalize()


def _public(module: ModuleType) -> list[str]:
    """The functions and classes that a module offers."""
    listed = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    own = [n for n in listed if callable(getattr(module, n)) and hasattr(getattr(module, n), "__module__")]
    return [n for n in own if getattr(module, n).__module__.startswith(module.__name__)]


def _section(part: str) -> str:
    """A part of a page: the same as a page, its heading one lower."""
    text = _page(part, _public(importlib.import_module(f"landscape.{part}")))
    return "\n".join([f"## landscape.{part}", *text.splitlines()[1:], ""])


def _page(part: str, names: list[str]) -> str:
    """A heading, what the module says of itself, and its objects."""
    module = importlib.import_module(f"landscape.{part}")
    objects = "\n\n".join(f"::: {getattr(module, name).__module__}.{getattr(module, name).__name__}" for name in names)
    return f"# {_title(part)}\n\n{about(module)}\n\n{objects}\n"


def about(module: ModuleType) -> str:
    """What a module says of itself, its examples as code."""
    return EXAMPLE.sub(lambda found: indent(found[0], "    "), inspect.cleandoc(module.__doc__ or ""))


def listed(text: str) -> str:
    """The text with such paragraphs as Markdown lists; other paragraphs stay.

    >>> listed("Walks.\\n\\nsteps    how many\\n         there are")
    'Walks.\\n\\n- `steps`: how many there are'
    """
    return "\n\n".join(_paragraph(paragraph) for paragraph in text.split("\n\n"))


def _paragraph(text: str) -> str:
    lines = text.splitlines()
    if not lines or not ROW.match(lines[0]):
        return text
    items: list[str] = []
    for line in lines:
        if row := ROW.match(line):
            items.append(f"- `{row['name']}`: {row['words']}")
        else:
            items[-1] += f" {line.strip()}"
    return "\n".join(items)
