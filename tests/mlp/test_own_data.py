"""Tables and drawn points: what is read, left out, told and refused; and the words under which they are remembered."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape.mlp import own
from landscape.parameters import LandscapeError

GOOD = "width;height;kind\n1;2;cat\n3;4,5;dog\n" + "5;6;cat\n" * 3


def test_a_table_with_a_header_words_and_gaps(tmp_path):
    text = "a,b,label\n1,2,red\n3,nan,blue\n\n4,5,red\n6,,blue\n6,7,blue\n1,1\n8,9,\n-1,inf,red\n0,0,blue\n"
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8-sig")
    data = own.from_csv(path)
    np.testing.assert_array_equal(data.x, [[1, 2], [4, 5], [6, 7], [0, 0]])
    np.testing.assert_array_equal(data.y, [1, 1, -1, -1])
    assert (data.classes, data.labels, data.columns) == (2, ("blue", "red"), ("a", "b"))
    assert data.told == ("4 rows left out: a missing or infinite number (lines 3, 6, 9, 10); "
                         "1 row left out: not 3 cells (line 8)")  # fmt: skip


def test_labels_are_classes_or_numbers():
    def labelled(labels, **options):
        return own.from_csv("\n".join(f"{k},{k * k},{label}" for k, label in enumerate(labels)), **options)

    assert labelled([0, 1, 1, 0]).classes == 2
    np.testing.assert_array_equal(labelled([3, 5, 9, 3]).y, [0, 1, 2, 0])
    assert labelled([3, 5, 9, 3]).labels == ("3", "5", "9")
    assert labelled([0.5, 1, 1, 0]).classes == 0
    assert labelled(range(12)).classes == 0  # more whole numbers than classes may be
    np.testing.assert_array_equal(labelled([3, 5, 9, 3], task="numbers").y, [3, 5, 9, 3])
    assert labelled([0.5, 1, 1, 0], task="classes").classes == 3


def test_one_column_and_standard_columns():
    data = own.from_csv("1\t0\n2\t1\n3\t0\n6\t1\n", standardize=True)
    assert (data.x.shape, data.columns) == ((4, 1), ("column 1",))
    np.testing.assert_allclose([data.x.mean(), data.x.std()], [0, 1], atol=1e-12)


def test_constant_columns_are_told_and_kept():
    data = own.from_csv("a,b,c\n" + "".join(f"{k},7,{k % 2}\n" for k in range(6)))
    assert data.told == "b is the same in every row, so nothing can be learned from it"
    assert data.x.shape == (6, 2)


@pytest.mark.parametrize(("text", "words"), [
    ("", "no table"),
    ("a\nb\nc\n", "no table"),
    ("a,b,c\n", "0 usable rows"),
    ("1,nan,0\n" * 5, "0 usable rows .5 rows left out"),
    ("1,red,0\n2,blue,1\n", "Column 'y' holds text .'red' in line 1"),
    ("w,h,c\n1,2,0\n3,tall,1\n", "Column 'h' holds text .'tall' in line 3"),
    ("1,2,0\n" * 6, "one class only, '0'"),
    ("1,5;2,5;0\n" * 6, "holds text .'1,5' in line 2"),
    (GOOD, "Column 'height' holds text .'4,5' in line 3"),
    ("".join(f"{k},1,word{k}\n" for k in range(11)), "11 different labels"),
])  # fmt: skip
def test_what_is_no_data_is_refused_in_a_sentence(text, words):
    with pytest.raises(LandscapeError, match=words):
        own.from_csv(text)


def test_files_that_are_no_tables_are_refused(tmp_path):
    binary = tmp_path / "picture.png"
    binary.write_bytes(bytes(range(256)))
    for path in (tmp_path / "none.csv", tmp_path, binary):
        with pytest.raises(LandscapeError, match="give a CSV file"):
            own.from_csv(path)


SQUARE = [[1.5, 2, 0], [3, 4, 1], [5, 6, 0], [7, 8, 1]]


def test_pasted_text_may_begin_with_a_mark_and_hold_numbers_too_large():
    data = own.from_csv("\ufeff1,2,0\n1e300,2,1\n3,-1e19,1\n4,5,1\n6,7,1e200\n8,9,1\n0,0,0\n")
    np.testing.assert_array_equal(data.x, [[1, 2], [4, 5], [8, 9], [0, 0]])
    assert data.told == "3 rows left out: a missing or infinite number (lines 2, 3, 5)"
    for source in (None, b"1,2,0", 3):
        with pytest.raises(LandscapeError, match="A table is a path or a text, not"):
            own.from_csv(source)


def test_drawn_points_follow_the_same_rules():
    data = own.from_points([(1, 2.5, 'say "a"'), (-1e-7, 3, "b"), (0, float("nan"), "b"), (4, 4, "b"), (5, 5, "b")])
    np.testing.assert_array_equal(data.x, [[1, 2.5], [-1e-7, 3], [4, 4], [5, 5]])
    assert (data.labels, data.columns) == (("b", 'say "a"'), ("x", "y"))
    assert data.told.startswith("1 row left out: a missing or infinite number")
    np.testing.assert_array_equal(own.from_points(np.array(SQUARE)).x, np.array(SQUARE)[:, :2])
    for wrong in ([(1, 2)], [1, 2, 3]):
        with pytest.raises(LandscapeError, match="x, y and a label"):
            own.from_points(wrong)
    with pytest.raises(LandscapeError, match="0 usable rows"):
        own.from_points([])


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text):
    try:
        data = own.from_csv(text + "\n")
    except LandscapeError:
        return
    assert np.isfinite(data.x).all()
    assert len(data.x) >= 4


def test_data_are_remembered_by_what_they_hold():
    data = own.from_csv("".join(f"{k},{k + 1},{k % 2}\n" for k in range(8)))
    word = own.remember(data)
    assert own.remember(own.from_plain(own.plain(data))) == word
    assert own.remember(data._replace(x=data.x + 1)) != word
    found = own.recall(word)
    np.testing.assert_array_equal(found.x, data.x)
    with pytest.raises(ValueError, match="read-only"):
        found.x[0] = 1
    with pytest.raises(LandscapeError, match="not known here"):
        own.recall("own-0000")
    assert own.remember(data._replace(x=data.x.tolist(), y=data.y.tolist())) == word
    with pytest.raises(LandscapeError, match="no data of one's own"):
        own.remember(3)


def test_the_oldest_data_are_forgotten_and_threads_may_ask_together():
    base = own.from_csv("".join(f"{k},{k + 1},{k % 2}\n" for k in range(8)))
    words = [own.remember(base._replace(x=base.x + k)) for k in range(own.MOST)]
    own.recall(words[0])
    failed = []

    def ask(shift):
        try:
            assert own.recall(own.remember(base._replace(x=base.x - shift))).x[0, 0] == -shift
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(k + 1,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    own.recall(words[0])  # used lately
    with pytest.raises(LandscapeError, match="not known here"):
        own.recall(words[1])


@pytest.mark.parametrize("row", [
    None, [], {"x": 1}, {"x": [[1, 2]] * 4, "y": [1, 2], "classes": 2},
    {"x": [[1, "a"]] * 4, "y": [0] * 4, "classes": 2},
    {"x": [[1, 2]] * 4, "y": [0, 1, 0, 1], "classes": 2}, {"x": [[1, float("inf")]] * 4, "y": [1] * 4, "classes": 0},
    {"x": [[1, 2]] * 4, "y": [1] * 4, "classes": -3}, {"x": [[1, 2]] * 4, "y": [1] * 4, "classes": 10**9},
    {"x": [[1, 2]] * 4, "y": [1] * 4, "classes": 0, "train": 4.5e300}, {"x": [[1, 2]] * 4, "y": [1] * 4, "classes": 2},
    {"x": [[1, 2]] * 4, "y": [1] * 4, "classes": 0, "labels": 3},
])  # fmt: skip
def test_what_is_no_stored_data_is_refused(row):
    with pytest.raises(LandscapeError, match="no data of one's own"):
        own.from_plain(row)
