"""From a slider of the Networks page to its four views, and frames a second in playback, in a real browser.

The default network: 100 epochs of 4-2 tanh on the circle, maps of 100 × 100. The learning rate's slider is set as its
thumb would set it; the clock stops when the answer is painted, and again at the next frame on the screen.
"""

from __future__ import annotations

import shutil

import jax
import numpy as np

from benchmarks.dashboard import BROWSERS, FLAGS, _p95, _serve
from benchmarks.timing import Row

MOVES = 60
LIMIT = 0.1  # seconds
FRAMES = 30.0  # a second
MOVE = """async (share) => {
  const slider = document.querySelector('.card [id*="slider"]');
  const id = JSON.parse(slider.closest('[id^="{"]').id);
  const [log, low, high] = id.scale.split(':').map(Number);
  const began = performance.now();
  dash_clientside.set_props(id, { value: low + share * (high - low) });
  return new Promise((resolve) => {
    const look = () => landscape.answered > began
      ? resolve([landscape.answered - began, performance.now() - began]) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  });
}"""
PLAY = """async () => {
  let frames = -1, last = null, began = 0, ended = 0;
  document.querySelector('[data-action="first"]').click();
  document.querySelector('[data-action="play"]').click();
  return new Promise((resolve) => {
    const look = (now) => {
      if (landscape.frame !== last) { began ||= now; ended = now; frames += 1; last = landscape.frame; }
      if (began && now - began > 2500) resolve((frames / (ended - began)) * 1000);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}"""


def measure() -> list[Row]:
    """The rows of this part; empty, with a word why, where there is no browser."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        print("networks_page: no Chromium here; install one to measure it.")
        return []
    jax.config.update("jax_enable_x64", True)
    painted, shown, frames = _visit(path, _serve([]))
    return [
        _p95("slider to all four views painted", painted, LIMIT),
        _p95("slider to next frame on the screen", shown, None),
        Row("frames a second in playback, missing of 30", None, None, max(0.0, FRAMES - frames), 1.0, ""),
    ]


def _visit(path: str, address: str):
    """Seconds of each move until painted and until shown, and the frames a second of playback."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address + "networks")
        page.wait_for_function("() => landscape.answered", timeout=120_000)
        page.wait_for_timeout(8000)
        moves = []
        for number in range(MOVES + 5):
            moves.append(page.evaluate(MOVE, 0.55 + 0.1 * (number * 0.618 % 1.0)))
            page.wait_for_timeout(350)
        frames = page.evaluate(PLAY)
        browser.close()
    painted, shown = np.array(moves[5:]).T / 1000
    return painted, shown, frames
