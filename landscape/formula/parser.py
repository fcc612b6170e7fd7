"""From the text of a formula to its tree, or to an error that points at the spot.

Three sieves, none of which runs anything: our own tokens (numbers, names, operators, brackets: no quotes, dots,
underscores in front, or other alphabets); Python's parser on those tokens alone; and a whitelist of its nodes.
"""

from __future__ import annotations

import ast
import bisect
import keyword
import math
import re
from functools import lru_cache
from typing import NamedTuple

from landscape.formula.functions import CONSTANTS, FUNCTIONS
from landscape.formula.tree import Node, fold
from landscape.parameters import LandscapeError, nearest

LONGEST = 1_000  # characters
DEEPEST = 100  # brackets and operators inside one another
LARGEST = 1e100  # of any constant
STEEPEST = 100.0  # of constant exponents
LONGEST_NAME = 30

TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<mark>\*\*|//|<=|>=|==|!=|[-+*/%^(),<>])",
    re.ASCII,
)
INSTEAD = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "²": "**2", "³": "**3", "π": "pi", "√": "sqrt",
           "≤": "<=", "≥": ">=", "[": "(", "]": ")", "{": "(", "}": ")", "//": "floor(a/b)", "|": "abs(…)",
           "==": "<= or >=", "!=": "< or >"}  # fmt: skip
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Pow: "**",
             ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}  # fmt: skip


class FormulaError(LandscapeError):
    """What is wrong with a formula: its `text`, and `at` which offset (from 0)."""

    def __init__(self, message: str, text: str, at: int):
        super().__init__(message)
        self.text, self.at = text, at

    def __reduce__(self):
        return type(self), (str(self), self.text, self.at)


def pointed(error: FormulaError) -> str:
    """Two lines: the formula, and a caret below the spot."""
    return f"{''.join(c if c.isprintable() else ' ' for c in error.text)}\n{' ' * error.at}^"


class Token(NamedTuple):
    kind: str
    text: str
    at: int


@lru_cache(maxsize=256)
def parse(text: str) -> Node:
    """The tree of a formula; FormulaError where there is none. Nothing is evaluated but constants, by NumPy."""
    if not isinstance(text, str):
        raise LandscapeError(f"A formula is a text such as 'x**2 + y**2', not {type(text).__name__}.")
    if len(text) > LONGEST:
        raise FormulaError(f"This formula has {len(text):,} characters; {LONGEST:,} are the most.", text, LONGEST)
    tokens = _tokens(text)
    return _Reader(text, tokens).read()


def check_variable(name: str) -> None:
    """Raise LandscapeError unless `name` may be a variable."""
    if name in CONSTANTS or name in FUNCTIONS:
        what = "constant" if name in CONSTANTS else "function"
        raise LandscapeError(f"'{name}' is a {what} of formulas; give the variable another name.")
    if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) or keyword.iskeyword(name) or name == "text":
        raise LandscapeError(f"'{name[:40]}' cannot name a variable; take a word of letters and digits, like x or w1.")
    if len(name) > LONGEST_NAME:
        raise LandscapeError(f"The name '{name[:20]}…' is too long; {LONGEST_NAME} characters are the most.")


def _tokens(text: str) -> list[Token]:
    """The words of a formula, each checked by itself and beside the one before."""
    found: list[Token] = []
    brackets: list[tuple[Token, bool]] = []  # those open, and whether they hold a function's arguments
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise _refused(text, text[at], at)
        token, at = Token(match.lastgroup or "", match.group(), at), match.end()
        if token.kind == "space":
            continue
        before = found[-1] if found else None
        _check_word(text, token)
        _check_order(text, token, before)
        if token.text == "(":
            brackets.append((token, before is not None and before.kind == "name"))
            if len(brackets) > DEEPEST:
                raise FormulaError(f"More than {DEEPEST} brackets are open here; write it flatter.", text, token.at)
        elif token.text == "," and not (brackets and brackets[-1][1]):
            raise FormulaError(f"The ',' at character {token.at + 1} separates no arguments.", text, token.at)
        elif token.text == ")":
            if not brackets:
                raise FormulaError(f"The ')' at character {token.at + 1} closes nothing.", text, token.at)
            brackets.pop()
        found.append(token)
    if not found:
        raise FormulaError("The formula is empty; write one such as x**2 + y**2.", text, 0)
    if not _ends(found[-1]) and found[-1].text != "(":
        raise FormulaError(f"A number or variable is missing after '{found[-1].text}'.", text, len(text))
    if brackets:
        opened = brackets[-1][0].at
        raise FormulaError(f"The '(' at character {opened + 1} is never closed.", text, opened)
    return found


def _refused(text: str, given: str, at: int) -> FormulaError:
    if given == "=":
        return FormulaError("A formula has no '='; write its right-hand side alone.", text, at)
    if given == ".":
        return FormulaError(f"A number is missing around the '.' at character {at + 1}.", text, at)
    hint = f"; write {INSTEAD[given]}" if given in INSTEAD else ""
    shown = given if given.isprintable() else repr(given)[1:-1]
    return FormulaError(f"'{shown}' at character {at + 1} is not known in formulas{hint}.", text, at)


def _check_word(text: str, token: Token) -> None:
    """One token by itself."""
    kind, word, at = token
    if word in INSTEAD:
        raise _refused(text, word, at)
    if kind == "number" and not float(word) <= LARGEST:
        raise FormulaError(f"The number at character {at + 1} is too large; {LARGEST:g} is the most.", text, at)
    if kind == "name" and word not in CONSTANTS and word not in FUNCTIONS:
        try:
            check_variable(word)
        except LandscapeError as error:
            raise FormulaError(str(error), text, at) from None


def _ends(token: Token | None) -> bool:
    """Whether a value ends with this token."""
    return token is not None and (token.kind in ("number", "name") or token.text == ")")


def _check_order(text: str, token: Token, before: Token | None) -> None:
    """One token after another: operators between values, brackets after functions."""
    kind, word, at = token
    begins = kind in ("number", "name") or word == "("
    if before is not None and before.kind == "name" and word == "(":
        if before.text not in FUNCTIONS:
            raise _unknown(text, before)
    elif begins and _ends(before):
        hint = f"write {before.text}*{word}" if before.text != ")" else "write * between"
        raise FormulaError(f"An operator is missing at character {at + 1}; {hint}.", text, at)
    elif not begins and not _ends(before) and word not in "+-":
        called = before is not None and before.text == "(" and word == ")" and text[: before.at].rstrip()[-1:].isalnum()
        if not called:  # sin() is told how many arguments it takes
            raise FormulaError(f"A number or variable is missing before '{word}', character {at + 1}.", text, at)


def _unknown(text: str, token: Token) -> FormulaError:
    close = nearest(token.text, FUNCTIONS)
    hint = f"{close} " if close.startswith("Did you mean") else ""
    if len(token.text) <= 2 or token.text in CONSTANTS:
        hint = f"For a product write {token.text}*(…). "
    message = f"Unknown function '{token.text}' at character {token.at + 1}. {hint}Functions: {', '.join(FUNCTIONS)}."
    return FormulaError(message, text, token.at)


class _Reader:
    """Turns Python's tree of our tokens into ours; whatever is not named here is refused."""

    def __init__(self, text: str, tokens: list[Token]):
        words = ["**" if token.text == "^" else _plain(token) for token in tokens]
        self.text, self.source = text, " ".join(words)
        self.places = [sum(len(word) + 1 for word in words[:i]) for i in range(len(words))]
        self.offsets = [token.at for token in tokens]

    def read(self) -> Node:
        try:
            body = ast.parse(self.source, mode="eval").body
        except SyntaxError as error:
            at = self.offset((error.offset or 1) - 1)
            raise FormulaError(f"This cannot be read from character {at + 1} on.", self.text, at) from None
        except (RecursionError, MemoryError, ValueError):
            raise FormulaError("This formula is nested too deeply; write it flatter.", self.text, 0) from None
        tree = self.node(body, 1)
        if tree.value is not None:
            raise FormulaError("There is no variable in this formula; write one such as x.", self.text, tree.at)
        return tree

    def offset(self, column: int) -> int:
        """The place in the text of a column of the source."""
        return self.offsets[max(0, bisect.bisect_right(self.places, column) - 1)]

    def node(self, given: ast.expr, depth: int, condition: bool = False) -> Node:
        at = self.offset(given.col_offset)
        if depth > DEEPEST:
            raise FormulaError(f"This formula is nested more than {DEEPEST} deep; write it flatter.", self.text, at)
        if isinstance(given, ast.Compare) != condition:
            wanted = "where takes a comparison first, as in where(x > 0, x, 0)"
            message = f"{wanted}." if condition else f"A comparison stands alone here; {wanted}."
            raise FormulaError(message, self.text, at)
        match given:
            case ast.Constant(value=float() | int() as number):
                return Node("number", (), float(number), at=at)
            case ast.Name(id=name):
                return self.name(name, at)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.node(inner, depth + 1)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self.made("negate", (self.node(inner, depth + 1),), at)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return self.made(OPERATORS[type(op)], (self.node(left, depth + 1), self.node(right, depth + 1)), at)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
                return self.made(OPERATORS[type(op)], (self.node(left, depth + 1), self.node(right, depth + 1)), at)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return self.call(name, arguments, depth, at)
        raise FormulaError(f"This is not known in formulas, at character {at + 1}.", self.text, at)

    def name(self, name: str, at: int) -> Node:
        if name in CONSTANTS:
            return Node("constant", (), CONSTANTS[name], name, at)
        if name in FUNCTIONS:
            raise FormulaError(f"{name} needs brackets, as in {name}(x), at character {at + 1}.", self.text, at)
        return Node("variable", (), None, name, at)

    def call(self, name: str, arguments: list[ast.expr], depth: int, at: int) -> Node:
        function = FUNCTIONS[name]
        if not function.least <= len(arguments) <= function.most:
            given = f"{name} takes {function.count}, not {len(arguments)}"
            raise FormulaError(f"{given}, at character {at + 1}.", self.text, at)
        parts = [self.node(each, depth + 1, name == "where" and i == 0) for i, each in enumerate(arguments)]
        return self.made(name, tuple(parts), at)

    def made(self, head: str, parts: tuple[Node, ...], at: int) -> Node:
        """A node of these parts; constants and constant exponents within their limits."""
        value = fold(head, parts)
        if value is not None and not isinstance(value, bool) and not abs(value) <= LARGEST:
            which = "not a real number" if math.isnan(value) else "too large"
            raise FormulaError(f"The constant at character {at + 1} is {which}.", self.text, at)
        if head == "**" and parts[1].value is not None and abs(parts[1].value) > STEEPEST:
            where = parts[1].at
            message = f"The exponent at character {where + 1} is outside −{STEEPEST:g} … {STEEPEST:g}."
            raise FormulaError(message, self.text, where)
        return Node(head, parts, value, at=at)


def _plain(token: Token) -> str:
    """A token as Python's parser reads it: numbers without leading zeros."""
    return repr(float(token.text)) if token.kind == "number" else token.text
