"""What labs found lately, the same for everybody who asks; and the work of finding it, piece by piece."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter

from landscape import catalog
from landscape.lab import BoundLab, Finding, Progress
from landscape_dashboard.networking.found import Shelf

KEPT = 96 * 2**20  # bytes of findings that are remembered
OFTEN = 0.4  # seconds between two parts that are drawn
AROUND = 50_000  # bytes of a finding beside its arrays


def size(finding: Finding) -> int:
    """Bytes of a finding, about: its sheets hold most of its arrays again."""
    return AROUND + 2 * sum(getattr(value, "nbytes", 0) for value in finding.data.values())


FOUND = Shelf(KEPT, size)


def pieces(lab: BoundLab) -> Generator[Progress, None, Finding]:
    """The work of a lab: what it has by then comes with a piece, but not too often. Ends with what it found."""
    key = catalog.text(lab)
    finding = FOUND.get(key)
    if finding is not None:
        return finding
    work, shown = lab.work(), perf_counter()
    while True:
        try:
            progress = next(work)
        except StopIteration as end:
            return FOUND.put(key, end.value)
        late = perf_counter() - shown > OFTEN
        yield Progress(progress.done, progress.said, progress.finding if late else None)
        shown = perf_counter() if late and progress.finding else shown


def finding(lab: BoundLab) -> Finding:
    """What it found, in one go."""
    work = pieces(lab)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
