"""Formulas that people type: read by a whitelist, evaluated by our own tree, never run as code.

    (1-x)**2 + 100*(y-x**2)**2

A formula is an expression of numbers, variables, + - * / % and ** (or ^), comparisons inside `where`, the constants
pi, e and tau, and the functions of `functions.py`.
"""

from landscape.formula.latex import latex
from landscape.formula.parser import LONGEST, FormulaError, check_variable, parse, pointed
from landscape.formula.slopes import gradient_latex
from landscape.formula.tree import Node, evaluate, variables_of

__all__ = [
    "LONGEST", "FormulaError", "Node", "check_variable", "evaluate", "gradient_latex", "latex", "parse", "pointed",
    "variables_of",
]  # fmt: skip
