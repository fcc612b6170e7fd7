"""Slices for ParaView: PolyData in VTK's XML format, the surface as quadrilaterals and paths as lines on it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from landscape.networks.stored import whole
from landscape.parameters import LandscapeError

KINDS = {"f": "Float64", "i": "Int64"}


def write(path: str | Path, u, v, values: Mapping[str, np.ndarray], paths: Mapping[str, tuple] | None = None) -> Path:
    """Write the surface over u (a,), v (b,) with z = values["loss"] (b, a); the other values are point data beside it.

    Quadrilaterals with a corner whose loss is NaN or infinite are left out (ParaView draws no such points); point data
    keep the value.  `paths` name (coordinates (t, 2), loss (t,)); each becomes a line up to its first point that is not
    finite.
    """
    surface, paths = np.stack([*np.meshgrid(u, v), values["loss"]], axis=-1).reshape(-1, 3), dict(paths or {})
    for name, each in paths.items():
        if not isinstance(each, (tuple, list)) or len(each) != 2:
            raise LandscapeError(f"The path {name} is no pair; give (coordinates (t, 2), loss (t,)).")
    lines = [_path(name, *each) for name, each in paths.items()]
    points = np.concatenate([surface, *lines])
    sizes = [len(surface), *map(len, lines)]
    cells, starts = _quads(values["loss"]), np.cumsum(sizes)
    runs = [np.arange(begin, begin + len(line)) for begin, line in zip(starts, lines, strict=False)]
    data = {"line": np.repeat(np.arange(len(sizes)), sizes)}
    for name, value in values.items():
        flat = np.asarray(value, float).reshape(len(surface), -1)
        data[name] = np.concatenate([flat, *(np.full((len(line), flat.shape[1]), np.nan) for line in lines)])
    data["loss"][len(surface) :, 0] = points[len(surface) :, 2]
    names = ", ".join(paths)
    note = f"<!-- u, v and the loss; line: 0 the surface{f', then {names}'.replace('--', '- -') if names else ''} -->"
    body = _document(np.where(np.isfinite(points), points, 0.0), data, runs, cells, note)
    return whole(path, lambda file: file.write(body.encode()))


def _path(name: str, coordinates, loss) -> np.ndarray:
    """The points (t, 3) of a path, up to the first that cannot be drawn."""
    coordinates, loss = np.asarray(coordinates, float), np.asarray(loss, float)
    if coordinates.ndim != 2 or coordinates.shape[1] != 2 or loss.shape != coordinates.shape[:1]:
        raise LandscapeError(
            f"The path {name} has coordinates {coordinates.shape} and losses {loss.shape}; give (t, 2) and (t,)."
        )
    points = np.column_stack([coordinates, loss])
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    return points[: bad[0]] if bad.size else points


def _quads(loss: np.ndarray) -> np.ndarray:
    """The corners (q, 4) of the cells whose losses are finite."""
    index, fine = np.arange(loss.size).reshape(loss.shape), np.isfinite(loss)

    def corners(of):
        return np.stack([of[:-1, :-1], of[:-1, 1:], of[1:, 1:], of[1:, :-1]], axis=-1)

    return corners(index)[corners(fine).all(axis=-1)]


def _document(points, data, runs, cells, note: str) -> str:
    lines = (np.concatenate([*runs, np.zeros(0, int)]), np.cumsum([len(run) for run in runs]))
    quads = (cells.ravel(), 4 * np.arange(1, len(cells) + 1))
    return "\n".join([
        '<?xml version="1.0"?>', note,
        '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt64">', "<PolyData>",
        f'<Piece NumberOfPoints="{len(points)}" NumberOfVerts="0" NumberOfLines="{len(runs)}" NumberOfStrips="0" '
        f'NumberOfPolys="{len(cells)}">',
        '<PointData Scalars="loss">', *(_array(name, value) for name, value in data.items()), "</PointData>",
        "<Points>", _array("points", points), "</Points>",
        *_cells("Lines", *lines), *_cells("Polys", *quads),
        "</Piece>", "</PolyData>", "</VTKFile>", ""])  # fmt: skip


def _cells(kind: str, corners, ends) -> list[str]:
    return [f"<{kind}>", _array("connectivity", corners), _array("offsets", ends), f"</{kind}>"]


def _array(name: str, values: np.ndarray) -> str:
    values = np.asarray(values, "<f8" if np.asarray(values).dtype.kind == "f" else "<i8")
    many = f' NumberOfComponents="{values.shape[1]}"' if values.ndim == 2 else ""
    raw = values.tobytes()
    text = base64.b64encode(len(raw).to_bytes(8, "little") + raw).decode()
    kind = f'type="{KINDS[values.dtype.kind]}" Name={quoteattr(name)}{many}'
    return f'<DataArray {kind} format="binary">{text}</DataArray>'
