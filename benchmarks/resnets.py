"""Residual networks of real size, with and without skip connections: trained, sliced, and how sharp they end."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

import landscape as ls
from benchmarks.timing import Row, Times
from landscape.networks.resnet import ResNet

FOLDER = Path("build/resnets")  # where the slices go: .npz to redraw or resume, .vtp for ParaView
BATCH = 128
RADIUS = 0.5  # of every slice, so that they compare: half of each filter's length
MISTAKES = 3.0  # of a hundred test images, at most
Pair = tuple[np.ndarray, np.ndarray]  # images (n, height, width, channels) and labels (n,)


class Case(NamedTuple):
    """What is trained on what, and how closely it is looked at."""

    name: str
    depth: int
    train: Pair
    test: Pair
    epochs: int
    resolution: int
    coarse: int  # of the slice with statistics that are estimated anew at each point
    seen: int  # images for training that slices and curvature are computed on; 0: all of them
    probes: int = 4  # random vectors for traces and spectra, and as many eigenvalues
    subsets: int = 0  # of these images, for the spread over data
    width: int = 16
    rate: float = 0.05


class Trained(NamedTuple):
    """A trained network, and its loss with the statistics of all images for training, frozen."""

    model: ResNet
    params: Any
    surface: Any
    loss: float  # the last recorded one, with the statistics of all images for training
    mistakes: float  # of a hundred test images


def measure() -> list[Row]:
    """ResNet-20 on digits, or ResNet-56 on images of CIFAR's shape where there is a GPU."""
    return measured(cifar() if jax.default_backend() == "gpu" else digits(), FOLDER)


def measured(case: Case, folder: Path) -> list[Row]:
    """All rows of a case; the slices are written to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    networks, rows = {}, []
    for skip in (True, False):
        name = f"ResNet-{case.depth} {'with' if skip else 'without'} skips"
        found, took = timed(partial(trained, case, skip))
        networks[name] = found
        told = f"{name}, {found.surface.dim:,} weights: {case.epochs} epochs on {len(case.train[0]):,} {case.name}"
        rows.append(number(f"{told}, final loss", found.loss, took=took))
        told = f"… mistakes on {len(case.test[0]):,} test images"
        rows.append(Row(told, None, None, found.mistakes, MISTAKES, "%"))
    for name, found in networks.items():
        rows += sliced(case, name, found, folder)
    for name, found in networks.items():
        rows += sharpness(case, name, found)
    return [*rows, number("Most memory held", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, "GB")]


def trained(case: Case, skip: bool) -> Trained:
    """Momentum with one cycle of its rate, normalization taking the statistics of each minibatch."""
    model = ResNet(case.depth, skip, case.width)
    start = model.init(0, channels=case.train[0].shape[-1])
    surface = ls.networks.surface(model.loss, start, case.train, batch_size=BATCH, separable=False)
    optimizer = ls.optimizers.momentum(learning_rate=ls.schedules.one_cycle(peak=case.rate), momentum=0.9)
    steps = case.epochs * surface.updates
    run = ls.run(surface, optimizer, surface.start, steps=steps, thin=steps, every=0)  # nothing on the way is kept
    params = surface.params(run.positions[-1, 0])
    kept = jax.jit(model.statistics)(params, case.train[0])
    right = jax.jit(model.accuracy)(params, case.test, kept)
    loss = float(surface(run.positions[-1, 0]))
    return Trained(model, params, frozen(case, model, params, kept), loss, 100 * (1 - float(right)))


def frozen(case: Case, model: ResNet, params: Any, kept: Any):
    """The loss that slices and curvature are of: each image by itself."""
    return ls.networks.surface(
        partial(model.loss, statistics=kept), params, seen(case),
        measures={"accuracy": partial(model.accuracy, statistics=kept)}, name=f"resnet{case.depth}",
    )  # fmt: skip


def seen(case: Case) -> Pair:
    return tuple(each[: case.seen or None] for each in case.train)


def sliced(case: Case, name: str, found: Trained, folder: Path) -> list[Row]:
    """The slice with frozen statistics, its files, and what statistics estimated anew make of the same plane."""
    plane = ls.networks.planes.random(found.surface, seed=1)
    path = folder / (name.lower().replace(" ", "-") + ".npz")
    path.unlink(missing_ok=True)
    cut = partial(ls.networks.slice, plane=plane, radius=RADIUS)
    picture, took = timed(partial(cut, found.surface, resolution=case.resolution, wants=("loss", "accuracy"),
                                  statistics="frozen", path=path))  # fmt: skip
    picture.to_vtp(path.with_suffix(".vtp"))
    again = ls.networks.surface(found.model.loss, found.params, seen(case), separable=False, name="anew")
    anew, _ = timed(partial(cut, again, resolution=case.coarse, statistics="re-estimated"))
    told = f"{name}: slice {case.resolution} × {case.resolution} on {len(seen(case)[0]):,} images, ±{RADIUS:g}, frozen"
    right = np.mean(picture.values["accuracy"] >= 0.9)
    return [
        number(
            f"{told} statistics, loss {picture.centre:.2g} at the centre, median", np.median(picture.loss), took=took
        ),
        number("… share of the slice where 9 of 10 images are right", right),
        number(
            f"… median loss, statistics estimated at each of {case.coarse} × {case.coarse} points", np.median(anew.loss)
        ),
    ]


def sharpness(case: Case, name: str, found: Trained) -> list[Row]:
    """Sharpness with its errors, and how the eigenvalues are spread."""
    options = {"probes": case.probes, "subsets": case.subsets}
    measures, took = timed(partial(ls.networks.sharpness.measures, found.surface, k=case.probes, **options))
    density, _ = timed(partial(ls.networks.spectrum.density, found.surface, steps=12, **options))
    told = f"{name}: sharpness at a loss of {measures.loss:.2g}"
    rows = [number(told, measures.gradient_norm, "= ‖gradient‖", took)]
    for what, value, error, spread, unit in measures.table():
        chance = f" ± {error:.2g}" if np.isfinite(error) else ""
        data = f" (± {spread:.2g} over data)" if np.isfinite(spread) else ""
        rows.append(number(f"… {what}", value, unit.split(",")[0] + chance + data))
    below = np.sum(density.weights * (density.nodes < 0)) / len(density.nodes)
    return [*rows, number("… share of the eigenvalues below zero", below)]


def number(told: str, value: float, unit: str = "", took: Times | None = None) -> Row:
    """A row without a limit."""
    return Row(told, took, None, float(value), None, unit)


def timed(call: Callable[[], Any]) -> tuple[Any, Times]:
    """What a call gives, and what it took on the wall, programs compiled among it."""
    begin = time.perf_counter()
    made = call()
    took = time.perf_counter() - begin
    return made, Times(took, took, took, took)


def digits() -> Case:
    """The 1,797 handwritten digits of scikit-learn, 8 × 8 pixels, four fifths of them for training."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    train, test = parted(images.reshape(-1, 8, 8, 1), labels, 4 / 5)
    return Case("digits of 8 × 8", 20, train, test, epochs=15, resolution=25, coarse=13, seen=256)


def cifar(count: int = 12_000, side: int = 32) -> Case:
    """Images of CIFAR's shape: a smooth coloured pattern of its class, shifted, more or less faint, and noise."""
    random = np.random.default_rng(0)
    patterns = np.stack([smooth(random, side) for _ in range(10)])
    labels = random.integers(0, 10, count)
    shifts = random.integers(-side // 8, side // 8 + 1, (count, 2))
    images = np.stack([np.roll(patterns[k], shift, axis=(0, 1)) for k, shift in zip(labels, shifts, strict=True)])
    images = images * random.uniform(0.5, 1.5, (count, 1, 1, 1)) + random.normal(size=images.shape)
    train, test = parted(images, labels, 5 / 6)
    looks = {"resolution": 51, "coarse": 13, "seen": 0, "probes": 8, "subsets": 4}
    return Case("images of 32 × 32 × 3", 56, train, test, epochs=30, **looks)


def smooth(random: np.random.Generator, side: int) -> np.ndarray:
    """A random image (side, side, 3) of a few waves, of variance 1."""
    waves = random.normal(size=(side, side, 3)) + 1j * random.normal(size=(side, side, 3))
    far = np.hypot(*np.meshgrid(*[np.minimum(np.arange(side), side - np.arange(side))] * 2))
    image = np.fft.ifft2(waves * (far < 4)[..., None], axes=(0, 1)).real
    return image / image.std()


def parted(images: np.ndarray, labels: np.ndarray, share: float) -> tuple[Pair, Pair]:
    """Shuffled, of mean 0 and variance 1 in training, in two: about `share` of them for training."""
    order = np.random.default_rng(0).permutation(len(images))
    images, labels = images[order], labels[order].astype(np.int32)
    end = round(share * len(images)) // BATCH * BATCH  # whole minibatches
    images = ((images - images[:end].mean()) / images[:end].std()).astype(np.float32)
    return (images[:end], labels[:end]), (images[end:], labels[end:])
