"""Files of slices: one .npz with arrays and words, written whole or not at all, and refused in one sentence."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np

from landscape.parameters import LandscapeError

FORMAT = "landscape slice"
VERSION = 1
SAMPLES = 64  # pieces of a large array that its fingerprint reads
PIECE = 1 << 20  # bytes


def write(path: str | Path, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> Path:
    """Put arrays and words (as JSON) into the file; what was there before stays until the new one is complete."""
    words = json.dumps({"format": FORMAT, "version": VERSION} | dict(about), default=_plain)
    return whole(path, lambda file: np.savez(file, about=np.array(words), **arrays))


def whole(path: str | Path, fill) -> Path:
    """Let `fill(file)` write a file beside `path`, then put it in its place."""
    path = Path(path)
    partial = path.with_name(f"{path.name}.part")
    try:
        with open(partial, "wb") as file:
            fill(file)
        os.replace(partial, path)
    except OSError as error:
        raise LandscapeError(f"'{path}' cannot be written ({error.strerror or error}); give another path.") from None
    finally:
        if partial.is_file():
            partial.unlink()
    return path


def read(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and words of such a file; LandscapeError where it is none, or not a complete one."""
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            arrays = {name: file[name] for name in file.files if name != "about"}
    except OSError as error:
        raise LandscapeError(f"'{path}' cannot be read ({error.strerror or error}); check the path.") from None
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        raise LandscapeError(f"'{path}' is damaged or not the file of a slice; compute it again.") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise LandscapeError(f"'{path}' is not the file of a slice; give one that .save(path) wrote.")
    if about["version"] > VERSION:
        raise LandscapeError(f"'{path}' was written by a newer version of Landscape; update to read it.")
    return arrays, {name: value for name, value in about.items() if name not in ("format", "version")}


def fingerprint(*trees) -> str:
    """A short word for arrays in pytrees: their shapes, kinds and bytes, of large ones some pieces spread evenly."""
    made = hashlib.sha256()
    for leaf in jax.tree.leaves(trees):
        array = leaf if isinstance(leaf, np.memmap) else np.asarray(leaf)
        made.update(f"{array.shape}{array.dtype}".encode())
        if array.nbytes <= SAMPLES * PIECE:
            made.update(np.ascontiguousarray(array).tobytes())
            continue
        rows = max(1, PIECE * len(array) // array.nbytes)
        for begin in np.linspace(0, len(array) - rows, SAMPLES).astype(int):
            made.update(np.ascontiguousarray(array[begin : begin + rows]).tobytes())
    return made.hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Numbers and arrays of NumPy, and other sequences, as JSON has them; what it has no word for as text."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, (tuple, set)) else str(value)
