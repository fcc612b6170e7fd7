"""What was saved or shared: experiments, sessions and matches, in a .json file or in an address of the dashboard."""

from __future__ import annotations

from pathlib import Path

from landscape.experiment import Experiment
from landscape.parameters import LandscapeError


def experiment(text: str, folder: Path = Path()) -> Experiment:
    """The experiment in a .json file, or in an address."""
    return Experiment.from_json(_read(folder, text)) if _is_file(text) else Experiment.from_url(text)


def session(text: str, folder: Path = Path()):
    """The session of networks in a .json file, or in an address."""
    from landscape.networks.session import Session

    return Session.from_json(_read(folder, text)) if _is_file(text) else Session.from_query(text)


def match(text: str, folder: Path = Path()):
    """The match on a discrete problem in a .json file, or in an address."""
    from landscape.match import Match

    return Match.from_json(_read(folder, text)) if _is_file(text) else Match.from_query(text)


def _is_file(text: str) -> bool:
    return text.lower().endswith(".json")


def _read(folder: Path, text: str) -> str:
    try:
        return (folder / text).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LandscapeError(f"Cannot read '{text}': {getattr(error, 'strerror', None) or error}.") from None
