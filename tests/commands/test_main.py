"""The command line as a whole: help worth reading, one sentence for bad input, exit codes."""

import os
import socket
import subprocess
import sys

import pytest

import landscape as ls
from landscape.figures import FIGURES

COMMANDS = ("list", "figure", "dashboard", "benchmark")


def process(*words: str, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "landscape", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


@pytest.fixture
def port() -> str:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def flat(text: str) -> str:
    """Text without the frame and the line breaks of a help page."""
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_command_and_the_grammar(landscape, flag):
    done = landscape(flag)
    assert (done.code, done.err) == (0, "")
    assert all(command in done.out for command in COMMANDS)
    assert "name:key=value" in flat(done.out)
    assert "adam:learning_rate=cosine(peak=0.1)" in flat(done.out)


@pytest.mark.parametrize("words", [["list"], ["figure"], ["dashboard"], ["benchmark", "run"]], ids=" ".join)
def test_every_command_s_help_shows_an_example(landscape, words):
    done = landscape(*words, "--help")
    assert done.code == 0
    assert "Example" in done.out
    assert flat(done.out).count(" ".join(["landscape", *words])) >= 2  # usage, and at least one example


def test_help_of_figure_names_the_figures_and_explains_every_option(landscape):
    text = flat(landscape("figure", "--help").out)
    assert all(name in text for name in FIGURES)
    for option in ("surface", "optimizer", "start", "steps", "seed", "frame", "experiment", "by", "defaults", "theme"):
        assert f"--{option} " in text


def test_examples_of_figure_can_be_parsed():
    for name in ("adam:learning_rate=0.1", "momentum:learning_rate=cosine(peak=0.02)", "particle_swarm"):
        assert ls.catalog.optimizer(name)
    assert ls.catalog.surface("rastrigin:dim=10").dim == 10
    assert ls.catalog.surface("quadratic:condition=50")


def test_without_a_command_help_is_shown(landscape):
    done = landscape()
    assert all(command in done.out + done.err for command in COMMANDS)
    assert "Traceback" not in done.err


def test_version_is_that_of_the_package(landscape):
    assert landscape("--version") == (0, f"landscape {ls.__version__}\n", "")


def test_a_mistyped_command_is_suggested(landscape):
    done = landscape("figurr")
    assert done.code == 2
    assert "Did you mean 'figure'?" in flat(done.err)


def test_a_port_in_use_is_told_with_another(landscape):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = landscape("dashboard", "--port", str(port)).refusal
    assert f"Cannot listen at 127.0.0.1:{port}" in sentence
    assert "--port" in sentence.partition(";")[2]


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_a_port_that_is_none_is_told(landscape, port):
    assert f"--port {port} is not in 1 … 65535" in landscape("dashboard", "--port", port).refusal


@pytest.mark.parametrize("host", ["", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_told(landscape, monkeypatch, port, host):
    monkeypatch.setattr("landscape_dashboard.routes.warm", lambda: None)
    assert "Cannot listen at" in landscape("dashboard", "--host", host, "--port", port).refusal


@pytest.mark.parametrize("threads", ["0", "-1"])
def test_a_server_without_threads_is_refused(landscape, monkeypatch, port, threads):
    monkeypatch.setattr("landscape_dashboard.routes.warm", lambda: None)
    monkeypatch.setattr("waitress.serve", lambda *_, **__: pytest.fail("serves without anybody to answer"))
    assert "threads" in landscape("dashboard", "--threads", threads, "--port", port).refusal


def test_without_its_packages_the_dashboard_names_the_extra(landscape, monkeypatch):
    monkeypatch.setitem(sys.modules, "landscape_dashboard", None)
    assert "pip install 'landscape[dashboard]'" in landscape("dashboard").refusal


def test_bad_input_leaves_exit_code_2_and_one_line_on_stderr():
    done = process("list", "adamm")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "landscape: Nothing here is called 'adamm'. Did you mean 'adam'?\n"


def test_a_reader_that_stops_early_sees_no_traceback():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "landscape", "list"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writing)
    assert "Traceback" not in done.stderr


def test_everything_runs_in_float64(tmp_path):
    tail = "--surface", "quadratic", "--optimizer", "sgd", "--steps", "5", "--out", "x.html"
    assert process("figure", "convergence", *tail, cwd=tmp_path).returncode == 0
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert '"role":"now"' in page
    assert '"dtype":"f8"' in page
