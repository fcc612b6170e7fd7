"""Figures of networks draw the numbers that they are given, with zero in the middle of colours, and say what is cut."""

import itertools

import numpy as np
import pytest
from study_runs import words

from landscape import LandscapeError
from landscape.figures import networks
from landscape.networks.honesty import Fidelity
from landscape.networks.interpolation import Line
from landscape.networks.pictures import Picture
from landscape.networks.slices import Slice
from landscape.networks.spectrum import Density
from landscape.plane import Plane
from landscape.theme import LIGHT, SIGNED

EPOCHS = np.arange(4)
SIZES = ("slide", "half")


class Trained:
    """What the curves of a training need."""

    def __init__(self, loss, test=None, since=0, label="adam"):
        self.epochs, self.since = EPOCHS, since
        self.loss = np.array(loss, float)
        self.test_loss = np.full(4, np.nan) if test is None else np.array(test, float)
        self.accuracy = self.test_accuracy = np.full(4, np.nan)
        self.optimizer = self.surface = type("Named", (), {"label": label})


def roles(figure, role):
    return [trace for trace in figure.data if trace.meta["role"] == role]


def picture(classes=2, output="tanh", scores=1, **more):
    """Two inputs, two neurons, and one output or several: maps of 3 × 3 points."""
    ramp = np.tile([-6.0, 0.0, 6.0], (3, 1))
    outputs = np.stack([ramp / 3 + k for k in range(scores)])
    y = np.array([-1.0, 1.0, 1.0]) if classes < 3 else np.arange(3.0)
    made = {"network": "tiny network", "label": "adam", "inputs": ("x", "sinx"), "classes": classes, "output": output,
            "maps": [np.stack([ramp, ramp.T]), np.stack([ramp / 12, ramp / 4]), outputs],
            "weights": [(np.array([[1.0, -2.0], [0.0, 4.0]]), np.zeros(2)), (np.ones((2, scores)), np.zeros(scores))],
            "activation": "tanh", "x": np.array([[-1.0, 0.0], [1.0, 0.0], [2.0, 2.0]]), "y": y, "train": 2,
            "labels": tuple("abc"[:classes]), "epoch": 7.0,
            "loss": 0.25, "test_loss": 0.5, "accuracy": 0.9}  # fmt: skip
    return Picture(**made | more)


def test_they_are_found_by_name():
    assert set(networks.FIGURES) == {"curvature_map", "decision_map", "fidelity", "interpolation", "learning_curves",
                                     "network_diagram", "spectrum"}  # fmt: skip
    with pytest.raises(LandscapeError, match="Did you mean 'decision_map'"):
        networks.named("decisionmap")


def test_every_map_has_zero_in_the_middle_of_its_colours():
    values = {"max_eigenvalue": np.array([[-1.0, 2.0], [0.5, np.inf]])}
    slice = Slice(Plane.axes(np.zeros(2)), np.arange(2.0), np.arange(2.0), values, 0.0, {}, np.ones(2, bool))
    drawn = [networks.decision_map(picture()), networks.network_diagram(picture()), networks.curvature_map(slice)]
    heats = [trace for figure in drawn for trace in figure.data if trace.type == "heatmap"]
    assert len(heats) == 1 + 5 + 1
    for heat in heats:
        assert (heat.zmin, heat.zmax, heat.zmid) == (-1.0, 1.0, 0.0)
        assert heat.colorscale[1] == (0.5, SIGNED[1][1])
    assert "1 points not finite" in words(drawn[-1])
    assert "negative on 33% of the plane" in words(drawn[-1])


def test_the_decision_map_shows_outputs_between_the_ends_of_the_network_and_points_apart():
    figure = networks.decision_map(picture(output="logit"))
    heat = figure.data[0]
    assert np.allclose(heat.z[0], np.tanh(np.array([-2.0, 0.0, 2.0]) / 2))
    assert (heat.x0, heat.dx) == (-6.0, 6.0)
    (train,), (test,) = roles(figure, "train"), roles(figure, "test")
    assert (list(train.x), list(test.y)) == ([-1.0, 1.0], [2.0])
    assert train.marker.color[0] != train.marker.color[1]
    assert "loss 0.5, 90% right" in words(figure)
    assert not roles(networks.decision_map(picture(), test=False), "test")


def test_the_numbers_of_regression_have_the_colours_of_the_map():
    figure = networks.decision_map(picture(classes=0, output="linear", y=np.array([2.0, -2.0, 1.0]), accuracy=np.nan))
    most = 2.0  # the outputs reach from −2 to 2
    assert figure.data[0].colorbar.ticktext == ("−2", "−1", "0", "1", "2")
    assert np.allclose(figure.data[0].z * most, np.tile([-2.0, 0.0, 2.0], (3, 1)))
    assert not roles(figure, "border")
    assert "right" not in words(figure)


@pytest.mark.parametrize("size", SIZES)
def test_three_classes_have_three_colours_that_are_named(size):
    figure = networks.decision_map(picture(classes=3, scores=3, output="softmax"), size=size)
    assert np.all(np.asarray(figure.data[0].z) == 2)  # the third score is largest everywhere
    assert set(roles(figure, "train")[0].marker.color) == {LIGHT.colour(0), LIGHT.colour(1)}
    said = [note.text for note in figure.layout.annotations]
    assert all(f"<b>{name}</b>" in said for name in "abc")
    drawn = networks.network_diagram(picture(classes=3, scores=3, output="softmax"), size=size)
    assert {"<b>a</b>", "<b>sin x</b>"} <= {note.text for note in drawn.layout.annotations}


def test_links_are_as_wide_as_their_weights_and_coloured_by_sign():
    figure = networks.network_diagram(picture())
    links = [shape for shape in figure.layout.shapes if shape.type == "path"]
    wide = sorted(round(shape.line.width, 6) for shape in links)
    assert wide == [0.8, 2.4, 2.4, 2.4, 4.8, 9.6]  # weights 0, 1, 1, 1, −2, 4: 12 pixels for 5
    (negative,) = [shape for shape in links if shape.line.color == SIGNED[0][1] and shape.line.width > 1]
    assert round(negative.line.width, 6) == 4.8
    assert "the largest is 4" in words(figure)
    neurons = {(trace.meta["layer"], trace.meta["neuron"]): trace for trace in roles(figure, "neuron")}
    assert np.max(neurons[0, 0].z) == 1.0, "divided by its largest"
    assert np.max(neurons[1, 0].z) == 0.5, "not stretched"


@pytest.mark.parametrize("widths", [(2,), (8,) * 8, (32,) * 3])
@pytest.mark.parametrize("size", SIZES)
def test_neurons_of_any_network_stand_apart_and_on_the_page(widths, size):
    layers = (2, *widths, 1)
    maps = [np.zeros((width, 2, 2)) for width in layers]
    weights = [(np.ones(pair), np.zeros(pair[1])) for pair in itertools.pairwise(layers)]
    figure = networks.network_diagram(picture(maps=maps, weights=weights), size=size)
    boxes = np.array([[s.x0, s.x1, s.y0, s.y1] for s in figure.layout.shapes if s.type == "rect"])
    assert len(boxes) == sum(layers)
    for (_, right, low, _), (left, _, _, high) in itertools.pairwise(boxes):
        assert right < left or high < low, "each is right of the one before, or below it"
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    assert (left <= boxes[:, 0]).all()
    assert (boxes[:, 1] <= right).all()
    assert (low <= boxes[:, 2]).all()
    assert (boxes[:, 3] <= high).all()
    assert ("strongest of" in words(figure)) == (sum(w.size for w, _ in weights) > 400)


def test_learning_curves_draw_forks_from_where_they_leave_and_cut_what_diverged():
    first = Trained([1.0, 0.5, 0.2, 0.05], [1.0, 0.6, 0.4, 0.3])
    fork = Trained([1.0, 0.5, 3e30, np.inf], since=1, label="sgd")
    figure = networks.learning_curves([first, fork], slots=[4, 2])
    mine, theirs = roles(figure, "training")
    assert (list(mine.y), list(theirs.x)) == ([1.0, 0.5, 0.2, 0.05], [1, 2, 3])
    assert list(roles(figure, "test")[0].y) == [1.0, 0.6, 0.4, 0.3]
    assert [trace.line.color for trace in (mine, theirs)] == [LIGHT.colour(4), LIGHT.colour(2)]
    said = words(figure)
    assert "cut at 10, the highest is 3.0·10³⁰" in said
    assert "sgd ·\N{NO-BREAK SPACE}diverged" in said
    assert "adam ·\N{NO-BREAK SPACE}0.3" in said
    assert figure.layout.yaxis.type == "log"
    assert networks.learning_curves(first, log=False).layout.yaxis.type != "log"


def test_curves_that_there_are_not_are_refused():
    with pytest.raises(LandscapeError, match="no accuracy to draw: the data have no classes"):
        networks.learning_curves(Trained([1, 1, 1, 1]), measure="accuracy")
    with pytest.raises(LandscapeError, match="'error' is not one of loss, accuracy"):
        networks.learning_curves(Trained([1, 1, 1, 1]), measure="error")
    with pytest.raises(LandscapeError, match="needs losses above 0"):
        networks.learning_curves(Trained([0, 0, 0, 0]), log=True)


def test_fidelity_says_how_much_lies_in_the_plane_also_of_a_path_that_is_lost():
    true = Fidelity(np.zeros((4, 2)), np.array([0, 0.5, 1, 2.0]), np.array([1, 0.5, 0.2, 0.1]),
                    np.array([1, 0.6, 0.3, 0.2]), 0.97)  # fmt: skip
    nothing = np.full(4, np.nan)
    gone = Fidelity(np.zeros((4, 2)), nothing, nothing, nothing, np.nan)
    figure = networks.fidelity([true, gone], epochs=[EPOCHS * 10, EPOCHS], labels=["adam", "sgd"], of="A plane.")
    solid, dotted, apart = figure.data[:3]
    assert (list(solid.y), list(dotted.y), list(apart.y)) == (list(true.true), list(true.on_plane), [0, 0.5, 1, 2])
    assert list(solid.x) == [0, 10, 20, 30]
    assert (solid.line.dash, dotted.line.dash, apart.yaxis) == ("solid", "dot", "y2")
    assert "97% in the plane" in words(figure)
    assert "A plane." in words(figure)
    assert figure.layout.xaxis.range == (0, 30)
    assert list(networks.fidelity([true, gone], epochs=EPOCHS).data[3].x) == [0, 1, 2, 3]


@pytest.mark.parametrize("size", SIZES)
def test_interpolation_draws_both_ways_with_their_barriers_in_no_entrants_colour(size):
    t = np.array([0.0, 0.5, 1.0])
    lines = [Line(t, {"loss": np.array(v)}, np.zeros(2), np.ones(2)) for v in ([1.0, 4.0, 3.0], [1.0, np.inf, 3.0])]
    figure = networks.interpolation(lines, between=("adam", "sgd"), size=size)
    assert list(figure.data[0].y) == [1.0, 4.0, 3.0]
    assert np.isnan(figure.data[1].y[1])
    assert "barrier 2" in words(figure)  # 4 above the middle of 1 and 3
    assert "barrier ∞" in words(figure)
    assert "Loss from adam to sgd" in words(figure)
    assert not {trace.line.color for trace in figure.data} & {LIGHT.colour(slot) for slot in range(8)}
    with pytest.raises(LandscapeError, match="no 'accuracy'; it has loss"):
        networks.interpolation(lines, measure="accuracy")


def test_the_spectrum_names_the_ends_of_the_eigenvalues_and_draws_no_floor():
    grid = np.linspace(-1.0, 3.0, 5)
    density = np.array([0.0, 0.4, 0.1, 0.4, 0.0])
    nodes, weights = np.array([[-0.5, 2.0], [-0.25, 2.5]]), np.array([[0.5, 0.5], [1.0, 0.0]])
    found = Density(grid, density, 0.1, nodes, weights, 0.1 * density, 0 * grid, np.stack([density / 2]), 30)
    figure = networks.spectrum(found, of="a network")
    assert "eigenvalues from −0.5 to 2 " in words(figure)  # 2.5 has no weight
    assert "1 subsets of 30 rows" in words(figure)
    line = figure.data[-1]
    assert list(line.y[1:4]) == [0.4, 0.1, 0.4]
    assert np.isnan([line.y[0], line.y[4]]).all()
    band = figure.data[0]
    assert np.allclose(np.array(band.y)[[1, 8]], 0.4 + np.array([1, -1]) * 0.04 / np.sqrt(2))


@pytest.mark.parametrize("theme", ["dark", "print", "transparent-dark"])
def test_the_ground_is_that_of_the_theme(theme):
    from landscape.theme import named

    for figure in (networks.decision_map(picture(), theme=theme), networks.network_diagram(picture(), theme=theme)):
        assert figure.layout.paper_bgcolor == named(theme).ground
