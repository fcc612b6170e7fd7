"""A model of PyTorch on its loss landscape: trained there as usual, then sliced here, and trained on.

PyTorch computes each loss on the host, and the model is left as it was. Needs torch (its build for CPUs will do).

    python docs/examples/pytorch_model.py pytorch_model.npz
"""

import sys

import torch

import landscape as ls
from landscape.networks.pytorch import from_torch


def spots(rows: int = 200) -> tuple[torch.Tensor, torch.Tensor]:
    """Points (n, 2) and the quadrants' colours (n,)."""
    points = torch.rand(rows, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return points, (points[:, 0] * points[:, 1] > 0).long()


def loss(model, batch):
    """The mean cross entropy of a batch: a tensor that knows where it comes from."""
    points, labels = batch
    return torch.nn.functional.cross_entropy(model(points), labels)


def accuracy(model, batch):
    points, labels = batch
    return (model(points).argmax(dim=1) == labels).float().mean()


def main(path: str = "pytorch_model.npz", steps: int = 100, resolution: int = 21) -> dict:
    """Train in PyTorch, slice, train on; what came of it."""
    torch.manual_seed(0)
    torch.set_num_threads(1)  # tensors as small as these take longer with more
    model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 2))
    data, optimizer = spots(), torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model, data).backward()
        optimizer.step()

    surface = from_torch(model, loss, data, measures={"accuracy": accuracy})
    plane = ls.networks.planes.random(surface, seed=1)
    picture = ls.networks.slice(surface, plane, resolution=resolution, wants=("loss", "accuracy"))
    picture.save(path)

    run = ls.run(surface, ls.optimizers.adam(learning_rate=0.05), steps=60)
    before = float(loss(model, data).detach())
    model.load_state_dict(surface.params(run.best[0]))
    return {"before": before, "after": float(loss(model, data).detach()), "centre": picture.centre,
            "accuracy": float(accuracy(model, data)), "picture": picture}  # fmt: skip


if __name__ == "__main__":
    target = sys.argv[1] if len(sys.argv) > 1 else "pytorch_model.npz"
    found = main(target)
    print(f"loss {found['before']:.4f} → {found['after']:.4f}, accuracy {found['accuracy']:.1%}")
    print(f"Wrote {target}")
