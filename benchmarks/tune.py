"""Where the values in `tuned=` come from: what shows each optimizer at its best in the first 200 steps of a surface.

    python -m benchmarks.tune [surface …]

A seeded random search over float parameters, rounded to two digits before they are judged.  Judged is the picture:
how far down it comes, in decades, and whether walkers stay in the domain, do not jump across it and arrive neither at
once nor never, annealing explores, then settles, populations contract, and the way off a saddle can be seen.  Methods
are judged by several seeds or by starts a little aside, so that nothing rests on luck; the first has half the weight.
"""

import sys

import jax
import numpy as np

import landscape as ls

STEPS, SETTINGS, PARENTS, ROUNDS = 200, 96, 12, [5, 5, 5, 5, 5, 15]  # of so many pictures for each setting
ASIDE, MARGIN = 0.002, 0.25  # how far aside starts lie, in widths of the domain; common defaults this good stay
VISIBLE = 1e-6  # a gap below this share of what one sees, the lowest tenth of all heights, is as good as none
JUMP, OUT = 0.5, 100.0  # the longest step, in widths of the domain; the mark of paths that jump or leave
# Narrower than the sliders: where a method keeps its character.
LIMITS = {"momentum": (0.5, 0.97), "b1": (0.6, 0.95), "b2": (0.9, 0.99), "decay": (0.8, 0.99), "reach": (0.03, 0.12),
          "inertia": (0.4, 0.9), "cognitive": (0.4, 2.5), "social": (0.4, 2.5), "mutation": (0.05, 1.0)}  # fmt: skip
CHOSEN = {("rastrigin", "sgd"): {"learning_rate": 2e-4}, ("himmelblau", "adam"): {"learning_rate": 0.16, "fall": 0.02},
          ("himmelblau", "momentum"): {"learning_rate": 0.008, "momentum": 0.9},  # these by eye
          ("rastrigin", "momentum"): {"learning_rate": 0.007, "momentum": 0.92},
          ("ackley", "momentum"): {"learning_rate": 0.058, "momentum": 0.86}}  # fmt: skip
rounded = np.vectorize(lambda number: float(f"{number:.2g}"))


def space(entry) -> dict[str, tuple]:
    """What is searched: name -> (low, high, log, default), `name.level` of schedules, `fall` to end a cosine at."""
    found = {}
    for name, parameter in entry.parameters.items():
        if not parameter.static and name != "noise":
            extent = (*LIMITS.get(name, (parameter.kind.low, parameter.kind.high)), parameter.kind.log)
            default = getattr(parameter.default, "values", {"": parameter.default})
            found |= {f"{name}.{level}".strip("."): (*extent, value) for level, value in default.items()}
    return found | ({"fall": (0.02, 0.02, False, 1.0)} if entry.name in ("rmsprop", "adam") else {})


def values(settings: dict) -> dict:
    """The keyword arguments of an optimizer that these numbers, or arrays of them, stand for."""
    levels = {key.partition(".")[2]: at for key, at in settings.items() if "." in key}
    found = {"temperature": ls.schedules.exponential(**levels)} if levels else {}
    found |= {key: at for key, at in settings.items() if "." not in key and key != "fall"}
    if np.any(settings.get("fall", 1.0) != 1.0):
        end = rounded(settings["fall"] * settings["learning_rate"])
        found["learning_rate"] = ls.schedules.cosine(peak=settings["learning_rate"], end=end)
    return found


def propose(rng, where: dict, parents: dict | None) -> dict[str, np.ndarray]:
    """SETTINGS of them: anywhere at first, then near `parents` and they themselves; the common defaults come first."""
    made, index = {}, rng.integers(PARENTS, size=SETTINGS)
    for key, (low, high, log, default) in where.items():
        forth, back = (np.log, np.exp) if log else (np.asarray, np.asarray)
        low, high = forth(low), forth(high)
        at, common = rng.uniform(low, high, SETTINGS), rng.random(SETTINGS) < (0.07 if parents else 0.3)
        if parents:
            old, stays = parents[key][index], rng.random(SETTINGS) < 0.4
            moves = 0.07 * min(high - low, 3.0) * rng.normal(size=SETTINGS)
            at = np.where(stays, forth(old), np.clip(forth(old) + moves, low, high))
            common |= stays & (old == default)
        at = np.where(common, default, rounded(back(at)))
        made[key] = np.concatenate([[default], at[1:-PARENTS], parents[key]] if parents else [[default], at[1:]])
    return made


def over(amount, limit, weight):
    """The penalty for what is above a limit."""
    return weight * np.maximum(amount - limit, 0.0)


def seen(surface) -> tuple[float, float]:
    """The lowest height, and how far above it the lowest tenth of all others reaches."""
    height = ls.grid(surface).height
    bottom = surface.minimum if np.isfinite(surface.minimum) else float(height.min())
    return bottom, float(np.quantile(height[height > bottom] - bottom, 0.1))


@np.errstate(all="ignore")
def marks(surface, optimizer, walk) -> np.ndarray:
    """One mark for each setting (s,): decades above the minimum and penalties; less is better."""
    points = (np.asarray(walk.positions) - surface.domain.lower) / surface.domain.width  # (s, t+1, n, d) in [0, 1]
    final = np.asarray(walk.values)[:, -1, 0] if optimizer.size == 1 else np.asarray(walk.best_value)[:, -1]
    bottom, scale = seen(surface)
    mark = 2.0 * np.log10(np.maximum((final - bottom) / scale, VISIBLE))
    if optimizer.size > 1:
        spread = np.sqrt(points.var(axis=2).sum(-1))  # (s, t+1): 0.4 at first
        full = STEPS - (spread[:, ::-1] > 0.05).argmax(1)  # the last step at which it fills a good part of the picture
        return mark + over(-full, -25, 0.1) + over(full, 100, 0.03) + over(spread[:, -1], 0.02, 20.0)
    path, moves = points[:, :, 0], np.diff(points[:, :, 0], axis=1)
    length, inside = np.linalg.norm(moves, axis=-1), ((path >= 0) & (path <= 1)).all(-1)
    if not optimizer.needs_gradient:
        share = np.asarray(walk.metrics["acceptance"])
        explored, shaken = (np.sqrt(part.var(axis=1).sum(-1)) for part in (path[:, :100], path[:, -40:]))
        mark += over(-explored, -0.25, 40.0) + over(-length[:, :100].sum(1), -4.0, 2.0) + over(shaken, 0.02, 20.0)
        return mark + over(-share[:, :50].mean(1), -0.6, 4.0) + over(share[:, -40:].mean(1), 0.3, 4.0)
    if not np.isfinite(surface.minimum):
        left = np.where(inside.all(1), STEPS + 20, (~inside).argmax(1))
        return np.abs(left - 185) / 10 + over(np.nan_to_num(length[:, :150], nan=1.0).max(1), 0.1, 50.0)
    far, total = np.linalg.norm(path - path[:, -1:], axis=-1) > 0.02, length.sum(1)
    settled = np.where(far.any(1), STEPS + 1 - far[:, ::-1].argmax(1), 0)
    along = (moves[:, 1:] * moves[:, :-1]).sum(-1) / np.maximum(length[:, :-1], 1e-12)
    mark += over(length.max(1), 0.12, 30.0) + over(total / np.maximum(settled, 1), 0.05, 60.0)
    mark += over(-settled, -25, 0.1) + over(settled, 120, 0.03) + over(total, 2.0, 1.0)
    mark += over(-np.linalg.norm(path - path[:, :1], axis=-1).max(1), -0.4, 15.0)  # it goes somewhere
    mark += over((length[:, 1:] - along).sum(1), 0.4, 4.0)  # zigzag: what is walked to and fro
    return np.where(inside.all(1) & (length.max(1) < JUMP), mark, OUT + length[:, 0])  # the shorter, the nearer


def judge(surface, entry, settings: dict, number: int) -> np.ndarray:
    """The mark of each setting (s,) over `number` pictures; plain settings are a little better."""
    optimizer, rng, walks = entry(**values(settings)), np.random.default_rng(1), []
    for seed in range(number):
        aside = ASIDE * rng.uniform(-1, 1, surface.dim) if seed and optimizer.needs_gradient else 0.0
        start = None if optimizer.size > 1 else surface.start + aside * surface.domain.width
        walks.append(ls.sweep(surface, optimizer, start, steps=STEPS, seed=seed, record="all"))
    each = [marks(surface, optimizer, walk) for walk in walks]
    unusual = sum((0.4 if key == "fall" else 0.06) * (settings[key] != at[3]) for key, at in space(entry).items())
    bottom, scale = seen(surface)
    best = np.median([w.best_value[:, -1] - bottom for w in walks[: 1 if optimizer.needs_gradient else 5]], axis=0)
    worse = (best > max(best[0], VISIBLE * scale)) & np.isfinite(surface.minimum)  # than the common defaults
    return 0.5 * (each[0] + np.median(each, axis=0)) + unusual + worse * (10.0 if each[0][0] > OUT else OUT)


def search(surface, entry) -> dict[str, float]:
    """The best settings found; empty where the common defaults are about as good."""
    rng, where, parents = np.random.default_rng(0), space(entry), None
    for number in ROUNDS:
        settings = propose(rng, where, parents)
        scores = judge(surface, entry, settings, number)
        parents = {key: at[np.argsort(scores, kind="stable")[:PARENTS]] for key, at in settings.items()}
    best = {key: float(at[0]) for key, at in parents.items() if scores[0] - scores.min() > MARGIN}
    return {key: at for key, at in best.items() if at != where[key][3] or "." in key or key == "learning_rate"}


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    for surface in map(ls.catalog.surface, sys.argv[1:] or ls.catalog.surfaces()):
        print(surface.name, flush=True)
        for entry in ls.catalog.optimizers().values():
            if entry().needs_gradient and not np.any(jax.grad(surface)(surface.start)):
                continue  # nothing to follow
            found = values(CHOSEN.get((surface.name, entry.name)) or search(surface, entry))
            walks = [ls.run_many(surface, entry(**each), seeds=5, steps=STEPS) for each in (found, {})]
            gaps = [f"{np.median(walk.best_value[:, -1]) - seen(surface)[0]:.2g}" for walk in walks]
            print(f'        "{entry.name}": {found},  # gap {gaps[0]}, common {gaps[1]}'.replace("'", '"'), flush=True)
