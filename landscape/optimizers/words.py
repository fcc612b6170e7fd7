"""Parameters that several optimizers share: one name, one range, one line of help."""

import math
from typing import Annotated

from landscape.domain import BOUNDS
from landscape.parameters import Choice, Range

POSITIVE = (0.0, math.inf)
LearningRate = Annotated[float, Range(1e-4, 1.0, log=True, legal=POSITIVE), "step length per unit of gradient"]
Noise = Annotated[float, Range(0.0, 10.0, legal=POSITIVE), "standard deviation added to each gradient component"]
Momentum = Annotated[float, Range(0.0, 0.99, legal=(0.0, 0.99999)), "share of the last step that carries on"]
Decay = Annotated[float, Range(0.0, 0.999, legal=(0.0, 0.99999)), "memory of the running average"]
Temperature = Annotated[float, Range(1e-3, 100.0, log=True, legal=POSITIVE), "rise in loss that is still accepted"]
Reach = Annotated[float, Range(0.001, 0.5, log=True, legal=POSITIVE), "typical move as a share of the domain's width"]
Size = Annotated[int, Range(8, 128, log=True, legal=(2, 1_000_000)), "number of points held at once"]
Rate = Annotated[float, Range(0.0, 1.0, legal=(0.0, 1.0)), "probability for each coordinate"]
Bounds = Annotated[str, Choice(*BOUNDS), "what happens at the edge of the domain"]
