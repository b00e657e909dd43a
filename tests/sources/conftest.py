"""A clock that tests move, a pace that keeps it, and retries without their waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from paperlab.domain.steps import Step
from paperlab.sources.pace import Pace


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(tmp_path: Path, clock: Clock) -> Pace:
    return Pace(tmp_path / "state", 3.0, clock=clock.time, sleep=clock.sleep)


@pytest.fixture
def steps() -> list[Step]:
    """What a watcher saw: hand `steps.append` to the work."""
    return []


@pytest.fixture(autouse=True)
def no_backoff() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield
