"""Steps: how long work tells its watcher where it is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    LOOKING_UP = "looking up"
    WAITING = "waiting"
    """For the pace that a server asks for."""
    DOWNLOADING = "downloading"
    PARSING = "parsing"
    EMBEDDING = "embedding"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class Step:
    stage: Stage
    subject: str
    """What it is about: a source, a title."""
    done: int = 0
    """Bytes, pages or passages, by stage; seconds left for WAITING."""
    total: int | None = None
    """None while unknown."""
    papers_done: int = 0
    papers: int = 1
    """Of the whole run, how many there are."""
    left_s: int | None = None
    """Seconds that the whole run will still take; None while there is too little to go by."""

    @property
    def whole_run(self) -> str:
        """`3 of 32 papers, about 4 min left`; empty for a run over one paper."""
        if self.papers < 2:
            return ""
        return f"{self.papers_done} of {self.papers} papers" + (
            f", {_duration(self.left_s)} left" if self.left_s is not None else ""
        )


Watcher = Callable[[Step], None]
"""Called from the threads that work, one at a time, often; must be quick."""


def unwatched(_: Step) -> None:
    """A watcher that looks away."""


def _duration(seconds: int) -> str:
    """As exact as it is known."""
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 120 else f"about {round(minutes / 60)} h"


class Abandoned(Exception):
    """Nobody waits for the result any more: ends the work in a thread, caught by whoever gave it up."""


def always_wanted() -> bool:
    """For work that is never given up."""
    return True
