"""Random and hostile formulas: each is refused in one sentence or gives a surface; none runs code.

The interpreter's own audit events stand guard: running code, files, imports and processes are all reported there.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator

import landscape as ls
from benchmarks.timing import Row
from landscape.formula import FormulaError
from landscape.formula.functions import CONSTANTS, FUNCTIONS

COUNT = 100_000
LIMIT = 1.0  # seconds for one input
ROOM = 200.0  # MB in all
ALARMS = ("exec", "import", "open", "os.", "subprocess.", "socket.", "ctypes.", "shutil.", "pty.", "code.")
ESCAPES = [
    "__import__('os').system('true')", "().__class__.__bases__[0].__subclasses__()", "x.__class__", "x.__dict__['a']",
    "getattr(x, 'real')", "eval('1')", "exec('x=1')", "compile('1','','eval')", "open('/etc/passwd').read()",
    "globals()", "lambda: x", "(lambda f: f(f))(lambda f: f(f))", "[x for x in y]", "{x for x in y}",
    "{x: y for x in y}", "(x for x in y)", "f'{x}'", "f'{__import__(\"os\")}'", "(x := 1)", "x if y else z",
    "x and y", "not x", "x is y", "x in y", "await x", "yield x", "*x", "**x", "sin(*x)", "sin(**x)", "sin(x=1)",
    "x[0]", "x[::2]", "x, y", "x; y", "x = 1", "x: int", "9**9**9**9", "10**10**10", "2**2**2**2**2**2", "x**9**9**9",
    "((x**99)**99)**99", "'a'*10**9", "b'a'*9", "1e999*x", "-1e400", "9" * 999, "x**" + "9" * 300,
    "1" + "0" * 400 + "*x", "0x10*x", "0o17", "0b11", "1_000*x", "1j*x", "1.2.3", "1..x", "...",
    "(" * 500 + "x" + ")" * 499, "-" * 999 + "x", "+-" * 499 + "x", "x" + "**x" * 330, "sin(" * 240 + "x" + ")" * 240,
    "max(" + "x," * 490 + "x)", "x\0", "\0", "\ud800", "x\u202e", "ｓｉｎ(x)", "𝐱+1", "ſin(x)", "x²", "√x", "x−1",
    "π*x", "٣*x", "x\u200b", "ﬁ", "_", "__", "_x", "x_", "True", "None", "__debug__", "print(x)", "import os", "#x",
    "x#", "\\\nx", "x\\", "'''", '"', "`x`", "$x", "@x", "x!", "x?", "x|y", "x&y", "~x", "x<<9", "x>>9", "x//y", "x@y",
    "x==y", "x!=y", "x<>y", "log(-1)*x", "x/0", "1/0*x", "0/0+x", "where(x)", "where(x<y<z,1,2)", "min()", "text",
    "text*x", "formula(x)",
]  # fmt: skip
PIECES = [
    *FUNCTIONS, *CONSTANTS, *"xyzw()(),,+-*/^%<>.=_'\"[]{}:;@!&|~ \n\t\0\\", "**", "//", "<=", ">=", "x1", "theta",
    "0", "1", "2.5", ".5", "3.", "1e9", "1e-300", "9" * 30, "if", "else", "lambda", "for", "in", "not", "import",
    "text", "é", "²", "٣", "𝐱",
]  # fmt: skip


def inputs(count: int, seed: int = 0) -> Iterator[str]:
    """Known escapes first, then jumbles of pieces, of any characters, formulas, and formulas broken in one place."""
    draw = random.Random(seed)
    yield from ESCAPES[:count]
    for number in range(count - len(ESCAPES)):
        kind = number % 5
        if kind == 0:
            yield "".join(draw.choices(PIECES, k=draw.randint(1, 40)))
        elif kind == 1:
            yield "".join(
                chr(draw.choice((draw.randrange(128), draw.randrange(0x11000)))) for _ in range(draw.randint(1, 60))
            )
        elif kind == 2:
            yield written(draw, draw.randint(1, 7))
        elif kind == 3:
            text = written(draw, draw.randint(1, 5))
            at = draw.randrange(len(text) + 1)
            yield text[:at] + draw.choice([*PIECES, *ESCAPES[:60]]) + text[at + draw.randint(0, 3) :]
        else:
            piece = draw.choice(
                ["(", "-", "sin(", "x**", "x+", "9", "x*(", "max(x,", "+ -", "2^", "x%", "where(x<", ")"]
            )
            yield piece * draw.randint(1, 400) + draw.choice(["", "x", "x)", "x" + ")" * draw.randint(0, 300)])


def written(draw: random.Random, depth: int) -> str:
    """A formula, as people or bored people write them."""
    if depth == 0:
        return draw.choice(
            ["x", "y", "x1", "rate", "pi", "e", "2", "0.5", "1e3", f"{draw.uniform(-9, 9):.3g}", "99999"]
        )
    inner = [written(draw, draw.randrange(depth)) for _ in range(3)]
    name = draw.choice(list(FUNCTIONS))
    call = f"{name}({inner[0]})" if name not in ("min", "max", "where") else f"{name}({', '.join(inner[:2])})"
    first, second, third = inner
    forms = [call, f"({first}) {draw.choice('+-*/%^')} ({second})", f"{first}*{second}", f"-{first}",
             f"where({first} < {second}, {second}, {third})", f"({first})**{draw.choice('23456789')}"]  # fmt: skip
    return draw.choice(forms)


def outcome(text: str) -> str:
    """What `text` turns out to be: "surface", or "refused"; any other exception escapes."""
    try:
        surface = ls.surfaces.formula(text)
    except ls.LandscapeError as error:
        if isinstance(error, FormulaError) and not 0 <= error.at <= len(error.text) == len(text):
            raise AssertionError(f"The error of {text!r} points at {error.at}.") from error
        return "refused"
    described = surface.formula and surface.start.shape == (surface.dim,) and surface.gradient_formula != ""
    if not described:
        raise AssertionError(f"{text!r} gives an incomplete surface.")
    return "surface"


class Guard:
    """Counts what the interpreter reports of code, files, imports and processes while it is on."""

    def __init__(self):
        self.on, self.events = False, []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple) -> None:
        if self.on and event.startswith(ALARMS):
            self.events.append((event, str(arguments)[:200]))


def megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fuzz(count: int, seed: int = 0) -> dict:
    """Every input tried: how many of each outcome, the slowest, the memory that was added, and the alarms."""
    outcome("x**2*sin(x) + erf(y)/log10(y)")  # SymPy is loaded, and what it loads by itself
    outcome("where(sqrt(x) < y, abs(x), max(x, y % 2))")
    guard, before = Guard(), megabytes()
    counts, slowest = {"surface": 0, "refused": 0}, (0.0, "")
    for text in inputs(count, seed):
        guard.on, begin = True, time.perf_counter()
        result = outcome(text)
        taken, guard.on = time.perf_counter() - begin, False
        counts[result] += 1
        slowest = max(slowest, (taken, text))
    return counts | {"slowest": slowest, "megabytes": megabytes() - before, "alarms": guard.events}


def measure() -> list[Row]:
    """The slowest of all inputs, and the memory that they took together; alarms or other exceptions end it."""
    found = fuzz(COUNT)
    assert not found["alarms"], found["alarms"][:3]
    told = f"{found['surface']:,} surfaces, {found['refused']:,} refused"
    return [
        Row(f"slowest of {COUNT:,} formulas, {told}", None, None, found["slowest"][0], LIMIT, "s"),
        Row(f"memory that {COUNT:,} formulas added", None, None, found["megabytes"], ROOM, "MB"),
    ]
