"""Fingerprints: short words that change with what a function of one's own does, for the keys of its runs.

Read are its source, what it closes over, its defaults, and the numbers, texts, arrays and functions of its own module
that it names.  What it imports, or reads elsewhere, is not: a study cannot know that it has changed.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

import numpy as np

from landscape.benchmark.suites import written
from landscape.entry import Bound

PLAIN = (int, float, complex, str, bytes, type(None), Enum, np.generic)
DEEPEST = 20  # things inside one another


def fingerprint(thing: Any) -> str:
    """A word of 12 letters that stands for a function of one's own, or for a surface or an optimizer made of one."""
    return hashlib.sha256("\n".join(_told(thing, ())).encode("utf-8", "replace")).hexdigest()[:12]


def _told(thing: Any, outer: tuple) -> Iterator[str]:
    """All that a thing is made of, in words that are the same in every process; `outer` is what it was met in."""
    if any(thing is each for each in outer) or len(outer) > DEEPEST:
        return
    outer = (*outer, thing)
    inner: Any = ()
    if isinstance(thing, PLAIN):
        yield repr(thing)
    elif isinstance(thing, Bound):
        text = written(thing)
        inner = (thing.name, _function(thing), thing.values, thing.data) if text is None else (text,)
    elif isinstance(thing, FunctionType):
        yield _source(thing)
        inner = _held(thing)
    elif isinstance(thing, partial):
        inner = thing.func, thing.args, thing.keywords
    elif isinstance(thing, MethodType):
        inner = thing.__func__, thing.__self__
    elif isinstance(thing, Mapping):
        inner = sorted(((str(key), value) for key, value in thing.items()), key=lambda pair: pair[0])
    elif isinstance(thing, (set, frozenset)):
        yield repr(sorted(map(repr, thing)))
    elif isinstance(thing, (list, tuple)):
        inner = thing
    elif isinstance(thing, type):
        yield _source(thing)
    elif hasattr(thing, "__array__"):
        array = np.asarray(thing)
        yield f"{array.shape} {array.dtype} {hashlib.sha256(array.tobytes()).hexdigest()}"
    else:
        inner = type(thing), getattr(thing, "__dict__", {})
    yield f"{type(thing).__name__}("
    for each in inner:
        yield from _told(each, outer)
    yield ")"


def _function(bound: Bound) -> Any:
    """What computes a bound value: the plain Python function of a surface that has one, else the entry's factory."""
    host = getattr(bound.entry, "host", None)
    return host.function if host else bound.entry.factory


def _held(function: FunctionType) -> list:
    """What a function computes with besides its arguments."""
    held = [function.__defaults__, function.__kwdefaults__]
    for cell in function.__closure__ or ():
        try:
            held.append(cell.cell_contents)
        except ValueError:  # not filled yet
            continue
    home = function.__globals__
    for name in sorted(_names(function.__code__) & home.keys()):
        value = home[name]
        function_too = isinstance(value, FunctionType) or hasattr(value, "__wrapped__")
        near = function_too and value.__module__ == function.__module__
        flat = isinstance(value, tuple) and all(isinstance(each, PLAIN) for each in value)
        if near or flat or isinstance(value, PLAIN) or hasattr(value, "__array__"):
            held.append((name, value))
    return held


def _names(code: CodeType) -> set[str]:
    """Every name that a function's code, and the functions in it, speak of."""
    return set(code.co_names).union(*(_names(each) for each in code.co_consts if isinstance(each, CodeType)))


def _source(thing: Any) -> str:
    """Its source; the code itself where that is not at hand, or, of lambdas, not enough: lines hold several."""
    code = getattr(thing, "__code__", None)
    try:
        source = inspect.getsource(thing)
    except (OSError, TypeError):  # typed in, or built in
        source = f"{thing.__module__}.{thing.__qualname__}"
        return source if code is None else f"{source} {_compiled(code)}"
    return source if getattr(thing, "__name__", "") != "<lambda>" else f"{source} {_compiled(code)}"


def _compiled(code: CodeType) -> list:
    """What code does, in words: its constants and those of functions in it."""
    told = [_compiled(c) if isinstance(c, CodeType) else sorted(map(repr, c)) if isinstance(c, frozenset) else repr(c)
            for c in code.co_consts]  # fmt: skip
    return [code.co_code, code.co_names, told]
