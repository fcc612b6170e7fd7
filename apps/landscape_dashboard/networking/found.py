"""What the Networks page shows: every run of a session trained, the plane of their paths, and its heights.

Nothing is kept per user: trainings and planes are remembered by what was asked, so a slider of one run trains that run.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple

import numpy as np

from landscape import catalog
from landscape.entry import Bound
from landscape.mlp import own
from landscape.networks import honesty, planes, slices
from landscape.networks.session import Session, train_one
from landscape.networks.training import Training
from landscape.parameters import LandscapeError, Range, numbered, parameters_of
from landscape.plane import Plane
from landscape.theme import marker, named, written
from landscape_dashboard.jobs import Share
from landscape_dashboard.networking.asked import plane_of

FINE, COARSE = 51, 13  # points along each side of the plane
MOST_FRAMES, MOST_NUMBERS = 500, 1_500_000  # moments, and weights in all of them, that one run sends
KEPT = 120 * 2**20  # bytes of trainings that are remembered
SPEED, OVERHEAD, COMPILING = 1.5e9, 4e-6, 2.0  # multiplications in a second, seconds of an update, of a new program
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


TRAINED = Shelf(KEPT, lambda training: training.weights.nbytes)
DRAWN = Shelf(40, lambda _: 1)  # planes with their heights
COMPILED = Shelf(2_000, lambda _: 1)  # structures whose programs are there


class View(NamedTuple):
    """How one browser looks at a session."""

    theme: str = "light"
    aspect: float = 1.9  # width ÷ height of the loss landscape's frame


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
    runs = sorted(f"{_still(run.optimizer)} {run.of is not None} {bool(run.edits)}" for run in session.runs)
    return sizes, _still(network), tuple(runs)


def _still(bound) -> str:
    """What of an entry's values is structure: options, whole numbers, schedules by name, and what is off."""
    entry = bound.entry
    alone = set(parameters_of(entry.prepare)) - set(parameters_of(entry.factory)) if entry.prepare else ()
    found = []
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
    pass_over = len(network.data.y) * network.dim * 2.0 / SPEED
    for run, key in zip(session.runs, keys_of(session), strict=True):
        if TRAINED.get(key) is None:
            members = run.optimizer.members(network.dim)
            each = 4.0 * pass_over * members + network.updates * OVERHEAD * max(1.0, network.dim / 500)
            missing += session.epochs * each
    ground = 0.0 if DRAWN.get(_ground_key(session, view)) else FINE**2 * pass_over
    return missing + ground + (0.0 if COMPILED.get(structure(session)) else COMPILING)


def _ground_key(session: Session, view: View) -> tuple:
    shown = tuple(key for key, run in zip(keys_of(session), session.runs, strict=True) if not run.hidden)
    return catalog.text(session.network), session.plane, view.aspect, shown


def running(session: Session, view: View, parts: bool = True) -> Generator[Share, None, dict[str, Any]]:
    """The payload of a session, chunk by chunk; with `parts` a coarse picture before the fine one."""
    walked: list[Training] = []
    count = len(session.runs) + 1
    for place, key in enumerate(keys_of(session)):
        training = TRAINED.get(key)
        if training is None:
            label = session.runs[place].label
            yield Share(place / count, f"training {label}, {place + 1} of {count - 1}")
            training = TRAINED.put(key, train_one(session, place, walked))
        walked.append(training)
    ground = DRAWN.get(_ground_key(session, view))
    if ground is None:
        yield Share((count - 1) / count, f"loss landscape, {COARSE} × {COARSE}")
        coarse = None
        for ground in grounds(session, walked, view, COARSE if parts else 0):
            coarse = coarse or ground
            if ground.done < 1.0:
                part = payload(session, walked, coarse._replace(done=ground.done), view)
                yield Share((count - 0.9 + 0.9 * ground.done) / count, f"loss landscape, {FINE} × {FINE}", part)
        DRAWN.put(_ground_key(session, view), ground)
    COMPILED.put(structure(session), True)
    return payload(session, walked, ground, view)


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
    shown = [each for each, run in zip(walked, session.runs, strict=True) if not run.hidden]
    walks = [_whole(each) for each in shown] or [np.asarray(network.start, np.float32)[None]]
    plane, notes = _plane(session, walks)
    seen = tuple(honesty.fidelity(network, plane, each.weights, losses=each.loss) for each in walked)
    share = honesty.explained(plane, np.concatenate(walks))
    lower, upper = _frame(np.concatenate([plane.project(each) for each in walks]), plane, view.aspect)
    for made in slices.refined(network, plane, lower=lower, upper=upper, resolution=FINE, coarse=coarse,
                               dtype=np.float32, statistics=_statistics(network)):  # fmt: skip
        done = float(made.complete.mean()) if len(made.u) == FINE else 0.0
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


def payload(session: Session, walked: list[Training], ground: Ground, view: View) -> dict[str, Any]:
    """What the browser draws: network, points, runs and plane as arrays."""
    network = session.network
    labels = numbered([run.label for run in session.runs])
    epochs = walked[0].epochs if walked else np.array([0, session.epochs])
    sent = _sent(len(epochs), network.dim)
    runs = [_run(session, place, training, ground.seen[place], sent, view.theme) | {"label": labels[place]}
            for place, training in enumerate(walked)]  # fmt: skip
    data = network.values["data"]
    return {
        "network": _spec(network),
        "points": _points(network),
        "start": np.asarray(network.start, np.float32),
        "epochs": np.asarray(epochs)[sent].astype(np.int32),
        "frames": sent.astype(np.int32),
        "steps": len(sent) - 1,
        "runs": runs,
        "plane": _drawn(ground),
        "name": "Own data" if data.startswith(own.PREFIX) else data,
        "url": session.replace(frame=None).query(),
    }


def _sent(count: int, dim: int) -> np.ndarray:
    """The frames that are sent, the last one included: fewer of a network with many weights."""
    most = int(np.clip(MOST_NUMBERS // max(dim, 1), 20, MOST_FRAMES + 1))
    found = np.arange(0, count, -(-count // most))
    return found if found[-1] == count - 1 else np.append(found, count - 1)


def _spec(network) -> dict[str, Any]:
    values = network.values
    return {
        "features": list(network.inputs),
        "widths": list(network.layers),
        "hidden": list(network.layers[1:-1]),
        "outputs": network.layers[-1],
        "classes": network.data.classes,
        "activation": values["activation"],
        "output": network.output,
        "norm": values["normalization"],
        "loss": values["loss"].replace("_", "-"),
        "blocks": [[block.path, list(block.shape), block.begin] for block in network.blocks],
    }


def _points(network) -> dict[str, Any]:
    data = network.data
    flat = data.x.shape[1] == 2
    x = data.x[:, :2] if flat else np.zeros((len(data.y), 2))
    return {"x": x[:, 0].astype(np.float32), "y": x[:, 1].astype(np.float32), "label": data.y.astype(np.float32),
            "train": data.train, "plane": flat, "labels": list(data.labels), "told": data.told}  # fmt: skip


def _run(session: Session, place: int, training: Training, seen, sent: np.ndarray, theme: str) -> dict[str, Any]:
    run = session.runs[place]
    stop = training.stopped(patience=session.patience) if session.patience else None
    return {
        "slot": run.slot,
        "color": named(theme).colour(run.slot),
        "marker": marker(run.slot),
        "hidden": run.hidden,
        "of": run.of,
        "frame": _shown(sent, training.since) if run.of is not None else 0,
        "weights": training.weights[sent].astype(np.float32),
        "loss": training.loss[sent],
        "test_loss": training.test_loss[sent],
        "accuracy": training.accuracy[sent],
        "test_accuracy": training.test_accuracy[sent],
        "path": seen.coordinates[sent],
        "off": seen.distance[sent],
        "on_plane": seen.on_plane[sent],
        "gone": _gone(training, sent),
        "stop": stop and {"frame": _shown(sent, stop.frame), "best": _shown(sent, stop.best_frame)},
        "told": _told(training, stop),
    }


def _shown(sent: np.ndarray, frame: int) -> int:
    """Where a frame of the record stands among those that are sent."""
    return min(int(np.searchsorted(sent, frame)), len(sent) - 1)


def _gone(training: Training, sent: np.ndarray) -> int | None:
    """The first frame without numbers to show; None of a run that has them all."""
    broken = training.diverged
    return None if broken is None else _shown(sent, broken.frame + 1)


def _told(training: Training, stop) -> str:
    """What is to be said about a run: why it broke off, where it was stopped, what is odd about its end."""
    if training.diverged is not None:
        return f"Diverged in epoch {training.diverged.epoch}: {training.diverged.why}"
    said = []
    if stop is not None and stop.early:
        loss = written(stop.best_loss)
        said.append(f"Stops early at epoch {stop.epoch}: the best test loss, {loss}, was at epoch {stop.best_epoch}.")
    return " ".join([*said, *training.told])


def _drawn(ground: Ground) -> dict[str, Any]:
    made, plane = ground.slice, ground.slice.plane
    height = made.about["height"]
    share = "" if not np.isfinite(ground.explained) else f"{ground.explained:.0%} of the paths"
    size = f"{len(made.u)} × {len(made.v)}" + ("" if ground.done == 1.0 else f", refining {ground.done:.0%}")
    about = f"{'log height' if height['log'] else 'height'} · {size}"
    return {
        "u": made.u.astype(np.float32),
        "v": made.v.astype(np.float32),
        "heights": made.loss.astype(np.float32).ravel(),
        "log": height["log"],
        "base": height["base"],
        "unit": height["unit"],
        "cut": height["cut"],
        "scale": np.linalg.norm(plane.basis, axis=1).tolist(),
        "names": list(plane.names),
        "explained": ground.explained if share else None,
        "about": about + (f" · shows {share}" if share else ""),
        "told": " ".join([*([f"Shows {share}."] if share else []), *ground.notes]),
    }
