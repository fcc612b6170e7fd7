"""What every figure keeps: it draws every scene in both themes, and an entrant looks the same in all of them."""

import inspect
import json

import numpy as np
import pytest
from drawing import HALF, TRIO, draw, run_of, runaway, staged, words
from helpers import OPTIMIZERS, SCHEDULES, STEPS, SURFACES, between_levels, walk

import landscape as ls
from landscape import LandscapeError, figures
from landscape.figures import FIGURES
from landscape.surfaces import quadratic
from landscape.theme import DARK, LIGHT, PANEL, dash

OF_RUNS = [name for name in FIGURES if not figures.layers(name)]  # the others draw the surface: test_ground_figures
SOME = ("momentum", "adam", "simulated_annealing", "genetic", "particle_swarm")
EVERY = pytest.mark.parametrize("name", OF_RUNS)


def sane(figure) -> None:
    """What the browser needs: valid JSON without NaN, something in every trace's role, sizes that were asked for."""
    content = json.loads(figure.to_json(), parse_constant=lambda word: pytest.fail(f"{word} in the figure"))
    assert all("role" in trace["meta"] for trace in content["data"])
    assert content["layout"]["width"] > 0
    assert content["layout"]["showlegend"] is False


@EVERY
def test_many_entrants_are_drawn(name):
    sane(draw(name, staged(*OPTIMIZERS[:24], resolution=31, frame=HALF)))


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_is_drawn(name):
    surface = ls.catalog.surface(name)
    if surface.dim == 2:
        scene = staged(*SOME, surface=surface, resolution=31, frame=HALF)
    else:
        scene = ls.scene(surface, walk(ls.optimizers.simulated_annealing(), surface), resolution=31, frame=HALF)
    drawn = ("contour", "surface_3d") if surface.dim > 1 else ("slice_1d", "convergence", "metrics", "schedules")
    theme = ("light", "dark")[SURFACES.index(name) % 2]  # a family has several surfaces: each is drawn in both
    for figure in drawn:
        sane(draw(figure, scene, theme=theme))


@EVERY
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_scheduled_entrants_are_drawn(name, schedule):
    entrant = ls.optimizers.sgd(learning_rate=between_levels(schedule, [0.05, 0.01]))
    sane(draw(name, staged("momentum", extra=[walk(entrant)])))


@EVERY
@pytest.mark.parametrize("record", ["evaluated", "best", "last"])
def test_whatever_was_recorded_is_drawn(name, record):
    kept = [walk(run_of(entrant).optimizer, record=record) for entrant in ("sgd", "genetic")]
    for frame in (0, HALF, None):
        sane(draw(name, ls.scene(quadratic(), *kept, frame=frame, resolution=21)))


@EVERY
@pytest.mark.parametrize("frame", [0, 1, STEPS - 1, STEPS])
def test_every_moment_is_drawn(name, frame):
    sane(draw(name, staged(*TRIO, extra=[runaway()], frame=frame)))


@EVERY
def test_a_scene_without_entrants_or_with_all_hidden_is_drawn(name):
    sane(draw(name, ls.scene(quadratic(), resolution=21)))
    sane(draw(name, staged(*TRIO, hidden=range(3))))


@EVERY
def test_runs_of_other_lengths_share_a_scene(name):
    sane(draw(name, staged("momentum", extra=[walk(run_of("sgd").optimizer, steps=2)])))


@EVERY
def test_hidden_entrants_are_not_drawn_and_others_keep_their_colours(name):
    shown, hidden = (draw(name, staged(*TRIO, hidden=hidden)) for hidden in ((), (1,)))
    slots = [{trace.meta.get("slot") for trace in figure.data} - {None} for figure in (shown, hidden)]
    assert slots == [{0, 1, 2}, {0, 2}]
    assert "simulated annealing" not in words(hidden)
    assert LIGHT.colour(1) not in hidden.to_json()


@EVERY
def test_entrants_are_named_not_only_coloured(name):
    text = words(draw(name, staged(*TRIO)))
    assert all(entrant.replace("_", " ") in text for entrant in TRIO)


@EVERY
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_an_entrant_has_the_colour_of_its_slot_in_every_figure(name, theme):
    figure = draw(name, staged(*TRIO, slots=[5, 0, 9]), theme=theme.name)
    lines = {t.meta["slot"]: (t.line.color, t.line.dash) for t in figure.data if "slot" in t.meta and t.mode == "lines"}
    assert lines == {slot: (theme.colour(slot), dash(slot)) for slot in (5, 0, 9)}
    assert figure.layout.paper_bgcolor == theme.panel
    assert figure.layout.font.color == theme.dim


@EVERY
def test_a_run_that_diverged_says_at_which_step(name):
    figure = draw(name, staged("momentum", extra=[runaway()]))
    assert f"diverged at step {runaway().diverged}" in words(figure)


@EVERY
def test_title_and_notes_are_beside_the_plot(name):
    scene = ls.scene(quadratic(dim=4), title="Bowls are round", resolution=21)
    assert "<b>Bowls are round</b>" in words(draw(name, scene))
    if name in ("contour", "surface_3d"):
        assert "2 of 4 coordinates" in words(draw(name, scene))


@EVERY
def test_sizes_follow_the_width_unless_given(name):
    scene = staged()
    wide, narrow = (draw(name, scene, width=width, height=540) for width in (1920, 960))
    assert (narrow.layout.width, narrow.layout.height) == (960, 540)
    assert wide.layout.font.size == 2 * narrow.layout.font.size
    assert draw(name, scene, sizes=PANEL).layout.font.size == PANEL.tick


@EVERY
def test_a_figure_changes_no_scene_and_is_the_same_each_time(name):
    scene = staged(*TRIO, frame=HALF)
    before = [np.array(track.path) for track in scene.tracks]
    first, second = (draw(name, scene).to_json() for _ in range(2))
    assert first == second
    assert all(np.array_equal(path, track.path) for path, track in zip(before, scene.tracks, strict=True))


@EVERY
def test_a_figure_is_found_by_name_and_explains_itself(name):
    assert figures.named(name) is getattr(figures, name)
    assert inspect.getdoc(FIGURES[name])
    assert next(iter(inspect.signature(FIGURES[name]).parameters)) == "scene"


@EVERY
def test_an_unknown_theme_suggests_the_right_one(name):
    with pytest.raises(LandscapeError, match=r"Unknown theme 'drak'\. Did you mean 'dark'\?"):
        draw(name, staged(), theme="drak")


def test_an_unknown_figure_suggests_the_right_one():
    with pytest.raises(LandscapeError, match=r"Unknown figure 'contuor'\. Did you mean 'contour'\?"):
        figures.named("contuor")
    with pytest.raises(LandscapeError, match="Known: basins, contour, convergence"):
        figures.named("parts")
