"""A residual network from its images to its files, by the example of the documentation and the public names alone."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from jax import lax

import landscape as ls
from landscape.networks.resnet import convolve

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "resnet.py"


def test_a_residual_network_is_trained_sliced_measured_and_kept(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(ls.export, "save", lambda figure, path, **_: drawn.append(figure))
    # Of the measures, which have tests of their own, the one that takes least compiling.
    monkeypatch.setattr(
        ls.networks.sharpness, "measures", lambda each, **_: ls.networks.sharpness.trace(each, probes=2)
    )
    main = runpy.run_path(str(EXAMPLE))["main"]
    made = main(tmp_path / "tiny", skips=(True,), rows=128, side=3, depth=8, width=4)
    (name, found), *_ = made.items()
    assert name == "ResNet-8 with skips"

    run, surface, picture = found["run"], found["surface"], found["picture"]
    assert run.loss[-1] < 0.7 * run.loss[0]
    assert run.accuracy[-1] > run.accuracy[0]
    assert surface.dim == run.weights.shape[1] == picture.plane.origin.size
    assert [block.kind for block in surface.blocks].count("norm") == 2 * 7

    # Frozen statistics are those of these images, so the centre is where training ended.
    assert picture.centre == pytest.approx(run.loss[-1], rel=1e-4)
    assert picture.loss[1, 1] == pytest.approx(float(surface(run.weights[-1])), rel=1e-5)
    assert picture.about["statistics"] == "frozen"
    assert all(np.isfinite(value).all() for value in picture.values.values())

    trace, error = found["sharpness"]
    assert trace > 0
    assert np.isfinite(error)

    again = ls.networks.Slice.load(found["file"])
    assert np.array_equal(again.loss, picture.loss)
    assert np.array_equal(again.plane.basis, picture.plane.basis)
    assert picture.to_vtp(tmp_path / "tiny.vtp").stat().st_size > 0
    assert len(drawn) == 1


@pytest.mark.parametrize(("high", "wide", "stride", "size"), [(7, 8, 2, 3), (1, 2, 2, 3), (9, 9, 3, 2)])
def test_convolutions_are_those_of_xla(high, wide, stride, size):
    random = np.random.default_rng(0)
    images, kernel = random.normal(size=(2, high, wide, 3)), random.normal(size=(size, size, 3, 4))
    layout = ("NHWC", "HWIO", "NHWC")
    known = lax.conv_general_dilated(images, kernel, (stride, stride), "SAME", dimension_numbers=layout)
    np.testing.assert_allclose(convolve(images, kernel, stride), known, atol=1e-12)
