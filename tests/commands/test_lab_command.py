"""`landscape lab`: claims on the terminal, pictures, numbers and films in files; bad input in one sentence."""

import json

import numpy as np
import pytest

from landscape import export, motion
from landscape.lab import BoundLab

BAD = {
    "softmx": "Unknown lab 'softmx'. Did you mean 'softmax'?",
    "softmax:temprature=2": "softmax has no parameter 'temprature'. Did you mean 'temperature'?",
    "softmax -p temperature": "--parameter temperature should be key=value",
    "softmax -p temperature=hot": "softmax(temperature=hot) is not a number",
    "softmax:temperature=2 -p temperature=3": "temperature is 2 already; give it once",
    "cellular_automata -p rule=256": "cellular_automata(rule=256) is outside 0 … 255",
    "cellular_automata -p rule=-1": "cellular_automata(rule=-1) is outside 0 … 255",
    "initialisation -p width=0": "initialisation(width=0) is outside",
    "universal_approximation -p target=": "The drawn function is empty",
    "precision -p operation=cosine": "precision(operation=cosine) is not one of the options",
    "softmax --out softmax.txt": "should end in one of .png, .svg, .pdf, .html, .gif, .mp4, .webm, .json, .npz",
    "softmax --out missing/x.png": "Cannot write 'missing/x.png'",
    "softmax --theme drak": "Did you mean 'dark'?",
    "softmax --width 10": "--width 10 is not in 200 … 8000 pixels",
}


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", BAD)
def test_bad_input_ends_in_one_sentence_before_anything_is_run(landscape, monkeypatch, folder, words):
    monkeypatch.setattr(BoundLab, "run", lambda *_: pytest.fail("it ran"))
    assert BAD[words] in landscape("lab", *words.split()).refusal
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--sheet shars --out x.png", "Unknown sheet 'shars' of this lab. Did you mean 'shares'?"),
        ("--sheet shars --out x.json", "Unknown sheet 'shars' of this lab. Did you mean 'shares'?"),
        ("--sheet printed --frame 3 --out x.png", "--frame 3: this picture does not move; leave --frame out."),
        ("--sheet printed --out x.gif", "'x.gif' would not move: this picture has one moment"),
    ],
)
def test_what_only_the_finding_knows_is_told_after_what_was_found(landscape, folder, words, said):
    done = landscape("lab", "softmax", *words.split())
    assert done.err.startswith(f"landscape: {said}")
    assert done.code == 2
    assert "expected" in done.out
    assert list(folder.iterdir()) == []


def test_claims_are_printed_and_kept_with_the_data(landscape, folder):
    done = landscape("lab", "softmax", "-p", "temperature=0.5", "--out", "found.json")
    assert (done.code, done.err) == (0, "Wrote found.json\n")
    found = json.loads((folder / "found.json").read_text())
    for claim in found["claims"]:
        assert claim["measured"] in done.out
    landscape("lab", "softmax:temperature=0.5", "--out", "found.npz")
    with np.load(folder / "found.npz") as stored:
        np.testing.assert_array_equal(stored["shares"], found["data"]["shares"])


def test_without_a_file_the_next_step_is_named(landscape):
    assert landscape("lab", "softmax").err == "Add --out softmax.png for the picture.\n"


def test_a_picture_has_the_look_asked_for(landscape, monkeypatch):
    saved = []
    monkeypatch.setattr(export, "save", lambda figure, path, *, scale=1.0: saved.append(figure))
    landscape(
        "lab", "softmax", "--sheet", "printed", "--theme", "dark", "--width", "960", "--height", "540", "--out", "x.png"
    )
    assert (saved[0].layout.width, saved[0].layout.height) == (960, 540)
    assert saved[0].layout.paper_bgcolor == "#15191F"


def test_a_sheet_that_moves_is_filmed_at_each_of_its_moments(landscape, monkeypatch):
    filmed = []
    monkeypatch.setattr(motion, "save", lambda *what, **how: filmed.append((what, how)))
    landscape("lab", "jacobian", "--theme", "dark", "--out", "x.mp4")
    (reel, _, path), how = filmed[0]
    assert path.name == "x.mp4"
    assert how["frames"] == reel.sheet.moments > 2
    assert how["theme"] == "dark"
