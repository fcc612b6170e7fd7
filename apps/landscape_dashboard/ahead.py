"""Work done before anybody asks for it: programs that are likely to be used next are compiled while nobody waits.

One thread does it, a program at a time, only when no request has been in the house for a moment, and only on a machine
with a core to spare: on a busy one, who compiles makes others wait for Python's lock.  It also drops programs before
there are too many of them.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator

from werkzeug.wsgi import ClosingIterator

from landscape import catalog
from landscape.experiment import Entrant, Experiment, to_dict
from landscape.parameters import LandscapeError
from landscape.xla import MAPS, drop_programs
from landscape_dashboard import compute, edits, racing, routes, tuning
from landscape_dashboard.discrete import found as discrete
from landscape_dashboard.networking import ahead as networking

QUIET = 4.0  # seconds without a request after which nobody is likely to be dragging a slider
LOOK = 0.25  # seconds between two looks
OPTIMIZERS, SURFACES = 8, 2  # neighbours of what is shown
QUEUE = 60  # experiments that wait to be compiled; the oldest are forgotten
REMEMBERED = 2_000  # what was compiled, or tried
URGENT = 50_000  # memory maps above which programs are dropped whoever is inside
log = logging.getLogger("landscape.dashboard")


class House:
    """A WSGI app that knows whether anybody is inside."""

    def __init__(self, app):
        self.app, self.inside, self.left = app, 0, time.monotonic()
        self.lock = threading.Lock()

    def __call__(self, environment, start):
        with self.lock:
            self.inside += 1
        try:
            return ClosingIterator(self.app(environment, start), self._leave)
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        with self.lock:
            self.inside -= 1
            self.left = time.monotonic()

    def quiet(self) -> bool:
        return self.inside == 0 and time.monotonic() - self.left > QUIET


class Plan:
    """What to compile next: the neighbours of what was shown, the latest first."""

    def __init__(self):
        self.waiting: deque[tuple[Experiment, compute.View]] = deque(maxlen=QUEUE)
        self.seen: OrderedDict[tuple, None] = OrderedDict()
        self.lock = threading.Lock()

    def note(self, experiment: Experiment, view: compute.View) -> None:
        """Somebody looks at this."""
        if self._known(("shown", shape(experiment))):
            return
        near = [(each, view) for each in neighbours(experiment)]
        with self.lock:
            self.waiting.extendleft(reversed(near))

    def take(self) -> tuple[Experiment, compute.View] | None:
        """The next one that is not compiled yet."""
        while True:
            with self.lock:
                if not self.waiting:
                    return None
                experiment, view = self.waiting.popleft()
            if not self._known(shape(experiment)):
                return experiment, view

    def forget(self) -> None:
        """Nothing is compiled any more."""
        with self.lock:
            self.seen.clear()

    def _known(self, key: tuple) -> bool:
        with self.lock:
            known = key in self.seen
            self.seen[key] = None
            self.seen.move_to_end(key)
            while len(self.seen) > REMEMBERED:
                self.seen.popitem(last=False)
            return known


PLAN = Plan()
note = PLAN.note


def shape(experiment: Experiment) -> tuple:
    """What its programs depend on: names, options and schedules, but no number that may move."""
    content = to_dict(experiment)
    return _still(content["surface"]), tuple(_still(each) for each in content["entrants"]), experiment.steps


def _still(bound: dict) -> tuple:
    inner = ((key, _still(value) if isinstance(value, dict) else value)
             for key, value in bound["parameters"].items() if not isinstance(value, float))  # fmt: skip
    return bound["name"], str(sorted(inner))


def neighbours(experiment: Experiment) -> Iterator[Experiment]:
    """What a visitor may choose next, one program each: learning rates scheduled or not, other optimizers of the same
    groups on this surface, these optimizers on the next surfaces of the family."""
    content, surface = to_dict(experiment), experiment.surface
    alone = experiment.replace(entrants=(), frame=None, camera=None)
    for i, entrant in enumerate(experiment.entrants):
        path = f"entrants.{i}.parameters.learning_rate"
        if "learning_rate" in entrant.optimizer.values:
            on = isinstance(edits.get(content, path), dict)
            row = edits.switch_schedule(content, path, not on)["entrants"][i]
            yield alone.replace(entrants=(Entrant(catalog.bind("optimizer", row)),))
    groups = [entrant.optimizer.entry.group for entrant in experiment.entrants]
    taken = {entrant.optimizer.entry for entrant in experiment.entrants}
    entries = [entry for entry in catalog.optimizers().values() if entry not in taken and entry.group in groups]
    for entry in entries[:OPTIMIZERS]:
        yield alone.replace(entrants=(Entrant(edits.best_on(surface, entry)),))
    family = [entry for entry in catalog.surfaces().values() if entry.family == surface.entry.family]
    at = family.index(surface.entry)
    for entry in (family[at + 1 :] + family[:at])[:SURFACES]:
        there = entry()
        for entrant in experiment.entrants:
            optimizer = edits.best_on(there, entrant.optimizer.entry)
            yield alone.replace(surface=there, start=None, entrants=(Entrant(optimizer),))


def start(app) -> None:
    """Compile what the first visitor sees, then what is likely to be next, in a thread of its own."""
    server = app.server
    server.wsgi_app = house = House(server.wsgi_app)
    threading.Thread(target=_work, args=(house, PLAN), name="ahead", daemon=True).start()


def _work(house: House, plan: Plan) -> None:
    routes.warm()
    plan.note(edits.FIRST, compute.View())
    pages = other_pages()
    while True:
        time.sleep(LOOK)
        if drop_programs(MAPS if house.quiet() else URGENT):
            plan.forget()
        if not (house.quiet() and spare()) or next(pages, None) is not None:
            continue
        if wanted := plan.take():
            made(*wanted)


def other_pages() -> Iterator:
    """What other pages show first, piece by piece, and then for ever what the Networks page may need next."""
    yield tuning.found(tuning.Asked())
    yield from racing.running(racing.first())
    yield from discrete.ahead()
    yield from networking.pieces()


def spare() -> bool:
    """Whether this machine has a core with nothing to do, as far as it tells."""
    return not hasattr(os, "getloadavg") or os.getloadavg()[0] < (os.cpu_count() or 1)


def made(experiment: Experiment, view: compute.View) -> None:
    """Run it once, so that it is compiled; what fails here will be told to who asks for it."""
    try:
        compute.scene_of(experiment, view, None)
    except LandscapeError:
        pass
    except Exception:
        log.exception("Compiling ahead failed for %s.", experiment.to_url())
