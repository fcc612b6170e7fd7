"""Everything here runs in float64 unless a test asks for float32; hypothesis repeats the same examples."""

import functools
import gc
import os
import shutil
import tempfile

import jax
import pytest
import typer.main
from hypothesis import settings

from landscape.xla import drop_programs, fast_loops

jax.config.update("jax_enable_x64", True)
fast_loops()
# Nearly all the time goes into compiling short programs: what makes them faster is left out, here and in the processes
# that tests start. Two fifths of what is left are XLA's newer code generator, which the older one replaces.
jax.config.update("jax_disable_most_optimizations", True)
os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"
if "PYTEST_XDIST_WORKER" not in os.environ:  # what one process starts, pytest's workers among it, shares all this
    # It would fuse products and sums where the processor can; without, numbers are the same on all of them. Our
    # programs are short: cut into pieces for several threads, they take a quarter longer.
    own = "--xla_cpu_use_fusion_emitters=false --xla_cpu_max_isa=AVX --xla_cpu_parallel_codegen_split_count=1"
    os.environ["XLA_FLAGS"] += f" {own}"
    # Modules forget their programs, and other processes have none: what was compiled once is read again from files. At
    # the end a thread of a test's server may still write there.
    COMPILED = tempfile.TemporaryDirectory(prefix="landscape-programs-", ignore_cleanup_errors=True)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = COMPILED.name
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
    os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
jax.config.update("jax_compilation_cache_dir", os.environ["JAX_COMPILATION_CACHE_DIR"])
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
# Typer would build all commands anew for each call.
typer.main.get_command = functools.cache(typer.main.get_command)
# Strict dtype promotion cannot be switched on for all: optax.adam raises a traced float to an int power.
# test_precision checks it for everything else.


@pytest.fixture(autouse=True, scope="module")
def _few_programs():
    """Drop compiled programs between modules before there are too many of them."""
    yield
    drop_programs()


def pytest_configure(config):
    """A program that another process is just writing does not unpack, and is compiled instead."""
    config.addinivalue_line("filterwarnings", "ignore:Error reading persistent compilation cache entry:UserWarning")


def pytest_collection_finish():
    """Search for lost cycles less often, and not among what lives to the end: modules, tests, entries."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of a process: a second one beside it Playwright refuses."""
    from playwright.sync_api import sync_playwright

    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    assert path, "No Chromium found: install one (Debian: apt-get install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


settings.register_profile("suite", deadline=None, derandomize=True, database=None, max_examples=40)
settings.load_profile("suite")
