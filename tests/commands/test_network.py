"""`landscape network`: pictures, tables, planes and sessions; bad input told before anything is trained."""

import csv

import numpy as np
import pytest

import landscape as ls
from landscape.networks.session import Session
from landscape.networks.slices import Slice

SMALL = ["--network", "data=xor,points=40,hidden='2'", "--optimizer", "adam:learning_rate=0.03", "--epochs", "4",
         "--resolution", "5", "--width", "480", "--height", "270"]  # fmt: skip
BAD = {
    "contuor": "Unknown figure of a network 'contuor'. Did you mean 'contour'?",
    "contour --network data=spirl": "Did you mean 'spiral'?",
    "contour --network hidden=99": "give at most 8 layers of 1 to 32 neurons",
    "contour --optimizer adamm": "Did you mean 'adam'?",
    "contour --optimizer particle_swarm:size=1": "size",
    "contour --epochs 0": "epochs=0 is not a whole number in 1 … 1000000",
    "contour --frame -1": "frame=-1",
    "contour --resolution 1": "--resolution 1 is not in 2 … 2001 points",
    "contour --plane randm": "Unknown plane 'randm'. Did you mean 'random'?",
    "contour --plane random:sed=1": "The plane 'random' has no parameter 'sed'. Did you mean 'seed'?",
    "contour --data missing.csv": "Cannot read 'missing.csv': there is no such file",
    "contour --data one.csv": "one class only",
    "contour --data rows.csv --network data=xor": "--data rows.csv and data=xor are two data sets",
    "contour --session x=1": "unknown part 'x'",
    "contour --session missing.json": "Cannot read 'missing.json': No such file or directory",
    "contour --session broken.json": "no JSON",
    "contour --session network=network:data=xor --seed 3": "--session has its seed already",
    "contour --stored folder.png": "it is a folder",
    "contour --stored rows.csv": "'rows.csv' is damaged or not the file of a slice",
    "contour --out rows.npz": "'rows.npz' is damaged or not the file of a slice",
    "spectrum --stored x.npz": "--stored belongs to contour, surface_3d, curvature_map and to .npz and .vtp files",
    "contour --option arrows": "--option arrows should be key=value",
    "contour --option style=1": "option style is none of this figure; contour has measure",
    "curvature_map --option quantity=trace": "Unknown quantity 'trace' of curvature_map",
    "contour --out x.gif": "should end in one of .png, .svg, .pdf, .html, .csv, .json, .npz, .vtp",
    "contour --out missing/x.png": "Cannot write 'missing/x.png'",
    "contour --out folder.png": "it is a folder",
    "contour --theme drak": "Did you mean 'dark'?",
    "contour --size hlaf": "Did you mean 'half'?",
    "contour --width 10": "--width 10 is not in 200 … 8000 pixels",
    "contour --width 4000 --height 300": "make it higher",
}


@pytest.fixture
def drawn(monkeypatch):
    """Figures that are drawn instead of being written."""
    saved = []
    monkeypatch.setattr(ls.export, "save", lambda figure, path, *, scale=1.0: saved.append(figure))
    return saved


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    rows = [f"{x},{y},{name}" for name, at in (("rose", -2), ("lily", 2)) for x, y in rng.normal(at, 1.0, (20, 2))]
    (tmp_path / "rows.csv").write_text("\n".join(["width,height,kind", *rows, "nan,0,rose", ""]))
    (tmp_path / "one.csv").write_text("\n".join(["a,b,c", *(f"{i},{2 * i},same" for i in range(9)), ""]))
    (tmp_path / "rows.npz").write_text("no slice")
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "folder.png").mkdir()
    return tmp_path


@pytest.mark.parametrize("words", BAD)
def test_bad_input_ends_in_one_sentence_before_anything_is_trained(landscape, monkeypatch, folder, words):
    monkeypatch.setattr(Session, "run", lambda self: pytest.fail("trained"))
    before = sorted(folder.iterdir())
    assert BAD[words] in landscape("network", *words.split()).refusal
    assert sorted(folder.iterdir()) == before


def test_a_plane_is_stored_resumed_and_told_from_another(landscape, drawn, folder):
    done = landscape("network", "contour", *SMALL, "--stored", "plane.npz", "--title", "A finding")
    assert (done.code, done.out, done.err) == (0, "", "Wrote network.png\n")
    stored = Slice.load("plane.npz")
    heights = next(trace for trace in drawn[0].data if trace.meta["role"] == "heights")
    assert np.allclose(heights.customdata, stored.loss, rtol=1e-6)
    assert "<b>A finding</b>" in drawn[0].layout.annotations[0].text
    assert landscape("network", "contour", *SMALL, "--stored", "plane.npz", "--theme", "dark").code == 0
    assert drawn[1].data[0].z.tolist() == drawn[0].data[0].z.tolist()
    other = landscape("network", "contour", *SMALL, "--stored", "plane.npz", "--plane", "random:seed=1")
    assert "'plane.npz' holds another slice" in other.refusal
    assert landscape("network", "contour", *SMALL, "--out", "plane.npz").code == 0
    assert Slice.load("plane.npz").loss.tolist() == stored.loss.tolist()
    assert landscape("network", "contour", *SMALL, "--out", "plane.vtp").code == 0
    assert "adam" in (folder / "plane.vtp").read_bytes().decode("latin-1")


def test_a_session_runs_again_from_its_file_and_its_address(landscape, drawn, folder):
    assert landscape("network", "contour", *SMALL, "--frame", "2", "--out", "saved.json").code == 0
    saved = Session.from_json((folder / "saved.json").read_text("utf-8"))
    assert (saved.frame, saved.epochs, len(saved.runs)) == (2, 4, 1)
    for given in ("saved.json", saved.query(), f"http://127.0.0.1:8050/networks?{saved.query()}"):
        assert landscape("network", "decision_map", "--session", given, "--frame", "3").code == 0
    assert drawn[0].to_json() == drawn[1].to_json() == drawn[2].to_json()
    assert landscape("network", "learning_curves", "--session", "saved.json", "--out", "curves.csv").code == 0
    rows = list(csv.DictReader((folder / "curves.csv").read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3", "4"]


def test_own_rows_are_read_and_what_is_left_out_is_said(landscape, drawn):
    done = landscape("network", "learning_curves", "--data", "rows.csv", *SMALL[2:])
    assert done.code == 0
    assert "rows.csv: " in done.err
    assert "own data" in drawn[0].layout.annotations[0].text


def test_a_run_that_diverges_is_told_with_its_reason(landscape, drawn):
    hot = ["--network", "data=plane,points=40,hidden='2',activation=relu", "--optimizer", "sgd:learning_rate=1000"]
    done = landscape("network", "learning_curves", *hot, *SMALL[4:])
    assert done.code == 0
    assert "sgd diverged in epoch 1, at update " in done.err
    assert "The learning rate 1e+03 is above" in done.err
    assert "diverged" in " ".join(note.text for note in drawn[0].layout.annotations)
