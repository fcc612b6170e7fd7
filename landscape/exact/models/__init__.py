"""How CP-SAT is told a problem: a function of the problem's name in any file here, `(model, surface) -> Written`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from landscape.exact.models.writing import Model

MODELS: dict[str, Callable] = {}
for _info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
    _found = vars(importlib.import_module(f"{__name__}.{_info.name}"))
    MODELS |= {name: each.write for name, each in _found.items() if isinstance(each, Model)}
