"""A short run of the trials: each operation fails once, in one of the ways; `python -m torture` tries all of them."""

import random
import sys
from collections.abc import Iterator
from itertools import cycle

import pytest

from torture.faults import Fault, Trouble
from torture.scenarios import KEY, PAPER, Scenario, has
from torture.stage import Stage
from torture.trial import Laboratory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks handles up in /proc")
_DOCTOR_EVERY = 8


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    folder = tmp_path_factory.mktemp("torture")
    stage = Stage(folder / "home")
    yield Laboratory(folder, stage)
    stage.close()


def test_a_disk_that_fails_at_any_operation_loses_nothing(laboratory: Laboratory) -> None:
    troubles, number, complaints = cycle(Trouble), 0, []
    for scenario in laboratory.scenarios:
        operations = laboratory.operations(scenario)
        assert operations, f"{scenario.name} asks nothing of the disk: the trial would show nothing"
        for at in range(1, len(operations) + 1):
            number += 1
            fault = Fault(next(troubles), at)
            verdict = laboratory.with_fault(scenario, fault, has_doctor=number % _DOCTOR_EVERY == 0)
            complaints += [f"{verdict.trial}: {complaint}" for complaint in verdict.complaints]
        next(troubles)  # or a scenario whose operations are a multiple of four would always meet the same ones
    assert not complaints


def test_a_kill_at_any_instant_loses_nothing(laboratory: Laboratory) -> None:
    chance, complaints = random.Random(7), []
    for scenario in laboratory.scenarios:
        for _ in range(3):
            seconds = chance.uniform(0.01, 0.4)
            verdict = laboratory.killed_after(scenario, seconds, has_doctor=False)
            complaints += [f"{verdict.trial}: {complaint}" for complaint in verdict.complaints]
    assert not complaints


def test_the_trials_see_a_loss(laboratory: Laboratory) -> None:
    """A check that cannot fail proves nothing."""
    broken_promise = Scenario("promise", ("tag", KEY, "--add", "third"), is_done=has("tag", PAPER, "fourth"))
    loss = Scenario("loss", ("tag", KEY, "--remove", "first"), is_done=lambda _: True)
    nothing_wrong = Fault(Trouble.KILLED, 1000)
    assert laboratory.with_fault(broken_promise, nothing_wrong).complaints == ("acknowledged, but not there",)
    assert laboratory.with_fault(loss, nothing_wrong).complaints == (f"lost: {('tag', PAPER, 'first')}",)
