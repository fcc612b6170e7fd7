"""Models of problems over permutations."""

from __future__ import annotations

import numpy as np

from landscape.exact.models.writing import Model, Written, bits, weighted, whole


@Model
def tsp(model, surface) -> Written:
    """A circuit through all cities, an arc a boolean."""
    distances = np.asarray(surface.data.distances, np.float64)
    count = len(distances)
    arcs = [(i, j, model.new_bool_var("")) for i in range(count) for j in range(count) if i != j]
    model.add_circuit(arcs)
    lengths, scale, slack = whole(distances, terms=count)

    def read(value) -> np.ndarray:
        after = {i: j for i, j, arc in arcs if value(arc)}
        order = [0]
        while len(order) < count:
            order.append(after[order[-1]])
        return np.array(order, np.float64)

    return Written(read, weighted([lengths[i, j] for i, j, _ in arcs], [arc for _, _, arc in arcs]), scale, slack=slack)


@Model
def qap(model, surface) -> Written:
    """Each pair of facilities looks up its distance by the two locations."""
    data = surface.data
    count = surface.dim
    flows, distances = np.asarray(data.flows, np.float64), np.asarray(data.distances, np.float64)
    costs, scale, slack = whole(flows[:, :, None, None] * distances, terms=count**2)
    x = [model.new_int_var(0, count - 1, "") for _ in range(count)]
    model.add_all_different(x)
    total = [_looked_up(model, x[i], np.diag(costs[i, i])) for i in range(count) if costs[i, i].any()]
    for i in range(count):
        for j in range(i):
            both = costs[i, j] + costs[j, i].T
            if both.any():
                total.append(_looked_up(model, count * x[i] + x[j], both.ravel()))
    return Written(bits(x), sum(total), scale, slack=slack)


def _looked_up(model, index, table: np.ndarray):
    found = model.new_int_var(int(table.min()), int(table.max()), "")
    model.add_element(index, table.tolist(), found)
    return found


@Model
def job_shop(model, surface) -> Written:
    """Operations as intervals, one at a time on each machine."""
    machines, times = np.asarray(surface.data.machines), np.asarray(surface.data.times)
    jobs, steps = machines.shape
    lengths, scale, slack = whole(times)
    horizon = int(lengths.sum())
    starts = [[model.new_int_var(0, horizon, "") for _ in range(steps)] for _ in range(jobs)]
    end = model.new_int_var(0, horizon, "")
    busy: dict[int, list] = {}
    for j in range(jobs):
        for k in range(steps):
            length = int(lengths[j, k])
            busy.setdefault(int(machines[j, k]), []).append(model.new_fixed_size_interval_var(starts[j][k], length, ""))
            model.add((starts[j][k + 1] if k + 1 < steps else end) >= starts[j][k] + length)
    for intervals in busy.values():
        model.add_no_overlap(intervals)

    def read(value) -> np.ndarray:
        begun = np.array([[value(each) for each in row] for row in starts])
        step = np.arange(jobs * steps) % steps
        # What takes no time goes first where several begin at once, or it would wait for the others.
        return np.lexsort((step, lengths.ravel() > 0, begun.ravel())).astype(np.float64)

    return Written(read, end, scale, slack=slack, upper=True)
