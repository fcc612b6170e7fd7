"""What was saved or shared is read again, from a file as from an address."""

import pytest

import landscape as ls
from landscape import saved
from landscape.networks.session import Session
from landscape.parameters import LandscapeError

SAVED = {
    "experiment": (ls.Experiment.from_url("surface=himmelblau&optimizer=adam:learning_rate=0.1&steps=7"),
                   ls.Experiment.to_url, ls.Experiment.to_json),
    "session": (Session.from_query("network=network:data=xor&optimizer=adam&epochs=7"), Session.query, Session.json),
    "match": (ls.Match.from_query("problem=n_queens:dim=5&optimizer=tabu_search&budget=700"), ls.Match.query,
              ls.Match.json),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAVED)
def test_a_file_and_an_address_give_what_was_saved(kind, tmp_path):
    asked, address, text = SAVED[kind]
    (tmp_path / "Lesson.JSON").write_text(text(asked), encoding="utf-8")
    read = getattr(saved, kind)
    assert read("Lesson.JSON", tmp_path) == asked
    assert read(str(tmp_path / "Lesson.JSON")) == asked
    assert read(address(asked)) == asked


@pytest.mark.parametrize("kind", SAVED)
def test_files_that_cannot_be_read_are_named(kind, tmp_path):
    (tmp_path / "odd.json").write_bytes(b"\xff\xfe\x00")
    for name, said in (("odd.json", ""), ("none.json", "No such file")):
        with pytest.raises(LandscapeError, match=f"Cannot read '{name}': {said}"):
            getattr(saved, kind)(name, tmp_path)
