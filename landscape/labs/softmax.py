"""Softmax: its numbers, its derivative, and the ways in which it is written wrong."""

from __future__ import annotations

from typing import Annotated

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

from landscape import theme
from landscape.figures.sheet import Bars, Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Question, between, lab, near
from landscape.parameters import LandscapeError, Range, Text

MOST = 8  # scores
LARGEST = 1e4
PRECISIONS = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16, "float32": np.float32, "float64": np.float64}
SHIFTS = np.arange(-800.0, 801.0)
GOOD = 0.01  # the largest error of a share that counts as right
ROWS = np.array([[0.0, 1.0], [1000.0, 1001.0]])
SQUARE = np.array([[1.0, 2.0], [3.0, 5.0]])
STABLE = "Blanchard, Higham and Higham 2021, doi:10.1093/imanum/draa038"
PRINTED = """def printed(x):  # found in many places, wrong three times
    e = np.exp(x - np.max(x))  # the largest number of the whole array, not of each row
    return e / np.sum(e, axis=1)  # no axis 1 in one row; and without keepdims rows meet each other's sums

def right(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)"""


@lab(
    family="networks",
    title="Softmax",
    references=(
        "Blanchard, Higham and Higham 2021, Accurately computing the log-sum-exp and softmax functions, "
        "doi:10.1093/imanum/draa038",
        "Hinton, Vinyals and Dean 2015, Distilling the knowledge in a neural network, arXiv:1503.02531",
    ),
    question=Question(
        "The rows [0, 1] and [1000, 1001] go through a softmax that first subtracts the largest number of the whole "
        "array. What becomes of the first row?",
        ("0.27 and 0.73, as it should", "0.5 and 0.5", "0 and 1", "it is not a number"),
        3,
        "exp(−1001) and exp(−1000) are both 0, and 0/0 is not a number; each row has to subtract its own largest.",
    ),
)
def softmax(
    *,
    scores: Annotated[str, Text(200), f"2 to {MOST} numbers with spaces"] = "3 2 1 -1",
    temperature: Annotated[float, Range(0.05, 20.0, log=True, legal=(1e-3, 1e3)), "what scores are divided by"] = 1.0,
    shift: Annotated[float, Range(-200.0, 200.0, legal=(-LARGEST, LARGEST)), "added to all scores"] = 100.0,
):
    """Scores become shares that sum to one; written naively, large scores become no numbers.

    Each score becomes a power of e and is divided by the sum of all, so only differences of scores count, and the
    temperature says how much. The exponential overflows long before the shares do, which is why the largest score is
    subtracted first, row by row. A version that is often printed subtracts the largest number of all rows and sums
    along a second axis, which breaks on a single row, and on rows that are far apart.
    """
    given = _read(scores)
    temperatures = np.unique(np.append(np.geomspace(0.05, 20.0, 60), temperature))
    shares = np.stack([stable((given + shift) / each) for each in temperatures])
    with np.errstate(all="ignore"):
        unsafe = np.stack([naive(((given + shift) / each).astype(np.float32)) for each in temperatures]).astype(float)
        errors = {name: _errors(given / temperature, kind) for name, kind in PRECISIONS.items()}
    now = int(np.flatnonzero(temperatures == temperature)[0])
    jacobians = np.stack([derivative(given, each) for each in temperatures])
    sheets = {
        "shares": _shares(given, shift, temperatures, now, shares, unsafe, errors, jacobians),
        "printed": _printed_sheet(),
    }
    data = {"scores": given, "temperatures": temperatures, "shares": shares, "naive_float32": unsafe, "shifts": SHIFTS,
            "jacobian": jacobians[now], **{f"error_{name}": each for name, each in errors.items()}}  # fmt: skip
    claims = _exact(given, temperature, shift, shares, jacobians[now]) + _limits() + _wrong()
    passages = (
        Passage("latex", "Softmax", r"p_i = \frac{e^{(s_i - \max s)/T}}{\sum_j e^{(s_j - \max s)/T}},\qquad "
                r"\frac{\partial p}{\partial s} = \frac1T\left(\operatorname{diag}(p) - p\,p^\top\right)"),
        Passage("code", "As printed, and right", PRINTED),
    )  # fmt: skip
    return Finding(data, sheets, tuple(claims), passages)


def _read(text: str) -> np.ndarray:
    """The scores that are typed."""
    told = f"scores='{text[:60]}' should be 2 to {MOST} numbers with spaces, as in '3 2 1 -1', none beyond ±10,000."
    try:
        found = np.array([float(word.replace("−", "-")) for word in text.split()])
    except ValueError:
        raise LandscapeError(told) from None
    if not 2 <= len(found) <= MOST or not np.all(np.abs(found) <= LARGEST):
        raise LandscapeError(told)
    return found


def stable(x):
    """Softmax over the last axis, as it should be written."""
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def naive(x):
    """Softmax as the formula stands; not finite where the exponentials are not."""
    e = np.exp(x)
    return e / np.sum(e, axis=-1, keepdims=True)


def printed(x, keepdims: bool = False):
    """The version that is printed often; without `keepdims` rows are divided by each other's sums."""
    e = np.exp(x - np.max(x))
    return e / np.sum(e, axis=1, keepdims=keepdims)


def derivative(scores: np.ndarray, temperature: float) -> np.ndarray:
    """The Jacobian (n, n) of the shares with respect to the scores."""
    p = stable(scores / temperature)
    return (np.diag(p) - np.outer(p, p)) / temperature


def _errors(scores: np.ndarray, kind) -> np.ndarray:
    """How far naive shares (SHIFTS,) are from the true ones at worst; without a number where they are none."""
    found = naive((scores + SHIFTS[:, None]).astype(kind)).astype(float)
    return np.maximum(np.abs(found - stable(scores)).max(axis=1), 1e-17)


def _first_whole(kind) -> int:
    """The first whole number n at which the naive softmax of two scores n is not finite."""
    scores = np.arange(1.0, 1200.0)[:, None] * np.ones(2)
    with np.errstate(all="ignore"):
        lost = ~np.isfinite(naive(scores.astype(kind)).astype(float)).all(axis=1)
    return int(np.flatnonzero(lost)[0]) + 1


def _exact(given, temperature: float, shift: float, shares, jacobian) -> list[Claim]:
    """Claims about these scores."""
    moved = float(np.abs(stable((given + shift) / temperature) - stable(given / temperature)).max())
    rounding = 1e-15 * (1.0 + (abs(shift) + np.abs(given).max()) / temperature)
    traced = np.asarray(jax.jacfwd(lambda s: jax.nn.softmax(s / temperature))(jnp.asarray(given, jnp.float64)))
    ties = int(np.sum(given == given.max()))
    gap = given.max() - given[given < given.max()].max(initial=-np.inf)
    cold = stable(given / min(gap / 50.0, 1.0)).max()  # exp(−50) is as good as 0
    return [
        near("Shares sum to 1, at every temperature: largest gap", float(np.abs(shares.sum(1) - 1.0).max()), 0.0, 1e-12,
             "closed form"),
        near(f"Adding {theme.written(shift)} to all scores changes no share: largest change, float64", moved, 0.0,
             rounding, "closed form, up to rounding of the shifted scores"),
        near("Jacobian: (diag(p) − p pᵀ)/T against forward differentiation, largest difference",
             float(np.abs(jacobian - traced).max()), 0.0, 1e-6, "closed form"),
        near("A row of the Jacobian sums to 0: largest sum", float(np.abs(jacobian.sum(1)).max()), 0.0,
             1e-12 / temperature, "closed form: shares always sum to 1"),
        near("Often said, half right: “cold softmax picks the largest”. Ties stay ties: largest share at T → 0",
             float(cold), 1.0 / ties, 1e-6, f"closed form: 1/{ties}, for {ties} largest"),
    ]  # fmt: skip


def _limits() -> list[Claim]:
    """Claims about the naive version in each precision, and about logarithms."""
    claims = []
    for name, kind in PRECISIONS.items():
        end = float(np.log(float(ml_dtypes.finfo(kind).max)))
        claims.append(near(f"Naive, {name}: first whole score that gives no number", _first_whole(kind),
                           int(np.ceil(end)), 0, f"closed form: beyond ln of the largest, {end:.2f}"))  # fmt: skip
    with np.errstate(all="ignore"):
        one = np.exp(np.float32([88.0, 89.0]))
        logs = np.log(stable(np.float32([0.0, 1000.0])))
    claims.append(Claim("float32: exp(88) is a number and exp(89) is not", f"{one[0]:.2g} and {theme.written(one[1])}",
                        "finite and ∞", "closed form: ln 3.4·10³⁸ = 88.72",
                        bool(np.isfinite(one[0]) and np.isinf(one[1]))))  # fmt: skip
    claims.append(Claim("Often overlooked: the logarithm of the stable version is still −∞ for scores 0 and 1000",
                        theme.written(float(logs[0])), "−∞; −1000 if the logarithm is taken before rounding",
                        STABLE, bool(np.isneginf(logs[0]))))  # fmt: skip
    return claims


def _wrong() -> list[Claim]:
    """Claims about the printed version."""
    try:
        printed(np.array([1.0, 2.0, 3.0]))
        raised = "a result"
    except ValueError as error:  # AxisError is one
        raised = type(error).__name__
    with np.errstate(all="ignore"):
        lost = printed(ROWS, keepdims=True)
    sums = printed(SQUARE).sum(axis=1)
    return [
        Claim("As printed, one row: “sum(axis=1)” of a vector", raised, "AxisError", "NumPy", raised == "AxisError"),
        Claim("As printed, [0, 1] beside [1000, 1001]: shares of the first row",
              " and ".join("not a number" if np.isnan(each) else f"{each:.2f}" for each in lost[0]),
              "not a number, twice", "closed form: exp(−1000) = 0, 0/0", bool(np.isnan(lost[0]).all())),
        between("As printed, rows [1, 2] and [3, 5]: how far the sum of a row is from 1, at worst",
                float(np.abs(sums - 1.0).max()), 0.01, np.inf, "closed form: a row is divided by other rows' sums"),
    ]  # fmt: skip


def _shares(given, shift, temperatures, now: int, shares, unsafe, errors, jacobians) -> Sheet:
    names = [f"{place + 1}: {theme.written(score)}" for place, score in enumerate(given)]
    lost = not np.isfinite(unsafe[now]).all()
    gaps = Dots(x=names, y=np.where(np.isfinite(unsafe), np.nan, 0.05), slot=1, symbol="x", moving=("y",))
    whole = bool(np.isfinite(unsafe).all())
    bars = Panel(title="Shares", x="scores", y="share", y_range=(0.0, 1.0), marks=(
        Bars(x=names, y=shares, label="stable", slot=0, moving=("y",)),
        Bars(x=names, y=np.where(np.isfinite(unsafe), unsafe, 0.0), slot=1, moving=("y",),
             label="naive, float32" if whole else "naive, float32; × is not a number"),
        *([] if whole else [gaps]),
    ))  # fmt: skip
    lines = [Line(x=temperatures, y=shares[:, k], label=names[k], slot=k + 2) for k in range(len(given))]
    against = Panel(title="Share against temperature", x="temperature", y="share", log_x=True, y_range=(0.0, 1.0),
                    marks=lines, cursor=temperatures)  # fmt: skip
    safe = _safe(errors, shift, float(temperatures[now]))
    slopes = Panel(title="Slope of share (row) by score (column)", downwards=True, marks=(
        Heat(z=np.round(jacobians, 2) + 0.0, x=names, y=names, scale="signed", numbers=True, moving=("z",)),
    ))  # fmt: skip
    top, heat = int(np.argmax(shares[now])), theme.written(float(temperatures[now]))
    off = np.nan_to_num(np.abs(unsafe[now] - shares[now]), nan=np.inf).max()
    found = "not a number" if lost else "the same" if off < GOOD else f"off by up to {theme.percent(float(off))}"
    title = f"At temperature {heat} score {top + 1} gets {theme.percent(float(shares[now, top]))}; naively {found}"
    return Sheet(panels=(bars, against, safe, slopes), columns=2, title=title, times=temperatures, unit="temperature",
                 frame=now, subtitle=f"Scores {', '.join(map(theme.written, given))}, {theme.written(shift)} added to "
                 "each; naive shares are computed in float32.")  # fmt: skip


def _safe(errors, shift: float, temperature: float) -> Panel:
    """Between which shifts the naive version is right, for each precision."""
    here = float(np.clip(shift / temperature, SHIFTS[0], SHIFTS[-1]))
    marks: list = [Line(x=[here, here], y=[-0.5, 3.5], label="here", quiet=True, dash=True)]
    told = []
    for row, (name, each) in enumerate(errors.items()):
        inside = SHIFTS[np.nan_to_num(each, nan=np.inf) < GOOD]
        if len(inside):
            ends = [inside.min(), inside.max()]
            marks.append(Line(x=ends, y=[row, row], width=2.0))
        told.append(f"{name}: {' to '.join(map(theme.written, ends)) if len(inside) else 'never'}")
    title = f"Right to 1% though naive, at temperature {theme.written(temperature)}"
    return Panel(title=title, x="added to all scores, divided by the temperature",
                 marks=marks, x_range=(-800.0, 800.0), y_range=(-0.5, 3.5), keyed=False,
                 y_ticks=(list(range(len(errors))), told))  # fmt: skip


def _printed_sheet() -> Sheet:
    """The right and the printed version on two small arrays."""
    panels = []
    with np.errstate(all="ignore"):
        cases = ((ROWS, "Rows far apart", True), (SQUARE, "Rows like any others", False))
        for rows, title, keepdims in cases:
            names = [f"{theme.written(each)}<br>row {row + 1}" for row in range(2) for each in rows[row]]
            wrong = printed(rows, keepdims=keepdims)
            panels.append(Panel(title=title, x="scores", y="share", marks=(
                Bars(x=names, y=stable(rows).ravel(), label="right", slot=0),
                Bars(x=names, y=np.where(np.isfinite(wrong), wrong, 0.0).ravel(), label="as printed", slot=1,
                     written=["NaN" if np.isnan(each) else "" for each in wrong.ravel()]),
            )))  # fmt: skip
    worst = float(np.abs(printed(SQUARE).sum(axis=1) - 1.0).max())
    title = f"As printed: no numbers in row 1, and rows whose sum is off by up to {worst:.2f}"
    subtitle = "Left, the largest number of all is subtracted; right, sums are kept without their axis."
    return Sheet(panels=panels, columns=2, title=title, subtitle=subtitle)
