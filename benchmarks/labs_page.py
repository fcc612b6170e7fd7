"""The Labs page in a real browser: slider to picture, the first picture of every lab, and all rules of the automata.

Programs are compiled before the clock starts. A slider of a quick lab is moved as its thumb would move it, far enough
apart that the whole sheet comes in between; the clock stops when the figure is drawn. First pictures are of a seed that
nobody asked for before, where the lab has one: till a picture, or till progress is told, whichever is first.
"""

from __future__ import annotations

import shutil
import threading
from time import perf_counter

import jax
import numpy as np

from benchmarks.dashboard import BROWSERS, FLAGS, _p95
from benchmarks.timing import Row, Times, seconds
from landscape import labs
from landscape.labs.automata import training

QUICK = {"softmax": "temperature", "learning_rate": "learning_rate", "linear_maps": "amount", "initialisation": "gain",
         "jacobian": "w1", "level_set": "x"}  # fmt: skip
MOVES = 24
MOVED, FIRST, SOME, ALL = 0.2, 2.0, 4.0, 20.0  # seconds
SEED = 7
NETS = ("cnn", "mlp")
PATIENCE = 300_000  # milliseconds
IDLE = "() => window.landscape?.labs.found?.done && !landscape.jobs.size"
MOVE = """async ([name, share]) => {
  const L = landscape, range = document.querySelector(`[data-name="${name}"] .labs-slider`);
  const [low, high] = [Number(range.min), Number(range.max)];
  const began = performance.now();
  range.value = low + share * (high - low);
  range.dispatchEvent(new Event('input', { bubbles: true }));
  const value = L.labs.values[name];
  const till = (there) => new Promise((done) => {
    const look = () => there() ? done(performance.now() - began) : requestAnimationFrame(look);
    look();
  });
  const moved = await till(() => L.labs.drawn > began && L.labs.found.values[name] === value);
  range.dispatchEvent(new Event('change', { bubbles: true }));
  await till(() => L.answered > began && !L.jobs.size);
  return moved;
}"""
CHOOSE = """async ([name, values]) => {
  const L = landscape, began = performance.now();
  L.labs.choose(name);
  Object.assign(L.labs.values, values);
  L.labs.ask();
  return new Promise((done) => {
    const look = () => {
      const now = performance.now() - began, found = L.labs.found?.values;
      const mine = Object.keys(values).every((each) => found?.[each] === values[each]);
      if (mine && L.labs.drawn > began) return done([now, 1]);
      if (document.querySelector('.job')) return done([now, 0]);
      requestAnimationFrame(look);
    };
    look();
  });
}"""
RULES = """async (values) => {
  const L = landscape, began = performance.now();
  Object.assign(L.labs.values, values);
  L.labs.ask();
  return new Promise((done) => {
    const look = () => L.labs.drawn > began ? done(performance.now() - began) : requestAnimationFrame(look);
    look();
  });
}"""


def measure() -> list[Row]:
    """The rows of this part; those of the browser are missing, with a word why, where there is none."""
    jax.config.update("jax_enable_x64", True)
    rows = [_alone(name) for name in NETS]
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        print("labs_page: no Chromium here; install one to measure it.")
        return rows
    return _visit(path, _serve()) + rows


def _alone(net: str) -> Row:
    """All 256 rules of one kind of network, in the library, at the lab's own numbers."""
    values = labs.find("cellular_automata")().values
    setting = training.Setting(**{name: values[name] for name in training.Setting._fields})
    training.train((net,), setting, 0)
    began = perf_counter()
    for chunk in range(len(training.chunks())):
        training.train((net,), setting._replace(seed=SEED), chunk)
    spent = perf_counter() - began
    return seconds(f"all 256 rules, {net} alone", Times(spent, spent, spent), ALL)


def _serve() -> str:
    """A server in a thread; its answers are streamed, as they are for people."""
    import waitress
    from landscape_dashboard import create_app

    server = waitress.create_server(create_app().server, host="127.0.0.1", port=0, threads=16,
                                    channel_request_lookahead=1)  # fmt: skip
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{server.effective_port}/"


def _visit(path: str, address: str) -> list[Row]:
    """Each lab is opened once, which compiles; then sliders, first pictures and the first rules."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}labs")
        names = list(labs.ENTRIES)
        page.wait_for_function("() => window.landscape?.labs?.lab")
        page.evaluate("(names) => sessionStorage.setItem('landscape-labs', JSON.stringify(names))",
                      dict.fromkeys(names))  # fmt: skip
        page.wait_for_function(IDLE)
        moved = {}
        for name in names:
            _choose(page, name, {})
            if name in QUICK:
                moves = [page.evaluate(MOVE, [QUICK[name], 0.4 + 0.2 * (k * 0.618 % 1)]) for k in range(MOVES + 3)]
                moved[name] = np.array(moves[3:]) / 1000
        rows = [_p95(f"{name}: slider to figure drawn", moved[name], MOVED) for name in QUICK]
        rows += [*_first(page, names), _rules(page)]
        browser.close()
    return rows


def _choose(page, name: str, values: dict) -> tuple[float, bool]:
    """Seconds till its picture or its progress, and whether it was the picture; returns when the lab is done."""
    spent, drawn = page.evaluate(CHOOSE, [name, values])
    page.wait_for_function(IDLE)
    return spent / 1000, bool(drawn)


def _first(page, names: list[str]) -> list[Row]:
    """The first picture, or progress, of every lab."""
    spent, told = [], 0
    for name in [*names[1:], names[0]]:  # the last one stands there
        own = {"seed": SEED} if "seed" in labs.find(name).parameters else {}
        took, drawn = _choose(page, name, own)
        spent.append(took)
        told += not drawn
    lower, median, upper = np.quantile(spent, [0.25, 0.5, 0.75])
    row = seconds("first picture of a lab or its progress, slowest", Times(median, lower, upper), FIRST)
    return [row._replace(score=max(spent)), Row("labs that tell progress first", None, None, told, None, "")]


def _rules(page) -> Row:
    """Till the first 32 rules of the automata stand on the page, both networks."""
    _choose(page, "cellular_automata", {})
    spent = page.evaluate(RULES, {"seed": SEED + 1}) / 1000
    page.evaluate("() => document.querySelector('.job button')?.click()")
    return seconds("automata: the first 32 rules on the page", Times(spent, spent, spent), SOME)
