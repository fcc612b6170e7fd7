"""The formula surface: ranges, facts, every written form, and one program for equal formulas."""

import json
import sys

import jax
import numpy as np
import pytest

import landscape as ls
from landscape import Experiment, LandscapeError, catalog
from landscape.formula import FormulaError
from landscape.run import _single
from landscape.surfaces import formula, rosenbrock

BANANA = "(1-x)**2 + 100*(y-x**2)**2"


def test_it_is_the_function_that_was_typed():
    points = np.random.default_rng(1).uniform(-2, 2, (20, 2))
    typed, known = (jax.jit(jax.vmap(jax.value_and_grad(s))) for s in (formula(BANANA), rosenbrock()))
    for found, expected in zip(typed(points), known(points), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_facts():
    typed = formula(BANANA, y=(-1, 3), x=(-2, 2))
    assert (typed.dim, typed.names, typed.label, typed.differentiable) == (2, ("x", "y"), "formula", True)
    np.testing.assert_array_equal(typed.domain.lower, [-2, -1])
    np.testing.assert_array_equal(typed.domain.upper, [2, 3])
    assert len(typed.minima) == 0
    assert np.isnan(typed.minimum)
    np.testing.assert_allclose(typed.start, [-1.2, 2.2])
    assert r"\begin{pmatrix}" in typed.gradient_formula
    assert not formula("abs(x) + floor(y)").differentiable
    assert list(typed.parameters) == ["text", "x", "y"]
    assert list(formula.parameters) == ["text"]


def test_without_ranges_every_variable_has_the_same():
    typed = formula("b*a + x10 - x2")
    assert typed.names == ("a", "b", "x2", "x10")
    assert all(typed.values[name] == (-5.0, 5.0) for name in typed.names)
    assert formula("x").dim == 1
    assert formula("x") != formula("y")
    assert formula("x") == formula("x", x=[-5, 5])


def test_a_place_without_a_value_is_no_start_and_draws_as_a_hole():
    typed = formula("sqrt(x - 4) + y**2")
    assert np.isfinite(typed(typed.start))
    assert 0 < np.isnan(ls.grid(typed, resolution=11).height).mean() < 1
    assert ls.scene(typed, resolution=21).notes == ("blank where the surface has no finite value",)


def test_axes_are_called_by_the_variables():
    assert ls.scene(formula("w*rate"), resolution=11).names == ("rate", "w")


FORMS = {
    "json": (Experiment.to_json, Experiment.from_json),
    "url": (Experiment.to_url, Experiment.from_url),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", [BANANA, "x", "pi*x", "x % 3 + where(y<=2,1e-7,2)", " x ^ 2 ", "x\n+\ty"])
def test_every_form_reads_back(form, text):
    write, read = FORMS[form]
    experiment = Experiment(formula(text), (ls.optimizers.adam(),))
    assert read(write(experiment)) == experiment


def test_the_written_forms_are_those_promised():
    typed = formula(BANANA, x=(-2, 2), y=(-1, 3))
    assert catalog.surface("formula:text='(1-x)**2 + 100*(y-x**2)**2',x=(-2,2),y=(-1,3)") == typed
    assert catalog.surface("formula(text = '(1-x)**2 + 100*(y-x**2)**2', x = (-2, 2), y = (-1.0, 3e0))") == typed
    plain = {"name": "formula", "parameters": {"text": BANANA, "x": [-2.0, 2.0], "y": [-1.0, 3.0]}}
    assert json.loads(json.dumps(catalog.plain(typed))) == plain
    assert catalog.bind("surface", plain) == typed
    assert catalog.parse("surface", repr(typed)) == typed


@pytest.mark.parametrize("word", ["it's", "a\\b", "\\'", "", "two words", "true", "3", "a,b)=("])
def test_texts_with_any_characters_read_back(word):
    assert catalog.split("surface", f"formula:text={catalog._word(word)},x=(1,2)") == (
        "formula",
        {"text": word, "x": (1, 2)},
    )


def test_equal_formulas_share_their_program():
    ls.run(formula(BANANA), ls.optimizers.sgd(), steps=20)
    programs = _single._cache_size()
    for seed in range(5):
        ls.run(formula(str(BANANA)), ls.optimizers.sgd(learning_rate=1e-4 * (seed + 1)), seed=seed, steps=20)
    assert _single._cache_size() == programs


def test_binding_needs_no_jax(monkeypatch):
    monkeypatch.setattr(sys.modules["landscape.surfaces.formula"], "jnp", None)
    typed = formula("cos(x)*erf(y) + sigmoid(w)", x=(-1, 1), y=(0, 2), w=(0, 1))
    assert (typed.start.shape, typed.formula[:10]) == ((3,), r"\cos\left(")


def test_one_coordinate_walks_too():
    run = ls.run(formula("x**2", x=(-4, 4)), ls.optimizers.sgd(learning_rate=0.25), steps=20)
    np.testing.assert_allclose(run.positions[:, 0, 0], -2.4 * 0.5 ** np.arange(21.0), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "ranges", "words"),
    [
        ("x + y", {"x": (0, 1)}, r"a variable 'y' without a range; add y=\(-5, 5\)"),
        ("x", {"x": (0, 1), "y": (0, 1)}, "a range for 'y', which is not in 'x'"),
        ("x", {"x": (1, 0)}, "give lower < upper"),
        ("x", {"x": (1, 1)}, "give lower < upper"),
        ("x", {"x": (0, 1e13)}, r"both between ±1e\+12"),
        ("x", {"x": (0, float("nan"))}, "give lower < upper"),
        ("x", {"x": (0, float("inf"))}, "give lower < upper"),
        ("x", {"x": 3}, "give two numbers"),
        ("x", {"x": "ab"}, "give two numbers"),
        ("x", {"x": (1, 2, 3)}, "give two numbers"),
        ("x", {"x": ((1, 2), 3)}, "give two numbers"),
        ("x", {"x": (True, 2 + 1j)}, "give two numbers"),
        ("x", {"pi": (0, 1)}, "'pi' is a constant of formulas"),
        ("x", {"sin": (0, 1)}, "'sin' is a function of formulas"),
        ("x", {"_x": (0, 1)}, "cannot name a variable"),
        ("sqrt(x)", {"x": (-2, -1)}, "no finite value for x in -2 … -1"),
        (3, {}, r"formula\(text=3\) is no text"),
        (None, {}, "is no text"),
        ("x", {"": (0, 1)}, "cannot name a variable"),
        ("x", {"x": ls.schedules.linear()}, "give two numbers"),
        ("x", {"x": (0, 10**400)}, "give two numbers"),
        ("x" * 5000, {}, "1,000 are the most"),
    ],
)
def test_what_fits_no_formula_is_told(text, ranges, words):
    with pytest.raises(LandscapeError, match=words) as caught:
        formula(text, **ranges)
    assert len(str(caught.value)) < 300


def test_a_broken_formula_in_an_address_still_points():
    with pytest.raises(FormulaError, match="write 2\\*x") as caught:
        Experiment.from_url("surface=formula:text='3 %2B 2x'")
    assert (caught.value.text, caught.value.at) == ("3 + 2x", 5)


@pytest.mark.parametrize(
    "text", ["formula:text='x", "formula:text='x',x=(1,", "formula:text='x',x=(1;2)", "formula:x=()"]
)
def test_broken_quotes_and_pairs_are_refused(text):
    with pytest.raises(LandscapeError, match="Cannot read the surface"):
        catalog.surface(text)
