"""Benchmarks: problems × optimizers × seeds at equal budgets, and what came of them.

study = ls.benchmark.Study([ls.surfaces.rosenbrock()], [ls.optimizers.adam(), ls.optimizers.genetic()])
results = study.run()
results.summary(), results.frame(), results.to_csv("results.csv")
"""

from landscape.benchmark.race import Race, Row, Summary
from landscape.benchmark.results import Results
from landscape.benchmark.study import STARTS, Study

__all__ = ["STARTS", "Race", "Results", "Row", "Study", "Summary"]
