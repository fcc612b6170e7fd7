"""What a user installs: the wheel, in a fresh environment, away from the checkout."""

import email
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DRAW = """
import landscape as ls

walk = ls.run(ls.surfaces.himmelblau(), ls.optimizers.adam(), steps=50)
ls.export.save(ls.figures.contour(ls.scene(walk.surface, walk)), "x.html")
"""
FRESH_IMPORT = "import landscape, landscape_dashboard; print(landscape.__file__); print(landscape_dashboard.__file__)"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def fresh(wheel, tmp_path_factory):
    """A virtual environment with the wheel in it; the libraries are lent by the running one, so no network is used."""
    prefix = tmp_path_factory.mktemp("fresh").resolve()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
    install = [sys.executable, "-m", "pip", "--python", prefix / "bin/python", "install"]
    subprocess.run([*install, "--quiet", "--no-index", "--no-deps", wheel], check=True)
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    site_packages = next(prefix.glob("lib/python*/site-packages"))
    (site_packages / "lent.pth").write_text("\n".join(lent))
    return prefix


@pytest.fixture
def shell(fresh, tmp_path):
    """Runs a program of the fresh environment in an empty folder, without what our own process was told."""
    ours = ("PYTHON", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment["JAX_PLATFORMS"] = "cpu"

    def run(program, *arguments):
        command = [fresh / "bin" / program, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_both_packages_come_from_the_wheel(shell, fresh):
    for path in shell("python", "-c", FRESH_IMPORT).splitlines():
        assert Path(path).is_relative_to(fresh), f"{path} was not installed from the wheel"


def test_the_command_lists_what_there_is(shell):
    listed = shell("landscape", "list")
    assert "himmelblau" in listed
    assert "adam" in listed


@pytest.mark.parametrize(
    "command",
    [
        ("landscape", "figure", "contour", "--surface", "himmelblau", "--optimizer", "adam", "--out", "x.html"),
        ("python", "-c", DRAW),
    ],
    ids=["by command", "from Python"],
)
def test_a_figure_is_drawn(shell, tmp_path, command):
    shell(*command)
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert len(page) > 1e6, "the page should carry plotly, so that it opens without a network"
    assert "plotly" in page


def test_the_wheel_holds_the_dashboards_assets_and_the_license(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assets = {Path(name).suffix for name in names if name.startswith("landscape_dashboard/assets/")}
    assert {".css", ".js"} <= assets
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_holds_nothing_else(wheel):
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in folders if not name.endswith(".dist-info")} == {"landscape", "landscape_dashboard"}


def test_the_extras(wheel):
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = email.message_from_bytes(archive.read(name))
    assert {"dashboard", "export", "benchmark", "dev"} <= set(metadata.get_all("Provides-Extra"))
