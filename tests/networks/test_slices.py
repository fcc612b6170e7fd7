"""Slices: regular grids with an exact centre, of any model, stopped and resumed without a bit of difference."""

import shutil

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape import LandscapeError, Plane
from landscape.networks import extent, hessian
from landscape.networks.slices import Slice, refined
from landscape.networks.slices import slice as sliced
from landscape.surfaces import himmelblau

RANDOM = np.random.default_rng(0)
INPUTS, LABELS = RANDOM.normal(size=(37, 3)), RANDOM.integers(0, 2, 37)
PARAMS = {"w": RANDOM.normal(size=(3, 4)), "b": RANDOM.normal(size=4), "out": RANDOM.normal(size=(4, 2))}


def network(params, batch):
    logits = jnp.tanh(batch[0] @ params["w"] + params["b"]) @ params["out"]
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), batch[1][:, None], 1))


def accuracy(params, batch):
    logits = jnp.tanh(batch[0] @ params["w"] + params["b"]) @ params["out"]
    return jnp.mean((logits.argmax(axis=1) == batch[1]).astype(logits.dtype))


@pytest.fixture(scope="module")
def surface():
    return ls.networks.surface(network, PARAMS, (INPUTS, LABELS), measures={"accuracy": accuracy})


@pytest.fixture(scope="module")
def plane(surface):
    return Plane(surface.start, RANDOM.normal(size=(2, surface.dim)) * [[0.5], [0.2]])


def linear(params, batch):
    return jnp.mean(batch @ params)


def test_a_linear_loss_is_a_plane():
    surface = ls.networks.surface(linear, RANDOM.normal(size=4), RANDOM.normal(size=(23, 4)))
    drawn = sliced(surface, Plane.random(surface.start, seed=2), radius=3.0, resolution=(7, 5), tile=(2, 6))
    np.testing.assert_allclose(np.diff(drawn.loss, axis=0), np.ptp(drawn.loss[:, 0]) / 4 * np.sign(
        drawn.loss[1, 0] - drawn.loss[0, 0]), rtol=1e-10)  # fmt: skip
    np.testing.assert_allclose(np.diff(drawn.loss, n=2, axis=1), 0.0, atol=1e-13)


@pytest.mark.parametrize("resolution", [4, 5])
def test_the_centre_is_exact_for_any_resolution(surface, plane, resolution):
    drawn = sliced(surface, plane, radius=0.7, resolution=resolution, tile=(3, 10))
    assert drawn.centre == pytest.approx(float(surface(surface.start)), rel=1e-12)
    assert drawn.u[0] == -0.7 == -drawn.u[-1]
    np.testing.assert_array_equal(drawn.u, -drawn.u[::-1])
    assert (0.0 in drawn.u) == (resolution == 5)
    if resolution == 5:
        assert drawn.centre == drawn.loss[2, 2]


def test_it_is_the_grid_of_a_classic_surface():
    corners = {"lower": (-5, -4), "upper": (5, 3)}
    plane = Plane.axes((0.0, 0.0))
    drawn = sliced(himmelblau(), plane, resolution=(9, 7), **corners)
    known = ls.grid(himmelblau(), plane, resolution=(9, 7), **corners)
    np.testing.assert_array_equal(drawn.u, known.u)
    np.testing.assert_allclose(drawn.loss, known.height, rtol=1e-13)
    assert drawn.about["rows"] == 0


def test_derivatives_are_those_of_the_whole_hessian_on_the_plane(surface, plane):
    wants = ("gradient", "hessian", "max_eigenvalue", "min_eigenvalue", "max_curvature", "min_curvature", "accuracy")
    drawn = sliced(surface, plane, radius=1.0, resolution=2, wants=wants, tile=(2, 0))
    for row, v in enumerate(drawn.v):
        for column, u in enumerate(drawn.u):
            x = plane.points(u, v)
            whole = hessian.dense(surface, x)
            bend = plane.basis @ whole @ plane.basis.T
            found = {name: value[row, column] for name, value in drawn.values.items()}
            np.testing.assert_allclose(found["loss"], surface(x), rtol=1e-12)
            np.testing.assert_allclose(found["gradient"], plane.basis @ jax.grad(surface)(x), rtol=1e-9)
            np.testing.assert_allclose(found["hessian"], bend, rtol=1e-8, atol=1e-12)
            low, high = np.linalg.eigvalsh(bend)
            np.testing.assert_allclose([found["min_eigenvalue"], found["max_eigenvalue"]], [low, high], rtol=1e-7)
            ends = np.linalg.eigvalsh(whole)[[0, -1]]
            np.testing.assert_allclose([found["min_curvature"], found["max_curvature"]], ends, rtol=1e-5)
            params = surface.params(x)
            logits = np.tanh(INPUTS @ params["w"] + params["b"]) @ params["out"]
            assert found["accuracy"] == pytest.approx(np.mean(logits.argmax(axis=1) == LABELS))


def ends(x):
    return jnp.where(x[0] > 0.6, jnp.inf, jnp.where(x[1] > 0.6, jnp.nan, x @ x))


def crease(x):
    return jnp.sqrt(x[0] ** 2) ** 1.5 + x[1] ** 2


def test_what_is_not_finite_is_kept_and_told():
    surface = ls.Surface.from_function(ends, domain=ls.Box.square(2.0), start=(0.0, 0.0))
    drawn = sliced(surface, Plane.axes((0.0, 0.0)), radius=1.0, resolution=5)
    assert np.isposinf(drawn.loss[:, 4]).all()
    assert np.isnan(drawn.loss[4, :4]).all()
    assert np.isfinite(drawn.loss[:4, :4]).all()
    assert drawn.about["warnings"][0].startswith("9 of 25 values are not finite")


def test_what_comes_of_a_loss_without_a_number_is_none_either():
    surface = ls.Surface.from_function(lambda x: jnp.log(x[0]) + x[1] ** 2, domain=ls.Box.square(2.0))
    wants = ("gradient", "hessian", "max_eigenvalue", "max_curvature")
    drawn = sliced(surface, Plane.axes((0.0, 0.0)), radius=1.0, resolution=(2, 2), wants=wants)
    for name in wants:  # log x has the slope 1 / x below 0 too
        gone = np.isnan(drawn.values[name]).reshape(2, 2, -1)
        assert gone[:, 0].all()
        assert not gone[:, 1].any()


def test_curvature_is_nan_where_the_hessian_is_not_finite():
    creased = ls.Surface.from_function(crease, domain=ls.Box.square(2.0))
    drawn = sliced(creased, Plane.axes((0.0, 0.0)), radius=1.0, resolution=(3, 2), wants="max_curvature")
    assert np.isfinite(drawn.loss).all()
    assert np.isnan(drawn.values["max_curvature"]).tolist() == [[False, True, False]] * 2


def test_the_model_and_the_plane_stay_as_they_are(surface, plane):
    before = [surface.start.copy(), plane.basis.copy(), INPUTS.copy()]
    sliced(surface, plane, resolution=3)
    for was, now in zip(before, [surface.start, plane.basis, INPUTS], strict=True):
        np.testing.assert_array_equal(was, now)


OPTIONS = {"radius": 1.0, "resolution": 5, "tile": (2, 10), "wants": ("loss", "gradient")}


def test_stopped_and_resumed_it_has_the_same_bits(surface, plane, tmp_path, monkeypatch):
    monkeypatch.setattr("landscape.networks.slicing.SECONDS", 0.0)  # one tile a call
    monkeypatch.setattr("landscape.networks.slicing.SAVING", 0.0)  # written after each
    whole = sliced(surface, plane, **OPTIONS)
    seen, path, killed = [], tmp_path / "it.npz", tmp_path / "killed.npz"

    def stop(state):
        seen.append(state)
        if state.done == 3:
            shutil.copy(path, killed)  # what a kill would leave
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sliced(surface, plane, path=path, progress=stop, **OPTIONS)
    assert [state.done for state in seen] == [0, 0, 1, 1, 2, 2, 2, 3]  # two of 25 points at a time
    assert (seen[-1].rows, seen[-1].left) == (5, pytest.approx(seen[-1].seconds * 9 / 16))
    assert Slice.load(path).complete.sum() == 3
    assert Slice.load(killed).complete.sum() == 2
    for file, begins, calls in ((path, 3, 6), (killed, 2, 8)):
        later = []
        again = sliced(surface, plane, path=file, progress=later.append, **(OPTIONS | {"tile": None}))
        assert later[0].done == begins
        assert len(later) == calls
        for name, value in whole.values.items():
            np.testing.assert_array_equal(again.values[name], value)
        assert again.centre == whole.centre
        assert Slice.load(file).complete.all()


def test_a_coarse_slice_comes_first_and_closing_keeps_the_rows(surface, plane, tmp_path, monkeypatch):
    monkeypatch.setattr("landscape.networks.slicing.SECONDS", 0.0)
    path = tmp_path / "it.npz"
    made = refined(surface, plane, radius=1.0, resolution=7, coarse=3, every=0.0, path=path, tile=(7, 10))
    first, second = next(made), next(made)
    made.close()
    assert first.loss.shape == (3, 3)
    assert first.complete.all()
    assert second.loss.shape == (7, 7)
    assert 0 < second.complete.sum() < 7
    assert np.isnan(second.loss[~second.complete]).all()
    assert second.about["estimate"] > 0
    assert Slice.load(path).complete.sum() == second.complete.sum()
    *_, last = refined(surface, plane, radius=1.0, resolution=7, coarse=3, path=path)
    np.testing.assert_array_equal(last.loss[second.complete], second.loss[second.complete])
    np.testing.assert_allclose(last.loss[::3, ::3], first.loss, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"resolution": 4}, "its grid differ"),
        ({"wants": "loss"}, "its values differ"),
        ({"dtype": "float32"}, "its precision differ"),
    ],
)
def test_another_slices_file_is_refused(surface, plane, tmp_path, change, says):
    path = tmp_path / "it.npz"
    sliced(surface, plane, path=path, **OPTIONS)
    with pytest.raises(LandscapeError, match=f"holds another slice: {says}"):
        sliced(surface, plane, path=path, **(OPTIONS | change))


def test_another_loss_is_refused(tmp_path):
    path, plane = tmp_path / "it.npz", Plane.axes((0.0, 0.0))
    options = {"radius": 1.0, "resolution": 3, "path": path}
    made = [ls.Surface.from_function(lambda x, k=k: k * x @ x, domain=ls.Box.square(2.0), name="same") for k in (1, 2)]
    sliced(made[0], plane, **options)
    with pytest.raises(LandscapeError, match="another model or loss"):
        sliced(made[1], plane, **options)


def bowl(x):
    return 1.0 + x @ x


def test_the_range_is_where_the_loss_has_grown_by_the_factor():
    surface = ls.Surface.from_function(bowl, domain=ls.Box.cube(2.0, 3), start=(0.5, 0.5, 0.5))
    plane = Plane(np.zeros(3), np.array([[1.0, 0, 0], [0, 0.5, 0]]))
    drawn = sliced(surface, plane, resolution=3, factor=5.0)  # 1 + r² = 5 at r = 2, which is 4 along v
    assert drawn.u[-1] == drawn.v[-1] == pytest.approx(4.0, rel=0.08)
    assert "grown 5 times" in drawn.about["range"]
    far = sliced(surface, Plane(np.zeros(3), plane.basis * [[1.0], [0.1]]), resolution=3, factor=5.0)
    assert far.u[-1] == pytest.approx(2.0, rel=0.08)
    assert far.v[-1] == pytest.approx(40.0, rel=0.08)


def test_the_range_ends_before_infinity_and_knows_bounded_and_flat_losses():
    def values(function):
        return lambda points: function(np.abs(points).sum(axis=1))

    with np.errstate(over="ignore"):
        ended = extent.reach(values(lambda r: np.where(r < 3.0, 1.0 + r, np.inf)), (1.0, 1.0))
    assert 2.5 < ended.radius[0] < 3.0
    assert "stops being finite" in ended.told
    bounded = extent.reach(values(lambda r: 1.0 + np.tanh(8 * r)), (1.0, 1.0))
    assert np.tanh(8 * bounded.radius[0]) == pytest.approx(0.9, abs=0.02)
    assert "never grows 10 times" in bounded.told
    assert "flat" in extent.reach(values(lambda r: 0.0 * r + 2.0), (3.0, 3.0)).told
    with pytest.raises(LandscapeError, match="centre of this plane is nan"):
        extent.reach(values(lambda r: np.nan * r), (1.0, 1.0))
    with pytest.raises(LandscapeError, match="factor=1"):
        extent.reach(values(lambda r: r), (1.0, 1.0), factor=1.0)


def test_pictures_that_show_nothing_say_so():
    ramp = np.linspace(1.0, 2.0, 100).reshape(10, 10)
    assert extent.warnings(ramp, np.float32) == []
    assert "flat to rounding" in extent.warnings(1.0 + 1e-7 * ramp, np.float32)[0]
    assert "saturated" in extent.warnings(np.where(ramp < 1.3, ramp, np.inf), np.float32)[1]
    assert "blank" in extent.warnings(np.full((3, 3), np.nan), np.float32)[1]
    assert "lowest hundredth" in extent.warnings(np.where(ramp < 1.98, 1.0, 1e3), np.float32)[0]
    assert extent.heights(ramp)["log"] is False
    assert extent.heights(np.logspace(-4, 2, 100))["log"] is True


def test_a_range_around_paths_holds_them():
    path = np.array([[0.0, 0.0, 1.0], [3.0, 1.0, 2.0], [4.0, 1.0, np.nan]])
    lower, upper = extent.around(Plane.axes(np.zeros(3)), path)
    np.testing.assert_allclose([lower, upper], [[-0.45, -0.15], [3.45, 1.15]])
    with pytest.raises(LandscapeError, match="no extent"):
        extent.around(Plane.axes(np.zeros(3)), np.zeros((2, 3)))
    with pytest.raises(LandscapeError, match="no extent"):  # no more than rounding
        extent.around(Plane(np.ones(3), np.eye(3)[:2]), np.full((2, 3), 1 + 1e-8))


def centred(params, batch):
    return jnp.mean(jnp.tanh((batch - batch.mean(axis=0)) * params["running_mean"] + params["w"]))


def test_statistics_of_normalization_are_told_and_refused_where_they_do_not_happen(surface, plane):
    params = {"running_mean": np.ones(3), "w": np.ones(3)}
    moving = ls.networks.surface(centred, params, INPUTS, mask={"running_mean": True, "w": True})
    batch = ls.networks.surface(centred, params, INPUTS, separable=False)
    names = [block.path for block in moving.blocks]
    assert any("running_mean" in name for name in names)
    across, narrow = Plane.random(moving.start), Plane.random(batch.start)
    frozen = Plane(moving.start, np.eye(6)[[3, 4]] if "running" in names[0] else np.eye(6)[[0, 1]])
    small = {"radius": 0.5, "resolution": 2}
    assert sliced(batch, narrow, **small).about["statistics"] == "re-estimated"
    assert sliced(moving, across, **small).about["statistics"] == "interpolated"
    assert sliced(moving, frozen, statistics="frozen", **small).about["statistics"] == "frozen"
    assert sliced(surface, plane, **small).about["statistics"] is None
    for where, on, asked in (
        (batch, narrow, "frozen"), (moving, across, "frozen"), (moving, frozen, "re-estimated"),
        (surface, plane, "interpolated"), (surface, plane, "none"),
    ):  # fmt: skip
        with pytest.raises(LandscapeError, match="statistics="):
            sliced(where, on, statistics=asked, **small)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"wants": "acuracy"}, "has no 'acuracy' to slice. Did you mean 'accuracy'"),
        ({"resolution": 1}, "resolution=1"),
        ({"resolution": 2.5}, "resolution=2.5"),
        ({"resolution": 2_000_000}, r"2,000,000 × 2,000,000 points takes 64,000\.0 GB"),
        ({"radius": -1.0}, "radius=-1.0"),
        ({"radius": "wide"}, "radius=wide"),
        ({"wants": None}, "wants=None is no list of names"),
        ({"radius": 1.0, "lower": (0, 0)}, "radius=1.0"),
        ({"lower": (1, 1), "upper": (0, 2)}, "lower < upper"),
        ({"dtype": "int8"}, "dtype=int8"),
        ({"path": "nowhere/it.npz"}, "there is no folder 'nowhere'"),
        ({"tile": 3}, "tile=3"),
    ],
)
def test_what_cannot_be_is_one_sentence(surface, plane, options, says):
    with pytest.raises(LandscapeError, match=says):
        sliced(surface, plane, **({} if "lower" in options else {"radius": 1.0}) | options)


def test_a_plane_of_another_space_and_a_function_without_slopes_are_refused(surface, plane):
    with pytest.raises(LandscapeError, match="dimensions"):
        sliced(surface, Plane.axes((0.0, 0.0)), radius=1.0)
    with pytest.raises(LandscapeError, match="takes a Plane"):
        sliced(surface, 3)
    plain = ls.Surface.from_callable(lambda x: float(x @ x), domain=ls.Box.square(1.0))
    assert sliced(plain, Plane.axes((0.0, 0.0)), radius=1.0, resolution=3).loss[0, 0] == 2.0
    with pytest.raises(LandscapeError, match="slopes"):
        sliced(plain, Plane.axes((0.0, 0.0)), radius=1.0, wants="hessian")
