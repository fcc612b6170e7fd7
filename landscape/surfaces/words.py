"""Parameters that several surfaces share: one name, one range, one line of help."""

from typing import Annotated

from landscape.parameters import Range

Dim = Annotated[int, Range(2, 10, legal=(2, 10_000)), "number of coordinates"]
Amplitude = Annotated[float, Range(0.0, 30.0, legal=(0.0, 1e6)), "height of the ripples"]
Angle = Annotated[float, Range(-3.14, 3.14), "radians, counter-clockwise"]
Offset = Annotated[float, Range(-2.0, 2.0), "value added inside"]
