"""Initial weights, by name: drawn once on the host."""

from __future__ import annotations

import numpy as np

from landscape.blocks import Block

PLAYGROUND_BIAS = 0.1

# Each draws the weights (in, out) of a layer.
INITIALIZERS = {
    # U(−0.5, 0.5) whatever the fan-in, biases 0.1: github.com/tensorflow/playground, nn.ts
    "playground": lambda rng, shape: rng.uniform(-0.5, 0.5, shape),
    # variance 2 / fan-in, for rectified units: He et al., arXiv:1502.01852
    "kaiming": lambda rng, shape: rng.normal(size=shape) * np.sqrt(2.0 / shape[0]),
    # variance 2 / (fan-in + fan-out), uniform: Glorot and Bengio, AISTATS 2010
    "xavier": lambda rng, shape: rng.uniform(-1.0, 1.0, shape) * np.sqrt(6.0 / sum(shape)),
    # variance 1 / fan-in: LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998
    "lecun": lambda rng, shape: rng.normal(size=shape) / np.sqrt(shape[0]),
    "uniform": lambda rng, shape: rng.uniform(-1.0, 1.0, shape),
    "zero": lambda rng, shape: np.zeros(shape),
}
NAMES = tuple(INITIALIZERS)


def drawn(name: str, blocks: tuple[Block, ...], scale: float, seed: int) -> np.ndarray:
    """Initial weights (d,), `scale` times what the initializer gives; scales of normalizations are 1, shifts 0."""
    rng = np.random.default_rng(seed)
    parts = []
    for block in blocks:
        if block.kind == "weights":
            parts.append(scale * INITIALIZERS[name](rng, block.shape).ravel())
        elif block.kind == "bias":
            parts.append(np.full(block.size, PLAYGROUND_BIAS if name == "playground" else 0.0))
        else:
            parts.append(np.full(block.size, 1.0 if block.path.endswith("scale") else 0.0))
    return np.concatenate(parts)
