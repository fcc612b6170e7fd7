"""Planes through weights: lengths filter by filter, right angles, components, conjugacy, pictures that are right."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape import Box, LandscapeError
from landscape.blocks import Block
from landscape.grid import grid
from landscape.mlp.entry import network
from landscape.networks import directions, interpolation, models, paths, planes
from landscape.surface import Parts, Surface, surface

BLOCKS = (
    Block("conv/kernel", (2, 2, 3, 4), 0, 3),
    Block("conv/bias", (4,), 48, None, "bias"),
    Block("norm/scale", (4,), 52, None, "norm"),
    Block("gain", (5, 1), 56, 0),  # five filters of one weight
    Block("dense/kernel", (6, 3), 61, 1),
)
DIM = 79
SLOPES = np.random.default_rng(7).normal(size=DIM)
WEIGHTS = np.random.default_rng(8).normal(size=DIM) * np.repeat([30.0, 1.0, 0.1], [52, 9, 18])
WALK = np.cumsum(np.random.default_rng(9).normal(size=(40, DIM)) * np.linspace(0.2, 3, DIM), axis=0)
for _each in (WEIGHTS, WALK):
    _each.setflags(write=False)


class Model(Surface):
    blocks = BLOCKS


@surface(domain=Box.cube(5.0, DIM), start=WEIGHTS, minimum=-np.inf, source="", formula="", bound=Model)
def linear():
    """A plane over the weights: whatever is drawn of it must be flat."""
    return lambda x: x @ SLOPES.astype(x.dtype) + 3


@surface(domain=Box.cube(5.0, DIM), start=WEIGHTS, source="", formula="", bound=Model)
def bowl():
    """Curved along every weight, differently."""
    return lambda x: 0.5 * jnp.sum((1 + jnp.arange(DIM, dtype=x.dtype)) * x**2)


def drawn(seed=0, blocks=BLOCKS, x=WEIGHTS, normalization="filter", ignore=()):
    return directions.directions(blocks, x, seed, normalization, ignore)


def cosine(basis) -> float:
    return basis[0] @ basis[1] / np.prod(np.linalg.norm(basis, axis=1))


@pytest.mark.parametrize("ignore", [(), ("bias", "norm"), ("weights",)])
@pytest.mark.parametrize("seed", [0, 5])
def test_every_filter_is_as_long_as_that_of_the_weights_and_the_directions_meet_at_right_angles(seed, ignore):
    basis, notes = drawn(seed, ignore=ignore)
    assert notes == ()
    for block in BLOCKS:
        places = directions.filters_of(block)
        wanted = 0.0 if block.kind in ignore else np.linalg.norm(WEIGHTS[places], axis=1)
        lengths = np.linalg.norm(basis[:, places], axis=2)
        np.testing.assert_allclose(lengths, np.broadcast_to(wanted, lengths.shape), rtol=1e-12)
    assert abs(cosine(basis)) < 1e-15


def test_filters_are_counted_along_their_axis():
    kernel = WEIGHTS[:48].reshape(2, 2, 3, 4)
    basis = drawn()[0][0, :48].reshape(2, 2, 3, 4)
    for filter in range(4):
        assert np.linalg.norm(basis[..., filter]) == pytest.approx(np.linalg.norm(kernel[..., filter]), rel=1e-12)


def test_layers_and_whole_directions_have_their_lengths():
    basis, _ = drawn(normalization="layer")
    for block in BLOCKS:
        lengths = np.linalg.norm(basis[:, block.slice], axis=1)
        np.testing.assert_allclose(lengths, np.linalg.norm(WEIGHTS[block.slice]), rtol=1e-12)
    assert abs(cosine(basis)) < 1e-15
    basis, _ = drawn(normalization="none")
    np.testing.assert_allclose(basis @ basis.T, np.eye(2), atol=1e-15)


@pytest.mark.parametrize(
    ("blocks", "x", "words"),
    [
        ((Block("a", (3, 1), 0, 0),), [1.0, 2.0, 5.0], directions.TOGETHER),
        ((Block("a", (1, 1), 0, 0), Block("b", (2, 1), 1, 1)), [9.0, 1.0, 1.0], directions.WHOLE),
    ],
)
def test_weights_without_room_for_a_right_angle_are_scaled_together_and_it_is_said(blocks, x, words):
    basis, notes = drawn(blocks=blocks, x=np.array(x))
    assert notes == (words,)
    np.testing.assert_allclose(np.linalg.norm(basis, axis=1), np.linalg.norm(x), rtol=1e-12)
    assert abs(cosine(basis)) < 1e-15


def test_filters_that_are_zero_stay_where_they_are():
    x = WEIGHTS.copy()
    x[directions.filters_of(BLOCKS[0])[1]] = 0.0
    basis, _ = drawn(x=x)
    assert np.isfinite(basis).all()
    assert not basis[:, directions.filters_of(BLOCKS[0])[1]].any()
    with pytest.raises(LandscapeError, match="All weights are zero here, so normalization='filter' has no lengths"):
        drawn(x=np.zeros(DIM))
    assert np.isfinite(drawn(x=np.zeros(DIM), normalization="none")[0]).all()


def test_seeds_decide_every_bit_and_directions_are_gaussian():
    first, again, other = (planes.random(linear(), seed=seed).basis for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert abs(cosine(np.stack([first[0], other[0]]))) < 0.9
    long = directions.directions((Block("x", (40_000,), 0),), np.ones(40_000), 0, "filter", ())[0]
    assert np.mean(long[0]) == pytest.approx(0.0, abs=0.02)
    assert np.mean(long[0] ** 4) == pytest.approx(3.0, abs=0.2)  # of a normal distribution with variance 1


PLANES = {
    "random": lambda s: planes.random(s, WEIGHTS, seed=4),
    "layer": lambda s: planes.random(s, WEIGHTS, normalization="layer"),
    "none": lambda s: planes.random(s, WEIGHTS, normalization="none", ignore=""),
    "principal": lambda s: planes.principal(s, WALK, WALK[::2] + 1.0, centre=WEIGHTS),
    "hessian": lambda s: planes.hessian(s, WEIGHTS, which="ends"),
    "gradient": lambda s: planes.gradient(s, WEIGHTS),
    "through": lambda s: planes.through(s, WEIGHTS, WALK[3], WALK[30]),
    "line": lambda s: planes.line(s, WEIGHTS, WALK[3]),
    "axes": lambda s: planes.axes(s, WEIGHTS, first=3, second=60),
}


@pytest.mark.parametrize("kind", PLANES)
def test_a_linear_loss_is_flat_on_every_plane_and_exact_at_its_centre(kind):
    plane = PLANES[kind](linear())
    np.testing.assert_array_equal(plane.origin, WEIGHTS)
    np.testing.assert_array_equal(plane.points(0.0, 0.0), WEIGHTS)
    found = grid(linear(), plane, lower=(-1, -2), upper=(1, 2), resolution=(7, 5)).height
    assert found[2, 3] == pytest.approx(WEIGHTS @ SLOPES + 3, rel=1e-13)
    across, up = plane.basis @ SLOPES
    flat = WEIGHTS @ SLOPES + 3 + across * np.linspace(-1, 1, 7) + up * np.linspace(-2, 2, 5)[:, None]
    np.testing.assert_allclose(found, flat, rtol=1e-12, atol=1e-12 * np.abs(flat).max())


@pytest.mark.parametrize("kind", PLANES)
def test_every_plane_says_how_it_was_made_in_plain_words_and_numbers(kind):
    about = PLANES[kind](bowl()).about
    assert json.loads(json.dumps(about)) == about
    assert {"method", "told", "units", "notes", "lengths"} <= about.keys()


@pytest.mark.parametrize(("rows", "columns"), [(40, DIM), (40, 5)], ids=["t < d", "t > d"])
def test_components_are_those_of_a_singular_value_decomposition(rows, columns):
    steep = Surface.from_function(lambda x: jnp.sum(x), domain=Box.cube(5.0, columns))
    one, other = WALK[:rows, :columns], WALK[::3, :columns] ** 2
    plane = planes.principal(steep, one, other, centre="mean")
    together = np.concatenate([one, other])
    _, sizes, vectors = np.linalg.svd(together - together.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(np.sum(plane.basis * vectors[:2], axis=1)), 1.0, rtol=1e-10)
    np.testing.assert_allclose(plane.about["explained"], sizes[:2] ** 2 / np.sum(sizes**2), rtol=1e-10)
    np.testing.assert_allclose(plane.origin, together.mean(axis=0))


def test_principal_planes_take_runs_and_leave_out_what_is_not_finite():
    run = ls.run(ls.surfaces.rosenbrock(), ls.optimizers.sgd(learning_rate=1.0), (-1.0, 1.5), steps=30)
    finite = np.isfinite(run.positions[:, 0]).all(axis=1)
    assert not finite.all()
    plane = planes.principal(run.surface, run)
    assert plane.about["left_out"] == np.sum(~finite)
    assert f"{np.sum(~finite)} points that are not finite are left out" in plane.about["notes"]
    np.testing.assert_array_equal(plane.origin, run.positions[finite][-1, 0])


def test_a_straight_path_has_one_component_and_a_random_direction_beside_it():
    straight = WEIGHTS + np.linspace(0, 1, 9)[:, None] * SLOPES
    plane = planes.principal(linear(), straight)
    np.testing.assert_allclose(np.abs(plane.basis[0] @ SLOPES), np.linalg.norm(SLOPES), rtol=1e-12)
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(2), atol=1e-14)
    assert plane.about["explained"] == pytest.approx([1.0, 0.0])
    assert "the paths keep to a line, so the second axis is a random direction" in plane.about["notes"]


@pytest.mark.parametrize(("which", "values"), [("top", [79, 78]), ("bottom", [1, 2]), ("ends", [79, 1])])
def test_hessian_planes_lie_along_the_eigenvectors(which, values):
    plane = planes.hessian(bowl(), which=which)
    np.testing.assert_allclose(plane.about["values"], values, rtol=1e-6)
    np.testing.assert_allclose(np.abs(plane.basis[[0, 1], np.array(values) - 1]), 1.0, atol=1e-5)
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(2), atol=1e-12)


def test_a_hessian_that_is_zero_gives_random_directions_and_it_is_said():
    plane = planes.hessian(linear())
    assert plane.about["values"] == [0.0, 0.0]
    assert "random directions" in plane.about["notes"][0]


def test_the_second_axis_of_a_gradient_plane_is_conjugate_to_the_gradient():
    net = network(hidden="3", points=100)
    x = net.start
    plane = planes.gradient(net, x)
    slope, bend = jax.jit(lambda x: (jax.grad(net)(x), jax.hessian(net)(x)))(x)
    np.testing.assert_allclose(plane.basis[0], slope / np.linalg.norm(slope), rtol=1e-9)
    assert abs(plane.basis[0] @ bend @ plane.basis[1]) < 1e-12 * np.linalg.norm(bend)
    angle = np.degrees(np.arccos(plane.basis[0] @ plane.basis[1]))
    assert plane.about["angle"] == pytest.approx(angle)
    assert plane.about["notes"] == [f"the axes meet at {angle:.0f}°, and are drawn at right angles"]
    at = plane.points(0.4, -1.2) + 0.7 * np.random.default_rng(0).normal(size=x.size)
    apart = at - plane.points(*plane.project(at))
    np.testing.assert_allclose(plane.basis @ apart, 0.0, atol=1e-12)  # the nearest point, though the axes are oblique


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.diag([2.0, 2.0, 2.0]), "the gradient is an eigenvector of the Hessian"),
        (np.zeros((3, 3)), "the loss bends too little along the gradient"),
        (np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 1]]), "the loss bends too little along the gradient"),
    ],
)
def test_where_the_curvature_gives_no_conjugate_direction_a_random_one_is_taken_and_it_is_said(matrix, words):
    matrix, ahead = np.array(matrix), np.eye(3)[0]
    plain = Surface.from_function(lambda x: x @ ahead + 0.5 * x @ matrix @ x, domain=Box.cube(5.0, 3))
    plane = planes.gradient(plain, np.zeros(3))
    assert plane.about["notes"] == [f"{words}, so the second axis is a random conjugate direction"]
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(2), atol=1e-14)
    assert abs(plane.basis[0] @ matrix @ plane.basis[1]) < 1e-14


def test_a_plane_through_solutions_holds_them_where_it_says():
    three = np.stack([WEIGHTS, WALK[3], WALK[30]])
    plane = planes.through(linear(), *three)
    u, v = np.array(plane.about["coordinates"]).T
    np.testing.assert_allclose(plane.points(u, v), three, atol=1e-11)


def test_on_the_plane_of_a_line_u_goes_from_one_solution_to_the_other():
    plane = planes.line(linear(), WEIGHTS, WALK[3])
    np.testing.assert_allclose(plane.points(1.0, 0.0), WALK[3], rtol=1e-14, atol=1e-13)
    distance = np.linalg.norm(WALK[3] - WEIGHTS)
    np.testing.assert_allclose(plane.basis @ plane.basis.T, distance**2 * np.eye(2), atol=1e-9)


def test_data_are_taken_in_chunks_and_nothing_of_the_model_changes(monkeypatch):
    net = network(hidden="3", points=100)
    before = jax.tree.map(np.array, net)
    whole = paths.values(net, net.start, ("loss", "accuracy"))
    many = net.start * np.linspace(0.5, 2, 70)[:, None]  # more than one call takes
    np.testing.assert_array_equal(paths.values(net, many[[66, 3]])["loss"], paths.values(net, many)["loss"][[66, 3]])
    monkeypatch.setattr(paths, "ROWS", 20)
    monkeypatch.setattr(paths, "SLOPE_ROWS", 20)
    parts = paths.values(net, net.start, ("loss", "accuracy"))
    np.testing.assert_allclose([*whole.values()], [*parts.values()], rtol=1e-12)
    loss, slope = paths.gradient(net, net.start)
    true, wanted = jax.jit(jax.value_and_grad(net))(net.start)
    np.testing.assert_allclose([whole["loss"][0], loss], true, rtol=1e-12)
    np.testing.assert_allclose(slope, wanted, rtol=1e-9, atol=1e-14)
    jax.tree.map(np.testing.assert_array_equal, before, net)


def test_points_of_a_model_may_be_its_own_parameters():
    params = {"kernel": np.array([[3.0, 0.0], [4.0, 1.0]]), "bias": np.array([7.0])}
    model = models.surface(lambda tree: jnp.sum(tree["kernel"] ** 2) + tree["bias"][0], params)
    found = planes.random(model, params)
    np.testing.assert_array_equal(found.origin, model.vector(params))
    kernel = found.basis[:, next(each.slice for each in model.blocks if each.path == "kernel")].reshape(2, 2, 2)
    np.testing.assert_allclose(np.linalg.norm(kernel, axis=1), [[5.0, 1.0], [5.0, 1.0]])
    moved = jax.tree.map(lambda each: each + 1, params)
    assert interpolation.line(model, params, moved, resolution=3).ends["loss"] == (33.0, 4.0**2 + 1 + 25 + 4 + 8)


def test_rows_that_act_on_each_other_are_taken_all_at_once(monkeypatch):
    class Spread(Surface):
        def parts(self, dtype):
            return Parts(jnp.arange(9, dtype=dtype), lambda x, rows: jnp.var(rows) * x[0], separable=False)

    made = surface(domain=Box.cube(5.0, 2), start=(1.0, 1.0), source="", formula="", bound=Spread)
    spread = made(lambda: lambda x: x[0])()
    monkeypatch.setattr(paths, "ROWS", 2)
    assert paths.values(spread, np.array([3.0, 0.0]))["loss"] == pytest.approx(3 * 60 / 9)


@pytest.mark.parametrize(
    ("kind", "options", "same"),
    [
        ("random", {"seed": 4}, "random"),
        ("random", {"normalization": "none", "ignore": ""}, "none"),
        ("gradient", {}, "gradient"),
        ("axes", {"first": 3, "second": 60}, "axes"),
    ],
)
def test_planes_are_made_by_name(kind, options, same):
    made, wanted = planes.made(linear(), kind, x=WEIGHTS, **options), PLANES[same](linear())
    np.testing.assert_array_equal(made.basis, wanted.basis)
    assert made.about == wanted.about


def test_planes_of_paths_and_solutions_are_made_by_name():
    made = planes.made(linear(), "principal", taken=[WALK], centre="mean")
    np.testing.assert_array_equal(made.basis, planes.principal(linear(), WALK, centre="mean").basis)
    made = planes.made(linear(), "through", points=(WEIGHTS, WALK[3], WALK[30]))
    np.testing.assert_array_equal(made.basis, PLANES["through"](linear()).basis)
    ends = [np.stack([WALK[0], each, np.full(DIM, np.nan)]) for each in (WEIGHTS, WALK[3], WALK[30])]
    np.testing.assert_array_equal(planes.made(linear(), "through", taken=ends).basis, made.basis)
    assert {name: list(kind.parameters) for name, kind in planes.KINDS.items()}["random"] == [
        "seed", "normalization", "ignore",
    ]  # fmt: skip
    assert all(kind.help for kind in planes.KINDS.values())


ONE = Surface.from_function(lambda x: x[0], domain=Box.cube(1.0, 1), name="slope")


def saddle():
    """At (1, 1) its gradient is (1, 1) and its Hessian turns that by a right angle."""
    return Surface.from_function(lambda x: (x[0] ** 2 - x[1] ** 2) / 2 + 2 * x[1], domain=Box.cube(3.0, 2))


PLAIN = Surface.from_callable(lambda x: 0.0, domain=Box.cube(1.0, 2), name="plain")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda s: planes.made(s, "randon"), "Unknown plane 'randon'. Did you mean 'random'?"),
        (lambda s: planes.made(s, "random", sed=1), "has no parameter 'sed'. Did you mean 'seed'?"),
        (lambda s: planes.made(s, "random", seed=-1), "outside 0"),
        (lambda s: planes.made(s, "random", seed=0.5), "not a whole number"),
        (lambda s: planes.random(s, normalization="filters"), "Did you mean 'filter'?"),
        (lambda s: planes.random(s, ignore="biases"), "ignore='biases' is no kind of array. Did you mean 'bias'?"),
        (lambda s: planes.random(s, ignore="weights+bias+norm"), "leaves no weights to move"),
        (lambda s: planes.random(s, WEIGHTS[:3]), r"shape \(3,\); linear takes \(79,\)"),
        (lambda s: planes.random(s, np.full(DIM, np.nan)), "79 of the 79 weights of x are not finite"),
        (lambda s: planes.random(s, "weights"), "x is no array of numbers but str"),
        (lambda s: planes.principal(s), "at least one path"),
        (lambda s: planes.principal(s, WALK[:1]), "never leave their centre"),
        (lambda s: planes.principal(s, WALK[:, :4]), r"the path has the shape \(40, 4\)"),
        (lambda s: planes.made(s, "line", taken=[np.full((3, DIM), np.nan)] * 2), "no finite point"),
        (lambda s: planes.principal(s, WALK, centre="middle"), "principal\\(centre=middle"),
        (lambda s: planes.principal(s, np.full((3, DIM), np.nan)), "No point of these paths is finite"),
        (lambda s: planes.principal(ONE, np.arange(3.0)[:, None]), "slope has one coordinate, and a plane needs two"),
        (lambda s: planes.random(ONE), "A single weight spans no plane"),
        (lambda s: planes.hessian(PLAIN), "A hessian plane"),
        (lambda s: planes.through(s, WEIGHTS, WALK[3], WEIGHTS), "a and c are the same solution"),
        (lambda s: planes.through(s, WEIGHTS, WALK[3], 2 * WALK[3] - WEIGHTS), "lie on one line"),
        (lambda s: planes.made(s, "through", points=(WEIGHTS, WALK[3])), "needs 3 solutions, not 2"),
        (lambda s: planes.line(s, WEIGHTS, WEIGHTS), "the same solution"),
        (lambda s: planes.gradient(bowl(), np.zeros(DIM)), "The gradient is zero here"),
        (lambda s: planes.gradient(saddle(), np.array([1.0, 1.0])), "curvature along the gradient is zero"),
        (lambda s: planes.axes(s, first=2, second=2), "two different axes"),
    ],
)  # fmt: skip
def test_what_gives_no_plane_is_refused_in_one_sentence(make, words):
    with pytest.raises(LandscapeError, match=words):
        make(linear())
