"""One server for all tests of the dashboard; console errors and foreign requests fail a test."""

import socket
import threading
from contextlib import contextmanager

import pytest
import waitress
from landscape_dashboard import create_app
from landscape_dashboard.benchmarking import running
from landscape_dashboard.discrete import asked

# Without a graphics card the processor draws the surface, which takes longer than all else that a test does.
NO_WEBGL = """(() => {
    const usual = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return String(kind).includes('webgl') ? null : usual.call(this, kind, ...rest);
    };
})();"""
# Plotly, of an axis in a plot that changes its size while it is being drawn; it is drawn again at once.
NO_PLACE = "attribute d: Expected number"
PATIENCE = 60_000  # milliseconds: a busy machine compiles slowly


running.USUAL = ("sgd", "random_search")  # what the Benchmark page begins with: quick to compile
asked.METHODS = ("simulated_annealing", "hill_climbing")  # and the Discrete page


@pytest.fixture(scope="session")
def address():
    """A running server's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = waitress.create_server(create_app().server, host="127.0.0.1", port=port, threads=16,
                                     channel_request_lookahead=1)  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.close()
    thread.join(timeout=10)


SIZE = {"width": 1280, "height": 760}


class Visit:
    """One page, and what went wrong on it; `stays` for tests that follow."""

    def __init__(self, browser, address, webgl=False, stays=False, **context):
        self.address, self.stays = address, stays
        self.context = browser.new_context(**({"viewport": SIZE} | context))
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        if not webgl:
            self.page.add_init_script(NO_WEBGL)
        self.problems: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(f"{error} {error.stack}"))
        self.page.on("request", self._check)

    def _heard(self, message):
        if message.type == "error" and NO_PLACE not in message.text:
            self.problems.append(message.text)

    def _check(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")

    def leave(self):
        """Close the page; one that stays forgets all that the test did, at an address where nothing goes on."""
        if not self.stays:
            self.context.close()
            return
        self.page.unroute_all()
        self.page.goto(f"{self.address}/health")
        self.get("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.page.set_viewport_size(SIZE)
        self.page.emulate_media(color_scheme="light")
        self.problems.clear()

    def open(self, query: str = ""):
        self.page.goto(f"{self.address}/{query}")
        self.page.wait_for_function("() => window.landscape?.model && document.querySelectorAll('.card').length")
        self.wait("() => landscape.plot('overlay')?.data?.length")
        self.wait("() => landscape.model.curve || landscape.plot('surface')?._fullData?.length")
        self.wait("() => landscape.plot('overlay').watched")
        return self

    def wait(self, condition: str, argument=None):
        self.page.wait_for_function(condition, arg=argument)

    def get(self, expression: str, argument=None):
        return self.page.evaluate(expression, argument)

    @contextmanager
    def held(self, route: str):
        """Requests of that route go on at the end, in their order."""
        kept = []
        self.page.route(route, lambda each: kept.append(each))
        yield
        for each in kept:
            each.continue_()
        self.page.unroute(route)

    def after(self, action):
        """Do something and wait for the next answer of the server, and for the address to hold it."""
        before = self.get("() => landscape.answered ?? 0")
        action()
        self.wait("(before) => landscape.answered > before && landscape.kept > landscape.answered", before)
        return self

    @property
    def query(self) -> str:
        return self.get("() => decodeURIComponent(location.search)")

    def trace(self, plot: str, role: str, slot: int | None = None) -> dict:
        """x and y of the drawn trace of that role."""
        return self.get(
            """([plot, role, slot]) => {
                const wanted = (t) => t.meta?.role === role && (slot === null || t.meta.slot === slot);
                const trace = landscape.plot(plot).data.find(wanted);
                return { x: Array.from(trace.x), y: Array.from(trace.y), symbol: trace.marker?.symbol ?? null };
            }""",
            [plot, role, slot],
        )


@pytest.fixture(scope="session")
def usual(browser, address):
    """Makes the page that tests without wishes of their own take turns with.

    A browser that has loaded our scripts once takes half as long to load them again.
    """
    made: list[Visit] = []
    yield lambda: made[0] if made else made.append(Visit(browser, address, stays=True)) or made[0]
    for each in made:
        each.context.close()


@pytest.fixture
def blank(browser, address, usual):
    """Makes pages that are still to be opened; fails at the end if console or network had something to complain of."""
    visits = []

    def make(**context) -> Visit:
        another = context or any(each.stays for each in visits)
        visits.append(Visit(browser, address, **context) if another else usual())
        return visits[-1]

    yield make
    problems = [problem for each in visits for problem in each.problems]
    for each in visits:
        each.leave()
    assert problems == []


@pytest.fixture
def visit(blank):
    """Opens the Explore page."""
    return lambda query="", **context: blank(**context).open(query)
