"""Random numbers of other laws against SciPy's quantiles, in both precisions."""

import numpy as np
import pytest
from scipy import stats

from landscape.laws import cauchy, gaussian

TAILS = 10.0 ** -np.arange(1, 7)
UNIFORM = np.concatenate([np.linspace(1e-4, 1.0 - 1e-4, 9_999), TAILS, 1.0 - TAILS])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("law", "known"), [(gaussian, stats.norm), (cauchy, stats.cauchy)])
def test_quantiles_are_those_of_the_law_and_finite_at_both_ends(law, known, dtype):
    uniform = UNIFORM.astype(dtype)
    made = np.asarray(law(uniform))
    assert made.dtype == dtype
    tolerance = 1e-6 if dtype == np.float32 else 1e-9
    np.testing.assert_allclose(made, known.ppf(uniform.astype(float)), rtol=tolerance, atol=tolerance)
    assert np.all(np.isfinite(law(np.array([0.0, 1.0], dtype))))
