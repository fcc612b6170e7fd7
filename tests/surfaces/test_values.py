"""Values of the classic functions against those on which several packages agree."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest

import landscape as ls

RECORDS = json.loads((Path(__file__).parent.parent / "data" / "classic.json").read_text())["records"]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record['surface']}-{record['dim']}")
@pytest.mark.parametrize(("points", "values"), [("x", "f"), ("x_near_opt", "f_near_opt")])
def test_surface_has_the_published_values(record, points, values):
    entry = ls.catalog.find("surface", record["surface"])
    surface = entry(dim=record["dim"]) if "dim" in entry.parameters else entry()
    found, expected = jax.vmap(surface)(np.array(record[points])), np.array(record[values])
    assert np.max(np.abs(found - expected) / np.maximum(1.0, np.abs(expected))) < 1e-9


def test_every_classic_surface_has_values():
    known = {record["surface"] for record in RECORDS}
    assert known >= {"ackley", "beale", "himmelblau", "rastrigin", "rosenbrock", "styblinski_tang", "three_hump_camel"}
