"""`landscape solve`: value, bound and proof on the terminal, in JSON and as a picture; bad input in one sentence."""

import json

import pytest

from landscape import export
from landscape.commands import solve

BAD = {
    "tps": "'tps' is no discrete problem. Did you mean 'tsp'?",
    "himmelblau": "'himmelblau' is no discrete problem.",
    "tsp:instance=berlin25": "berlin52",
    "tsp:instance='missing.tsp'": "Cannot read 'missing.tsp'",
    "tsp:instance=missing.tsp": "Cannot read 'missing.tsp'",
    "tsp:instance=/dev/zero": "Cannot read '/dev/zero': it is no file.",
    "tsp:instance=./": "Cannot read '.': it is no file.",
    "coloring:instance=random:20:0.5,colors=30": "30 colours are more than the graph has vertices",
    "tsp:instance='points:0.5,1'": "One city needs no tour",
    "tsp --solver cut": "Unknown solver 'cut'. Did you mean 'cuts'?",
    "coloring --solver cuts": "cuts does not take this coloring: it takes tsp only. Take cp_sat.",
    "tsp --limit 0": "limit=0.0 is no number of seconds",
    "tsp --workers 0": "workers=0 is not a whole number from 1 to 64",
    "tsp --out tour.txt": "should end in one of .png",
    "tsp --json tour.txt": "should end in .json",
    "tsp --json missing/tour.json": "Cannot write 'missing/tour.json'",
    "tsp --with annealing": "simulated_annealing",
    "tsp --with late_acceptance --budget 3000000000": "budget=3000000000 is not a whole number in 100 … 5000000",
    "tsp --theme drak": "Did you mean 'dark'?",
}


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", BAD)
def test_bad_input_ends_in_one_sentence_before_anything_is_solved(landscape, monkeypatch, folder, words):
    monkeypatch.setattr(solve, "_watched", lambda *_: pytest.fail("it ran"))
    assert BAD[words] in landscape("solve", *words.split()).refusal
    assert list(folder.iterdir()) == []


def test_a_file_of_ones_own_is_proved_beside_a_local_search(landscape, monkeypatch, folder):
    (folder / "my cities.tsp").write_text(
        "NAME: mine\nTYPE: TSP\nDIMENSION: 5\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n"
        "1 0 0\n2 100 0\n3 100 100\n4 0 100\n5 50 150\nEOF\n"
    )
    drawn = []
    monkeypatch.setattr(export, "save", lambda figure, path, **_: drawn.append(figure))
    asked = ["--with", "simulated_annealing", "--budget", "500", "--json", "proof.json", "--out", "tour.png"]
    done = landscape("solve", "tsp:instance='my cities.tsp'", *asked)
    assert done.code == 0
    assert "proved" in done.out
    assert "442" in done.out  # three sides of 100, two of 71
    assert "0 % above the bound" in done.out
    found = json.loads((folder / "proof.json").read_text())
    assert (found["status"], found["value"], found["bound"], found["gap"]) == ("proved", 442, 442, 0)
    assert sorted(found["x"]) == [0, 1, 2, 3, 4]
    assert found["bounds"][-1] == found["incumbents"][-1] == 442
    assert found["search"]["value"] == 442
    words = json.dumps(drawn[0].to_plotly_json(), default=str)
    assert all(each in words for each in ("Exact solver: bound and best", "Local search: best so far"))


def test_what_is_impossible_is_said_to_be_proved(landscape, folder):
    done = landscape("solve", "n_queens:dim=3", "--solver", "cp_sat", "--json", "proof.json")
    assert done.code == 0
    assert "3 queens always attack each other on a board of 3 × 3: proved" in done.out
    found = json.loads((folder / "proof.json").read_text())
    assert (found["status"], found["x"], found["value"]) == ("infeasible", None, None)
