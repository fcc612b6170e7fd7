"""Labs as entries: what binds, what runs, in which precision, and what a claim says."""

from typing import Annotated

import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape.figures.sheet import Line, Panel, Sheet
from landscape.lab import Curve, Finding, Lab, Picture, Progress, Question, between, lab, near
from landscape.parameters import LandscapeError, Range

QUESTION = Question("Even or odd?", ("even", "odd"), lambda found: int(found.data["sum"]) % 2, "It depends.")


def halved(text):
    if not text:
        raise LandscapeError("The drawn function is empty; draw one.")
    return lambda x: x * float(text)


@lab(family="functions", title="Adding up", references=("closed form",), question=QUESTION)
def adding(
    *,
    terms: Annotated[int, Range(1, 10, legal=(1, 100)), "numbers"] = 4,
    gain: Annotated[float, Range(0.0, 2.0), "of the sum"] = 1.0,
    curve: Annotated[str, Curve(reader=halved), "a line"] = "0.5",
):
    """Add up whole numbers, one by one.

    One. Two. Three.
    """
    total = jnp.zeros(())
    for k in range(1, terms + 1):
        total = total + gain * k
        yield Progress(k / terms, f"{k} of {terms}")
    panel = Panel(marks=(Line(x=np.arange(2), y=np.arange(2)),))
    claims = (near("The sum is n (n + 1)/2", float(total), terms * (terms + 1) / 2, 1e-12, "closed form"),)
    return Finding({"sum": np.asarray(total)}, {"one": Sheet(panels=(panel,), title="One")}, claims)


def test_a_generator_tells_how_far_it_is_and_returns_what_it_found():
    told = []
    found = adding(terms=3).run(told.append)
    assert [(each.done, each.said) for each in told] == [(1 / 3, "1 of 3"), (2 / 3, "2 of 3"), (1.0, "3 of 3")]
    assert found.data["sum"] == 6
    assert found.claims[0].holds


def test_a_claim_may_fail_at_other_parameters_and_says_so():
    claim = adding(gain=0.5).run().claims[0]
    assert (claim.measured, claim.expected, claim.holds) == ("5", "10 ± 1.0·10⁻¹²", False)


def test_a_claim_about_a_number_that_is_none_does_not_hold():
    assert near("a", np.nan, 0.0, 1.0, "b").holds is False
    assert between("a", np.nan, 0.0, 1.0, "b").holds is False
    assert between("a", np.inf, 0.0, np.inf, "b").holds is True


def test_ends_that_are_infinite_are_written_as_one_sided():
    assert between("a", 3.0, 2.0, np.inf, "b").expected == "≥ 2"
    assert between("a", 3, -np.inf, 4, "b").expected == "≤ 4"
    assert between("a", 12_345, 0, 20_000, "b").measured == "12,345"


def test_the_answer_to_a_question_may_depend_on_the_finding():
    assert adding.question.right(adding(terms=3).run()) == 0
    assert adding.question.right(adding(terms=2).run()) == 1


def test_it_computes_in_float64_and_leaves_the_process_as_it_was():
    import jax

    with jax.enable_x64(False):
        work = adding(terms=2).work()
        next(work)
        assert jnp.ones(()).dtype == jnp.float32  # between two pieces others compute as they did
        next(work)
        with pytest.raises(StopIteration) as end:
            next(work)
    assert end.value.value.data["sum"].dtype == np.float64


def test_numbers_of_labs_take_neither_schedules_nor_rows():
    with pytest.raises(LandscapeError, match=r"adding\(gain=…\) takes no schedule"):
        adding(gain=ls.schedules.cosine(peak=1.0))
    with pytest.raises(LandscapeError, match=r"adding\(gain=…\) is one value, not 2"):
        adding(gain=[1.0, 2.0])
    with pytest.raises(LandscapeError, match=r"adding\(terms=0\) is outside 1 … 100"):
        adding(terms=0)


def test_an_empty_drawing_is_refused_when_it_is_bound():
    with pytest.raises(LandscapeError, match="The drawn function is empty"):
        adding(curve="")
    np.testing.assert_allclose(adding.parameters["curve"].kind.values("2", 3), [0.0, 1.0, 2.0])
    assert Picture().greys("anything").shape == (24, 24)


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(LandscapeError, match=r"Unknown lab 'sotfmax'\. Did you mean 'softmax'"):
        ls.labs.find("sotfmax")
    with pytest.raises(LandscapeError, match=r"Unknown sheet 'oen' of this lab\. Did you mean 'one'"):
        adding().run().sheet("oen")
    with pytest.raises(TypeError, match="is none of the families"):
        Lab(adding.factory, family="cooking", title="", references=(), question=QUESTION, slow=False, quick={}, full={})


def test_its_words_come_from_the_docstring():
    assert adding.summary == "Add up whole numbers, one by one."
    assert adding.explanation == "One. Two. Three."


def test_what_is_not_finite_is_null_in_json():
    found = Finding({"x": np.array([1.0, np.nan, -np.inf]), "names": np.array(["a"])}, {})
    assert found.json() == '{"claims": [], "data": {"x": [1.0, null, null], "names": ["a"]}}'
