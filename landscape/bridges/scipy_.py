"""SciPy's optimizers (Virtanen et al. 2020), local and global."""

from typing import Annotated

import numpy as np

from landscape.bridges.ledger import Ledger
from landscape.bridges.peer import bridge
from landscape.parameters import Choice

WHOLE_DOMAIN = ("dual_annealing", "differential_evolution", "basinhopping", "shgo", "direct")
CURVED = ("dogleg", "trust_ncg", "trust_krylov", "trust_exact")  # take the Hessian
STEEP = ("cg", "bfgs", "newton_cg", "l_bfgs_b", "tnc", "slsqp", "trust_constr", *CURVED)
BOUNDED = ("nelder_mead", "powell", "l_bfgs_b", "tnc", "slsqp", "trust_constr", "cobyla", "cobyqa")
METHODS = (*WHOLE_DOMAIN, "nelder_mead", "powell", "cobyla", "cobyqa", *STEEP)


@bridge(package="scipy", source="doi:10.1038/s41592-019-0686-2", steep=STEEP)
def scipy(
    ledger: Ledger, *, method: Annotated[str, Choice(*METHODS), "as SciPy names it"] = "dual_annealing", **options
):
    """SciPy: minimize's methods, dual_annealing, differential_evolution, basinhopping, shgo and direct."""
    from scipy import optimize

    bounds = optimize.Bounds(ledger.lower, ledger.upper)
    rng = {"rng": np.random.default_rng(ledger.seed)}
    given = {"x0": ledger.origin} if len(ledger.start) else {}
    if method in ("dual_annealing", "differential_evolution"):
        return getattr(optimize, method)(ledger.value, bounds, **(rng | given | options))
    if method in ("shgo", "direct"):
        return getattr(optimize, method)(ledger.value, bounds, **options)
    if method == "basinhopping":
        return optimize.basinhopping(ledger.value, ledger.origin, **(rng | options))
    named = {name: options.pop(name) for name in ("tol",) if name in options}
    named |= {"jac": ledger.gradient} if method in STEEP else {}
    named |= {"hess": ledger.hessian} if method in CURVED else {}
    named |= {"bounds": bounds} if method in BOUNDED else {}
    name = method.replace("_", "-")
    return optimize.minimize(ledger.value, ledger.origin, method=name, options=options, **named)
