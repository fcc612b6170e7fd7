"""`landscape match`: a table, pictures and films of methods side by side; bad input in one sentence."""

from types import SimpleNamespace

import numpy as np
import pytest

from landscape import export, motion
from landscape.commands import match
from landscape.commands.match import winners
from landscape.match import Match
from landscape.theme import LIGHT

BAD = {
    "tps": "'tps' is no discrete problem. Did you mean 'tsp'?",
    "n_queens -o tabu_serch": "Did you mean 'tabu_search'?",
    "n_queens -o adam": "adam",
    "n_queens --budget 3": "budget",
    "n_queens --frames 20 --frame 21": "frame",
    "n_queens --out match.txt": "should end in one of .png, .svg, .pdf, .html, .gif, .mp4, .webm, .json",
    "n_queens --out missing/x.png": "Cannot write 'missing/x.png'",
    "--match missing.json": "Cannot read 'missing.json': No such file",
    "--match optimizer=tabu_search": "This address names no problem",
    "--match problem=n_queens": "'problem=n_queens' has no methods; add some",
    "--match problem=n_queens&optimizer=genetic --defaults common": "--match has its defaults already",
    "n_queens --match problem=n_queens": "--match has its problem already; leave problem out, or --match",
    "--match problem=n_queens --budget 300": "--match has its budget already",
    "n_queens --defaults best": "--defaults best is neither tuned nor common",
}


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", BAD)
def test_bad_input_ends_in_one_sentence_before_anything_is_run(landscape, monkeypatch, folder, words):
    monkeypatch.setattr(Match, "playing", lambda *_: pytest.fail("it ran"))
    assert BAD[words] in landscape("match", *words.split()).refusal
    assert list(folder.iterdir()) == []


def test_methods_are_told_drawn_filmed_and_kept(landscape, monkeypatch, folder):
    """Four queens have two solutions among 24 permutations: 200 evaluations find one."""
    seen = {}
    monkeypatch.setattr(export, "save", lambda figure, out, scale: seen.update(still=figure))
    monkeypatch.setattr(motion, "save", lambda reel, name, out, **how: seen.update(film=reel, how=how))
    asked = ("match", "n_queens:dim=4", "-o", "random_search", "--budget", "200", "--frames", "5")
    for out in ("match.png", "match.gif", "match.json"):
        done = landscape(*asked, "--out", out)
        assert (done.code, done.err) == (0, f"Wrote {out}\n")
    assert done.out.splitlines()[-1] == "Random search: no queen attacks another"
    assert done.out.splitlines()[2].split()[:5] == ["random", "search", "0", "0", "200"]
    assert seen["film"].title == "Random search: no queen attacks another"
    assert (seen["film"].steps, seen["how"]["frames"]) == (5, 6)
    queens = [trace for trace in seen["still"].data if trace.meta["role"] == "line"]
    assert all(trace.line.color != LIGHT.error or all(x != x for x in trace.x) for trace in queens)  # none attacked
    again = Match.from_json((folder / "match.json").read_text())
    assert (again.surface.name, again.budget, again.labels) == ("n_queens", 200, ("random search",))


def test_a_match_is_played_from_a_file_or_an_address_with_its_branches(landscape, folder):
    asked = Match.from_query("?problem=n_queens:dim=4&optimizer=random_search&optimizer=hill_climbing&budget=200"
                             "&frames=20&branches=1:0:10&exact=enumeration")  # fmt: skip
    (folder / "lesson.json").write_text(asked.json())
    for given in ("lesson.json", f"http://127.0.0.1:8050/discrete?{asked.query()}&exact=enumeration"):
        done = landscape("match", "--match", given, "--out", "again.json")
        assert done.code == 0
        names = [line.split("  ")[0].strip() for line in done.out.splitlines()[2:4]]
        assert names == ["random search", "hill climbing from 50 %"]
        assert Match.from_json((folder / "again.json").read_text()) == asked
        assert asked.branches == ((1, (0, 10)),)


def test_the_table_names_the_instance(landscape):
    done = landscape("match", "knapsack:instance='random:6'", "-o", "random_search", "--budget", "200")
    lines = done.out.splitlines()
    assert lines[0].strip() == "random:6"
    assert "weight" in lines[-1]


@pytest.mark.parametrize(
    ("bests", "told"), [((3, 2), "b"), ((2, 2), "a and b"), ((2, 2, 4, 2), "3 of 4 methods"), ((-5, -5.5), "b")]
)
def test_those_who_found_the_best_share_the_headline(bests, told):
    lanes = tuple(
        SimpleNamespace(label=name, best=np.array([9.0, best]))
        for name, best in zip("abcd"[: len(bests)], bests, strict=True)
    )
    assert winners(SimpleNamespace(lanes=lanes), min(bests)) == told


def test_ctrl_c_ends_at_once_whatever_still_computes(landscape, monkeypatch):
    ended = []

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(match, "_played", interrupted)
    monkeypatch.setattr("os._exit", ended.append)
    done = landscape("match", "one_max", "-o", "late_acceptance")
    assert (done.code, done.out, ended) == (130, "", [130])
    assert "Traceback" not in done.err
