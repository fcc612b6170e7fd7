"""Suites: which problems a name stands for, and what a study says of each."""

import math

import numpy as np
import pytest
from helpers import bowl, ramp

import landscape as ls
from landscape import LandscapeError, catalog
from landscape.benchmark import suite
from landscape.benchmark.suites import described, groups, names, written


@pytest.fixture(scope="module")
def classic():
    return suite("classic")


def test_bbob_is_every_function_in_every_dimension_and_instance():
    assert len(suite("bbob")) == 24 * 3 * 5
    some = suite("bbob", functions=[8, 15], dims=[2, 7], instances=range(3, 6))
    told = [(each.values["dim"], each.values["function"], each.values["instance"]) for each in some]
    assert told == [(d, f, i) for d in (2, 7) for f in (8, 15) for i in (3, 4, 5)]
    assert [each.dim for each in some] == [d for d, _, _ in told]
    (one,) = suite("bbob", functions=1, dims=2, instances=np.int64(4))
    assert one == ls.surfaces.bbob(function=1, dim=2, instance=4)


def test_groups_hold_every_function_once_and_are_those_of_coco():
    numbers = [[number for number, _ in rows] for rows in groups().values()]
    assert numbers == [[*range(1, 6)], [*range(6, 10)], [*range(10, 15)], [*range(15, 20)], [*range(20, 25)]]
    for title, rows in groups().items():
        for number, _ in rows:
            assert described(ls.surfaces.bbob(function=number)).group == title


def test_classic_surfaces_have_a_known_minimum_at_a_known_place(classic):
    assert len(classic) >= 40
    for surface in classic:
        assert math.isfinite(surface.minimum)
        assert surface.dim > 1
    listed = [name for rows in groups("classic").values() for name, _ in rows]
    assert sorted(listed) == sorted(each.name for each in classic)
    for family in names()[2:]:
        assert [each.name for each in suite(family)] == [name for name, _ in groups(family)[family]]


def test_dims_choose_the_surfaces_that_have_them(classic):
    for dims in ([2, 10], [3], 5):
        wanted = set(np.atleast_1d(dims).tolist())
        some = suite("classic", dims=dims)
        assert {each.dim for each in some} <= wanted
        free = {each.name for each in classic if "dim" in each.parameters}
        fixed = {each.name for each in classic if each.name not in free and each.dim in wanted}
        assert {each.name for each in some} <= free | fixed
        assert fixed <= {each.name for each in some}
        assert [each.dim for each in suite("classic", functions="sphere", dims=dims)] == sorted(wanted)
    assert [each.dim for each in suite("classic", functions=["powell"], dims=[4, 5, 8])] == [4, 8]  # groups of four


def test_labels_are_unique_and_texts_make_the_problem_again(classic):
    some = [*classic, *suite("classic", dims=[2, 4]), *suite("bbob", functions=[1, 24], dims=[2, 3])]
    some = list(dict.fromkeys(written(each) for each in some))
    told = [described(catalog.surface(text)) for text in some]
    assert len({each.label for each in told}) == len(told)
    for each in told:
        surface = catalog.surface(each.text)
        assert (each.dim, each.minimum, each.known) == (surface.dim, surface.minimum, "optimum")
        assert each.suite == ("bbob" if surface.name == "bbob" else "classic")
        assert each.group
    assert [t.instance for t in told if t.suite == "bbob"] == [1, 2, 3, 4, 5] * 4
    assert {t.function for t in told if t.suite == "bbob"} == {"f1", "f24"}


@pytest.mark.parametrize(
    ("text", "label", "function"),
    [
        ("bbob:function=15,dim=5,instance=3", "bbob f15 · 5-D · i3", "f15"),
        ("rosenbrock", "rosenbrock", "rosenbrock"),
        ("rosenbrock:b=50", "rosenbrock (b=50)", "rosenbrock (b=50)"),
        ("rastrigin:dim=10", "rastrigin · 10-D", "rastrigin"),
        ("rotate:surface=ackley,angle=0.6", "rotate (surface=ackley, angle=0.6)", None),
    ],
)
def test_labels_say_what_differs_from_the_usual(text, label, function):
    told = described(catalog.surface(text))
    assert told.label == label
    assert told.function == (function or label)


def test_minima_are_known_unknown_or_there_are_none():
    dip = ls.Surface.from_function(lambda x: (x**2).sum(), domain=ls.Box.square(1.0), name="dip")
    told = [described(each) for each in (bowl(), ramp(), dip)]
    assert [each.known for each in told] == ["optimum", "unbounded", ""]
    assert [math.isnan(each.minimum) for each in told] == [False, True, True]
    assert [each.text for each in told] == [""] * 3
    assert told[2].group == "own"
    taken = ls.Surface.from_function(lambda x: x[0], domain=ls.Box.square(1.0), name="bbob")
    assert (described(taken).suite, described(taken).function) == ("", "bbob")


def test_what_is_written_reads_back_and_functions_of_ones_own_are_not_written():
    ours = [ls.surfaces.rosenbrock(b=0.1 + 0.2), ls.surfaces.bbob(function=24, dim=3, instance=7),
            ls.surfaces.rotate(surface=ls.surfaces.himmelblau(), angle=1 / 3),
            ls.surfaces.rosenbrock(b=ls.schedules.linear(start=1.0, end=9.0))]  # fmt: skip
    methods = [ls.optimizers.adam(learning_rate=ls.schedules.cosine(peak=0.1)), ls.bridges.cma()]
    for kind, some in (("surface", ours), ("optimizer", methods)):
        for each in some:
            assert catalog.parse(kind, written(each)) == each
    mine = ls.Surface.from_function(lambda x: x[0], domain=ls.Box.square(1.0), name="sphere")  # a name that is taken
    assert written(mine) is None
    assert written(ls.surfaces.rotate(surface=mine)) is None
    assert written(bowl()) is None


@pytest.mark.parametrize(
    ("name", "asked", "words"),
    [
        ("bob", {}, "Unknown suite 'bob'. Did you mean 'bbob'?"),
        (["bbob"], {}, "Unknown suite '['bbob']'"),
        ("bbob", {"functions": [25]}, "bbob(function=25) is outside 1 … 24"),
        ("bbob", {"functions": "f1"}, "functions=f1 is not a list of whole numbers such as [2, 5]"),
        ("bbob", {"dims": [1]}, "bbob(dim=1) is outside 2 … 1000"),
        ("bbob", {"dims": 2.5}, "dims=2.5 is not a list of whole numbers"),
        ("bbob", {"dims": True}, "dims=True is not a list of whole numbers"),
        ("bbob", {"dims": [2, 2]}, "repeats 2; give each once"),
        ("bbob", {"dims": []}, "dims=[] is empty"),
        ("bbob", {"instances": [0]}, "bbob(instance=0) is outside 1"),
        ("classic", {"functions": ["spher"]}, "The suite classic has no function 'spher'. Did you mean 'sphere'?"),
        ("classic", {"functions": []}, "functions=[] is empty; give a list such as ['rosenbrock']"),
        ("classic", {"functions": 1}, "has no function '1'"),
        ("classic", {"functions": ["sphere", "sphere"]}, "repeats sphere"),
        ("classic", {"instances": [1]}, "The suite classic has no instances"),
        ("two weights", {"dims": [7]}, "No function of the suite two weights has 7 coordinates"),
        ("valleys", {"functions": ["ackley"]}, "The suite valleys has no function 'ackley'"),
    ],
)
def test_bad_input_is_told_in_a_sentence(name, asked, words):
    with pytest.raises(LandscapeError) as caught:
        suite(name, **asked)
    assert words in str(caught.value)


def test_networks_are_problems_of_a_family_of_their_own():
    net = ls.networks.network(data="xor", hidden="2")
    made = described(net)
    assert (made.group, made.dim) == ("networks", 9)
    assert ls.catalog.surface(made.text) == net
    rows = ls.mlp.own.remember(ls.mlp.own.from_points([(0, 0, -1), (1, 1, 1), (0, 1, -1), (1, 0, 1)]))
    assert written(ls.networks.network(data=rows)) is None  # another process does not know these rows
