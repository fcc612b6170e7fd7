"""The 24 noiseless functions of the BBOB suite, equal to COCO's in float64.

`draws` makes the data of an instance on the host, `blocks` holds what the functions share, and each of the five
groups has a file of its own.  The catalog's one entry for all of them is `landscape.surfaces.bbob`.

Source: Hansen, Finck, Ros and Auger, INRIA RR-6829; Hansen et al., COCO, doi:10.1080/10556788.2020.1808977.
"""

from landscape.bbob import conditioned, moderate, multimodal, separable, weak
from landscape.bbob.blocks import HALF_WIDTH, Function
from landscape.bbob.draws import Draws

__all__ = ["FUNCTIONS", "HALF_WIDTH", "Draws", "Function"]

GROUPS = (separable, moderate, conditioned, multimodal, weak)
FUNCTIONS: dict[int, Function] = {number: each for group in GROUPS for number, each in group.FUNCTIONS.items()}
