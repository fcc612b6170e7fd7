"""The way in: `make`, the scripts that it calls, and what they say on a machine that lacks something."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SH = shutil.which("sh")
MAKE = shutil.which("make")


def dry_run(target, folder=ROOT, *options):
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run([MAKE, "-n", *options, target], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("target", "extras", "command"),
    [
        ("dashboard", "dashboard,exact,export,motion,benchmark,learn", ".venv/bin/landscape dashboard"),
        ("bench", "dev", ".venv/bin/python -m benchmarks"),
        ("leaderboard", "dev", ".venv/bin/python -m benchmarks.leaderboard"),
        ("labs", "dev", ".venv/bin/python -m benchmarks.labs"),
        ("docs", "docs", ".venv/bin/python -m tools.docs"),
        ("test", "dev", ".venv/bin/python -m pytest -q"),
        ("lint", "dev", ".venv/bin/ruff check"),
    ],
)
def test_a_target_builds_the_environment_and_runs_its_command(target, extras, command):
    commands = dry_run(target, ROOT, "--always-make")
    assert f"tools/environment.sh {extras}\n" in commands
    assert command in commands


def test_tests_make_sure_of_a_browser():
    assert "tools/chromium.sh" in dry_run("test")


def test_the_environment_is_built_once_and_again_after_a_change(tmp_path):
    (tmp_path / ".venv").mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name, time in [("pyproject.toml", 1), ("constraints.txt", 1), (".venv/dashboard.ready", 2)]:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time, time))
    assert "environment.sh" not in dry_run("dashboard", tmp_path)
    os.utime(tmp_path / "constraints.txt", (3, 3))
    assert "environment.sh" in dry_run("dashboard", tmp_path)


def test_make_alone_prints_the_targets():
    printed = subprocess.run([MAKE], cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True).stdout
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert re.findall(r"^  make (\w+)", printed, re.MULTILINE) == targets


def test_ci_runs_make_test():
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "make test"


def test_constraints_pin_every_requirement_and_name_no_address():
    text = (ROOT / "constraints.txt").read_text()
    assert "://" not in text
    pins = dict(line.split("==") for line in text.splitlines() if not line.startswith("#"))
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    required = [Requirement(each) for each in sum(project["optional-dependencies"].values(), project["dependencies"])]
    for requirement in required:
        if requirement.name != project["name"]:
            assert pins[canonicalize_name(requirement.name)] in requirement.specifier, requirement


@pytest.fixture
def machine(tmp_path):
    """A machine with our scripts and next to no programs: `has` adds one, `run` runs a script."""
    return Machine(tmp_path)


class Machine:
    def __init__(self, folder):
        self.folder, self.programs = folder, folder / "programs"
        self.programs.mkdir()
        shutil.copytree(ROOT / "tools", folder / "tools")
        for name in ("chmod", "env", "true"):
            (self.programs / name).symlink_to(shutil.which(name))

    def has(self, name, body):
        (self.programs / name).write_text(f"#!{SH}\n{body}\n")
        (self.programs / name).chmod(0o755)

    def run(self, script, *arguments, **variables):
        environment = {"PATH": str(self.programs), **variables}
        command = [SH, self.folder / "tools" / script, *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)


def fails_with_one_line(done):
    return done.returncode != 0 and not done.stdout and len(done.stderr.splitlines()) == 1


def test_a_missing_browser_is_one_line(machine):
    machine.has("id", "echo 1000")
    machine.has("apt-get", "exit 1")
    done = machine.run("chromium.sh")
    assert fails_with_one_line(done), done
    assert "apt-get install chromium" in done.stderr


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_a_browser_is_found_without_a_word(machine, name):
    machine.has(name, "echo Browser 1.0")
    assert machine.run("chromium.sh").returncode == 0
    assert not machine.run("chromium.sh").stdout


@pytest.mark.parametrize("variable", ["CHROMIUM", "BROWSER_PATH"])
def test_a_browser_may_be_named(machine, variable):
    machine.has("browser-elsewhere", "echo Browser 1.0")
    assert machine.run("chromium.sh", **{variable: str(machine.programs / "browser-elsewhere")}).returncode == 0


@pytest.mark.parametrize("user", ["0", "1000"])
def test_root_and_who_may_become_root_get_a_browser_installed(machine, user):
    browser = machine.programs / "chromium"
    machine.has("id", f"echo {user}")
    machine.has("sudo", 'shift; exec env "$@"')
    machine.has("apt-get", f'case "$*" in *install*chromium*) echo "#!{SH}" > {browser}; chmod +x {browser};; esac')
    done = machine.run("chromium.sh")
    assert done.returncode == 0, done.stderr
    assert browser.exists()


def test_a_browser_that_only_points_to_a_snap_is_named(machine):
    machine.has("id", "echo 0")
    machine.has("apt-get", "exit 0")
    machine.has("chromium-browser", "echo 'requires the chromium snap to be installed' >&2; exit 1")
    done = machine.run("chromium.sh")
    assert done.returncode != 0
    assert "snap" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_old_python_is_one_line(machine):
    machine.has("python3", "echo 3.9; exit 1")
    done = machine.run("environment.sh", "dev")
    assert fails_with_one_line(done), done
    assert "3.11 or later, but python3 is 3.9" in done.stderr


def test_a_missing_python_is_one_line(machine):
    done = machine.run("environment.sh", "dev", PYTHON="python3.12")
    assert fails_with_one_line(done), done
    assert "python3.12 is missing" in done.stderr


def test_a_python_without_venv_is_one_line(machine):
    machine.has("id", "echo 1000")
    machine.has("python3", 'case "$2" in *ensurepip*) exit 1;; *) echo 3.11;; esac')
    done = machine.run("environment.sh", "dev")
    assert fails_with_one_line(done), done
    assert "apt-get install python3.11-venv" in done.stderr
