"""Thousands of random and hostile formulas; FORMULAS=100000 in the environment tries more."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # `benchmarks` is part of a checkout, never installed

from benchmarks.formulas import Guard, fuzz

COUNT = int(os.environ.get("FORMULAS", "3000"))


def test_every_input_is_a_surface_or_refused_and_runs_nothing():
    found = fuzz(COUNT, seed=COUNT)
    assert not found["alarms"]
    assert found["surface"] + found["refused"] == COUNT
    assert found["megabytes"] < 200
    assert min(found["surface"], found["refused"]) > COUNT / 20  # neither everything passes nor everything fails


def test_the_guard_hears_code_that_is_run():
    """The audit hook that the test above trusts does report evaluation and imports."""
    sys.modules.pop("colorsys", None)
    guard = Guard()
    guard.on = True
    eval("__import__('colorsys')")
    guard.on = False
    assert {"exec", "import"} <= {event for event, _ in guard.events}
