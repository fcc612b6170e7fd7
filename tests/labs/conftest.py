"""What the tests of labs share: a lab's finding at its quick size, and programs that are worth making fast."""

import jax
import pytest

from landscape import labs

pytest.register_assert_rewrite("lab_contract")


@pytest.fixture(scope="class")
def finding(request):
    """What the lab of this class finds at its quick size."""
    lab = labs.ENTRIES[request.cls.lab]
    return lab(**lab.quick).run()


@pytest.fixture(scope="module")
def optimized():
    """For modules whose programs run longer than it takes to make them fast; others are not, see tests/conftest.py."""
    jax.config.update("jax_disable_most_optimizations", False)
    yield
    jax.config.update("jax_disable_most_optimizations", True)
