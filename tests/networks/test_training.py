"""Training: closed forms, NumPy's own forward pass, forks that agree with runs, divergence where it must happen."""

import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls
from landscape import LandscapeError
from landscape.mlp.entry import network
from landscape.networks import training
from landscape.networks.settings import many
from landscape.networks.stopping import stopped
from landscape.networks.training import train
from landscape.optimizers import adam, differential_evolution, momentum, sgd

RATE, EPOCHS = 0.3, 6
BENDS, GOAL = np.array([1.0, 0.25]), np.array([3.0, -2.0])


def bowl(x):
    return 0.5 * jnp.sum(BENDS.astype(x.dtype) * (x - GOAL.astype(x.dtype)) ** 2)


QUADRATIC = ls.Surface.from_function(bowl, domain=ls.Box.square(10.0), start=(0.0, 0.0))


@pytest.fixture(scope="module")
def net():
    return network(data="circle", points=50, hidden="3", batch=5)


@pytest.fixture(scope="module")
def trained(net):
    return train(net, sgd(learning_rate=RATE), epochs=EPOCHS)


def forward(x, inputs):
    """A 2-3-1 network with tanh everywhere, in float64."""
    x = np.asarray(x, np.float64)
    hidden = np.tanh(inputs @ x[:6].reshape(2, 3) + x[6:9])
    return np.tanh(hidden @ x[9:12] + x[12])


def test_losses_accuracies_and_confusion_are_those_of_numpy(net, trained):
    rows, cut = net.data, net.data.train
    for part, loss, accuracy in (
        (slice(cut), trained.loss, trained.accuracy),
        (slice(cut, None), trained.test_loss, trained.test_accuracy),
    ):
        x, y = rows.x[part], rows.y[part]
        for frame in (0, EPOCHS):
            out = forward(trained.weights[frame], x)
            assert loss[frame] == pytest.approx(np.mean(0.5 * (out - y) ** 2), abs=1e-6)
            assert accuracy[frame] == pytest.approx(np.mean(np.where(out > 0, 1, -1) == y), abs=1e-6)
    out = forward(trained.weights[-1], rows.x[cut:]) > 0
    table = trained.confusion(test=True)
    truth = rows.y[cut:] > 0
    assert table.tolist() == [
        [(~truth & ~out).sum(), (~truth & out).sum()],
        [(truth & ~out).sum(), (truth & out).sum()],
    ]


def test_an_epoch_is_sgd_over_the_rows_in_their_order(net, trained):
    x, (inputs, labels) = np.array(trained.weights[0], np.float64), (net.data.x, net.data.y)

    def loss(x, part):
        return np.mean(0.5 * (forward(x, inputs[part]) - labels[part]) ** 2)

    for k in range(net.updates):
        part, h = slice(5 * k, 5 * k + 5), 1e-5
        slope = [(loss(x + h * e, part) - loss(x - h * e, part)) / (2 * h) for e in np.eye(13)]
        x = x - RATE * np.array(slope)
    assert net.updates == 5
    np.testing.assert_allclose(trained.weights[1], x, atol=1e-5)
    assert trained.weights.dtype == np.float32


def test_the_same_seed_gives_the_same_bits(net, trained):
    again = train(net, sgd(learning_rate=RATE), epochs=EPOCHS)
    assert again.weights.tobytes() == trained.weights.tobytes()
    assert again.test_loss.tobytes() == trained.test_loss.tobytes()


def test_frames_have_the_numbers_of_their_epochs():
    found = train(QUADRATIC, sgd(learning_rate=0.1), np.zeros(2), epochs=7, every=3)
    assert found.epochs.tolist() == [0, 3, 6, 7]
    np.testing.assert_allclose(found.weights, GOAL * (1 - (1 - 0.1 * BENDS) ** found.epochs[:, None]), rtol=1e-12)
    found = train(QUADRATIC, sgd(learning_rate=0.1), epochs=1201)
    assert len(found.epochs) <= 501 + 1
    assert found.epochs[-1] == 1201
    assert set(np.diff(found.epochs[:-1])) == {3}


def test_early_stopping_shrinks_a_quadratic_as_it_should():
    """Stopped after t steps from 0, each coordinate is 1 − (1 − ηh)^t of the way (Goodfellow et al. 2016, 7.8)."""
    steps = 12
    found = train(QUADRATIC, sgd(learning_rate=0.5), np.zeros(2), epochs=40)
    loss = np.abs(found.epochs - steps) + 1.0  # a test loss that is best after 12 steps
    end = stopped(found.epochs, loss, patience=5)
    assert end == (steps + 5, steps, 1.0, steps + 5, steps, True)
    np.testing.assert_allclose(found.weights[end.best_frame] / GOAL, 1 - (1 - 0.5 * BENDS) ** steps, rtol=1e-12)


def test_patience_counts_epochs_and_small_gains_do_not_count():
    epochs, loss = np.arange(0, 16, 2), np.array([5.0, 4.0, 3.95, 3.9, 3.0, 3.5, np.nan, 3.2])
    assert stopped(epochs, loss, patience=4, min_delta=0.2)[:3] == (6, 2, 4.0)
    assert stopped(epochs, loss, patience=6, min_delta=0.2)[:3] == (14, 8, 3.0)
    assert not stopped(epochs, loss, patience=7).early
    for options in ({"patience": 0}, {"min_delta": -1.0}, {"patience": 1.5}, {"min_delta": "x"}):
        with pytest.raises(LandscapeError, match=r"patience=|min_delta="):
            stopped(epochs, loss, **options)


def test_restored_weights_are_those_of_the_best_test_loss(trained):
    best = int(np.argmin(trained.test_loss))
    assert np.array_equal(trained.restored(patience=EPOCHS + 1), trained.weights[best])


def test_of_a_population_the_best_member_is_recorded(net):
    found = train(net, differential_evolution(size=8), epochs=2)
    values = np.asarray(found.trajectory.values)
    assert np.asarray(found.trajectory.positions).shape == (3, 8, 13)
    np.testing.assert_allclose(found.loss, values.min(axis=1), atol=1e-6)


def test_forks_follow_their_parent_and_then_go_their_own_way(net, trained):
    same = trained.fork(3, sgd(learning_rate=RATE))
    np.testing.assert_array_equal(same.weights, trained.weights)
    slower = trained.fork(3, sgd(learning_rate=0.01))
    fresh = train(net, sgd(learning_rate=0.01), trained.weights[3], epochs=EPOCHS - 3)
    np.testing.assert_array_equal(slower.weights[:4], trained.weights[:4])
    np.testing.assert_allclose(slower.weights[3:], fresh.weights, atol=1e-6)  # batches are those of a whole epoch
    np.testing.assert_allclose(slower.test_loss[3:], fresh.test_loss, atol=1e-6)
    assert slower.since == 3
    assert slower.optimizer == sgd(learning_rate=0.01)
    second = slower.fork(2)  # before the fork there is only the parent
    assert second.parent is trained


def test_edited_forks_set_out_from_the_edited_weights(net, trained):
    edited = trained.fork(2, edits={4: 0.5, 12: -1.0})
    start = trained.weights[2].copy()
    start[[4, 12]] = 0.5, -1.0
    np.testing.assert_array_equal(edited.weights[:2], trained.weights[:2])
    np.testing.assert_array_equal(edited.weights[2], start)
    fresh = train(net, sgd(learning_rate=RATE), start, epochs=EPOCHS - 2)
    np.testing.assert_allclose(edited.weights[2:], fresh.weights, atol=1e-6)


def test_another_method_sets_out_afresh(net, trained):
    other = trained.fork(4, adam(learning_rate=0.01))
    assert np.array_equal(other.weights[:5], trained.weights[:5])
    # Adam's first step, its moments empty: the rate times the sign of the slope.
    assert np.abs(other.weights[5] - other.weights[4]).max() <= 0.01 * net.updates * 1.5
    assert not np.array_equal(other.weights[5], trained.weights[5])


@pytest.mark.parametrize(
    "given",
    [
        {"frame": 99},
        {"frame": 2, "edits": {99: 1.0}},
        {"frame": 2, "edits": {0: np.nan}},
        {"frame": 2, "edits": {0: "x"}},
        {"frame": 2, "edits": [1, 2]},
    ],
)
def test_forks_that_cannot_be_are_refused(trained, given):
    with pytest.raises(LandscapeError, match=r"frame|weight"):
        trained.fork(**given)


def test_divergence_is_found_at_the_update_at_which_it_must_happen():
    """On ½ x² a rate of 3 multiplies by −2: from 1, 2^20 is the first power beyond 10^6."""
    surface = ls.Surface.from_function(lambda x: 0.5 * jnp.sum(x**2), domain=ls.Box.square(10.0), start=(1.0, 0.0))
    found = train(surface, sgd(learning_rate=3.0), np.array([1.0, 0.0]), epochs=24, every=8)
    assert found.diverged[:3] == (20, 20, "x")
    assert found.diverged.frame == 2
    assert "The learning rate 3 is above 2, the largest stable one at epoch 16" in found.diverged.why
    assert train(surface, sgd(learning_rate=1.0), epochs=24, every=8).diverged is None


def test_divergence_of_a_network_names_layer_and_update():
    net = network(data="multi-gauss", points=50, hidden="3", activation="relu", batch=5)
    found = train(net, sgd(learning_rate=30.0), epochs=4)
    assert found.diverged.epoch == -(-found.diverged.step // net.updates) <= 4
    assert found.diverged.layer in [block.path for block in net.blocks]
    assert "largest stable one" in found.diverged.why
    assert np.isfinite(found.weights[found.diverged.frame]).all()


def test_saturated_outputs_are_told(net):
    assert "every output is at its end" in train(net, sgd(learning_rate=1000.0), epochs=EPOCHS).told[0]


def test_many_settings_are_the_runs_of_each(net):
    rates = np.geomspace(0.01, 1.0, 70)
    found = many(net, momentum(learning_rate=rates), epochs=EPOCHS, accuracy=True)
    assert found.loss.shape == found.test_accuracy.shape == (70, EPOCHS + 1)
    for place in (0, 66):
        alone = train(net, momentum(learning_rate=rates[place]), epochs=EPOCHS)
        np.testing.assert_allclose(found.weights[place], alone.weights[-1], atol=1e-6)
        np.testing.assert_allclose(found.loss[place], alone.loss, atol=1e-6)
        np.testing.assert_allclose(found.test_loss[place], alone.test_loss, atol=1e-6)
        np.testing.assert_allclose(found.test_accuracy[place], alone.test_accuracy, atol=1e-6)


def test_many_starts_and_refusals(net, trained):
    starts = trained.weights[:3]
    found = many(net, sgd(learning_rate=RATE), starts, epochs=2)
    np.testing.assert_allclose(found.weights[1], trained.weights[3], atol=1e-6)
    with pytest.raises(LandscapeError, match="one length"):
        many(net, sgd(), epochs=2)
    with pytest.raises(LandscapeError, match="one length"):
        many(net, sgd(learning_rate=np.ones(4)), starts, epochs=2)
    with pytest.raises(LandscapeError, match="one length"):
        many(net, sgd(learning_rate=np.ones(0)), epochs=2)


@pytest.mark.parametrize(
    ("surface", "start", "words"), [(3, None, "bound surface"), (None, "ab", "no point of network")]
)
def test_what_cannot_be_trained_is_refused(net, surface, start, words):
    with pytest.raises(LandscapeError, match=words):
        train(surface or net, sgd(), start, epochs=1)


def test_of_many_weights_as_few_frames_are_kept_as_memory_holds(monkeypatch):
    monkeypatch.setattr(training, "MEMORY", 4 * 2 * 10)
    bowl = ls.Surface.from_function(lambda x: x @ x, domain=ls.Box.square(1.0))
    assert train(bowl, sgd(learning_rate=0.1), epochs=35).epochs.tolist() == [0, 5, 10, 15, 20, 25, 30, 35]


@pytest.mark.parametrize("given", [{"epochs": 0}, {"epochs": 2.5}, {"every": 0}])
def test_epochs_are_whole_numbers(net, given):
    with pytest.raises(LandscapeError, match="is not a whole number of epochs"):
        train(net, sgd(), **given)
