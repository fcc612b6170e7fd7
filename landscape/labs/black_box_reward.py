"""Black-box reward: policies for a cart with a pole, trained by methods that see nothing but what an episode earned."""

from __future__ import annotations

from time import perf_counter
from typing import Annotated

import numpy as np

from landscape import theme
from landscape.figures.sheet import Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.pole import pictures
from landscape.labs.pole.physics import STEPS, TASKS, Task, played, rewards, slope, starts
from landscape.labs.pole.training import NAMES, Generation, train
from landscape.parameters import Choice, Range

FRESH, GRID, AROUND = 100, 31, 4  # episodes of the test; weights along a side of the map; episodes for each place
SAID = 1.0  # s between two reports
RANDOM = NAMES.index("random search")


def _answer(found: Finding) -> int:
    """Whether random search solves the task in no seed, in some, or in all."""
    solved, seeds = found.data["solved"][RANDOM], found.data["fresh"].shape[1]
    return 0 if solved == 0 else 2 if solved == seeds else 1


class _Record:
    """The best of every method and seed so far, and all that one seed tried."""

    def __init__(self):
        self.best: list[np.ndarray] = []  # (methods, seeds) of each generation
        self.tried: list[np.ndarray] = []  # (methods, members, d)
        self.weights = np.zeros(0)  # (methods, seeds, d)

    def add(self, now: Generation) -> None:
        """Of equal means the later policy counts: by then its population is better."""
        top, which = now.earned.max(axis=-1), now.earned.argmax(axis=-1)
        points = np.take_along_axis(now.points, which[..., None, None], axis=2)[:, :, 0]
        before = self.best[-1] if self.best else np.full(top.shape, -np.inf)
        self.weights = np.where((top >= before)[..., None], points, self.weights if self.best else points)
        self.best.append(np.maximum(before, top))
        self.tried.append(now.points[:, 0].astype(np.float32))


def _tested(record: _Record, task: Task, rng) -> np.ndarray:
    """The mean reward (methods, seeds) of the best policies over the same fresh episodes."""
    methods, seeds, dim = record.weights.shape
    begin = starts(rng, (1, FRESH), task)
    return rewards(record.weights.reshape(-1, dim), begin, task).mean(axis=1).reshape(methods, seeds)


def _around(best: np.ndarray, task: Task, rng) -> tuple[np.ndarray, np.ndarray]:
    """Weights along a side (g,) and the mean reward (g, g) where the two shown weights of `best` are changed."""
    side = np.linspace(-1.0, 1.0, GRID)
    points = np.tile(best, (GRID, GRID, 1))
    points[:, :, task.shown[0]], points[:, :, task.shown[1]] = np.meshgrid(side, side)
    begin = starts(rng, (1, AROUND), task)
    return side, rewards(points.reshape(-1, best.size), begin, task).mean(axis=1).reshape(GRID, GRID)


def _claims(record: _Record, fresh: np.ndarray, slopes: np.ndarray, task: Task) -> tuple[Claim, ...]:
    seeds, solved = fresh.shape[1], (fresh >= task.solved).sum(axis=1)
    half = (seeds + 1) // 2
    what = f"solve {task.name} (mean of {FRESH} fresh episodes ≥ {task.solved:.0f})"
    claims = [near("Largest entry of the gradient of the reward, by jax.grad, at all best policies",
                   float(np.abs(slopes).max()), 0.0, 0.0, "a reward that counts steps is a step function")]  # fmt: skip
    for k in range(3):
        sentence = f"Seeds of {seeds} in which policies of {NAMES[k]} {what}"
        told = "7 to 9 of 10; half is asked" if task.hangs else "10 of 10"
        claims.append(between(sentence, int(solved[k]), half if task.hangs else seeds, np.inf, f"measured: {told}"))
    sentence = f"Seeds of {seeds} in which policies of random search {what}"
    if task.hangs:
        claims.append(between(sentence, int(solved[RANDOM]), -np.inf, seeds // 4, "measured: 1 of 10"))
    else:
        claims.append(between(sentence, int(solved[RANDOM]), half, np.inf, "measured: 7 to 9 of 10; half is asked"))
        claims.append(Claim("A method that balances the pole has shown that it learns",
                            f"random search balances it in {solved[RANDOM]} of {seeds} seeds", "in none", "often said",
                            bool(solved[RANDOM] == 0)))  # fmt: skip
    claims.append(Claim(f"Generation whose best mean is first ≥ {task.solved:.0f}, the median of the seeds",
                        _first(record, task), "—", "measured", None))  # fmt: skip
    return tuple(claims)


def _reached(record: _Record, task: Task) -> np.ndarray:
    """The generation (methods, seeds), from 1, whose best mean first counts as solved; inf where none does."""
    above = np.array(record.best) >= task.solved
    return np.where(above.any(axis=0), above.argmax(axis=0) + 1.0, np.inf)


def _first(record: _Record, task: Task) -> str:
    """The median generation at which each method is first there, in words."""
    middle = np.median(_reached(record, task), axis=1)
    return ", ".join(f"{name} {'never' if np.isinf(each) else f'{each:g}'}"
                     for name, each in zip(NAMES, middle, strict=True))  # fmt: skip


def _headline(fresh: np.ndarray, task: Task) -> str:
    solved, seeds = (fresh >= task.solved).sum(axis=1), fresh.shape[1]
    of, verb = numbered(seeds, "seed"), "swings the pole up" if task.hangs else "balances the pole"
    if solved.max() == 0:
        return f"No method {verb} in so few episodes"
    if not task.hangs and solved[RANDOM] >= seeds / 2:
        return f"Random search {verb} too, in {solved[RANDOM]} of {of}"
    top = int(np.argmax(solved[:RANDOM]))
    return f"{NAMES[top][0].upper()}{NAMES[top][1:]} {verb} in {solved[top]} of {of}, random search in {solved[RANDOM]}"


def numbered(count: int, noun: str) -> str:
    """A number and its noun, with an s where there are several."""
    return f"{count} {noun}{'s' * (count != 1)}"


def _told(size: int, episodes: int, generations: int, seeds: int) -> str:
    return (f"{size} policies × {numbered(episodes, 'episode')} × {generations} generations for each method · line: "
            f"mean of {numbered(seeds, 'seed')}, band: lowest to highest")  # fmt: skip


@lab(
    family="search",
    title="Black-box reward",
    references=(
        "Barto, Sutton and Anderson 1983, Neuronlike adaptive elements that can solve difficult learning control "
        "problems, doi:10.1109/TSMC.1983.6313077",
        "Brockman et al. 2016, OpenAI Gym, arXiv:1606.01540",
        "Salimans et al. 2017, Evolution strategies as a scalable alternative to reinforcement learning, "
        "arXiv:1703.03864",
        "Mania, Guy and Recht 2018, Simple random search provides a competitive approach to reinforcement learning, "
        "arXiv:1803.07055",
    ),
    question=Question(
        "Policies drawn at random, the best one kept: in how many seeds does that solve the task?",
        ("in none", "in some", "in all"),
        _answer,
        "Balancing takes a few weights of the right signs, so that blind draws find them; swinging up takes two skills "
        "that must fit together.",
    ),
    slow=True,
    quick={"task": "balance", "episodes": 2, "generations": 3, "seeds": 2},
    full={"task": "balance", "seeds": 10},
)
def black_box_reward(
    *,
    task: Annotated[str, Choice(*reversed(TASKS)), "what the cart is to do with the pole"] = "swing-up",
    size: Annotated[int, Range(8, 64, legal=(4, 256), multiple=2), "policies of a generation"] = 32,
    episodes: Annotated[int, Range(1, 16, legal=(1, 64)), "episodes that each policy is tried in"] = 8,
    generations: Annotated[int, Range(5, 60, legal=(2, 200)), "of policies that each method tries"] = 40,
    seeds: Annotated[int, Range(1, 10, legal=(1, 20)), "runs of each method"] = 4,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """Four methods and blind sampling train a cart to balance or swing up a pole.

    A policy pushes the cart left or right by the sign of a weighted sum, and its reward counts the steps that went
    well, so the gradient of the reward is exactly zero wherever there is one. All methods ask for as many policies,
    and all policies are tried in the same episodes. Balancing is so easy that random search often solves it, which is
    why it is shown beside every method, and why there is a harder task.
    """
    # data: best (g, methods, seeds) training means so far; fresh (methods, seeds) means of 100 new episodes; solved
    # (methods,) seeds; reached (methods, seeds) generations; gradient (methods, d); surface (v, v); weights (d,).
    chosen, record, said = TASKS[task], _Record(), perf_counter()
    told = _told(size, episodes, generations, seeds)
    yield Progress(0.0, "compiling the programs of methods and episodes")
    for now in train(chosen, size=size, episodes=episodes, generations=generations, seeds=seeds, seed=seed):
        record.add(now)
        done = len(record.best)
        if perf_counter() - said > SAID or done == 1:
            said = perf_counter()
            yield Progress(0.95 * done / generations, f"generation {done} of {generations}",
                           _partial(record, generations, chosen, told))  # fmt: skip
    return _finding(record, chosen, seed, told)


def _partial(record: _Record, generations: int, task: Task, told: str) -> Finding:
    best = np.array(record.best)
    leads = NAMES[int(best[-1].mean(axis=1).argmax())]
    sheet = Sheet(panels=[pictures.curves(best, generations, task)], title=f"So far {leads} leads", subtitle=told)
    return Finding({"best": best}, {"training": sheet}, done=False)


def _finding(record: _Record, task: Task, seed: int, told: str) -> Finding:
    rng = np.random.default_rng([seed, 1])
    best, fresh = np.array(record.best), _tested(record, task, rng)
    method, run = np.unravel_index(fresh.argmax(), fresh.shape)
    policy = record.weights[method, run]
    begin = starts(rng, (8,), task).astype(np.float32)
    slopes = np.array([slope(each[0].astype(np.float32), begin.T, task) for each in record.weights])
    states, reward = played(policy, begin[0], task)
    side, surface = _around(policy, task, rng)
    found_by = f"found by {NAMES[method]}; mean of {FRESH} fresh episodes: {written(fresh.max())}"
    sheets = {
        "training": pictures.training(best, states, int(method), task, _headline(fresh, task), told),
        "episode": pictures.episode(states, int(method), f"Once played, the best policy earns {reward:.0f} of {STEPS}",
                                    found_by),
        "reward surface": pictures.over_two_weights(
            side, surface, np.array(record.tried), policy, task, _flat(surface),
            f"mean of {AROUND} episodes at each of {GRID} × {GRID} places · dots: what the first seed tried"),
    }  # fmt: skip
    data = {"best": best, "fresh": fresh, "solved": (fresh >= task.solved).sum(axis=1), "gradient": slopes,
            "reached": _reached(record, task), "surface": surface, "weights": policy}  # fmt: skip
    return Finding(data, sheets, _claims(record, fresh, slopes, task))


def _flat(surface: np.ndarray) -> str:
    low = surface <= surface.min() + 0.05 * (surface.max() - surface.min())
    return f"{theme.percent(low.mean())} of the reward surface is within a twentieth of its bottom"
