"""Where instances come from: files that ship with the package, files of one's own, and texts this process remembers."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path

from landscape.parameters import LandscapeError, nearest

FOLDER = Path(__file__).parent
PREFIX = "own-"
MOST = 64  # texts that a process remembers
LARGEST = 5_000_000  # bytes of a file
_KNOWN: OrderedDict[str, str] = OrderedDict()
_LOCK = threading.Lock()


def shipped(*suffixes: str) -> tuple[str, ...]:
    """The names of the instances that ship in files of these kinds, such as ".tsp"."""
    return tuple(sorted(path.stem for path in FOLDER.iterdir() if path.suffix in suffixes))


def named(*suffixes: str) -> str:
    """Those names in a row, as people are told them."""
    return ", ".join(shipped(*suffixes))


def remember(text: str) -> str:
    """The word under which `content` finds this text in this process: "own-" and a hash of it.

    LandscapeError where it is none, but the bytes of another kind of file.
    """
    if "\0" in text:
        raise LandscapeError("This is no text but the bytes of another kind of file; give a file of text.")
    word = PREFIX + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    with _LOCK:
        _KNOWN[word] = text
        _KNOWN.move_to_end(word)
        while len(_KNOWN) > MOST:
            _KNOWN.popitem(last=False)
    return word


def load(path: str | os.PathLike) -> str:
    """The word, as from `remember`, for the text of a file of one's own: `tsp(instance=load("mine.tsp"))`.

    Paths are read nowhere else, so that links and files which name an instance never open a file.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise LandscapeError(f"'{str(path)[:60]}' is no path; give that of a file, as in load(\"mine.tsp\").")
    path = Path(path)
    try:
        if not path.is_file() and path.exists():
            raise LandscapeError(f"Cannot read '{path}': it is no file.")
        if path.stat().st_size > LARGEST:
            raise LandscapeError(f"'{path}' has {path.stat().st_size:,} bytes; {LARGEST:,} are the most.")
        return remember(path.read_text(encoding="utf-8"))
    except LandscapeError:
        raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8; save it as one"
        raise LandscapeError(f"Cannot read '{str(path)[:200]}': {why}.") from None


def content(given: str, *suffixes: str) -> str:
    """The text of an instance: of a name that ships, or a word that `remember` or `load` gave.

    LandscapeError where there is none, naming the nearest.
    """
    if given.startswith(PREFIX):
        with _LOCK:
            if given not in _KNOWN:
                raise LandscapeError(f"The instance '{given[:40]}' was loaded elsewhere or long ago; load it again.")
            _KNOWN.move_to_end(given)
            return _KNOWN[given]
    for suffix in suffixes:
        if given in shipped(suffix):
            return (FOLDER / f"{given}{suffix}").read_text()
    own = " A file of your own goes through ls.problems.load(path)." if "." in given or "/" in given else ""
    raise LandscapeError(f"There is no instance '{given[:80]}'. {nearest(given, shipped(*suffixes))}{own}")
