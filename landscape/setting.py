"""Settings: any number of an optimizer, of its schedules or of its surface, by a name with dots, and a grid of it.

`learning_rate` and `learning_rate.peak` belong to the optimizer; `surface.condition` and, of a surface inside
another one, `surface.surface.a` to the surface.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.entry import Bound
from landscape.optimizer import Optimizer
from landscape.parameters import Inner, LandscapeError, Level, Parameter, Range, nearest, parameters_of
from landscape.schedule import Schedule
from landscape.surface import Surface

EVEN = 1e-6  # relative error of what counts as evenly spaced
DECADES = 4.0  # of a logarithmic grid over a range that reaches down to zero


class Axis(NamedTuple):
    """The values (a,) of one number, ascending."""

    name: str
    values: np.ndarray
    log: bool

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").replace(".", " · ")

    def between(self, low: float, high: float) -> Axis:
        """As many values between two others, spaced in the same way."""
        return self._replace(values=_spread(low, high, len(self.values), self.log, self.name))

    def nearest(self, value: float) -> int:
        """The index of the value nearest to this one, as the axis is drawn."""
        drawn = np.log if self.log else np.asarray
        return int(np.argmin(np.abs(drawn(self.values) - drawn(value))))


def numbers(surface: Surface, optimizer: Optimizer) -> dict[str, Range]:
    """Every number that may be swept, and the range it is drawn over, by its name with dots."""
    return dict(_numbers(optimizer, "")) | dict(_numbers(surface, "surface."))


def _numbers(bound: Bound, before: str):
    prepared = parameters_of(bound.entry.prepare) if bound.entry.prepare else {}  # what was computed with them is fixed
    for name, parameter in bound.parameters.items():
        value = bound.values[name]
        if isinstance(parameter.kind, Inner):
            yield from _numbers(value, f"{before}{name}.")
        elif isinstance(value, Schedule):
            yield from ((f"{before}{name}.{n}", _of_level(p, parameter)) for n, p in value.parameters.items()
                        if isinstance(_of_level(p, parameter), Range) and not p.static)  # fmt: skip
        elif isinstance(parameter.kind, Range) and not parameter.static and name not in prepared:
            yield before + name, parameter.kind


def _of_level(own: Parameter, driven: Parameter) -> Any:
    """The kind of a schedule's parameter: a level has the range of what the schedule drives."""
    return driven.kind if isinstance(own.kind, Level) else own.kind


def axis(given: Any, surface: Surface, optimizer: Optimizer, count: int) -> Axis:
    """The axis meant by a name, (name, values), (name, low, high), or "name:low:high" as on a command line.

    Without values there are `count`, over the range of the number's slider unless told, evenly or by equal ratios as
    the slider is.
    """
    name, *rest = given.split(":") if isinstance(given, str) else given
    known = numbers(surface, optimizer)
    if name not in known:
        raise LandscapeError(_unknown(str(name), known, surface, optimizer))
    kind = known[name]
    if len(rest) == 1:
        made = Axis(name, *_given(rest[0], name, kind))
    elif len(rest) in (0, 2):
        low, high = _ends(rest, name) if rest else (kind.low, kind.high)
        log = kind.log or (bool(rest) and low > 0 and high / low >= 1000)
        low = high / 10**DECADES if log and not rest and low <= 0 else low
        made = Axis(name, _spread(low, high, count, log, name), log)
    else:
        raise LandscapeError(f"{given} is no axis; give a name, (name, values) or (name, low, high).")
    for end in made.values[[0, -1]].tolist():
        placed(surface, optimizer, {name: end}, checked=True)
    return made


def _ends(rest, name: str) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in rest)
    except (TypeError, ValueError):
        raise LandscapeError(f"{name} from {rest[0]} to {rest[1]}: give two numbers.") from None
    return low, high


def _given(values: Any, name: str, kind: Range) -> tuple[np.ndarray, bool]:
    """Values as an array, and whether they are spaced by equal ratios."""
    try:
        array = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        array = np.zeros(0)
    if array.ndim != 1 or len(array) < 2 or not np.isfinite(array).all() or np.any(np.diff(array) <= 0):
        raise LandscapeError(f"The values of {name} should be two finite numbers or more, ascending.")
    if array[0] <= 0:
        return array, False
    ratios = np.diff(np.log(array))
    even = np.allclose(np.diff(array), array[1] - array[0], rtol=EVEN, atol=0.0)
    return array, kind.log if even and len(array) == 2 else bool(np.allclose(ratios, ratios[0], rtol=EVEN, atol=0.0))


def _spread(low: float, high: float, count: int, log: bool, name: str) -> np.ndarray:
    if not (np.isfinite([low, high]).all() and low < high and (low > 0 or not log)):
        raise LandscapeError(f"{name} from {low:g} to {high:g} is no range; give {'0 < ' if log else ''}low < high.")
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 2:
        raise LandscapeError(f"A resolution of {count} is no whole number from 2 on.")
    return np.geomspace(low, high, count) if log else np.linspace(low, high, count)


def _unknown(name: str, known: dict[str, Range], surface: Surface, optimizer: Optimizer) -> str:
    of = f"{optimizer.name} on {surface.name}"
    driven = [other for other in known if other.startswith(f"{name}.")]
    if driven:
        return f"{name} of {of} follows a schedule; sweep one of its numbers: {', '.join(driven)}."
    owner, own = (surface, name.removeprefix("surface.")) if name.startswith("surface.") else (optimizer, name)
    if own in owner.parameters:
        return f"{name} of {of} is a choice or a whole number, and each compiles apart; sweep {', '.join(known)}."
    return f"{of} has no number '{name}'. {nearest(name, known)}"


def placed(
    surface: Surface, optimizer: Optimizer, values: dict[str, Any], checked: bool = False
) -> tuple[Surface, Optimizer]:
    """Both with these values, by name; `checked` raises LandscapeError where one is not legal."""
    for name, value in values.items():
        first, *path = name.split(".")
        if first == "surface":
            surface = _placed(surface, path, value, checked)
        else:
            optimizer = _placed(optimizer, [first, *path], value, checked)
    return surface, optimizer


def _placed(bound: Bound, path: list[str], value: Any, checked: bool) -> Any:
    name, *rest = path
    inside = _placed(bound.values[name], rest, value, checked) if rest else value
    return bound.replace(**{name: inside}) if checked else bound.pinned({name: inside})
