"""The catalog: every entry by name, and the text grammar that command line, address bar and files share.

    himmelblau        adam:learning_rate=0.1,b1=0.8        momentum:learning_rate=one_cycle(peak=0.05)

The text is parsed by hand, never evaluated.  `adam(learning_rate=0.1)` means the same, so a `repr` reads back.
"""

from __future__ import annotations

import re
from typing import Any

from landscape import bridges as _bridges
from landscape import mlp as _mlp
from landscape import optimizers as _optimizers
from landscape import problems as _problems
from landscape import schedules as _schedules
from landscape import searches as _searches
from landscape import surfaces as _surfaces
from landscape.entry import Bound, Entry
from landscape.optimizer import Optimizer
from landscape.optimizers.optax_table import why_not
from landscape.parameters import Inner, LandscapeError, Text, nearest
from landscape.schedule import Schedule
from landscape.surface import Surface

KINDS = {"surface": _surfaces.ENTRIES, "optimizer": _optimizers.ENTRIES, "schedule": _schedules.ENTRIES}
TOKEN = re.compile(
    r"\s*(?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])|(?P<word>\w+)|(?P<mark>[():,=])|'(?P<quoted>(?:[^'\\]|\\.)*)')"
)
CONSTANTS = {"true": True, "false": False, "inf": float("inf"), "nan": float("nan")}
PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)  # words that need no quotes
BARE = re.compile(r"[^\s,()'\"]+(?=\s*(?:[,)]|$))")  # what is read as a text without quotes, such as random:50
LONGEST = 2_000  # characters of one specification
LONGEST_OF = {"surface": 6_000}  # two hundred cities
DEEPEST = 12  # names inside one another


def surfaces() -> dict[str, Entry]:
    return dict(KINDS["surface"])


def optimizers() -> dict[str, Entry]:
    return dict(KINDS["optimizer"])


def bridges() -> dict[str, Entry]:
    """Optimizers of other packages, which are found by name like ours but stand in no menu."""
    return dict(_bridges.ENTRIES)


def networks() -> dict[str, Entry]:
    """Surfaces over the weights of networks, which are found by name too but stand in no menu."""
    return dict(_mlp.ENTRIES)


def problems() -> dict[str, Entry]:
    """Surfaces over discrete domains, which are found by name too but stand in no menu of surfaces."""
    return dict(_problems.ENTRIES)


def searches() -> dict[str, Entry]:
    """Optimizers for discrete domains only, which are found by name too but stand in no menu of optimizers."""
    return dict(_searches.ENTRIES)


def schedules() -> dict[str, Entry]:
    return dict(KINDS["schedule"])


def entries(kind: str) -> dict[str, Entry]:
    """All entries of that kind, those in no menu too."""
    more = {"optimizer": (bridges, searches), "surface": (networks, problems)}.get(kind, ())
    return KINDS.get(kind, {}) | {name: entry for each in more for name, entry in each().items()}


def find(kind: str, name: str) -> Entry:
    """The entry of that name, or an error that suggests the right one."""
    known = entries(kind)
    if name not in known:
        why = why_not(name) if kind == "optimizer" else None
        raise LandscapeError(f"Unknown {kind} '{name}'. {why or nearest(name, known)}")
    return known[name]


def surface(text: str) -> Surface:
    """The surface that `text` describes."""
    return parse("surface", text)


def optimizer(text: str) -> Optimizer:
    """The optimizer that `text` describes."""
    return parse("optimizer", text)


def schedule(text: str) -> Schedule:
    """The schedule that `text` describes."""
    return parse("schedule", text)


def parse(kind: str, text: str) -> Any:
    """The bound value that `text` describes: `name`, `name:key=value,…` or `name(key=value, …)`."""
    name, values = split(kind, text)
    return find(kind, name)(**values)


def split(kind: str, text: str) -> tuple[str, dict[str, Any]]:
    """The name and the values in `text`, unchecked against the entry."""
    reader = _Reader(kind, text)
    name = reader.word("a name")
    mark = reader.take("mark", ":", "(")
    values = reader.pairs(")" if mark == "(" else None, entries(kind).get(name)) if mark else {}
    reader.end()
    return name, values


def text(bound: Bound) -> str:
    """The text that `parse` turns into `bound` again."""
    _check_written(bound)
    inside = ",".join(f"{name}={_word(value)}" for name, value in bound.told.items())
    return f"{bound.name}:{inside}" if inside else bound.name


def plain(bound: Bound) -> dict[str, Any]:
    """A bound value as JSON writes it: name and parameters, schedules inside, arrays as lists."""
    _check_written(bound)
    values = {n: plain(v) if isinstance(v, Bound) else _listed(v) for n, v in bound.values.items() if v is not None}
    return {"name": bound.name, "parameters": values}


def bind(kind: str, row: Any, depth: int = 1) -> Any:
    """The bound value that `plain` wrote."""
    _check_depth(kind, depth)
    values = row.get("parameters") or {} if isinstance(row, dict) else None
    if not isinstance(values, dict):
        raise LandscapeError(f"This is no {kind}: it should be a name and a dictionary of parameters.")
    entry = find(kind, str(row.get("name")))
    return entry(**{n: bind(_kind(entry, n), v, depth + 1) if isinstance(v, dict) else v for n, v in values.items()})


def _check_written(bound: Bound) -> None:
    """Raise for functions of the user's, which have no name that could be read back."""
    if getattr(getattr(bound, "entry", None), "own", False):
        raise LandscapeError(
            f"{bound.name} is a function of your own: no link or file can hold it; keep the code that makes it."
        )


def _check_depth(kind: str, depth: int) -> None:
    if depth > DEEPEST:
        raise LandscapeError(f"This {kind} lies inside {depth - 1} others; {DEEPEST - 1} are the most.")


def _kind(entry: Entry | None, name: str) -> str:
    """What a parameter takes beside numbers: a schedule, or the surface that a transform wraps."""
    parameter = entry.parameters.get(name) if entry else None
    return parameter.kind.kind if parameter and isinstance(parameter.kind, Inner) else "schedule"


def _listed(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.tolist() if hasattr(value, "tolist") else value


def _word(value: Any) -> str:
    if isinstance(value, Bound):
        name, _, inside = text(value).partition(":")
        return f"{name}({inside})"
    if isinstance(value, str) and (not PLAIN.fullmatch(value) or value.lower() in CONSTANTS):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, tuple):
        return f"({','.join(map(str, value))})"
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Reader:
    """Reads one specification from left to right."""

    def __init__(self, kind: str, text: str):
        longest = LONGEST_OF.get(kind, LONGEST)
        if not isinstance(text, str) or len(text) > longest:
            raise LandscapeError(f"A {kind} is described by a text of at most {longest:,} characters.")
        self.kind, self.text, self.at, self.depth = kind, text, 0, 1

    def take(self, group: str, *wanted: str) -> str | None:
        match = TOKEN.match(self.text, self.at)
        if not match or match.lastgroup != group or (wanted and match[group] not in wanted):
            return None
        self.at = match.end()
        return match[group]

    def word(self, what: str) -> str:
        return self.take("word") or self.fail(what)

    def pairs(self, close: str | None, entry: Entry | None = None) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if close and self.take("mark", close):
            return values
        while True:
            name = self.word("the name of a parameter")
            if name in values:
                raise LandscapeError(f"'{self.text}' gives {name} twice.")
            self.take("mark", "=") or self.fail(f"'=' after {name}")
            values[name] = self.text_of(entry, name) or self.value(_kind(entry, name))
            if not self.take("mark", ","):
                break
        if close and not self.take("mark", close):
            self.fail(f"',' or '{close}'")
        return values

    def text_of(self, entry: Entry | None, name: str) -> str | None:
        """A text without quotes, where the parameter takes a text and it needs none."""
        parameter = entry.parameters.get(name) if entry else None
        found = BARE.match(self.text, self.at) if parameter and isinstance(parameter.kind, Text) else None
        if not found:
            return None
        self.at = found.end()
        return found[0]

    def value(self, kind: str = "schedule") -> Any:
        """One value; `kind` is what a name with brackets stands for here."""
        quoted = self.take("quoted")
        if quoted is not None:
            return re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
        if self.take("mark", "("):
            return self.row()
        if (number := self.number()) is not None:
            return number
        word = self.word("a number, a name or a schedule")
        if self.take("mark", "("):
            entry = find(kind, word)
            self.depth += 1
            _check_depth(kind, self.depth)
            values = self.pairs(")", entry)
            self.depth -= 1
            return entry(**values)
        return find(kind, word)() if kind != "schedule" else CONSTANTS.get(word.lower(), word)

    def number(self) -> int | float | None:
        number = self.take("number")
        if not number:
            return None
        return int(number) if re.fullmatch(r"[+-]?\d+", number) else float(number)

    def row(self) -> tuple[float, ...]:
        """Numbers with commas between, up to the closing bracket."""
        numbers: list[float] = []
        while not numbers or self.take("mark", ","):
            number = self.number()
            numbers.append(self.fail("a number") if number is None else number)
        self.take("mark", ")") or self.fail("',' or ')'")
        return tuple(numbers)

    def end(self) -> None:
        if self.text[self.at :].strip():
            self.fail("',' or the end")

    def fail(self, wanted: str):
        raise LandscapeError(
            f"Cannot read the {self.kind} '{self.text}': expected {wanted} at character {self.at + 1}. "
            "Write name:key=value,key=value."
        )
