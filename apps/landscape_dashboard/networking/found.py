"""What the Networks page shows: every run of a session trained, the plane of their paths, and its heights.

Nothing is kept per user: trainings and planes are remembered by what was asked, so a slider of one run trains that run.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from landscape import catalog
from landscape.entry import Bound
from landscape.networks import honesty, planes, slices
from landscape.networks.session import Session, train_one
from landscape.networks.training import Training
from landscape.parameters import LandscapeError, Range, parameters_of
from landscape.plane import Plane
from landscape_dashboard.jobs import Share
from landscape_dashboard.networking import shown
from landscape_dashboard.networking.asked import plane_of

FINE, QUICK, COARSE = 51, 25, 13  # points along each side of the plane: at rest, while a slider moves, at first
KEPT = 120 * 2**20  # bytes of trainings that are remembered
SPEED, OVERHEAD, COMPILING = 1.5e9, 4e-6, 2.0  # multiplications in a second, seconds of an update, of a new program
TILE = (1, 500)  # points and rows computed together where a picture is quick: none is probed for
LONGEST = 300.0  # seconds, by our estimate, of what is refused
AT_ONCE = 0.8  # seconds that a picture may take before it becomes a job
BREAK = 100.0  # times the loss at the start: what a run does beyond is not on the plane


class Shelf:
    """What was computed lately, up to so many bytes or entries; the same for everybody who asks for it."""

    def __init__(self, most: float, size: Callable[[Any], float]):
        self.most, self.size, self.lock = most, size, threading.Lock()
        self.held: OrderedDict[Any, Any] = OrderedDict()

    def get(self, key: Any) -> Any:
        with self.lock:
            if key in self.held:
                self.held.move_to_end(key)
            return self.held.get(key)

    def put(self, key: Any, value: Any) -> Any:
        with self.lock:
            self.held[key] = value
            while len(self.held) > 1 and sum(map(self.size, self.held.values())) > self.most:
                self.held.popitem(last=False)
        return value


TRAINED = Shelf(KEPT, lambda training: training.weights.nbytes + training.trajectory.positions.nbytes)
DRAWN = Shelf(40, lambda _: 1)  # planes with their heights
COMPILED = Shelf(2_000, lambda _: 1)  # structures whose programs are there


class View(NamedTuple):
    """How one browser looks at a session."""

    theme: str = "light"
    aspect: float = 1.9  # width ÷ height of the loss landscape's frame
    fine: int = FINE  # points along each side of the plane


class Ground(NamedTuple):
    """The loss on a plane, and each run's path beside its shadow."""

    slice: slices.Slice
    seen: tuple[honesty.Fidelity, ...]
    explained: float  # of all paths together
    notes: tuple[str, ...] = ()
    done: float = 1.0  # share of the fine picture that is computed


def keys_of(session: Session) -> list[tuple]:
    """What each run depends on, its parent's past included."""
    first = (catalog.text(session.network), session.epochs, session.seed)
    found: list[tuple] = []
    for place, run in enumerate(session.runs):
        at = session.parent(place)
        parent = () if at is None else found[at]
        found.append((*first, catalog.text(run.optimizer), parent, run.frame, run.edits, run.seed))
    return found


def structure(session: Session) -> tuple:
    """What the programs of a session depend on: names, options and sizes, but no number that may move."""
    network = session.network
    sizes = (network.layers, network.data.train, len(network.data.y), session.epochs, plane_of(session.plane)[0])
    runs = {_still(run.optimizer) for run in session.runs}  # a copy or a fork is the same program
    return sizes, _still(network), tuple(sorted(runs))


@cache
def _alone(entry) -> frozenset[str]:
    """What only the preparation of an entry's data reads, so that no program knows of it."""
    prepared = parameters_of(entry.prepare) if entry.prepare else {}
    return frozenset(prepared) - frozenset(parameters_of(entry.factory))


def _still(bound) -> str:
    """What of an entry's values is structure: options, whole numbers, schedules by name, and what is off."""
    alone, found = _alone(bound.entry), []
    for name, parameter in bound.parameters.items():
        value = bound.values[name]
        if isinstance(value, Bound):
            found.append((name, _still(value)))
        elif name not in alone and (parameter.static or isinstance(parameter.kind, Range)):
            found.append((name, value if parameter.static else parameter.kind.is_off(value)))
    return f"{bound.name} {found}"


def estimate(session: Session, view: View) -> float:
    """Seconds, about, that what is not known yet of this session will take."""
    network, missing = session.network, 0.0
    pass_over = _once(network)
    for run, key in zip(session.runs, keys_of(session), strict=True):
        if TRAINED.get(key) is None:
            members = run.optimizer.members(network.dim)
            each = 4.0 * pass_over * members + network.updates * OVERHEAD * max(1.0, network.dim / 500)
            missing += session.epochs * each
    ground = 0.0 if _known(session, view) else view.fine**2 * pass_over
    return missing + ground + (0.0 if COMPILED.get(structure(session)) else COMPILING)


def _once(network) -> float:
    """Seconds, about, that the loss of one point takes."""
    return len(network.data.y) * network.dim * 2.0 / SPEED


def _ground_key(session: Session, view: View) -> tuple:
    hidden = tuple(run.hidden for run in session.runs)
    return catalog.text(session.network), session.plane, view.aspect, tuple(keys_of(session)), hidden, view.fine


def _known(session: Session, view: View) -> Ground | None:
    """The ground where it is there already; one that is finer than asked does too."""
    return DRAWN.get(_ground_key(session, view._replace(fine=FINE))) or DRAWN.get(_ground_key(session, view))


def running(session: Session, view: View, parts: bool = True) -> Generator[Share, None, dict[str, Any]]:
    """The payload of a session, chunk by chunk; with `parts` what there is by then, and the plane coarse first."""
    walked: list[Training] = []
    count = len(session.runs) + 1
    for place, key in enumerate(keys_of(session)):
        training = TRAINED.get(key)
        if training is None:
            label = session.runs[place].label
            part = shown.payload(session, walked, None, view) if parts else None
            yield Share(place / count, f"training {label}, {place + 1} of {count - 1}", part)
            training = TRAINED.put(key, train_one(session, place, walked))
        walked.append(training)
    ground = _known(session, view)
    if ground is None:
        part = shown.payload(session, walked, None, view) if parts else None
        yield Share((count - 1) / count, f"loss landscape, {COARSE} × {COARSE}", part)
        coarse = None
        for ground in grounds(session, walked, view, COARSE if parts else 0):
            coarse = coarse or ground
            if ground.done < 1.0:
                part = shown.payload(session, walked, coarse._replace(done=ground.done), view)
                said = f"loss landscape, {view.fine} × {view.fine}"
                yield Share((count - 0.9 + 0.9 * ground.done) / count, said, part)
        DRAWN.put(_ground_key(session, view), ground)
    COMPILED.put(structure(session), True)
    return shown.payload(session, walked, ground, view)


def at_once(session: Session, view: View) -> dict[str, Any]:
    """The payload of a session in one go."""
    pieces = running(session, view, parts=False)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


def trained(session: Session) -> list[Training]:
    """Every run of a session, those known taken from the shelf."""
    found: list[Training] = []
    for place, key in enumerate(keys_of(session)):
        known = TRAINED.get(key)
        found.append(known if known is not None else TRAINED.put(key, train_one(session, place, found)))
    return found


def grounds(session: Session, walked: list[Training], view: View, coarse: int) -> Iterator[Ground]:
    """The plane that a session asks for, and the loss on it over all paths that are shown: coarse, then fine."""
    network = session.network
    drawn = [each for each, run in zip(walked, session.runs, strict=True) if not run.hidden]
    walks = [_whole(each) for each in drawn] or [np.asarray(network.start, np.float32)[None]]
    plane, notes = _plane(session, walks)
    seen = tuple(honesty.fidelity(network, plane, each.weights, losses=each.loss) for each in walked)
    share = honesty.explained(plane, np.concatenate(walks))
    lower, upper = _frame(np.concatenate([plane.project(each) for each in walks]), plane, view.aspect)
    tile = TILE if FINE**2 * _once(network) < AT_ONCE else None
    for made in slices.refined(network, plane, lower=lower, upper=upper, resolution=view.fine, coarse=coarse, tile=tile,
                               dtype=np.float32, statistics=_statistics(network)):  # fmt: skip
        done = float(made.complete.mean()) if len(made.u) == view.fine else 0.0
        yield Ground(made, seen, share, (*notes, *made.about["warnings"]), done)


def _statistics(network) -> str | None:
    return "re-estimated" if network.values["normalization"] == "batch" else None


def _whole(training: Training) -> np.ndarray:
    """The weights before the loss went beyond all bounds: what comes after would hide the rest of the path."""
    fine = np.isfinite(training.weights).all(axis=1) & (training.loss <= BREAK * max(training.loss[0], 1e-9))
    return training.weights if fine.all() else training.weights[: max(int(np.argmin(fine)), 1)]


def _plane(session: Session, walks: list[np.ndarray]) -> tuple[Plane, tuple[str, ...]]:
    """The plane asked for; where it cannot be made, random directions, and why."""
    at = walks[0][-1]
    try:
        plane = planes.described(session.network, session.plane, x=at, taken=walks)
    except LandscapeError as error:
        return planes.random(session.network, at), (f"{error} Random directions are shown instead.",)
    return plane, tuple(plane.about.get("notes", ()))


def _frame(places: np.ndarray, plane: Plane, aspect: float) -> tuple[np.ndarray, np.ndarray]:
    """The corners of a frame of this aspect around all paths, in plane coordinates; a unit is as long on both axes."""
    lengths = np.linalg.norm(plane.basis, axis=1)
    low, high = places.min(axis=0) * lengths, places.max(axis=0) * lengths
    half = 0.62 * np.maximum(high - low, 1e-3 if np.ptp(places) else 1.0)
    half = np.maximum(half, [half[1] * aspect, half[0] / aspect])
    middle = (low + high) / 2
    return (middle - half) / lengths, (middle + half) / lengths
