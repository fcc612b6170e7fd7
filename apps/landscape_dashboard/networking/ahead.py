"""Programs that a visitor of the Networks page may need next, compiled while nobody asks.

`pieces()` is for the thread of `landscape_dashboard.ahead`: True after each of them, None where nothing waits.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator

from landscape.networks.session import Session
from landscape.parameters import LandscapeError
from landscape_dashboard.networking import asked, edits, found

QUEUE = 24  # sessions that wait to be compiled; the oldest are forgotten
OTHER = {"tanh": "relu", "relu": "tanh"}
log = logging.getLogger("landscape.dashboard")
_waiting: deque[Session] = deque(maxlen=QUEUE)
_lock = threading.Lock()


def note(session: Session) -> None:
    """Somebody looks at this: its neighbours are next, the latest first."""
    near = [each for each in neighbours(session) if not found.COMPILED.get(found.structure(each))]
    with _lock:
        _waiting.extendleft(reversed(near))


def neighbours(session: Session) -> Iterator[Session]:
    """What one button or menu away is another program: another optimizer, activation, width, depth or plane."""
    content = asked.content_of(session)
    names = {row["name"] for row in content["entrants"]}
    kind, _ = asked.plane_of(content["plane"])
    other = {"principal": "random"}.get(kind, "principal")
    activation = content["surface"]["parameters"]["activation"]
    changes: list[Callable[[], dict]] = [
        *[lambda name=name: edits.added(content, name) for name in ("adam", "sgd") if name not in names],
        lambda: edits.put(content, "activation", OTHER.get(activation, "tanh")),
        lambda: edits.resized(content, len(edits.widths(content)), 1),
        lambda: edits.layered(content, 1),
        lambda: edits.planed(content, "kind", other),
    ]
    for change in changes:
        try:
            yield asked.session_of(change())
        except LandscapeError:
            continue


def pieces() -> Iterator[bool | None]:
    """Compile the first session and then, one at a time, what waits; None where nothing does. Never ends."""
    yield _made(asked.from_query(None))
    note(asked.from_query(None))
    while True:
        with _lock:
            session = _waiting.popleft() if _waiting else None
        yield _made(session) if session is not None else None


def _made(session: Session) -> bool:
    """Compute it once, so that it is compiled; what fails here will be told to who asks for it."""
    try:
        found.at_once(session, found.View())
    except LandscapeError:
        pass
    except Exception:
        log.exception("Compiling ahead failed for %s.", session.query())
    return True
