"""Problems as the shell names them, where an instance may be a file."""

from __future__ import annotations

import os

from landscape import catalog
from landscape.match.forms import check_problem
from landscape.problems import DiscreteSurface, load


def problem(text: str) -> DiscreteSurface:
    """The discrete problem that `text` describes: `tsp`, `tsp:instance=kroA100`, `tsp:instance=mine.tsp`.

    LandscapeError where it is another surface, or a file that cannot be read.
    """
    name, values = catalog.split("surface", text)
    check_problem(name)
    given = values.get("instance")
    if isinstance(given, str) and _is_path(given):
        values["instance"] = load(given)
    return catalog.problems()[name](**values)


def _is_path(given: str) -> bool:
    """Whether a word names a file, there or not: with an ending, which `random:20:0.5` and points do not mean."""
    return os.path.isfile(given) or (":" not in given and bool(os.path.splitext(given)[1] or os.path.dirname(given)))
