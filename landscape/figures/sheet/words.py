"""How long words are and how numbers stand beside an axis: what the layout of a sheet reckons with."""

from __future__ import annotations

import re
from textwrap import wrap

import numpy as np

from landscape.theme import log_ticks, power, written

NARROW, SLIM, BROAD = set("iIjl.,:;|'!· "), set('frt()[]{}-/"\u2009'), set("mwMW@%—∞…")
LINE = 1.28  # from line to line, times the size of type
TAG = re.compile(r"<[^>]*>")


def long(text: str, size: float, bold: bool = False) -> float:
    """About how many pixels the longest line of a text with tags is long, in Inter at that size."""
    return max((_line(TAG.sub("", line)) for line in text.split("<br>")), default=0.0) * size * (1.06 if bold else 1.0)


def _line(text: str) -> float:
    return sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    if letter in NARROW:
        return 0.29
    if letter in SLIM:
        return 0.38
    if letter in BROAD:
        return 0.88
    return 0.68 if letter.isupper() else 0.6


def within(text: str, size: float, room: float, least: float = 0.8) -> tuple[str, float]:
    """A name in one line of at most `room` pixels, down to `least` of its size, else in several."""
    fits = room / max(long(text, 1.0), 1e-9)
    if fits >= least * size or "<br>" in text:
        return text, min(size, max(fits, least * size))
    longest = max(8, int(len(text) * fits / (least * size)))
    return "<br>".join(wrap(text, longest, break_long_words=False)), least * size


def ticks(low: float, high: float, log: bool, most: int) -> tuple[list[float], list[str]]:
    """Round values between two ends of an axis, at most about `most`, and how they are written."""
    if not log:
        return _even(low, high, most)
    found = log_ticks(float(np.log10(low)), float(np.log10(high)), most=max(2, most))
    return (found, [power(tick) for tick in found]) if len(found) > 1 else _even(low, high, most)


def _even(low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    least = (high - low) / max(most, 1)
    if not (least > 0 and np.isfinite(least)):
        return [], []
    ten = 10.0 ** np.floor(np.log10(least))
    step = next(m * ten for m in (1.0, 2.0, 5.0, 10.0) if m * ten >= least * (1 - 1e-9))
    first, last = np.ceil(low / step - 1e-6), np.floor(high / step + 1e-6)
    found = [float(at) * step for at in np.arange(first, last + 1)] if last - first < 100 else []
    return found, [number(tick, step) for tick in found]


def number(value: float, step: float) -> str:
    """A tick, with as many decimals as the step to the next has."""
    if max(abs(value), step) >= 1e5 or step < 1e-4:
        return written(value)
    decimals = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-")
