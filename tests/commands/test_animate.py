"""`landscape animate`: what the options draw, and bad input told before anything runs."""

import pytest
from helpers import STEPS

import landscape as ls
from landscape import Experiment, motion

OPTIONS = ["--surface", "quadratic:condition=20", "--optimizer", "sgd:learning_rate=0.05", "--start", "1.5,-2",
           "--seed", "3", "--steps", str(STEPS)]  # fmt: skip
SAME = Experiment(
    ls.surfaces.quadratic(condition=20.0), (ls.optimizers.sgd(learning_rate=0.05),), (1.5, -2.0), seed=3, steps=STEPS
)
BAD = {
    "contuor": "Unknown figure 'contuor'. Did you mean 'contour'?",
    "contour --out run.jpeg": "should end in one of .gif, .mp4, .webm, .html",
    "contour --out run.gfi": "Did you mean 'gif'?",
    "contour --out missing/run.gif": "Cannot write 'missing/run.gif'",
    "contour --frames 0": "frames=0 is not a whole number in 2 … 1000",
    "contour --fps 100": "fps=100 is not in 0.2 … 50",
    "contour --seconds 0": "seconds=0 is not in",
    "contour --frames 9 --fps 9 --seconds 9": "Give two of frames, fps and seconds",
    "contour --spacing square": "Unknown spacing 'square'",
    "contour --theme drak": "Did you mean 'dark'?",
    "contour --theme transparent-light": "no ground to move on",
    "contour --size huge": "Unknown size 'huge'",
    "contour --width 20": "width 20 is not in",
    "contour --by steps": "--by belongs to convergence",
    "contour --optimizer adamm": "Did you mean 'adam'?",
    "contour --experiment surface=beale --seed 0": "--experiment has its seed already",
    "contour --experiment missing.json": "Cannot read 'missing.json'",
}


@pytest.fixture
def made(monkeypatch, tmp_path):
    """What would be drawn: (scene, figure, kind, options), in order."""
    asked = []

    def content(scene, name, kind, *, progress, **options):
        progress(1, 1)
        asked.append((scene, name, kind, options))
        return b"a film"

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(motion, "content", content)
    return asked


def test_options_move_what_python_moves(landscape, made, tmp_path):
    done = landscape("animate", "contour", *OPTIONS, "--out", "run.mp4", "--frames", "30", "--seconds", "3",
                     "--spacing", "log", "--theme", "dark", "--width", "640", "--title", "A finding")  # fmt: skip
    (scene, name, kind, options), *_ = made
    same = SAME.scene(title="A finding", aspect=ls.figures.aspect(640, 360))
    assert (done.code, name, kind, scene.title) == (0, "contour", "mp4", "A finding")
    assert (scene.tracks[0].path == same.tracks[0].path).all()
    assert (scene.view == same.view).all()
    times = {"frames": 30, "fps": None, "seconds": 3.0, "spacing": "log"}
    assert options == times | {"theme": "dark", "size": "slide", "width": 640, "height": 360, "font": 1.0}
    assert (tmp_path / "run.mp4").read_bytes() == b"a film"
    assert "Wrote run.mp4" in done.err


def test_an_experiment_moves_and_options_reach_the_figure(landscape, made):
    landscape("animate", "convergence", "--experiment", SAME.to_url(), "--by", "evaluations", "--out", "run.html")
    (scene, name, kind, options), *_ = made
    assert (name, kind, options["by"]) == ("convergence", "html", "evaluations")
    assert scene.steps == STEPS


@pytest.mark.parametrize("words", BAD)
def test_bad_input_is_one_sentence_and_leaves_no_file(landscape, made, tmp_path, words):
    assert BAD[words] in landscape("animate", *words.split()).refusal
    assert made == []
    assert not list(tmp_path.iterdir())
