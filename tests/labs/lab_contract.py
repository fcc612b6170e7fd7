"""What holds for the findings of every lab: its claims, its pictures and its files.

Each lab's tests inherit it in their own file: there a process has compiled the lab's programs already. So `quick` is
best what the lab's own tests run, too.
"""

import json
import re

import numpy as np
import pytest

from landscape import labs
from landscape.lab import Progress


class Contract:
    """Tests of the lab of that name, at its quick size."""

    lab = ""

    def test_its_claims_say_what_was_measured_and_who_expects_what(self, finding):
        question = labs.ENTRIES[self.lab].question
        assert finding.claims
        for claim in finding.claims:
            assert min(map(len, (claim.sentence, claim.measured, claim.source))) > 0
            assert claim.expected or claim.holds is None
            assert claim.holds in (True, False, None)
        assert len({claim.sentence for claim in finding.claims}) == len(finding.claims)
        assert 0 <= question.right(finding) < len(question.options)

    @pytest.mark.parametrize("look", [{}, {"theme": "dark", "width": 390, "height": 700}], ids=["slide", "phone"])
    def test_its_sheets_are_drawn(self, finding, look):
        """Slides at the first moment, phones at the last."""
        for name, sheet in finding.sheets.items():
            figure = finding.figure(name, frame=sheet.moments - 1 if look else 0, **look)
            assert len(figure.data) > 0
            assert sheet.title in re.sub(r"<br>", " ", re.sub(r"</?b>", "", figure.layout.annotations[0].text))
            figure.to_json()

    def test_its_data_are_arrays_that_files_hold(self, finding, tmp_path):
        assert finding.done
        assert all(isinstance(value, np.ndarray) and value.dtype.kind in "biufU" for value in finding.data.values())
        np.savez(tmp_path / "data.npz", **finding.data)
        with np.load(tmp_path / "data.npz") as stored:
            assert set(stored) == set(finding.data)
        rows = json.loads(finding.json(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        assert set(rows["data"]) == set(finding.data)
        assert len(rows["claims"]) == len(finding.claims)

    def test_it_finds_the_same_again_and_says_how_far_it_is(self, finding):
        told = []
        lab = labs.ENTRIES[self.lab]
        again = lab(**lab.quick).run(told.append)
        timed = {name for name in again.data if "seconds" in name}  # times differ, whatever the seed
        for name in set(again.data) - timed:
            np.testing.assert_array_equal(again.data[name], finding.data[name], err_msg=name)
        assert all(isinstance(each, Progress) and 0 <= each.done <= 1 for each in told)
        assert [each.done for each in told] == sorted(each.done for each in told)
