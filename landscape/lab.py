"""Labs: experiments with claims that are measured.

A lab is an entry: a factory whose keyword-only arguments are its parameters. Calling the entry binds values; `run`
calls the factory and returns what it found. Numbers of labs are plain: nothing is traced, and none takes a schedule.

    @lab(family="networks", title="…", references=(…,), question=Question(…))
    def activations(*, depth: Annotated[int, Range(1, 30)] = 10):
        \"\"\"One line.

        Three sentences that explain.
        \"\"\"
        return Finding(data={…}, sheets={…}, claims=(…,))

A factory that takes long is a generator: it yields `Progress` after each piece of work and returns its finding.
"""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from landscape import theme
from landscape.entry import Bound, Entry
from landscape.figures.sheet import Sheet
from landscape.parameters import LandscapeError, Parameter, Text, nearest

FAMILIES = ("networks", "learning", "functions", "linear algebra", "optimization", "search")


@dataclass(frozen=True)
class Curve(Text):
    """A function on [0, 1]: one of `names`, a formula in x, or 2 … 101 numbers with spaces, equally far apart.

    `reader` turns the text into a function of x (n,) and refuses what is none. Pages let people draw it between
    `low` and `high`.
    """

    names: tuple[str, ...] = ()
    low: float = -1.0
    high: float = 1.0
    reader: Callable[[str], Callable[[np.ndarray], np.ndarray]] | None = None

    def check(self, value: Any, where: str) -> None:
        super().check(value, where)
        self.values(value)

    def values(self, text: str, points: int = 101) -> np.ndarray:
        """The function at equally distant places (points,)."""
        at = np.linspace(0.0, 1.0, points)
        return np.asarray(self.reader(text)(at), np.float64) if self.reader else np.full(points, np.nan)


@dataclass(frozen=True)
class Picture(Text):
    """A picture: one of `names`, or "pixels:" and 576 hexadecimal digits, 24 rows of 24 greys from 0 (ink) to f.

    `reader` turns the text into greys (24, 24) in [0, 1] and refuses what is none.
    """

    names: tuple[str, ...] = ()
    reader: Callable[[str], np.ndarray] | None = None

    def check(self, value: Any, where: str) -> None:
        super().check(value, where)
        self.greys(value)

    def greys(self, text: str) -> np.ndarray:
        """The greys (24, 24), 0 is ink."""
        return np.asarray(self.reader(text), np.float64) if self.reader else np.ones((24, 24))


@dataclass(frozen=True)
class Claim:
    """A sentence, what was measured here, what is expected and who says so, and whether it holds.

    `holds` None is a measurement with nothing to compare it with.
    """

    sentence: str
    measured: str
    expected: str
    source: str
    holds: bool | None


@dataclass(frozen=True)
class Question:
    """What to predict before the figure is shown: one of `options` is right, by number from 0; `told` explains.

    Where the answer depends on the parameters, `answer` is a function of the finding.
    """

    text: str
    options: tuple[str, ...]
    answer: int | Callable[[Finding], int]
    told: str

    def right(self, finding: Finding) -> int:
        return self.answer(finding) if callable(self.answer) else self.answer


@dataclass(frozen=True)
class Passage:
    """Words beside the figure: a formula (kind "latex"), a program ("code") or plain text ("text")."""

    kind: str
    title: str
    content: str


@dataclass
class Finding:
    """What a lab found: arrays by name, sheets by name (the first is shown first), claims, and passages."""

    data: dict[str, np.ndarray]
    sheets: dict[str, Sheet]
    claims: tuple[Claim, ...] = ()
    passages: tuple[Passage, ...] = ()
    done: bool = True  # False: a part of what will be found

    def sheet(self, name: str | None = None) -> Sheet:
        """The sheet of that name, the first by default."""
        if name is None:
            return next(iter(self.sheets.values()))
        if name not in self.sheets:
            raise LandscapeError(f"Unknown sheet '{name}' of this lab. {nearest(str(name), self.sheets)}")
        return self.sheets[name]

    def figure(self, name: str | None = None, *, frame: int | None = None, **look: Any):
        """The plotly figure of a sheet at a moment, the last by default; `look` is theme, size and the like."""
        from landscape.figures.sheet import drawn

        return drawn(self.sheet(name), frame=frame, **look)

    def json(self) -> str:
        """Claims and data as JSON; numbers that are not finite are null."""
        rows = [vars(claim) for claim in self.claims]
        return json.dumps({"claims": rows, "data": {name: _plain(value) for name, value in self.data.items()}})


@dataclass(frozen=True)
class Progress:
    """How far a lab is: the share done in [0, 1], what is to be said, and what can be shown already."""

    done: float
    said: str = ""
    finding: Finding | None = None


class Lab(Entry):
    """An experiment of the catalog of labs."""

    kind = "lab"

    def __init__(self, factory: Callable, **about: Any):
        super().__init__(factory, bound=BoundLab, source="; ".join(about["references"]))
        self.family, self.title = about["family"], about["title"]
        self.references, self.question = about["references"], about["question"]
        self.slow, self.quick, self.full = about["slow"], about["quick"], about["full"]
        if self.family not in FAMILIES:
            raise TypeError(f"{self.name}: '{self.family}' is none of the families {', '.join(FAMILIES)}.")
        self.explanation = _explanation(factory)

    def _checked(self, parameter: Parameter, value: Any) -> Any:
        if isinstance(value, Bound):
            raise LandscapeError(f"{self.name}({parameter.name}=…) takes no {value.entry.kind}; give a plain value.")
        if np.ndim(value):
            raise LandscapeError(f"{self.name}({parameter.name}=…) is one value, not {np.size(value)}.")
        return super()._checked(parameter, value)


class BoundLab(Bound):
    """A lab with its numbers."""

    @property
    def label(self) -> str:
        return self.entry.title

    def work(self) -> Generator[Progress, None, Finding]:
        """The pieces of its work, and at the end what it found.

        Labs say themselves in which precision they compute: float64 is at hand whatever the process has switched on.
        """
        with jax.enable_x64(True):
            made = self.entry.factory(**self.values)
        if not inspect.isgenerator(made):
            return made
        while True:
            with jax.enable_x64(True):
                try:
                    progress = next(made)
                except StopIteration as end:
                    return end.value
            yield progress

    def run(self, progress: Callable[[Progress], None] | None = None) -> Finding:
        """What it found; `progress` is told about every piece of work."""
        work = self.work()
        while True:
            try:
                now = next(work)
            except StopIteration as end:
                return end.value
            if progress:
                progress(now)


def lab(
    *,
    family: str,
    title: str,
    question: Question,
    references: Sequence[str] = (),
    slow: bool = False,
    quick: Mapping[str, Any] | None = None,
    full: Mapping[str, Any] | None = None,
) -> Callable[[Callable], Lab]:
    """Make a factory a lab.

    `references`: "Author Year, title, doi:… or arXiv:…", each. `slow` labs take longer than 0.2 s, so pages ask again
    when a slider rests. `quick` are values at which tests draw it, `full` those of the complete measurement, where
    they differ from the defaults.
    """

    def made(factory: Callable) -> Lab:
        return Lab(factory, family=family, title=title, question=question, references=tuple(references), slow=slow,
                   quick=dict(quick or {}), full=dict(full or {}))  # fmt: skip

    return made


def near(sentence: str, measured: float, expected: float, within: float, source: str) -> Claim:
    """A claim that a number is `expected`, give or take `within`."""
    holds = bool(abs(measured - expected) <= within)
    return Claim(sentence, written(measured), f"{written(expected)} ± {written(within)}", source, holds)


def between(sentence: str, measured: float, low: float, high: float, source: str) -> Claim:
    """A claim that a number is in low … high; an end may be infinite."""
    told = f"{written(low)} … {written(high)}"
    if math.isinf(high):
        told = f"≥ {written(low)}"
    elif math.isinf(low):
        told = f"≤ {written(high)}"
    return Claim(sentence, written(measured), told, source, bool(low <= measured <= high))


def written(value: float) -> str:
    """A number as claims write it: whole ones with all their digits, others with three."""
    return f"{int(value):,}".replace("-", "−") if isinstance(value, (int, np.integer)) else theme.written(float(value))


def _explanation(factory: Callable) -> str:
    """What follows the first line of a docstring, as one paragraph."""
    text = inspect.cleandoc(factory.__doc__ or "").partition("\n")[2]
    return " ".join(text.split())


def _plain(value: Any) -> Any:
    """An array as lists; what JSON has no word for is null."""
    rows = np.asarray(value).tolist()

    def cleaned(row: Any) -> Any:
        if isinstance(row, list):
            return [cleaned(each) for each in row]
        return None if isinstance(row, float) and not math.isfinite(row) else row

    return cleaned(rows)
