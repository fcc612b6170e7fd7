"""Files of slices: all that was known comes back, what is none is refused, and ParaView gets surface and paths."""

import base64
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from landscape import LandscapeError, Plane
from landscape.networks import stored
from landscape.networks.slices import Slice

U, V = np.linspace(-1, 1, 4), np.linspace(-2, 2, 3)
LOSS = np.arange(12.0).reshape(3, 4) ** 2
LOSS[0, 0], LOSS[2, 3] = np.nan, np.inf


@pytest.fixture
def made() -> Slice:
    told = {"seed": np.int64(3), "lengths": (1.0, 2.0)}
    plane = Plane(np.arange(5.0), np.eye(5)[:2] * 2.0, ("along", "across"), told)
    values = {"loss": LOSS, "gradient": np.stack([LOSS, -LOSS], axis=-1), "accuracy": LOSS / 200}
    about = {"statistics": None, "tile": [1, 50], "range": "±1"}
    return Slice(plane, U, V, values, 7.25, about, np.array([1, 1, 0], bool))


def test_a_slice_comes_back_from_its_file(made, tmp_path):
    path = made.save(tmp_path / "it.npz")
    again = Slice.load(path)
    for name, value in made.values.items():
        np.testing.assert_array_equal(again.values[name], value)
    for name in ("u", "v", "complete"):
        np.testing.assert_array_equal(getattr(again, name), getattr(made, name))
    np.testing.assert_array_equal(again.plane.basis, made.plane.basis)
    assert (again.centre, again.about, again.plane.names) == (7.25, made.about, ("along", "across"))
    assert again.plane.about == {"seed": 3, "lengths": [1.0, 2.0]}
    assert [file.name for file in tmp_path.iterdir()] == ["it.npz"]


def test_a_write_that_fails_leaves_the_old_file(made, tmp_path):
    path = made.save(tmp_path / "it.npz")
    before = path.read_bytes()

    def full(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(LandscapeError, match="No space left"):
        stored.whole(path, full)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["it.npz"]
    with pytest.raises(LandscapeError, match="cannot be written"):
        made.save(tmp_path / "nowhere" / "it.npz")


def test_files_that_are_none_are_refused(made, tmp_path):
    whole = made.save(tmp_path / "it.npz").read_bytes()
    np.savez(tmp_path / "foreign.npz", a=np.zeros(3))
    np.savez(tmp_path / "words.npz", about=np.array("[1]"))
    stored.write(tmp_path / "half.npz", {"u": U}, {"names": ["u", "v"], "plane": {}})
    np.save(tmp_path / "array.npz", np.zeros(3))
    (tmp_path / "array.npz.npy").unlink(missing_ok=True)
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "flipped.npz").write_bytes(whole[:300] + bytes(200) + whole[500:])
    (tmp_path / "text.npz").write_text("loss,accuracy")
    for name in ("foreign", "words", "half", "array", "empty", "cut", "flipped", "text", "missing"):
        with pytest.raises(LandscapeError, match=rf"'.*{name}\.npz'") as told:
            Slice.load(tmp_path / f"{name}.npz")
        assert str(told.value).count(". ") == 0
    with pytest.raises(LandscapeError, match="cannot be read"):
        Slice.load(tmp_path)


def test_a_newer_file_is_refused(made, tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "VERSION", 2)
    path = made.save(tmp_path / "it.npz")
    monkeypatch.undo()
    with pytest.raises(LandscapeError, match="newer version"):
        Slice.load(path)


def test_fingerprints_tell_data_apart(tmp_path, monkeypatch):
    data = np.arange(4000.0).reshape(1000, 4)
    np.save(tmp_path / "it.npy", data)
    assert stored.fingerprint(data) == stored.fingerprint(np.load(tmp_path / "it.npy", mmap_mode="r"))
    others = [data + 1e-9, data.reshape(4, 1000), data.astype(np.float32), (data, data)]
    assert len({stored.fingerprint(each) for each in [data, *others]}) == 5
    monkeypatch.setattr(stored, "PIECE", 64)  # large arrays are read here and there
    assert stored.fingerprint(data) != stored.fingerprint(data + 1.0)


def arrays(path) -> dict[str, list[np.ndarray]]:
    """The arrays of a PolyData file by name, decoded as VTK's documentation says."""
    found, kinds = {}, {"Float64": "<f8", "Int64": "<i8"}
    for each in ET.parse(path).iter("DataArray"):
        raw = base64.b64decode(each.text)
        assert int.from_bytes(raw[:8], "little") == len(raw) - 8
        values = np.frombuffer(raw[8:], kinds[each.get("type")])
        found.setdefault(each.get("Name"), []).append(values.reshape(-1, int(each.get("NumberOfComponents", 1))))
    return found


def test_paraview_gets_the_surface_and_the_paths(made, tmp_path):
    path = made.to_vtp(tmp_path / "it.vtp", {"adam <1>": (np.array([[0, 0], [0.5, 1], [9, 9]]), [3.0, 2.0, np.nan])})
    found = arrays(path)
    points = found["points"][0]
    assert points.shape == (12 + 2, 3)
    np.testing.assert_array_equal(points[:12, 0], np.tile(U, 3))
    np.testing.assert_array_equal(points[:12, 1], np.repeat(V, 4))
    np.testing.assert_array_equal(points[1:11, 2], LOSS.ravel()[1:11])
    assert np.isfinite(points).all()
    np.testing.assert_array_equal(found["loss"][0][:12, 0], LOSS.ravel())  # NaN and inf are kept
    np.testing.assert_array_equal(found["gradient"][0][:12], made.values["gradient"].reshape(12, 2))
    np.testing.assert_array_equal(points[12:], [[0, 0, 3], [0.5, 1, 2]])
    lines, quads = found["connectivity"]
    np.testing.assert_array_equal(lines[:, 0], [12, 13])
    quads = quads.reshape(-1, 4)
    assert len(quads) == 6 - 2  # two cells have a corner that cannot be drawn
    for quad in quads:  # a unit square, counter-clockwise
        turned = np.roll(points[quad], -1, axis=0)
        area = np.sum(points[quad][:, 0] * turned[:, 1] - turned[:, 0] * points[quad][:, 1]) / 2
        assert area == pytest.approx((U[1] - U[0]) * (V[1] - V[0]))
    piece = next(ET.parse(path).iter("Piece"))
    assert [piece.get(f"NumberOf{what}") for what in ("Points", "Lines", "Polys")] == ["14", "1", "4"]
    with pytest.raises(LandscapeError, match=r"give \(t, 2\) and \(t,\)"):
        made.to_vtp(path, {"short": (np.zeros((2, 2)), [1.0])})
