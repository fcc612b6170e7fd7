"""Parameters: the signature of a factory is its schema.

An entry (a surface, an optimizer, a schedule) is a factory function whose keyword-only arguments are annotated
with the extent of a slider and with what is legal:

    def adam(*, learning_rate: Annotated[float, Range(1e-4, 1.0, log=True)] = 0.05): ...

Everything that needs a name, a default, a range or a help text reads it from here: the dashboard's controls, the
command line, the text grammar and the tests.  Numbers annotated `float` are traced, so changing one never
recompiles; `int`, `bool` and `Choice` parameters are structure and compile anew.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

import numpy as np

UNBOUNDED = (-math.inf, math.inf)


class LandscapeError(ValueError):
    """Bad input, told in one sentence: what was given, what is legal, what to do."""


def number(value: float) -> str:
    """A number as people write it: 0.99999, 1e-04, 12."""
    return f"{value:g}"


@dataclass(frozen=True)
class Range:
    """The extent of a slider, `low` to `high`, and the values that are `legal` (both ends included).

    Of whole numbers with a `multiple`, only its multiples are legal. Exactly the number `off`, legal too, switches
    a thing off: the factory then receives None, so that what is not there costs nothing (and compiles apart).
    """

    low: float
    high: float
    log: bool = False
    legal: tuple[float, float] = UNBOUNDED
    multiple: int = 1
    off: float | None = None

    def check(self, value: Any, where: str) -> None:
        """Raise LandscapeError unless every element of `value` is a legal number."""
        try:
            values = np.asarray(value)
        except ValueError:  # rows of different lengths
            values = np.asarray(None)
        if values.dtype.kind not in "iuf":
            raise LandscapeError(f"{where} is not a number; give one like {number(self.low)} or a schedule.")
        if self.is_off(value):
            return
        low, high = self.legal
        if not np.all((values >= low) & (values <= high) & np.isfinite(values)):
            raise LandscapeError(f"{where} is outside {self.extent}.")
        if self.multiple > 1 and np.any(values % self.multiple):
            some = ", ".join(number(first * self.multiple) for first in (1, 2, 3))
            raise LandscapeError(f"{where} is no multiple of {self.multiple}; give {some}, ….")

    def is_off(self, value: Any) -> bool:
        """Whether `value` is the one number that switches off; arrays, schedules and traced numbers never are."""
        return self.off is not None and isinstance(value, (int, float)) and value == self.off

    def holds(self, value: Any) -> bool:
        """Whether `value` is on the slider, and legal."""
        return self.low <= value <= self.high and (self.multiple == 1 or value % self.multiple == 0)

    @property
    def extent(self) -> str:
        low, high = self.legal
        if math.isinf(low) and math.isinf(high):
            return "the finite numbers"
        if math.isinf(high):
            return f"the numbers from {number(low)} on"
        return f"{number(low)} … {number(high)}"


@dataclass(frozen=True, init=False)
class Choice:
    """Named options, one of which is taken."""

    options: tuple

    def __init__(self, *options: Any):
        object.__setattr__(self, "options", options)

    def check(self, value: Any, where: str) -> None:
        if value not in self.options:
            legal = ", ".join(map(str, self.options))
            raise LandscapeError(f"{where} is not one of the options: {legal}.")


@dataclass(frozen=True)
class Level:
    """A level of a schedule.  It takes the range of whatever parameter the schedule drives.

    Left out, the first level is the driven parameter's own default; any other is `share` times the first.
    """

    share: float = 1.0
    positive: bool = False

    def check(self, value: Any, where: str) -> None:
        legal = (np.finfo(np.float32).tiny, math.inf) if self.positive else UNBOUNDED
        Range(0.0, 1.0, legal=legal).check(value, where)


@dataclass(frozen=True)
class Text:
    """A line of text of at most `longest` characters."""

    longest: int = 1_000

    def check(self, value: Any, where: str) -> None:
        if not isinstance(value, str):
            raise LandscapeError(f"{_short(where)} is no text.")
        if len(value) > self.longest:
            raise LandscapeError(f"{_short(where)} has {len(value):,} characters; {self.longest:,} are the most.")


@dataclass(frozen=True)
class Interval:
    """Two numbers, lower < upper, both at most `largest` in size."""

    largest: float = 1e12

    def check(self, value: Any, where: str) -> None:
        self.ends(value, where)

    def ends(self, value: Any, where: str) -> tuple[float, float]:
        """The two numbers as floats; raise LandscapeError where they are none."""
        try:
            pair = np.asarray(value)
        except ValueError:  # rows of different lengths
            pair = np.asarray(None)
        if pair.shape != (2,) or pair.dtype.kind not in "iuf":
            raise LandscapeError(f"{_short(where)} is no range; give two numbers, as in (-2, 2).")
        low, high = (float(end) for end in pair)
        if not (-self.largest <= low < high <= self.largest):
            raise LandscapeError(
                f"{_short(where)} is no range; give lower < upper, both between ±{number(self.largest)}."
            )
        return low, high


@dataclass(frozen=True)
class Inner:
    """Another surface, which this one wraps: its numbers stay sliders and may follow schedules."""

    kind: str = "surface"

    def check(self, value: Any, where: str) -> None:
        if getattr(getattr(value, "entry", None), "kind", None) != self.kind:
            raise LandscapeError(f"{_short(where)} is no bound {self.kind}; give one such as ls.surfaces.himmelblau().")


def _short(where: str) -> str:
    return where if len(where) <= 100 else f"{where[:100]}…"


@dataclass(frozen=True)
class Parameter:
    """One keyword of an entry: its name, extent, default, whether it is structure, and a line of help."""

    name: str
    kind: Range | Choice | Level | Text | Interval | Inner
    default: Any
    static: bool
    help: str = ""

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")

    def check(self, value: Any, owner: str) -> None:
        where = f"{owner}({self.name}={value})"
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if self.static and isinstance(self.kind, Range) and not whole:
            raise LandscapeError(f"{where} is not a whole number; give one in {self.kind.extent}.")
        self.kind.check(value, where)

    def read(self, text: str) -> Any:
        """The value that people wrote as `text`, unchecked; what does not read as a number stays text."""
        if isinstance(self.kind, Text):
            return text
        if isinstance(self.kind, Choice):
            return next((option for option in self.kind.options if str(option).lower() == text.lower()), text)
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                continue
        return text


def parameters_of(factory: Callable) -> dict[str, Parameter]:
    """The parameters of a factory, by name, in the order of its signature.

    >>> parameters_of(lambda: None)
    {}
    """
    hints = get_type_hints(factory, include_extras=True)
    keywords = inspect.signature(factory).parameters.values()
    return {
        keyword.name: _parameter(keyword, hints.get(keyword.name), factory.__name__)
        for keyword in keywords
        if keyword.kind is inspect.Parameter.KEYWORD_ONLY
    }


def _parameter(keyword: inspect.Parameter, hint: Any, owner: str) -> Parameter:
    if hint is bool:
        return Parameter(keyword.name, Choice(False, True), keyword.default, static=True)
    base, *extras = get_args(hint) or (hint,)
    kinds = [extra for extra in extras if isinstance(extra, (Range, Choice, Level, Text, Interval, Inner))]
    if len(kinds) != 1 or keyword.default is inspect.Parameter.empty:
        raise TypeError(f"{owner}: annotate {keyword.name} with a Range, a Choice or the like and give it a default.")
    words = [extra for extra in extras if isinstance(extra, str)]
    static = base is not float and not isinstance(kinds[0], (Level, Inner))
    return Parameter(keyword.name, kinds[0], keyword.default, static, words[0] if words else "")


def nearest(name: str, names: Iterable[str]) -> str:
    """A sentence that suggests the name most like `name`, or lists a few."""
    names = list(names)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"Did you mean '{close[0]}'?"
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"Known: {listed}."


def numbered(names: list[str]) -> list[str]:
    """Names, numbered where one occurs twice.

    >>> numbered(["adam", "sgd", "adam"])
    ['adam 1', 'sgd', 'adam 2']
    """
    before = [names[:place].count(name) for place, name in enumerate(names)]
    return [n if names.count(n) == 1 else f"{n} {k + 1}" for n, k in zip(names, before, strict=True)]


def collect(package: str, path: Iterable[str], kind: type) -> dict[str, Any]:
    """Every instance of `kind` defined in the modules of a package: the folder is the registry."""
    found: dict[str, Any] = {}
    for module_info in sorted(pkgutil.iter_modules(path), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{module_info.name}")
        for value in vars(module).values():
            if isinstance(value, kind) and value.factory.__module__ == module.__name__:
                found[value.name] = value
    return found
