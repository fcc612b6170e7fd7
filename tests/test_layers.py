"""Arrows point one way: what may import what, read from the source; and what `import landscape` loads."""

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).absolute().parents[1]

# From the ground up: a file imports from landscape only what stands on a line above its own (or its own package).
LAYERS = (
    "parameters bbob blocks xla",
    "laws draws",
    "entry domain plane formula",
    "observe domains",
    "own",
    "surface optimizer schedule",
    "schedules",
    "surfaces optimizers",
    "bridges mlp problems searches",
    "catalog checks",
    "simulate trajectory grid",
    "many",
    "run",
    "branch geometry lanes",
    "stability source query",
    "networks exact terrain",
    "setting",
    "ends",
    "sensitivity range_test contest",
    "scene theme",
    "curve benchmark",
    "layers",
    "staging slice_scene match",
    "experiment figures",
    "table session_figures lab",
    "export",
    "saved",
    "deck",
    "render",
    "labs",
    "report motion",
    "commands",
    "__main__",
)
RANK = {name: rank for rank, line in enumerate(LAYERS) for name in line.split()}
PICTURES = ("scene", "theme", "figures")  # they draw numbers: NumPy and Plotly, never JAX
FOR_APPS = {"parameters", "entry", "catalog", "scene", "staging", "experiment", "figures", "theme", "export", "labs",
            "sensitivity", "setting", "source", "contest", "geometry", "layers", "report", "table", "motion",
            "benchmark", "run", "xla", "grid", "curve", "plane", "surface", "optimizer", "range_test", "networks",
            "mlp", "session_figures", "lab", "query", "problems", "searches", "exact", "terrain", "match"}  # fmt: skip
SLOW = ("contourpy", "sympy", "plotly", "dash", "equinox", "scipy", "typer", "rich", "polars", "kaleido", "PIL",
        "IPython", "networkx", "ortools")  # fmt: skip


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that a file imports anywhere, in full: `from a import b` gives a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(ROOT).with_suffix("").parts[: -node.level] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return frozenset(found)


def packages(path: Path) -> set[str]:
    """The top names of what a file imports."""
    return {name.split(".")[0] for name in imports(path)}


def parts(path: Path) -> set[str]:
    """The parts of landscape that a file imports; the bare package is "landscape"."""
    names = {tuple(name.split(".")[:2]) for name in imports(path) if name.split(".")[0] == "landscape"}
    return {part[1] if len(part) > 1 else "landscape" for part in names} - {"__version__"}


def home(path: Path) -> str:
    """The part of landscape that a file belongs to."""
    return path.relative_to(ROOT / "landscape").with_suffix("").parts[0]


INSIDE = [path for path in sources("landscape") if path != ROOT / "landscape" / "__init__.py"]


@pytest.mark.parametrize("path", INSIDE, ids=name_of)
def test_every_file_has_its_place_and_imports_from_below_only(path):
    assert home(path) in RANK, "give this part of landscape a place in LAYERS"
    for part in parts(path) - {home(path)}:
        assert RANK.get(part, 99) < RANK[home(path)], f"{home(path)} must not import {part}"


@pytest.mark.parametrize("path", [path for path in INSIDE if home(path) in PICTURES], ids=name_of)
def test_pictures_know_numbers_only(path):
    assert not packages(path) & {"jax", "jaxlib", "optax", "equinox"}
    studies = {"benchmark"} if (ROOT / "landscape" / "figures" / "study") in path.parents else set()
    assert parts(path) <= {*PICTURES, "parameters"} | studies


@pytest.mark.parametrize("path", sources("landscape"), ids=name_of)
def test_nothing_in_the_library_imports_the_dashboard(path):
    assert not packages(path) & {"dash", "dash_mantine_components", "flask", "waitress"}


@pytest.mark.parametrize("path", sources("apps"), ids=name_of)
def test_apps_only_read_signatures_and_draw_scenes(path):
    assert not packages(path) & {"jax", "jaxlib", "optax"}
    assert parts(path) <= FOR_APPS


def test_the_walk_sees_what_it_should():
    seen = {name_of(path) for path in sources("landscape")}
    assert {"landscape/run.py", "landscape/optimizers/gradient.py"} <= seen
    assert {"simulate", "trajectory", "surface"} <= parts(ROOT / "landscape" / "run.py")
    assert {"jax", "numpy"} <= packages(ROOT / "landscape" / "run.py")


@pytest.fixture(scope="module")
def fresh() -> dict:
    """What a fresh interpreter holds after `import landscape`."""
    code = (
        "import sys, json, jax, optax; before = set(sys.modules); import landscape; from jax._src import xla_bridge; "
        "print(json.dumps({'new': sorted(set(sys.modules) - before), 'all': sorted(sys.modules), "
        "'backends': len(xla_bridge._backends), 'x64': jax.config.jax_enable_x64}))"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=plain, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("package", SLOW)
def test_importing_the_library_does_not_load(package, fresh):
    assert not [name for name in fresh["new"] if name.split(".")[0] == package]


def test_importing_the_library_starts_no_backend_and_leaves_the_precision_alone(fresh):
    assert fresh["backends"] == 0
    assert fresh["x64"] is False
    assert "landscape.run" in fresh["all"]
    assert "landscape.report" not in fresh["all"]


def test_public_names_exist():
    import landscape as ls

    assert all(hasattr(ls, name) for name in ls.__all__)
    assert {"run", "run_many", "sweep", "grid", "Trajectory", "LandscapeError"} <= set(ls.__all__)
    with pytest.raises(AttributeError, match="module 'landscape' has no attribute 'nothing'"):
        _ = ls.nothing
