"""Parameters that several optimizers share: one name, one range, one line of help."""

import math
from typing import Annotated

from landscape.domain import BOUNDS
from landscape.parameters import Choice, Range

POSITIVE = (0.0, math.inf)
SHARE = (0.0, 0.99999)
LearningRate = Annotated[float, Range(1e-4, 1.0, log=True, legal=POSITIVE), "step length per unit of gradient"]
# Where the gradient is divided by its own size, the rate is a length on the landscape.
StepSize = Annotated[float, Range(1e-3, 1.0, log=True, legal=POSITIVE), "step length, whatever the size of the slope"]
Multiplier = Annotated[float, Range(0.1, 10.0, log=True, legal=POSITIVE), "factor on the rate the method finds"]
Momentum = Annotated[float, Range(0.0, 0.99, legal=SHARE), "share of the last step that carries on"]
Decay = Annotated[float, Range(0.0, 0.999, legal=SHARE), "memory of the running average"]
# Towards the origin of the coordinates, which is no special place on a landscape: off unless asked for.
WeightDecay = Annotated[
    float, Range(1e-4, 1.0, log=True, legal=POSITIVE, off=0.0), "pull towards the origin, in units of the rate"
]
Temperature = Annotated[float, Range(1e-3, 100.0, log=True, legal=POSITIVE), "rise in loss that is still accepted"]
Reach = Annotated[float, Range(0.001, 0.5, log=True, legal=POSITIVE), "typical move as a share of the domain's width"]
Size = Annotated[int, Range(8, 128, log=True, legal=(2, 1_000_000)), "number of points held at once"]
Rate = Annotated[float, Range(0.0, 1.0, legal=(0.0, 1.0)), "probability for each coordinate"]
Bounds = Annotated[str, Choice(*BOUNDS), "what happens at the edge of the domain"]


def given(number):
    """`number`, or zero where its parameter is switched off."""
    return 0.0 if number is None else number
