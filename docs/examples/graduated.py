"""Graduated optimization: the surface itself follows a schedule, from smooth to its true form, while momentum walks.

Rastrigin's function seen through a Gaussian of width σ is Rastrigin's function again, with ripples lower by
exp(−2π²σ²) and a constant added.  Its amplitude as a schedule is therefore a smoothing that is slowly taken away
(Blake and Zisserman 1987, doi:10.7551/mitpress/7132.001.0001): the walker is carried to the lowest minimum before
the others appear.  Started on the true surface, it stays in the first one.

    python docs/examples/graduated.py graduated.png
"""

import sys

import landscape as ls
from landscape import export

START, STEPS = (3.6, -2.7), 400


def runs() -> list[ls.Trajectory]:
    """The same optimizer from the same start: on the true surface, and on one whose ripples rise."""
    optimizer = ls.optimizers.momentum(learning_rate=0.003, momentum=0.9)
    rising = ls.schedules.polynomial(start=0.0, end=10.0, power=0.5)  # slowly first: while it is smooth, it walks far
    surfaces = (ls.surfaces.rastrigin(), ls.surfaces.rastrigin(amplitude=rising))
    return [ls.run(surface, optimizer, START, steps=STEPS) for surface in surfaces]


def picture():
    """Both paths on the true surface."""
    drawn = ls.scene(
        ls.surfaces.rastrigin(),
        *runs(),
        labels=["as it is", "graduated"],
        title="Smooth first, and the ripples trap nobody",
        subtitle=f"momentum, {STEPS} steps · graduated: its ripples rise from 0 to 10 on the way",
    )
    return ls.figures.contour(drawn, arrows=False)


if __name__ == "__main__":
    print(f"Wrote {export.save(picture(), sys.argv[1] if len(sys.argv) > 1 else 'graduated.png')}")
