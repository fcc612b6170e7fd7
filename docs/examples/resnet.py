"""Two residual networks on handwritten digits, with and without skip connections: their loss, and how sharp they end.

The networks are small, so that this takes a few minutes on two cores. Slices and curvature are computed with the
statistics of batch normalization frozen as training left them: each image then counts by itself. Needs scikit-learn,
for its digits.

    python docs/examples/resnet.py resnet
"""

import sys
from functools import partial
from pathlib import Path

import jax
import numpy as np
from sklearn.datasets import load_digits

import landscape as ls
from landscape.networks.resnet import ResNet
from landscape.slice_scene import slice_scene

SHOWN = ("eigenvalue 1", "trace", "worst rise", "relative worst rise")


def digits(rows: int = 1024) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 8, 8, 1) of mean 0 and variance 1, and labels (n,)."""
    images, labels = load_digits(return_X_y=True)
    images = (images - images.mean()) / images.std()
    return images[:rows].reshape(-1, 8, 8, 1).astype(np.float32), labels[:rows].astype(np.int32)


def trained(model: ResNet, data, epochs: int = 10):
    """The training, and the loss around its end with frozen statistics."""
    surface = ls.networks.surface(
        model.loss, model.init(0, channels=1), data, batch_size=64, measures={"accuracy": model.accuracy},
        separable=False,  # statistics are those of the batch, so rows act on each other
    )  # fmt: skip
    optimizer = ls.optimizers.momentum(learning_rate=ls.schedules.one_cycle(peak=0.1), momentum=0.9)
    run = ls.networks.train(surface, optimizer, epochs=epochs)
    params = surface.params(run.weights[-1])
    frozen = {"statistics": jax.jit(model.statistics)(params, data[0])}
    accuracy = {"accuracy": partial(model.accuracy, **frozen)}
    return run, ls.networks.surface(partial(model.loss, **frozen), params, data, measures=accuracy, name=named(model))


def named(model: ResNet) -> str:
    return f"ResNet-{model.depth} {'with' if model.skip else 'without'} skips"


def looked_at(surface, path: Path, side: int):
    """The slice in two random directions, and the sharpness; one range for all, so that pictures compare."""
    plane = ls.networks.planes.random(surface, seed=1)
    wants = ("loss", "accuracy")
    picture = ls.networks.slice(surface, plane, radius=0.5, resolution=side, wants=wants, statistics="frozen")
    picture.save(path)
    return picture, ls.networks.sharpness.measures(surface, k=2, probes=2, subsets=0, steps=60)


def main(name: str = "resnet", skips=(True, False), rows: int = 1024, side: int = 21, **shape) -> dict:
    """Train, slice, draw and measure each network; what came of it."""
    found, data = {}, digits(rows)
    for skip in skips:
        model = ResNet(**({"depth": 14, "width": 8, "skip": skip} | shape))
        run, surface = trained(model, data)
        path = Path(f"{name}-{'skip' if skip else 'plain'}.npz")
        picture, sharpness = looked_at(surface, path, side)
        scene = slice_scene(picture, title=f"{named(model)}: loss {picture.centre:.2g} in the middle")
        ls.export.save(ls.figures.contour(scene, size="half"), path.with_suffix(".svg"))
        found[named(model)] = {"run": run, "surface": surface, "picture": picture, "sharpness": sharpness, "file": path}
    return found


if __name__ == "__main__":
    found = main(*sys.argv[1:2])
    print(f"{'':28s}{'accuracy':>12s}{''.join(f'{name:>22s}' for name in SHOWN)}")
    for name, each in found.items():
        numbers = {row[0]: row[1] for row in each["sharpness"].table()}
        accuracy = each["run"].accuracy[-1]
        print(f"{name:28s}{accuracy:12.1%}{''.join(f'{numbers[key]:22.3g}' for key in SHOWN)}")
    print("Wrote " + ", ".join(f"{each['file']} and .svg" for each in found.values()))
