"""Source: Python that makes again what is seen, the same numbers at the same precision."""

from __future__ import annotations

from importlib.metadata import version

import jax

from landscape import catalog
from landscape.entry import Bound, Entry

_SCRIPT = '''"""Made by Landscape ({versions})."""

import jax

jax.config.update("jax_enable_x64", {precision})  # before anything is computed: the precision of this run

import landscape as ls

{body}'''


def script(body: str) -> str:
    """A file that runs `body`, which finds the library as `ls`, at this process's precision."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("landscape", "jax", "numpy"))
    return _SCRIPT.format(versions=versions, precision=bool(jax.config.jax_enable_x64), body=body)


def python(bound: Bound) -> str:
    """The call that makes it, as in ls.surfaces.quadratic(condition=50.0)."""
    catalog.text(bound)  # raises for functions of the user's
    inside = [f"{n}={python(v) if isinstance(v, Bound) else repr(v)}" for n, v in bound.told.items()]
    return f"ls.{_home(bound.entry)}.{bound.name}({', '.join(inside)})"


def _home(entry: Entry) -> str:
    """The vocabulary that an entry is found in: its folder where that has a name of its own."""
    folder = entry.factory.__module__.split(".")[1:2]
    return folder[0] if folder and folder[0] in ("problems", "searches") else f"{entry.kind}s"
