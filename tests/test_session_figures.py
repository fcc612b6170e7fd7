"""Figures of sessions: the runs that are shown, in their colours, on a plane that says what it does not show."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from landscape import LandscapeError, session_figures
from landscape.mlp.entry import network
from landscape.networks.divergence import GROWN
from landscape.networks.session import Run, Session
from landscape.optimizers import adam
from landscape.slice_scene import slice_scene

NET = network(data="xor", points=40, hidden="2")
RATE, EPOCHS, POINTS = 0.03, 6, 5
SMALL = {"width": 480, "height": 270}


def words(figure) -> str:
    return " ".join(note.text for note in figure.layout.annotations).replace("<br>", " ")


@pytest.fixture(scope="module")
def session():
    """A run, one that is hidden, and a fork of the first, in slots 3, 0 and 5: all of one program."""
    runs = (Run(adam(learning_rate=RATE), 3), Run(adam(learning_rate=RATE), 0, hidden=True),
            Run(adam(learning_rate=RATE), 5, of=3, frame=4, edits={0: 1.0}))  # fmt: skip
    return Session(NET, runs, epochs=EPOCHS, plane="axes:first=0,second=4")


@pytest.fixture(scope="module")
def trained(session):
    return session.run()


@pytest.fixture(scope="module")
def made(session, trained):
    return session_figures.sliced(session, [trained[0], trained[2]], ("loss", "accuracy"), 2.0, resolution=POINTS)


def test_the_slice_holds_every_path_and_has_the_frames_shape(made, trained):
    (left, right), (low, high) = ((axis[0], axis[-1]) for axis in (made.u, made.v))
    assert (right - left) / (high - low) == pytest.approx(2.0)
    for each in (trained[0], trained[2]):
        away = each.weights[:, [0, 4]] - trained[0].weights[-1, [0, 4]]
        assert np.all((away >= [left, low]) & (away <= [right, high]))
    i, j = 1, 3
    at = trained[0].weights[-1].copy()
    at[[0, 4]] += np.array([made.u[j], made.v[i]], np.float32)
    assert made.loss[i, j] == pytest.approx(float(NET.parts("float32").loss(at, NET.parts("float32").rows)), rel=1e-4)


def test_a_contour_shows_the_runs_that_are_not_hidden_in_their_colours(session, trained, made):
    figure = session_figures.draw(session.replace(frame=5), "contour", trained, slice=made, title="A finding", **SMALL)
    paths = {trace.meta["slot"]: trace for trace in figure.data if trace.meta["role"] == "path"}
    assert set(paths) == {3, 5}
    expected = trained[0].weights[:6, 0].astype(float) - trained[0].weights[-1, 0]
    assert np.allclose(paths[3].x, expected, atol=1e-6)
    assert len(paths[5].x) == 2, "the fork from frame 4 on"
    said = words(figure)
    assert "A finding" in said
    assert "The weights" in said
    assert "Height: the loss" in said
    away = trained[0].weights.astype(float) - trained[0].weights[-1]
    inside = (away[:, [0, 4]] ** 2).sum() / (away**2).sum()
    off = np.sqrt((away**2).sum(axis=1) - (away[:, [0, 4]] ** 2).sum(axis=1)).max()
    assert f"adam: {inside:.0%} of the path in the plane, at most {off:.3g} off it" in said
    assert "adam from 4: " in said


def test_a_slice_without_runs_is_a_scene_too(made):
    scene = slice_scene(made, title="Nobody", log=True)
    assert (scene.tracks, scene.start, scene.title) == ((), None, "Nobody")
    assert "Height: log₁₀(1 + (loss − " in scene.subtitle


def test_the_surface_in_3d_counts_epochs_and_names_the_plane(session, trained, made):
    said = words(session_figures.draw(session, "surface_3d", trained, slice=made, **SMALL))
    assert f"epoch {EPOCHS} of {EPOCHS}" in said
    assert "step" not in said
    assert "The weights" in said


def test_what_has_diverged_is_said_and_not_drawn(trained, made):
    lost = trained[0].weights.copy()
    lost[3:] = 2 * GROWN
    scene = slice_scene(made, replace(trained[0], weights=lost), measure="accuracy")
    assert scene.tracks[0].diverged == 3
    assert np.isnan(scene.tracks[0].path[3:]).all()
    assert np.array_equal(scene.heights.height, made.values["accuracy"])
    assert "diverged at epoch 3" in words(session_figures.figures.contour(scene, **SMALL))


def test_maps_and_diagrams_are_of_the_run_and_frame_asked_for(session, trained):
    figure = session_figures.draw(session.replace(frame=2), "network_diagram", trained, options={"run": "2"}, **SMALL)
    assert "epoch 2" in words(figure)
    assert "trained by adam from 4" in words(figure)
    beyond = session_figures.draw(session.replace(frame=99), "decision_map", trained, **SMALL)
    heat = next(trace for trace in beyond.data if trace.meta["role"] == "map")
    assert np.allclose(heat.z, NET.maps(trained[0].weights[-1])[-1][0], atol=1e-6)
    assert f"epoch {EPOCHS}" in words(beyond)


def test_curves_and_fidelity_have_labels_and_colours_of_the_session(session, trained, made):
    for name in ("learning_curves", "fidelity"):
        figure = session_figures.draw(session, name, trained, slice=made, **SMALL)
        assert "adam from 4" in words(figure)
        assert "The weights" in words(figure) or name == "learning_curves"
    curves = session_figures.draw(session, "learning_curves", trained, **SMALL).data
    assert {trace.meta["slot"] for trace in curves} == {3, 5}
    assert np.array_equal(curves[0].y, trained[0].loss)


def test_the_table_has_every_epoch_of_every_run(session, trained):
    rows = list(csv.DictReader(io.StringIO(session_figures.table(session, trained))))
    assert len(rows) == 3 * (EPOCHS + 1)
    assert [row["run"] for row in rows[:: EPOCHS + 1]] == ["adam 1", "adam 2", "adam from 4"]
    assert float(rows[2]["test_loss"]) == trained[0].test_loss[2]


REFUSED = {
    ("contuor", ()): "Did you mean 'contour'",
    ("contour", (("size", "half"),)): "option size is none of this figure; contour has measure",
    ("contour", (("measure", "los"),)): "Did you mean 'loss'",
    ("curvature_map", (("quantity", "trace"),)): "Unknown quantity 'trace' of curvature_map",
    ("decision_map", (("run", "0"),)): "run=0 is not shown; this session shows the runs 1 … 2",
    ("decision_map", (("run", "a"),)): "run=a is not the number of a run",
    ("fidelity", (("log", True),)): "fidelity has none",
}


@pytest.mark.parametrize("asked", REFUSED)
def test_what_there_is_not_is_refused_in_a_sentence(session, trained, asked):
    name, options = asked
    with pytest.raises(LandscapeError, match=REFUSED[asked]):
        session_figures.draw(session, name, trained, options=dict(options))


def test_a_session_that_shows_too_little_says_so(session, trained):
    hidden = session.replace(runs=tuple(Run(run.optimizer, run.slot, hidden=True) for run in session.runs[:2]))
    with pytest.raises(LandscapeError, match="shows no run"):
        session_figures.draw(hidden, "learning_curves", trained[:2])
    one = session.replace(runs=session.runs[:1])
    with pytest.raises(LandscapeError, match="give two optimizers"):
        session_figures.draw(one, "interpolation", trained[:1])
