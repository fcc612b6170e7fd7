"""Bad input to a run: refused before anything is compiled, in one sentence that says what is legal."""

import numpy as np
import pytest
from helpers import bowl, small

import landscape as ls
from landscape import LandscapeError
from landscape.optimizers import adam, genetic, sgd
from landscape.surfaces import himmelblau, rastrigin


def refuse(words: str, call, *arguments, **options):
    with pytest.raises(LandscapeError, match=words) as caught:
        call(*arguments, **options)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 0}, "steps=0 is not a whole number from 1 on"),
        ({"steps": -5}, "steps=-5 is not"),
        ({"steps": 2.5}, r"steps=2\.5 is not"),
        ({"steps": 10.0}, r"steps=10\.0 is not"),
        ({"steps": True}, "steps=True is not"),
        ({"steps": "many"}, "steps=many is not"),
        ({"steps": 2**31}, "steps=2147483648 is not"),
        ({"budget": 0}, "budget=0 is not a whole number"),
        ({"budget": 10.5}, r"budget=10\.5 is not"),
        ({"every": -1}, "every=-1 is not a whole number"),
        ({"seed": -1}, "seed=-1 is not a whole number from 0 to 4294967295"),
        ({"seed": 2**32}, "seed=4294967296 is not"),
        ({"seed": 1.5}, r"seed=1\.5 is not"),
        ({"seed": True}, "seed=True is not"),
        ({"seed": None}, "seed=None is not"),
        ({"seed": "one"}, "seed=one is not"),
        ({"seed": 10**30}, "seed=1000000000000000000000000000000 is not"),
        ({"seed": [1, 2]}, r"seed=\[1, 2\] is not"),
        ({"record": "some"}, "record='some' is not one of all, evaluated, best, last"),
        ({"start": [1.0]}, r"The start \[1\.0\] is no point of himmelblau; give 2 numbers"),
        ({"start": [1.0, 2.0, 3.0]}, "is no point of himmelblau; give 2 numbers"),
        ({"start": 1.0}, "is no point of himmelblau"),
        ({"start": "here"}, "is no point of himmelblau"),
        ({"start": [1j, 2.0]}, "is no point of himmelblau"),
        ({"start": np.zeros((1, 1, 2))}, "is no point of himmelblau"),
        ({"start": [[1.0, 2.0], [3.0]]}, "is no point"),
        ({"start": [1.0, np.nan]}, r"The start \[1\.0, nan\] is not finite; give 2 finite numbers"),
        ({"start": [1.0, np.inf]}, "is not finite"),
        ({"start": np.ones((2, 2))}, "adam starts from one point"),
        ({"start": np.ones((0, 2))}, "adam starts from one point"),
    ],
    ids=str,
)
def test_run_refuses(options, words):
    refuse(words, ls.run, himmelblau(), adam(), **options)


def test_a_long_start_is_cut_in_the_message():
    with pytest.raises(LandscapeError) as caught:
        ls.run(himmelblau(), adam(), start=np.arange(1000.0))
    assert len(str(caught.value)) < 150


def test_a_population_is_given_one_point_or_all():
    refuse("genetic starts from one point or 8, not from 3", ls.run, himmelblau(), small("genetic"), np.ones((3, 2)))


def test_a_budget_must_pay_for_the_first_population():
    refuse("budget=7 is less than the 8 points of genetic", ls.run, himmelblau(), small("genetic"), budget=7)


@pytest.mark.parametrize(
    ("surface", "optimizer"),
    [(himmelblau, adam()), (himmelblau(), adam), (adam(), himmelblau()), ("himmelblau", "adam"), (None, None)],
)
def test_run_takes_bound_values_only(surface, optimizer):
    refuse("takes a bound surface and a bound optimizer", ls.run, surface, optimizer)


@pytest.mark.parametrize(
    ("call", "options"),
    [
        (ls.run, {"steps": 2_000_000_000}),
        (ls.run, {"steps": 1000, "optimizer": genetic(size=1_000_000)}),
        (ls.run_many, {"seeds": 1_000_000, "steps": 10_000}),
        (ls.sweep, {"steps": 100_000, "optimizer": sgd(learning_rate=np.full(10_000, 0.1)), "record": "all"}),
        (ls.run, {"surface": rastrigin(dim=10_000), "steps": 100_000}),
        (ls.run, {"optimizer": genetic(size=1_000_000), "surface": rastrigin(dim=10_000), "record": "last"}),
    ],
)
def test_a_record_too_large_for_memory_says_how_large_and_what_to_lower(call, options):
    surface, optimizer = options.pop("surface", himmelblau()), options.pop("optimizer", adam())
    words = r"This would record [\d.]+ GiB, more than 4; lower the steps \([\d,]+\), the population \(\d+\) or the runs"
    refuse(words, call, surface, optimizer, **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"starts": np.ones((3, 2)), "seeds": [1, 2]}, "3 starts and 2 seeds do not pair up; give one or as many"),
        ({"starts": [1.0, 2.0]}, r"starts of shape \(2,\) are neither \(runs, d\) nor \(runs, n, d\)"),
        ({"starts": np.ones((2, 3))}, "is no point of himmelblau"),
        ({"starts": [[1.0, 2.0], [3.0]]}, "starts"),
        ({"starts": np.full((2, 2), np.nan)}, "is not finite"),
        ({"starts": np.ones((0, 2))}, "0 starts"),
        ({"seeds": 0}, "seed"),
        ({"seeds": []}, "seed"),
        ({"seeds": [1, -2]}, "is not a whole number"),
        ({"seeds": [0.5]}, "is not a whole number"),
        ({"seeds": "abc"}, "is not a whole number"),
    ],
    ids=str,
)
def test_run_many_refuses(options, words):
    refuse(words, ls.run_many, himmelblau(), adam(), **options)


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        (adam(), "A sweep needs parameters given as arrays of one length, not none"),
        (adam(learning_rate=np.ones(3), b1=np.full(2, 0.5)), r"arrays of one length, not \[2, 3\]"),
    ],
)
def test_sweep_refuses(optimizer, words):
    refuse(words, ls.sweep, bowl(), optimizer)


def test_a_sweep_checks_every_number():
    refuse("is outside 0 … 0.99999", lambda: adam(b1=np.array([0.5, 1.5])))
