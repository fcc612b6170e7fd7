"""Models of PyTorch as surfaces: the same losses and slopes, and a model that is afterwards what it was."""

import importlib
import pickle
import runpy
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscape as ls

torch = pytest.importorskip("torch")
functional = torch.nn.functional
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "pytorch_model.py"
from_torch = importlib.import_module("landscape.networks.pytorch").from_torch


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Small tensors on busy cores: PyTorch's threads would mostly wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def data():
    inputs = torch.randn(20, 2, generator=torch.Generator().manual_seed(1))
    return inputs, (inputs[:, 0] > 0).long()


def model(normed: bool = True):
    torch.manual_seed(0)
    between = [torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.25)] if normed else []
    return torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), *between, torch.nn.Linear(4, 2))


def loss(model, batch):
    return functional.cross_entropy(model(batch[0]), batch[1])


def accuracy(model, batch):
    return (model(batch[0]).argmax(dim=1) == batch[1]).float().mean()


def state(model) -> list:
    """Everything that a use of the model might leave behind."""
    tensors = [each.clone() for each in model.state_dict().values()]
    grads = [None if each.grad is None else each.grad.clone() for each in model.parameters()]
    return [tensors, grads, [each.training for each in model.modules()], torch.random.get_rng_state()]


def same(one, other) -> bool:
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other


def test_losses_slopes_and_curvature_are_those_of_pytorch():
    net, (inputs, labels) = model(normed=False), data()
    made = from_torch(net, loss, (inputs, labels), measures={"accuracy": accuracy})
    assert [(block.path, block.shape, block.filters, block.kind) for block in made.blocks] == [
        ("0.weight", (4, 2), 0, "weights"), ("0.bias", (4,), None, "bias"),
        ("2.weight", (2, 4), 0, "weights"), ("2.bias", (2,), None, "bias"),
    ]  # fmt: skip
    loss(net, (inputs, labels)).backward()
    x = jnp.asarray(made.start)
    value, slope = jax.value_and_grad(made)(x)
    assert value.dtype == x.dtype == np.float32
    assert float(value) == pytest.approx(loss(net, data()).item(), rel=1e-6)
    np.testing.assert_allclose(slope, torch.cat([p.grad.ravel() for p in net.parameters()]).numpy(), rtol=1e-5)

    def flat(x):
        parts = [part.reshape(p.shape) for part, p in zip(x.split([p.numel() for p in net.parameters()]),
                                                          net.parameters(), strict=True)]  # fmt: skip
        named = dict(zip(dict(net.named_parameters()), parts, strict=True))
        return loss(lambda rows: torch.func.functional_call(net, named, (rows,)), (inputs, labels))

    along = np.random.default_rng(0).normal(size=made.dim).astype(np.float32)
    hessian = torch.autograd.functional.hessian(flat, torch.tensor(made.start)).numpy()
    found = ls.networks.hessian.product(made, made.start)(along)
    np.testing.assert_allclose(found, hessian @ along, rtol=1e-3, atol=1e-5)
    parts = made.parts(x.dtype)
    assert float(parts.measures["accuracy"](x, parts.rows[:7])) == pytest.approx(
        accuracy(net, (inputs[:7], labels[:7])).item()
    )
    np.testing.assert_array_equal(made.vector(net), made.start)


def test_training_in_batches_follows_pytorch_and_leaves_the_model_alone():
    net = model()
    loss(net, data()).backward()
    before = state(net)
    made = from_torch(net, loss, data(), batch_size=8, seed=2)
    assert (made.updates, made.parts(np.float32).separable, made.has_gradient) == (3, False, True)
    walk = ls.run(made, ls.optimizers.sgd(learning_rate=0.2), made.start, steps=7, every=7)
    again = ls.run(made, ls.optimizers.sgd(learning_rate=0.2), made.start, steps=7, every=7)
    np.testing.assert_array_equal(walk.positions, again.positions)
    assert walk.values[7, 0] < walk.values[0, 0]
    assert walk.positions.dtype == np.float32
    assert same(before, state(net))
    moved = made.params(walk.positions[-1, 0])
    net.load_state_dict(moved)
    np.testing.assert_array_equal(made.vector(net), walk.positions[-1, 0])
    assert int(moved["2.num_batches_tracked"]) == 1


def test_a_model_is_left_alone_by_what_fails_and_by_what_meddles():
    net = model()
    calls = []

    def meddling(model, batch):
        calls.append(1)
        model.eval()
        model.zero_grad()
        torch.rand(3)
        if len(calls) > 2:
            raise RuntimeError("no more")
        value = loss(model, batch)
        value.backward(retain_graph=True)
        return value

    before = state(net)
    made = from_torch(net, meddling, data())
    made(made.start)
    with pytest.raises(ls.LandscapeError, match=r"Sequential failed in PyTorch \(RuntimeError: no more\)\."):
        made(made.start)
    assert same(before, state(net))


def test_a_state_dict_is_given_to_the_loss_or_filled_in_place():
    net, (inputs, labels) = model().eval(), data()
    given = net.state_dict()

    def called(tensors, batch):
        return loss(lambda rows: torch.func.functional_call(net, tensors, (rows,)), batch)

    made = from_torch(given, called, (inputs, labels))
    assert {block.kind for block in made.blocks} == {"weights", "bias", "norm"}
    assert made.dim == sum(each.numel() for each in net.parameters())  # no running statistics
    outside = from_torch(given, lambda: loss(net, (inputs, labels)).item(), name="outside")
    before, x = state(net), made.start + 0.1
    assert made.has_gradient
    assert float(outside(x)) == pytest.approx(float(made(x)), rel=1e-6)
    with pytest.raises(ls.LandscapeError, match="adam needs slopes, and the loss of outside gives none"):
        ls.run(outside, ls.optimizers.adam())
    assert same(before, state(net))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"loss": lambda model, batch: model(batch[0])}, r"gives shape \(2, 2\); it should give one number"),
        ({"loss": lambda model, batch: "low"}, "gives str; it should give one number"),
        ({"loss": lambda model, batch: model(batch[1])}, r"Sequential failed in PyTorch \(RuntimeError: "),
        ({"data": (torch.ones(3, 2), torch.ones(4))}, "differ in length"),
        ({"data": (torch.full((3, 2), torch.nan), torch.ones(3))}, r"3 of 3 rows of data\[0\] hold NaN"),
        ({"mask": "conv*"}, "mask='conv\\*' matches no parameters; there are 0.weight, 0.bias"),
        ({"model": model().requires_grad_(False)}, "No parameter of this model requires gradients"),
        ({"model": 3}, "takes a torch.nn.Module or its state_dict, not int"),
        ({"model": {"a": torch.arange(3)}}, "The parameters are int64"),
    ],
)
def test_what_makes_no_surface_is_told(change, words):
    with pytest.raises(ls.LandscapeError, match=words) as told:
        from_torch(**({"model": model(normed=False), "loss": loss, "data": data()} | change))
    assert "\n" not in str(told.value)


def test_a_loader_is_read_once():
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*data()), batch_size=8)
    made, given = (from_torch(model().eval(), loss, each) for each in (loader, data()))
    assert made.loaded.count == 20
    assert float(made(made.start)) == pytest.approx(float(given(given.start)), rel=1e-6)


def test_no_other_process_is_given_a_model():
    with pytest.raises(ls.LandscapeError, match="no other process can be given it"):
        pickle.dumps(from_torch(model(), loss, data()))


def test_the_example_slices_and_trains_on(tmp_path):
    found = runpy.run_path(str(EXAMPLE))["main"](tmp_path / "torch.npz", steps=20, resolution=5)
    assert found["after"] < 0.5 * found["before"]
    assert found["centre"] == pytest.approx(found["before"], rel=1e-5)
    assert np.isfinite(ls.networks.Slice.load(tmp_path / "torch.npz").loss).all()
