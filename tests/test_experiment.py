"""Experiments: every form turns back into the same experiment, and what is none is told in one sentence."""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from urllib.parse import quote

import hypothesis.strategies as st
import jax
import numpy as np
import pytest
from helpers import STEPS, bound
from hypothesis import given, settings

import landscape as ls
from landscape import Entrant, Experiment, LandscapeError
from landscape.experiment import MOST_ENTRANTS, from_dict, to_dict
from landscape.schedules import cosine, exponential

SURFACE = ls.surfaces.quadratic(condition=exponential(start=1.0, end=20.0))
RACE = Experiment(
    SURFACE,
    (
        ls.optimizers.adam(learning_rate=cosine(peak=0.1)),
        Entrant(ls.optimizers.genetic(size=8), slot=5, hidden=True),
        Entrant(ls.optimizers.simulated_annealing(temperature=1 / 3), slot=2),
    ),
    start=(0.1, 1e-300),
    seed=2**32 - 1,
    steps=STEPS,
    frame=7,
)


@st.composite
def experiments(draw):
    """Strategy: anything that can be compared, with legal values, schedules, slots and hidden entrants."""
    surface = draw(bound("surface"))
    slots = draw(st.lists(st.integers(0, 99), max_size=3, unique=True))
    entrants = tuple(Entrant(draw(bound("optimizer")), slot, draw(st.booleans())) for slot in slots)
    coordinate = st.floats(allow_nan=False, allow_infinity=False)
    start = draw(st.none() | st.tuples(*[coordinate] * surface.dim))
    counts = {"seed": draw(st.integers(0, 2**32 - 1)), "steps": draw(st.integers(1, 1_000_000))}
    return Experiment(surface, entrants, start, frame=draw(st.none() | st.integers(0, 1_000_000)), **counts)


def from_python(source: str) -> Experiment:
    """What the source describes, without running it."""
    namespace = {}
    exec(source.partition("\ntrajectories = ")[0], namespace)
    return namespace["experiment"]


def from_shell(command: str) -> Experiment:
    words = shlex.split(command)
    return Experiment.from_url(words[words.index("--experiment") + 1])


def bits(trajectories) -> list[str]:
    return [hashlib.sha256(np.asarray(t.positions).tobytes()).hexdigest() for t in trajectories]


FORMS = {
    "json": (Experiment.to_json, Experiment.from_json),
    "url": (Experiment.to_url, Experiment.from_url),
    "python": (Experiment.to_python, from_python),
    "shell": (Experiment.to_shell, from_shell),
}


@pytest.mark.parametrize("form", FORMS)
@given(experiment=experiments())
def test_every_form_reads_back_as_the_same_experiment(form, experiment):
    write, read = FORMS[form]
    assert read(write(experiment)) == experiment


@pytest.mark.parametrize("form", FORMS)
def test_every_form_keeps_types_and_defaults(form):
    write, read = FORMS[form]
    bare = read(write(Experiment(ls.surfaces.beale())))
    assert (bare.entrants, bare.start, bare.seed, bare.steps, bare.frame) == ((), None, 0, 300, None)
    assert all(isinstance(coordinate, float) for coordinate in read(write(RACE)).start)


@pytest.mark.parametrize("form", FORMS)
def test_slots_and_hidden_entrants_survive_the_deletion_of_others(form):
    write, read = FORMS[form]
    kept = RACE.replace(entrants=RACE.entrants[1:])
    assert [(e.slot, e.hidden) for e in read(write(kept)).entrants] == [(5, True), (2, False)]


def test_optimizers_become_entrants_in_order():
    made = Experiment(ls.surfaces.beale(), (ls.optimizers.sgd(), ls.optimizers.adam()))
    assert [(e.optimizer.name, e.slot, e.hidden) for e in made.entrants] == [("sgd", 0, False), ("adam", 1, False)]


def test_python_source_gives_the_same_numbers_bit_for_bit():
    namespace = {"__name__": "elsewhere"}
    exec(RACE.to_python(), namespace)
    assert bits(namespace["trajectories"]) == bits(RACE.run())


def test_python_source_gives_the_same_bits_in_another_process():
    tail = "\nimport hashlib\nimport numpy as np\nprint(*(hashlib.sha256(np.asarray(t.positions).tobytes()).hexdigest()"
    source = RACE.to_python().partition("\nif __name__")[0] + tail + " for t in trajectories))"
    same = os.environ | {"JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}  # as conftest.py does here
    done = subprocess.run([sys.executable, "-c", source], env=same, capture_output=True, text=True, check=True)
    assert done.stdout.split() == bits(RACE.run())


def test_python_source_keeps_the_precision_and_names_versions():
    assert '"jax_enable_x64", True' in RACE.to_python()
    with jax.enable_x64(False):
        assert '"jax_enable_x64", False' in RACE.to_python()
    assert f"jax {jax.__version__}" in RACE.to_python()
    assert f"landscape {ls.__version__}" in RACE.to_python()


def test_shell_command_quotes_what_it_must():
    words = shlex.split(RACE.to_shell("convergence", out="two words.pdf"))
    assert words[:3] == ["landscape", "figure", "convergence"]
    assert words[-2:] == ["--out", "two words.pdf"]


@pytest.mark.parametrize("prefix", ["", "?", "/?", "http://127.0.0.1:8050/?", "https://elsewhere.example/a/b?"])
def test_an_address_is_read_whole_or_as_its_query(prefix):
    assert Experiment.from_url(prefix + RACE.to_url()) == RACE


def test_an_address_may_be_escaped_further_or_not_at_all():
    pairs = [pair.partition("=") for pair in RACE.to_url().split("&")]
    assert Experiment.from_url("&".join(f"{key}={quote(value, safe='%')}" for key, _, value in pairs)) == RACE
    plus = Experiment.from_url("surface=beale&start=1e+20,-0.0&optimizer=adam(learning_rate=1e-3, b1=.5)")
    assert plus.start == (1e20, 0.0)
    assert plus.entrants[0].optimizer == ls.optimizers.adam(learning_rate=1e-3, b1=0.5)


def test_trajectories_have_the_start_seed_and_steps_of_the_experiment():
    for entrant, trajectory in zip(RACE.entrants, RACE.run(), strict=True):
        again = ls.run(SURFACE, entrant.optimizer, RACE.start, seed=RACE.seed, steps=RACE.steps)
        np.testing.assert_array_equal(trajectory.positions, again.positions)
        np.testing.assert_array_equal(trajectory.positions[0, 0], RACE.start)


def test_scene_carries_slots_hidden_and_frame():
    scene = RACE.scene(resolution=21)
    assert [(track.slot, track.hidden) for track in scene.tracks] == [(0, False), (5, True), (2, False)]
    assert (scene.frame, scene.steps) == (7, STEPS)
    assert RACE.scene(RACE.run(), resolution=21, frame=3).frame == 3


def test_as_many_optimizers_as_there_is_room_for():
    many = [ls.optimizers.sgd()] * MOST_ENTRANTS
    assert len(Experiment(SURFACE, many).entrants) == MOST_ENTRANTS
    with pytest.raises(LandscapeError, match="25 optimizers are more than 24"):
        Experiment(SURFACE, [*many, ls.optimizers.sgd()])


@settings(max_examples=15)
@given(experiment=experiments())
def test_the_dictionary_is_what_json_says(experiment):
    assert from_dict(json.loads(experiment.to_json())) == experiment
    assert json.loads(experiment.to_json()) == to_dict(experiment)


@pytest.mark.parametrize("make", [lambda tour: Experiment(tour, (ls.optimizers.genetic(),)), ls.scene])
def test_discrete_problems_have_no_relief(make):
    with pytest.raises(LandscapeError, match="tsp is a discrete problem, and has no contour or relief; draw its sol"):
        make(ls.problems.tsp())
