"""The command line in this process, as its user sees it."""

import sys
from typing import NamedTuple

import pytest

from landscape.__main__ import main


class Done(NamedTuple):
    """What a command left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one sentence on stderr with which bad input ends."""
        sentence = self.err.removesuffix("\n")
        assert (self.code, self.out, sentence.count("\n")) == (2, "", 0)
        assert sentence.startswith("landscape: ")
        assert "Traceback" not in sentence
        return sentence.removeprefix("landscape: ")


@pytest.fixture
def landscape(monkeypatch, capsys):
    """Calls `landscape` with words."""

    def call(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["landscape", *words])
        with pytest.raises(SystemExit) as end:
            main()
        return Done(end.value.code or 0, *capsys.readouterr())

    return call
