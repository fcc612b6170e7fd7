"""Small networks as surfaces: data sets, features, layers and losses as the TensorFlow Playground has them, and more.

>>> ls.run(ls.mlp.network(data="spiral", features="x+y+xy", hidden="6-4"), ls.optimizers.adam(), steps=2500, thin=25)

The surface `network` is found by name like those of the catalog, but stands in no menu. Its coordinates are weights.
"""

from landscape.mlp import datasets, features, own
from landscape.mlp.data import Data
from landscape.parameters import collect
from landscape.surface import SurfaceEntry

ENTRIES = collect(__name__, __path__, SurfaceEntry)
network = ENTRIES["network"]

__all__ = ["ENTRIES", "Data", "datasets", "features", "network", "own"]
