"""Networks as landscapes: training, any model as a surface, slices of its loss, curvature, and files of them.

surface = ls.networks.network(data="spiral", hidden="8-4")
trained = ls.networks.train(surface, ls.optimizers.adam(learning_rate=0.01), epochs=200)
plane = ls.networks.planes.principal(surface, trained.weights)
picture = ls.networks.slice(surface, plane, wants=("loss", "accuracy"))
"""

from importlib import import_module

# Loaded when first asked for: pictures and pages need parts of it, and few need what computes.
HOMES = {
    "network": "landscape.mlp",
    "surface": "landscape.networks.models",
    "ModelSurface": "landscape.networks.models",
    "train": "landscape.networks.training",
    "Training": "landscape.networks.training",
    "Session": "landscape.networks.session",
    "slice": "landscape.networks.slices",
    "Slice": "landscape.networks.slices",
    "refined": "landscape.networks.slices",
    "many": "landscape.networks.settings",
    "Stopped": "landscape.networks.stopping",
    "Diverged": "landscape.networks.divergence",
    "Run": "landscape.networks.session",
}
MODULES = ("planes", "interpolation", "connectivity", "honesty", "hessian", "lanczos", "spectrum", "sharpness",
           "slices", "training", "extent", "stored", "vtp", "tiles", "pictures",
           "session", "settings", "resnet")  # fmt: skip
__all__ = [*HOMES, *MODULES]


def __getattr__(name: str):
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    if name in MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
