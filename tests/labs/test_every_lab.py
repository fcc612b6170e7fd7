"""What holds for every lab: its words and its parameters; `lab_contract` has what holds for its findings."""

import re
from pathlib import Path

import numpy as np
import pytest

from landscape import catalog, labs
from landscape.lab import FAMILIES
from landscape.parameters import Choice, LandscapeError, Range, Text

CONTRACT = re.compile(r"class \w+\(Contract\):\n    lab = \"(\w+)\"")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d“‘(])")


@pytest.fixture(params=sorted(labs.ENTRIES))
def lab(request):
    return labs.ENTRIES[request.param]


def test_there_are_labs_and_every_file_has_one():
    files = {path.stem for path in Path(labs.__path__[0]).glob("[a-z]*.py")}
    assert files == set(labs.ENTRIES)
    assert len(files) >= 19


def test_every_lab_has_its_contract_tested():
    tests = (path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert sorted(name for text in tests for name in CONTRACT.findall(text)) == sorted(labs.ENTRIES)


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
