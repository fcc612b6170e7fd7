"""A matrix moves the plane: rotation, reflection, scaling, shear; translation needs a third row."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape.figures.sheet import Arrows, Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Picture, Question, between, lab, near, written
from landscape.labs.functions import images
from landscape.parameters import Choice, Range

MAPS = ("rotation", "reflection", "scaling", "shear", "projection", "translation")
MOMENTS = 21
LINES = np.linspace(-1.0, 1.0, 9)
U, V = np.array([0.9, 0.3]), np.array([-0.2, 0.8])
EXACT = 1e-12  # rounding
CODE = """M = np.array([[1, 0, t[0]],
              [0, 1, t[1]],
              [0, 0, 1]])
moved = (M @ [x, y, 1])[:2]  # (x, y) + t"""


@lab(
    family="linear algebra",
    title="Linear maps",
    question=Question(
        "Which of these is not a linear map of the plane?",
        ("a rotation about the origin", "a shear", "a projection onto a line", "a translation"),
        3,
        "A linear map leaves the origin where it is, and a translation moves it.",
    ),
    references=("Strang 2016, Introduction to linear algebra, math.mit.edu/~gs/linearalgebra",
                "Möbius 1827, Der barycentrische Calcul (homogeneous coordinates), Barth, Leipzig"),
    quick={"map": "translation"},
)  # fmt: skip
def linear_maps(
    *,
    map: Annotated[str, Choice(*MAPS), "what is done to the plane"] = "shear",
    angle: Annotated[
        float, Range(-180.0, 180.0), "degrees: of the rotation, or of the line or direction that others have"
    ] = 30.0,
    amount: Annotated[
        float, Range(-2.0, 2.0, legal=(-1e3, 1e3)), "factor along the direction; of shear and translation, how far"
    ] = 1.2,
    across: Annotated[float, Range(-2.0, 2.0, legal=(-1e3, 1e3)), "of scaling, the factor across the direction"] = 0.6,
    picture: Annotated[str, Picture(names=tuple(images.DRAWN), reader=images.shades), "what is moved"] = "letter",
):
    """A map is linear if sums and multiples may be taken before it or after it, and then a matrix does it.

    The columns of the matrix are where the two unit vectors go, and the whole grid follows them, with straight lines
    straight and parallels parallel. The determinant is the factor of areas, negative where left and right change
    places, which does not make every such map a reflection, just as columns of length one at right angles may belong
    to a rotation or a reflection. A translation moves the origin, so it fails the test by exactly its own shift, and
    a third coordinate that is always 1 turns it into a matrix, a shear of space, which then multiplies with the
    others.
    """
    matrix, shift = made(map, angle, amount, across)
    corners = images.shapes(picture)
    data = {"matrix": matrix, "shift": shift, "homogeneous": homogeneous(matrix, shift), "corners": corners,
            "moved": corners @ matrix.T + shift, **_tested(matrix, shift)}  # fmt: skip
    passages = (
        Passage("latex", "The matrix", _latex(matrix, shift)),
        Passage("code", "A translation as a matrix", CODE),
    )
    path = [made(map, angle, amount, across, share) for share in np.linspace(0.0, 1.0, MOMENTS)]
    sheet = _sheet(map, data, path)
    return Finding(data, {"map": sheet}, tuple(_claims(map, angle, amount, across, data)), passages)


def made(map: str, angle: float, amount: float, across: float, share: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Matrix (2, 2) and shift (2,) of a map, `share` of the way from the identity.

    A rotation goes there by its angle; the others straight, entry by entry.
    """
    turn = np.radians(angle)
    if map == "rotation":
        return turned(share * turn), np.zeros(2)
    along = turned(turn)[:, :1]
    if map == "translation":
        return np.eye(2), share * amount * along[:, 0]
    aside = turned(turn)[:, 1:]
    whole = {
        "reflection": along @ along.T - aside @ aside.T,
        "scaling": amount * along @ along.T + across * aside @ aside.T,
        "shear": np.eye(2) + amount * along @ aside.T,
        "projection": along @ along.T,
    }[map]
    return np.eye(2) + share * (whole - np.eye(2)), np.zeros(2)


def turned(turn: float) -> np.ndarray:
    """The rotation (2, 2) by an angle in radians."""
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


def homogeneous(matrix: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """The matrix (3, 3) that does a map to (x, y, 1)."""
    return np.block([[matrix, shift[:, None]], [np.zeros((1, 2)), np.ones((1, 1))]])


def _tested(matrix: np.ndarray, shift: np.ndarray) -> dict[str, np.ndarray]:
    """The largest misses of f(u + v) = f(u) + f(v) and f(c u) = c f(u) over random vectors, and the same of 3 × 3."""
    rng = np.random.default_rng(0)
    u, v, c = rng.normal(size=(500, 2)), rng.normal(size=(500, 2)), rng.normal(size=(500, 1))

    def f(x):
        return x @ matrix.T + shift

    whole = homogeneous(matrix, shift)
    one, two = (np.column_stack([each, np.ones(500)]) for each in (u, v))
    misses = {"additivity": f(u + v) - f(u) - f(v), "scaling": f(c * u) - c * f(u),
              "space": (one + two) @ whole.T - one @ whole.T - two @ whole.T,
              "same": (one @ whole.T)[:, :2] - f(u)}  # fmt: skip
    return {name: np.array(np.linalg.norm(miss, axis=1).max()) for name, miss in misses.items()}


def _claims(map: str, angle: float, amount: float, across: float, data: dict) -> list[Claim]:
    matrix, shift = data["matrix"], data["shift"]
    size = max(1.0, float(np.abs(matrix).max()), float(np.abs(shift).max()))
    tested = {name: float(data[name]) for name in ("additivity", "scaling", "space", "same")}
    if map == "translation":
        told = "f(u + v) − f(u) − f(v) is the shift itself, for all u and v: the test fails by"
        claims = [near(told, tested["additivity"], abs(amount), EXACT * size * 10, "closed form"),
                  near("f(0), which a linear map leaves at 0, is away from it by", float(np.hypot(*shift)), abs(amount),
                       EXACT * size, "closed form")]  # fmt: skip
    else:
        claims = [between("Sums: largest miss of f(u + v) = f(u) + f(v) over 500 pairs", tested["additivity"], 0.0,
                          EXACT * size * 10, "closed form"),
                  between("Multiples: largest miss of f(c u) = c f(u) over 500 pairs", tested["scaling"], 0.0,
                          EXACT * size * 100, "closed form")]  # fmt: skip
    claims += _kind(map, matrix, amount, across)
    claims += [
        between(
            "(x, y, 1) times the 3 × 3 matrix is the map, give or take",
            tested["same"],
            0.0,
            EXACT * size * 10,
            "closed form",
        ),
        between(
            "In three coordinates it is linear, the translation too: largest miss for sums",
            tested["space"],
            0.0,
            EXACT * size * 10,
            "closed form",
        ),
    ]
    return claims + _half_right(angle)


def _kind(map: str, matrix: np.ndarray, amount: float, across: float) -> list[Claim]:
    """What is true of this kind of map."""
    square, det = float(np.abs(matrix.T @ matrix - np.eye(2)).max()), float(np.linalg.det(matrix))
    expected = {"rotation": 1.0, "reflection": -1.0, "scaling": amount * across, "shear": 1.0, "projection": 0.0,
                "translation": 1.0}[map]  # fmt: skip
    size = max(1.0, float(np.abs(matrix).max())) ** 2
    found = [near(f"Determinant of the {map}, the factor of areas", det, expected, EXACT * size, "closed form")]
    if map in ("rotation", "reflection"):
        found.append(between("Lengths and angles stay: largest entry of RᵀR − 1", square, 0.0, EXACT, "closed form"))
    if map == "reflection":
        twice = float(np.abs(matrix @ matrix - np.eye(2)).max())
        found.append(between("Twice it is nothing: largest entry of RR − 1", twice, 0.0, EXACT, "closed form"))
    if map == "projection":
        twice = float(np.abs(matrix @ matrix - matrix).max())
        found.append(between("Twice it is once: largest entry of PP − P", twice, 0.0, EXACT, "closed form"))
    return found


def _half_right(angle: float) -> list[Claim]:
    """Sayings that leave something out, and what they leave out, at this angle."""
    mirror = made("reflection", angle, 0.0, 0.0)[0]
    stretched = made("scaling", angle, 2.0, -1.0)[0]
    lengths = np.linalg.norm(stretched, axis=0)
    square = float(np.abs(mirror.T @ mirror - np.eye(2)).max())
    return [
        Claim(
            "“Orthonormal columns mean a rotation”: those of the reflection at this line are orthonormal as well, with "
            "determinant",
            written(float(np.linalg.det(mirror))),
            "−1",
            "closed form",
            bool(square <= EXACT and abs(np.linalg.det(mirror) + 1.0) <= EXACT),
        ),
        Claim(
            "“A negative determinant means a reflection”: scaling by 2 along and −1 across is none, with determinant",
            f"{written(float(np.linalg.det(stretched)))}, columns {written(lengths[0])} and {written(lengths[1])} long",
            "−2, columns not both 1 long",
            "closed form",
            bool(abs(np.linalg.det(stretched) + 2.0) <= EXACT and np.abs(lengths - 1.0).max() > 0.1),
        ),
    ]


def _latex(matrix: np.ndarray, shift: np.ndarray) -> str:
    rows = r" \\ ".join(" & ".join(f"{value:.3g}" for value in row) for row in matrix)
    told = rf"f(x) = \begin{{pmatrix}} {rows} \end{{pmatrix}} x"
    return told + (rf" + \begin{{pmatrix}} {shift[0]:.3g} \\ {shift[1]:.3g} \end{{pmatrix}}" if shift.any() else "")


def _sheet(map: str, data: dict, path: list) -> Sheet:
    det = written(round(float(np.linalg.det(data["matrix"])), 12) + 0.0)
    if map == "translation":
        title = f"A translation fails the test by its own shift, {written(float(np.hypot(*data['shift'])))}"
    else:
        title = f"A {map} is linear; areas are multiplied by {det}"
    return Sheet(
        panels=[_plane(data, path), _sums(map, data), _matrix(data)],
        title=title,
        subtitle="Arrows on the picture: where the unit vectors go. Tested with 500 random pairs of vectors.",
        columns=3,
        times=np.round(np.linspace(0.0, 1.0, MOMENTS), 3),
        unit="share of the way",
    )


def _plane(data: dict, path: list) -> Panel:
    """The grid, the picture and the unit vectors, carried along; the outline of the grid stays as it was."""
    ends = np.array([[[-1.0, at], [1.0, at], [np.nan, np.nan]] for at in LINES])
    nets = _carried(np.concatenate([ends, ends[..., ::-1]]).reshape(-1, 2), path)
    corners = data["corners"]
    closed = np.concatenate([corners, corners[:, :1], np.full_like(corners[:, :1], np.nan)], axis=1)
    pixels = _carried(closed.reshape(-1, 2), path)
    shifts = np.stack([shift for _, shift in path])
    columns = np.stack([matrix for matrix, _ in path])  # (moments, 2, 2)
    reach = 1.15 * max(1.0, float(np.nanmax(np.abs(nets))))
    marks = [Line(x=[-1, 1, 1, -1, -1], y=[-1, -1, 1, 1, -1], quiet=True, dash=True, width=0.7),
             Line(x=nets[..., 0], y=nets[..., 1], quiet=True, width=0.4, moving=("x", "y")),
             Line(x=pixels[..., 0], y=pixels[..., 1], filled=True, width=0.01, moving=("x", "y"))]  # fmt: skip
    for axis, slot in ((0, 0), (1, 1)):
        marks.append(Arrows(x=shifts[:, :1], y=shifts[:, 1:], u=columns[:, :1, axis], v=columns[:, 1:, axis], slot=slot,
                            label=("first unit vector", "second unit vector")[axis],
                            moving=("x", "y", "u", "v")))  # fmt: skip
    return Panel(marks=marks, title="The plane", square=True, weight=1.4, x="x", y="y", x_range=(-reach, reach),
                 y_range=(-reach, reach))  # fmt: skip


def _carried(points: np.ndarray, path: list) -> np.ndarray:
    """Points (moments, n, 2) on their way."""
    return np.round(np.stack([points @ matrix.T + shift for matrix, shift in path]), 3)


def _sums(map: str, data: dict) -> Panel:
    """f(u), f(v), their sum, and f of the sum."""
    matrix, shift = data["matrix"], data["shift"]
    u, v, both = (each @ matrix.T + shift for each in (U, V, U + V))
    total = u + v
    zero = np.zeros(1)
    marks = [Line(x=[u[0], total[0], v[0]], y=[u[1], total[1], v[1]], quiet=True, dash=True)]
    for end, slot, label in ((u, 0, "f(u)"), (v, 1, "f(v)"), (both, 2, "f(u + v)")):
        marks.append(Arrows(x=zero, y=zero, u=end[:1], v=end[1:], slot=slot, label=label))
    marks.append(Dots(x=total[:1], y=total[1:], label="f(u) + f(v)", symbol="circle", size=1.5))
    if map == "translation":
        gap = total - both
        marks.append(Arrows(x=both[:1], y=both[1:], u=gap[:1], v=gap[1:], slot=3, label="missed by"))
    low, high = (edge(np.stack([u, v, both, total, np.zeros(2)]), axis=0) for edge in (np.min, np.max))
    middle, half = (low + high) / 2, 0.62 * max(float((high - low).max()), 0.5)
    return Panel(
        marks=marks,
        title="Sum first or map first",
        square=True,
        x="x",
        y="y",
        x_range=(middle[0] - half, middle[0] + half),
        y_range=(middle[1] - half, middle[1] + half),
    )


def _matrix(data: dict) -> Panel:
    whole = np.round(data["homogeneous"], 3)
    marks = [Heat(z=whole, scale="signed", numbers=True, limits=(-2.0, 2.0))]
    return Panel(marks=marks, title="On (x, y, 1)", downwards=True, square=True, weight=0.8,
                 x_ticks=([0, 1, 2], ["x", "y", "1"]), y_ticks=([0, 1, 2], ["x′", "y′", "1"]))  # fmt: skip
