"""Everything here runs in float64 unless a test asks for float32; hypothesis repeats the same examples."""

import jax
from hypothesis import settings

from landscape.xla import fast_loops

jax.config.update("jax_enable_x64", True)
fast_loops()
jax.config.update("jax_disable_most_optimizations", True)  # nearly all the time goes into compiling short programs
# Strict dtype promotion cannot be switched on for all: optax.adam raises a traced float to an int power.
# test_precision checks it for everything else.

settings.register_profile("suite", deadline=None, derandomize=True, database=None, max_examples=40)
settings.load_profile("suite")
