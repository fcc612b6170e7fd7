"""The table of optax's methods: complete, true, and every method in it walks as optax driven by hand does."""

import inspect
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from helpers import STEPS, walk

import landscape as ls
from landscape.optimizer import Problem
from landscape.optimizers.optax_table import EXCLUDED, INCLUDED, why_not

CATALOG = ls.catalog.optimizers()
HESSIAN = np.array([[3.0, -2.0], [-2.0, 8.0]])
START = np.array([-1.5, 1.0])
HAND_STEPS = 6
contrib = optax.contrib

# Ours with other numbers than the defaults, and the same by optax's own factory.
BY_HAND = {
    "acprop": ({"learning_rate": 0.02, "b1": 0.8, "b2": 0.99}, contrib.acprop(0.02, 0.8, 0.99)),
    "adabelief": ({"learning_rate": 0.1, "b1": 0.8}, optax.adabelief(0.1, 0.8)),
    "adadelta": ({"learning_rate": 2.0, "rho": 0.8}, optax.adadelta(2.0, 0.8)),
    "adafactor": (
        {"learning_rate": 0.1, "decay_rate": 0.7, "clipping_threshold": 0.9},
        optax.adafactor(0.1, decay_rate=0.7, clipping_threshold=0.9, multiply_by_parameter_scale=False),
    ),
    "adagrad": ({"learning_rate": 0.2}, optax.adagrad(0.2)),
    "adam": ({"learning_rate": 0.1, "b1": 0.8}, optax.adam(0.1, 0.8)),
    "adamax": ({"learning_rate": 0.1, "b1": 0.8}, optax.adamax(0.1, 0.8)),
    "adamw": ({"learning_rate": 0.1, "b1": 0.8}, optax.adamw(0.1, 0.8, weight_decay=0.0)),
    "adan": ({"learning_rate": 0.1, "b2": 0.8}, optax.adan(0.1, b2=0.8)),
    "ademamix": ({"b3": 0.95, "alpha": 3.0}, contrib.ademamix(0.05, b3=0.95, alpha=3.0)),
    "adopt": ({"learning_rate": 0.1, "b2": 0.99}, contrib.adopt(0.1, b2=0.99)),
    "amsgrad": ({"learning_rate": 0.1}, optax.amsgrad(0.1)),
    "cocob": ({"alpha": 50.0}, contrib.cocob(alpha=50.0)),
    "dadapt_adamw": ({"initial_distance": 0.1}, contrib.dadapt_adamw(estim_lr0=0.1)),
    "dog": ({"initial_distance": 0.1}, contrib.dog(init_step=("distance", 0.1))),
    "dowg": ({"initial_distance": 0.1}, contrib.dowg(init_estim_sq_dist=0.01)),
    "fromage": ({"learning_rate": 0.02}, optax.fromage(0.02)),
    "lamb": ({"learning_rate": 0.02}, optax.lamb(0.02)),
    "lars": ({"learning_rate": 3.0, "trust_coefficient": 0.01}, optax.lars(3.0, trust_coefficient=0.01)),
    "lion": ({"learning_rate": 0.07}, optax.lion(0.07, weight_decay=0.0)),
    "madgrad": ({"learning_rate": 0.02}, contrib.madgrad(0.02)),
    "mechanic": ({"s_init": 0.01}, contrib.mechanize(optax.adam(1.0), weight_decay=0.0, s_init=0.01)),
    "momentum": ({"learning_rate": 0.02}, optax.sgd(0.02, 0.9)),
    "momo": ({"beta": 0.8, "lower_bound": -1.0}, contrib.momo(beta=0.8, lower_bound=-1.0)),
    "momo_adam": ({"learning_rate": 0.3, "lower_bound": -1.0}, contrib.momo_adam(0.3, lower_bound=-1.0)),
    "nadam": ({"learning_rate": 0.1}, optax.nadam(0.1)),
    "nesterov": ({"learning_rate": 0.02}, optax.sgd(0.02, 0.9, nesterov=True)),
    "novograd": ({"learning_rate": 0.02, "b2": 0.5}, optax.novograd(0.02, b2=0.5)),
    "optimistic_adam": ({"optimism": 0.5}, optax.optimistic_adam_v2(0.05, beta=0.5, nesterov=False)),
    "optimistic_gradient_descent": ({"optimism": 0.5}, optax.optimistic_gradient_descent(0.001, beta=0.5)),
    "polyak": ({"target": -1.0, "learning_rate": 0.1}, optax.polyak_sgd(0.1, f_min=-1.0)),
    "prodigy": ({"initial_distance": 0.1}, contrib.prodigy(estim_lr0=0.1)),
    "radam": ({"learning_rate": 0.01}, optax.radam(0.01)),
    "rmsprop": ({"learning_rate": 0.02, "decay": 0.8}, optax.rmsprop(0.02, 0.8)),
    "sam": (
        {"learning_rate": 0.02, "rho": 0.1},
        contrib.sam(optax.sgd(0.02), optax.chain(contrib.normalize(), optax.sgd(0.1)), opaque_mode=True),
    ),
    "schedule_free_adamw": ({"learning_rate": 0.2}, contrib.schedule_free_adamw(0.2)),
    "schedule_free_sgd": ({"learning_rate": 0.02, "b1": 0.8}, contrib.schedule_free_sgd(0.02, b1=0.8)),
    "sgd": ({"learning_rate": 0.05}, optax.sgd(0.05)),
    "sign_sgd": ({"learning_rate": 0.07}, optax.sign_sgd(0.07)),
    "signum": ({"learning_rate": 0.07}, optax.signum(0.07)),
    "simplified_ademamix": ({"alpha": 5.0}, contrib.simplified_ademamix(0.002, b1=0.9, alpha=5.0)),
    "sm3": ({"momentum": 0.8}, optax.sm3(1.0, 0.8)),
    "yogi": ({"learning_rate": 0.2}, optax.yogi(0.2)),
}  # fmt: skip
# Compared with their papers alone, in test_gradient and by others; these walk on purpose not as optax does.
ELSEWHERE = {"lbfgs", "lookahead", "rprop"}
TOWARDS_ORIGIN = {"lamb", "lars", "fromage"}  # steps in proportion to the length of x
RESTLESS = {"yogi", "fromage"}  # yogi's averages begin at 1e-6, fromage shrinks x


@ls.surface(domain=ls.Box.square(4.0), start=(-1.5, 1.0), minimum=0.0, source="a pit")
def pit(*, place: Annotated[float, ls.Range(-10.0, 10.0)] = 0.0):
    """An oblique bowl whose minimum is at (place, −2 place)."""
    return lambda x: loss(x - place * jnp.array([1.0, -2.0], x.dtype))


def loss(x):
    return 0.5 * x @ HESSIAN.astype(x.dtype) @ x


def path(name: str, start=START, place: float = 0.0, **values) -> np.ndarray:
    return np.asarray(walk(CATALOG[name](**values), pit(place=place), start).positions[:, 0])


def exports() -> dict[str, object]:
    """What optax and optax.contrib export that makes a GradientTransformation, as far as signatures tell."""
    found = {}
    for name, factory in [*inspect.getmembers(contrib), *inspect.getmembers(optax)]:
        if name.startswith("_") or not inspect.isfunction(factory):
            continue
        signature = inspect.signature(factory)
        annotated = "GradientTransformation" in str(signature.return_annotation)
        silent = signature.return_annotation is inspect.Signature.empty and "learning_rate" in signature.parameters
        if annotated or silent:
            found[name] = factory
    return found


def test_every_method_of_optax_is_included_or_excluded_with_a_reason():
    new = sorted(set(exports()) - set(INCLUDED) - set(EXCLUDED))
    assert not new, (
        f"optax {optax.__version__} exports {', '.join(new)}: add each to landscape/optimizers/optax_table.py, "
        "either to INCLUDED with an entry of the catalog, or to EXCLUDED with the reason."
    )
    assert not set(INCLUDED) & set(EXCLUDED)
    assert all(len(reason.split()) > 3 for reason in EXCLUDED.values())


def test_nothing_in_the_table_is_unknown_to_optax():
    gone = sorted({*INCLUDED, *EXCLUDED} - {*dir(optax), *dir(contrib)})
    assert not gone, f"optax {optax.__version__} no longer has {', '.join(gone)}: take them out of optax_table.py."


def test_every_entry_of_the_table_is_in_the_catalog_and_tested():
    entries = {entry for names in INCLUDED.values() for entry in names}
    assert entries <= set(CATALOG)
    assert entries == set(BY_HAND) | ELSEWHERE


def test_names_of_optax_that_are_not_entries_are_explained():
    for name in exports():
        assert (name in CATALOG) == (why_not(name) is None), name
    assert why_not("muon") == "optax's muon orthogonalizes matrices; on a vector it takes exactly the steps of nadam."
    assert why_not("sgdd") is None


def by_hand(transformation, x=START, steps: int = HAND_STEPS) -> np.ndarray:
    """Positions (t + 1, d) of a Python loop around optax, as its documentation writes it."""
    x = jnp.asarray(x)
    update = optax.with_extra_args_support(transformation).update
    state, seen = transformation.init(x), [x]
    averages = "schedule_free" in transformation.update.__qualname__
    for _ in range(steps):
        value, gradient = jax.value_and_grad(loss)(x)
        extra = {"value": value, "grad": gradient, "value_fn": loss}
        if "sam." in transformation.update.__qualname__:
            extra = {"grad_fn": lambda x, _: jax.grad(loss)(x)}
        updates, state = update(gradient, state, x, **extra)
        x = optax.apply_updates(x, updates)
        seen.append(contrib.schedule_free_eval_params(state, x) if averages else x)
    return np.array(seen)


@pytest.mark.parametrize("name", BY_HAND)
def test_path_is_that_of_optax_by_hand(name):
    values, transformation = BY_HAND[name]
    expected = by_hand(transformation)
    np.testing.assert_allclose(path(name, **values)[: HAND_STEPS + 1], expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", sorted(set(BY_HAND) - TOWARDS_ORIGIN))
def test_the_origin_is_no_special_place_by_default(name):
    moved = path(name, START + 3.0 * np.array([1.0, -2.0]), place=3.0) - 3.0 * np.array([1.0, -2.0])
    np.testing.assert_allclose(moved, path(name), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", sorted({*BY_HAND, "lookahead", "rprop"} - RESTLESS))
def test_a_start_at_rest_stays(name):
    for start, place in ((np.array([1.0, -2.0]), 1.0), (np.zeros(2), 0.0)):
        np.testing.assert_array_equal(path(name, start, place=place), np.tile(start, (STEPS + 1, 1)))


@pytest.mark.parametrize("name", sorted(RESTLESS))
def test_the_restless_stay_near_and_finite(name):
    assert np.linalg.norm(path(name, np.array([1.0, -2.0]), place=1.0)[-1] - [1.0, -2.0]) < 0.02


@pytest.mark.parametrize(
    ("twin", "other"),
    [
        (contrib.muon(0.1), optax.nadam(0.1)),
        (contrib.galore(0.1), optax.adam(0.1)),
        (optax.adamaxw(0.1, weight_decay=0.0), optax.adamax(0.1)),
        (optax.nadamw(0.1, weight_decay=0.0), optax.nadam(0.1)),
    ],
    ids=["muon", "galore", "adamaxw", "nadamw"],
)
def test_twins_take_the_same_steps_on_a_vector(twin, other):
    np.testing.assert_allclose(by_hand(twin), by_hand(other), rtol=1e-9, atol=1e-12)


def test_prodigy_waits_for_a_slope_and_then_walks_as_it_would_have():
    # A plateau first: nothing but zeros reaches it, and its own 0 / 0 would end in NaN for good.
    method = CATALOG["prodigy"]().at(0.0, jnp.float64)
    flat = Problem(lambda x: 0.0 * x[0], lambda x: 0.0 * x[0], pit().domain)
    slope = Problem(loss, loss, pit().domain)
    rested, _ = method.step(flat, method.init(flat, START[None], None), None)
    begun = method.init(slope, START[None], None)
    waited, _ = method.step(slope, method.refresh(slope, rested), None)
    expected, _ = method.step(slope, begun, None)
    np.testing.assert_array_equal(waited.positions, expected.positions)


def test_optax_leaves_nan_where_these_rest():
    # Why _after_first_slope is there; when optax mends it, take it out.
    for transformation in (contrib.prodigy(), contrib.dadapt_adamw()):
        assert np.isnan(by_hand(transformation, np.zeros(2), steps=2)).any()
