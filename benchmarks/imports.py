"""What `import landscape` costs beyond the `import jax, optax` that it cannot do without, in fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.timing import Row, Times, seconds, summary

ROUNDS, LIMIT = 15, 0.1  # seconds
CLOCKED = "import time; begin = time.perf_counter(); {work}; print(time.perf_counter() - begin)"
WORK = {
    "bound": CLOCKED.format(work="import jax, optax"),
    "landscape": CLOCKED.format(work="import landscape"),
    "on top": "import jax, optax; " + CLOCKED.format(work="import landscape"),
    # Some import has to be the one in which Python goes through all objects of JAX; here nothing is.
    "uncollected": "import jax, optax, gc; gc.disable(); " + CLOCKED.format(work="import landscape"),
}
BYTE_CODE = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measure() -> list[Row]:
    """The difference of two interpreters' medians; and, much less noisy, the time on top in one interpreter."""
    times = fresh(ROUNDS)
    return [
        seconds("import landscape − import jax, optax", times["landscape"], LIMIT, times["bound"]),
        seconds("import landscape after them, one interpreter", times["on top"], LIMIT),
        seconds("the same, without a pass of the garbage collector over all of JAX", times["uncollected"], LIMIT),
    ]


def fresh(rounds: int) -> dict[str, Times]:
    """Each program `rounds` times in turns, after a round that writes the byte code."""
    samples: dict[str, list[float]] = {name: [] for name in WORK}
    for number in range(rounds + 1):
        for name, program in WORK.items():
            asked = [sys.executable, "-c", program]
            taken = float(subprocess.run(asked, capture_output=True, check=True, env=BYTE_CODE).stdout)
            if number > 0:
                samples[name].append(taken)
    return {name: summary(each) for name, each in samples.items()}
