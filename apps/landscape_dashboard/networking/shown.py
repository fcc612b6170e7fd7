"""What a browser draws of a session: network, points, runs and plane as arrays and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landscape.mlp import own
from landscape.networks.session import Session
from landscape.networks.training import Training
from landscape.parameters import numbered
from landscape.theme import marker, named, written

if TYPE_CHECKING:
    from landscape_dashboard.networking.found import Ground, View

MOST_FRAMES, MOST_NUMBERS = 500, 1_500_000  # moments, and weights in all of them, that one run sends

LEARNED = 0.5  # of its first loss is left to a run that has learned: nobody asks what is odd about its end


def payload(session: Session, walked: list[Training], ground: Ground | None, view: View) -> dict[str, Any]:
    """What the browser draws: network, points, runs and plane as arrays; of a session that is still being computed the
    runs that are `walked`, and no plane."""
    network = session.network
    labels = numbered([run.label for run in session.runs])
    epochs = walked[0].epochs if walked else np.array([0, session.epochs])
    sent = _sent(len(epochs), network.dim)
    runs = [_run(session, place, training, ground and ground.seen[place], sent, view.theme) | {"label": labels[place]}
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
        "plane": ground and _drawn(ground),
        "partly": len(walked) < len(session.runs),
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
        "path": seen and seen.coordinates[sent],
        "off": seen and seen.distance[sent],
        "on_plane": seen and seen.on_plane[sent],
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
    learned = training.loss[-1] < LEARNED * training.loss[0]
    return " ".join([*said, *(() if learned else training.told)])


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
