"""The server: what guards it, how processes share it, and what it does before it is asked."""

import base64
import hashlib
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.request import Request, urlopen

import jax
import pytest
import stub
from landscape_dashboard import ahead, compute, create_app, edits, guard, server

from landscape import LandscapeError, xla

PATIENCE = 120  # seconds, of a busy machine
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def app():
    return create_app()


@pytest.fixture(scope="module")
def client(app):
    app.server.add_url_rule("/broken", "broken", lambda: edits.get({}, "secret"), methods=["POST"])
    return app.server.test_client()


def policy_of(answer):
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("path", ["", "tune", "health", "assets/theme.css", "assets/none.css", "export/explore/x.png"])
def test_every_answer_is_guarded(client, path):
    answer = client.get(f"/{path}")
    answer.close()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert policy_of(answer)["frame-ancestors"] == "'self'"
    assert policy_of(answer)["object-src"] == "'none'"


def test_only_scripts_of_ours_may_run(client):
    page = client.get("/")
    inline = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>(.*?)</script>", page.text, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inline]
    assert len(hashes) == 1, "Dash starts with one line of script"
    assert policy_of(page)["script-src"].split() == ["'self'", *hashes]
    assert not re.search(r"\son\w+=", page.text), "an event handler in the page"


def test_notebooks_may_show_the_app_in_a_frame():
    framed = policy_of(create_app(framed=True).server.test_client().get("/health"))["frame-ancestors"]
    assert "http://localhost:*" in framed


def test_an_unexpected_error_is_a_sentence_and_its_details_are_in_the_log(client, caplog):
    with caplog.at_level(logging.ERROR, "landscape.dashboard"):
        answer = client.post("/broken")
    assert (answer.status_code, answer.text) == (500, guard.SORRY)
    assert "KeyError: 'secret'" in caplog.text


def test_a_long_request_is_refused(client):
    answer = client.post("/move", data=b"0" * (guard.LARGEST + 1), content_type="application/json")
    assert (answer.status_code, "MB" in answer.text) == (413, True)


@pytest.mark.parametrize(("given", "tidied"), [("/", "/"), ("", "/"), ("a", "/a/"), ("/teaching/land-scape", None)])
def test_a_prefix_has_a_slash_at_both_ends(given, tidied):
    assert server.tidy(given) == (tidied or f"{given}/")


@pytest.mark.parametrize("given", ["/a b", "/a/../b", "http://x/y", "/<x>", "/a//b"])
def test_a_prefix_that_is_no_path_is_told(given):
    with pytest.raises(LandscapeError, match="--url-prefix"):
        server.tidy(given)


def ask(address):
    """Which worker answers; one that was killed as it took the call says nothing, and is asked again."""
    for _ in range(10):
        with socket.create_connection(address, timeout=PATIENCE) as connection, connection.makefile() as words:
            if told := words.read():
                return int(told)
    raise AssertionError("nobody answers")


def test_a_worker_that_dies_is_replaced_and_one_that_cannot_start_ends_all(tmp_path):
    listener = server.listening("127.0.0.1", free())
    failed = []

    def keep():
        try:
            server.share(listener, 1, stub.work, str(tmp_path))
        except LandscapeError as error:
            failed.append(str(error))

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    first = ask(listener.getsockname())
    os.kill(first, signal.SIGKILL)
    second = ask(listener.getsockname())
    assert second != first
    (tmp_path / "broken").touch()
    os.kill(second, signal.SIGKILL)
    keeper.join(PATIENCE)
    assert "exit code 3" in failed[0]
    listener.close()


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read(question) -> str:
    with urlopen(question, timeout=PATIENCE) as answer:
        return answer.read().decode()


@pytest.fixture
def running(tmp_path):
    """Two processes behind a prefix, as the command starts them; the process to be ended and its address."""
    port = free()
    command = [sys.executable, "-m", "landscape", "dashboard", "--port", str(port), "--workers", "2",
               "--url-prefix", "teaching/landscape"]  # fmt: skip
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    yield process, f"http://127.0.0.1:{port}"
    process.kill()
    process.communicate()


def test_processes_share_a_port_behind_a_prefix_and_end_together(running):
    process, address = running
    below = f"{address}/teaching/landscape"
    assert below in process.stdout.readline()
    assert json.loads(read(f"{below}/health"))["status"] == "ok"  # the socket listens before anybody answers
    page = read(f"{below}/tune")
    links = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert links
    assert all(link.startswith("/teaching/landscape/") for link in links)
    assert "--page" in read(address + next(link for link in links if "theme.css" in link))
    told = json.loads(read(f"{below}/_dash-dependencies"))
    turn = next(each for each in told if each["inputs"] == [{"id": "address", "property": "pathname"}])
    ids = [name.rsplit(".", 1) for name in turn["output"].strip(".").split("...")]
    body = {"output": turn["output"], "outputs": [{"id": name, "property": of} for name, of in ids],
            "inputs": [turn["inputs"][0] | {"value": "/teaching/landscape/tune"}],
            "changedPropIds": ["address.pathname"]}  # fmt: skip
    question = Request(f"{below}/_dash-update-component", json.dumps(body).encode(), JSON)
    turned = json.loads(read(question))["response"]
    assert turned["frame"]["data-page"] == "tune"
    assert turned["navigation"]["children"][0]["props"]["href"] == "/teaching/landscape/"
    # What a shell starts in the background ignores Ctrl+C, and so does all that it starts.
    deaf = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    process.send_signal(signal.SIGTERM if deaf else signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert "Traceback" not in process.stderr.read()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=1)


def test_the_house_knows_whether_somebody_is_inside(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def app(environment, start):
        if environment:
            raise ZeroDivisionError
        return iter(["one", "two"])

    house = ahead.House(app)
    now[0] = 10.0
    assert house.quiet()
    answer = house({}, None)
    assert not house.quiet(), "an answer that is still being sent"
    assert list(answer) == ["one", "two"]
    answer.close()
    assert not house.quiet(), "somebody has just left"
    now[0] += ahead.QUIET + 0.1
    assert house.quiet()
    with pytest.raises(ZeroDivisionError):
        house({"bad": 1}, None)
    now[0] += ahead.QUIET + 0.1
    assert house.quiet(), "an error is an end too"


def test_neighbours_are_what_menus_and_switches_offer_next():
    near = list(ahead.neighbours(edits.FIRST))
    momentum = edits.FIRST.entrants[0].optimizer
    assert all(len(each.entrants) == 1 for each in near), "one program each"
    here = [each.entrants[0].optimizer for each in near if each.surface == edits.FIRST.surface]
    switched = next(each for each in here if each.entry == momentum.entry)
    assert not isinstance(switched.values["learning_rate"], float), "a schedule now"
    assert {"nesterov", "sgd"} <= {each.entry.name for each in here}
    elsewhere = {each.surface.entry.name for each in near} - {"himmelblau"}
    assert len(elsewhere) == ahead.SURFACES


def test_what_was_planned_once_is_not_planned_again_though_numbers_move():
    plan, view = ahead.Plan(), compute.View()
    plan.note(edits.FIRST, view)
    taken = list(iter(plan.take, None))
    assert len({ahead.shape(each) for each, _ in taken}) == len(taken) > 5
    moved = edits.FIRST.replace(start=(1.0, 1.0), seed=7)
    plan.note(moved, view)
    assert plan.take() is None
    plan.forget()
    plan.note(moved, view)
    assert plan.take() is not None


@pytest.mark.parametrize(("maps", "dropped"), [(29_999, 0), (30_001, 1)])
def test_programs_are_dropped_before_there_are_too_many(monkeypatch, maps, dropped):
    cleared = []
    monkeypatch.setattr("jax.clear_caches", lambda: cleared.append(1))
    monkeypatch.setattr(xla, "memory_maps", lambda: maps)
    assert xla.drop_programs() == bool(dropped)
    assert len(cleared) == dropped


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells its memory maps")
def test_memory_maps_are_counted():
    with open("/proc/self/maps") as lines:
        assert abs(xla.memory_maps() - len(lines.readlines())) < 20


@pytest.fixture
def keeps_nothing():
    """A process that keeps no programs yet: this one keeps them in a folder of the tests."""
    folder = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", None)
    yield
    jax.config.update("jax_compilation_cache_dir", folder)


@pytest.mark.usefixtures("keeps_nothing")
def test_programs_are_kept_in_the_users_cache_until_there_are_too_many(monkeypatch, tmp_path):
    told = {}
    monkeypatch.setattr("jax.config.update", told.__setitem__)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = xla.keep_programs()
    assert folder.is_relative_to(tmp_path / "landscape")
    assert told["jax_compilation_cache_dir"] == str(folder)
    (folder / "program").write_bytes(b"1234")
    assert xla.keep_programs() == folder
    assert (folder / "program").exists()
    monkeypatch.setattr(xla, "LARGEST", 3)
    xla.keep_programs()
    assert not (folder / "program").exists()
