"""What holds for every lab: its words, its parameters, its claims, its pictures and its files."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from landscape import catalog, labs
from landscape.lab import FAMILIES, Progress
from landscape.parameters import Choice, LandscapeError, Range, Text

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d“‘(])")


@pytest.fixture(scope="module")
def found():
    """What each lab finds at its quick size, run once."""
    known = {}

    def run(name):
        if name not in known:
            known[name] = labs.find(name)(**labs.find(name).quick).run()
        return known[name]

    return run


@pytest.fixture(params=sorted(labs.ENTRIES))
def lab(request):
    return labs.ENTRIES[request.param]


def test_there_are_labs_and_every_file_has_one():
    files = {path.stem for path in Path(labs.__path__[0]).glob("[a-z]*.py")}
    assert files == set(labs.ENTRIES)
    assert len(files) >= 19


def test_its_words_are_complete(lab):
    assert lab.family in FAMILIES
    assert 1 <= len(lab.title.split()) <= 8
    assert lab.summary.endswith(".")
    assert len(SENTENCE.split(lab.explanation)) == 3, lab.explanation
    assert len(lab.question.options) >= 2
    assert lab.question.text.endswith("?")
    assert lab.question.told.endswith(".")
    assert lab.references
    for name, parameter in lab.parameters.items():
        assert parameter.help, f"{lab.name}({name}) has no line of help"


def test_its_text_reads_back(lab):
    for values in ({}, lab.quick, lab.full):
        bound = lab(**values)
        assert labs.parse(catalog.text(bound)) == bound


def test_its_numbers_stay_inside_what_is_legal(lab):
    for name, parameter in lab.parameters.items():
        kind = parameter.kind
        if isinstance(kind, Choice):
            with pytest.raises(LandscapeError, match="is not one of the options"):
                lab(**{name: "nothing of the kind"})
        elif isinstance(kind, Range):
            low, high = kind.legal
            assert low <= kind.low <= kind.high <= high
            for bad in (np.nan, "many", [1.0, 2.0]):
                with pytest.raises(LandscapeError, match=name):
                    lab(**{name: bad})
        else:
            assert isinstance(kind, Text)
            with pytest.raises(LandscapeError, match=name):
                lab(**{name: 3})


def test_its_claims_say_what_was_measured_and_who_expects_what(lab, found):
    claims = found(lab.name).claims
    assert claims
    for claim in claims:
        assert min(map(len, (claim.sentence, claim.measured, claim.source))) > 0
        assert claim.expected or claim.holds is None
        assert claim.holds in (True, False, None)
    assert len({claim.sentence for claim in claims}) == len(claims)
    assert 0 <= lab.question.right(found(lab.name)) < len(lab.question.options)


@pytest.mark.parametrize("look", [{}, {"theme": "dark", "width": 390, "height": 700}], ids=["slide", "phone"])
def test_its_sheets_are_drawn(lab, found, look):
    for name, sheet in found(lab.name).sheets.items():
        for frame in {0, sheet.moments - 1}:
            figure = found(lab.name).figure(name, frame=frame, **look)
            assert len(figure.data) > 0
            assert sheet.title in re.sub(r"<br>", " ", re.sub(r"</?b>", "", figure.layout.annotations[0].text))
            figure.to_json()


def test_its_data_are_arrays_that_files_hold(lab, found, tmp_path):
    finding = found(lab.name)
    assert finding.done
    assert all(isinstance(value, np.ndarray) and value.dtype.kind in "biufU" for value in finding.data.values())
    np.savez(tmp_path / "data.npz", **finding.data)
    assert set(np.load(tmp_path / "data.npz")) == set(finding.data)
    rows = json.loads(finding.json(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert set(rows["data"]) == set(finding.data)
    assert len(rows["claims"]) == len(finding.claims)


def test_it_finds_the_same_again_and_says_how_far_it_is(lab, found):
    told = []
    again = lab(**lab.quick).run(told.append)
    timed = {name for name in again.data if "seconds" in name}  # times differ, whatever the seed
    for name in set(again.data) - timed:
        np.testing.assert_array_equal(again.data[name], found(lab.name).data[name], err_msg=name)
    assert all(isinstance(each, Progress) and 0 <= each.done <= 1 for each in told)
    assert [each.done for each in told] == sorted(each.done for each in told)
