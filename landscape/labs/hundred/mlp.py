"""A multilayer perceptron in a hundred lines of NumPy: layers, gradients by hand, and Adam. Run it: python mlp.py"""

from itertools import pairwise

import numpy as np

# Each activation: the function of z, and its slope, told by the value a that it gave.
ACTIVATIONS = {
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(a.dtype)),
    "sigmoid": (lambda z: 0.5 + 0.5 * np.tanh(z / 2), lambda a: a * (1 - a)),
}
# Each loss: its value for outputs f and targets y, point by point, and its slope by f. "logistic" has targets ±1.
LOSSES = {
    "logistic": (lambda f, y: np.logaddexp(0, -y * f), lambda f, y: -y * (0.5 - 0.5 * np.tanh(y * f / 2))),
    "squared": (lambda f, y: (f - y) ** 2, lambda f, y: 2 * (f - y)),
}


class MLP:
    """Layers of the given sizes, the first for inputs, the last for outputs, which have no activation."""

    def __init__(self, sizes, activation="tanh", loss="logistic", seed=0):
        rng = np.random.default_rng(seed)
        gain = 2 if activation == "relu" else 1  # relu loses half of the variance
        pairs = list(pairwise(sizes))
        self.weights = [rng.normal(size=pair) * np.sqrt(gain / pair[0]) for pair in pairs]
        self.biases = [np.zeros(size) for size in sizes[1:]]
        self.function, self.slope = ACTIVATIONS[activation]
        self.value, self.error = LOSSES[loss]
        self.mean = [np.zeros_like(p) for p in self.parameters]
        self.square = [np.zeros_like(p) for p in self.parameters]
        self.steps = 0

    @property
    def parameters(self):
        return self.weights + self.biases

    def layers(self, x):
        """The values of every layer for inputs x (n, inputs), the inputs first."""
        values = [x]
        for k, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = values[-1] @ weights + biases
            values.append(self.function(z) if k < len(self.weights) - 1 else z)
        return values

    def __call__(self, x):
        return self.layers(x)[-1]

    def loss(self, x, y):
        """The mean loss for targets y (n, outputs)."""
        return self.value(self(x), y).mean()

    def gradients(self, x, y):
        """The slope of the mean loss by every parameter: the chain rule, from the last layer to the first."""
        values = self.layers(x)
        back = self.error(values[-1], y) / y.size
        by_weights, by_biases = [], []
        for k in reversed(range(len(self.weights))):
            by_weights.insert(0, values[k].T @ back)
            by_biases.insert(0, back.sum(axis=0))
            if k:
                back = (back @ self.weights[k].T) * self.slope(values[k])
        return by_weights + by_biases

    def step(self, x, y, rate=0.01, b1=0.9, b2=0.999):
        """One step of Adam on all rows."""
        self.steps += 1
        fade = np.sqrt(1 - b2**self.steps) / (1 - b1**self.steps)
        for k, (parameter, slope) in enumerate(zip(self.parameters, self.gradients(x, y), strict=True)):
            self.mean[k] += (1 - b1) * (slope - self.mean[k])
            self.square[k] += (1 - b2) * (slope**2 - self.square[k])
            parameter -= rate * fade * self.mean[k] / (np.sqrt(self.square[k]) + 1e-8)


def spiral(count=200):
    """Two arms of `count` points each, and their labels ±1."""
    turn = np.linspace(0.5, 3 * np.pi, count)
    arm = np.stack([turn * np.sin(turn), turn * np.cos(turn)], axis=1) / 10
    return np.concatenate([arm, -arm]), np.repeat([[1.0], [-1.0]], count, axis=0)


if __name__ == "__main__":
    points, labels = spiral()
    net = MLP([2, 16, 16, 1])
    for epoch in range(2001):
        if epoch % 400 == 0:
            right = np.mean(np.sign(net(points)) == labels)
            print(f"epoch {epoch:4d}   loss {net.loss(points, labels):.4f}   accuracy {right:.3f}")
        net.step(points, labels)
