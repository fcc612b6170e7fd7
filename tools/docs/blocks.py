"""Fenced blocks of Markdown: found, run, and written again with what came of them."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from landscape import export, figures
from landscape.__main__ import app

FENCE = re.compile(r"^```(?P<kind>\w+)(?P<word> \w+)?\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, a word that says what to do with it, and its text."""

    kind: str
    word: str
    code: str


class Drawn(NamedTuple):
    """A figure that an example drew: its function, and what that was called with: a scene, a finding or results."""

    name: str
    draw: Callable
    scene: Any
    options: dict[str, Any]

    def figure(self, theme: str):
        """The same in this theme."""
        return self.draw(self.scene, **(self.options | {"theme": theme}))


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for found in FENCE.finditer(text):
        yield _block(found)


def replaced(text: str, change: Callable[[Block], str]) -> str:
    """The page with what `change` makes of each block in its place."""
    return FENCE.sub(lambda found: change(_block(found)), text)


def _block(found: re.Match) -> Block:
    return Block(found["kind"], (found["word"] or "").strip(), found["code"])


def commands(code: str) -> list[list[str]]:
    """The words of every command of ours in a shell block, without comments and variables before it."""
    joined = code.replace("\\\n", " ")
    lines = [shlex.split(line, comments=True) for line in joined.splitlines()]
    return [words[1:] for words in lines if words and words[0] == "landscape"]


def run_python(code: str, names: dict[str, Any], where: str) -> tuple[str, list[Drawn]]:
    """Run a block in the namespace `names`; what it printed and drew."""
    with _watched() as (printed, drawn):
        exec(compile(code, where, "exec"), names)  # our own pages
    return printed.getvalue(), drawn


def run_shell(code: str) -> list[Drawn]:
    """Run the commands of a block in this process; what they drew. No file is written."""
    with _watched() as (_, drawn):
        for words in commands(code):
            app(words, standalone_mode=False)
    return drawn


@contextlib.contextmanager
def _watched() -> Iterator[tuple[io.StringIO, list[Drawn]]]:
    """Note what is printed and drawn, write no files and open no windows."""
    import plotly.graph_objects as go

    drawn: list[Drawn] = []
    with contextlib.ExitStack() as stack:
        for module in (figures, figures.study, figures.networks):
            noted = {name: _noting(name, draw, drawn) for name, draw in module.FIGURES.items()}
            stack.enter_context(mock.patch.dict(module.FIGURES, noted))
            stack.enter_context(mock.patch.multiple(module, **noted))
        stack.enter_context(mock.patch.object(export, "save", lambda figure, path, **_: Path(path)))
        stack.enter_context(mock.patch.object(export, "check_writable", Path))
        stack.enter_context(mock.patch.object(go.Figure, "show"))
        printed = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        yield printed, drawn


def _noting(name: str, draw: Callable, drawn: list[Drawn]) -> Callable:
    @wraps(draw)
    def noted(scene, **options):
        drawn.append(Drawn(name, draw, scene, options))
        return draw(scene, **options)

    return noted
