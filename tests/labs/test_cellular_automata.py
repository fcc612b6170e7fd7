"""The lab of cellular automata: rules and measures against counting by hand, networks against their plain form."""

import re
from collections import Counter
from itertools import pairwise
from math import log2

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_contract import Contract
from scipy import stats

from landscape import labs
from landscape.labs.automata import claims, measures, models, rules, training
from landscape.labs.automata.pictures import Found
from landscape.parameters import LandscapeError

WIDE = 61
NUMBERS = st.integers(0, 255)


def setting(**values):
    usual = {"data": "orbit", "permuted": False, "width": WIDE, "states": 1024, "steps": 300, "learning_rate": 0.01,
             "channels": 8, "starts": 1, "seed": 0}  # fmt: skip
    return training.Setting(**usual | values)


def stepped(rule: int, cells: list[int]) -> list[int]:
    """One step, from the words: the bit of the rule's number that the three cells name in binary."""
    n = len(cells)
    return [int(f"{rule:08b}"[7 - int(f"{cells[i - 1]}{cells[i]}{cells[(i + 1) % n]}", 2)]) for i in range(n)]


# Rules


@settings(max_examples=40, deadline=None)
@given(NUMBERS, st.integers(0, 2**31), st.integers(3, 20))
def test_states_follow_the_rule_from_the_first_to_the_last(rule, seed, width):
    start = np.random.default_rng(seed).integers(0, 2, (3, width), np.uint8)
    shown = rules.diagrams([rule, 255 - rule], start, 4)
    assert shown.shape == (5, 2, 3, width)
    for before, after in zip(shown[:-1, 0], shown[1:, 0], strict=True):
        assert [stepped(rule, list(cells)) for cells in before] == after.tolist()
    np.testing.assert_array_equal(rules.later([rule, 255 - rule], start, 4), shown[-1])


def test_rules_that_have_a_formula():
    cells = np.random.default_rng(0).integers(0, 2, (5, WIDE), np.uint8)
    left, right = np.roll(cells, 1, 1), np.roll(cells, -1, 1)
    formulas = {90: left ^ right, 150: left ^ cells ^ right, 204: cells, 170: right, 240: left, 60: left ^ cells,
                232: (left + cells + right > 1), 30: left ^ (cells | right), 0: 0 * cells}  # fmt: skip
    after = rules.later(list(formulas), cells, 1)
    for rule, found in zip(formulas, after, strict=True):
        np.testing.assert_array_equal(found, formulas[rule], err_msg=str(rule))


@settings(max_examples=30, deadline=None)
@given(NUMBERS)
def test_a_rule_its_mirror_and_its_complement_do_the_same(rule):
    cells = np.random.default_rng(rule).integers(0, 2, (2, 17), np.uint8)
    after = rules.later([rule], cells, 3)[0]
    np.testing.assert_array_equal(rules.later([rules.mirrored(rule)], cells[:, ::-1], 3)[0], after[:, ::-1])
    np.testing.assert_array_equal(rules.later([rules.complemented(rule)], 1 - cells, 3)[0], 1 - after)
    alike = {rule, rules.mirrored(rule), rules.complemented(rule), rules.complemented(rules.mirrored(rule))}
    assert len({rules.wolfram_class(each) for each in alike}) == 1
    assert {rules.family(each) for each in alike} == {min(alike)}


def test_classes_are_those_of_the_table():
    families = {rules.family(rule) for rule in range(256)}
    assert len(families) == 88
    assert Counter(map(rules.wolfram_class, families)) == {1: 8, 2: 65, 3: 11, 4: 4}
    assert [rules.wolfram_class(rule) for rule in (255, 4, 30, 86, 90, 54, 110, 124, 137, 193)] == [
        1, 2, 3, 3, 3, 4, 4, 4, 4, 4]  # fmt: skip


def test_rules_of_the_first_class_die_out():
    start = np.random.default_rng(3).integers(0, 2, (20, 30), np.uint8)
    first = [rule for rule in range(256) if rules.wolfram_class(rule) == 1]
    ends = rules.later(first, start, 2000)
    assert np.all(ends == ends[..., :1])


def test_every_rule_is_learned_once():
    assert sorted(rules.order()) == list(range(256))
    assert training.chunks().shape == (8, 32)


# Measures


@pytest.fixture(scope="module")
def axes():
    return measures.measured(0)


def test_sensitivity_is_that_of_counting_flips(axes):
    for rule in range(256):
        table = [int(bit) for bit in f"{rule:08b}"[::-1]]
        flips = sum(table[k] != table[k ^ bit] for k in range(8) for bit in (1, 2, 4))
        assert axes["sensitivity"][rule] == flips / 8
    assert [axes["sensitivity"][rule] for rule in (0, 204, 90, 150, 105, 110)] == [0, 1, 2, 3, 3, 1.75]


def test_entropies_have_their_closed_values(axes):
    for rule in range(256):
        ones = rule.bit_count() / 8
        known = -sum(p * log2(p) for p in (ones, 1 - ones) if p)
        assert axes["shannon"][rule] == pytest.approx(known, abs=1e-12)
    assert axes["mean_field"][[0, 204, 90, 150, 184, 232]] == pytest.approx([0, 1, 1, 1, 1, 1], abs=1e-9)
    assert axes["mean_field"][128] == pytest.approx(0.0, abs=1e-9)  # p ← p³
    # Of the 9 cells of a block these are free: 3 + 2 + 2 under rules that are one-to-one on both sides, 5 if all moves.
    assert axes["space_time"][[0, 204, 170, 240, 90, 150]] == pytest.approx(
        [0, 1 / 3, 5 / 9, 5 / 9, 7 / 9, 7 / 9], abs=0.005
    )
    assert axes["spatial"][[0, 170, 90, 150, 30]] == pytest.approx([0, 1, 1, 1, 1], abs=0.005)


def test_mean_field_goes_on_where_densities_alternate():
    found = measures.mean_field(rules.outputs([1]))[0]  # p ← (1 − p)³
    p, kept = 0.5, []
    for _ in range(256):
        p = (1 - p) ** 3
        kept.append(-p * log2(p) - (1 - p) * log2(1 - p) if 0 < p < 1 else 0.0)
    assert found == pytest.approx(np.mean(kept[-64:]), abs=1e-9)


def test_block_entropies_are_those_of_counting():
    draw = np.random.default_rng(5)
    numbers = draw.integers(0, 8, (2, 50)) ** 2 % 8
    for row, found in zip(numbers, measures.entropy(numbers, 8), strict=True):
        shares = [count / 50 for count in Counter(row.tolist()).values()]
        assert found == pytest.approx(-sum(p * log2(p) for p in shares))
    start = draw.integers(0, 2, (2, 13), np.uint8)
    spatial, space_time = measures._blocks(np.array([110]), rules.later([110], start, 0))
    shown = rules.diagrams([110], start, measures.STEPS - 1)[:, 0]
    ring = np.concatenate([shown, shown], 2)
    lines = Counter(tuple(ring[t, s, i : i + 6]) for t in range(len(shown)) for s in range(2) for i in range(13))
    squares = Counter(
        tuple(ring[t : t + 3, s, i : i + 3].ravel()) for t in range(len(shown) - 2) for s in range(2) for i in range(13)
    )
    for found, counts, cells in ((spatial, lines, 6), (space_time, squares, 9)):
        shares = np.array(list(counts.values())) / sum(counts.values())
        assert found[0] == pytest.approx(-(shares * np.log2(shares)).sum() / cells)


def test_rank_correlations_are_those_of_scipy():
    draw = np.random.default_rng(1)
    a, b = draw.integers(0, 5, 40) / 7, draw.normal(size=40)
    assert measures.spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
    assert measures.spearman(np.ones(5), np.arange(5.0)) == 0.0


# Networks


@pytest.mark.parametrize("name", ["cnn", "local"])
def test_counting_cases_is_looking_at_every_cell(name):
    """The loss of the 16 cases, and its slope, against the network applied to the three cells around each cell."""
    model, draw = models.MODELS[name], np.random.default_rng(2)
    cells, targets = draw.integers(0, 2, (2, 30, 11), np.uint8)
    parameters = tuple(part + 0.1 for part in model.start(draw, 11, 8))

    def plainly(parameters):
        first, bias, second, last = parameters
        windows = 2.0 * np.stack([np.roll(cells, 1, 1), cells, np.roll(cells, -1, 1)], -1).astype(np.float32) - 1.0
        hidden = jax.nn.relu(jnp.einsum("nwk,wkc->nwc", windows, jnp.broadcast_to(first, (11, 3, 8))) + bias)
        logits = (hidden * second).sum(-1) + last
        return jnp.mean(jnp.logaddexp(0.0, logits) - targets * logits), logits

    def counted(parameters):
        return model.loss(parameters, model.rows(cells, targets)), model.logits(parameters, cells)

    (loss, logits), slope = jax.jit(jax.value_and_grad(plainly, has_aux=True))(parameters)
    (found, found_logits), found_slope = jax.jit(jax.value_and_grad(counted, has_aux=True))(parameters)
    assert float(found) == pytest.approx(float(loss), rel=1e-5)
    np.testing.assert_allclose(found_logits, logits, rtol=1e-4, atol=1e-5)
    for part, known in zip(found_slope, slope, strict=True):
        np.testing.assert_allclose(part, known, rtol=1e-4, atol=1e-6)


def test_networks_have_as_many_numbers_as_the_formulas_say():
    of = {name: training.size(name, setting(width=64)) for name in models.MODELS}
    assert of == {"cnn": 41, "mlp": 8320, "local": 2624, "rnn": 89}
    assert training.size("cnn", setting(channels=32)) == 161


def test_what_a_network_sees_of_a_ring():
    """The local ones see three cells; the recurrent one everything that it read before the right neighbour."""
    draw, cells = np.random.default_rng(4), np.zeros((10, 9), np.uint8)
    cells[np.arange(1, 10), np.arange(9)] = 1  # row k + 1: cell k is flipped
    for name in ("cnn", "local", "rnn"):
        parameters = tuple(part + 0.2 for part in models.MODELS[name].start(draw, 9, 8))
        logits = np.asarray(training._logits(parameters, cells, name=name))
        moved = np.abs(logits[1:] - logits[0]) > 1e-6  # (flipped, said)
        assert moved[0, 8], name  # it is a ring
        assert all(moved[(k + 1) % 9, k] for k in range(9)), name
        assert not moved[6, 3], name  # two cells ahead
        if name != "rnn":
            assert moved.sum() == 27


def test_cells_are_shown_in_another_order_and_put_back(monkeypatch):
    one = setting(permuted=True, states=32, width=17)
    now, after = training.samples(one, np.array([110, 30]))
    back = np.argsort(training.permutation(one))
    np.testing.assert_array_equal(rules.later([110], now[0][:, back], 1)[0], after[0][:, back])
    assert not np.array_equal(back, np.arange(17))
    monkeypatch.setattr(training, "_logits", lambda parameters, cells, name: cells - 0.5)  # says what it was shown
    monkeypatch.setattr(training, "_remembered", lambda name, each: {0: training.Trained(*[np.array([30])] * 5)})
    states = np.random.default_rng(0).integers(0, 2, (4, 17), np.uint8)
    np.testing.assert_array_equal(training.predicted("mlp", one, 30, states), states)


# Criteria, on the first 32 or 64 rules; those of all rules are the claims of the complete measurement


@pytest.fixture(autouse=True)
def fast(request):
    """Programs of the criteria are worth what it costs to make them fast; others are not, see tests/conftest.py."""
    fast = request.node.get_closest_marker("lab") is not None
    jax.config.update("jax_disable_most_optimizations", not fast)
    yield
    jax.config.update("jax_disable_most_optimizations", True)


def found(names=("cnn", "mlp"), chunks=1, **values):
    one = setting(**values)
    for chunk in range(chunks):
        training.train(names, one, chunk)
    return Found(one, {name: training.ready(name, one) for name in names}, measures.measured(0), "space_time", 110)


def held(made) -> list[bool]:
    """Which claims hold, of those that can."""
    return [claim.holds for claim in made if claim.holds is not None]


@pytest.mark.lab
def test_the_cnn_learns_every_rule_and_the_mlp_those_that_are_insensitive():
    random = found(data="random")
    mlp = random.nets["mlp"]
    assert random.nets["cnn"].accuracy.mean() >= 0.995
    assert mlp.accuracy.mean() < 0.92
    assert random.rho("mlp", "sensitivity") < -0.8
    assert all(abs(random.rho("cnn", axis)) < 0.3 for axis in measures.NAMES)
    assert mlp.accuracy[np.isin(mlp.rules, (105, 150))] == pytest.approx([0.5, 0.5], abs=0.03)
    assert held(claims._mlp(random)) == [True] * 4


@pytest.mark.lab
def test_on_orbits_the_mlp_falls_with_the_entropy_of_space_time_blocks():
    orbits = found(chunks=2)
    assert orbits.nets["mlp"].accuracy.mean() < 0.92
    assert orbits.rho("mlp", "space_time") < -0.55
    assert all(abs(orbits.rho("cnn", axis)) < 0.3 for axis in measures.NAMES)
    assert held(claims._mlp(orbits)) == [True] * 2


@pytest.mark.lab
@pytest.mark.parametrize("values", [{"starts": 2, "data": "random"}, {"channels": 32}], ids=str)
def test_a_second_start_or_more_units_leave_no_rule_behind(values):
    cnn = found(("cnn",), **values)
    assert cnn.nets["cnn"].accuracy.min() >= 0.95
    assert held(claims._cnn(cnn)) == [True] * 3


@pytest.mark.lab
def test_with_permuted_cells_the_cnn_is_not_ahead():
    permuted = found(permuted=True)
    gap = permuted.nets["cnn"].accuracy.mean() - permuted.nets["mlp"].accuracy.mean()
    assert gap < 0.02
    assert claims._permuted(permuted).holds


@pytest.mark.lab
@pytest.mark.parametrize("name", ["local", "rnn"])
def test_networks_that_are_local_or_read_in_order_learn_rules_too(name):
    with jax.enable_x64(True):
        net = training._train(models.MODELS[name], setting(data="random"), np.array([110, 30, 90, 150]))
    assert net.accuracy.mean() > 0.98
    assert all(part.dtype == np.float32 for part in net.parameters)


# The lab

SMALL = labs.cellular_automata.quick


def test_another_rule_or_axis_trains_nothing(monkeypatch):
    first = labs.cellular_automata(**SMALL).run()
    monkeypatch.setattr(training, "_train", lambda *given: pytest.fail("trained again"))
    other = labs.cellular_automata(**SMALL, rule=30, axis="shannon").run()
    np.testing.assert_array_equal(first.data["accuracy_mlp"], other.data["accuracy_mlp"])
    assert other.sheet().panels[0].x == measures.NAMES["shannon"]
    assert "Rule 30" in other.sheet("rule").title
    dots = other.sheet().panels[0].marks[0]
    assert (dots.sets, list(dots.keys)) == ("rule", list(range(256)))


def test_what_was_trained_before_a_stop_is_kept(monkeypatch):
    labs.cellular_automata(**SMALL).run()
    usual = setting(**{name: SMALL[name] for name in ("steps", "states", "width")})
    parts = {name: training._remembered(name, usual) for name in ("cnn", "mlp")}
    count = []

    def trained(model, _, part):
        count.append(model.name)
        return next(each for each in parts[model.name].values() if each.rules[0] == part[0])

    monkeypatch.setattr(training, "_train", trained)
    lab = labs.cellular_automata(**SMALL, seed=7)
    work = lab.work()
    progress = next(work)
    work.close()
    assert (progress.finding.done, progress.finding.claims) == (False, ())
    assert len(progress.finding.data["rules_cnn"]) == 32
    assert sorted(count) == ["cnn", "mlp"]
    assert lab.run().done
    assert Counter(count) == {"cnn": 8, "mlp": 8}


def test_the_picture_of_a_rule_marks_the_cells_that_are_wrong():
    sheet = labs.cellular_automata(**SMALL, rule=30).run().sheet("rule")
    heat, wrong = sheet.panels[-1].marks[:2]
    shown, truth = np.asarray(heat.z), np.asarray(sheet.panels[3].marks[0].z)
    np.testing.assert_array_equal(~np.isnan(wrong.z), shown != truth)
    for before, after in pairwise(truth):
        assert stepped(30, list(before)) == after.tolist()


@pytest.mark.parametrize(
    "values", [{"rule": 256}, {"rule": -1}, {"rule": 3.5}, {"width": 0}, {"states": 0}, {"axis": "beauty"}], ids=str
)
def test_what_is_out_of_range_is_refused_in_a_sentence(values):
    with pytest.raises(LandscapeError, match=next(iter(values))) as refused:
        labs.cellular_automata(**values)
    assert re.fullmatch(r".+\.", str(refused.value))


class TestContract(Contract):
    lab = "cellular_automata"
