"""Matches: several methods on one discrete problem at equal numbers of evaluations, frame by frame.

>>> match = ls.Match(ls.problems.tsp(), (ls.optimizers.simulated_annealing(), ls.optimizers.genetic()), budget=50_000)
>>> [float(lane.best[-1]) for lane in match.play().lanes]
"""

from landscape.match.game import Match, Played, Stage
from landscape.match.lanes import Lane

__all__ = ["Lane", "Match", "Played", "Stage"]
